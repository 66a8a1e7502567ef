//! What was said, read by the grammar; and what is wrong with it, in jeton's own two sentences. A secret among the
//! words is refused before anything could repeat it.

use std::error::Error as _;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ColorChoice, FromArgMatches};

use crate::cli::{self, Cli};
use crate::error::Error;
use crate::host::{Host, Stream};
use crate::token::secret;

/// Either something to do, or a text that was asked for: help or the version.
pub enum Said {
    Do(Box<Cli>),
    Text(String),
    /// Nothing was said; this is all that could have been.
    Nothing(String),
}

/// Reads the words; the first is the program's name.
///
/// # Errors
/// [`Error::SecretInArguments`] and [`Error::Grammar`].
pub fn read(argv: &[OsString], host: &dyn Host, colour: bool) -> Result<Said, Error> {
    let words = own(argv);
    if words.iter().any(|word| secret::holds_secret(word.as_bytes())) {
        let said = |verb: &str| words.iter().any(|word| word == verb);
        let hint = match (said("verify"), said("revoke")) {
            (true, _) => {
                "give that token a new one with `jeton rotate`; a secret is given on stdin: `printf %s \"$SECRET\" | jeton verify`"
            }
            (false, true) => "a secret is given on stdin: `printf %s \"$SECRET\" | jeton revoke` ends what it opens",
            (false, false) => {
                "give that token a new one with `jeton rotate`; name tokens by their names or ids, and give secrets on stdin"
            }
        };
        return Err(Error::SecretInArguments { hint });
    }
    if let Some(cli) = cli::only(argv) {
        return Ok(Said::Do(Box::new(cli)));
    }
    let columns = host.columns(Stream::Out).or(host.columns(Stream::Err)).map_or(100, usize::from);
    let mut grammar = cli::command().term_width(columns);
    let matches = grammar.try_get_matches_from_mut(argv);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Ok(Said::Do(Box::new(cli))),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = error.render();
                Ok(Said::Text(if colour { text.ansi().to_string() } else { text.to_string() }))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Ok(Said::Nothing(error.render().to_string())),
            _ => Err(in_two_sentences(&error, words)),
        },
    }
}

/// The words that are jeton's: what stands after `--` in `run` is another program's business.
pub fn own(argv: &[OsString]) -> &[OsString] {
    let words = argv.get(1..).unwrap_or_default();
    let end = match cli::verb(words) {
        Some("run") => words.iter().position(|word| word == "--"),
        _ => None,
    };
    &words[..end.unwrap_or(words.len())]
}

/// The colour that was asked for, seen before the grammar is, since the grammar's own errors have colours too.
pub fn colour_choice(argv: &[OsString]) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut words = own(argv).iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = if word == "--color" { words.next() } else { word.strip_prefix("--color=") };
        choice = value.and_then(|value| value.parse().ok()).unwrap_or(choice);
    }
    choice
}

/// clap writes paragraphs: what is wrong, tips, usage. They become what happened and what to do.
fn in_two_sentences(error: &clap::Error, words: &[OsString]) -> Error {
    let (kind, text) = (error.kind(), error.render().to_string());
    let verb = cli::verb(words).unwrap_or_default();
    let repeats_nothing = matches!(kind, ErrorKind::ArgumentConflict | ErrorKind::MissingRequiredArgument);
    if words.iter().any(|word| word == "verify") && !repeats_nothing {
        // What stands there may be a secret of another system's making, and is not repeated.
        if let (ErrorKind::ValueValidation, Some(ContextValue::String(flag)), Some(rule)) =
            (kind, error.get(ContextKind::InvalidArg), error.source())
        {
            let flag = flag.split(' ').next().unwrap_or_default();
            return Error::Grammar { message: format!("{flag}: {rule}"), hint: "see `jeton verify --help`".into() };
        }
        return Error::Grammar {
            message: "`verify` does not take one of these arguments".into(),
            hint: "give the secret on stdin, or with `--env VAR` or `--file PATH`; see `jeton verify --help`".into(),
        };
    }
    // Nor is what may be a passphrase.
    if ["vault", "passphrase"].iter().all(|verb| words.iter().any(|word| word == verb)) && !repeats_nothing {
        return Error::Grammar {
            message: "`vault passphrase` does not take one of these arguments".into(),
            hint: "the new passphrase is asked for, or read with `--new-passphrase-file PATH`; see `jeton vault passphrase --help`".into(),
        };
    }
    let mut paragraphs = text.split("\n\n");
    let what = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
    let message = what.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut hints: Vec<String> = Vec::new();
    for paragraph in paragraphs {
        for line in paragraph.lines().map(str::trim) {
            if let Some(tip) = line.strip_prefix("tip: ") {
                // No value of ours begins with a dash, so this tip never helps.
                if !tip.starts_with("to pass") {
                    hints.push(tip.to_owned());
                }
            } else if let Some(usage) = line.strip_prefix("Usage: ")
                // Made from what was said, it offers the conflict again.
                && kind != ErrorKind::ArgumentConflict
            {
                hints.push(format!("usage: {usage}"));
            }
        }
    }
    if verb == "create" && kind == ErrorKind::UnknownArgument && !message.contains("'-") {
        hints.insert(0, "a name with blanks in it needs quotes".into());
    }
    if hints.is_empty() {
        let known = cli::command().find_subcommand(verb).is_some();
        hints.push(if known { format!("see `jeton {verb} --help`") } else { "see `jeton --help`".into() });
    }
    Error::Grammar { message, hint: hints.join("; ") }
}
