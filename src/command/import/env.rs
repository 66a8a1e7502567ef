//! A file of variables, as `.env` files are written. The readers of such files agree on most of it; where they do not,
//! nothing is guessed: what one service takes for its secret another would not, so it is left out and named.

use zeroize::Zeroizing;

use super::{Found, Reader};
use crate::token::name::Name;
use crate::token::secret::{LONGEST, SHORTEST, Secret, resembles_secret};
use crate::token::transfer::{Arrival, Bearer, Skipped, Source};
use crate::wire::node::Bad;

/// What is said of values that readers of such files take differently.
const REMARK: &str = "programs disagree on whether a remark begins at `#`; in quotes they would not";
const NO_VARIABLE: &str = "it sets no variable";
const BEHIND: &str = "something stands behind the closing quote";
const REFERS: &str = "it refers to another variable, or seems to; in single quotes it would not";
const ESCAPES: &str = "programs disagree on what it means; in single quotes they would not";

/// Whether any line sets a variable.
pub(super) fn are_variables(text: &str) -> bool {
    text.lines().map(str::trim).filter(|line| !line.starts_with('#')).any(|line| {
        let line = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
        line.split_once('=').is_some_and(|(key, _)| is_variable(key.trim()))
    })
}

fn is_variable(key: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && key.chars().all(plain)
}

/// One variable, or why its value is none.
struct Variable<'t> {
    line: usize,
    /// `None` where none is set, or what stands in its place may be a secret itself.
    key: Option<&'t str>,
    value: Result<Zeroizing<String>, &'static str>,
}

impl Reader<'_> {
    pub(super) fn variables(&self, text: &str) -> Result<Found, Bad> {
        let mut found = Found::of(Source::Env);
        let mut lines = Lines { rest: text, line: 0 };
        while let Some(variable) = lines.next_variable()? {
            self.step();
            let Variable { line, key, value } = variable;
            let at = format!("line {line}");
            let Some(key) = key else {
                let why = value.err().unwrap_or(NO_VARIABLE);
                found.skipped.push(Skipped { name: String::new(), at, why });
                continue;
            };
            if !self.wants(key) {
                continue;
            }
            if value.as_ref().is_ok_and(|value| resembles_secret(value) && Secret::parse(value.as_bytes()).is_err()) {
                return Err(Bad::new(&at, "the value has the form of a secret of jeton's, and its check is wrong"));
            }
            let secret = value.and_then(|value| as_secret(&value));
            let name = Name::parse(key).map_err(|_| "no token can have this name");
            match secret.and_then(|secret| Ok((secret, name?))) {
                Ok((secret, name)) => {
                    let key = Bearer { secret: Some(secret), ..Bearer::default() };
                    found.arrivals.push(Arrival::new(at, name, self.owner.to_owned(), key));
                }
                Err(why) => found.skipped.push(Skipped { name: key.to_owned(), at, why }),
            }
        }
        Ok(found)
    }
}

