//! What a vault holds, how large it is, and what it knows of itself: for those who look after it.

use jiff::Timestamp;

use super::event::Head;

/// What there is in a vault at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// The version of the file's format.
    pub format: i64,
    /// Tokens by their status; together they are all.
    pub active: u64,
    pub expired: u64,
    pub revoked: u64,
    pub used_up: u64,
    /// Secrets of all tokens, old ones too, and how many of them have a sealed copy.
    pub secrets: u64,
    pub copies: u64,
    pub events: u64,
    /// The time of the first event, which is the making of the vault.
    pub made_at: Option<Timestamp>,
    pub head: Option<Head>,
    /// Raised by every change that can change a verdict.
    pub generation: u64,
}

impl Stock {
    pub fn tokens(&self) -> u64 {
        self.active + self.expired + self.revoked + self.used_up
    }
}

/// Bytes of the file, and of the log that waits beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub file: u64,
    pub log: u64,
}

/// All that can be told of a vault without its passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Argon2id's m (KiB), t and p; `None` in a show-once vault.
    pub cost: Option<[u32; 3]>,
    /// The words of the rules that are set.
    pub policy: Vec<String>,
    pub stock: Stock,
    pub size: Size,
}
