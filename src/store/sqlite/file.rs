//! The file of a vault: found with suspicion, founded whole.
//!
//! A vault is assembled beside its place and moved there when it is complete, under a lock on the directory. So two
//! founders make one vault, and a crash or a full disk leaves none rather than half of one.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use rusqlite::{OpenFlags, params};

use super::connection;
use super::fault::Fault;
use super::format::{APPLICATION_ID, SCHEMA};
use super::insert;
use super::quiet::beside;
use super::settings;
use crate::store::{Error, Founding};
use crate::token::event::Entry;

/// The log, its index, and the log of databases without one.
const BESIDE: &[&str] = &["-wal", "-shm", "-journal"];
const IS_A_DIRECTORY: &str = "it is a directory";

/// The path of a vault that is there and ours, its directory resolved.
pub(super) fn check(path: &Path) -> Result<PathBuf, Error> {
    let (path, meta) = there(path)?;
    must_be_usable(&path, &meta)?;
    // What stands in its log counts as if it stood in the vault.
    for end in BESIDE {
        let beside = beside(&path, end);
        if let Some(meta) = look(&beside)? {
            must_be_ours(&beside, &meta)?;
        }
    }
    Ok(path)
}

/// All that is wrong with how it lies there; [`check`] ends with the first.
pub(in crate::store) fn around(path: &Path) -> Result<Vec<Error>, Error> {
    let (path, meta) = there(path)?;
    let mut wrong = Vec::from_iter(must_be_usable(&path, &meta).err());
    for end in BESIDE {
        let beside = beside(&path, end);
        if let Some(meta) = look(&beside)? {
            wrong.extend(must_be_ours(&beside, &meta).err());
        }
    }
    wrong.extend(open_directory(directory(&path))?);
    Ok(wrong)
}

/// What lies where a vault should be. One that somebody touched or truncated has nothing in it to guard or to lose.
fn there(path: &Path) -> Result<(PathBuf, Metadata), Error> {
    let path = resolve(path)?;
    match look(&path)?.filter(|meta| !meta.is_file() || meta.len() > 0) {
        Some(meta) => Ok((path, meta)),
        None => Err(Error::Absent(path)),
    }
}

