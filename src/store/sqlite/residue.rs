//! Deleted is gone. SQLite overwrites the cells it deletes (`secure_delete`), but two places may still hold what they
//! held: the log, until a checkpoint truncates it, and the unused middle of a page whose cells an earlier split had
//! moved. So after a deletion the log is truncated; then a small file is rebuilt, and a large one is searched for the
//! deleted bytes and rebuilt if any are left.
//!
//! A mark in `setting` stands while deletions have not yet ended well. It begins anywhere and rises with each of them,
//! so that no two marks are alike and nobody takes away another's. A crash or a reader in the way only delays the end:
//! whoever finds a mark that is not its own does not know what to search for, and rebuilds.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::{Connection as Db, OptionalExtension, ToSql, params};

use super::connection::Connection;
use super::fault::{Fault, one};
use super::settings;
use crate::store::{Durable, Keys, Wiped};
use crate::token::secret::{Digest, Id};

const MARK: &str = "unwiped";
/// Bytes of a piece. Every run of 11 deleted bytes holds a whole one, wherever it was torn off; what is shorter tells
/// nothing. One that is there by chance, which is rare at this length, only costs a rebuilding.
const PIECE: usize = 6;

/// A smaller file is rebuilt faster than thought about.
const SMALL: u64 = 4 << 20;
/// Up to this size a file is rebuilt in memory, which leaves nothing in a directory for temporary files.
const REBUILT_IN_MEMORY: u64 = 64 << 20;

/// What the deletions of this process leave to be wiped.
#[derive(Default)]
pub(super) struct Traces {
    /// Pieces of deleted digests and sealed copies.
    pieces: HashSet<[u8; PIECE]>,
    /// The mark as this process left it, if it has deleted anything.
    mark: Option<i64>,
    /// Whether there was a mark before.
    others: bool,
    /// Whether they are too many to be searched for.
    many: bool,
}

impl Traces {
    pub(super) fn merge(&mut self, other: Traces) {
        self.pieces.extend(other.pieces);
        // A mark that follows on ours was raised from ours; any other holds what somebody else deleted meanwhile.
        let follows = self.mark.is_some_and(|mark| other.mark == Some(mark + 1));
        self.others |= other.others && !follows;
        self.many |= other.many;
        self.mark = other.mark;
    }

    fn add(&mut self, bytes: &[u8]) {
        self.pieces.extend(bytes.chunks_exact(PIECE).filter_map(|piece| piece.first_chunk().copied()));
    }
}

/// Deletes a token with its secrets, and marks the vault.
pub(super) fn remove(db: &Db, id: &Id) -> Result<Traces, Fault> {
    let mut traces = traces_of(
        db,
        "SELECT digest, sealed FROM secret WHERE token_seq = (SELECT seq FROM token WHERE id = ?1)",
        id.as_str(),
    )?;
    one(db.prepare_cached("DELETE FROM token WHERE id = ?1")?.execute([id.as_str()])?)?;
    mark(db, &mut traces)?;
    Ok(traces)
}

/// Deletes one secret, and marks the vault.
pub(super) fn remove_secret(db: &Db, digest: &Digest) -> Result<Traces, Fault> {
    let mut traces = traces_of(db, "SELECT digest, sealed FROM secret WHERE digest = ?1", digest.0)?;
    one(db.prepare_cached("DELETE FROM secret WHERE digest = ?1")?.execute([digest.0])?)?;
    mark(db, &mut traces)?;
    Ok(traces)
}

/// Drops the sealed copies of a token, and marks the vault. The digests stay in use, so they are no traces.
pub(super) fn forget(db: &Db, id: &Id) -> Result<Traces, Fault> {
    let mut traces = traces_of(
        db,
        "SELECT x'', sealed FROM secret WHERE token_seq = (SELECT seq FROM token WHERE id = ?1)",
        id.as_str(),
    )?;
    db.prepare_cached("UPDATE secret SET sealed = NULL WHERE token_seq = (SELECT seq FROM token WHERE id = ?1)")?
        .execute([id.as_str()])?;
    mark(db, &mut traces)?;
    Ok(traces)
}

