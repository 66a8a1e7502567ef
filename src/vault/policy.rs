//! What this vault allows, enforced at every way in: whatever makes a token, changes one or brings one back asks here,
//! inside the transaction that does it. What was allowed once is not taken back when a rule changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::work::Work;
use super::{Error, Moment, Vault};
use crate::token::event::Action;
use crate::token::name;
use crate::token::policy::{Policy, Rule};
use crate::token::record::{Token, Type};
use crate::token::scope::{Grant, MOST_GRANTS, OWN, Scope};
use crate::token::span::{BadSpan, Expiry, Life};

/// Where the scopes that are known stand among the rules.
const SCOPES: &str = "scopes";
/// How long a session lives where nothing else is said, in hours.
const SESSION_HOURS: i64 = 10;

/// A token that a policy did not allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// As it is, or, if it was to be made, as it would have been.
    pub token: Token,
    pub refusal: Refusal,
}

/// Which rule refuses, and why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("{owner} has as many working tokens as policy `max-tokens-per-owner` allows, which is {most}")]
    TooMany { owner: String, most: u64 },
    #[error("the token would live longer than policy `max-expiry` allows, which is {most}")]
    TooLong { most: Life },
    #[error("the session would live longer than policy `session-ttl` allows, which is {most}")]
    SessionTooLong { most: Life },
    #[error("the token has no scope, and policy `require-scope` demands one")]
    NoScope,
    #[error("there is no scope `{scope}` in the catalogue of policy `scopes`")]
    UnknownScope { scope: Grant, nearest: Vec<String> },
    #[error("the secret would not begin with `{demanded}_`, as policy `prefix` demands")]
    Prefix { demanded: String },
}

impl Refusal {
    /// The rule, by its word; the catalogue is called `scopes`.
    pub fn rule(&self) -> &'static str {
        match self {
            Refusal::TooMany { .. } => Rule::MaxTokensPerOwner.word(),
            Refusal::TooLong { .. } => Rule::MaxExpiry.word(),
            Refusal::SessionTooLong { .. } => Rule::SessionTtl.word(),
            Refusal::NoScope => Rule::RequireScope.word(),
            Refusal::UnknownScope { .. } => SCOPES,
            Refusal::Prefix { .. } => Rule::Prefix.word(),
        }
    }

    pub(super) fn detail(&self) -> String {
        format!("policy {}", self.rule())
    }
}

impl Vault {
    /// What this vault allows.
    pub fn policy(&mut self) -> Result<Policy, Error> {
        read(&self.settings()?.policy)
    }

    /// Whether a rule could be set in a vault that has no other; asked before one is made for it.
    ///
    /// # Errors
    /// [`Error::PolicyValue`] for a value that does not fit, [`Error::Expiry`] for a span that cannot be counted.
    pub fn must_be_settable(rule: Rule, value: &str, now: Timestamp) -> Result<(), Error> {
        let mut alone = Policy::default();
        alone.set(rule, value)?;
        Ok(alone.can_be_counted(now)?)
    }

    /// Sets a rule, or takes it away. Gives what it was before.
    ///
    /// # Errors
    /// [`Error::PolicyValue`] for a value that does not fit, [`Error::Expiry`] for a span that cannot be counted;
    /// [`Error::Contradiction`] where `default-expiry` would be longer than `max-expiry`.
    pub fn set_policy(&mut self, rule: Rule, value: Option<&str>, moment: &Moment) -> Result<Option<String>, Error> {
        self.change(moment, |work| {
            let mut policy = in_force(work)?;
            let before = policy.get(rule);
            match value {
                Some(value) => {
                    // By itself: another that time has made uncountable stands in no rule's way.
                    Vault::must_be_settable(rule, value, moment.now)?;
                    policy.set(rule, value)?;
                }
                None => policy.unset(rule),
            }
            // Months are not always of the same length: what was no contradiction may be one by now, and stands in the
            // way of no other rule.
            if let (Some(default), Some(most), Rule::DefaultExpiry | Rule::MaxExpiry) =
                (policy.default_expiry, policy.max_expiry, rule)
            {
                let (default, most) = (default.resolve(moment.now)?, most.end(moment.now)?);
                if default.is_none_or(|default| default > most) {
                    return Err(Error::Contradiction);
                }
            }
            let after = policy.get(rule);
            if before != after {
                work.change.set_policy(rule.word(), after.as_deref())?;
                let detail = match &after {
                    Some(value) => format!("{} = {value}", rule.word()),
                    None => format!("{} unset", rule.word()),
                };
                work.log(Action::Policy, None, &detail)?;
            }
            Ok(before)
        })
    }

