//! How the file is opened: the normal way, and a quiet one for looking things up.
//!
//! The normal way is SQLite's own with a write-ahead log. It needs to write beside the file, even to read.
//!
//! The quiet way reads the file alone, and is taken only while there is no log: then everything is in the file. A
//! shared lock on SQLite's own lock bytes keeps every other process from finishing and removing a log meanwhile; so
//! if there is none *after* the read either, nobody wrote, and the answer is neither old nor torn. Otherwise it is
//! thrown away and asked again the normal way. It also serves vaults that cannot be written.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use rusqlite::config::DbConfig;
use rusqlite::{Connection as Db, OpenFlags};

use super::fault::Fault;
use super::file::beside;
use crate::store::Error;

/// `JTN1` in the file's header tells a vault from another program's database.
pub(super) const APPLICATION_ID: i32 = 0x4a54_4e31;
/// Migrations, oldest first; `user_version` counts those a file has had.
pub(super) const SCHEMA: &[&str] = &[include_str!("../schema/001.sql")];
/// SQLite's default, with which every vault is founded.
const PAGE_SIZE: u64 = 4096;
/// After so many quiet looks the normal way is taken, which opens the file once and keeps what it has read.
const FEW: u32 = 3;
/// What a connection may keep for more than a few looks, in KiB: the inner pages of a vault of some million tokens.
const CACHE_KIB: i64 = 8_192;
/// How long to wait for another process, in tries of about a millisecond.
pub(super) const PATIENCE: i32 = 5_000;
/// Where SQLite's shared lock lies in every database file: 510 bytes from `PENDING_BYTE + 2`.
const SHARED_FIRST: libc::off_t = 0x4000_0002;
const SHARED_SIZE: libc::off_t = 510;

/// Which way to try first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Normal,
    Quiet,
}

/// What an acknowledged change survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durable {
    /// The end of the process.
    Crash,
    /// The end of the power.
    Power,
}

pub(super) struct Connection {
    path: PathBuf,
    way: Way,
    /// How often the quiet way was taken.
    quiet_looks: u32,
    normal: Option<Db>,
}

// A second descriptor of the same file must never be opened and closed in this process while `normal` is open: POSIX
// locks belong to the process, and closing any descriptor drops them all.

