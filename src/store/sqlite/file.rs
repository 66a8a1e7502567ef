//! The file of a vault: found with suspicion, founded whole.
//!
//! A vault is assembled beside its place and moved there when it is complete, under a lock on the directory. So two
//! founders make one vault, and a crash or a full disk leaves none rather than half of one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rusqlite::{OpenFlags, params};

use super::change::insert_event;
use super::connection::{self, Fault};
use crate::store::{Error, Founding};

/// The path of a vault that is there and ours, its directory resolved.
pub(super) fn check(path: &Path) -> Result<PathBuf, Error> {
    let path = resolve(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::Absent(path.to_owned()),
        _ => Error::Io { path: path.to_owned(), source },
    })?;
    let meta = match fs::symlink_metadata(&path) {
        Ok(meta) => meta,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(Error::Absent(path)),
        Err(source) => return Err(Error::Io { path, source }),
    };
    let kind = meta.file_type();
    if kind.is_symlink() {
        return Err(Error::Link(path));
    }
    if kind.is_dir() {
        return Err(Error::NotAVault { path, why: "it is a directory" });
    }
    if !kind.is_file() {
        return Err(Error::NotAVault { path, why: "it is not a regular file" });
    }
    if meta.uid() != nix::unistd::geteuid().as_raw() {
        return Err(Error::NotOurs { path, owner: meta.uid() });
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Error::Exposed { path, mode });
    }
    if mode & 0o400 == 0 {
        return Err(Error::Unreadable { path, mode });
    }
    // Somebody touched or truncated it; there is nothing in it to lose.
    if meta.len() == 0 {
        return Err(Error::Absent(path));
    }
    Ok(path)
}

/// The directory without links or dots; the file's own name is left as it is, so that a link there is seen.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    Ok(directory(path).canonicalize()?.join(name))
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a vault; `false` if there is one already.
pub(in crate::store) fn found(path: &Path, founding: &Founding) -> Result<bool, Error> {
    let io = |source| Error::io(path, source);
    // 0700 for every directory that has to be made; one that is there is left as it is.
    DirBuilder::new().recursive(true).mode(0o700).create(directory(path)).map_err(io)?;
    let path = &resolve(path).map_err(io)?;
    let directory = File::open(directory(path)).map_err(io)?;
    let directory = Flock::lock(directory, FlockArg::LockExclusive).map_err(|(_, errno)| io(errno.into()))?;
    let replaces_empty = match check(path) {
        Err(Error::Absent(_)) => path.exists(),
        Ok(_) => return Ok(false),
        Err(error) => return Err(error),
    };

    let draft = Draft::begin(path).map_err(io)?;
    assemble(&draft.0, founding).map_err(|fault| fault.on(path))?;
    File::open(&draft.0).and_then(|file| file.sync_all()).map_err(io)?;
    if replaces_empty {
        fs::rename(&draft.0, path).map_err(io)?;
    } else {
        // Unlike a rename, a link never overwrites.
        fs::hard_link(&draft.0, path).map_err(io)?;
    }
    drop(draft);
    directory.sync_all().map_err(io)?;
    Ok(true)
}

/// The file beside the vault's place in which it is assembled; gone when this is dropped.
struct Draft(PathBuf);

impl Draft {
    fn begin(path: &Path) -> io::Result<Draft> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let draft = Draft(path.with_file_name(name));
        // What a crash left behind; nobody else is founding, since the directory is locked.
        draft.remove();
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.0)?;
        Ok(draft)
    }

    fn remove(&self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            // Usually there is none of them.
            drop(fs::remove_file(name));
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

fn assemble(path: &Path, founding: &Founding) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = rusqlite::Connection::open_with_flags(path, flags)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    let tx = db.transaction()?;
    tx.execute_batch(connection::SCHEMA[0])?;
    tx.pragma_update(None, "application_id", connection::APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", connection::SCHEMA.len() as i64)?;
    {
        let mut set = tx.prepare("INSERT INTO setting (key, value) VALUES (?1, ?2)")?;
        set.execute(params!["vault_id", founding.settings.vault_id])?;
        set.execute(params!["generation", 0])?;
        if let Some(keys) = &founding.settings.keys {
            set.execute(params!["public_key", keys.public])?;
            set.execute(params!["wrapped_key", keys.wrapped])?;
            set.execute(params!["argon2_salt", keys.salt])?;
            set.execute(params!["argon2_memory_kib", keys.cost[0]])?;
            set.execute(params!["argon2_passes", keys.cost[1]])?;
            set.execute(params!["argon2_lanes", keys.cost[2]])?;
        }
    }
    insert_event(&tx, 1, &founding.event, &founding.link)?;
    tx.commit()?;
    // Closing would move the log into the file too, but say nothing where there is no room for it.
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    db.close().map_err(|(_, error)| Fault::from(error))
}
