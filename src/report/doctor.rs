//! How the health of a vault is told: a line for each thing that was looked into, what was found, and the command that
//! mends it.

use std::path::Path;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::complaint::Complaint;
use super::mend::Mend;
use super::{BAD, DOUBTFUL, GOOD, QUIET, Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::health::{Check, EXPIRING_DAYS, FORGOTTEN_DAYS, Finding, Named, UNUSED_DAYS, Unchecked};
use crate::token::name::Name;
use crate::wire::health::{CheckedJson, FindingJson, HealthJson};

/// Names and commands of a finding that are told; JSON has more names.
const FEW: usize = 5;
/// Where the text of the page begins, behind the word of its line.
const INDENT: usize = 11;

/// What was looked into, and what came of it.
#[derive(Debug)]
pub struct Examined {
    pub check: Check,
    pub outcome: Result<Vec<Complaint>, Unchecked>,
}

impl Report {
    /// One page on the vault at this path.
    pub fn health(&mut self, vault: &Path, examined: &[Examined]) -> Result<(), Error> {
        if self.manner.json {
            self.json(&self.health_json(vault, examined))?;
        } else {
            let page = self.health_page(vault, examined);
            self.result(|out| out.write_all(page.as_bytes()))?;
        }
        self.flush()
    }

    fn health_json(&self, vault: &Path, examined: &[Examined]) -> HealthJson {
        let mut findings = Vec::new();
        let mut checks = Vec::new();
        for Examined { check, outcome } in examined {
            let (result, why) = match outcome {
                Ok(complaints) if complaints.is_empty() => ("ok", None),
                Ok(_) => ("findings", None),
                Err(why) => ("not-checked", Some(self.why_not(*why))),
            };
            checks.push(CheckedJson { check: check.word(), result, why });
            for complaint in outcome.iter().flatten() {
                let tokens = complaint.tokens();
                findings.push(FindingJson {
                    code: complaint.code(),
                    check: check.word(),
                    severity: if complaint.is_grave() { "error" } else { "warning" },
                    message: self.message(complaint),
                    count: tokens.map(|tokens| tokens.count),
                    tokens: tokens.iter().flat_map(|tokens| &tokens.names).map(Name::to_string).collect(),
                    mend: match self.mend(complaint, vault) {
                        Mend::Commands(commands) => commands.join("\n"),
                        Mend::Advice(advice) => advice,
                    },
                });
            }
        }
        HealthJson { healthy: findings.is_empty(), vault: vault.display().to_string(), findings, checks }
    }

    fn health_page(&self, vault: &Path, examined: &[Examined]) -> String {
        let colour = self.manner.colour_out;
        let mut page = format!("vault {}\n", paint(STRONG, colour, &plain(&vault.display().to_string())));
        let (mut found, mut barred) = (0, Vec::new());
        for Examined { check, outcome } in examined {
            let check = check.word();
            match outcome {
                Err(Unchecked::Barred) => barred.push(check),
                Err(why) => page += &self.entry(QUIET, "-", &format!("{check}: not checked, {}", self.why_not(*why))),
                Ok(complaints) if complaints.is_empty() => page += &self.entry(GOOD, "ok", check),
                Ok(complaints) => {
                    found += complaints.len();
                    for complaint in complaints {
                        let (style, word) = if complaint.is_grave() { (BAD, "error") } else { (DOUBTFUL, "warning") };
                        page += &self.entry(style, word, &format!("{check}: {}", self.message(complaint)));
                        page += &match self.mend(complaint, vault) {
                            // Not wrapped: they are there to be pasted.
                            Mend::Commands(commands) => {
                                let line = |text: &str| format!("{:INDENT$}{text}\n", "");
                                let few = commands.iter().take(FEW);
                                let few: String =
                                    few.map(|command| line(&paint(STRONG, colour, &plain(command)))).collect();
                                let all = complaint.tokens().map_or(0, |tokens| tokens.count);
                                let more = and_more(all).trim_start().to_owned();
                                if more.is_empty() {
                                    few
                                } else {
                                    few + &line(&format!("# {more}; --json has more of them"))
                                }
                            }
                            Mend::Advice(advice) => self.entry(QUIET, "", &advice),
                        };
                    }
                }
            }
        }
        if !barred.is_empty() {
            let why = self.why_not(Unchecked::Barred);
            page += &self.entry(QUIET, "-", &format!("{}: not checked, {why}", barred.join(", ")));
        }
        let end = match found {
            0 => format!("{}: nothing to mend", paint(GOOD, colour, "healthy")),
            1 => "1 finding".to_owned(),
            more => format!("{more} findings"),
        };
        page + &end + "\n"
    }

    /// A word, and a text that stays beside it however narrow the terminal is.
    fn entry(&self, style: Style, word: &str, text: &str) -> String {
        let room = self.manner.columns.map_or(usize::MAX, |columns| usize::from(columns).saturating_sub(INDENT));
        let word = paint(style, self.manner.colour_out, &format!("{word:<7}"));
        let text = wrapped(&plain(text), room).join(&format!("\n{:INDENT$}", ""));
        format!("  {word}  {text}\n")
    }

    fn why_not(&self, why: Unchecked) -> String {
        match why {
            Unchecked::Barred => "since what was found stands in the way".to_owned(),
            Unchecked::Locked => self.with_its_vault("since the vault is locked; `jeton unlock` first"),
            Unchecked::WrongPassphrase => "since the passphrase is wrong".to_owned(),
            Unchecked::OtherKey => "since the key that waits in the keyring is not this vault's: somebody has removed \
                                    its passphrase since, or exchanged its keys"
                .to_owned(),
            Unchecked::ShowOnce => "since this is a show-once vault".to_owned(),
        }
    }

    /// What is wrong, in a sentence.
    fn message(&self, complaint: &Complaint) -> String {
        let finding = match complaint {
            Complaint::Error(error) => return error.to_string(),
            Complaint::Finding(finding) => finding,
        };
        match finding {
            Finding::Unsound { faults } => {
                let first: Vec<&str> = faults.iter().take(FEW).map(String::as_str).collect();
                // Nobody has counted them all.
                let more = if faults.len() > FEW { "; and more" } else { "" };
                format!("the vault is damaged: {}{more}", first.join("; "))
            }
            Finding::Odd { part, .. } => format!("{part} is missing, or not as it was made"),
            Finding::Unwiped => "the traces of a deletion are not wiped yet".to_owned(),
            Finding::Ahead { until, log, tokens } => {
                let by = time::span(until.duration_since(self.now));
                let what = match (log, tokens.count) {
                    (true, 0) => "the log is".to_owned(),
                    (false, _) => told(tokens, " is", " are"),
                    (true, _) => format!("the log and {}", told(tokens, " are", " are")),
                };
                format!("{what} {by} ahead of the clock, which was set back or is wrong")
            }
            Finding::BadCopies(tokens) => told(
                tokens,
                " has a sealed copy that does not open, or is not its secret",
                " have sealed copies that do not open, or are not their secrets",
            ),
            Finding::CopiesWithoutKey(tokens) => told(
                tokens,
                " has a sealed copy, and the vault no key that opens it",
                " have sealed copies, and the vault no key that opens them",
            ),
            Finding::Endless(tokens, _) => told(tokens, " never expires", " never expire"),
            Finding::Expiring(tokens, _) => {
                let within = format!("within {EXPIRING_DAYS} days");
                told(tokens, &format!(" expires {within}"), &format!(" expire {within}"))
            }
            Finding::NeverUsed(tokens) => {
                let since = format!("been used in more than {FORGOTTEN_DAYS} days");
                told(tokens, &format!(" has never {since}"), &format!(" have never {since}"))
            }
            Finding::Unused(tokens) => {
                let since = format!("not been used for {UNUSED_DAYS} days");
                told(tokens, &format!(" has {since}"), &format!(" have {since}"))
            }
            Finding::AllScopes(tokens) => told(tokens, " has every scope, by `*`", " have every scope, by `*`"),
            Finding::CopiesKept(tokens) => {
                let policy = "though policy `recoverable` is `never`";
                told(tokens, &format!(" keeps a sealed copy, {policy}"), &format!(" keep sealed copies, {policy}"))
            }
            Finding::LongGrace(tokens) => {
                let since = format!("works {FORGOTTEN_DAYS} days after a rotation");
                let old = format!("an old secret that still {since}");
                told(tokens, &format!(" has {old}"), &format!(" have {old}"))
            }
        }
    }
}

/// Tokens and what is to be said of one or of several: `` `web` never expires``.
fn told(tokens: &Named, of_one: &str, of_many: &str) -> String {
    let names: Vec<String> = tokens.names.iter().take(FEW).map(|name| format!("`{name}`")).collect();
    match tokens.count {
        1 => format!("{}{of_one}", names.concat()),
        count => format!("{count} tokens{of_many}: {}{}", names.join(", "), and_more(count)),
    }
}

/// How many are left when a few have been told.
fn and_more(count: u64) -> String {
    match count.saturating_sub(FEW as u64) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

/// Lines that are no wider than `room`, broken at blanks; a word that is wider stands alone.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| line.width() + 1 + word.width() <= room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks_and_nothing_is_lost() {
        let text = "a sealed copy that does not open";
        assert_eq!(wrapped(text, 80), [text]);
        assert_eq!(wrapped(text, 13), ["a sealed copy", "that does not", "open"]);
        assert_eq!(wrapped("界界 界界", 8), ["界界", "界界"]);
        assert_eq!(wrapped("nobreaks here", 3).join(" "), "nobreaks here");
    }
}
