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

    /// Whether anything was noted.
    pub fn has_noted(&self) -> bool {
        !self.notes().is_empty()
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

/// A gate, and somebody else who changes its vault.
#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use rand::rand_core::UnwrapErr;
    use rand::rngs::SysRng;
    use tempfile::TempDir;

    use super::*;
    use crate::crypto::digest;
    use crate::store::{Access, Location};
    use crate::token::event::Action;
    use crate::token::name::Name;
    use crate::token::request::{Edit, Naming, Request};
    use crate::vault::{Issued, Moment, Use};

    struct Two {
        _dir: TempDir,
        gate: Gate,
        other: Vault,
    }

    fn two(bytes: u64) -> Two {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::File(dir.path().join("vault.db"));
        assert!(Vault::found(&location, None, &at(0), &mut UnwrapErr(SysRng)).unwrap());
        let open = || Vault::open(&location, Access::Stay).unwrap();
        Two { _dir: dir, gate: Gate::new(open(), bytes), other: open() }
    }

    fn at(ms: i64) -> Moment {
        Moment {
            now: Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap(),
            actor: "a@b".into(),
            by: None,
            presented: None,
        }
    }

    impl Two {
        fn issue(&mut self, name: &str, max_uses: Option<u64>) -> (Issued, Digest) {
            let naming = Naming::As(Name::parse(name).unwrap());
            let request = Request { max_uses, ..Request::new(naming, "alice".into()) };
            let prepared = self.other.prepare(request, &at(0), &mut UnwrapErr(SysRng)).unwrap();
            let issued = self.other.keep(prepared, &at(0)).unwrap();
            let digest = digest(&issued.secret);
            (issued, digest)
        }

        /// What somebody is told who comes now.
        fn told(&self, digest: &Digest) -> &'static str {
            told(&self.gate.look(self.gate.arrival(), digest).unwrap())
        }

        fn edit(&mut self, token: &Token, edit: &Edit) {
            self.other.edit(token, edit, &at(1)).unwrap();
        }
    }

    fn told(looked: &Looked) -> &'static str {
        match looked {
            Looked::Unknown => "unknown",
            Looked::Counted => "counted",
            Looked::Known(known) => known.judge(&Filter::default(), at(2).now).word(),
        }
    }

    #[test]
    fn it_answers_from_memory_until_something_changes() {
        let mut two = two(1 << 20);
        let (issued, digest) = two.issue("web", None);
        assert_eq!(([(); 3].map(|()| two.told(&digest)), two.gate.traffic()), (["valid"; 3], (2, 1)));
        two.other.revoke(std::slice::from_ref(&issued.token), None, &at(1)).unwrap();
        assert_eq!(([(); 3].map(|()| two.told(&digest)), two.gate.traffic()), (["revoked"; 3], (4, 2)));
        two.other.remove(&[issued.token], None, &at(1)).unwrap();
        assert_eq!(two.told(&digest), "unknown");
    }

    #[test]
    fn what_changes_no_verdict_leaves_its_memory_alone() {
        let mut two = two(1 << 20);
        let (_, digest) = two.issue("web", None);
        let (counted, _) = two.issue("counted", Some(9));
        assert_eq!(two.told(&digest), "valid");
        for ms in 1..4 {
            let used = two.other.verify(&counted.secret, &Filter::default(), Use::Counted, at(ms).now).unwrap();
            assert!(used.is_valid());
            let Some(found) = two.other.store.find(&digest).unwrap() else { panic!("it is there") };
            two.other.stamp(&[Stamp { place: found.place, digest, at: at(ms).now }]).unwrap();
            two.other.record(&at(ms), crate::store::Durable::Crash, Action::Reveal, None, "").unwrap();
            assert_eq!(two.told(&digest), "valid");
        }
        assert_eq!(two.gate.traffic(), (3, 1));
    }

    #[test]
    fn a_look_serves_nobody_who_came_after_it_began() {
        let mut two = two(1 << 20);
        let (issued, digest) = two.issue("web", None);
        let early = two.gate.arrival();
        assert_eq!(two.told(&digest), "valid");
        two.other.revoke(&[issued.token], None, &at(1)).unwrap();
        // Who came before that look may hear what it saw; whoever comes now is looked for.
        assert_eq!(told(&two.gate.look(early, &digest).unwrap()), "valid");
        assert_eq!(two.told(&digest), "revoked");
        assert_eq!(told(&two.gate.look(early, &digest).unwrap()), "revoked", "nobody goes back");
    }

    #[test]
    fn one_look_serves_all_who_came_before_it() {
        let mut two = two(1 << 20);
        let (_, digest) = two.issue("web", None);
        let waiting = [(); 64].map(|()| two.gate.arrival());
        for arrival in waiting {
            assert_eq!(told(&two.gate.look(arrival, &digest).unwrap()), "valid");
        }
        assert_eq!(two.gate.begun.load(Ordering::SeqCst), 1);
        assert_eq!(two.told(&digest), "valid");
        assert_eq!(two.gate.begun.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_token_whose_uses_are_counted_is_left_to_the_vault() {
        let mut two = two(1 << 20);
        let (issued, digest) = two.issue("web", Some(3));
        assert_eq!([(); 3].map(|()| two.told(&digest)), ["counted"; 3]);
        two.edit(&issued.token, &Edit { max_uses: Some(None), ..Edit::default() });
        assert_eq!(two.told(&digest), "valid");
        two.edit(&issued.token, &Edit { max_uses: Some(Some(1)), ..Edit::default() });
        assert_eq!(two.told(&digest), "counted");
    }

    #[test]
    fn what_is_unknown_is_not_kept() {
        let mut two = two(1 << 20);
        let (_, digest) = two.issue("web", None);
        (0..100).for_each(|byte| assert_eq!(two.told(&Digest([byte; 32])), "unknown"));
        assert_eq!((two.told(&digest), two.gate.kept().0), ("valid", 1));
    }

    #[test]
    fn it_keeps_no_more_than_it_may() {
        const BYTES: u64 = 20_000;
        let mut two = two(BYTES);
        let digests: Vec<_> = (0..200).map(|number| two.issue(&format!("web {number}"), None).1).collect();
        for digest in digests.iter().chain(&digests) {
            assert_eq!(two.told(digest), "valid");
            assert!(two.gate.kept().1 <= BYTES, "{:?}", two.gate.kept());
        }
        assert!(two.gate.kept().0 > 0);
    }

    #[test]
    fn a_vault_that_is_away_is_an_error_and_its_return_is_noticed() {
        let mut two = two(1 << 20);
        let (_, digest) = two.issue("web", None);
        assert_eq!(two.told(&digest), "valid");
        let vault = two._dir.path().join("vault.db");
        let aside = vault.with_extension("aside");
        std::fs::rename(&vault, &aside).unwrap();
        assert!(two.gate.look(two.gate.arrival(), &digest).is_err());
        assert!(two.gate.look(two.gate.arrival(), &digest).is_err());
        std::fs::rename(&aside, &vault).unwrap();
        assert_eq!(two.told(&digest), "valid");
    }

    #[test]
    fn a_use_is_noted_once_a_minute_and_what_could_not_be_written_is_not_lost() {
        let mut two = two(1 << 20);
        let (_, digest) = two.issue("web", None);
        let use_it = |ms| {
            let Looked::Known(known) = two.gate.look(two.gate.arrival(), &digest).unwrap() else {
                panic!("it is known")
            };
            two.gate.note(&known, at(ms).now);
        };
        let noted = |ms: &[i64]| {
            let uses = two.gate.take_noted();
            assert_eq!(
                uses.iter().map(|stamp| stamp.at).collect::<Vec<_>>(),
                ms.iter().map(|ms| at(*ms).now).collect::<Vec<_>>()
            );
            uses
        };
        [1, 2, 59_999].into_iter().for_each(use_it);
        let first = noted(&[1]);
        use_it(60_000);
        noted(&[]);
        use_it(60_001);
        two.gate.note_again(first);
        let second = noted(&[60_001]);
        two.gate.note_again(second);
        noted(&[60_001]);
    }

    /// Each change makes a number higher. Whoever comes is never told a lower one than was there when he came.
    #[test]
    fn however_many_ask_nobody_is_told_what_was_before_he_came() {
        const CHANGES: u64 = 300;
        let mut two = two(1 << 20);
        let (issued, digest) = two.issue("web", None);
        let (made, over) = (AtomicU64::new(0), AtomicBool::new(false));
        let Two { gate, other, .. } = &mut two;
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let before = made.load(Ordering::SeqCst);
                        let looked = gate.look(gate.arrival(), &digest).unwrap();
                        let Looked::Known(known) = looked else { panic!("it is known") };
                        let told: u64 = known.description.parse().unwrap_or(0);
                        assert!(told >= before, "{told} after {before}");
                        thread::yield_now();
                    }
                });
            }
            for number in 1..=CHANGES {
                let description = Some(number.to_string());
                other.edit(&issued.token, &Edit { description, ..Edit::default() }, &at(1)).unwrap();
                made.store(number, Ordering::SeqCst);
            }
            over.store(true, Ordering::SeqCst);
        });
    }
}
