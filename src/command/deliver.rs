//! How a secret gets from the vault into somebody's hands: the clipboard, stdout, or a file of its own.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::Place;
use super::draft::{self, Draft};
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
            draft::must_be_free(file)?;
        }
        Ok(Way { delivery, file })
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file
    }

    /// A secret that goes into a file is safe in it before it counts.
    pub(super) fn draft(&self, issued: &Issued) -> Result<Option<Draft>, Error> {
        let Some(file) = self.file else { return Ok(None) };
        let (draft, mut stream) = Draft::begin(file, &format!("{}.{}", issued.token.id, std::process::id()))?;
        let written = stream.write_all(issued.secret.expose().as_bytes()).and_then(|()| stream.write_all(b"\n"));
        written.and_then(|()| stream.sync_all()).map_err(|error| draft::failed(file, &error))?;
        Ok(Some(draft))
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
