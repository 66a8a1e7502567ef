//! What a caller may do, by its own token. An admin may do everything. Anybody else finds no way up: it sees every token
//! but the admin ones, changes those all of whose scopes it covers, and neither makes nor gets hold of a token that
//! could do more, live longer or be used more often than its own. It is asked inside the transaction of each change.

use jiff::Timestamp;

use super::Error;
use crate::token::label::Labels;
use crate::token::query::Query;
use crate::token::record::{Token, Type};
use crate::token::request::Request;
use crate::token::scope::Grant;

/// See the head of this file.
#[derive(Clone, Debug)]
pub enum Authority {
    Admin,
    /// No more than this token, which is no admin's.
    Bounded(Box<Token>),
}

/// In what a token would be beyond the one that asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Beyond {
    #[error("the caller's own token does not cover the scope `{0}`")]
    Scope(Grant),
    #[error("the type {} is above the caller's own", .0.word())]
    Type(Type),
    #[error("the owner is not the caller's own")]
    Owner,
    #[error("the label `{0}` is not as the caller's own token has it")]
    Label(String),
    #[error("the token would outlive the caller's own")]
    Life,
    #[error("the token could be used more often than the caller's own")]
    Uses,
}

/// What each type may make: its own and those before it.
fn rank(kind: Type) -> u8 {
    match kind {
        Type::Session => 0,
        Type::Client => 1,
        Type::Admin => 2,
    }
}

impl Authority {
    /// That of whoever presents this token.
    pub fn of(token: &Token) -> Authority {
        match token.kind {
            Type::Admin => Authority::Admin,
            Type::Client | Type::Session => Authority::Bounded(Box::new(token.clone())),
        }
    }

    pub fn sees(&self, token: &Token) -> bool {
        matches!(self, Authority::Admin) || token.kind != Type::Admin
    }

    /// Asks for nothing that is not to be seen; `false` if nothing is left of it.
    #[must_use]
    pub fn narrow(&self, query: &mut Query) -> bool {
        if let Authority::Admin = self {
            return true;
        }
        let types = &mut query.filter.types;
        if types.is_empty() {
            types.extend(Type::ALL);
        }
        types.retain(|kind| *kind != Type::Admin);
        !types.is_empty()
    }

    /// Says what a request does not, where the caller's own token is bounded in it.
    pub(super) fn complete(&self, request: &mut Request) {
        let Authority::Bounded(own) = self else { return };
        for (key, value) in &own.labels {
            request.labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
        request.max_uses = request.max_uses.or(own.max_uses);
    }

    /// The end of a token of which none was asked for.
    pub(super) fn earlier_end(&self, end: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Authority::Admin => end,
            Authority::Bounded(own) => end.into_iter().chain(own.expires_at).min(),
        }
    }

    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_change(&self, token: &Token) -> Result<(), Error> {
        match self {
            Authority::Admin => Ok(()),
            Authority::Bounded(own) => Ok(covers(own, token)?),
        }
    }

    /// Whether it may hand out the secret of such a token.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_make(&self, token: &Token) -> Result<(), Error> {
        let Authority::Bounded(own) = self else { return Ok(()) };
        if token.owner != own.owner {
            return Err(Beyond::Owner.into());
        }
        covers(own, token)?;
        Ok(within(own, token)?)
    }

    /// Whether it may make this of a token that it may change. Somebody else may hold that one's secret; so whatever
    /// makes it do more needs what making it would.
    ///
    /// # Errors
    /// [`Error::Beyond`]
    pub(super) fn may_make_of(&self, before: &Token, after: &Token) -> Result<(), Error> {
        let Authority::Bounded(own) = self else { return Ok(()) };
        covers(own, before)?;
        covers(own, after)?;
        if before.owner != after.owner {
            return Err(Beyond::Owner.into());
        }
        if before.expires_at != after.expires_at && outlives(after, own) {
            return Err(Beyond::Life.into());
        }
        if before.max_uses != after.max_uses && outlasts(after, own) {
            return Err(Beyond::Uses.into());
        }
        let changed = |(key, value): &(&String, &String)| {
            after.labels.get(*key) != before.labels.get(*key) && after.labels.get(*key) != Some(value)
        };
        if let Some((key, _)) = own.labels.iter().find(changed) {
            return Err(Beyond::Label(key.clone()).into());
        }
        let does_more =
            before.scopes.first_beyond(&after.scopes).is_some() || outlives(after, before) || outlasts(after, before);
        if does_more { Ok(within(own, after)?) } else { Ok(()) }
    }
}

fn covers(own: &Token, token: &Token) -> Result<(), Beyond> {
    match own.scopes.first_beyond(&token.scopes) {
        Some(grant) => Err(Beyond::Scope(grant.clone())),
        None => Ok(()),
    }
}

/// Whether all that bounds the caller's own token bounds this one too.
fn within(own: &Token, token: &Token) -> Result<(), Beyond> {
    if let Some(key) = first_lacking(&own.labels, &token.labels) {
        return Err(Beyond::Label(key.clone()));
    }
    match () {
        () if rank(token.kind) > rank(own.kind) => Err(Beyond::Type(token.kind)),
        () if outlives(token, own) => Err(Beyond::Life),
        () if outlasts(token, own) => Err(Beyond::Uses),
        () => Ok(()),
    }
}

/// The first label that is not among others, or with another value.
fn first_lacking<'a>(labels: &'a Labels, others: &Labels) -> Option<&'a String> {
    labels.iter().find(|(key, value)| others.get(*key) != Some(*value)).map(|(key, _)| key)
}

fn outlives(token: &Token, other: &Token) -> bool {
    other.expires_at.is_some_and(|most| token.expires_at.is_none_or(|end| end > most))
}

/// Whether it could be used more often in all.
fn outlasts(token: &Token, other: &Token) -> bool {
    other.max_uses.is_some_and(|most| token.max_uses.is_none_or(|uses| uses > most))
}
