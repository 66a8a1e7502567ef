//! Deleted is gone. SQLite overwrites the cells it deletes (`secure_delete`), but two places may still hold what they
//! held: the log, until a checkpoint truncates it, and the unused middle of a page whose cells an earlier split had
//! moved. So after a deletion the log is truncated, the file searched for the deleted bytes, and rebuilt if any are
//! left.
//!
//! A mark in `setting` stands from the deletion until that has ended well. A crash or a reader in the way only
//! delays it: the next change finds the mark and, not knowing any more what to search for, rebuilds.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::{Connection as Db, OptionalExtension};

use super::connection::{Connection, Durable, Fault};
use crate::store::{Error, Wiped};
use crate::token::secret::Id;

const MARK: &str = "unwiped";
/// Bytes of a piece. Every run of twice as many deleted bytes holds a whole piece; what is shorter tells nothing.
const PIECE: usize = 8;

/// Pieces of deleted digests and sealed copies.
#[derive(Default)]
pub(super) struct Traces(HashSet<[u8; PIECE]>);

impl Traces {
    pub(super) fn merge(&mut self, other: Traces) {
        self.0.extend(other.0);
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.extend(bytes.chunks_exact(PIECE).filter_map(|piece| piece.first_chunk().copied()));
    }
}

/// Deletes a token with its secrets, and marks the vault. Gives what is to be searched for.
pub(super) fn remove(db: &Db, id: &Id) -> Result<Traces, Fault> {
    let mut traces = Traces::default();
    {
        let mut secrets = db.prepare_cached(
            "SELECT digest, sealed FROM secret WHERE token_seq = (SELECT seq FROM token WHERE id = ?1)",
        )?;
        let mut rows = secrets.query([id.as_str()])?;
        while let Some(row) = rows.next()? {
            traces.add(&row.get::<_, Vec<u8>>(0)?);
            traces.add(&row.get::<_, Option<Vec<u8>>>(1)?.unwrap_or_default());
        }
    }
    db.prepare_cached("DELETE FROM token WHERE id = ?1")?.execute([id.as_str()])?;
    db.prepare_cached("INSERT INTO setting (key, value) VALUES (?1, 1) ON CONFLICT DO NOTHING")?.execute([MARK])?;
    Ok(traces)
}

/// Wipes if the vault is marked. `traces` are those of this process's own deletions; without any it is
/// somebody else's unfinished work, for which nobody waits.
pub(super) fn wipe(connection: &mut Connection, traces: Traces) -> Result<Wiped, Error> {
    let marked = connection.read(|db| {
        let mark =
            db.prepare_cached("SELECT 1 FROM setting WHERE key = ?1")?.query_row([MARK], |_| Ok(())).optional()?;
        Ok(mark.is_some())
    })?;
    if !marked {
        return Ok(Wiped::Gone);
    }
    let path = connection.path().to_owned();
    let ours = !traces.0.is_empty();
    // What stops this now (a reader, no room to rebuild) does not undo the deletion; the mark stays for the next
    // change.
    let done = truncate_log(connection, ours).and_then(|truncated| {
        let clean = truncated
            && match ours {
                true => !holds(connection, &traces)?,
                false => false,
            };
        if clean || !truncated {
            return Ok(truncated);
        }
        connection.normal()?.execute_batch("VACUUM")?;
        truncate_log(connection, ours)
    });
    match done {
        Ok(true) => {
            connection.write(Durable::Power, |db| {
                db.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([MARK])?;
                Ok(())
            })?;
            Ok(Wiped::Gone)
        }
        Ok(false) => Ok(Wiped::Pending),
        Err(fault) => match fault.on(&path) {
            Error::Busy(_) | Error::Full(_) => Ok(Wiped::Pending),
            error => Err(error),
        },
    }
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
    for piece in &traces.0 {
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
                && place.first_chunk().is_some_and(|piece| traces.0.contains(piece))
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

    #[test]
    fn a_trace_is_found_wherever_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let digest: Vec<u8> = (100..132).collect();
        let mut traces = Traces::default();
        traces.add(&digest);
        // Halves of a digest, at every offset around the border of two reads.
        for at in [0, 1, (1 << 20) - 20, (1 << 20) - 9, (1 << 20) - 4, 1 << 20, (1 << 21) - 16] {
            let mut content = vec![0u8; 1 << 21];
            content[at..at + 16].copy_from_slice(&digest[3..19]);
            std::fs::write(&path, &content).unwrap();
            assert!(search(&path, &traces).unwrap(), "at {at}");
        }
        std::fs::write(&path, vec![100u8; 1 << 21]).unwrap();
        assert!(!search(&path, &traces).unwrap());
    }
}
