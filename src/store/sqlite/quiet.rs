//! The quiet way of looking things up: the file alone, and only while there is no log. Then everything is in the file.
//!
//! A shared lock on SQLite's own lock bytes keeps every other process from finishing and removing a log meanwhile; so
//! if there is none *after* the read either, nobody wrote, and the answer is neither old nor torn. Otherwise it is
//! thrown away, to be asked again the normal way. This also serves vaults that cannot be written.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use rusqlite::{Connection as Db, OpenFlags};

use super::fault::Fault;
use super::format::{examine, open};
use crate::store::Error;

/// SQLite's default, with which every vault is founded.
const PAGE_SIZE: u64 = 4096;
/// Where SQLite's shared lock lies in every database file: 510 bytes from `PENDING_BYTE + 2`.
const SHARED_FIRST: libc::off_t = 0x4000_0002;
const SHARED_SIZE: libc::off_t = 510;

/// What stands beside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Log {
    None,
    Empty,
    Used,
}

/// Reads the file alone; `None` if there is or was a log, and the normal way must be taken.
///
/// A log without content is what a process leaves behind that found no room for more. Everything is in the file
/// then too, unless somebody is at it: that the lock tells, if it is one that nobody can share.
pub(super) fn look<T>(path: &Path, look: impl Fn(&Db) -> Result<T, Fault>) -> Result<Option<T>, Error> {
    let log = log_beside(path);
    let (l_type, alone) = match log {
        Log::None => (libc::F_RDLCK, false),
        Log::Empty => (libc::F_WRLCK, true),
        Log::Used => return Ok(None),
    };
    let Ok(file) = File::options().read(true).write(alone).open(path) else { return Ok(None) };
    let lock = libc::flock {
        l_type: l_type as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: SHARED_FIRST,
        l_len: SHARED_SIZE,
        l_pid: 0,
    };
    if fcntl(file.as_fd(), FcntlArg::F_OFD_SETLK(&lock)).is_err() || log_beside(path) != log {
        return Ok(None);
    }
    let answer = open_immutable(path).and_then(|db| {
        examine(&db)?;
        whole(path)?;
        look(&db)
    });
    let same_file = match (file.metadata(), path.symlink_metadata()) {
        (Ok(locked), Ok(read)) => (locked.dev(), locked.ino()) == (read.dev(), read.ino()),
        _ => false,
    };
    if log_beside(path) != log || !same_file {
        return Ok(None);
    }
    answer.map(Some).map_err(|fault| fault.on(path))
}

/// SQLite reads a last page that was cut off as if zeros stood there. Without a log the file ends with a whole
/// page.
pub(super) fn whole(path: &Path) -> Result<(), Fault> {
    let length = path.metadata().map_err(Fault::Io)?.len();
    if length.is_multiple_of(PAGE_SIZE) || log_beside(path) == Log::Used {
        Ok(())
    } else {
        Err(Fault::Damaged("its end was cut off".into()))
    }
}

/// What SQLite keeps beside a database: the file's name with an ending.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The length of the log, in bytes.
pub(super) fn log_length(path: &Path) -> u64 {
    beside(path, "-wal").symlink_metadata().map_or(0, |meta| meta.len())
}

fn log_beside(path: &Path) -> Log {
    let lengths = ["-wal", "-journal"].map(|end| beside(path, end).symlink_metadata().ok().map(|meta| meta.len()));
    match lengths {
        [None, None] => Log::None,
        [Some(0), None] => Log::Empty,
        _ => Log::Used,
    }
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
