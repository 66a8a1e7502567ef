//! What a vault allows, as it is set and told. The vault enforces it; here stand the words, and what can be set.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::scope::{Grant, OWN, Scope};
use super::secret::Prefix;
use super::span::{BadSpan, Expiry, Life};

/// A rule that can be set. The words stand in the file and in the command line, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    MaxTokensPerOwner,
    MaxExpiry,
    DefaultExpiry,
    RequireScope,
    SessionTtl,
    Prefix,
    Recoverable,
}

impl Rule {
    pub const ALL: [Rule; 7] = [
        Rule::MaxTokensPerOwner,
        Rule::MaxExpiry,
        Rule::DefaultExpiry,
        Rule::RequireScope,
        Rule::SessionTtl,
        Rule::Prefix,
        Rule::Recoverable,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Rule::MaxTokensPerOwner => "max-tokens-per-owner",
            Rule::MaxExpiry => "max-expiry",
            Rule::DefaultExpiry => "default-expiry",
            Rule::RequireScope => "require-scope",
            Rule::SessionTtl => "session-ttl",
            Rule::Prefix => "prefix",
            Rule::Recoverable => "recoverable",
        }
    }

    /// What it means, in a line.
    pub fn meaning(self) -> &'static str {
        match self {
            Rule::MaxTokensPerOwner => "how many working client and admin tokens an owner may have",
            Rule::MaxExpiry => "how far ahead an expiry may lie, and none may be missing",
            Rule::DefaultExpiry => "when a token ends if nothing was said",
            Rule::RequireScope => "whether a token that is not an admin's must have a scope",
            Rule::SessionTtl => "how long a session lives, at most and if nothing was said",
            Rule::Prefix => "what the secrets of every new token begin with",
            Rule::Recoverable => "whether new secrets keep a sealed copy",
        }
    }

    /// The values it takes, as `--help` and errors tell them.
    pub fn values(self) -> &'static str {
        match self {
            Rule::MaxTokensPerOwner => "a whole number from 1",
            Rule::MaxExpiry | Rule::SessionTtl => "a span: 90d, 12h, 3mo",
            Rule::DefaultExpiry => "a span (90d, 12h, 3mo), or never",
            Rule::RequireScope => "true or false",
            Rule::Prefix => "1 to 20 letters, digits and inner `_`, beginning with a letter",
            Rule::Recoverable => "allowed or never",
        }
    }

    pub fn parse(word: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.word() == word)
    }
}

/// The value does not fit the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` takes {}", .0.word(), .0.values())]
pub struct BadValue(pub Rule);

/// What a vault allows; `default()` allows all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    pub max_tokens_per_owner: Option<u64>,
    pub max_expiry: Option<Life>,
    /// [`Expiry::At`] is never among its values.
    pub default_expiry: Option<Expiry>,
    pub require_scope: Option<bool>,
    pub session_ttl: Option<Life>,
    pub prefix: Option<Prefix>,
    /// `Some(false)`: no new sealed copy is kept.
    pub recoverable: Option<bool>,
    /// The scopes that are known; empty: any scope is.
    pub scopes: BTreeSet<Scope>,
}

impl Policy {
    /// Sets a rule to what its value says.
    ///
    /// # Errors
    /// [`BadValue`] tells what the rule takes.
    pub fn set(&mut self, rule: Rule, value: &str) -> Result<(), BadValue> {
        let bad = BadValue(rule);
        match rule {
            Rule::MaxTokensPerOwner => {
                let most = value.parse().ok().filter(|most| (1..=i64::MAX as u64).contains(most));
                self.max_tokens_per_owner = Some(most.ok_or(bad)?);
            }
            Rule::MaxExpiry => self.max_expiry = Some(Life::parse(value).map_err(|_| bad)?),
            Rule::DefaultExpiry => match Expiry::parse(value) {
                Ok(expiry @ (Expiry::Never | Expiry::After(_))) => self.default_expiry = Some(expiry),
                Ok(Expiry::At(_)) | Err(_) => return Err(bad),
            },
            Rule::RequireScope => {
                self.require_scope = Some(match value {
                    "true" => true,
                    "false" => false,
                    _ => return Err(bad),
                });
            }
            Rule::SessionTtl => self.session_ttl = Some(Life::parse(value).map_err(|_| bad)?),
            Rule::Prefix => self.prefix = Some(Prefix::parse(value).map_err(|_| bad)?),
            Rule::Recoverable => {
                self.recoverable = Some(match value {
                    "allowed" => true,
                    "never" => false,
                    _ => return Err(bad),
                });
            }
        }
        Ok(())
    }

