//! One change of the vault: a transaction, the time and the actor. What is done in it is logged in it, or not done.

use jiff::Timestamp;

use super::verify::judge;
use super::{Authority, Error, Moment, Presented, Vault};
use crate::crypto::{chain, same};
use crate::store::{Change, Durable, Key};
use crate::token::event::{Action, Entry, Event, Head};
use crate::token::name::Name;
use crate::token::record::Token;
use crate::token::verdict::Verdict;

pub(super) struct Work<'a> {
    pub change: &'a mut dyn Change,
    pub moment: &'a Moment,
    vault_id: &'a [u8],
    /// The newest event, once it is known: nobody else writes meanwhile.
    head: Option<Head>,
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
        let mut change = self.store.begin(Durable::Power)?;
        let by = match &moment.presented {
            Some(presented) => Some(still_good(&mut *change, presented, moment.now)?),
            None => moment.by.clone(),
        };
        let moment = &Moment { by, ..moment.clone() };
        let mut at_work = Work { change: &mut *change, moment, vault_id: &vault_id, head: None, changed: false };
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
                drop(self.record(
                    moment,
                    Durable::Power,
                    Action::Refuse,
                    Some(&refused.token),
                    &refused.refusal.detail(),
                ));
                Err(Error::Policy(refused))
            }
            Err(error) => Err(error),
        }
    }

    /// Puts something on record that changes no verdict.
    pub(super) fn record(
        &mut self,
        moment: &Moment,
        durable: Durable,
        action: Action,
        token: Option<&Token>,
        detail: &str,
    ) -> Result<(), Error> {
        self.change_no_verdict(moment, durable, |work| work.log(action, token, detail))
    }

    /// Does some work in one transaction that changes no verdict.
    pub(super) fn change_no_verdict(
        &mut self,
        moment: &Moment,
        durable: Durable,
        work: impl FnOnce(&mut Work<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let vault_id = self.settings()?.vault_id.clone();
        let mut change = self.store.begin(durable)?;
        let mut at_work = Work { change: &mut *change, moment, vault_id: &vault_id, head: None, changed: false };
        work(&mut at_work)?;
        if at_work.changed { Ok(change.commit()?) } else { Ok(()) }
    }

    /// Does some work as [`Vault::change`] would, and undoes it: nothing is left of it, and nothing is on record.
    pub(super) fn rehearse<T>(
        &mut self,
        moment: &Moment,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let vault_id = self.settings()?.vault_id.clone();
        let mut change = self.store.begin(Durable::Crash)?;
        work(&mut Work { change: &mut *change, moment, vault_id: &vault_id, head: None, changed: false })
    }
}

impl Work<'_> {
    /// Chains an event to the newest one.
    pub fn log(&mut self, action: Action, token: Option<&Token>, detail: &str) -> Result<(), Error> {
        let event = self.moment.event(action, token.map(|token| (&token.id, &token.name)), detail);
        self.log_all([event])
    }

    /// Chains events to the newest one and to each other.
    pub fn log_all(&mut self, events: impl IntoIterator<Item = Event>) -> Result<(), Error> {
        let newest = match self.head.take() {
            Some(head) => Some(head),
            None => self.change.head()?,
        };
        let (mut seq, mut link) = newest.map_or((0, chain::root(self.vault_id)), |head| (head.seq, head.link));
        let mut entries = Vec::new();
        for event in events {
            seq = seq.checked_add(1).ok_or(Error::LogDamaged)?;
            link = chain::link(&link, seq, &event);
            entries.push(Entry { seq, event, link });
        }
        self.change.append(&entries)?;
        self.head = Some(Head { seq, link });
        self.changed = true;
        Ok(())
    }

    /// Whether a token has this name.
    pub fn is_named(&mut self, name: &Name) -> Result<bool, Error> {
        Ok(self.change.token(Key::Name(name.as_str()))?.is_some())
    }

    /// Whether copies are sealed to this key: somebody may have taken the passphrase away, or given another one.
    pub fn seals_to(&mut self, public: Option<&[u8]>) -> Result<bool, Error> {
        Ok(self.change.settings()?.keys.as_ref().map(|keys| keys.public.as_slice()) == public)
    }

    /// A token as it is now, whatever it was when it was looked up.
    pub fn again(&mut self, token: &Token) -> Result<Token, Error> {
        let seen = |token: &Token| self.moment.by.as_ref().is_none_or(|by| by.sees(token));
        self.change
            .token(Key::Id(token.id.as_str()))?
            .filter(seen)
            .ok_or_else(|| Error::Unknown { wanted: token.name.to_string(), nearest: Vec::new() })
    }

    /// The same for one that is to be changed.
    pub fn changeable(&mut self, token: &Token) -> Result<Token, Error> {
        let token = self.again(token)?;
        if let Some(by) = &self.moment.by {
            by.may_change(&token)?;
        }
        Ok(token)
    }
}

