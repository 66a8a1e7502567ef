//! One line of the audit log. Events are chained: each carries a hash over itself and the one before.

use jiff::Timestamp;

use super::secret::Id;

/// What was done. The words stand in the file and in `jeton log`, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The vault was made.
    Init,
    Create,
    /// The secret was revealed: copied, printed, handed on.
    Reveal,
    Delete,
    /// A wrong passphrase.
    Refuse,
}

impl Action {
    pub fn word(self) -> &'static str {
        match self {
            Action::Init => "init",
            Action::Create => "create",
            Action::Reveal => "reveal",
            Action::Delete => "delete",
            Action::Refuse => "refuse",
        }
    }
}

/// Who, what and to which token; the store gives it its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// Login name and machine, as the operating system tells them.
    pub actor: String,
    pub action: Action,
    /// Id and name of the token, as they were then.
    pub token: Option<(Id, String)>,
    /// Which fields changed, or why it was refused. Never a secret, never the text of a description.
    pub detail: String,
}

/// The hash that chains an event to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);
