//! Whether what rests in the file fits together: SQLite's own examination of its pages and indexes, what the schema
//! promises, and what it cannot promise by itself. Nothing is changed, and nothing is held for longer than one look.

use std::collections::BTreeMap;

use rusqlite::Connection as Db;

use super::fault::Fault;
use super::format::SCHEMA;
use crate::store::Odd;

/// Faults that are told; a page that is torn makes hundreds.
const MOST: usize = 10;

pub(super) fn integrity(db: &Db) -> Result<Vec<String>, Fault> {
    let mut faults = Vec::new();
    let mut statement = db.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // One answer may hold several lines.
        faults.extend(row.get::<_, String>(0)?.lines().filter(|line| *line != "ok").map(str::to_owned));
    }
    if faults.is_empty() {
        faults.extend(relations(db)?);
    }
    faults.truncate(MOST);
    Ok(faults)
}

/// What holds between rows. A token without a secret is in no list.
fn relations(db: &Db) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare("PRAGMA foreign_key_check")?;
    let mut orphans = 0;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {
        orphans += 1;
    }
    let without: i64 = db.query_row(
        "SELECT count(*) FROM token
         WHERE 1 <> (SELECT count(*) FROM secret WHERE token_seq = seq AND retires_at IS NULL)",
        [],
        |row| row.get(0),
    )?;
    let told = [(orphans, "secret that belongs to no token"), (without, "token without exactly one current secret")];
    Ok(told.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} x {what}")).collect())
}

/// What the migrations make and this file has not, or otherwise. What somebody has added is theirs to keep.
pub(super) fn schema(db: &Db) -> Result<Vec<Odd>, Fault> {
    let made = Db::open_in_memory()?;
    SCHEMA.iter().try_for_each(|migration| made.execute_batch(migration))?;
    let (made, there) = (objects(&made)?, objects(db)?);
    let odd = made.into_iter().filter(|(name, object)| there.get(name) != Some(object));
    Ok(odd
        .map(|(name, (kind, sql))| {
            let mend = sql.filter(|_| kind == "index").map(|sql| format!("DROP INDEX IF EXISTS {name}; {sql}"));
            Odd { name: format!("{kind} {name}"), mend }
        })
        .collect())
}

/// Tables and indexes by name: what they are, and how they were made. SQLite's own have no statement.
fn objects(db: &Db) -> Result<BTreeMap<String, (String, Option<String>)>, Fault> {
    let mut statement = db.prepare("SELECT name, type, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
