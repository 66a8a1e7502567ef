//! Which file lies somewhere: another can be put in its place.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::store::Error;

/// What tells a file from every other, whatever it is called.
pub(super) fn identity(path: &Path) -> Result<(u64, u64), Error> {
    let meta = path.symlink_metadata();
    match meta {
        Ok(meta) => Ok((meta.dev(), meta.ino())),
        Err(source) if source.kind() == ErrorKind::NotFound => Err(Error::Absent(path.to_owned())),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}