fn must_be_usable(path: &Path, meta: &Metadata) -> Result<(), Error> {
    match must_be_ours(path, meta) {
        // Nobody is told to close a file that is none of ours.
        Err(Error::Exposed { path, .. }) if is_another_file(&path) => {
            return Err(Error::NotAVault { path, why: "it has not the form of one" });
        }
        ours => ours?,
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o400 == 0 {
        return Err(Error::Unreadable { path: path.to_owned(), mode });
    }
    // By its other name it would have another log, and each would be old to the other.
    if meta.nlink() > 1 {
        return Err(Error::TwoNames(path.to_owned()));
    }
    Ok(())
}

/// Who can write the directory can put another vault in its place; where it is sticky, only its owner can.
fn open_directory(path: &Path) -> Result<Option<Error>, Error> {
    const STICKY: u32 = 0o1000;
    const OF_OTHERS: u32 = 0o022;
    let meta = path.metadata().map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let (path, mode, owner) = (path.to_owned(), meta.mode() & 0o7777, meta.uid());
    if ![0, nix::unistd::geteuid().as_raw()].contains(&owner) {
        return Ok(Some(Error::ForeignDirectory { path, owner }));
    }
    Ok((mode & STICKY == 0 && mode & OF_OTHERS != 0).then_some(Error::OpenDirectory { path, mode }))
}

/// Whether its first bytes are not those of a vault: SQLite's own, and at 68 the number of the program.
fn is_another_file(path: &Path) -> bool {
    let mut head = [0; 72];
    let read = File::open(path).and_then(|file| file.read_exact_at(&mut head, 0));
    match read {
        Ok(()) => !head.starts_with(b"SQLite format 3\0") || head[68..] != APPLICATION_ID.to_be_bytes(),
        Err(error) => error.kind() == io::ErrorKind::UnexpectedEof,
    }
}

/// What lies there, if anything does; a link is not followed.
fn look(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

/// A regular file of this user's, for nobody else to read or write.
fn must_be_ours(path: &Path, meta: &Metadata) -> Result<(), Error> {
    let path = path.to_owned();
    let kind = meta.file_type();
    if kind.is_symlink() {
        return Err(Error::Link(path));
    }
    if kind.is_dir() {
        return Err(Error::NotAVault { path, why: IS_A_DIRECTORY });
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
    Ok(())
}

/// The directory without links or dots; the file's own name is left as it is, so that a link there is seen.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().filter(|_| !path.as_os_str().as_bytes().ends_with(b"/"));
    let name = name.ok_or_else(|| Error::NotAVault { path: path.to_owned(), why: IS_A_DIRECTORY })?;
    match directory(path).canonicalize() {
        Ok(directory) => Ok(directory.join(name)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Err(Error::Absent(path.to_owned())),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a vault; `false` if there is one already.
pub(in crate::store) fn found(path: &Path, founding: &Founding) -> Result<bool, Error> {
    let io = |source| Error::io(path, source);
    // 0700 for every directory that has to be made; one that is there is left as it is.
    DirBuilder::new().recursive(true).mode(0o700).create(directory(path)).map_err(io)?;
    let path = &resolve(path)?;
    let directory = lock(path)?;
    match check(path) {
        Err(Error::Absent(_)) => {}
        Ok(_) => return Ok(false),
        Err(error) => return Err(error),
    }
    clear_away(path)?;

    let draft = Draft::begin(path, &founding.settings.vault_id).map_err(io)?;
    assemble(&draft.0, founding).map_err(|fault| fault.on(path))?;
    File::open(&draft.0).and_then(|file| file.sync_all()).map_err(io)?;
    // It replaces at most an empty file: the directory is locked, and nobody else makes vaults in it.
    fs::rename(&draft.0, path).map_err(io)?;
    directory.sync_all().map_err(io)?;
    Ok(true)
}

/// The directory, locked against other founders. It is waited for as for another writer.
fn lock(path: &Path) -> Result<Flock<File>, Error> {
    let mut directory = File::open(directory(path)).map_err(|source| Error::io(path, source))?;
    for tries in 0.. {
        directory = match Flock::lock(directory, FlockArg::LockExclusiveNonblock) {
            Ok(locked) => return Ok(locked),
            Err((directory, Errno::EWOULDBLOCK)) if connection::wait_for_writer(tries) => directory,
            Err((_, Errno::EWOULDBLOCK)) => break,
            Err((_, errno)) => return Err(Error::io(path, errno.into())),
        };
    }
    Err(Error::Busy(path.to_owned()))
}

/// A vault that was taken away may have left its log. SQLite would take it for the new one's.
fn clear_away(path: &Path) -> Result<(), Error> {
    for end in BESIDE {
        let left = beside(path, end);
        let Some(meta) = look(&left)? else { continue };
        must_be_ours(&left, &meta)?;
        if meta.len() > 0 && !end.ends_with("shm") {
            return Err(Error::ForeignLog(left));
        }
        fs::remove_file(&left).map_err(|source| Error::io(path, source))?;
    }
    Ok(())
}

/// Whether a database could lie there and be read as what it is.
pub(in crate::store) fn must_be_apart(path: &Path) -> Result<(), Error> {
    let path = resolve(path)?;
    for end in BESIDE {
        let left = beside(&path, end);
        if look(&left)?.is_some() {
            return Err(Error::ForeignLog(left));
        }
        if let Some(of) = path.as_os_str().as_bytes().strip_suffix(end.as_bytes()) {
            let of = PathBuf::from(OsStr::from_bytes(of));
            if look(&of)?.is_some() {
                return Err(Error::NamedLikeALog { path, of });
            }
        }
    }
    Ok(())
}

/// The file beside the vault's place in which it is assembled; gone when this is dropped.
struct Draft(PathBuf);

impl Draft {
    /// `unique` is random, so nobody's file has this name. What a crash left of an earlier one is taken away.
    fn begin(path: &Path, unique: &[u8]) -> io::Result<Draft> {
        let mut begins = OsString::from(".");
        begins.push(path.file_name().unwrap_or_default());
        begins.push(".jeton-draft-");
        for entry in fs::read_dir(directory(path))?.flatten() {
            if entry.file_name().as_bytes().starts_with(begins.as_bytes()) {
                // If it is not ours, it stays.
                drop(fs::remove_file(entry.path()));
            }
        }
        let unique: String = unique.iter().map(|byte| format!("{byte:02x}")).collect();
        begins.push(unique);
        let draft = Draft(path.with_file_name(begins));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.0)?;
        // Whatever the umask is.
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // When all went well there is none of them any more.
        drop(fs::remove_file(&self.0));
        for end in BESIDE {
            drop(fs::remove_file(beside(&self.0, end)));
        }
    }
}

fn assemble(path: &Path, founding: &Founding) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = rusqlite::Connection::open_with_flags(path, flags)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA[0])?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", SCHEMA.len() as i64)?;
    {
        let mut set = tx.prepare("INSERT INTO setting (key, value) VALUES (?1, ?2)")?;
        set.execute(params!["vault_id", founding.settings.vault_id])?;
        set.execute(params!["generation", 0])?;
    }
    settings::set_keys(&tx, founding.settings.keys.as_ref())?;
    let Founding { event, link, .. } = founding.clone();
    insert::events(&tx, &[Entry { seq: 1, event, link }])?;
    tx.commit()?;
    // Closing would move the log into the file too, but say nothing where there is no room for it.
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    db.close().map_err(|(_, error)| Fault::from(error))
}
