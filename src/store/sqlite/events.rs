//! The audit log's rows. Events come and go here as they stand; what chains them is not known.

use rusqlite::{Connection as Db, OptionalExtension, Row, params};

use super::fault::{Fault, one};
use super::rows::{limit, time};
use crate::token::event::{Action, Entry, Event, Head, Link};
use crate::token::secret::Id;

pub(super) fn head(db: &Db) -> Result<Option<Head>, Fault> {
    db.prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, link: Link(row.get(1)?) }))
        .optional()
        .map_err(Into::into)
}

pub(super) fn insert(db: &Db, seq: i64, event: &Event, link: &Link) -> Result<(), Fault> {
    let (id, name) = match &event.token {
        Some((id, name)) => (Some(id.as_str()), Some(name.as_str())),
        None => (None, None),
    };
    db.prepare_cached(
        "INSERT INTO event (seq, at, actor, action, token_id, token_name, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![seq, event.at.as_millisecond(), event.actor, event.action.word(), id, name, event.detail, link.0])
    .map_err(Fault::from)
    .and_then(one)
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
    let seq = row.get(0)?;
    let damaged = |what: &str| Fault::Damaged(format!("event {seq} of its log has a bad {what}"));
    let token = match (row.get::<_, Option<String>>(4)?, row.get(5)?) {
        (Some(id), Some(name)) => Some((Id::parse(&id).map_err(|_| damaged("id"))?, name)),
        (None, None) => None,
        _ => return Err(damaged("token")),
    };
    let event = Event {
        at: time(row, 1)?.ok_or_else(|| damaged("time"))?,
        actor: row.get(2)?,
        action: Action::parse(&row.get::<_, String>(3)?).ok_or_else(|| damaged("action"))?,
        token,
        detail: row.get(6)?,
    };
    Ok(Entry { seq, event, link: Link(row.get(7)?) })
}
