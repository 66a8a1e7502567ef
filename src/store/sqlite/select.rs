//! Questions to the tables of tokens and secrets. SQL sieves before rows become tokens, and may let more pass than the
//! query; what it chooses is decided by [`Query::matches`] alone.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection as Db, params_from_iter};

use super::fault::Fault;
use super::rows::{columns, gather};
use crate::token::order::{By, Order};
use crate::token::query::Query;
use crate::token::record::{Status, Token};

/// A question to the two tables, with its values.
pub(super) struct Select {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Select {
    /// All tokens that can match, with their secrets; the owner is left to those who know their index. There is no
    /// `LIMIT` and no grouping: with the join flat, an index gives the order and nothing is sorted.
    pub(super) fn tokens(query: &Query) -> Select {
        const TOKENS: &str = concat!("SELECT ", columns!(), " FROM token t CROSS JOIN secret s ON s.token_seq = t.seq");
        Select::sieved(TOKENS, query)
    }

    /// The number, time of creation and rank of all tokens that can match. They come by their creation, so that of those
    /// with the same rank the first come first.
    pub(super) fn ranks(query: &Query, order: &Order) -> Select {
        let rank = match order.by {
            By::Created | By::Name | By::Owner => "0".to_owned(),
            By::Type => "CASE t.type WHEN 'admin' THEN 0 WHEN 'client' THEN 1 ELSE 2 END".to_owned(),
            By::Status => {
                let words = ["active", "used-up", "expired", "revoked"].map(|word| format!("WHEN '{word}' THEN"));
                let [active, used_up, expired, revoked] = words;
                format!("CASE {} {active} 0 {used_up} 1 {expired} 2 {revoked} 3 END", status(order.at))
            }
            By::Expires => format!("ifnull(t.expires_at, {})", i64::MAX),
            By::LastUsed => {
                let last = "(SELECT max(last_used_at) FROM secret WHERE token_seq = t.seq)";
                format!("ifnull(~{last}, {})", i64::MAX)
            }
        };
        let mut select = Select::sieved(&format!("SELECT t.seq, t.created_at, {rank} FROM token t"), query);
        if let Some(owner) = &query.filter.owner {
            select.and("t.owner = ?", [owner.clone().into()]);
        }
        select.by_creation(order.reverse)
    }

    /// Whether [`Select::ranks`] lets nothing pass that does not match.
    pub(super) fn decides(query: &Query) -> bool {
        let Query { filter, unused_since, never_used, created_before, .. } = query;
        let by_sql = filter.labels.is_empty() && filter.scopes.is_empty();
        by_sql && unused_since.is_none() && !never_used && created_before.is_none()
    }

    fn sieved(question: &str, query: &Query) -> Select {
        let mut select = Select { sql: format!("{question} WHERE TRUE"), values: Vec::new() };
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

    fn status(&mut self, statuses: &[Status], at: Timestamp) {
        let words: Vec<_> = statuses.iter().map(|status| format!("'{}'", status.word())).collect();
        self.and(&format!("{} IN ({})", status(at), words.join(", ")), []);
    }

    pub(super) fn and<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    pub(super) fn by_creation(self, oldest_first: bool) -> Select {
        self.ordered(if oldest_first { "t.created_at, t.seq" } else { "t.created_at DESC, t.seq DESC" })
    }

    pub(super) fn ordered(mut self, by: &str) -> Select {
        self.sql.push_str(" ORDER BY ");
        self.sql.push_str(by);
        self
    }

    /// Tells each number, time of creation and rank.
    pub(super) fn each(self, db: &Db, mut tell: impl FnMut(i64, i64, i64) -> Result<(), Fault>) -> Result<(), Fault> {
        let mut statement = db.prepare_cached(&self.sql)?;
        let mut rows = statement.query(params_from_iter(self.values))?;
        while let Some(row) = rows.next()? {
            tell(row.get(0)?, row.get(1)?, row.get(2)?)?;
        }
        Ok(())
    }

    pub(super) fn read(self, db: &Db, enough: impl FnMut(i64, Token) -> bool) -> Result<(), Fault> {
        let mut statement = db.prepare_cached(&self.sql)?;
        gather(&mut statement.query(params_from_iter(self.values))?, enough)
    }
}

/// As [`Token::status`] has it.
fn status(at: Timestamp) -> String {
    format!(
        "CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.expires_at <= {} THEN 'expired'
              WHEN t.uses >= t.max_uses THEN 'used-up' ELSE 'active' END",
        at.as_millisecond()
    )
}
