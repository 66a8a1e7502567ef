//! How a vault's policy is told.

use serde_json::{Map, Value};

use super::{GOOD, QUIET, Report, STRONG, paint};
use crate::error::Error;
use crate::token::policy::{Policy, Rule};
use crate::token::scope::Scope;

impl Report {
    /// Every rule with its value; those that are not set too, so that one sees what could be.
    pub fn policy(&mut self, policy: &Policy) -> Result<(), Error> {
        if self.manner.json {
            self.json(&json(policy))?;
            return self.flush();
        }
        let colour = self.manner.colour_out;
        let scopes = match policy.scopes.len() {
            0 => "any".to_owned(),
            known => format!("{known} known"),
        };
        let rules = Rule::ALL.map(|rule| (rule.word(), policy.get(rule), rule.meaning()));
        let width = rules
            .iter()
            .map(|(_, value, _)| value.as_ref().map_or(1, String::len))
            .max()
            .unwrap_or(1)
            .max(scopes.len());
        self.result(|out| {
            for (word, value, meaning) in rules {
                let value = format!("{:<width$}", value.as_deref().unwrap_or("-"));
                let value = if value.starts_with('-') { value } else { paint(STRONG, colour, &value) };
                writeln!(out, "{word:<20}  {value}  {}", paint(QUIET, colour, meaning))?;
            }
            let meaning = paint(QUIET, colour, "which scopes tokens may have; see `jeton policy scopes`");
            writeln!(out, "{:<20}  {scopes:<width$}  {meaning}", "scopes")
        })?;
        self.flush()
    }

    /// A rule before and after.
    pub fn policy_changed(&mut self, policy: &Policy, rule: Rule, before: Option<String>) -> Result<(), Error> {
        if self.manner.json {
            self.json(&json(policy))?;
            self.flush()?;
        }
        let after = policy.get(rule);
        let or_unset = |value: Option<String>| value.unwrap_or_else(|| "not set".to_owned());
        self.say(&match before == after {
            true => format!("policy {} is {} already", rule.word(), or_unset(after)),
            false => {
                let word = paint(GOOD, self.manner.colour_err, "changed");
                format!("{word} policy {}: {} -> {}", rule.word(), or_unset(before), or_unset(after))
            }
        });
        Ok(())
    }

    /// The catalogue of known scopes, one a line.
    pub fn scopes(&mut self, policy: &Policy) -> Result<(), Error> {
        if self.manner.json {
            self.json(&policy.scopes)?;
        } else {
            self.result(|out| policy.scopes.iter().try_for_each(|scope| writeln!(out, "{scope}")))?;
        }
        self.flush()?;
        if policy.scopes.is_empty() {
            self.say("there is no catalogue, so any scope is known; `jeton policy scopes add SCOPE` begins one");
        }
        Ok(())
    }

    pub fn scopes_changed(&mut self, policy: &Policy, changed: &[Scope]) -> Result<(), Error> {
        if self.manner.json {
            self.json(&policy.scopes)?;
            self.flush()?;
        }
        if changed.is_empty() {
            self.say("the catalogue is so already; nothing was changed");
        }
        for scope in changed {
            let known = if policy.scopes.contains(scope) { "now known" } else { "no longer known" };
            self.say(&format!("{scope} is {known}"));
        }
        if policy.scopes.is_empty() {
            self.say("the catalogue is empty, so any scope is known");
        }
        Ok(())
    }
}

/// `{"max-expiry": "90d", ..., "scopes": [...]}`; null where nothing is set.
fn json(policy: &Policy) -> Value {
    let value = |rule| match (rule, policy.get(rule)) {
        (_, None) => Value::Null,
        (Rule::MaxTokensPerOwner, Some(_)) => policy.max_tokens_per_owner.into(),
        (Rule::RequireScope, Some(_)) => policy.require_scope.into(),
        (_, Some(text)) => text.into(),
    };
    let mut map: Map<String, Value> = Rule::ALL.into_iter().map(|rule| (rule.word().to_owned(), value(rule))).collect();
    map.insert("scopes".into(), policy.scopes.iter().map(Scope::as_str).collect());
    Value::Object(map)
}
