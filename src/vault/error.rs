//! What the rules of a vault can refuse.

use crate::crypto::key::CannotUnwrap;
use crate::store;
use crate::token::span::BadSpan;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("there is no token `{wanted}`")]
    Unknown { wanted: String, nearest: Vec<String> },
    #[error("a token named `{name}` already exists")]
    Exists { name: String },
    #[error(transparent)]
    Expiry(#[from] BadSpan),
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
    #[error("the keys in the vault are damaged")]
    KeysDamaged,
}
