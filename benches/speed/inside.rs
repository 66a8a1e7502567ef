//! What runs inside a child of this benchmark: the bare loop that a batch is compared with, and the two ways to end a
//! stamp. Started as `speed inside WHAT VAULT ...`.

use std::ffi::OsString;
use std::io::BufRead;
use std::path::Path;

use jeton::crypto::digest;
use jeton::token::secret::Secret;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// The SELECT of a verification.
const LOOK: &str = "SELECT t.seq, t.id, t.name, t.type, t.owner, t.scopes, t.labels, t.description, t.created_at,
        t.expires_at, t.max_uses, t.uses, t.revoked_at, s.digest, s.created_at, s.retires_at, s.last_used_at,
        s.sealed IS NOT NULL
     FROM secret f JOIN token t ON t.seq = f.token_seq JOIN secret s ON s.token_seq = t.seq
     WHERE f.digest = ?1";

pub fn run(words: &[OsString]) -> rusqlite::Result<()> {
    let word = |index: usize| words[index].to_str().expect("words of this benchmark");
    let (vault, last) = (Path::new(&words[1]), Path::new(&words[2]));
    match word(0) {
        "loop" => look_up_all(vault, last, false),
        "loop-held" => look_up_all(vault, last, true),
        "read-clean" => cycle(vault, last, false, true),
        "read-leave" => cycle(vault, last, false, false),
        "stamp-clean" => cycle(vault, last, true, true),
        "stamp-leave" => cycle(vault, last, true, false),
        what => panic!("nothing inside is called {what}"),
    }
}

/// Each line hashed and looked up by one prepared statement, all columns read; nothing is said.
fn look_up_all(vault: &Path, lines: &Path, held: bool) -> rusqlite::Result<()> {
    let db = Connection::open_with_flags(vault, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Else this SELECT is prepared anew for each line, and the comparison would flatter us.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let mut look = db.prepare(LOOK)?;
    if held {
        db.execute_batch("BEGIN")?;
    }
    let file = std::fs::File::open(lines).expect("the lines are there");
    let mut known = 0u64;
    let mut bytes = 0;
    for line in std::io::BufReader::with_capacity(64 * 1024, file).lines() {
        let secret = Secret::parse(line.expect("a line").as_bytes()).expect("a secret");
        let mut rows = look.query([&digest(&secret).0[..]])?;
        while let Some(row) = rows.next()? {
            known += 1;
            for column in 0..18 {
                bytes += match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Text(text) => text.len(),
                    rusqlite::types::ValueRef::Blob(blob) => blob.len(),
                    _ => 8,
                };
            }
        }
    }
    assert!(known > 0 && bytes > 0);
    Ok(())
}

/// One verification as jeton opens, looks, perhaps stamps, and closes: `clean` moves the log into the file at the end,
/// else it is left to be read again.
fn cycle(vault: &Path, secret: &Path, stamp: bool, clean: bool) -> rusqlite::Result<()> {
    let secret = Secret::parse(&std::fs::read(secret).expect("the secret is there")).expect("a secret");
    let digest = digest(&secret);
    let mut log = vault.as_os_str().to_owned();
    log.push("-wal");
    let open = |quiet: bool| {
        let db = if quiet {
            let uri = format!("file:{}?immutable=1", vault.display());
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(uri, flags)?
        } else {
            Connection::open_with_flags(vault, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?
        };
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !clean)?;
        Ok::<_, rusqlite::Error>(db)
    };
    let look = |db: &Connection| db.query_row(LOOK, [&digest.0[..]], |row| row.get::<_, String>(1));
    let quiet = Path::new(&log).symlink_metadata().is_err();
    let mut db = open(quiet)?;
    look(&db)?;
    if stamp {
        if quiet {
            db = open(false)?;
        }
        db.execute_batch("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE")?;
        db.execute("UPDATE secret SET last_used_at = last_used_at + 1 WHERE digest = ?1", [&digest.0[..]])?;
        db.execute_batch("COMMIT")?;
    }
    Ok(())
}
