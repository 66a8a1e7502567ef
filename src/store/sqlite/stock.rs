//! What there is in the file, and how large it is.

use std::io;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection as Db, OptionalExtension};

use super::fault::Fault;
use super::quiet::beside;
use super::{events, rows};
use crate::store::Error;
use crate::token::stock::{Size, Stock};

/// Counts everything, in the transaction that the caller holds.
pub(super) fn take(db: &Db, at: Timestamp) -> Result<Stock, Fault> {
    let at = at.as_millisecond();
    let (all, revoked, expired, used_up) = db.query_row(
        "SELECT count(*), count(revoked_at),
                count(*) FILTER (WHERE revoked_at IS NULL AND expires_at <= ?1),
                count(*) FILTER (WHERE revoked_at IS NULL AND ifnull(expires_at > ?1, 1) AND uses >= max_uses)
         FROM token",
        [at],
        |row| Ok((number(row, 0)?, number(row, 1)?, number(row, 2)?, number(row, 3)?)),
    )?;
    let (secrets, copies) =
        db.query_row("SELECT count(*), count(sealed) FROM secret", [], |row| Ok((number(row, 0)?, number(row, 1)?)))?;
    let generation = "SELECT value FROM setting WHERE key = 'generation'";
    let made_at = db
        .prepare("SELECT at FROM event ORDER BY seq LIMIT 1")?
        .query_row([], |row| Ok(rows::time(row, 0)))
        .optional()?;
    Ok(Stock {
        format: db.pragma_query_value(None, "user_version", |row| row.get(0))?,
        active: all - revoked - expired - used_up,
        expired,
        revoked,
        used_up,
        secrets,
        copies,
        events: db.query_row("SELECT count(*) FROM event", [], |row| number(row, 0))?,
        made_at: made_at.transpose()?.flatten(),
        head: events::head(db)?,
        generation: db.query_row(generation, [], |row| number(row, 0)).optional()?.unwrap_or_default(),
    })
}

fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

pub(super) fn size(path: &Path) -> Result<Size, Error> {
    let length = |path: &Path| match path.symlink_metadata() {
        Ok(meta) => Ok(meta.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    };
    Ok(Size { file: length(path)?, log: length(&beside(path, "-wal"))? })
}
