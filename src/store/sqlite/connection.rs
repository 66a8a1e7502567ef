//! How the file is opened: the normal way, and a quiet one for looking things up.
//!
//! The normal way is SQLite's own with a write-ahead log. It needs to write beside the file, even to read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection as Db, OpenFlags};

use super::fault::Fault;
use super::format::{examine, open};
use super::identity::identity;
use super::quiet;
use crate::store::{Durable, Error, Sign};

/// After so many quiet looks the normal way is taken, which opens the file once and keeps what it has read.
const FEW: u32 = 3;
/// What a connection may keep for more than a few looks, in KiB: the inner pages of a vault of some million tokens.
const CACHE_KIB: i64 = 8_192;
/// A log that is longer, in bytes, is not left to be read by all who come.
const MOST_LEFT: u64 = 256 << 10;
/// What one that writes may keep, likewise: as much as a batch of some hundred thousand tokens touches again and again.
/// A page that has no room here is written to the log, read again and written again.
const WRITE_CACHE_KIB: i64 = 65_536;
/// How long to wait for another process, in tries of about a millisecond.
const PATIENCE: i32 = 5_000;
/// How long a note of a use may keep somebody waiting who has the answer, likewise.
const A_MOMENT: i32 = 500;

/// Which way to try first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Normal,
    /// The same, with less in memory.
    Stay,
    Quiet,
    /// The quiet one and no other.
    Alone,
}

pub(super) struct Connection {
    path: PathBuf,
    way: Way,
    /// How often the quiet way was taken.
    quiet_looks: u32,
    normal: Option<Db>,
    /// Which file `normal` is open on.
    identity: Option<(u64, u64)>,
    /// And with which index of its log.
    index: Option<(u64, u64)>,
    /// What `normal` saw when it was last asked for a sign.
    pub(super) seen: Option<Seen>,
}

/// What a connection saw when it last looked.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub data_version: i64,
    pub sign: Sign,
}

// A second descriptor of the same file must never be opened and closed in this process while `normal` is open: POSIX
// locks belong to the process, and closing any descriptor drops them all.

impl Connection {
    pub(super) fn open(path: PathBuf, way: Way) -> Result<Connection, Error> {
        let mut connection =
            Connection { path, way, quiet_looks: 0, normal: None, identity: None, index: None, seen: None };
        if matches!(way, Way::Normal | Way::Stay) {
            connection.read(|_| Ok(()))?;
        }
        Ok(connection)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Looks something up. `look` may be asked twice, and only its last answer counts.
    pub(super) fn read<T>(&mut self, look: impl Fn(&Db) -> Result<T, Fault>) -> Result<T, Error> {
        if self.way == Way::Alone {
            return quiet::look(&self.path, &look)?.ok_or_else(|| Error::LogUnreadable(self.path.clone()));
        }
        if self.normal.is_none()
            && self.way == Way::Quiet
            && self.quiet_looks < FEW
            && let Some(answer) = quiet::look(&self.path, &look)?
        {
            self.quiet_looks += 1;
            return Ok(answer);
        }
        match self.normal().and_then(|db| look(db)) {
            Err(fault) if fault.is_for_want_of_writing() => {
                self.close();
                self.quiet_looks = 0;
                quiet::look(&self.path, &look)?.ok_or_else(|| Error::LogUnreadable(self.path.clone()))
            }
            answer => answer.map_err(|fault| fault.on(&self.path)),
        }
    }

    /// Changes something in one transaction.
    pub(super) fn write<T>(
        &mut self,
        durable: Durable,
        change: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        self.transact(durable, change).map_err(|fault| fault.on(&self.path))
    }

    /// Changes something that is worth only a moment's waiting.
    pub(super) fn write_soon<T>(&mut self, change: impl FnOnce(&Db) -> Result<T, Fault>) -> Result<T, Error> {
        let handler = |db: &mut Db, handler: fn(i32) -> bool| db.busy_handler(Some(handler)).map_err(Fault::from);
        let hasty = self.normal().and_then(|db| handler(db, wait_a_moment));
        let written = hasty.and_then(|()| self.transact(Durable::Crash, change));
        let patient = self.normal().and_then(|db| handler(db, wait_for_writer));
        written.and_then(|written| patient.map(|()| written)).map_err(|fault| fault.on(&self.path))
    }

    /// The same, for those who do not tell what went wrong.
    pub(super) fn transact<T>(
        &mut self,
        durable: Durable,
        change: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let outcome = self.begin(durable).and_then(|db| {
            let done = change(db)?;
            db.execute_batch("COMMIT")?;
            Ok(done)
        });
        if outcome.is_err() {
            self.undo();
        }
        outcome
    }

    /// Begins a transaction that writes. It is immediate: one that began by reading could not wait for its turn.
    pub(super) fn begin(&mut self, durable: Durable) -> Result<&Db, Fault> {
        let left = quiet::log_length(&self.path);
        let db = self.normal()?;
        // Moving the log into the file is what takes syncs. The first frame of a log takes one too, and has to: one that
        // begins anew over an old one could be read half of each after a power cut.
        let hasty = durable == Durable::Hasty && left < MOST_LEFT;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, hasty)?;
        db.execute_batch(match durable {
            Durable::Hasty if hasty => "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; BEGIN IMMEDIATE",
            Durable::Hasty | Durable::Crash => {
                "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000; BEGIN IMMEDIATE"
            }
            Durable::Power => "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; BEGIN IMMEDIATE",
        })?;
        Ok(db)
    }

