//! What is asked of tokens: by a verification, or by whatever chooses among them.

use jiff::Timestamp;

use super::label::Label;
use super::record::{Status, Token, Type};
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
    /// Only tokens with one of these states at that time.
    pub statuses: Option<(Vec<Status>, Timestamp)>,
    /// Only tokens that nobody has used since, and of which no secret was made since.
    pub unused_since: Option<Timestamp>,
    /// Only tokens that nobody has ever used.
    pub never_used: bool,
    /// Only tokens that were created before.
    pub created_before: Option<Timestamp>,
    /// Only tokens whose end has come by then.
    pub expired_at: Option<Timestamp>,
    pub expiring: Option<Expiring>,
}

/// Only tokens that still work now, and end by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiring {
    pub now: Timestamp,
    pub by: Timestamp,
}

impl Query {
    /// Only tokens that still work at this time.
    pub fn working(at: Timestamp) -> Query {
        Query { statuses: Some((vec![Status::Active], at)), ..Query::default() }
    }

    pub fn matches(&self, token: &Token) -> bool {
        let newest = token.secrets.iter().map(|secret| secret.created_at.max(secret.last_used_at.unwrap_or_default()));
        let touched = newest.max().unwrap_or(token.created_at);
        let ends = |by| token.expires_at.is_some_and(|end| end <= by);
        self.statuses.as_ref().is_none_or(|(statuses, at)| statuses.contains(&token.status(*at)))
            && self.unused_since.is_none_or(|since| touched < since)
            && (!self.never_used || token.last_used_at().is_none())
            && self.created_before.is_none_or(|before| token.created_at < before)
            && self.expired_at.is_none_or(ends)
            && self.expiring.is_none_or(|Expiring { now, by }| ends(by) && token.works(now))
            && self.filter.lack(token).is_none()
    }
}
