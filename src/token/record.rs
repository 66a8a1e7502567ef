//! The token as the vault keeps it: everything but its secret.

use jiff::Timestamp;

use super::label::Labels;
use super::name::Name;
use super::scope::{Scope, Scopes};
use super::secret::Id;

/// What kind of credential a token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Type {
    #[default]
    Client,
    /// Has every scope, and manages tokens through the server.
    Admin,
    /// Short-lived, ended by a logout.
    Session,
}

impl Type {
    pub const ALL: [Type; 3] = [Type::Client, Type::Admin, Type::Session];

    pub fn word(self) -> &'static str {
        match self {
            Type::Client => "client",
            Type::Admin => "admin",
            Type::Session => "session",
        }
    }

    pub fn parse(word: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What state a token is in. The first that holds, in the order of this list, is its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Revoked,
    Expired,
    UsedUp,
    Active,
}

impl Status {
    pub const ALL: [Status; 4] = [Status::Revoked, Status::Expired, Status::UsedUp, Status::Active];

    pub fn word(self) -> &'static str {
        match self {
            Status::Revoked => "revoked",
            Status::Expired => "expired",
            Status::UsedUp => "used-up",
            Status::Active => "active",
        }
    }

    pub fn parse(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// The most uses that a vault can count.
pub const MOST_USES: u64 = i64::MAX as u64;

/// A credential with its name, id, rules and secrets. Times are whole milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: Id,
    pub name: Name,
    pub kind: Type,
    pub owner: String,
    pub scopes: Scopes,
    pub labels: Labels,
    pub description: String,
    pub created_at: Timestamp,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
    /// `None`: without limit.
    pub max_uses: Option<u64>,
    /// How many uses were counted; only tokens with `max_uses` count.
    pub uses: u64,
    pub revoked_at: Option<Timestamp>,
    /// The current one stands last; before it those that a rotation ends or has ended, oldest first.
    pub secrets: Vec<SecretInfo>,
}

/// What is known of one secret without the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretInfo {
    pub created_at: Timestamp,
    /// When a rotation ends it; `None` for the current one.
    pub retires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// Whether a sealed copy is kept, so that it can be revealed again.
    pub recoverable: bool,
}

impl Token {
    /// The status at `now`. A token has expired when `now >= expires_at`.
    pub fn status(&self, now: Timestamp) -> Status {
        if self.revoked_at.is_some() {
            Status::Revoked
        } else if self.expires_at.is_some_and(|at| now >= at) {
            Status::Expired
        } else if self.max_uses.is_some_and(|max| self.uses >= max) {
            Status::UsedUp
        } else {
            Status::Active
        }
    }

    /// Whether it still works at `now`.
    pub fn works(&self, now: Timestamp) -> bool {
        self.status(now) == Status::Active
    }

    /// Whether it may do this. An admin token has every scope.
    pub fn has_scope(&self, scope: &Scope) -> bool {
        self.kind == Type::Admin || self.scopes.cover(scope)
    }

    /// How many uses are left, where they are limited.
    pub fn uses_left(&self) -> Option<u64> {
        self.max_uses.map(|max| max.saturating_sub(self.uses))
    }

    /// The latest use of any of its secrets.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.secrets.iter().filter_map(|secret| secret.last_used_at).max()
    }

    /// When a rotation ended this secret of it, if it has been ended at `now`. One that was ended when another was made
    /// has ended whatever the clock says now: it may have been set back since, and more than once.
    pub fn ended(&self, secret: &SecretInfo, now: Timestamp) -> Option<Timestamp> {
        let retires_at = secret.retires_at?;
        let at_once = self.secrets.iter().any(|other| other.created_at == retires_at);
        let succeeded = self.secrets.last().is_some_and(|current| retires_at <= current.created_at);
        (at_once || succeeded || retires_at <= now).then_some(retires_at)
    }

    /// The time to note for a secret of it that ends now and never works again, whatever becomes of the clock: that at
    /// which its successor was made, by which [`Token::ended`] knows it for ever.
    pub fn for_ever_ended(&self) -> Option<Timestamp> {
        self.secrets.last().map(|current| current.created_at)
    }

    /// Whether a sealed copy of any of its secrets is kept.
    pub fn has_copies(&self) -> bool {
        self.secrets.iter().any(|secret| secret.recoverable)
    }

    /// Whether its current secret can be revealed again.
    pub fn recoverable(&self) -> bool {
        self.secrets.last().is_some_and(|secret| secret.recoverable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn the_first_status_that_holds_counts() {
        let mut token = Token {
            id: Id::parse("jtn_4fzN0c1Qw9Lk").unwrap(),
            name: Name::parse("a").unwrap(),
            kind: Type::Client,
            owner: "alice".into(),
            scopes: Scopes::default(),
            labels: Labels::new(),
            description: String::new(),
            created_at: at(0),
            expires_at: None,
            max_uses: None,
            uses: 0,
            revoked_at: None,
            secrets: Vec::new(),
        };
        assert_eq!(token.status(at(10)), Status::Active);
        (token.max_uses, token.uses) = (Some(3), 3);
        assert_eq!(token.status(at(10)), Status::UsedUp);
        token.expires_at = Some(at(10));
        assert_eq!(token.status(at(9)), Status::UsedUp);
        assert_eq!(token.status(at(10)), Status::Expired);
        token.revoked_at = Some(at(1));
        assert_eq!(token.status(at(10)), Status::Revoked);
    }
}
