//! How a secret gets from the vault into somebody's hands: the clipboard, or a file of its own.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Place;
use crate::error::Error;
use crate::host::{NoClipboard, Offer, Reach};
use crate::report::token::Clipboard;
use crate::token::secret::Secret;
use crate::vault::{self, Issued};

/// Puts a secret on the clipboard. The text that was there is put back later, unless it is itself a secret of the
/// vault.
pub(super) fn to_clipboard(
    place: &Place<'_>,
    secret: &Secret,
    clear_after: Option<Duration>,
    mut is_known: impl FnMut(&Secret) -> Result<bool, vault::Error>,
) -> Result<Clipboard, NoClipboard> {
    let mut clipboard = place.host.clipboard()?;
    // Of what the vault cannot be asked now, it is taken for one.
    let mut is_ours =
        |text: &str| Secret::parse(text.trim().as_bytes()).is_ok_and(|text| is_known(&text).unwrap_or(true));
    let restore = clipboard.text().filter(|text| !is_ours(text));
    let reach = clipboard.put(Offer { secret, clear_after, restore })?;
    Ok(match reach {
        Reach::Desktop => Clipboard::Holds { clear_after },
        Reach::Tmux => Clipboard::HandedOn { to: "tmux" },
        Reach::Terminal => Clipboard::HandedOn { to: "the terminal" },
    })
}

/// A file that is made beside its place and gets its name at the end. It never takes the place of another.
pub(super) struct Draft {
    place: PathBuf,
    draft: PathBuf,
}

impl Draft {
    /// # Errors
    /// [`Error::OutputExists`] if something has this name already, a link that leads nowhere included;
    /// [`Error::Input`] if there is no directory for it.
    pub(super) fn must_be_free(place: &Path) -> Result<(), Error> {
        if place.symlink_metadata().is_ok() {
            return Err(Error::OutputExists { path: place.display().to_string() });
        }
        match directory(place).metadata() {
            Ok(meta) if meta.is_dir() => Ok(()),
            Ok(_) => Err(output_failed(place, &io::ErrorKind::NotADirectory.into())),
            Err(error) => Err(output_failed(place, &error)),
        }
    }

    /// Writes the secret beside the place, for its owner only, and makes it durable.
    pub(super) fn write(place: &Path, issued: &Issued) -> Result<Draft, Error> {
        let failed = |error| output_failed(place, &error);
        let mut name = OsString::from(".");
        name.push(place.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?);
        name.push(format!(".{}", issued.token.id));
        let draft = Draft { place: place.to_owned(), draft: place.with_file_name(name) };
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.draft)?;
            // Whatever the umask is.
            file.set_permissions(Permissions::from_mode(0o600))?;
            file.write_all(issued.secret.expose().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write().map_err(failed)?;
        Ok(draft)
    }

    /// Gives the file its name. Unlike a rename, a link never overwrites.
    pub(super) fn place(self) -> Result<(), Error> {
        let placed = fs::hard_link(&self.draft, &self.place);
        let placed = placed.and_then(|()| File::open(directory(&self.place))?.sync_all());
        placed.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::OutputExists { path: self.place.display().to_string() },
            _ => output_failed(&self.place, &error),
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A second name of the finished file, or a draft that came to nothing.
        drop(fs::remove_file(&self.draft));
    }
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn output_failed(path: &Path, error: &io::Error) -> Error {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
    if matches!(error.kind(), NotFound | NotADirectory | IsADirectory | PermissionDenied) {
        return Error::Input {
            what: format!("the output file {}", path.display()),
            why: error.to_string(),
            hint: "name a new file in a directory that is there and can be written; no token was made",
        };
    }
    Error::OutputFailed { path: path.display().to_string(), why: error.to_string() }
}
