//! Rotating: a new secret under the same name, id and rules. The one before it stops at once or after a grace, and who
//! ends the grace early is told if somebody still depends on it.

use jiff::Timestamp;
use rand::CryptoRng;

use super::issue::{fresh, keep};
use super::{Error, Issued, Moment, Vault, policy};
use crate::crypto::mint;
use crate::store::{Found, KeptSecret};
use crate::token::event::Action;
use crate::token::record::Token;
use crate::token::secret::Digest;
use crate::token::span::Life;

/// A new secret that is made and not yet in the vault.
#[must_use = "a secret that is not kept is none"]
pub struct Rotation {
    issued: Issued,
    kept: KeptSecret,
    sealed_to: Option<Vec<u8>>,
}

impl Rotation {
    /// The secret, to be brought to safety before it counts.
    pub fn issued(&self) -> &Issued {
        &self.issued
    }
}

/// A rotation that is in the vault, and what it takes to undo it.
#[derive(Debug)]
pub struct Rotated {
    pub issued: Issued,
    /// When the secret before it ends; `None`: it has ended.
    pub old_ends: Option<Timestamp>,
    old: Digest,
    new: Digest,
}

/// What became of a grace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    Ended,
    /// There was none.
    NothingToEnd,
}

impl Vault {
    /// Makes a new secret ready. It keeps a sealed copy if the one before it does.
    pub fn prepare_rotation(
        &mut self,
        token: &Token,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rotation, Error> {
        let secret = mint::renew(&token.id, rng);
        let settings = self.settings()?;
        let copies = policy::read(&settings.policy)?.keeps_copies();
        let kept = keep(settings, &token.id, &secret, token.recoverable() && copies, rng)?;
        let sealed_to = settings.keys.as_ref().map(|keys| keys.public.clone());
        let mut token = token.clone();
        token.secrets.push(fresh(&kept, moment.now));
        Ok(Rotation { issued: Issued { token, secret }, kept, sealed_to })
    }

    /// Puts a new secret into the vault; the one before it ends at once, or after the grace. Secrets that still have a
    /// grace from before keep it. When this returns, it survives a power cut.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the token is gone, [`Error::Beyond`] if the caller could not have made it.
    pub fn rotate(&mut self, rotation: Rotation, grace: Option<Life>, moment: &Moment) -> Result<Rotated, Error> {
        let Rotation { issued: Issued { token, secret }, mut kept, sealed_to } = rotation;
        let old_ends = grace.map(|grace| grace.end(moment.now)).transpose()?;
        let (token, old) = self.change(moment, |work| {
            let token = work.changeable(&token)?;
            if let Some(by) = &moment.by {
                // Whoever gets the secret of a token could have made one like it.
                by.may_make(&token)?;
            }
            let old = work.change.digests(&token.id)?.last().copied().ok_or(Error::NoSecret)?;
            // Somebody may have dropped the copy for good since this one was made ready, or the key, or forbidden copies.
            let allowed = policy::in_force(work)?.keeps_copies() && work.seals_to(sealed_to.as_deref())?;
            if !allowed || !token.recoverable() {
                kept.sealed = None;
            }
            work.change.retire(&old, Some(old_ends.unwrap_or(moment.now)))?;
            work.change.add_secret(&token.id, &kept, moment.now)?;
            let detail = old_ends.map_or(String::new(), |ends| format!("the old secret works until {ends}"));
            work.log(Action::Rotate, Some(&token), &detail)?;
            Ok((work.again(&token)?, old))
        })?;
        Ok(Rotated { issued: Issued { token, secret }, old_ends, old, new: kept.digest })
    }

    /// Takes a rotation back whose secret reached nobody: the old one goes on as if nothing had been, or ends as the one
    /// that is taken back would have, if somebody has rotated the token since. What others have done meanwhile holds: an
    /// old secret that was ended stays so, and of a token that is gone nothing is left to undo.
    pub fn undo_rotation(&mut self, rotated: &Rotated, moment: &Moment) -> Result<(), Error> {
        self.change(moment, |work| {
            let (Some(new), Some(old)) = (work.change.find(&rotated.new)?, work.change.find(&rotated.old)?) else {
                return Ok(());
            };
            let retires_at = |found: &Found| found.token.secrets.get(found.index).and_then(|secret| secret.retires_at);
            let made = rotated.issued.token.secrets.last().map(|current| current.created_at);
            let untouched = retires_at(&old) == rotated.old_ends.or(made);
            if !untouched && retires_at(&new).is_none() {
                // A token has a current secret, even if nobody holds it.
                return Ok(());
            }
            work.change.remove_secret(&rotated.new)?;
            if untouched {
                work.change.retire(&rotated.old, retires_at(&new))?;
            }
            work.log(Action::Rotate, Some(&new.token), "undone: the new secret could not be delivered")
        })
    }

    /// Ends the grace of all old secrets of a token.
    ///
    /// # Errors
    /// [`Error::OldSecretUsed`] if one of them was used since the current one was made, unless `force`.
    pub fn finish(&mut self, token: &Token, force: bool, moment: &Moment) -> Result<(Token, Finished), Error> {
        let now = moment.now;
        self.change(moment, |work| {
            let token = work.changeable(token)?;
            let digests = work.change.digests(&token.id)?;
            let made = token.secrets.last().map(|current| current.created_at);
            let mut ended = false;
            for (secret, digest) in token.secrets.iter().zip(&digests) {
                if secret.retires_at.is_none() || token.ended(secret, now).is_some() {
                    continue;
                }
                // Where the clock has been set back since, nobody can tell.
                let since = |at: &Timestamp| Some(*at) > made || made > Some(now);
                if let Some(at) = secret.last_used_at.filter(|at| since(at) && !force) {
                    return Err(Error::OldSecretUsed { name: token.name.to_string(), at });
                }
                work.change.retire(digest, token.for_ever_ended())?;
                ended = true;
            }
            if !ended {
                return Ok((token, Finished::NothingToEnd));
            }
            work.log(Action::Rotate, Some(&token), "the grace was ended")?;
            Ok((work.again(&token)?, Finished::Ended))
        })
    }
}
