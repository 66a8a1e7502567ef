//! A copy of the whole file as it stands at one moment, by SQLite's online backup.
//!
//! That begins anew whenever somebody writes between two of its steps, and may never end. Here it runs inside a
//! transaction that reads: the log keeps what that sees, whoever writes meanwhile, so one step suffices.

use std::fs::File;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection as Db, ErrorCode, OpenFlags, ffi};

use super::fault::Fault;
use super::stock;
use crate::token::stock::Stock;

/// Fills the file at `place`, and tells what the copy holds. Nobody else knows of it yet, so it needs no log of its own:
/// if this fails, it is worth nothing.
pub(super) fn copy(db: &Db, place: &Path, at: Timestamp) -> Result<Stock, Fault> {
    let unwritten = |error: std::io::Error| Fault::Copy(error.to_string());
    let snapshot = db.unchecked_transaction()?;
    let stock = stock::take(&snapshot, at)?;
    // An earlier try may have left something in it.
    File::options().write(true).truncate(true).open(place).map_err(unwritten)?;
    fill(&snapshot, place)?;
    File::open(place).and_then(|file| file.sync_all()).map_err(unwritten)?;
    Ok(stock)
}

fn fill(db: &Db, place: &Path) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Db::open_with_flags(place, flags).map_err(whose)?;
    copy.pragma_update(None, "journal_mode", "off").map_err(whose)?;
    copy.pragma_update(None, "synchronous", "off").map_err(whose)?;
    let step = Backup::new(db, &mut copy).map_err(whose)?.step(-1).map_err(whose)?;
    copy.close().map_err(|(_, error)| whose(error))?;
    match step {
        StepResult::Done => Ok(()),
        _ => Err(Fault::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None))),
    }
}

/// Reading fails in the vault, writing in the copy.
fn whose(error: rusqlite::Error) -> Fault {
    let reading = [ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_SHORT_READ];
    match &error {
        rusqlite::Error::SqliteFailure(code, _) => match code.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Fault::Sqlite(error),
            _ if reading.contains(&code.extended_code) => Fault::Sqlite(error),
            ErrorCode::DiskFull => Fault::Copy("the disk is full".to_owned()),
            _ => Fault::Copy(error.to_string()),
        },
        _ => Fault::Copy(error.to_string()),
    }
}
