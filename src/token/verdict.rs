//! The answer of a verification: valid, or exactly one reason why not. It is an enum that cannot be ignored, never a
//! bool, and never an error: *could not tell* is the error.

use jiff::Timestamp;

use super::exit::Exit;
use super::query::{Filter, Lack};
use super::record::Token;

/// Reasons stand in the order in which they are looked for; the first that holds is the verdict. `T` is how the token is
/// held that the secret belongs to.
#[must_use = "a verdict that nobody reads lets everybody in"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<T = Box<Token>> {
    /// The form or the check is wrong; the vault was not asked.
    Malformed,
    /// The vault knows no such secret.
    Unknown,
    /// The token was revoked, or this secret was ended by a rotation, at that time.
    Revoked(T, Timestamp),
    /// The token expired at that time.
    Expired(T, Timestamp),
    /// It lacks what was asked for.
    Lacks(T, Lack),
    /// All its uses are spent.
    UsedUp(T),
    Valid(T),
}

impl<T> Verdict<T> {
    pub fn is_valid(&self) -> bool {
        matches!(self, Verdict::Valid(_))
    }

    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Malformed => "malformed",
            Verdict::Unknown => "unknown",
            Verdict::Revoked(..) => "revoked",
            Verdict::Expired(..) => "expired",
            Verdict::Lacks(..) => "lacks",
            Verdict::UsedUp(_) => "used-up",
            Verdict::Valid(_) => "valid",
        }
    }

    /// The token the secret belongs to, where the vault knows it.
    pub fn token(&self) -> Option<&T> {
        match self {
            Verdict::Malformed | Verdict::Unknown => None,
            Verdict::Revoked(token, _) | Verdict::Expired(token, _) | Verdict::Lacks(token, _) => Some(token),
            Verdict::UsedUp(token) | Verdict::Valid(token) => Some(token),
        }
    }

    /// The same verdict with the token held otherwise.
    pub fn map<U>(self, hold: impl FnOnce(T) -> U) -> Verdict<U> {
        match self {
            Verdict::Malformed => Verdict::Malformed,
            Verdict::Unknown => Verdict::Unknown,
            Verdict::Revoked(token, at) => Verdict::Revoked(hold(token), at),
            Verdict::Expired(token, at) => Verdict::Expired(hold(token), at),
            Verdict::Lacks(token, lack) => Verdict::Lacks(hold(token), lack),
            Verdict::UsedUp(token) => Verdict::UsedUp(hold(token)),
            Verdict::Valid(token) => Verdict::Valid(hold(token)),
        }
    }

    pub fn exit(&self) -> Exit {
        match self {
            Verdict::Malformed => Exit::Malformed,
            Verdict::Unknown => Exit::Unknown,
            Verdict::Revoked(..) => Exit::Revoked,
            Verdict::Expired(..) => Exit::Expired,
            Verdict::Lacks(..) => Exit::Lacks,
            Verdict::UsedUp(_) => Exit::UsedUp,
            Verdict::Valid(_) => Exit::Done,
        }
    }
}

/// The checks of a verification, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    Form,
    Known,
    Revoked,
    Expired,
    Type,
    Owner,
    Labels,
    Scopes,
    Uses,
}

impl Check {
    pub const ALL: [Check; 9] = [
        Check::Form,
        Check::Known,
        Check::Revoked,
        Check::Expired,
        Check::Type,
        Check::Owner,
        Check::Labels,
        Check::Scopes,
        Check::Uses,
    ];

    /// How the check is called in `--explain`.
    pub fn word(self) -> &'static str {
        match self {
            Check::Form => "form and check",
            Check::Known => "known",
            Check::Revoked => "not revoked",
            Check::Expired => "not expired",
            Check::Type => "type",
            Check::Owner => "owner",
            Check::Labels => "labels",
            Check::Scopes => "scopes",
            Check::Uses => "uses left",
        }
    }

    /// Whether it is made: what nobody asked for is not looked at.
    fn is_made(self, wanted: &Filter) -> bool {
        match self {
            Check::Type => !wanted.types.is_empty(),
            Check::Owner => wanted.owner.is_some(),
            Check::Labels => !wanted.labels.is_empty(),
            Check::Scopes => !wanted.scopes.is_empty(),
            Check::Form | Check::Known | Check::Revoked | Check::Expired | Check::Uses => true,
        }
    }
}

impl<T> Verdict<T> {
    /// The checks that were made, with their outcome: all before the failing one passed, none after it was made.
    pub fn checks(&self, wanted: &Filter) -> impl Iterator<Item = (Check, bool)> {
        let failed = match self {
            Verdict::Malformed => Some(Check::Form),
            Verdict::Unknown => Some(Check::Known),
            Verdict::Revoked(..) => Some(Check::Revoked),
            Verdict::Expired(..) => Some(Check::Expired),
            Verdict::Lacks(_, Lack::Type(_)) => Some(Check::Type),
            Verdict::Lacks(_, Lack::Owner(_)) => Some(Check::Owner),
            Verdict::Lacks(_, Lack::Label(_)) => Some(Check::Labels),
            Verdict::Lacks(_, Lack::Scopes(_)) => Some(Check::Scopes),
            Verdict::UsedUp(_) => Some(Check::Uses),
            Verdict::Valid(_) => None,
        };
        Check::ALL
            .into_iter()
            .filter(move |check| check.is_made(wanted) && failed.is_none_or(|failed| *check <= failed))
            .map(move |check| (check, failed != Some(check)))
    }
}
