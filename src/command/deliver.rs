//! How a secret gets from the vault into somebody's hands: the clipboard, stdout, or a file of its own.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Place;
use super::draft::{self, Draft};
use super::later_steps::LaterSteps;
use crate::cli::Delivery;
use crate::error::Error;
use crate::host::{NoClipboard, Offer, Reach, Stream, somebody_there};
use crate::report::Report;
use crate::report::token::{Clipboard, Said};
use crate::token::record::Token;
use crate::token::secret::{LONGEST, Secret};
use crate::vault::{self, Issued, Vault};

/// So many bytes of secrets are written at once.
const AT_ONCE: usize = 64 * 1024;

/// The way that a new secret is to go.
pub(super) struct Way<'a> {
    delivery: &'a Delivery,
    file: Option<&'a Path>,
    later_steps: Option<LaterSteps<'a>>,
}

impl<'a> Way<'a> {
    /// # Errors
    /// Those of a file that could not be written later.
    pub(super) fn new(delivery: &'a Delivery, place: &Place<'_>) -> Result<Way<'a>, Error> {
        let file = delivery.output.as_deref().filter(|file| *file != Path::new("-"));
        if let Some(file) = file {
            draft::must_be_free(file)?;
        }
        let later_steps = delivery.github_env.as_ref().map(|variable| LaterSteps::new(variable, place)).transpose()?;
        Ok(Way { delivery, file, later_steps })
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file
    }

    /// Whether many secrets can go this way.
    ///
    /// # Errors
    /// [`Error::Input`] for a way on which there is room for one.
    pub(super) fn must_suit_many(&self) -> Result<(), Error> {
        let flag = match (self.delivery.copy, &self.later_steps) {
            (true, _) => "--copy",
            (false, Some(_)) => "--github-env",
            (false, None) => return Ok(()),
        };
        Err(Error::Input {
            what: flag.into(),
            why: "it takes one secret, and this is a list of requests".into(),
            hint: "leave it out: the secrets go to stdout, one a line, or into a file with `--output FILE`",
        })
    }

    /// Secrets that go into a file are safe in it before they count, one a line.
    pub(super) fn draft<'s>(
        &self,
        secrets: impl Iterator<Item = &'s Secret>,
        place: &Place<'_>,
    ) -> Result<Option<Draft>, Error> {
        let Some(file) = self.file else { return Ok(None) };
        let (draft, stream) = Draft::begin(file, place)?;
        fill(stream, secrets).map_err(|error| draft::failed(file, &error))?;
        Ok(Some(draft))
    }

    /// What is done as soon as secrets count, and undone with them if it fails: a file gets its name, the steps that
    /// follow their variable.
    pub(super) fn place<'s>(
        &mut self,
        draft: Option<Draft>,
        mut secrets: impl Iterator<Item = &'s Secret>,
        out: &mut Report,
    ) -> Result<(), Error> {
        if let Some(draft) = draft {
            draft.place()?;
        }
        match &mut self.later_steps {
            Some(steps) => secrets.try_for_each(|secret| steps.hand_on(secret, out)),
            None => Ok(()),
        }
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
        if self.later_steps.is_some() {
            return Ok(Clipboard::Untouched);
        }
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
        let elsewhere = self.file.is_some() || self.later_steps.is_some();
        let only_on_stdout = !elsewhere && !matches!(clipboard, Clipboard::Holds { .. });
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

/// Writes secrets one a line, and makes them durable.
fn fill<'s>(mut file: File, secrets: impl Iterator<Item = &'s Secret>) -> io::Result<()> {
    let mut lines = Zeroizing::new(Vec::with_capacity(AT_ONCE + LONGEST + 1));
    for secret in secrets {
        lines.extend_from_slice(secret.expose().as_bytes());
        lines.push(b'\n');
        if lines.len() >= AT_ONCE {
            file.write_all(&lines)?;
            lines.clear();
        }
    }
    file.write_all(&lines)?;
    file.sync_all()
}
