//! Whether a vault and its tokens are as they should be. What is looked into here is only looked at: nothing is changed
//! or put on record, and what cannot be read is told by an error without keeping the rest from being looked into.

use jiff::{SignedDuration, Timestamp};

use super::unlocked::{keys, wrapped};
use super::{Error, Unlocked, Vault, place};
use crate::crypto::{digest, same, seal};
use crate::store::{self, Location};
use crate::token::health::{EXPIRING_DAYS, FORGOTTEN_DAYS, Finding, Named, SHORT_LIFE, SLACK, UNUSED_DAYS, USUAL_DAYS};
use crate::token::order::Order;
use crate::token::policy::Policy;
use crate::token::query::Query;
use crate::token::record::{Token, Type};
use crate::token::secret::Id;
use crate::token::span::{Expiry, Life};

/// Tokens, and sealed copies, that are held in memory at once.
const PAGE: usize = 1000;

impl Vault {
    /// All that is wrong with how a vault lies in its place.
    ///
    /// # Errors
    /// [`store::Error::Absent`] if there is none.
    pub fn around(location: &Location) -> Result<Vec<Error>, Error> {
        Ok(store::around(location)?.into_iter().map(Error::from).collect())
    }

    /// Whether pages, indexes and rows fit together.
    pub fn check_integrity(&mut self) -> Result<Option<Finding>, Error> {
        let faults = self.store.integrity()?;
        Ok((!faults.is_empty()).then_some(Finding::Unsound { faults }))
    }

    /// What of the schema is not as it was made.
    pub fn check_schema(&mut self) -> Result<Vec<Finding>, Error> {
        let odd = self.store.schema()?.into_iter();
        Ok(odd.map(|odd| Finding::Odd { part: odd.name, statement: odd.mend }).collect())
    }

    /// Whether the keys can be keys: that they fit each other is known when they are used. `false`: there are none.
    ///
    /// # Errors
    /// [`Error::KeysDamaged`] if they cannot.
    pub fn check_keys(&mut self) -> Result<bool, Error> {
        if !self.has_key()? {
            return Ok(false);
        }
        let (keys, _) = keys(self.settings()?)?;
        if wrapped(keys)?.is_well_formed() { Ok(true) } else { Err(Error::KeysDamaged) }
    }

    pub fn check_wiping(&mut self) -> Result<Option<Finding>, Error> {
        Ok(self.store.unwiped()?.then_some(Finding::Unwiped))
    }
}

impl Unlocked<'_> {
    /// Opens every sealed copy and compares it with its digest. Nobody is shown a secret, so this is no reveal.
    /// `advance` hears how many more were opened.
    pub fn check_copies(&mut self, mut advance: impl FnMut(u64)) -> Result<Option<Finding>, Error> {
        let vault_id = self.vault.settings()?.vault_id.clone();
        let (mut bad, mut last): (Named, Option<Id>) = (Named::default(), None);
        let mut after = None;
        loop {
            let copies = self.vault.store.copies(after, PAGE)?;
            let Some(end) = copies.last() else { break };
            after = Some(end.place);
            for copy in &copies {
                let (_, kept) = &copy.place;
                let opened = seal::open(&self.key, place(&vault_id, &copy.id, kept), &copy.sealed);
                let sound = opened.is_ok_and(|secret| same(&digest(&secret), kept));
                // Copies of one token stand together; it is told once.
                if !sound && last.as_ref() != Some(&copy.id) {
                    bad.add(&copy.name);
                    last = Some(copy.id.clone());
                }
            }
            advance(copies.len() as u64);
        }
        Ok((bad.count > 0).then_some(Finding::BadCopies(bad)))
    }
}

/// A walk past all events and all tokens, once, and what was seen on it.
pub struct Rounds {
    now: Timestamp,
    /// How long before its end a token is told.
    soon: SignedDuration,
    policy: Policy,
    keys: bool,
    /// Whether anything was seen at all.
    met: bool,
    /// The latest time that anything claims to be of, of what is ahead of the clock.
    until: Option<Timestamp>,
    log_ahead: bool,
    tokens_ahead: Named,
    endless: Named,
    expiring: Named,
    never_used: Named,
    unused: Named,
    all_scopes: Named,
    kept: Named,
    graces: Named,
}

impl Rounds {
    /// By this policy, in a vault with or without keys.
    pub fn new(now: Timestamp, policy: Policy, keys: bool) -> Rounds {
        // Where no token may live for long, a new one is not yet at its end.
        let life = renewal(&policy, now).end(now).map_or(SignedDuration::MAX, |end| end.duration_since(now));
        Rounds {
            now,
            soon: days(EXPIRING_DAYS).min(life / 3),
            policy,
            keys,
            met: false,
            until: None,
            log_ahead: false,
            tokens_ahead: Named::default(),
            endless: Named::default(),
            expiring: Named::default(),
            never_used: Named::default(),
            unused: Named::default(),
            all_scopes: Named::default(),
            kept: Named::default(),
            graces: Named::default(),
        }
    }