    /// Adds scopes to the catalogue and removes others from it. Gives those that were not there, or that were.
    pub fn change_scopes(&mut self, add: &[Scope], remove: &[Scope], moment: &Moment) -> Result<Vec<Scope>, Error> {
        self.change(moment, |work| {
            let mut scopes = in_force(work)?.scopes;
            let mut changed = Vec::new();
            let mut detail = String::from(SCOPES);
            for scope in add {
                if scopes.insert(scope.clone()) {
                    detail.push_str(&format!(" +{scope}"));
                    changed.push(scope.clone());
                }
            }
            for scope in remove {
                if scopes.remove(scope) {
                    detail.push_str(&format!(" -{scope}"));
                    changed.push(scope.clone());
                }
            }
            if !changed.is_empty() {
                let json = serde_json::to_string(&scopes).map_err(|_| Error::PolicyDamaged)?;
                work.change.set_policy(SCOPES, Some(&json).filter(|_| !scopes.is_empty()).map(String::as_str))?;
                work.log(Action::Policy, None, &detail)?;
            }
            Ok(changed)
        })
    }
}

/// Reads the rules as they are kept. A rule that is not understood cannot be kept to, so it is never passed over.
pub(super) fn read(kept: &BTreeMap<String, String>) -> Result<Policy, Error> {
    let mut policy = Policy::default();
    for (word, value) in kept {
        match Rule::parse(word) {
            Some(rule) => policy.set(rule, value).map_err(|_| Error::PolicyDamaged)?,
            None if word == SCOPES => {
                let scopes: BTreeSet<String> = serde_json::from_str(value).map_err(|_| Error::PolicyDamaged)?;
                let scopes = scopes.iter().map(|scope| Scope::parse(scope)).collect::<Result<_, _>>();
                policy.scopes = scopes.map_err(|_| Error::PolicyDamaged)?;
            }
            None => return Err(Error::PolicyDamaged),
        }
    }
    Ok(policy)
}

/// The rules as they are in the middle of a change.
pub(super) fn in_force(work: &mut Work<'_>) -> Result<Policy, Error> {
    read(&work.change.settings()?.policy)
}

/// When a token ends of which nothing else was said: never later than `max-expiry` allows.
pub(super) fn default_end(policy: &Policy, kind: Type, now: Timestamp) -> Result<Option<Timestamp>, BadSpan> {
    let default = match kind {
        Type::Session => Expiry::After(policy.session_ttl.unwrap_or(Life::hours(SESSION_HOURS))),
        Type::Client | Type::Admin => policy.default_expiry.unwrap_or(Expiry::Never),
    };
    let most = policy.max_expiry.map(|most| latest(most, now));
    Ok(match (default.resolve(now)?, most) {
        (Some(default), Some(most)) => Some(default.min(most)),
        (default, most) => default.or(most),
    })
}

/// The latest end that a rule allows. One that cannot be counted any more forbids nothing but no end at all.
fn latest(most: Life, now: Timestamp) -> Timestamp {
    most.end(now).unwrap_or(Timestamp::MAX)
}

/// Whether a token may become this. Only what changes is asked about.
///
/// # Errors
/// [`Error::Policy`] with the first rule that is broken; [`Error::EndlessSession`].
pub(super) fn allow(work: &mut Work<'_>, before: &Token, after: &Token) -> Result<(), Error> {
    let policy = in_force(work)?;
    must_hold(broken(work, &policy, &mut Counts::new(), Some(before), after)?, before)
}

