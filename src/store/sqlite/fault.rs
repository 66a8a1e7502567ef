//! What SQLite's errors mean for a vault. They are put into words only when it is known on which file they happened.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::store::Error;

/// What went wrong, before it is known on which file.
#[derive(Debug)]
pub(super) enum Fault {
    Sqlite(rusqlite::Error),
    /// A record that no jeton wrote.
    Damaged(String),
    AnotherProgram,
    Newer {
        version: i64,
        known: i64,
    },
    Taken(&'static str),
    Io(std::io::Error),
    /// A change that must touch one row touched another number of them.
    NotOne(usize),
    /// A reader needs the log.
    BeingRead,
    /// Another file, into which this one is copied, cannot be written.
    Copy(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sqlite(error)
    }
}

impl Fault {
    pub(super) fn read_only() -> Fault {
        Fault::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), None))
    }

    fn code(&self) -> Option<(ErrorCode, i32)> {
        match self {
            Fault::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => Some((error.code, error.extended_code)),
            _ => None,
        }
    }

    /// Reading failed because the log or its index could not be made.
    pub(super) fn is_for_want_of_writing(&self) -> bool {
        let io =
            [ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMMAP, ffi::SQLITE_IOERR_WRITE];
        self.code().is_some_and(|(code, extended)| {
            matches!(code, ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::DiskFull) || io.contains(&extended)
        })
    }

    /// Puts it into words that name the file.
    pub(super) fn on(self, path: &Path) -> Error {
        let code = self.code();
        let path = path.to_owned();
        match self {
            Fault::Damaged(why) => Error::Damaged { path, why },
            Fault::AnotherProgram => Error::NotAVault { path, why: "it is another program's database" },
            Fault::Newer { version, known } => Error::Newer { path, version, known },
            Fault::Taken(what) => Error::Taken { what },
            Fault::Io(source) => Error::Io { path, source },
            Fault::NotOne(rows) => Error::Damaged { path, why: format!("a change touched {rows} rows and not one") },
            Fault::BeingRead => Error::BeingRead(path),
            Fault::Copy(why) => Error::Copy { why },
            Fault::Sqlite(error) => match code.map(|(code, _)| code) {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy(path),
                Some(ErrorCode::DiskFull) => Error::Full(path),
                Some(ErrorCode::NotADatabase) => Error::NotAVault { path, why: "it is not a SQLite database" },
                Some(ErrorCode::DatabaseCorrupt) => {
                    Error::Damaged { path, why: "its pages do not fit together".into() }
                }
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure)
                    if disk_is_full(&path) =>
                {
                    Error::Full(path)
                }
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Error::ReadOnly(path),
                // A column or table that is not as the schema says.
                None => Error::Damaged { path, why: error.to_string() },
                Some(ErrorCode::Unknown) => Error::Damaged { path, why: error.to_string() },
                Some(_) => Error::Database { path, why: error.to_string() },
            },
        }
    }
}

/// SQLite reports some full disks as files that cannot be opened or written. It wants 32 KiB for the index of the log
/// in one piece, and leaves what there was of them taken.
fn disk_is_full(path: &Path) -> bool {
    const ENOUGH: u64 = 64 << 10;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    nix::sys::statvfs::statvfs(directory).is_ok_and(|fs| {
        let room = fs.blocks_available().saturating_mul(fs.fragment_size());
        room < ENOUGH || fs.files() > 0 && fs.files_free() == 0
    })
}

/// A change that must touch exactly one row.
pub(super) fn one(rows: usize) -> Result<(), Fault> {
    if rows == 1 { Ok(()) } else { Err(Fault::NotOne(rows)) }
}