/// Drops the sealed copies of all tokens, and marks the vault; gives how many there were.
pub(super) fn forget_all(db: &Db) -> Result<(u64, Traces), Fault> {
    let dropped = db.execute("UPDATE secret SET sealed = NULL WHERE sealed IS NOT NULL", [])?;
    let mut traces = Traces { many: true, ..Traces::default() };
    mark(db, &mut traces)?;
    Ok((dropped as u64, traces))
}

/// Puts other keys in the place of `old`, or none, and marks the vault: the old passphrase opens what is left of them.
pub(super) fn replace_keys(db: &Db, old: &Keys, new: Option<&Keys>) -> Result<Traces, Fault> {
    let mut traces = Traces::default();
    traces.add(&old.wrapped);
    settings::set_keys(db, new)?;
    mark(db, &mut traces)?;
    Ok(traces)
}

/// What is to be searched for when the digests and sealed copies that a query gives are gone.
fn traces_of(db: &Db, query: &str, key: impl ToSql) -> Result<Traces, Fault> {
    let mut traces = Traces::default();
    let mut secrets = db.prepare_cached(query)?;
    let mut rows = secrets.query([key])?;
    while let Some(row) = rows.next()? {
        traces.add(&row.get::<_, Vec<u8>>(0)?);
        traces.add(&row.get::<_, Option<Vec<u8>>>(1)?.unwrap_or_default());
    }
    Ok(traces)
}

/// Whether deletions have not yet ended well.
pub(super) fn is_marked(db: &Db) -> Result<bool, Fault> {
    let exists = "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ?1)";
    Ok(db.prepare_cached(exists)?.query_row([MARK], |row| row.get(0))?)
}

fn mark(db: &Db, traces: &mut Traces) -> Result<(), Fault> {
    traces.others = is_marked(db)?;
    let mark = db
        .prepare_cached(
            "INSERT INTO setting (key, value) VALUES (?1, random() >> 1)
             ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
        )?
        .query_row([MARK], |row| row.get(0))?;
    traces.mark = Some(mark);
    Ok(())
}

/// Wipes if the vault is marked. Nobody waits for the end of what somebody else has begun. Whatever goes wrong now
/// does not undo a deletion; the mark stays for the next change.
pub(super) fn wipe(connection: &mut Connection, traces: Traces) -> Wiped {
    match try_to_wipe(connection, &traces) {
        Ok(true) => Wiped::Gone,
        Ok(false) | Err(_) => Wiped::Pending,
    }
}

fn try_to_wipe(connection: &mut Connection, traces: &Traces) -> Result<bool, Fault> {
    let Some(mark) = marked(connection)? else { return Ok(true) };
    let ours = traces.mark.is_some();
    if !truncate_log(connection, ours)? {
        return Ok(false);
    }
    let length = std::fs::metadata(connection.path()).map_err(Fault::Io)?.len();
    let known = ours && !traces.others && !traces.many && length > SMALL;
    if !known || holds(connection, traces)? {
        rebuild(connection, length)?;
        if !truncate_log(connection, ours)? {
            return Ok(false);
        }
    }
    // Where somebody deletes at this moment, the mark is theirs to take away.
    take_away(connection, if known { traces.mark.unwrap_or(mark) } else { mark })?;
    Ok(true)
}

/// Rebuilds the file, whether anything was deleted or not. Whoever stands in the way is waited for, and told of.
pub(super) fn compact(connection: &mut Connection) -> Result<(), Fault> {
    let mark = marked(connection)?;
    let emptied = |connection: &mut Connection| match truncate_log(connection, true)? {
        true => Ok(()),
        false => Err(Fault::BeingRead),
    };
    // Before anything is done, so that nothing is done in vain: first those who write, then those who read.
    connection.transact(Durable::Crash, |_| Ok(()))?;
    emptied(connection)?;
    let length = std::fs::metadata(connection.path()).map_err(Fault::Io)?.len();
    rebuild(connection, length)?;
    emptied(connection)?;
    match mark {
        None => Ok(()),
        Some(mark) => {
            take_away(connection, mark)?;
            emptied(connection)
        }
    }
}

/// The mark that stands in the vault, if one does.
fn marked(connection: &mut Connection) -> Result<Option<i64>, Fault> {
    let mark = "SELECT value FROM setting WHERE key = ?1";
    Ok(connection.normal()?.query_row(mark, [MARK], |row| row.get(0)).optional()?)
}

