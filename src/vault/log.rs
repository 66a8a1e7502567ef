//! What was done to this vault: its events, and whether their chain is whole.

use super::{Error, Vault};
use crate::crypto::chain;
use crate::token::event::{Action, Entry, Head};

/// Events that are held in memory at once.
const PAGE: usize = 1000;

impl Vault {
    /// Up to `most` events after number `after`, oldest first.
    pub fn events(&mut self, after: i64, most: usize) -> Result<Vec<Entry>, Error> {
        Ok(self.store.events(after, most)?)
    }

    /// The newest event's number and link.
    ///
    /// # Errors
    /// [`Error::LogDamaged`] if there is none: every vault begins with one.
    pub fn head(&mut self) -> Result<Head, Error> {
        self.store.head()?.ok_or(Error::LogDamaged)
    }

    /// Computes the whole chain anew, and gives its head. With an `ancestor` that was kept elsewhere it also proves that
    /// everything up to that one is as it was then.
    ///
    /// # Errors
    /// [`Error::ChainBroken`] at the first event that does not fit; [`Error::NoAncestor`].
    pub fn check_log(&mut self, ancestor: Option<Head>) -> Result<Head, Error> {
        let mut head = Head { seq: 0, link: chain::root(&self.settings()?.vault_id) };
        let mut met = ancestor.is_none();
        // From the lowest number there is: none before 1 belongs there.
        let mut after = i64::MIN;
        loop {
            let entries = self.store.events(after, PAGE)?;
            let end = entries.len() < PAGE;
            for Entry { seq, event, link } in entries {
                // Every vault begins with its making; a log that was emptied would begin with something else.
                let begins = seq > 1 || event.action == Action::Init;
                if seq != head.seq + 1 || !begins || chain::link(&head.link, seq, &event) != link {
                    return Err(Error::ChainBroken { seq: head.seq + 1 });
                }
                head = Head { seq, link };
                after = seq;
                met |= ancestor == Some(head);
            }
            if end {
                break;
            }
        }
        match (head.seq, ancestor.filter(|_| !met)) {
            (0, _) => Err(Error::LogDamaged),
            (_, Some(ancestor)) => Err(Error::NoAncestor { ancestor }),
            (_, None) => Ok(head),
        }
    }
}
