//! Verifying: known digest, revoked, expired, what was asked for, uses left, in this order; the first that fails is
//! the verdict. Nothing is ever deleted here, and a use is spent only when all else holds.

use jiff::{SignedDuration, Timestamp};

use super::{Error, Vault};
use crate::crypto::{digest, same};
use crate::store::{self, Found, Spending, Stamp};
use crate::token::query::Filter;
use crate::token::secret::{Digest, Id, Secret};
use crate::token::verdict::Verdict;

/// What a verification leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A counted use is spent, the use is noted.
    Counted,
    /// Nothing: only looked at.
    Peek,
}

/// A verdict that depends on a use which is still to be spent.
struct Pending<'a> {
    /// Where the verdict stands.
    at: usize,
    /// Which of the token's secrets it was.
    index: usize,
    id: Id,
    digest: Digest,
    wanted: &'a Filter,
    stamped: bool,
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

    /// As [`Vault::verify`], for many at once: each is asked for by its digest. Their counted uses are spent in one go.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn verify_all(
        &mut self,
        asked: &[(Digest, &Filter)],
        usage: Use,
        now: Timestamp,
    ) -> Result<Vec<Verdict>, Error> {
        let digests: Vec<_> = asked.iter().map(|(digest, _)| *digest).collect();
        let found = self.store.find_all(&digests)?;
        self.conclude_all(asked.iter().copied().zip(found), usage, now)
    }

    /// When a secret ends, by its token's end or by a rotation, whichever comes first.
    ///
    /// # Errors
    /// Those of the store.
    #[cfg(feature = "serve")]
    pub fn end_of(&mut self, digest: &Digest) -> Result<Option<Timestamp>, Error> {
        let Some(found) = self.store.find(digest)? else { return Ok(None) };
        let retires_at = found.token.secrets.get(found.index).and_then(|secret| secret.retires_at);
        Ok(found.token.expires_at.into_iter().chain(retires_at).min())
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
        match self.stamp(&seen) {
            Err(error @ Error::Store(store::Error::Damaged { .. })) => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes when secrets were used, forward only.
    ///
    /// # Errors
    /// Those of the store.
    pub fn stamp(&mut self, uses: &[Stamp]) -> Result<(), Error> {
        Ok(self.store.stamp(uses)?)
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
        let verdict = self.conclude_all([((digest, wanted), found)], usage, now)?.pop();
        Ok(verdict.unwrap_or(Verdict::Unknown))
    }

    fn conclude_all<'a>(
        &mut self,
        found: impl IntoIterator<Item = ((Digest, &'a Filter), Option<Found>)>,
        usage: Use,
        now: Timestamp,
    ) -> Result<Vec<Verdict>, Error> {
        let mut verdicts = Vec::new();
        let mut pending = Vec::new();
        for ((digest, wanted), found) in found {
            let Some(found) = found.filter(|found| same(&found.digest, &digest)) else {
                verdicts.push(Verdict::Unknown);
                continue;
            };
            let verdict = judge(&found, wanted, now);
            if verdict.is_valid() && usage == Use::Counted {
                let stamped = stamp_is_due(&found, last_use(&found), now);
                if found.token.max_uses.is_some() {
                    let id = found.token.id.clone();
                    pending.push(Pending { at: verdicts.len(), index: found.index, id, digest, wanted, stamped });
                } else if stamped {
                    self.seen.push(Stamp { place: found.place, digest, at: now });
                }
            }
            verdicts.push(verdict.map(|()| Box::new(found.token)));
        }
        if self.seen.len() >= MOST_SEEN {
            self.settle()?;
        }
        self.spend(pending, &mut verdicts, now)?;
        Ok(verdicts)
    }

    fn spend(&mut self, pending: Vec<Pending<'_>>, verdicts: &mut [Verdict], now: Timestamp) -> Result<(), Error> {
        if pending.is_empty() {
            return Ok(());
        }
        let spending =
            |it: &'_ Pending<'_>| Spending { id: it.id.clone(), digest: it.digest, at: now, stamped: it.stamped };
        let spent = self.store.spend(&pending.iter().map(spending).collect::<Vec<_>>())?;
        for (Pending { at, index, digest, wanted, stamped, .. }, uses) in pending.into_iter().zip(spent) {
            let Some(verdict) = verdicts.get_mut(at) else { continue };
            match (uses, verdict) {
                (Some(uses), Verdict::Valid(token)) => {
                    token.uses = uses;
                    if let Some(secret) = token.secrets.get_mut(index).filter(|_| stamped) {
                        secret.last_used_at = secret.last_used_at.max(Some(now));
                    }
                }
                // Somebody spent the last use, ended the token, or took its limit away, since it was looked up.
                (_, verdict) => {
                    *verdict = match self.store.find(&digest)? {
                        Some(found) => match judge(&found, wanted, now) {
                            Verdict::Valid(()) if found.token.max_uses.is_some() => Verdict::UsedUp(()),
                            verdict => verdict,
                        }
                        .map(|()| Box::new(found.token)),
                        None => Verdict::Unknown,
                    };
                }
            }
        }
        Ok(())
    }
}

/// The verdict on a secret that is known.
pub(super) fn judge(found: &Found, wanted: &Filter, now: Timestamp) -> Verdict<()> {
    let token = &found.token;
    if let Some(at) = token.revoked_at.or(ended_by_rotation(found, now)) {
        return Verdict::Revoked((), at);
    }
    if let Some(at) = token.expires_at.filter(|at| now >= *at) {
        return Verdict::Expired((), at);
    }
    if let Some(lack) = wanted.lack(token) {
        return Verdict::Lacks((), lack);
    }
    if token.uses_left() == Some(0) { Verdict::UsedUp(()) } else { Verdict::Valid(()) }
}

/// When a rotation ended the secret that was asked for, if it has.
pub(super) fn ended_by_rotation(found: &Found, now: Timestamp) -> Option<Timestamp> {
    found.token.ended(found.token.secrets.get(found.index)?, now)
}

/// When the secret that was asked for was last used, as far as is written.
pub(super) fn last_use(found: &Found) -> Option<Timestamp> {
    found.token.secrets.get(found.index)?.last_used_at
}

/// At most once a minute; but always when the last one is older than the newest secret of the token, so that the end of
/// a rotation can be judged by it. Of the same millisecond is not after it, if there has been a rotation.
pub(super) fn stamp_is_due(found: &Found, last: Option<Timestamp>, now: Timestamp) -> bool {
    let Some(last) = last else { return true };
    let rotated = found.token.secrets.len() > 1;
    let before = |made: Timestamp| last < made || (rotated && last == made);
    let stale = found.token.secrets.iter().any(|secret| before(secret.created_at)) && now > last;
    stale || now.duration_since(last) >= STAMP_EVERY
}
