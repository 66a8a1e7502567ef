//! Verifying: known digest, revoked, expired, what was asked for, uses left, in this order; the first that fails is
//! the verdict. Nothing is ever deleted here, and a use is spent only when all else holds.

use jiff::{SignedDuration, Timestamp};

use super::{Error, Vault};
use crate::crypto::{digest, same};
use crate::store::{self, Found};
use crate::token::query::Filter;
use crate::token::secret::{Digest, Secret};
use crate::token::verdict::Verdict;

/// What a verification leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A counted use is spent, the use is noted.
    Counted,
    /// Nothing: only looked at.
    Peek,
}

/// A secret's last use is written at most once in this time.
const STAMP_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Uses that are kept in memory before they are written.
const MOST_SEEN: usize = 4096;

impl Vault {
    /// Judges a secret of the right form at `now`. Uses that are only noted wait for [`Vault::settle`].
    ///
    /// # Errors
    /// Those of the store: *could not tell*. So too if a use has to be counted and cannot be.
    pub fn verify(&mut self, secret: &Secret, wanted: &Filter, usage: Use, now: Timestamp) -> Result<Verdict, Error> {
        let digest = digest(secret);
        let found = self.store.find(&digest)?;
        self.conclude(digest, found, wanted, usage, now)
    }

    /// As [`Vault::verify`], for many at once.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn verify_all(
        &mut self,
        secrets: &[Secret],
        wanted: &Filter,
        usage: Use,
        now: Timestamp,
    ) -> Result<Vec<Verdict>, Error> {
        let digests: Vec<_> = secrets.iter().map(digest).collect();
        let found = self.store.find_all(&digests)?;
        let found = digests.into_iter().zip(found);
        found.map(|(digest, found)| self.conclude(digest, found, wanted, usage, now)).collect()
    }

    /// Writes what was noted of uses. A vault that cannot be written has answered all the same.
    ///
    /// # Errors
    /// Only those that tell of damage.
    pub fn settle(&mut self) -> Result<(), Error> {
        if self.seen.is_empty() {
            return Ok(());
        }
        let seen = std::mem::take(&mut self.seen);
        match self.store.stamp(&seen) {
            Err(error @ store::Error::Damaged { .. }) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The verdict on what was found, with a use spent where uses are counted.
    pub(super) fn conclude(
        &mut self,
        digest: Digest,
        found: Option<Found>,
        wanted: &Filter,
        usage: Use,
        now: Timestamp,
    ) -> Result<Verdict, Error> {
        let Some(found) = found.filter(|found| same(&found.digest, &digest)) else { return Ok(Verdict::Unknown) };
        let index = found.index;
        let stamp_due = stamp_is_due(&found, now);
        let mut token = match judge(found, wanted, now) {
            Verdict::Valid(token) if usage == Use::Counted => token,
            verdict => return Ok(verdict),
        };
        if token.max_uses.is_none() {
            if stamp_due {
                self.seen.push((digest, now));
                if self.seen.len() >= MOST_SEEN {
                    self.settle()?;
                }
            }
            return Ok(Verdict::Valid(token));
        }
        if self.store.spend(&token.id, &digest, now)? {
            token.uses += 1;
            if let Some(secret) = token.secrets.get_mut(index) {
                secret.last_used_at = secret.last_used_at.max(Some(now));
            }
            return Ok(Verdict::Valid(token));
        }
        // Somebody spent the last use, ended the token, or took its limit away, since it was looked up.
        Ok(match self.store.find(&digest)? {
            Some(found) => match judge(found, wanted, now) {
                Verdict::Valid(token) if token.max_uses.is_some() => Verdict::UsedUp(token),
                verdict => verdict,
            },
            None => Verdict::Unknown,
        })
    }
}

/// The verdict on a secret that is known.
fn judge(found: Found, wanted: &Filter, now: Timestamp) -> Verdict {
    let retired = ended_by_rotation(&found, now);
    let token = Box::new(found.token);
    if let Some(at) = token.revoked_at.or(retired) {
        return Verdict::Revoked(token, at);
    }
    if let Some(at) = token.expires_at.filter(|at| now >= *at) {
        return Verdict::Expired(token, at);
    }
    if let Some(lack) = wanted.lack(&token) {
        return Verdict::Lacks(token, lack);
    }
    if token.uses_left() == Some(0) { Verdict::UsedUp(token) } else { Verdict::Valid(token) }
}

/// When a rotation ended the secret that was asked for, if it has.
pub(super) fn ended_by_rotation(found: &Found, now: Timestamp) -> Option<Timestamp> {
    found.token.ended(found.token.secrets.get(found.index)?, now)
}

/// At most once a minute; but always when the last one is older than the newest secret of the token, so that the end of
/// a rotation can be judged by it. Of the same millisecond is not after it, if there has been a rotation.
fn stamp_is_due(found: &Found, now: Timestamp) -> bool {
    let Some(secret) = found.token.secrets.get(found.index) else { return false };
    match secret.last_used_at {
        None => true,
        Some(last) => {
            let rotated = found.token.secrets.len() > 1;
            let before = |made: Timestamp| last < made || (rotated && last == made);
            let stale = found.token.secrets.iter().any(|secret| before(secret.created_at)) && now > last;
            stale || now.duration_since(last) >= STAMP_EVERY
        }
    }
}
