//! token: the nouns. What a name, a secret, a span of time, a token and a verdict *are*; the common tongue of
//! all rooms. It imports nothing of the crate, does no I/O and knows no clock: `now` is always a parameter.

pub mod column;
pub mod event;
pub mod exit;
pub mod health;
pub mod label;
pub mod name;
pub mod order;
pub mod policy;
pub mod query;
pub mod record;
pub mod request;
pub mod scope;
pub mod secret;
pub mod span;
pub mod stock;
pub mod strength;
pub mod transfer;
pub mod variable;
pub mod verdict;