    /// Ends a transaction that failed, if one is open.
    pub(super) fn undo(&self) {
        if let Some(db) = &self.normal
            && !db.is_autocommit()
        {
            // If even this fails, closing undoes it.
            drop(db.execute_batch("ROLLBACK"));
        }
    }

    /// Closes the file; the next use opens it again.
    pub(super) fn close(&mut self) {
        (self.normal, self.identity, self.index, self.seen) = (None, None, None, None);
    }

    /// Which file is open the normal way, if one is.
    pub(super) fn identity(&self) -> Option<(u64, u64)> {
        self.identity
    }

    /// Whether the log that `normal` reads is not the one that lies there: others write into another one then.
    pub(super) fn lost_its_log(&self) -> bool {
        self.normal.is_some() && self.index != self.index_there()
    }

    fn index_there(&self) -> Option<(u64, u64)> {
        identity(&quiet::beside(&self.path, "-shm")).ok()
    }

    /// The connection with a log, opened and examined when it is first needed.
    pub(super) fn normal(&mut self) -> Result<&mut Db, Fault> {
        let db = match self.normal.take() {
            Some(db) => db,
            None => {
                // Asked before there is a log of our own, told only of what is a vault.
                let whole = quiet::whole(&self.path);
                let before = identity(&self.path).ok();
                let mut db = open(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
                // SQLite would go on to read, and leave a log with the file's mode that nobody could write later.
                if db.is_readonly("main")? {
                    return Err(Fault::read_only());
                }
                db.busy_handler(Some(wait_for_writer))?;
                examine(&db)?;
                whole?;
                // Whatever is written, what it replaces is overwritten: a stamp moves cells too.
                db.pragma_update(None, "secure_delete", true)?;
                match self.way {
                    Way::Normal => db.pragma_update(None, "cache_size", -WRITE_CACHE_KIB)?,
                    Way::Stay => db.pragma_update(None, "cache_size", -CACHE_KIB)?,
                    Way::Quiet | Way::Alone if self.quiet_looks >= FEW => {
                        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
                    }
                    Way::Quiet | Way::Alone => {}
                }
                // Where it was replaced meanwhile, nobody knows which one is open.
                self.identity = before.filter(|before| identity(&self.path).ok() == Some(*before));
                self.index = self.index_there();
                db
            }
        };
        Ok(self.normal.insert(db))
    }
}

/// Waits about a millisecond for another writer. SQLite's own handler backs off and starves writers; this one is
/// fair, and the odd part keeps processes from marching in step.
pub(super) fn wait_for_writer(tries: i32) -> bool {
    let odd = std::process::id().wrapping_add(tries as u32).wrapping_mul(0x9E37_79B1) >> 22;
    std::thread::sleep(Duration::from_micros(500 + u64::from(odd)));
    tries < PATIENCE
}

/// The same, and soon gives up.
fn wait_a_moment(tries: i32) -> bool {
    wait_for_writer(tries) && tries < A_MOMENT
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::format::{APPLICATION_ID, SCHEMA};
    use super::super::quiet::beside;
    use super::*;

    fn vault() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().canonicalize().unwrap().join("v.db");
        let db = Db::open(&path).unwrap();
        db.pragma_update(None, "journal_mode", "wal").unwrap();
        db.execute_batch(SCHEMA[0]).unwrap();
        db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        (dir, path)
    }

