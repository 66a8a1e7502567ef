//! For who looks after the server: whether it lives, whether it can answer, what it has done.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::token::verdict::Verdict;

/// What was done since the start.
#[derive(Default)]
pub(super) struct Counts {
    verdicts: [AtomicU64; 7],
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
        self.verdicts[at].fetch_add(1, Ordering::Relaxed);
    }
}
