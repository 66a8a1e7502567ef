//! The gate of a vault that many ask at once: it answers from memory as long as nothing was written that could change
//! an answer.
//!
//! The promise is that of `verify`: what a change has ended is refused by every request that arrives after the change
//! has returned. So the vault must be looked at after a request's arrival, and one look serves all that had arrived when
//! it began. Whoever waits a moment before asking shares it with others: a look for each would cost more than the rest.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::verify::{judge, last_use, stamp_is_due};
use super::{Error, Vault};
use crate::crypto::same;
use crate::store::{Found, Sign, Stamp};
use crate::token::query::Filter;
use crate::token::record::Token;
use crate::token::secret::Digest;
use crate::token::verdict::Verdict;

/// Nothing is kept under it.
const NO_EDITION: u64 = 0;
/// What an entry takes beside the texts of its token, in bytes: the records, their headers and its place in the table.
const ENTRY: usize = 640;
/// How many entries the cache prepares itself for; it grows beyond.
const EXPECTED: usize = 4096;

/// See the head of this file.
pub struct Gate {
    desk: Mutex<Desk>,
    /// The number of the look that was begun last.
    begun: AtomicU64,
    /// The number of the last look that came to an end, and what it found: written in the opposite order.
    ended: AtomicU64,
    edition: AtomicU64,
    known: Cache<Digest, Arc<Known>, Weight>,
    /// Uses that are to be written.
    noted: Mutex<HashMap<Digest, Stamp>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// The vault, and what was last seen of it.
struct Desk {
    vault: Vault,
    sign: Option<Sign>,
    /// Counts the signs that differed from the one before.
    editions: u64,
    /// Under which number something can be kept now.
    edition: u64,
}

/// When a request came: before every look that has a higher number.
#[derive(Clone, Copy, Debug)]
pub struct Arrival(u64);

/// A token that was found by a secret, and under which sign.
#[derive(Debug)]
pub struct Known {
    found: Found,
    edition: u64,
    /// When the secret was last used, in milliseconds, written or noted; the least number is never.
    noted: AtomicI64,
}

/// What a secret's digest leads to.
#[derive(Debug)]
pub enum Looked {
    Unknown,
    Known(Arc<Known>),
    /// A token whose uses are counted: only the vault itself can answer for it, by [`Vault::verify_all`].
    Counted,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Digest, Arc<Known>> for Weight {
    fn weight(&self, _: &Digest, known: &Arc<Known>) -> u64 {
        let token = &known.found.token;
        let scopes = token.scopes.as_slice().iter().map(|grant| grant.as_str().len() + 40);
        let labels = token.labels.iter().map(|(key, value)| key.len() + value.len() + 80);
        let texts = token.name.as_str().len() + token.owner.len() + token.description.len();
        (ENTRY + texts + scopes.sum::<usize>() + labels.sum::<usize>() + 64 * token.secrets.len()) as u64
    }
}

impl Gate {
    /// A gate that keeps at most so many bytes of what it knows.
    pub fn new(vault: Vault, bytes: u64) -> Gate {
        Gate {
            desk: Mutex::new(Desk { vault, sign: None, editions: 0, edition: NO_EDITION }),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            edition: AtomicU64::new(NO_EDITION),
            known: Cache::with_weighter(EXPECTED, bytes, Weight),
            noted: Mutex::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// To be asked for when a request has come in.
    pub fn arrival(&self) -> Arrival {
        Arrival(self.begun.load(Ordering::SeqCst))
    }

    /// What a digest leads to, as it stood in the vault at some moment after the arrival.
    ///
    /// # Errors
    /// Those of the store: *could not tell*.
    pub fn look(&self, arrival: Arrival, digest: &Digest) -> Result<Looked, Error> {
        let edition = self.fresh(arrival)?;
        if edition != NO_EDITION
            && let Some(known) = self.known.get(digest).filter(|known| known.edition == edition)
        {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(known.as_looked());
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let mut desk = self.desk();
        let found = desk.vault.store.find(digest)?.filter(|found| same(&found.digest, digest));
        let Some(found) = found else { return Ok(Looked::Unknown) };
        // It may be newer than this edition, and then belongs to none.
        let known = Arc::new(Known::new(found, desk.edition));
        if desk.edition != NO_EDITION {
            self.known.insert(*digest, Arc::clone(&known));
        }
        Ok(known.as_looked())
    }

    /// Notes a use that is not counted, if it is time to. It is in [`Gate::take_noted`] then.
    pub fn note(&self, known: &Known, now: Timestamp) {
        if stamp_is_due(&known.found, known.last_use(), now) {
            known.noted.store(now.as_millisecond(), Ordering::Relaxed);
            let Found { place, digest, .. } = known.found;
            self.notes().insert(digest, Stamp { place, digest, at: now });
        }
    }

    /// All that was noted, to be written by [`Vault::stamp`].
    pub fn take_noted(&self) -> Vec<Stamp> {
        let mut uses: Vec<_> = std::mem::take(&mut *self.notes()).into_values().collect();
        uses.sort_unstable();
        uses
    }

    /// Takes back what could not be written yet.
    pub fn note_again(&self, uses: Vec<Stamp>) {
        let mut notes = self.notes();
        for earlier in uses {
            // What was noted since is not older.
            notes.entry(earlier.digest).or_insert(earlier);
        }
    }

    /// How often an answer came from memory, and how often not.
    pub fn traffic(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// How many tokens are in memory, and about how many bytes they take.
    pub fn kept(&self) -> (usize, u64) {
        (self.known.len(), self.known.weight())
    }

    /// What the vault held at some moment after the arrival, by its number; one look serves all who wait for it.
    fn fresh(&self, arrival: Arrival) -> Result<u64, Error> {
        if self.ended.load(Ordering::SeqCst) > arrival.0 {
            return Ok(self.edition.load(Ordering::SeqCst));
        }
        let mut desk = self.desk();
        // Somebody may have looked while this one waited for the desk.
        if self.ended.load(Ordering::SeqCst) > arrival.0 {
            return Ok(desk.edition);
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        desk.look()?;
        self.edition.store(desk.edition, Ordering::SeqCst);
        self.ended.store(number, Ordering::SeqCst);
        Ok(desk.edition)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, HashMap<Digest, Stamp>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn look(&mut self) -> Result<(), Error> {
        let sign = self.vault.store.sign()?;
        if sign != self.sign {
            self.sign = sign;
            self.editions += 1;
            self.edition = if sign.is_some() { self.editions } else { NO_EDITION };
        }
        Ok(())
    }
}

impl Known {
    fn new(found: Found, edition: u64) -> Known {
        let noted = AtomicI64::new(last_use(&found).map_or(i64::MIN, Timestamp::as_millisecond));
        Known { found, edition, noted }
    }

    /// The verdict on the secret that it was found by.
    pub fn judge(&self, wanted: &Filter, now: Timestamp) -> Verdict<()> {
        judge(&self.found, wanted, now)
    }

    fn as_looked(self: Arc<Known>) -> Looked {
        if self.max_uses.is_some() { Looked::Counted } else { Looked::Known(self) }
    }

    fn last_use(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.noted.load(Ordering::Relaxed)).ok()
    }
}

impl Deref for Known {
    type Target = Token;

    fn deref(&self) -> &Token {
        &self.found.token
    }
}
