//! How a secret gets from the vault into somebody's hands: the clipboard, or a file of its own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Place;
use crate::error::Error;
use crate::host::{NoClipboard, Offer, Reach};
use crate::report::token::Clipboard;
use crate::token::secret::Secret;
use crate::vault;

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

/// A file that is being made beside its place. It gets its name only when the secret is safe in it, and never takes
/// the place of another.
pub(super) struct Draft {
    place: PathBuf,
    draft: PathBuf,
    file: File,
}

impl Draft {
    /// Makes the empty file, so that everything that can fail about the place fails before there is a token.
    pub(super) fn begin(place: &Path) -> Result<Draft, Error> {
        if place.symlink_metadata().is_ok() {
            return Err(Error::OutputExists { path: place.display().to_string() });
        }
        let failed = |error| output_failed(place, &error);
        let mut name = place.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?.to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let draft = place.with_file_name(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(failed)?;
        Ok(Draft { place: place.to_owned(), draft, file })
    }

    /// Writes the secret, makes it durable, and gives the file its name.
    pub(super) fn finish(mut self, secret: &Secret) -> Result<(), Error> {
        let written = self
            .file
            .write_all(secret.expose().as_bytes())
            .and_then(|()| self.file.write_all(b"\n"))
            .and_then(|()| self.file.sync_all())
            // Unlike a rename, a link never overwrites.
            .and_then(|()| fs::hard_link(&self.draft, &self.place));
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::OutputExists { path: self.place.display().to_string() })
            }
            Err(error) => Err(output_failed(&self.place, &error)),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A second name of the finished file, or a draft that came to nothing.
        drop(fs::remove_file(&self.draft));
    }
}

fn output_failed(path: &Path, error: &io::Error) -> Error {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
    if matches!(error.kind(), NotFound | NotADirectory | IsADirectory | PermissionDenied) {
        return Error::Input {
            what: format!("the output file {}", path.display()),
            why: error.to_string(),
            hint: "name a new file in a directory that is there and can be written; nothing was made",
        };
    }
    Error::OutputFailed { path: path.display().to_string(), why: error.to_string() }
}
