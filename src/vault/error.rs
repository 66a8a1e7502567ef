//! What the rules of a vault can refuse.

use jiff::Timestamp;

use crate::crypto::key::CannotUnwrap;
use crate::store;
use crate::token::event::Head;
use crate::token::name::BadName;
use crate::token::policy::BadValue;
use crate::token::scope::MOST_GRANTS;
use crate::token::span::BadSpan;

use super::authority::Beyond;
use super::policy::Refused;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("there is no token `{wanted}`")]
    Unknown { wanted: String, nearest: Vec<String> },
    #[error("a token named `{name}` already exists")]
    Exists { name: String },
    #[error("no token of this vault has this secret")]
    UnknownSecret,
    #[error(transparent)]
    Name(#[from] BadName),
    #[error(transparent)]
    Expiry(#[from] BadSpan),
    #[error("a session has an end, and cannot last for ever")]
    EndlessSession,
    #[error("a token has at most {MOST_GRANTS} scopes")]
    TooManyScopes,
    #[error("{}", .0.refusal)]
    Policy(Box<Refused>),
    #[error(transparent)]
    Beyond(#[from] Beyond),
    #[error(transparent)]
    PolicyValue(#[from] BadValue),
    #[error("`default-expiry` would be longer than `max-expiry`")]
    Contradiction,
    #[error("{at}: the secret is not the one of its digest")]
    OtherDigest { at: String },
    #[error("an old secret of `{name}` has been used since the new one was made, last at {at}")]
    OldSecretUsed { name: String, at: Timestamp },
    #[error("the caller's own token has ended before its turn came")]
    CallerEnded,
    #[error("the caller's own token may not do this any more")]
    CallerLacks,
    #[error("this is a show-once vault: it keeps no copy of any secret")]
    ShowOnceVault,
    #[error("no copy of the secret of `{name}` was kept")]
    NoCopy { name: String },
    #[error(transparent)]
    Unlock(#[from] CannotUnwrap),
    #[error("the sealed copy of `{name}` does not open: the vault file was changed by hand, or is damaged")]
    CopyDamaged { name: String },
    #[error("the audit log in the vault is damaged")]
    LogDamaged,
    #[error("event {seq} of the audit log was changed, removed or put in afterwards")]
    ChainBroken { seq: i64 },
    #[error("the audit log does not lead from {ancestor} to what it holds now")]
    NoAncestor { ancestor: Head },
    #[error("the policy in the vault is damaged, or from a newer jeton")]
    PolicyDamaged,
    #[error("a token in the vault has no secret")]
    NoSecret,
    #[error("the keys in the vault are damaged")]
    KeysDamaged,
    #[error("another process has changed the passphrase of the vault meanwhile")]
    KeysChanged,
    #[error("the copy is not sound: {why}")]
    CopyUnsound { why: String },
}
