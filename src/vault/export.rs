//! Tokens leave: their records and digests need no key, their secrets need it, and leave a trace in the log.

use super::{Error, Moment, Unlocked, Vault};
use crate::store::{Durable, Whole};
use crate::token::event::Action;
use crate::token::transfer::Leaving;

impl Vault {
    /// Up to `most` tokens whose names come after `after`, in the order of their bytes, with their digests. Each is
    /// whole; what others do between two pages is seen or not.
    pub fn leaving(&mut self, after: &str, most: usize) -> Result<Vec<Leaving>, Error> {
        let without_secrets = |Whole { token, kept }| {
            let keys = kept.into_iter().map(|kept| (kept.digest, None)).collect();
            Leaving { token, keys }
        };
        Ok(self.store.wholes(after, most)?.into_iter().map(without_secrets).collect())
    }
}

impl Unlocked<'_> {
    /// The same, with every secret of which a copy is kept. No event, no reveal: each token is on record before any of
    /// the page's copies is opened.
    ///
    /// # Errors
    /// [`Error::CopyDamaged`] if a copy does not open or is not the secret of its digest.
    pub fn leaving(&mut self, after: &str, most: usize, moment: &Moment) -> Result<Vec<Leaving>, Error> {
        let wholes = self.vault.store.wholes(after, most)?;
        self.vault.change_no_verdict(moment, Durable::Power, |work| {
            let revealed = wholes.iter().filter(|whole| whole.token.has_copies());
            revealed.map(|whole| &whole.token).try_for_each(|token| work.log(Action::Reveal, Some(token), "export"))
        })?;
        let with_secrets = |Whole { token, kept }: Whole| {
            let open = |kept| self.open(&token, kept);
            let keys = kept.into_iter().map(open).collect::<Result<_, _>>()?;
            Ok(Leaving { token, keys })
        };
        wholes.into_iter().map(with_secrets).collect()
    }
}
