//! cli: everything that can be said to jeton. The grammar and its words only: no I/O, no environment; `command` asks
//! the host for what a flag leaves open. Help, man pages and completions are made from here.
//!
//! `issue` has what hands out secrets, `run` what uses them unseen, `find` what looks, `change` and `end` what their
//! names say, `transfer` export and import, `serve` the
//! vault behind HTTP, `keep` its care.

mod change;
mod end;
mod filter;
mod find;
mod issue;
mod keep;
mod run;
mod serve;
mod transfer;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, Args, ColorChoice, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};

pub use change::{Edit, Restore, Rotate};
pub use end::{Delete, Logout, Revoke};
pub use filter::{Selection, Wanted};
pub use find::{Doctor, List, Log, Show, Verify};
pub use issue::{Clearing, Copy, Create, Delay, Delivery, Login, Rules};
pub use keep::{
    Backup, Compact, Completions, Help, Info, Init, Passphrase, Policy, PolicyVerb, Scopes, ScopesVerb, Set, Shell,
    Unset, Vault, VaultVerb,
};
pub use run::{Lock, Run, Status, Unlock};
pub use serve::{Listen, LogFormat, LogLevel, Serve};
pub use transfer::{Export, Import};

use crate::token::record::{MOST_USES, Type};

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
    Run(Run),
    Verify(Verify),
    Rotate(Rotate),
    Revoke(Revoke),
    Restore(Restore),
    Edit(Edit),
    Delete(Delete),
    Login(Login),
    Logout(Logout),
    Unlock(Unlock),
    Lock(Lock),
    Status(Status),
    Policy(Policy),
    Log(Log),
    Doctor(Doctor),
    Export(Export),
    Import(Import),
    Serve(Serve),
    Vault(Vault),
    Completions(Completions),
    Help(Help),
}

#[derive(Debug, Args)]
pub struct Format {
    /// Write JSON to stdout, and errors as JSON to stderr
    #[arg(long)]
    pub json: bool,
}

/// How many uses; `unlimited` is none counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses(pub Option<u64>);

impl Uses {
    fn parse(text: &str) -> Result<Uses, &'static str> {
        if text == "unlimited" {
            return Ok(Uses(None));
        }
        let uses = text.parse().ok().filter(|uses| (1..=MOST_USES).contains(uses));
        uses.map(|uses| Uses(Some(uses))).ok_or("write a whole number from 1, or unlimited")
    }
}

/// `client`, `admin` or `session`.
fn kind(word: &str) -> Result<Type, &'static str> {
    Type::parse(word).ok_or("a type is client, admin or session")
}

/// Which command is meant, told without the grammar: the first word that is no option and no value of one.
pub fn verb(words: &[OsString]) -> Option<&str> {
    let mut words = words.iter().map(|word| word.to_str().unwrap_or_default());
    while let Some(word) = words.next() {
        match word {
            "--vault" | "--passphrase-file" | "--color" => drop(words.next()),
            word if word.starts_with('-') => {}
            word => return Some(word),
        }
    }
    None
}

/// Reads `jeton verify ...` and `jeton run ...` by the grammar of that command alone; `None` for whatever is not plainly
/// that, help and mistakes included. Building the whole grammar costs every verification, and it needs one command of it.
pub fn only(argv: &[OsString]) -> Option<Cli> {
    let (verb, augment, read): Only = match argv.get(1)?.to_str()? {
        "verify" => ("verify", Verify::augment_args, |words| Verify::from_arg_matches(words).map(Verb::Verify)),
        "run" => ("run", Run::augment_args, |words| Run::from_arg_matches(words).map(Verb::Run)),
        _ => return None,
    };
    let grammar = Global::augment_args(Command::new("jeton")).disable_help_subcommand(true);
    let matches = grammar.subcommand(augment(Command::new(verb))).try_get_matches_from(argv).ok()?;
    let command = read(matches.subcommand_matches(verb)?).ok()?;
    Some(Cli { global: Global::from_arg_matches(&matches).ok()?, command })
}

/// A command's name, its grammar, and how its words are read.
type Only = (&'static str, fn(Command) -> Command, fn(&ArgMatches) -> Result<Verb, clap::Error>);

/// The whole grammar, for help, man pages and completions.
pub fn command() -> Command {
    Cli::command()
}
