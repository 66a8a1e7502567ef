//! Which files are vaults, and how SQLite is told to open one: what stands in it is data, and trusted with nothing.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection as Db, OpenFlags};

use super::fault::Fault;

/// `JTN1` in the file's header tells a vault from another program's database.
pub(super) const APPLICATION_ID: i32 = 0x4a54_4e31;
/// Migrations, oldest first; `user_version` counts those a file has had.
pub(super) const SCHEMA: &[&str] = &[include_str!("../schema/001.sql")];
/// The newest format.
const KNOWN: i64 = SCHEMA.len() as i64;

pub(super) fn open(path: &Path, flags: OpenFlags) -> Result<Db, Fault> {
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

/// Whether this is a vault, and one that this jeton knows.
pub(super) fn examine(db: &Db) -> Result<(), Fault> {
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    if number("application_id")? != i64::from(APPLICATION_ID) {
        return Err(Fault::AnotherProgram);
    }
    let version = number("user_version")?;
    // There is one format so far, so no older one to migrate.
    if version != KNOWN {
        return Err(match version > KNOWN {
            true => Fault::Newer { version, known: KNOWN },
            false => Fault::Damaged(format!("there is no format {version}")),
        });
    }
    // No jeton makes them: a trigger could undo a deletion, a view never end.
    let mut strange = db.prepare("SELECT 1 FROM sqlite_schema WHERE type IN ('trigger', 'view')")?;
    if strange.exists([])? { Err(Fault::Damaged("it holds a trigger or a view".into())) } else { Ok(()) }
}
