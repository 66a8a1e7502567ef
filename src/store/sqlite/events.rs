//! The audit log's rows. Events come and go here as they stand; what chains them is not known.

use rusqlite::types::FromSql;
use rusqlite::{Connection as Db, OptionalExtension, Row, params};

use super::fault::Fault;
use super::rows::{limit, time};
use crate::token::event::{Action, Entry, Event, Head, Link};
use crate::token::secret::Id;

pub(super) fn head(db: &Db) -> Result<Option<Head>, Fault> {
    let newest = db
        .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(column(row, 0).zip(column(row, 1))))
        .optional()?;
    match newest {
        None => Ok(None),
        Some(Some((seq, link))) => Ok(Some(Head { seq, link: Link(link) })),
        Some(None) => Err(Fault::Damaged("the newest event of its log has a bad number or hash".into())),
    }
}

pub(super) fn after(db: &Db, after: i64, most: usize) -> Result<Vec<Entry>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT seq, at, actor, action, token_id, token_name, detail, hash FROM event
         WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query(params![after, limit(most)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry(row)?);
    }
    Ok(entries)
}

fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    let seq: i64 = column(row, 0).ok_or_else(|| Fault::Damaged("an event of its log has a bad number".into()))?;
    let damaged = |what: &str| Fault::Damaged(format!("event {seq} of its log has a bad {what}"));
    let token = match (column::<Option<String>>(row, 4), column(row, 5)) {
        (Some(Some(id)), Some(Some(name))) => Some((Id::parse(&id).map_err(|_| damaged("id"))?, name)),
        (Some(None), Some(None)) => None,
        _ => return Err(damaged("token")),
    };
    let action = column::<String>(row, 3).and_then(|word| Action::parse(&word));
    let event = Event {
        at: time(row, 1).ok().flatten().ok_or_else(|| damaged("time"))?,
        actor: column(row, 2).ok_or_else(|| damaged("actor"))?,
        action: action.ok_or_else(|| damaged("action"))?,
        token,
        detail: column(row, 6).ok_or_else(|| damaged("detail"))?,
    };
    Ok(Entry { seq, event, link: Link(column(row, 7).ok_or_else(|| damaged("hash"))?) })
}

/// `None` for what is of another type.
fn column<T: FromSql>(row: &Row<'_>, index: usize) -> Option<T> {
    row.get(index).ok()
}
