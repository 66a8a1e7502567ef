//! What changes tokens: rotate, restore, edit.

use clap::{Args, ValueHint};

use super::{Delivery, Format, Uses};
use crate::token::label::Label;
use crate::token::name::{self, Name};
use crate::token::scope::Grant;
use crate::token::span::{Expiry, Life};

/// What cannot be said where no new secret is made. A requirement is dropped where what it requires is in conflict with
/// something else, so this holds for `--force` too.
const OF_A_NEW_SECRET: [&str; 6] = ["grace", "output", "print", "copy", "no_copy", "Clearing"];

/// Give a token a new secret; the old one stops at once, or after a grace
///
/// Name, id and rules stay. The new secret is delivered as by `jeton create`. It needs no passphrase.
#[derive(Debug, Args)]
pub struct Rotate {
    /// Its name or id
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other)]
    pub token: String,
    /// How long the old secret goes on working: 24h, 7d
    #[arg(long, value_name = "SPAN", value_parser = Life::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub grace: Option<Life>,
    /// End a grace now, unless an old secret has been used since the new one was made
    #[arg(long, conflicts_with_all = OF_A_NEW_SECRET)]
    pub finish: bool,
    /// With --finish: end it although an old secret has been used
    #[arg(long, requires = "finish", conflicts_with_all = OF_A_NEW_SECRET)]
    pub force: bool,
    #[command(flatten)]
    pub delivery: Delivery,
    #[command(flatten)]
    pub format: Format,
}

/// Undo a revocation
#[derive(Debug, Args)]
pub struct Restore {
    /// Names or ids; all of them or none
    #[arg(value_name = "TOKEN", required = true, value_hint = ValueHint::Other)]
    pub tokens: Vec<String>,
    /// Do not ask, however many there are
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
}

/// Change a token; its id and its secret stay
#[derive(Debug, Args)]
pub struct Edit {
    /// Its name or id
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other)]
    pub token: String,
    /// Call it so
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub name: Option<Name>,
    /// What it is for
    #[arg(long, short, value_name = "TEXT")]
    pub description: Option<String>,
    /// When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never
    #[arg(long, short, value_name = "WHEN", value_parser = Expiry::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub expires: Option<Expiry>,
    /// What it may do, instead of all it may now; repeat for more
    #[arg(long = "scope", short, value_name = "SCOPE", value_parser = Grant::parse, value_hint = ValueHint::Other, conflicts_with_all = ["add_scopes", "remove_scopes"])]
    pub scopes: Vec<Grant>,
    /// What it may do too
    #[arg(long = "add-scope", value_name = "SCOPE", value_parser = Grant::parse, value_hint = ValueHint::Other)]
    pub add_scopes: Vec<Grant>,
    /// What it may do no longer, as it was granted
    #[arg(long = "remove-scope", value_name = "SCOPE", value_parser = Grant::parse, value_hint = ValueHint::Other)]
    pub remove_scopes: Vec<Grant>,
    /// Whose it is
    #[arg(long, value_name = "OWNER", value_parser = name::parse_owner, value_hint = ValueHint::Username)]
    pub owner: Option<String>,
    /// A label to set: env=production, project=web,shop
    #[arg(long = "label", short, value_name = "KEY=VALUE", value_parser = Label::parse, value_hint = ValueHint::Other)]
    pub labels: Vec<Label>,
    /// A label to take away, by its key
    #[arg(long = "remove-label", value_name = "KEY", value_parser = Label::key, value_hint = ValueHint::Other)]
    pub remove_labels: Vec<String>,
    /// How often it can be used in all, counting what was used under a limit before; or unlimited
    #[arg(long, value_name = "N", value_parser = Uses::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub max_uses: Option<Uses>,
    /// Drop the sealed copy for good: the token stays valid and can never be copied again
    #[arg(long, conflicts_with_all = ["name", "description", "expires", "scopes", "add_scopes", "remove_scopes", "owner", "labels", "remove_labels", "max_uses"])]
    pub forget: bool,
    /// With --forget: do not ask
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
}
