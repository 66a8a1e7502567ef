//! Questions to the tables of tokens and secrets. SQL sieves before rows become tokens, and may let more pass than the
//! query; what it chooses is decided by [`Query::matches`] alone.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection as Db, params_from_iter};

use super::fault::Fault;
use super::rows::{columns, gather};
use crate::token::query::Query;
use crate::token::record::{Status, Token};

/// A question to the two tables, with its values.
pub(super) struct Select {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Select {
    /// All tokens that can match, as far as SQL can plainly tell; the owner is left to those who know their index.
    /// There is no `LIMIT` and no grouping: with the join flat, an index gives the order and nothing is sorted.
    pub(super) fn sieved(query: &Query) -> Select {
        let sql = concat!("SELECT ", columns!(), " FROM token t CROSS JOIN secret s ON s.token_seq = t.seq WHERE TRUE");
        let mut select = Select { sql: sql.to_owned(), values: Vec::new() };
        if !query.filter.types.is_empty() {
            let words: Vec<_> = query.filter.types.iter().map(|kind| format!("'{}'", kind.word())).collect();
            select.and(&format!("t.type IN ({})", words.join(", ")), []);
        }
        if let Some((statuses, at)) = &query.statuses {
            select.status(statuses, *at);
        }
        if let Some(before) = query.created_before {
            // With the `+` it steers nothing: the order has chosen the index.
            select.and(&format!("+t.created_at <= {}", before.as_millisecond()), []);
        }
        if let Some(at) = query.expired_at {
            select.and(&format!("t.expires_at <= {}", at.as_millisecond()), []);
        }
        if let Some(expiring) = query.expiring {
            select.and(&format!("t.expires_at <= {}", expiring.by.as_millisecond()), []);
            select.status(&[Status::Active], expiring.now);
        }
        select
    }

    /// As [`Token::status`] has it.
    fn status(&mut self, statuses: &[Status], at: Timestamp) {
        let words: Vec<_> = statuses.iter().map(|status| format!("'{}'", status.word())).collect();
        self.and(
            &format!(
                "CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.expires_at <= {} THEN 'expired'
                      WHEN t.uses >= t.max_uses THEN 'used-up' ELSE 'active' END IN ({})",
                at.as_millisecond(),
                words.join(", ")
            ),
            [],
        );
    }

    pub(super) fn and<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    pub(super) fn ordered(mut self, by: &str) -> Select {
        self.sql.push_str(" ORDER BY ");
        self.sql.push_str(by);
        self
    }

    pub(super) fn read(self, db: &Db, enough: impl FnMut(i64, Token) -> bool) -> Result<(), Fault> {
        let mut statement = db.prepare_cached(&self.sql)?;
        gather(&mut statement.query(params_from_iter(self.values))?, enough)
    }
}
