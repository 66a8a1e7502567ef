//! What can be wrong with a file of records. No message here holds a secret, since none ever comes here.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no vault at {0}")]
    Absent(PathBuf),
    #[error("the vault {path} belongs to another user (uid {owner})")]
    NotOurs { path: PathBuf, owner: u32 },
    #[error("the vault {path} can be read or written by others (mode {mode:04o})")]
    Exposed { path: PathBuf, mode: u32 },
    #[error("the vault {path} cannot be read by its owner (mode {mode:04o})")]
    Unreadable { path: PathBuf, mode: u32 },
    #[error("the vault {0} is a symbolic link")]
    Link(PathBuf),
    #[error("the vault {0} has a second name (a hard link), and by that name another log")]
    TwoNames(PathBuf),
    #[error("the directory {path} can be written by others (mode {mode:04o}), who can put another vault in its place")]
    OpenDirectory { path: PathBuf, mode: u32 },
    #[error("the directory {path} belongs to another user (uid {owner}), who can put another vault in its place")]
    ForeignDirectory { path: PathBuf, owner: u32 },
    #[error("the log of another vault lies at {0}")]
    ForeignLog(PathBuf),
    #[error("{path} would be taken for the log of {of} by its name")]
    NamedLikeALog { path: PathBuf, of: PathBuf },
    #[error("{path} is not a vault: {why}")]
    NotAVault { path: PathBuf, why: &'static str },
    #[error("the vault {path} is from a newer jeton (format {version}, this one knows {known})")]
    Newer { path: PathBuf, version: i64, known: i64 },
    #[error("the vault {path} is damaged: {why}")]
    Damaged { path: PathBuf, why: String },
    #[error("the vault {0} is busy: another process is writing to it")]
    Busy(PathBuf),
    #[error("the vault {0} is being read by another process, so its log cannot be emptied")]
    BeingRead(PathBuf),
    #[error("the copy cannot be written: {why}")]
    Copy { why: String },
    #[error("the disk is full; the vault {0} is as it was before")]
    Full(PathBuf),
    #[error("the vault {0} cannot be written")]
    ReadOnly(PathBuf),
    #[error("the vault {0} was being changed by another process and its log cannot be read from here")]
    LogUnreadable(PathBuf),
    #[error("this {what} already exists")]
    Taken { what: &'static str },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the database answered: {why}")]
    Database { path: PathBuf, why: String },
}

impl Error {
    /// An I/O error on `path`; a full disk and a missing permission to write have their own names.
    pub(super) fn io(path: &Path, source: io::Error) -> Error {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full(path),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Error::ReadOnly(path),
            _ => Error::Io { path, source },
        }
    }
}