    /// Computes the whole chain of events anew, as [`Vault::check_log`].
    pub fn log(&mut self, vault: &mut Vault) -> Result<(), Error> {
        let checked = vault.check_log(None);
        // The newest tells what the clock was, behind a broken link too; before it the clock may have been mended.
        if let Ok(head) = vault.head()
            && let Some(newest) = vault.events(head.seq.saturating_sub(1), 1).unwrap_or_default().first()
        {
            self.log_ahead |= self.is_ahead(newest.event.at);
        }
        checked.map(drop)
    }

    /// Looks at every token. What was seen before an error stays seen. `advance` hears how many more were.
    pub fn tokens(&mut self, vault: &mut Vault, mut advance: impl FnMut(u64)) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = vault.page(&Query::default(), &Order::default(), after.as_ref(), PAGE)?;
            page.tokens.iter().for_each(|token| self.look_at(token));
            advance(page.tokens.len() as u64);
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn look_at(&mut self, token: &Token) {
        let times = token.secrets.iter().flat_map(|secret| [Some(secret.created_at), secret.last_used_at]);
        let latest = times.flatten().fold(token.created_at, Timestamp::max);
        if self.is_ahead(latest) {
            self.tokens_ahead.add(&token.name);
        }
        if token.has_copies() && !self.keys {
            self.kept.add(&token.name);
        }
        if token.kind == Type::Session || !token.works(self.now) {
            return;
        }
        let name = &token.name;
        match token.expires_at {
            None => self.endless.add(name),
            Some(end) => {
                let short = end.duration_since(token.created_at) < SHORT_LIFE;
                if !short && end.duration_since(self.now) <= self.soon {
                    self.expiring.add(name);
                }
            }
        }
        // A new secret begins a new life: it is on its way to whoever is to use it.
        let quiet = |least| self.now.duration_since(latest) > days(least);
        match token.last_used_at() {
            None if quiet(FORGOTTEN_DAYS) => self.never_used.add(name),
            Some(_) if quiet(UNUSED_DAYS) => self.unused.add(name),
            _ => {}
        }
        if token.kind != Type::Admin && token.scopes.as_slice().iter().any(|grant| grant.as_str() == "*") {
            self.all_scopes.add(name);
        }
        if token.has_copies() && self.keys && !self.policy.keeps_copies() {
            self.kept.add(name);
        }
        let old_works =
            token.secrets.iter().any(|old| old.retires_at.is_some() && token.ended(old, self.now).is_none());
        let rotated = token.secrets.last().map_or(token.created_at, |current| current.created_at);
        if old_works && self.now.duration_since(rotated) > days(FORGOTTEN_DAYS) {
            self.graces.add(name);
        }
    }

    /// What is from a time to come; `None` if nothing was met that could tell.
    pub fn clock(&mut self) -> Option<Vec<Finding>> {
        let (log, tokens) = (self.log_ahead, std::mem::take(&mut self.tokens_ahead));
        let ahead = self.until.map(|until| Finding::Ahead { until, log, tokens });
        self.met.then(|| Vec::from_iter(ahead))
    }

    /// What is to be told of the tokens.
    pub fn findings(self) -> Vec<Finding> {
        let renewal = renewal(&self.policy, self.now);
        let kept = if self.keys { Finding::CopiesKept } else { Finding::CopiesWithoutKey };
        let found = [
            Finding::Endless(self.endless, renewal),
            Finding::Expiring(self.expiring, renewal),
            Finding::NeverUsed(self.never_used),
            Finding::Unused(self.unused),
            Finding::AllScopes(self.all_scopes),
            kept(self.kept),
            Finding::LongGrace(self.graces),
        ];
        found.into_iter().filter(|finding| finding.tokens().is_some_and(|tokens| tokens.count > 0)).collect()
    }

    fn is_ahead(&mut self, at: Timestamp) -> bool {
        self.met = true;
        let ahead = at.duration_since(self.now) > SLACK;
        if ahead {
            self.until = self.until.max(Some(at));
        }
        ahead
    }
}

/// How long a token of this vault may go on: as long as a new one would, and not for ever.
fn renewal(policy: &Policy, now: Timestamp) -> Life {
    let usual = match policy.default_expiry {
        Some(Expiry::After(life)) => life,
        Some(Expiry::Never | Expiry::At(_)) | None => Life::days(USUAL_DAYS),
    };
    match policy.max_expiry {
        // One that cannot be counted any more forbids no end.
        Some(most) if most.end(now).is_ok_and(|most| usual.end(now).is_ok_and(|usual| most < usual)) => most,
        _ => usual,
    }
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}
