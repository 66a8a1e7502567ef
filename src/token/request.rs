//! What is asked for when a token is to be made or changed, before any rule of a vault has been looked at.

use super::label::Labels;
use super::name::Name;
use super::record::Type;
use super::scope::{Grant, Scopes};
use super::secret::Prefix;
use super::span::Expiry;

/// How a new token is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    As(Name),
    /// This, and the number after the highest that is in use: `session-alice-` becomes `session-alice-3`.
    Next(String),
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub naming: Naming,
    pub kind: Type,
    pub owner: String,
    pub scopes: Scopes,
    pub labels: Labels,
    pub description: String,
    /// `None`: as the policy has it, else never.
    pub expires: Option<Expiry>,
    pub max_uses: Option<u64>,
    /// `None`: as the policy has it, else `jtn`.
    pub prefix: Option<Prefix>,
    /// Keep no sealed copy.
    pub once: bool,
}

impl Request {
    /// A client token of this owner's without any rule.
    pub fn new(naming: Naming, owner: String) -> Request {
        Request {
            naming,
            kind: Type::default(),
            owner,
            scopes: Scopes::default(),
            labels: Labels::new(),
            description: String::new(),
            expires: None,
            max_uses: None,
            prefix: None,
            once: false,
        }
    }
}

/// What is to be changed of a token; `default()` is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    pub name: Option<Name>,
    pub owner: Option<String>,
    pub description: Option<String>,
    pub expires: Option<Expiry>,
    /// `Some(None)`: without limit.
    pub max_uses: Option<Option<u64>>,
    /// These instead of all that there were.
    pub scopes: Option<Scopes>,
    pub add_scopes: Vec<Grant>,
    pub remove_scopes: Vec<Grant>,
    pub labels: Labels,
    pub remove_labels: Vec<String>,
    /// Take away all labels that there were.
    pub no_labels: bool,
}
