//! One change of the vault: a transaction, the time and the actor. What is done in it is logged in it, or not done.

use super::{Error, Moment, Vault, policy};
use crate::crypto::chain;
use crate::store::{Change, Key};
use crate::token::event::Action;
use crate::token::policy::Policy;
use crate::token::record::Token;

pub(super) struct Work<'a> {
    pub change: &'a mut dyn Change,
    pub moment: &'a Moment,
    vault_id: &'a [u8],
    changed: bool,
}

impl Vault {
    /// Does some work in one transaction that may change verdicts. Work that logs nothing has changed nothing, and is
    /// not written. What a policy refuses is undone and put on record.
    pub(super) fn change<T>(
        &mut self,
        moment: &Moment,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let vault_id = self.settings()?.vault_id.clone();
        // The policy in it may be another afterwards.
        self.settings = None;
        let mut change = self.store.begin()?;
        let mut at_work = Work { change: &mut *change, moment, vault_id: &vault_id, changed: false };
        let done = work(&mut at_work);
        let changed = at_work.changed;
        match done {
            Ok(done) => {
                if changed {
                    change.raise_generation()?;
                    change.commit()?;
                }
                Ok(done)
            }
            Err(Error::Policy(refused)) => {
                drop(change);
                // Where that cannot be put on record, it is refused all the same.
                drop(self.record(moment, Action::Refuse, Some(&refused.token), &refused.refusal.detail()));
                Err(Error::Policy(refused))
            }
            Err(error) => Err(error),
        }
    }

    /// Puts something on record that changes no verdict.
    pub(super) fn record(
        &mut self,
        moment: &Moment,
        action: Action,
        token: Option<&Token>,
        detail: &str,
    ) -> Result<(), Error> {
        let vault_id = self.settings()?.vault_id.clone();
        let mut change = self.store.begin()?;
        Work { change: &mut *change, moment, vault_id: &vault_id, changed: false }.log(action, token, detail)?;
        Ok(change.commit()?)
    }
}

impl Work<'_> {
    /// Chains an event to the newest one.
    pub fn log(&mut self, action: Action, token: Option<&Token>, detail: &str) -> Result<(), Error> {
        let event = self.moment.event(action, token, detail);
        let (seq, previous) = match self.change.head()? {
            Some(head) => (head.seq.checked_add(1).ok_or(Error::LogDamaged)?, head.link),
            None => (1, chain::root(self.vault_id)),
        };
        self.change.append(seq, &event, &chain::link(&previous, seq, &event))?;
        self.changed = true;
        Ok(())
    }

    /// A token as it is now, whatever it was when it was looked up.
    pub fn again(&mut self, token: &Token) -> Result<Token, Error> {
        self.change
            .token(Key::Id(token.id.as_str()))?
            .ok_or_else(|| Error::Unknown { wanted: token.name.to_string(), nearest: Vec::new() })
    }

    pub fn policy(&mut self) -> Result<Policy, Error> {
        policy::read(&self.change.settings()?.policy)
    }
}
