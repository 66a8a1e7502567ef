//! The care of the vault and of jeton itself: policy, vault, completions, help.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::Format;
use crate::token::policy::Rule;
use crate::token::scope::Scope;

/// Look after the vault itself
#[derive(Debug, Args)]
pub struct Vault {
    #[command(subcommand)]
    pub verb: VaultVerb,
}

#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    Init(Init),
    Info(Info),
    Passphrase(Passphrase),
    Backup(Backup),
    Compact(Compact),
}

/// Make an empty vault
///
/// With a passphrase, secrets can be copied again; without one the vault shows every secret only once.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    pub format: Format,
}

/// Tell what is in the vault and how it is kept
///
/// Its place, id and size, its tokens by their status, secrets, sealed copies and events, and how its key is wrapped. It
/// needs no passphrase.
#[derive(Debug, Args)]
pub struct Info {
    #[command(flatten)]
    pub format: Format,
}

/// Change the passphrase, give one to a show-once vault, or take it away
///
/// The tokens stay as they are, and so do the sealed copies: only the key that opens them is wrapped anew. A backup from
/// before still opens with the old passphrase.
#[derive(Debug, Args)]
pub struct Passphrase {
    /// Read the new passphrase from a file instead of asking; `-` is stdin
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub new_passphrase_file: Option<PathBuf>,
    /// Take the passphrase away, and drop every sealed copy for good; the tokens stay valid. It needs no passphrase
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub remove: bool,
    /// With --remove: do not ask
    #[arg(long, short, requires = "remove")]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
}

/// Write a copy of the vault to a new file
///
/// It is consistent however many others write meanwhile, and verified before it is done. It is a vault itself: `jeton
/// --vault FILE list` reads it, and it opens with the passphrase of today. It needs no passphrase.
#[derive(Debug, Args)]
pub struct Backup {
    /// Where to; never a file that is there
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    #[command(flatten)]
    pub format: Format,
}

/// Rebuild the vault's file without the room that deletions have left in it
#[derive(Debug, Args)]
pub struct Compact {
    #[command(flatten)]
    pub format: Format,
}

/// Show what this vault allows, or change it
///
/// The vault keeps to its policy however a token is made or changed. What was allowed once is not taken back when the
/// policy changes.
#[derive(Debug, Args)]
pub struct Policy {
    #[command(subcommand)]
    pub verb: Option<PolicyVerb>,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    Set(Set),
    Unset(Unset),
    Scopes(Scopes),
}

/// Set a rule
#[derive(Debug, Args)]
#[command(after_help = rules_help())]
pub struct Set {
    /// Which rule; they stand below
    #[arg(value_name = "RULE", value_parser = PossibleValuesParser::new(Rule::ALL.map(Rule::word)).try_map(rule))]
    pub rule: Rule,
    /// What it is from now on
    #[arg(allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub value: String,
    #[command(flatten)]
    pub format: Format,
}

/// Take a rule away
#[derive(Debug, Args)]
pub struct Unset {
    /// Which rule
    #[arg(value_name = "RULE", value_parser = PossibleValuesParser::new(Rule::ALL.map(Rule::word)).try_map(rule))]
    pub rule: Rule,
    #[command(flatten)]
    pub format: Format,
}

/// Show or change the catalogue of known scopes
///
/// Where it is not empty, no token is given a scope that is not in it.
#[derive(Debug, Args)]
pub struct Scopes {
    #[command(subcommand)]
    pub verb: Option<ScopesVerb>,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub enum ScopesVerb {
    /// Make scopes known
    Add {
        #[arg(value_name = "SCOPE", required = true, value_parser = Scope::parse, value_hint = ValueHint::Other)]
        scopes: Vec<Scope>,
        #[command(flatten)]
        format: Format,
    },
    /// Make scopes unknown; tokens that have them keep them
    Remove {
        #[arg(value_name = "SCOPE", required = true, value_parser = Scope::parse, value_hint = ValueHint::Other)]
        scopes: Vec<Scope>,
        #[command(flatten)]
        format: Format,
    },
}

fn rule(word: String) -> Result<Rule, &'static str> {
    Rule::parse(&word).ok_or("there is no such rule")
}

fn rules_help() -> String {
    let lines = Rule::ALL.map(|rule| {
        let (word, meaning, values) = (rule.word(), rule.meaning(), rule.values());
        format!("  {word:<20}  {meaning}\n  {:<20}  = {values}\n", "")
    });
    format!("Rules:\n{}", lines.concat())
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
