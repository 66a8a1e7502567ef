//! The care of the vault and of jeton itself: policy, vault, completions, help.

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
}

/// Make an empty vault
///
/// With a passphrase, secrets can be copied again; without one the vault shows every secret only once.
#[derive(Debug, Args)]
pub struct Init {
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
