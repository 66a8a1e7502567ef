//! What tokens are asked for by: what they are and may do, and what has become of them.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use crate::token::label::Label;
use crate::token::name;
use crate::token::record::{Status, Type};
use crate::token::scope::Scope;
use crate::token::span::{Ago, Ahead};

/// All that selects tokens. The group of a struct within which another is flattened has no members, so its arguments are
/// named one by one.
pub(super) const FILTERS: [&str; 10] =
    ["owner", "types", "labels", "scopes", "statuses", "unused", "never_used", "expired", "expiring", "created_before"];

/// What a token must be or have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub struct Wanted {
    /// It belongs to this owner
    #[arg(long, value_name = "OWNER", value_parser = name::parse_owner, value_hint = ValueHint::Username)]
    pub owner: Option<String>,
    /// It is of one of these types: client, admin, session
    #[arg(long = "type", short, value_name = "TYPE,...", value_delimiter = ',', value_parser = super::kind)]
    pub types: Vec<Type>,
    /// It has this label, with one of these values or with `*`; repeat if it must have several
    #[arg(long = "label", short, value_name = "KEY=VALUE,...", value_parser = Label::parse, value_hint = ValueHint::Other)]
    pub labels: Vec<Label>,
    /// It may do this, by whatever grant, and an admin token everything; repeat if it must do several
    #[arg(long = "scope", short, value_name = "SCOPE", value_parser = Scope::parse, value_hint = ValueHint::Other)]
    pub scopes: Vec<Scope>,
}

/// Tokens by what they are, instead of by name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub struct Selection {
    #[command(flatten)]
    pub wanted: Wanted,
    /// It is in one of these states: active, revoked, expired, used-up
    #[arg(long = "status", value_name = "STATUS,...", value_delimiter = ',', hide_possible_values = true, value_parser = PossibleValuesParser::new(Status::ALL.map(Status::word)).try_map(status))]
    pub statuses: Vec<Status>,
    /// Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21
    #[arg(long, value_name = "WHEN", value_parser = Ago::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub unused: Option<Ago>,
    /// Nobody has ever used it
    #[arg(long)]
    pub never_used: bool,
    /// Its end has come
    #[arg(long)]
    pub expired: bool,
    /// It still works, and its end comes within this time or by this date: 14d, 2027-01-31
    #[arg(long, value_name = "WHEN", value_parser = Ahead::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub expiring: Option<Ahead>,
    /// It was created before this: 90d, 2026-11-21
    #[arg(long, alias = "older-than", value_name = "WHEN", value_parser = Ago::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub created_before: Option<Ago>,
}

fn status(word: String) -> Result<Status, &'static str> {
    Status::parse(&word).ok_or("there is no such status")
}