    fn note(db: &Db, value: i64) {
        db.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('n', ?1)", [value]).unwrap();
    }

    fn written(db: &Db, value: i64) -> Result<(), Fault> {
        note(db, value);
        Ok(())
    }

    fn look(db: &Db) -> Result<i64, Fault> {
        Ok(db.query_row("SELECT value FROM setting WHERE key = 'n'", [], |row| row.get(0))?)
    }

    #[test]
    fn without_a_log_the_file_alone_is_read() {
        let (dir, path) = vault();
        note(&Db::open(&path).unwrap(), 1);
        let mut connection = Connection::open(path, Way::Quiet).unwrap();
        let files = |_: &Db| Ok(std::fs::read_dir(dir.path()).unwrap().count());
        assert_eq!(connection.read(files).unwrap(), 1, "no log and no index beside it");
        assert_eq!(connection.read(look).unwrap(), 1);
        assert!(connection.normal.is_none());
    }

    #[test]
    fn what_stands_in_a_log_is_read_too() {
        let (_dir, path) = vault();
        let writer = Db::open(&path).unwrap();
        note(&writer, 2);
        let mut connection = Connection::open(path, Way::Quiet).unwrap();
        assert_eq!(connection.read(look).unwrap(), 2);
        assert!(connection.normal.is_some());
    }

    #[test]
    fn haste_leaves_a_log_that_does_not_grow_without_end_and_that_the_next_change_moves() {
        let (_dir, path) = vault();
        let hasty = |value| {
            let mut connection = Connection::open(path.clone(), Way::Normal).unwrap();
            connection.write(Durable::Hasty, |db| written(db, value)).unwrap();
        };
        let mut longest = 0;
        for value in 0..200 {
            hasty(value);
            longest = longest.max(quiet::log_length(&path));
        }
        let page = 4096 + 24;
        assert!((MOST_LEFT - page..MOST_LEFT + 2 * page).contains(&longest), "{longest}");
        assert!(quiet::log_length(&path) > 0);
        assert_eq!(Connection::open(path.clone(), Way::Quiet).unwrap().read(look).unwrap(), 199);
        let mut connection = Connection::open(path.clone(), Way::Normal).unwrap();
        connection.write(Durable::Hasty, |db| written(db, 200)).unwrap();
        connection.write(Durable::Power, |db| written(db, 201)).unwrap();
        drop(connection);
        assert!(!beside(&path, "-wal").exists(), "a change that is synced closes cleanly");
        assert_eq!(Connection::open(path, Way::Quiet).unwrap().read(look).unwrap(), 201);
    }

    /// A writer comes and goes while the file is being read: its log cannot vanish unseen, so what was read is asked
    /// again.
    #[test]
    fn a_writer_in_the_middle_of_a_quiet_read_is_noticed() {
        let (_dir, path) = vault();
        note(&Db::open(&path).unwrap(), 3);
        let asked = Cell::new(0);
        let mut connection = Connection::open(path.clone(), Way::Quiet).unwrap();
        let answer = connection.read(|db| {
            let before = look(db)?;
            if asked.replace(asked.get() + 1) == 0 {
                let writer = Db::open(&path).unwrap();
                note(&writer, 4);
                writer.close().unwrap();
            }
            Ok(before)
        });
        assert_eq!((answer.unwrap(), asked.get()), (4, 2));
    }
}
