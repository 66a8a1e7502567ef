//! Tokens on the move: as they leave a vault with their digests, and as they arrive from another one or from another
//! service, before any vault has been asked about them.

use jiff::Timestamp;
use serde::Serialize;

use super::label::Labels;
use super::name::Name;
use super::record::{Token, Type};
use super::scope::Scopes;
use super::secret::{Digest, Id, Secret};

/// A token that leaves, with all by which its secrets are known.
#[derive(Debug)]
pub struct Leaving {
    pub token: Token,
    /// In the order of [`Token::secrets`]; the secret itself only where it is revealed.
    pub keys: Vec<(Digest, Option<Secret>)>,
}

/// A token that comes in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Where it stands in what was read: `line 3`, `tokens[7]`.
    pub at: String,
    /// A record of jeton's own: it is the same as one that is there only if all of it is. Of other services' tokens
    /// the secret alone tells.
    pub own: bool,
    /// `None`: it is to be given one.
    pub id: Option<Id>,
    pub name: Name,
    pub kind: Type,
    pub owner: String,
    pub scopes: Scopes,
    pub labels: Labels,
    pub description: String,
    /// `None`: now.
    pub created_at: Option<Timestamp>,
    pub ends: Ends,
    pub max_uses: Option<u64>,
    pub uses: u64,
    pub revoked_at: Option<Timestamp>,
    /// At least one, and exactly one of them does not retire.
    pub keys: Vec<Bearer>,
}

/// When a token that comes in ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Nothing was said: as the policy has it, else never.
    Unsaid,
    /// `None`: never.
    At(Option<Timestamp>),
}

/// One secret of a token that comes in: itself, or its digest, or both.
#[derive(Clone, Debug, Default)]
pub struct Bearer {
    pub secret: Option<Secret>,
    pub digest: Option<Digest>,
    /// `None`: with its token.
    pub created_at: Option<Timestamp>,
    pub retires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

impl Arrival {
    /// A client token of which nothing is known but its name, its owner and its one secret.
    pub fn new(at: String, name: Name, owner: String, key: Bearer) -> Arrival {
        Arrival {
            at,
            own: false,
            id: key.secret.as_ref().and_then(Secret::id),
            name,
            kind: Type::default(),
            owner,
            scopes: Scopes::default(),
            labels: Labels::new(),
            description: String::new(),
            created_at: None,
            ends: Ends::Unsaid,
            max_uses: None,
            uses: 0,
            revoked_at: None,
            keys: vec![key],
        }
    }
}

/// Something that was read and is not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// As it is called there, which may be no name for a token; empty where that may be a secret itself.
    pub name: String,
    pub at: String,
    pub why: &'static str,
}

/// In whose words tokens come in. The words stand in the log, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Jeton,
    Env,
    Unleash,
    NocoDb,
    W3Ipfs,
    Digests,
}

impl Source {
    pub fn word(self) -> &'static str {
        match self {
            Source::Jeton => "jeton",
            Source::Env => "env",
            Source::Unleash => "unleash",
            Source::NocoDb => "nocodb",
            Source::W3Ipfs => "w3ipfs",
            Source::Digests => "digests",
        }
    }

    /// As it is told to people.
    pub fn name(self) -> &'static str {
        match self {
            Source::Jeton => "an export of jeton's",
            Source::Env => "a file of variables",
            Source::Unleash => "a list of Unleash's",
            Source::NocoDb => "a list of NocoDB's",
            Source::W3Ipfs => "a list of W3IPFS's",
            Source::Digests => "a list of digests",
        }
    }
}
