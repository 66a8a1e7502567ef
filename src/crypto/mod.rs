//! crypto: pure functions on secrets. Values in, values out; the random source is a parameter, nothing is stored
//! and nothing is said. An auditor reads this folder and nothing else:
//!
//! - [`mint`] makes ids and secrets, and [`pool`] has random bytes for many of them,
//! - [`digest()`] is what the vault knows a secret by,
//! - [`seal`] encrypts a secret to the vault's public key, and opens it,
//! - [`key`] makes the vault's key pair and wraps the private key under a passphrase,
//! - [`chain`] links the events of the audit log.

pub mod chain;
mod digest;
pub mod key;
pub mod mint;
pub mod pool;
pub mod seal;

pub use digest::{digest, same};