    pub fn unset(&mut self, rule: Rule) {
        match rule {
            Rule::MaxTokensPerOwner => self.max_tokens_per_owner = None,
            Rule::MaxExpiry => self.max_expiry = None,
            Rule::DefaultExpiry => self.default_expiry = None,
            Rule::RequireScope => self.require_scope = None,
            Rule::SessionTtl => self.session_ttl = None,
            Rule::Prefix => self.prefix = None,
            Rule::Recoverable => self.recoverable = None,
        }
    }

    /// The value of a rule as [`Policy::set`] takes it; `None` where it is not set.
    pub fn get(&self, rule: Rule) -> Option<String> {
        match rule {
            Rule::MaxTokensPerOwner => self.max_tokens_per_owner.map(|most| most.to_string()),
            Rule::MaxExpiry => self.max_expiry.map(|life| life.to_string()),
            Rule::DefaultExpiry => self.default_expiry.map(|expiry| expiry.to_string()),
            Rule::RequireScope => self.require_scope.map(|required| required.to_string()),
            Rule::SessionTtl => self.session_ttl.map(|life| life.to_string()),
            Rule::Prefix => self.prefix.as_ref().map(|prefix| prefix.as_str().to_owned()),
            Rule::Recoverable => self.recoverable.map(|allowed| if allowed { "allowed" } else { "never" }.to_owned()),
        }
    }

    /// Whether all its spans can be counted from `now`; by one that cannot, no token could be made.
    ///
    /// # Errors
    /// [`BadSpan::TooFar`], or [`BadSpan::Past`] for one of less than a millisecond.
    pub fn can_be_counted(&self, now: Timestamp) -> Result<(), BadSpan> {
        self.default_expiry.map(|default| default.resolve(now)).transpose()?;
        [self.max_expiry, self.session_ttl].into_iter().flatten().try_for_each(|life| life.end(now).map(drop))
    }

    /// Whether new secrets may keep a sealed copy.
    pub fn keeps_copies(&self) -> bool {
        self.recoverable != Some(false)
    }

    /// Whether a grant is known: it covers a scope of the catalogue, or one of jeton's own. `*` always is.
    pub fn knows(&self, grant: &Grant) -> bool {
        let own = || OWN.into_iter().filter_map(|own| Scope::parse(own).ok()).any(|own| grant.covers(&own));
        self.scopes.is_empty() || grant.as_str() == "*" || self.scopes.iter().any(|scope| grant.covers(scope)) || own()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_tells_the_value_it_was_set_to() {
        let mut policy = Policy::default();
        let values = ["3", "90d", "never", "true", "10h", "acme", "never"];
        for (rule, value) in Rule::ALL.into_iter().zip(values) {
            assert_eq!(policy.get(rule), None);
            policy.set(rule, value).unwrap();
            assert_eq!(policy.get(rule).as_deref(), Some(value));
            assert_eq!(Rule::parse(rule.word()), Some(rule));
        }
        for rule in Rule::ALL {
            policy.unset(rule);
        }
        assert_eq!(policy, Policy::default());
    }

    #[test]
    fn a_value_that_does_not_fit_changes_nothing() {
        let mut policy = Policy::default();
        for (rule, bad) in [
            (Rule::MaxTokensPerOwner, "0"),
            (Rule::MaxTokensPerOwner, "-1"),
            (Rule::MaxTokensPerOwner, "many"),
            (Rule::MaxExpiry, "never"),
            (Rule::MaxExpiry, "0d"),
            (Rule::DefaultExpiry, "2027-01-31"),
            (Rule::RequireScope, "a.b"),
            (Rule::SessionTtl, "soon"),
            (Rule::Prefix, "a-b"),
            (Rule::Recoverable, "yes"),
        ] {
            assert_eq!(policy.set(rule, bad), Err(BadValue(rule)), "{bad}");
        }
        assert_eq!(policy, Policy::default());
    }

    #[test]
    fn a_grant_is_known_by_what_it_covers() {
        let mut policy = Policy::default();
        let knows = |policy: &Policy, grant: &str| policy.knows(&Grant::parse(grant).unwrap());
        assert!(knows(&policy, "whatever.*"));
        policy.scopes = ["data.pin_list", "deploy"].into_iter().map(|scope| Scope::parse(scope).unwrap()).collect();
        for (grant, known) in [
            ("deploy", true),
            ("data.*", true),
            ("*", true),
            ("jeton.create", true),
            ("jeton.*", true),
            ("data.pin", false),
            ("data", false),
            ("deploy.*", false),
            ("jeton.fly", false),
        ] {
            assert_eq!(knows(&policy, grant), known, "{grant}");
        }
    }
}
