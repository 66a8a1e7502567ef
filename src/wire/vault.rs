//! A vault as a whole.

use serde::Serialize;

use super::Time;
use crate::token::stock::{Info, Size};

#[derive(Serialize)]
pub struct InfoJson<'a> {
    vault: &'a str,
    id: &'a str,
    format: i64,
    made_at: Option<Time>,
    size: SizeJson,
    recoverable: bool,
    argon2id: Option<CostJson>,
    /// The rules that are set.
    policy: &'a [String],
    tokens: TokensJson,
    secrets: u64,
    copies: u64,
    events: u64,
    head: Option<String>,
    generation: u64,
}

/// In bytes.
#[derive(Serialize)]
pub struct SizeJson {
    file: u64,
    log: u64,
}

#[derive(Serialize)]
struct CostJson {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Serialize)]
struct TokensJson {
    total: u64,
    active: u64,
    expired: u64,
    revoked: u64,
    used_up: u64,
}

impl<'a> InfoJson<'a> {
    pub fn new(vault: &'a str, info: &'a Info) -> InfoJson<'a> {
        let stock = &info.stock;
        InfoJson {
            vault,
            id: &info.id,
            format: stock.format,
            made_at: stock.made_at.map(Time),
            size: info.size.into(),
            recoverable: info.cost.is_some(),
            argon2id: info.cost.map(|[memory_kib, passes, lanes]| CostJson { memory_kib, passes, lanes }),
            policy: &info.policy,
            tokens: TokensJson {
                total: stock.tokens(),
                active: stock.active,
                expired: stock.expired,
                revoked: stock.revoked,
                used_up: stock.used_up,
            },
            secrets: stock.secrets,
            copies: stock.copies,
            events: stock.events,
            head: stock.head.map(|head| head.to_string()),
            generation: stock.generation,
        }
    }
}

impl From<Size> for SizeJson {
    fn from(size: Size) -> SizeJson {
        SizeJson { file: size.file, log: size.log }
    }
}
