//! What is asked of tokens: by a verification, or by a list, and where the next page of that begins.

use jiff::Timestamp;

use super::label::Label;
use super::record::{Token, Type};
use super::scope::Scope;

/// What a token must be or have; `default()` asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these types; empty: any.
    pub types: Vec<Type>,
    pub owner: Option<String>,
    /// All of these.
    pub labels: Vec<Label>,
    /// All of these.
    pub scopes: Vec<Scope>,
}

/// The first thing that was asked for and that a token lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It is none of these types.
    Type(Vec<Type>),
    Owner(String),
    Label(Label),
    /// All of the asked scopes that are not covered.
    Scopes(Vec<Scope>),
}

impl Filter {
    /// What the token lacks, looked for in the order of [`Lack`].
    pub fn lack(&self, token: &Token) -> Option<Lack> {
        if !self.types.is_empty() && !self.types.contains(&token.kind) {
            return Some(Lack::Type(self.types.clone()));
        }
        if let Some(owner) = self.owner.as_ref().filter(|owner| **owner != token.owner) {
            return Some(Lack::Owner(owner.clone()));
        }
        if let Some(label) = self.labels.iter().find(|label| !label.is_among(&token.labels)) {
            return Some(Lack::Label(label.clone()));
        }
        let lacking: Vec<Scope> = self.scopes.iter().filter(|scope| !token.has_scope(scope)).cloned().collect();
        if lacking.is_empty() { None } else { Some(Lack::Scopes(lacking)) }
    }
}

/// Which tokens; `default()` is all of them. All that is asked for must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub filter: Filter,
    /// Only tokens that still work at this time.
    pub working_at: Option<Timestamp>,
    /// Only tokens that nobody has used since, and of which no secret was made since.
    pub unused_since: Option<Timestamp>,
    /// Only tokens that were created before.
    pub created_before: Option<Timestamp>,
    /// Only tokens whose end has come by then.
    pub expired_at: Option<Timestamp>,
}

impl Query {
    pub fn matches(&self, token: &Token) -> bool {
        let newest = token.secrets.iter().map(|secret| secret.created_at.max(secret.last_used_at.unwrap_or_default()));
        let touched = newest.max().unwrap_or(token.created_at);
        self.working_at.is_none_or(|at| token.works(at))
            && self.unused_since.is_none_or(|since| touched < since)
            && self.created_before.is_none_or(|before| token.created_at < before)
            && self.expired_at.is_none_or(|at| token.expires_at.is_some_and(|end| end <= at))
            && self.filter.lack(token).is_none()
    }
}

/// A place in the order *newest first*: everything after it comes on the next page. It stays good while tokens
/// come and go, because it names a place and not a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// The store's own number, which orders what was created in the same millisecond.
    pub seq: i64,
}
