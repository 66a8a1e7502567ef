//! A file that is made beside its place and gets its name when it is whole. It never takes the place of another, and is
//! for its owner only from its first byte.

use std::any::Any;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Place;
use crate::error::Error;

pub(super) struct Draft {
    place: PathBuf,
    draft: PathBuf,
    /// Dropped last.
    _tidy: Box<dyn Any>,
}

/// # Errors
/// [`Error::OutputExists`] if something has this name already, a link that leads nowhere included;
/// [`Error::Input`] if there is no directory for it.
pub(super) fn must_be_free(place: &Path) -> Result<(), Error> {
    if place.symlink_metadata().is_ok() {
        return Err(Error::OutputExists { path: place.display().to_string() });
    }
    if place.as_os_str().as_bytes().ends_with(b"/") {
        return Err(failed(place, &io::ErrorKind::IsADirectory.into()));
    }
    match directory(place).metadata() {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(failed(place, &io::ErrorKind::NotADirectory.into())),
        Err(error) => Err(failed(place, &error)),
    }
}

impl Draft {
    /// Makes an empty file beside the place, which is not left behind whatever ends the process but a kill.
    pub(super) fn begin(file: &Path, place: &Place<'_>) -> Result<(Draft, File), Error> {
        let mut unique = [0; 8];
        place.host.random()?.fill_bytes(&mut unique);
        let mut name = OsString::from(".");
        name.push(file.file_name().ok_or_else(|| failed(file, &io::ErrorKind::IsADirectory.into()))?);
        name.push(format!(".{}", unique.map(|byte| format!("{byte:02x}")).concat()));
        let draft = file.with_file_name(name);
        // Before there is anything to be left behind.
        let tidy = place.host.tidy(vec![draft.clone()]);
        let stream = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
        let stream = stream.map_err(|error| failed(file, &error))?;
        let draft = Draft { place: file.to_owned(), draft, _tidy: tidy };
        // Whatever the umask is.
        stream.set_permissions(Permissions::from_mode(0o600)).map_err(|error| failed(file, &error))?;
        Ok((draft, stream))
    }

    /// Where it is until it has its name.
    pub(super) fn path(&self) -> &Path {
        &self.draft
    }

    /// Gives the file its name. Unlike a rename, a link never overwrites.
    pub(super) fn place(self) -> Result<(), Error> {
        let placed = match fs::hard_link(&self.draft, &self.place) {
            // A vault with two names is refused, so the other one is gone before this one is durable.
            Ok(()) => fs::remove_file(&self.draft),
            // The latter where a signal has ended the process and what it leaves is being tidied away.
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => Err(error),
            // Not every file system has links.
            Err(_) => {
                let taken = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.place);
                taken.and_then(|_| {
                    // Nobody is to take the empty one for what it stands for.
                    fs::rename(&self.draft, &self.place).inspect_err(|_| drop(fs::remove_file(&self.place)))
                })
            }
        };
        let placed = placed.and_then(|()| File::open(directory(&self.place))?.sync_all());
        placed.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::OutputExists { path: self.place.display().to_string() },
            _ => failed(&self.place, &error),
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // One that came to nothing; a finished one is not there any more.
        drop(fs::remove_file(&self.draft));
    }
}

pub(super) fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(super) fn failed(path: &Path, error: &io::Error) -> Error {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
    if matches!(error.kind(), NotFound | NotADirectory | IsADirectory | PermissionDenied) {
        return Error::Input {
            what: format!("the output file {}", path.display()),
            why: error.to_string(),
            hint: "name a new file in a directory that is there and can be written; nothing was changed",
        };
    }
    Error::OutputFailed { path: path.display().to_string(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_was_tidied_away_leaves_nothing_in_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let (place, draft) = (dir.path().join("secret"), dir.path().join(".secret.draft"));
        let gone = Draft { place: place.clone(), draft, _tidy: Box::new(()) };
        assert!(gone.place().is_err());
        assert!(!place.exists());
    }
}
