//! What was done since the start. Whoever answers only adds to numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::group::Group;
use crate::token::verdict::Verdict;

/// In microseconds, each up to which a request may take to be counted in that place.
pub(super) const STEPS: [u64; 15] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

pub(super) const VERDICTS: [&str; 7] = ["valid", "malformed", "unknown", "revoked", "expired", "lacks", "used-up"];

/// What was done since the start.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub verdicts: [AtomicU64; 7],
    pub slowed: AtomicU64,
    /// Answers that something of the server's own prevented.
    pub failed: AtomicU64,
    /// Open now, and let in since the start.
    pub connections: AtomicU64,
    pub let_in: AtomicU64,
    pub latency: [Latency; 5],
}

#[derive(Debug, Default)]
pub(super) struct Latency {
    pub steps: [AtomicU64; STEPS.len() + 1],
    pub microseconds: AtomicU64,
}

impl Counts {
    pub fn verdict<T>(&self, verdict: &Verdict<T>) {
        let at = match verdict {
            Verdict::Valid(_) => 0,
            Verdict::Malformed => 1,
            Verdict::Unknown => 2,
            Verdict::Revoked(..) => 3,
            Verdict::Expired(..) => 4,
            Verdict::Lacks(..) => 5,
            Verdict::UsedUp(_) => 6,
        };
        self.verdicts[at].fetch_add(1, Relaxed);
    }

    /// A refusal was answered by 429.
    pub fn slowed(&self) {
        self.slowed.fetch_add(1, Relaxed);
    }

    pub fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    pub fn answered(&self, group: Group, after: Duration) {
        let microseconds = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let latency = &self.latency[group as usize];
        latency.steps[STEPS.partition_point(|step| *step < microseconds)].fetch_add(1, Relaxed);
        latency.microseconds.fetch_add(microseconds, Relaxed);
    }

    /// A connection is open as long as what is returned.
    pub fn connected(self: &Arc<Counts>) -> Connected {
        self.let_in.fetch_add(1, Relaxed);
        self.connections.fetch_add(1, Relaxed);
        Connected(Arc::clone(self))
    }
}

pub(super) struct Connected(Arc<Counts>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_is_counted_under_its_word() {
        let counts = Counts::default();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let lack = crate::token::query::Lack::Scopes(Vec::new());
        let verdicts = [
            Verdict::Valid(()),
            Verdict::Malformed,
            Verdict::Unknown,
            Verdict::Revoked((), at),
            Verdict::Expired((), at),
            Verdict::Lacks((), lack),
            Verdict::UsedUp(()),
        ];
        for (verdict, word) in verdicts.iter().zip(VERDICTS) {
            assert_eq!(verdict.word(), word);
            counts.verdict(verdict);
        }
        assert!(counts.verdicts.iter().all(|number| number.load(Relaxed) == 1));
    }
}