/// What a caller may do now, who may have waited for its turn: revoking it ends what it has asked for and not yet got.
fn still_good(change: &mut dyn Change, presented: &Presented, now: Timestamp) -> Result<Authority, Error> {
    let found = change.find(&presented.digest)?.filter(|found| same(&found.digest, &presented.digest));
    let found = found.ok_or(Error::CallerEnded)?;
    match judge(&found, &presented.wanted, now) {
        // Its last use was spent for this.
        Verdict::Valid(()) | Verdict::UsedUp(()) => Ok(Authority::of(&found.token)),
        Verdict::Lacks(..) => Err(Error::CallerLacks),
        Verdict::Malformed | Verdict::Unknown | Verdict::Revoked(..) | Verdict::Expired(..) => Err(Error::CallerEnded),
    }
}

/// What two processes do at once: the same vault, open twice, and one comes in between two steps of the other.
#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rand::rand_core::UnwrapErr;
    use rand::rngs::SysRng;
    use tempfile::TempDir;

    use crate::crypto::digest;
    use crate::store::{Access, Location};
    use crate::token::name::Name;
    use crate::token::query::{Filter, Query};
    use crate::token::record::Token;
    use crate::token::request::{Edit, Naming, Request};
    use crate::token::secret::Secret;
    use crate::token::span::Life;
    use crate::token::verdict::Verdict;
    use crate::vault::{Error, Issued, Killed, Moment, Rotated, Use, Vault};

    /// A vault with one token, open twice.
    struct Two {
        _dir: TempDir,
        one: Vault,
        other: Vault,
        issued: Issued,
    }

    fn two(max_uses: Option<u64>) -> Two {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::File(dir.path().join("vault.db"));
        assert!(Vault::found(&location, None, &at(0), &mut UnwrapErr(SysRng)).unwrap());
        let [mut one, other] = [(); 2].map(|()| Vault::open(&location, Access::Write).unwrap());
        let naming = Naming::As(Name::parse("web").unwrap());
        let request = Request { max_uses, ..Request::new(naming, "alice".into()) };
        let prepared = one.prepare(request, &at(0), &mut UnwrapErr(SysRng)).unwrap();
        let issued = one.keep(prepared, &at(0)).unwrap();
        Two { _dir: dir, one, other, issued }
    }

    fn at(ms: i64) -> Moment {
        Moment {
            now: Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap(),
            actor: "a@b".into(),
            by: None,
            presented: None,
        }
    }

    fn rotate(vault: &mut Vault, token: &Token, grace: Option<&str>, moment: &Moment) -> Rotated {
        let rotation = vault.prepare_rotation(token, moment, &mut UnwrapErr(SysRng)).unwrap();
        vault.rotate(rotation, grace.map(|grace| Life::parse(grace).unwrap()), moment).unwrap()
    }

    fn verify(vault: &mut Vault, secret: &Secret, ms: i64) -> &'static str {
        vault.verify(secret, &Filter::default(), Use::Peek, at(ms).now).unwrap().word()
    }

    #[test]
    fn what_was_chosen_and_does_not_match_any_more_is_left_alone() {
        let Two { mut one, mut other, issued, .. } = two(None);
        let owned = |owner: &str| Query {
            filter: Filter { owner: Some(owner.into()), ..Filter::default() },
            ..Query::default()
        };
        let chosen = one.matching(&owned("alice")).unwrap();
        let given_away = Edit { owner: Some("bob".into()), ..Edit::default() };
        other.edit(&issued.token, &given_away, &at(1)).unwrap();
        assert_eq!(one.revoke(&chosen, Some(&owned("alice")), &at(2)).unwrap(), []);
        assert_eq!(one.remove(&chosen, Some(&owned("alice")), &at(2)).unwrap(), []);
        assert_eq!(verify(&mut one, &issued.secret, 3), "valid");
        // Who names a token means it, whatever has become of it, and misses it when it is gone.
        assert_eq!(one.revoke(&chosen, None, &at(4)).unwrap().len(), 1);
        assert_eq!(one.remove(&chosen, Some(&owned("bob")), &at(5)).unwrap().len(), 1);
        assert_eq!(one.remove(&chosen, Some(&owned("bob")), &at(6)).unwrap(), []);
        assert!(matches!(one.revoke(&chosen, None, &at(6)), Err(Error::Unknown { .. })));
        assert!(matches!(one.remove(&chosen, None, &at(6)), Err(Error::Unknown { .. })));
    }

    #[test]
    fn a_copy_that_is_sealed_to_a_key_that_is_gone_is_not_kept() {
        for again in [None, Some("new")] {
            let Two { mut one, mut other, .. } = two(None);
            let mut rng = UnwrapErr(SysRng);
            one.add_passphrase("old", &at(1), &mut rng).unwrap();
            let naming = |name| Naming::As(Name::parse(name).unwrap());
            let mut issue = |vault: &mut Vault, name| {
                let request = Request::new(naming(name), "alice".into());
                vault.prepare(request, &at(2), &mut rng).unwrap()
            };
            let prepared = issue(&mut one, "kept");
            let kept = one.keep(prepared, &at(2)).unwrap();
            assert!(kept.token.recoverable());
            // Made ready before the passphrase goes, and put into the vault after it has gone.
            let prepared = issue(&mut one, "late");
            let rotation = one.prepare_rotation(&kept.token, &at(2), &mut UnwrapErr(SysRng)).unwrap();
            assert_eq!(other.remove_passphrase(&at(3)).unwrap(), Some(1));
            if let Some(again) = again {
                other.add_passphrase(again, &at(4), &mut UnwrapErr(SysRng)).unwrap();
            }
            assert!(!one.keep(prepared, &at(5)).unwrap().token.recoverable());
            assert!(!one.rotate(rotation, None, &at(5)).unwrap().issued.token.recoverable());
            assert_eq!(one.info(at(5).now).unwrap().stock.copies, 0, "again: {again:?}");
        }
    }

    #[test]
    fn of_two_that_change_the_passphrase_at_once_one_is_told_to_begin_again() {
        let Two { mut one, mut other, .. } = two(None);
        let mut rng = UnwrapErr(SysRng);
        one.add_passphrase("old", &at(1), &mut rng).unwrap();
        assert!(matches!(other.add_passphrase("other", &at(1), &mut rng), Err(Error::KeysChanged)));
        let mut late = one.unlock("old", None, &at(2)).unwrap();
        other.unlock("old", None, &at(2)).unwrap().change_passphrase("new", &at(2), &mut rng).unwrap();
        assert!(matches!(late.change_passphrase("late", &at(3), &mut rng), Err(Error::KeysChanged)));
        assert!(matches!(one.unlock("old", None, &at(4)), Err(Error::Unlock(_))));
        drop(one.unlock("new", None, &at(4)).unwrap());
    }

    #[test]
    fn a_token_whose_limit_is_taken_away_meanwhile_is_not_used_up() {
        let Two { mut one, mut other, issued, .. } = two(Some(1));
        let digest = digest(&issued.secret);
        let found = one.store.find(&digest).unwrap();
        other.edit(&issued.token, &Edit { max_uses: Some(None), ..Edit::default() }, &at(1)).unwrap();
        let verdict = one.conclude(digest, found, &Filter::default(), Use::Counted, at(2).now).unwrap();
        assert!(matches!(verdict, Verdict::Valid(_)), "{verdict:?}");
    }

    #[test]
    fn a_last_use_that_somebody_else_spends_meanwhile_is_spent_once() {
        let Two { mut one, mut other, issued, .. } = two(Some(1));
        let digest = digest(&issued.secret);
        let found = one.store.find(&digest).unwrap();
        let verdict = other.verify(&issued.secret, &Filter::default(), Use::Counted, at(1).now).unwrap();
        assert!(verdict.is_valid());
        let verdict = one.conclude(digest, found, &Filter::default(), Use::Counted, at(1).now).unwrap();
        assert!(matches!(verdict, Verdict::UsedUp(_)), "{verdict:?}");
    }

    #[test]
    fn a_rotation_is_undone_as_if_nothing_had_been() {
        for grace in [None, Some("1h")] {
            let Two { mut one, issued, .. } = two(None);
            let rotated = rotate(&mut one, &issued.token, grace, &at(1));
            one.undo_rotation(&rotated, &at(2)).unwrap();
            assert_eq!(one.token("web").unwrap(), issued.token);
            assert_eq!(verify(&mut one, &issued.secret, 3), "valid");
            assert_eq!(verify(&mut one, &rotated.issued.secret, 3), "unknown");
        }
    }

    #[test]
    fn undoing_a_rotation_leaves_the_one_that_came_after_it() {
        let Two { mut one, mut other, issued, .. } = two(None);
        let rotated = rotate(&mut one, &issued.token, None, &at(1));
        let again = rotate(&mut other, &issued.token, None, &at(2));
        one.undo_rotation(&rotated, &at(3)).unwrap();
        assert_eq!(verify(&mut one, &issued.secret, 4), "revoked", "it does not come back beside the new one");
        assert_eq!(verify(&mut one, &rotated.issued.secret, 4), "unknown");
        assert_eq!(verify(&mut one, &again.issued.secret, 4), "valid");
    }

    #[test]
    fn undoing_a_rotation_does_not_revive_a_secret_that_its_holder_ended() {
        let Two { mut one, mut other, issued, .. } = two(None);
        let rotated = rotate(&mut one, &issued.token, Some("1h"), &at(1));
        assert!(matches!(other.revoke_secret(&issued.secret, &at(2)).unwrap(), Killed::OldSecret(_)));
        one.undo_rotation(&rotated, &at(3)).unwrap();
        assert_eq!(verify(&mut one, &issued.secret, 4), "revoked");
    }

    #[test]
    fn undoing_a_rotation_of_a_token_that_is_gone_is_no_damage() {
        let Two { mut one, mut other, issued, .. } = two(None);
        let rotated = rotate(&mut one, &issued.token, None, &at(1));
        other.remove(&[issued.token], None, &at(2)).unwrap();
        one.undo_rotation(&rotated, &at(3)).unwrap();
    }
}