/// What is left to be read, and the number of the line that was read last.
struct Lines<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Lines<'t> {
    fn next_line(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += 1;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    fn next_variable(&mut self) -> Result<Option<Variable<'t>>, Bad> {
        while let Some(line) = self.next_line() {
            let line = line.trim();
            let bad = |why: &str| Bad::new(&format!("line {}", self.line), why);
            if line.contains('\0') {
                return Err(bad("a NUL stands there"));
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
            let assignment = exported.unwrap_or(line).trim_start();
            let Some((key, value)) = assignment.split_once('=') else {
                // A variable that is set elsewhere.
                match exported.is_some() && assignment.split_whitespace().all(is_variable) {
                    true => continue,
                    false => return Ok(Some(Variable { line: self.line, key: None, value: Err(NO_VARIABLE) })),
                }
            };
            let key = key.trim_end();
            if !is_variable(key) {
                return Ok(Some(Variable { line: self.line, key: None, value: Err(NO_VARIABLE) }));
            }
            // The end of something in base64 looks like a variable that is set to nothing.
            let key = Some(key).filter(|key| !value.trim_matches('=').is_empty() || !mixed(key));
            let (line, blank) = (self.line, value.starts_with([' ', '\t']));
            let value = value.trim_start();
            let value = match value.chars().next() {
                Some(quote @ ('\'' | '"')) => self.quoted(&value[1..], quote)?,
                _ => unquoted(value, blank),
            };
            return Ok(Some(Variable { line, key, value }));
        }
        Ok(None)
    }

    /// A value in quotes, which may go on for lines.
    fn quoted(&mut self, first: &'t str, quote: char) -> Result<Result<Zeroizing<String>, &'static str>, Bad> {
        let begun = self.line;
        let bad = |line: usize, why: &str| Bad::new(&format!("line {line}"), why);
        // Room for the longest secret from the start, so that growing leaves no copy of one behind.
        let mut value = Zeroizing::new(String::with_capacity(LONGEST + 4));
        let mut line = first;
        let (mut refers, mut escapes) = (false, false);
        loop {
            let mut chars = line.char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    _ if c == quote => {
                        let rest = line[at + 1..].trim();
                        if !rest.is_empty() && !rest.starts_with('#') {
                            return Ok(Err(BEHIND));
                        }
                        return Ok(match (refers, escapes) {
                            (true, _) => Err(REFERS),
                            (false, true) => Err(ESCAPES),
                            (false, false) => Ok(value),
                        });
                    }
                    '\0' => return Err(bad(self.line, "a NUL stands there")),
                    '\\' if quote == '"' => match chars.next() {
                        Some((_, 'n')) => value.push('\n'),
                        Some((_, 'r')) => value.push('\r'),
                        Some((_, 't')) => value.push('\t'),
                        // What it stands for one reader leaves as it is and another takes for a character.
                        _ => escapes = true,
                    },
                    '$' | '`' if quote == '"' => {
                        // At its end it means itself.
                        refers |= c == '`' || !line[at + 1..].starts_with(quote);
                        value.push(c);
                    }
                    _ => value.push(c),
                }
            }
            value.push('\n');
            line = self.next_line().ok_or_else(|| bad(begun, "a quote is opened and never closed"))?;
        }
    }
}

/// A value without quotes: up to a blank and a `#`. Behind `=` and a blank it may be a remark from the start.
fn unquoted(value: &str, blank: bool) -> Result<Zeroizing<String>, &'static str> {
    let remark = |(at, _): &(usize, &str)| value[..*at].ends_with([' ', '\t']) || (*at == 0 && blank);
    let end = value.match_indices('#').find(remark).map_or(value.len(), |(at, _)| at);
    let value = value[..end].trim();
    if value.contains('#') {
        return Err(REMARK);
    }
    if value.contains('`') || value.trim_end_matches('$').contains('$') {
        return Err(REFERS);
    }
    if value.contains(['\\', '\'', '"']) {
        return Err(ESCAPES);
    }
    Ok(Zeroizing::new(value.to_owned()))
}

/// The secret that a value is, or why it cannot be one.
fn as_secret(value: &str) -> Result<Secret, &'static str> {
    let word = value.to_ascii_lowercase();
    match value {
        "" => return Err("it is empty"),
        _ if ["true", "false", "yes", "no", "on", "off"].contains(&word.as_str()) => return Err("it is yes or no"),
        _ if value.len() < SHORTEST && value.parse().is_ok_and(f64::is_finite) => return Err("it is a number"),
        _ if value.contains('\n') => return Err("it has more than one line"),
        _ if value.len() < SHORTEST => return Err("it is shorter than 16 characters"),
        _ if value.len() > LONGEST => return Err("it is longer than 512 characters"),
        _ if value.contains([' ', '\t']) => return Err("it has blanks in it"),
        _ if !value.bytes().all(|byte| byte.is_ascii_graphic()) => return Err("it is not plain ASCII"),
        _ => {}
    }
    if let Some((scheme, rest)) = value.split_once("://")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.split(['/', '?', '#']).next().unwrap_or_default().contains('@')
        // A password may hold a slash.
        && !rest.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'))
    {
        return Err("it is a URL without credentials");
    }
    if is_path(value) {
        return Err("it is a path");
    }
    Secret::parse(value.as_bytes()).map_err(|_| "it has not the form of a secret")
}

/// A secret in base64 may begin with `/` too; but large and small letters and digits stand side by side in it.
fn is_path(value: &str) -> bool {
    ["./", "../", "~/"].iter().any(|beginning| value.starts_with(beginning))
        || (value.starts_with('/') && !value.split('/').any(mixed))
}

fn mixed(part: &str) -> bool {
    let any = |kind: fn(&u8) -> bool| part.as_bytes().iter().any(kind);
    any(u8::is_ascii_digit) && any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase)
}
