//! What hands out secrets: create, login, copy.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{Format, Uses};
use crate::token::label::Label;
use crate::token::name::{self, Name};
use crate::token::record::Type;
use crate::token::scope::Grant;
use crate::token::secret::Prefix;
use crate::token::span::{self, Expiry};
use crate::token::variable::Variable;

/// Create a token; its secret goes to the clipboard or stdout
///
/// The first token also makes the vault. At a terminal you choose a passphrase for it, which `jeton copy` will ask
/// for; creating never does. Many at once, by --count or from a list, are made all or none; their secrets go to stdout
/// or into a file, one a line, and never to the clipboard.
#[derive(Debug, Args)]
#[command(override_usage = "jeton create [OPTIONS] <NAME>\n       jeton create [OPTIONS] --from <FILE>")]
pub struct Create {
    /// What to call it: 1 to 100 characters of any script, unique in the vault
    #[arg(value_hint = ValueHint::Other, required_unless_present = "from")]
    pub name: Option<Name>,
    #[command(flatten)]
    pub rules: Rules,
    /// Make so many, NAME-1 and so on; with --json one line for each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST), conflicts_with_all = ["from", "copy", "github_env"])]
    pub count: Option<u64>,
    /// Read name, scopes and the rest from a request in JSON or JSON5, or from a list of requests; `-` is stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["name", "description", "expires", "scopes", "kind", "owner", "labels", "max_uses"])]
    pub from: Option<PathBuf>,
    /// What the secret begins with [default: as the policy has it, else jtn]
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

/// What a new token is and may do.
#[derive(Debug, Args)]
pub struct Rules {
    /// What it is for
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub description: String,
    /// When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never [default: as the policy
    /// has it, else never]
    #[arg(long, short, value_name = "WHEN", value_parser = Expiry::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub expires: Option<Expiry>,
    /// What it may do: `pinning.unpin`, `pinning.*` for all under it, `*` for all but jeton's own; repeat for more
    #[arg(long = "scope", short, value_name = "SCOPE", value_parser = Grant::parse, value_hint = ValueHint::Other)]
    pub scopes: Vec<Grant>,
    /// client, admin (has every scope) or session (ends by `jeton logout`)
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = super::kind, default_value = "client")]
    pub kind: Type,
    /// Whose it is [default: you]
    #[arg(long, value_name = "OWNER", value_parser = name::parse_owner, value_hint = ValueHint::Username)]
    pub owner: Option<String>,
    /// A label such as env=production; project=web,shop is a set; repeat for other keys
    #[arg(long = "label", short, value_name = "KEY=VALUE", value_parser = Label::parse, value_hint = ValueHint::Other)]
    pub labels: Vec<Label>,
    /// How often it can be used [default: unlimited]
    #[arg(long, value_name = "N", value_parser = Uses::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub max_uses: Option<Uses>,
}

/// Log in: create a session token for yourself
///
/// It is named session-OWNER-N and ends after 10 hours, or as JETON_SESSION_TTL or the policy has it, or at `jeton
/// logout`.
#[derive(Debug, Args)]
pub struct Login {
    /// What it may do; repeat for more
    #[arg(long = "scope", short, value_name = "SCOPE", value_parser = Grant::parse, value_hint = ValueHint::Other)]
    pub scopes: Vec<Grant>,
    #[command(flatten)]
    pub delivery: Delivery,
    #[command(flatten)]
    pub format: Format,
}

/// So many tokens are made at once: their secrets are in memory together, some 320 MB with what SQLite keeps.
const MOST: u64 = 1_000_000;

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
    /// In GitHub Actions: mask the secret, and set this variable to it for the steps that follow
    #[arg(long, value_name = "VAR", value_parser = Variable::for_later_steps, value_hint = ValueHint::Other, conflicts_with_all = ["output", "print", "copy", "json"])]
    pub github_env: Option<Variable>,
    /// Say nothing on stderr but failures
    #[arg(long, short)]
    pub quiet: bool,
}

impl Delivery {
    /// The steps of a job that follow get the secret without a word.
    pub fn is_quiet(&self) -> bool {
        self.quiet || self.github_env.is_some()
    }
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
