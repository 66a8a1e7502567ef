//! How tokens end, and come back: revoking, by name or by the secret itself; restoring; removing for good.

use jiff::Timestamp;

use super::verify::ended_by_rotation;
use super::work::Work;
use super::{Error, Moment, Vault, policy};
use crate::crypto::digest;
use crate::store::Key;
use crate::token::event::Action;
use crate::token::query::Query;
use crate::token::record::Token;
use crate::token::secret::Secret;

/// What was ended by a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Killed {
    /// It was the current one: the token is revoked.
    Token(Token),
    /// It had a grace after a rotation: it is ended, the token and its current secret go on.
    OldSecret(Token),
    /// It had been ended before, at that time.
    Already(Token, Timestamp),
}

impl Vault {
    /// Revokes tokens, and gives those that were not revoked before. When this returns, no verification that begins
    /// after it finds one of them valid. Those that were chosen by a query must match it still: what has changed since
    /// somebody looked, or is gone, is passed over.
    ///
    /// # Errors
    /// [`Error::Unknown`] if one that was named is not there any more; then none is revoked.
    pub fn revoke(
        &mut self,
        tokens: &[Token],
        chosen_by: Option<&Query>,
        moment: &Moment,
    ) -> Result<Vec<Token>, Error> {
        self.each(tokens, chosen_by, moment, |work, token| {
            if token.revoked_at.is_some() {
                return Ok(false);
            }
            token.revoked_at = Some(moment.now);
            work.change.update(token)?;
            work.log(Action::Revoke, Some(token), "")?;
            Ok(true)
        })
    }

    /// Ends what a secret opens, for whoever holds it.
    ///
    /// # Errors
    /// [`Error::UnknownSecret`] if it is none of this vault.
    pub fn revoke_secret(&mut self, secret: &Secret, moment: &Moment) -> Result<Killed, Error> {
        let digest = digest(secret);
        self.change(moment, |work| {
            let found = work.change.find(&digest)?.ok_or(Error::UnknownSecret)?;
            let ended = ended_by_rotation(&found, moment.now);
            let current = found.index + 1 == found.token.secrets.len();
            let mut token = found.token;
            // An old one that is in its grace ends even if its token is revoked, which may be restored.
            match (ended.or(token.revoked_at.filter(|_| current)), current) {
                (Some(at), _) => Ok(Killed::Already(token, at)),
                (None, false) => {
                    work.change.retire(&digest, token.for_ever_ended())?;
                    work.log(Action::Revoke, Some(&token), "an old secret, by itself")?;
                    Ok(Killed::OldSecret(token))
                }
                (None, true) => {
                    token.revoked_at = Some(moment.now);
                    work.change.update(&token)?;
                    work.log(Action::Revoke, Some(&token), "by its secret")?;
                    Ok(Killed::Token(token))
                }
            }
        })
    }

    /// Undoes a revocation, for all of these tokens or for none; gives those that were revoked.
    ///
    /// # Errors
    /// [`Error::Unknown`] if one is gone; [`Error::Policy`] if its owner may not have it working.
    pub fn restore(&mut self, tokens: &[Token], moment: &Moment) -> Result<Vec<Token>, Error> {
        self.each(tokens, None, moment, |work, token| {
            if token.revoked_at.is_none() {
                return Ok(false);
            }
            let restored = Token { revoked_at: None, ..token.clone() };
            if let Some(by) = &work.moment.by {
                by.may_revive(&restored)?;
            }
            policy::allow(work, token, &restored)?;
            work.change.update(&restored)?;
            work.log(Action::Restore, Some(&restored), "")?;
            *token = restored;
            Ok(true)
        })
    }

    /// Removes tokens for good, and gives those that it removed. Those that were chosen by a query must match it still:
    /// what has changed since somebody looked, or is gone, is passed over. [`Vault::wipe`] then removes their traces.
    ///
    /// # Errors
    /// [`Error::Unknown`] if one that was named is not there any more; then none is removed.
    pub fn remove(
        &mut self,
        tokens: &[Token],
        chosen_by: Option<&Query>,
        moment: &Moment,
    ) -> Result<Vec<Token>, Error> {
        self.each(tokens, chosen_by, moment, |work, token| {
            work.change.remove(&token.id)?;
            work.log(Action::Delete, Some(token), "")?;
            Ok(true)
        })
    }

    /// Does something to each token that is still meant, as it is now, and gives those to which it was done.
    fn each(
        &mut self,
        tokens: &[Token],
        chosen_by: Option<&Query>,
        moment: &Moment,
        deed: impl Fn(&mut Work<'_>, &mut Token) -> Result<bool, Error>,
    ) -> Result<Vec<Token>, Error> {
        self.change(moment, |work| {
            let mut done = Vec::new();
            for token in tokens {
                let Some(mut token) = still(work, token, chosen_by)? else { continue };
                if deed(work, &mut token)? {
                    done.push(token);
                }
            }
            Ok(done)
        })
    }
}

/// A token as it is now, if it is still among those that were meant.
fn still(work: &mut Work<'_>, token: &Token, chosen_by: Option<&Query>) -> Result<Option<Token>, Error> {
    match chosen_by {
        None => work.changeable(token).map(Some),
        Some(query) if work.change.token(Key::Id(token.id.as_str()))?.is_some_and(|token| query.matches(&token)) => {
            work.changeable(token).map(Some)
        }
        Some(_) => Ok(None),
    }
}
