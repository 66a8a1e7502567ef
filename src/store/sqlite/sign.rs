//! Whether anything was written since somebody last asked, told as cheaply as SQLite can tell it: `data_version` is
//! another after every commit of another connection, and only then it is read how often verdicts have changed.

use rusqlite::{Connection as Db, OptionalExtension};

use super::connection::{Connection, Seen};
use super::fault::Fault;
use super::file;
use super::identity::identity;
use crate::store::{Error, Sign};

/// See [`crate::store::Store::sign`].
pub(super) fn sign(connection: &mut Connection) -> Result<Option<Sign>, Error> {
    let path = connection.path().to_owned();
    let file = identity(&path)?;
    if connection.identity().is_some_and(|open| open != file) {
        // Whatever lies there now is looked at with the same suspicion as the first.
        connection.close();
        file::check(&path)?;
    }
    if connection.lost_its_log() {
        // SQLite has one picture of a log for each file in a process: opened anew, it would look at the same one.
        return Err(Fault::Damaged("its log was taken away while it was open".into()).on(&path));
    }
    let seen = connection.seen;
    let looked = connection.normal().and_then(|db| look(db, file, seen));
    match looked {
        Ok(seen) if connection.identity() == Some(file) => {
            connection.seen = Some(seen);
            Ok(Some(seen.sign))
        }
        // It was replaced in this moment.
        Ok(_) => {
            connection.close();
            Ok(None)
        }
        Err(fault) if fault.is_for_want_of_writing() => {
            connection.close();
            Ok(None)
        }
        Err(fault) => Err(fault.on(&path)),
    }
}

fn look(db: &Db, file: (u64, u64), seen: Option<Seen>) -> Result<Seen, Fault> {
    // Before the generation: what is written between the two is found by the next look.
    let data_version = db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
    if let Some(seen) = seen.filter(|seen| seen.data_version == data_version && seen.sign.file == file) {
        return Ok(seen);
    }
    let mut statement = db.prepare_cached("SELECT value FROM setting WHERE key = 'generation'")?;
    let generation = statement.query_row([], |row| row.get(0)).optional()?;
    let generation = generation.ok_or_else(|| Fault::Damaged("it has no generation".into()))?;
    Ok(Seen { data_version, sign: Sign { file, generation } })
}