/// The rules, at hand while tokens are made: an owner's tokens are counted once, however many are to come.
pub(super) struct Admission {
    policy: Policy,
    working: Counts,
}

/// How many tokens of an owner work.
type Counts = HashMap<String, u64>;

impl Admission {
    pub fn begin(work: &mut Work<'_>) -> Result<Admission, Error> {
        Ok(Admission { policy: in_force(work)?, working: Counts::new() })
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether this token may be made; it is counted as made.
    ///
    /// # Errors
    /// As [`allow`].
    pub fn admit(&mut self, work: &mut Work<'_>, token: &Token) -> Result<(), Error> {
        if let Some(prefix) = self.policy.prefix.as_ref().filter(|prefix| !token.id.begins_with(prefix)) {
            return must_hold(Some(Refusal::Prefix { demanded: prefix.as_str().to_owned() }), token);
        }
        self.take_in(work, token)
    }

    /// The same for one that was made elsewhere: how its secret begins was settled there.
    ///
    /// # Errors
    /// As [`allow`].
    pub fn take_in(&mut self, work: &mut Work<'_>, token: &Token) -> Result<(), Error> {
        if let Some(by) = &work.moment.by {
            by.may_create(token)?;
        }
        must_hold(broken(work, &self.policy, &mut self.working, None, token)?, token)?;
        if let Some(count) = self.working.get_mut(&token.owner).filter(|_| counts(token, work.moment.now)) {
            *count += 1;
        }
        Ok(())
    }
}

fn must_hold(broken: Option<Refusal>, token: &Token) -> Result<(), Error> {
    match broken {
        None => Ok(()),
        Some(refusal) => Err(Error::Policy(Box::new(Refused { token: token.clone(), refusal }))),
    }
}

/// Whether a token is among those of which an owner may have only so many.
fn counts(token: &Token, now: Timestamp) -> bool {
    token.kind != Type::Session && token.works(now)
}

fn broken(
    work: &mut Work<'_>,
    policy: &Policy,
    working: &mut Counts,
    before: Option<&Token>,
    after: &Token,
) -> Result<Option<Refusal>, Error> {
    let now = work.moment.now;
    if before.is_none_or(|before| before.expires_at != after.expires_at) {
        let session = after.kind == Type::Session;
        if session && after.expires_at.is_none() {
            return Err(Error::EndlessSession);
        }
        let outlives = |most| after.expires_at.is_none_or(|end| end > latest(most, now));
        if let Some(most) = policy.max_expiry
            && outlives(most)
        {
            return Ok(Some(Refusal::TooLong { most }));
        }
        if let Some(most) = policy.session_ttl.filter(|_| session)
            && outlives(most)
        {
            return Ok(Some(Refusal::SessionTooLong { most }));
        }
    }
    if before.is_none_or(|before| before.scopes != after.scopes) {
        if after.scopes.as_slice().len() > MOST_GRANTS {
            return Err(Error::TooManyScopes);
        }
        if policy.require_scope == Some(true) && after.kind != Type::Admin && after.scopes.is_empty() {
            return Ok(Some(Refusal::NoScope));
        }
        let had = |grant| before.is_some_and(|before| before.scopes.as_slice().contains(grant));
        let unknown = after.scopes.as_slice().iter().find(|grant| !had(grant) && !policy.knows(grant));
        if let Some(scope) = unknown {
            let known = policy.scopes.iter().map(Scope::as_str).chain(OWN);
            let nearest = name::nearest(scope.as_str(), known);
            return Ok(Some(Refusal::UnknownScope { scope: scope.clone(), nearest }));
        }
    }
    if let Some(most) = policy.max_tokens_per_owner {
        let counted = before.is_some_and(|before| before.works(now) && before.owner == after.owner);
        if counts(after, now) && !counted {
            if !working.contains_key(&after.owner) {
                working.insert(after.owner.clone(), work.change.working(&after.owner, now)?);
            }
            if working.get(&after.owner).is_some_and(|count| *count >= most) {
                return Ok(Some(Refusal::TooMany { owner: after.owner.clone(), most }));
            }
        }
    }
    Ok(None)
}