fn take_away(connection: &mut Connection, mark: i64) -> Result<(), Fault> {
    connection.transact(Durable::Power, |db| {
        db.prepare_cached("DELETE FROM setting WHERE key = ?1 AND value = ?2")?.execute(params![MARK, mark])?;
        Ok(())
    })
}

fn rebuild(connection: &mut Connection, length: u64) -> Result<(), Fault> {
    let db = connection.normal()?;
    if length <= REBUILT_IN_MEMORY {
        db.pragma_update(None, "temp_store", "memory")?;
    }
    Ok(db.execute_batch("VACUUM")?)
}

/// Moves the log into the file and cuts it to nothing; `false` if a reader still needs it.
fn truncate_log(connection: &mut Connection, patient: bool) -> Result<bool, Fault> {
    let db = connection.normal()?;
    if !patient {
        db.busy_handler(None::<fn(i32) -> bool>)?;
    }
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    db.busy_handler(Some(super::connection::wait_for_writer))?;
    Ok(busy == 0)
}

/// Whether any trace is in the file. The connection is closed meanwhile: opening and closing the file beside it would
/// drop the locks that SQLite holds on it in this process.
fn holds(connection: &mut Connection, traces: &Traces) -> Result<bool, Fault> {
    connection.close();
    search(connection.path(), traces).map_err(Fault::Io)
}

fn search(path: &Path, traces: &Traces) -> std::io::Result<bool> {
    // Most places of a file are none of the pieces; their first two bytes usually tell.
    let mut beginnings = vec![false; 1 << 16];
    for piece in &traces.pieces {
        beginnings[usize::from(u16::from_le_bytes([piece[0], piece[1]]))] = true;
    }
    let mut file = File::open(path)?;
    let mut window = vec![0u8; 1 << 20];
    let mut kept = 0;
    loop {
        let read = file.read(&mut window[kept..])?;
        if read == 0 {
            return Ok(false);
        }
        let filled = kept + read;
        let hit = window[..filled].windows(PIECE).any(|place| {
            beginnings[usize::from(u16::from_le_bytes([place[0], place[1]]))]
                && place.first_chunk().is_some_and(|piece| traces.pieces.contains(piece))
        });
        if hit {
            return Ok(true);
        }
        // A piece may lie across two reads.
        kept = filled.min(PIECE - 1);
        window.copy_within(filled - kept..filled, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Db {
        let db = Db::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE setting (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID")
            .unwrap();
        db
    }

    fn marked(db: &Db) -> Traces {
        let mut traces = Traces::default();
        mark(db, &mut traces).unwrap();
        traces
    }

    #[test]
    fn deletions_of_others_between_ones_own_are_not_forgotten() {
        let db = database();
        let mut ours = marked(&db);
        ours.merge(marked(&db));
        assert!(!ours.others, "two deletions of one's own");
        drop(marked(&db));
        ours.merge(marked(&db));
        assert!(ours.others);
        let mut late = Traces::default();
        late.merge(marked(&db));
        assert!(late.others, "others were there first");
    }

    #[test]
    fn no_two_marks_are_alike() {
        let db = database();
        let first = marked(&db).mark;
        db.execute_batch("DELETE FROM setting").unwrap();
        assert_ne!(marked(&db).mark, first, "its end would be taken for the end of this one");
    }

    #[test]
    fn a_trace_is_found_wherever_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let digest: Vec<u8> = (100..132).collect();
        let mut traces = Traces::default();
        traces.add(&digest);
        // A torn off part of a digest, at every offset around the border of two reads.
        for at in [0, 1, (1 << 20) - 20, (1 << 20) - 9, (1 << 20) - 4, 1 << 20, (1 << 21) - 11] {
            for from in 0..=PIECE {
                let mut content = vec![0u8; 1 << 21];
                content[at..at + 11].copy_from_slice(&digest[from..from + 11]);
                std::fs::write(&path, &content).unwrap();
                assert!(search(&path, &traces).unwrap(), "from {from} at {at}");
            }
        }
        std::fs::write(&path, vec![100u8; 1 << 21]).unwrap();
        assert!(!search(&path, &traces).unwrap());
    }
}
