//! A token that a verdict is about, wherever it is held.

use std::ops::Deref;
use std::sync::Arc;

use crate::token::record::Token;
use crate::vault::Known;

/// From the gate's memory, or from the vault.
pub(super) enum Held {
    Known(Arc<Known>),
    Token(Box<Token>),
}

impl Deref for Held {
    type Target = Token;

    fn deref(&self) -> &Token {
        match self {
            Held::Known(known) => known,
            Held::Token(token) => token,
        }
    }
}
