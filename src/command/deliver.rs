//! How a secret gets from the vault into somebody's hands: the clipboard, stdout, or a file of its own.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Place;
use crate::cli::Delivery;
use crate::error::Error;
use crate::host::{NoClipboard, Offer, Reach, Stream, somebody_there};
use crate::report::Report;
use crate::report::token::{Clipboard, Said};
use crate::token::record::Token;
use crate::token::secret::Secret;
use crate::vault::{self, Issued, Vault};

/// The way that a new secret is to go.
pub(super) struct Way<'a> {
    delivery: &'a Delivery,
    file: Option<&'a Path>,
}

impl<'a> Way<'a> {
    /// # Errors
    /// Those of a file that could not be written later.
    pub(super) fn new(delivery: &'a Delivery) -> Result<Way<'a>, Error> {
        let file = delivery.output.as_deref().filter(|file| *file != Path::new("-"));
        if let Some(file) = file {
            Draft::must_be_free(file)?;
        }
        Ok(Way { delivery, file })
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file
    }

    /// A secret that goes into a file is safe in it before it counts.
    pub(super) fn draft(&self, issued: &Issued) -> Result<Option<Draft>, Error> {
        self.file.map(|file| Draft::write(file, issued)).transpose()
    }

    /// Puts the secret on the clipboard, on stdout, or on both, unless a file holds it.
    ///
    /// # Errors
    /// [`Error::Undelivered`] if stdout fails.
    pub(super) fn hand_over(
        &self,
        issued: &Issued,
        said: Said,
        place: &Place<'_>,
        vault: &mut Vault,
        out: &mut Report,
    ) -> Result<Clipboard, Error> {
        let Issued { token, secret } = issued;
        // Who catches stdout, as in `TOKEN=$(jeton create ci)`, has the secret there.
        let at_terminal = somebody_there(place.host) && place.host.is_terminal(Stream::Out);
        let wanted = self.delivery.copy || (at_terminal && !self.delivery.no_copy && self.file.is_none());
        let clear_after = self.delivery.clearing.clear_after.0;
        let clipboard = match wanted {
            false => Clipboard::Untouched,
            true => match to_clipboard(place, secret, clear_after, |text| vault.knows(text)) {
                Ok(clipboard) => clipboard,
                Err(why) => Clipboard::Missing { why: why.to_string() },
            },
        };
        if self.file.is_some() {
            out.made(token, said)?;
            return Ok(clipboard);
        }
        // On a screen it is shown only where it would be lost otherwise.
        let copied = matches!(clipboard, Clipboard::Holds { .. } | Clipboard::HandedOn { .. });
        let safe = copied && token.recoverable();
        let printed = self.delivery.print || self.delivery.output.is_some() || out.manner.json;
        let hidden = place.host.is_terminal(Stream::Out) && safe && !printed;
        if !hidden {
            out.secret(token, secret, said).map_err(|error| Error::Undelivered {
                name: token.name.to_string(),
                why: error.to_string(),
                recoverable: token.recoverable(),
            })?;
        }
        Ok(clipboard)
    }

    /// Says so if nobody holds the secret: it cannot be copied again, and its only way was a stdout that goes nowhere.
    pub(super) fn warn_if_lost(&self, token: &Token, clipboard: &Clipboard, place: &Place<'_>, out: &mut Report) {
        let only_on_stdout = self.file.is_none() && !matches!(clipboard, Clipboard::Holds { .. });
        if only_on_stdout && !token.recoverable() && place.host.goes_nowhere(Stream::Out) {
            out.lost(token);
        }
    }
}

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
        name.push(format!(".{}.{}", issued.token.id, std::process::id()));
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
            hint: "name a new file in a directory that is there and can be written; nothing was changed",
        };
    }
    Error::OutputFailed { path: path.display().to_string(), why: error.to_string() }
}
