//! cli: everything that can be said to jeton. The grammar and its words only: no I/O, no environment; `command` asks
//! the host for what a flag leaves open. Help, man pages and completions are made from here.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ColorChoice, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};

use crate::token::name::Name;
use crate::token::secret::Prefix;
use crate::token::span::{self, Expiry};

/// Issue, keep, copy, verify and end API tokens: one binary, one local vault, no server.
#[derive(Debug, Parser)]
#[command(
    name = "jeton",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100,
    after_help = "`jeton help COMMAND` explains a command, `jeton help exit-codes` the exit codes."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Verb,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The vault to use [default: JETON_VAULT, else vault.db in your data directory]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub vault: Option<PathBuf>,
    /// Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE,
    /// JETON_PASSPHRASE]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub passphrase_file: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    Create(Create),
    List(List),
    Show(Show),
    Copy(Copy),
    Delete(Delete),
    Verify(Verify),
    Vault(Vault),
    Completions(Completions),
    Help(Help),
}

/// Create a token; its secret goes to the clipboard or stdout
///
/// The first token also makes the vault. At a terminal you choose a passphrase for it, which `jeton copy` will ask
/// for; creating never does.
#[derive(Debug, Args)]
pub struct Create {
    /// What to call it: 1 to 100 characters of any script, unique in the vault
    #[arg(value_hint = ValueHint::Other)]
    pub name: Name,
    /// What it is for
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub description: String,
    /// When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never
    #[arg(long, short, value_name = "WHEN", value_parser = Expiry::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub expires: Option<Expiry>,
    /// What the secret begins with [default: jtn]
    #[arg(long, value_name = "PREFIX", value_parser = Prefix::parse)]
    pub prefix: Option<Prefix>,
    /// Keep no sealed copy: the secret is shown now and never again
    #[arg(long)]
    pub once: bool,
    #[command(flatten)]
    pub delivery: Delivery,
    #[command(flatten)]
    pub format: Format,
}

/// How a new secret reaches the person or script that asked for it.
#[derive(Debug, Args)]
pub struct Delivery {
    /// Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Show the secret even when it was copied to the clipboard
    #[arg(long, short, conflicts_with = "output")]
    pub print: bool,
    /// Copy the secret to the clipboard [default: at a terminal that has one]
    #[arg(long, conflicts_with = "no_copy")]
    pub copy: bool,
    /// Do not copy the secret to the clipboard
    #[arg(long)]
    pub no_copy: bool,
    #[command(flatten)]
    pub clearing: Clearing,
}

#[derive(Debug, Args)]
pub struct Clearing {
    /// When to clear the clipboard, if the secret is still there: 45s, 2m, never
    #[arg(long, value_name = "SPAN", default_value = "45s", value_parser = Delay::parse, allow_hyphen_values = true)]
    pub clear_after: Delay,
}

/// A span from now on, or never.
#[derive(Clone, Copy, Debug)]
pub struct Delay(pub Option<std::time::Duration>);

impl Delay {
    fn parse(text: &str) -> Result<Delay, span::BadSpan> {
        span::parse_delay(text).map(Delay)
    }
}

#[derive(Debug, Args)]
pub struct Format {
    /// Write JSON to stdout, and errors as JSON to stderr
    #[arg(long)]
    pub json: bool,
}

/// List tokens, newest first
#[derive(Debug, Args)]
#[command(visible_alias = "ls")]
pub struct List {
    /// Include tokens that no longer work
    #[arg(long, short)]
    pub all: bool,
    /// Names only, one a line
    #[arg(long, short, conflicts_with = "json")]
    pub quiet: bool,
    #[command(flatten)]
    pub format: Format,
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

/// Copy a token's secret to the clipboard
///
/// Asks for the vault's passphrase. The clipboard is cleared after a while, and the text that was there before is put
/// back.
#[derive(Debug, Args)]
#[command(visible_alias = "cp")]
pub struct Copy {
    /// Its name or id
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other)]
    pub token: String,
    /// Write the secret to stdout instead
    #[arg(long, short)]
    pub print: bool,
    #[command(flatten)]
    pub clearing: Clearing,
    #[command(flatten)]
    pub format: Format,
}

/// Delete tokens for good
///
/// Services that use them stop working at once. Nothing of them stays but their names and ids in the audit log.
#[derive(Debug, Args)]
#[command(visible_alias = "rm")]
pub struct Delete {
    /// Names or ids; all of them or none
    #[arg(value_name = "TOKEN", required = true, value_hint = ValueHint::Other)]
    pub tokens: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
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
}

/// Look after the vault itself
#[derive(Debug, Args)]
pub struct Vault {
    #[command(subcommand)]
    pub verb: VaultVerb,
}

#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    Init(Init),
}

/// Make an empty vault
///
/// With a passphrase, secrets can be copied again; without one the vault shows every secret only once.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    pub format: Format,
}

/// Write a completion script for a shell to stdout
///
/// It completes commands and options. To complete names of tokens too, see the README.
#[derive(Debug, Args)]
pub struct Completions {
    pub shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Elvish,
}

/// Explain a command, or the exit codes
#[derive(Debug, Args)]
pub struct Help {
    /// A command, or `exit-codes`
    #[arg(value_name = "TOPIC", value_hint = ValueHint::Other)]
    pub topic: Vec<String>,
}

/// Reads `jeton verify ...` by the grammar of `verify` alone; `None` for whatever is not plainly that, help and
/// mistakes included. Building the whole grammar costs every verification, and it needs one command of it.
pub fn verify_only(argv: &[OsString]) -> Option<Cli> {
    if argv.get(1)? != "verify" {
        return None;
    }
    let verify = Verify::augment_args(Command::new("verify"));
    let grammar = Global::augment_args(Command::new("jeton")).disable_help_subcommand(true).subcommand(verify);
    let matches = grammar.try_get_matches_from(argv).ok()?;
    let args = Verify::from_arg_matches(matches.subcommand_matches("verify")?).ok()?;
    Some(Cli { global: Global::from_arg_matches(&matches).ok()?, command: Verb::Verify(args) })
}

/// The whole grammar, for help, man pages and completions.
pub fn command() -> Command {
    Cli::command()
}
