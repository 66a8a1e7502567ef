//! What looks and changes nothing: list, show, verify, log, doctor.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use super::Format;
use super::filter::{Selection, Wanted};
use crate::token::column::Column;
use crate::token::event::Head;
use crate::token::health::{EXPIRING_DAYS, FORGOTTEN_DAYS, UNUSED_DAYS};
use crate::token::order::By;
use crate::token::span::Ago;

/// List tokens, newest first
#[derive(Debug, Args)]
#[command(visible_alias = "ls")]
pub struct List {
    /// Include tokens that no longer work [default with --expired and --status]
    #[arg(long, short)]
    pub all: bool,
    /// In this order: created (newest first), name, owner, type, status (active first), expires (soonest first, never
    /// last), last-used (latest first, never last)
    #[arg(long, value_name = "KEY", default_value = By::default().word(), hide_possible_values = true, value_parser = PossibleValuesParser::new(By::ALL.map(By::word)).try_map(by))]
    pub sort: By,
    /// From the last to the first
    #[arg(long)]
    pub reverse: bool,
    /// So many at most, the first in this order
    #[arg(long, value_name = "N", value_parser = limit, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub limit: Option<usize>,
    /// These columns, and all of them however narrow the terminal is: name, id, status, type, owner, scopes, labels,
    /// description, left, expires, last-used, created, revoked, recoverable
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', conflicts_with_all = ["json", "quiet"], hide_possible_values = true, value_parser = PossibleValuesParser::new(Column::ALL.map(Column::word)).try_map(column))]
    pub columns: Vec<Column>,
    /// Exit with 20 if there is any
    #[arg(long)]
    pub exit_code: bool,
    /// Names only, one a line
    #[arg(long, short, conflicts_with = "json")]
    pub quiet: bool,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub selection: Selection,
}

fn by(word: String) -> Result<By, &'static str> {
    By::parse(&word).ok_or("there is no such order")
}

fn column(word: String) -> Result<Column, &'static str> {
    Column::parse(&word).ok_or("there is no such column")
}

fn limit(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|most| *most > 0).ok_or("write a whole number from 1")
}

/// Show everything about one token but its secret
#[derive(Debug, Args)]
pub struct Show {
    /// Its name or id
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other)]
    pub token: String,
    #[command(flatten)]
    pub format: Format,
}

/// Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell
///
/// The secret is read from stdin, or asked for at a terminal. Never give it as an argument.
#[derive(Debug, Args)]
pub struct Verify {
    /// Read the secret from this environment variable
    #[arg(long, value_name = "VAR", conflicts_with = "file")]
    pub env: Option<String>,
    /// Read the secret from this file; `-` is stdin
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Check one secret a line; writes one line of JSON for each
    #[arg(long, conflicts_with_all = ["env", "explain"])]
    pub batch: bool,
    /// Only look: count no use and note none
    #[arg(long)]
    pub peek: bool,
    /// Tell each check that was made, in order
    #[arg(long)]
    pub explain: bool,
    /// Say nothing; the exit code tells
    #[arg(long, short, conflicts_with_all = ["explain", "batch"])]
    pub quiet: bool,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub wanted: Wanted,
}

/// Tell what was done to the vault, newest last
///
/// Every event is chained to the one before it. `--check` finds one that was changed, removed or put in by somebody who
/// does not know how; `--check --head H`, with an H that was kept elsewhere, also finds what somebody did who does.
#[derive(Debug, Args)]
pub struct Log {
    /// Only what was done since: 2h, 90d, 2026-11-21, an RFC 3339 time
    #[arg(long, value_name = "WHEN", value_parser = Ago::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub since: Option<Ago>,
    /// Only what was done to this token, by its name or id; a deleted one too
    #[arg(long, value_name = "TOKEN", value_hint = ValueHint::Other)]
    pub token: Option<String>,
    /// Go on, and tell what is done from now on
    #[arg(long, short, conflicts_with_all = ["check", "head"])]
    pub follow: bool,
    /// Check that no event was changed, removed or put in; exit code 7 if one was
    #[arg(long, conflicts_with_all = ["since", "token"])]
    pub check: bool,
    /// Print the head, to be kept elsewhere; with --check, prove that HEAD is an ancestor of the log
    #[arg(long, value_name = "HEAD", num_args = 0..=1, value_parser = Head::parse, conflicts_with_all = ["since", "token"])]
    pub head: Option<Option<Head>>,
    #[command(flatten)]
    pub format: Format,
}

/// Tell what is wrong with the vault and its tokens, and the command that mends it
///
/// Exit code 0 is healthy, 20 is findings, anything else could not tell. Nothing is changed, nothing is asked and
/// nothing but a wrong passphrase is put on record. Sealed copies are opened where the vault is unlocked or a passphrase is given.
#[derive(Debug, Args)]
#[command(after_help = doctor_help())]
pub struct Doctor {
    #[command(flatten)]
    pub format: Format,
}

fn doctor_help() -> String {
    format!(
        "It tells of tokens that work and are no sessions: without an end; with the scope `*`; made more than \
         {FORGOTTEN_DAYS} days ago and never used; not used for {UNUSED_DAYS} days; ending within {EXPIRING_DAYS} days \
         (in the last third of their life, if a policy allows no long one) and not made for less than a day; with an old secret that still works {FORGOTTEN_DAYS} days after a rotation; \
         with a sealed copy where the policy is `recoverable never`."
    )
}