impl Connection {
    pub(super) fn open(path: PathBuf, way: Way) -> Result<Connection, Error> {
        let mut connection = Connection { path, way, quiet_looks: 0, normal: None };
        if way == Way::Normal {
            connection.read(|_| Ok(()))?;
        }
        Ok(connection)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Looks something up. `look` may be asked twice, and only its last answer counts.
    pub(super) fn read<T>(&mut self, look: impl Fn(&Db) -> Result<T, Fault>) -> Result<T, Error> {
        if self.normal.is_none()
            && self.way == Way::Quiet
            && self.quiet_looks < FEW
            && let Some(answer) = self.quiet(&look)?
        {
            self.quiet_looks += 1;
            return Ok(answer);
        }
        match self.normal().and_then(|db| look(db)) {
            Err(fault) if fault.is_for_want_of_writing() => {
                self.close();
                self.quiet_looks = 0;
                self.quiet(&look)?.ok_or_else(|| Error::LogUnreadable(self.path.clone()))
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
        let path = self.path.clone();
        let outcome = self.begin(durable).and_then(|db| {
            let done = change(db)?;
            db.execute_batch("COMMIT")?;
            Ok(done)
        });
        outcome.map_err(|fault| {
            self.undo();
            fault.on(&path)
        })
    }

    /// Begins a transaction that writes. It is immediate: one that began by reading could not wait for its turn.
    pub(super) fn begin(&mut self, durable: Durable) -> Result<&Db, Fault> {
        let db = self.normal()?;
        db.execute_batch(match durable {
            Durable::Crash => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
            Durable::Power => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
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
        self.normal = None;
    }

    /// The connection with a log, opened and examined when it is first needed.
    pub(super) fn normal(&mut self) -> Result<&mut Db, Fault> {
        let db = match self.normal.take() {
            Some(db) => db,
            None => {
                // Asked before there is a log of our own, told only of what is a vault.
                let whole = self.whole();
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
                if self.quiet_looks >= FEW {
                    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
                }
                db
            }
        };
        Ok(self.normal.insert(db))
    }

    /// Reads the file alone; `None` if there is or was a log, and the normal way must be taken.
    ///
    /// A log without content is what a process leaves behind that found no room for more. Everything is in the file
    /// then too, unless somebody is at it: that the lock tells, if it is one that nobody can share.
    fn quiet<T>(&self, look: impl Fn(&Db) -> Result<T, Fault>) -> Result<Option<T>, Error> {
        let log = self.log();
        let (l_type, alone) = match log {
            Log::None => (libc::F_RDLCK, false),
            Log::Empty => (libc::F_WRLCK, true),
            Log::Used => return Ok(None),
        };
        let Ok(file) = File::options().read(true).write(alone).open(&self.path) else { return Ok(None) };
        let lock = libc::flock {
            l_type: l_type as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: SHARED_FIRST,
            l_len: SHARED_SIZE,
            l_pid: 0,
        };
        if fcntl(file.as_fd(), FcntlArg::F_OFD_SETLK(&lock)).is_err() || self.log() != log {
            return Ok(None);
        }
        let answer = open_immutable(&self.path).and_then(|db| {
            examine(&db)?;
            self.whole()?;
            look(&db)
        });
        let same_file = match (file.metadata(), self.path.symlink_metadata()) {
            (Ok(locked), Ok(read)) => (locked.dev(), locked.ino()) == (read.dev(), read.ino()),
            _ => false,
        };
        if self.log() != log || !same_file {
            return Ok(None);
        }
        answer.map(Some).map_err(|fault| fault.on(&self.path))
    }

    /// SQLite reads a last page that was cut off as if zeros stood there. Without a log the file ends with a whole
    /// page.
    fn whole(&self) -> Result<(), Fault> {
        let length = self.path.metadata().map_err(Fault::Io)?.len();
        if length.is_multiple_of(PAGE_SIZE) || self.log() == Log::Used {
            Ok(())
        } else {
            Err(Fault::Damaged("its end was cut off".into()))
        }
    }

    fn log(&self) -> Log {
        let lengths =
            ["-wal", "-journal"].map(|end| beside(&self.path, end).symlink_metadata().ok().map(|meta| meta.len()));
        match lengths {
            [None, None] => Log::None,
            [Some(0), None] => Log::Empty,
            _ => Log::Used,
        }
    }
}

/// What stands beside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Log {
    None,
    Empty,
    Used,
}

fn open(path: &Path, flags: OpenFlags) -> Result<Db, Fault> {
    let db = Db::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // What stands in the file is not trusted to run functions or to rewrite the schema.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    // A plan depends on no value: else a kept statement is prepared anew for each, which takes several times as
    // long as what it looks up.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

fn open_immutable(path: &Path) -> Result<Db, Fault> {
    use std::os::unix::ffi::OsStrExt;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    open(Path::new(&uri), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
}

/// Whether this is a vault, and one that this jeton knows.
fn examine(db: &Db) -> Result<(), Fault> {
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    if number("application_id")? != i64::from(APPLICATION_ID) {
        return Err(Fault::AnotherProgram);
    }
    let version = number("user_version")?;
    // There is one format so far, so no older one to migrate.
    if version != SCHEMA.len() as i64 {
        return Err(Fault::Version(version));
    }
    // No jeton makes them: a trigger could undo a deletion, a view never end.
    let mut strange = db.prepare("SELECT 1 FROM sqlite_schema WHERE type IN ('trigger', 'view')")?;
    if strange.exists([])? { Err(Fault::Damaged("it holds a trigger or a view".into())) } else { Ok(()) }
}

/// Waits about a millisecond for another writer. SQLite's own handler backs off and starves writers; this one is
/// fair, and the odd part keeps processes from marching in step.
pub(super) fn wait_for_writer(tries: i32) -> bool {
    let odd = std::process::id().wrapping_add(tries as u32).wrapping_mul(0x9E37_79B1) >> 22;
    std::thread::sleep(Duration::from_micros(500 + u64::from(odd)));
    tries < PATIENCE
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

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
