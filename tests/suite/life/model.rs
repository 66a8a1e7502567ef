//! What the documentation says of a token's life, said plainly: a list of tokens, a clock, and a method for each
//! command. Nothing in it is jeton's but the exit codes. Times are milliseconds since 1970.

use std::collections::BTreeMap;

use jeton::token::exit::Exit;
use jiff::Timestamp;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;
const SESSION: i64 = 10 * 60 * MINUTE;

#[derive(Debug)]
pub struct Model {
    pub now: i64,
    /// Oldest first.
    pub tokens: Vec<Token>,
    /// Every secret there ever was, oldest first.
    pub secrets: Vec<String>,
}

#[derive(Debug)]
pub struct Token {
    pub name: String,
    rules: Rules,
    created: i64,
    expires: Option<i64>,
    uses: u64,
    revoked: Option<i64>,
    /// The current one stands last.
    secrets: Vec<Secret>,
}

#[derive(Debug)]
struct Secret {
    text: String,
    made: i64,
    retires: Option<i64>,
    used: Option<i64>,
}

/// What a token is and may do.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub kind: Option<&'static str>,
    pub owner: Option<&'static str>,
    pub scopes: Vec<&'static str>,
    pub labels: BTreeMap<&'static str, &'static str>,
    pub expires: Option<End>,
    pub max_uses: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub enum End {
    Never,
    After(i64),
    /// A time that is past.
    Past,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    pub kinds: Vec<&'static str>,
    pub owner: Option<&'static str>,
    pub label: Option<(&'static str, &'static str)>,
    pub scopes: Vec<&'static str>,
}

/// Tokens by what they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    pub wanted: Wanted,
    pub expired: bool,
    pub unused: Option<i64>,
    pub older: Option<i64>,
}

/// One thing to change of a token.
#[derive(Clone, Debug)]
pub enum Change {
    Name(&'static str),
    Owner(&'static str),
    Expires(End),
    MaxUses(Option<u64>),
    Scope(&'static str),
    AddScope(&'static str),
    RemoveScope(&'static str),
    Label(&'static str, &'static str),
    RemoveLabel(&'static str),
}

impl Model {
    fn named(&mut self, name: &str) -> Option<&mut Token> {
        self.tokens.iter_mut().find(|token| token.name == name)
    }

    /// The token that a secret opens, and which of its secrets that is.
    fn opened(&mut self, text: &str) -> Option<(&mut Token, usize)> {
        self.tokens.iter_mut().find_map(|token| {
            let index = token.secrets.iter().position(|secret| secret.text == text)?;
            Some((token, index))
        })
    }

    fn all_known(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.tokens.iter().any(|token| token.name == *name))
    }

    /// `None` if it is not to come.
    fn end(&self, end: End) -> Option<Option<i64>> {
        match end {
            End::Never => Some(None),
            End::After(span) => Some(Some(self.now + span)),
            End::Past => None,
        }
    }

    /// The secret has come that a command was to make.
    pub fn learn(&mut self, text: &str) {
        let mut secrets = self.tokens.iter_mut().flat_map(|token| &mut token.secrets);
        text.clone_into(&mut secrets.find(|secret| secret.text.is_empty()).expect("one is awaited").text);
        self.secrets.push(text.to_owned());
    }

    pub fn create(&mut self, name: &str, rules: &Rules) -> Exit {
        let session = rules.kind == Some("session");
        let Some(expires) = self.end(rules.expires.unwrap_or(if session { End::After(SESSION) } else { End::Never }))
        else {
            return Exit::Usage;
        };
        if session && expires.is_none() {
            return Exit::Usage;
        }
        if self.named(name).is_some() {
            return Exit::Exists;
        }
        let secrets = vec![Secret { text: String::new(), made: self.now, retires: None, used: None }];
        let (name, rules) = (name.to_owned(), rules.clone());
        self.tokens.push(Token { name, rules, created: self.now, expires, uses: 0, revoked: None, secrets });
        Exit::Done
    }

    pub fn login(&mut self, owner: &'static str) -> Exit {
        let beginning = format!("session-{owner}-");
        let numbers = self.tokens.iter().filter_map(|token| token.name.strip_prefix(&beginning)?.parse::<u64>().ok());
        let name = format!("{beginning}{}", numbers.max().unwrap_or(0) + 1);
        self.create(&name, &Rules { kind: Some("session"), owner: Some(owner), ..Rules::default() })
    }

    /// The exit code, and what is lacking if something is.
    pub fn verify(&mut self, text: &str, wanted: &Wanted, peek: bool) -> (Exit, Option<&'static str>) {
        let now = self.now;
        let Some((token, index)) = self.opened(text) else { return (Exit::Unknown, None) };
        if token.revoked.is_some() || token.secrets[index].has_ended(now) {
            return (Exit::Revoked, None);
        }
        if token.has_expired(now) {
            return (Exit::Expired, None);
        }
        if let Some(lack) = wanted.lack(token) {
            return (Exit::Lacks, Some(lack));
        }
        if token.is_used_up() {
            return (Exit::UsedUp, None);
        }
        if !peek {
            token.uses += u64::from(token.rules.max_uses.is_some());
            token.note(index, now);
        }
        (Exit::Done, None)
    }

    pub fn revoke(&mut self, names: &[&str], if_exists: bool) -> Exit {
        if !if_exists && !self.all_known(names) {
            return Exit::NotFound;
        }
        let now = self.now;
        let named = self.tokens.iter_mut().filter(|token| names.contains(&token.name.as_str()));
        named.for_each(|token| token.revoke(now));
        Exit::Done
    }

    pub fn revoke_chosen(&mut self, chosen: &Chosen) -> Exit {
        if *chosen == Chosen::default() {
            return Exit::Usage;
        }
        let now = self.now;
        self.tokens.iter_mut().filter(|token| chosen.matches(token, now)).for_each(|token| token.revoke(now));
        Exit::Done
    }

    pub fn revoke_secret(&mut self, text: &str) -> Exit {
        let now = self.now;
        let Some((token, index)) = self.opened(text) else { return Exit::NotFound };
        let made = token.secrets.last().unwrap().made;
        match (index + 1 == token.secrets.len(), token.secrets[index].has_ended(now)) {
            (true, _) if token.revoked.is_none() => token.revoke(now),
            // As of its rotation, so that no clock that is set back revives it.
            (false, false) => token.secrets[index].retires = Some(made),
            _ => {}
        }
        Exit::Done
    }

    pub fn restore(&mut self, names: &[&str]) -> Exit {
        if !self.all_known(names) {
            return Exit::NotFound;
        }
        names.iter().for_each(|name| self.named(name).unwrap().revoked = None);
        Exit::Done
    }

    pub fn rotate(&mut self, name: &str, grace: Option<i64>) -> Exit {
        let now = self.now;
        let Some(token) = self.named(name) else { return Exit::NotFound };
        token.secrets.last_mut().unwrap().retires = Some(now + grace.unwrap_or(0));
        token.secrets.push(Secret { text: String::new(), made: now, retires: None, used: None });
        Exit::Done
    }

    pub fn finish(&mut self, name: &str, force: bool) -> Exit {
        let now = self.now;
        let Some(token) = self.named(name) else { return Exit::NotFound };
        let made = token.secrets.last().unwrap().made;
        let in_grace = |secret: &&mut Secret| secret.retires.is_some() && !secret.has_ended(now);
        let mut old: Vec<_> = token.secrets.iter_mut().filter(in_grace).collect();
        if !force && old.iter().any(|secret| secret.used.is_some_and(|used| used > made)) {
            return Exit::Refused;
        }
        old.iter_mut().for_each(|secret| secret.retires = Some(made));
        Exit::Done
    }

    /// All of the changes or none.
    pub fn edit(&mut self, name: &str, changes: &[Change]) -> Exit {
        let Some(at) = self.tokens.iter().position(|token| token.name == name) else { return Exit::NotFound };
        let Token { name: mut new_name, mut rules, mut expires, .. } = self.tokens[at].copy();
        for change in changes {
            match change {
                Change::Name(name) => (*name).clone_into(&mut new_name),
                Change::Owner(owner) => rules.owner = Some(owner),
                Change::Expires(end) => match self.end(*end) {
                    Some(end) => expires = end,
                    None => return Exit::Usage,
                },
                Change::MaxUses(most) => rules.max_uses = *most,
                Change::Scope(scope) => rules.scopes = vec![scope],
                Change::AddScope(scope) if rules.scopes.contains(scope) => {}
                Change::AddScope(scope) => rules.scopes.push(scope),
                Change::RemoveScope(scope) => rules.scopes.retain(|other| other != scope),
                Change::Label(key, value) => drop(rules.labels.insert(key, value)),
                Change::RemoveLabel(key) => drop(rules.labels.remove(key)),
            }
        }
        if new_name != name && self.named(&new_name).is_some() {
            return Exit::Exists;
        }
        if rules.kind == Some("session") && expires.is_none() {
            return Exit::Usage;
        }
        let token = &mut self.tokens[at];
        (token.name, token.rules, token.expires) = (new_name, rules, expires);
        Exit::Done
    }

    pub fn delete(&mut self, names: &[&str]) -> Exit {
        if !self.all_known(names) {
            return Exit::NotFound;
        }
        self.tokens.retain(|token| !names.contains(&token.name.as_str()));
        Exit::Done
    }

    pub fn delete_chosen(&mut self, chosen: &Chosen) -> Exit {
        if *chosen == Chosen::default() {
            return Exit::Usage;
        }
        let now = self.now;
        self.tokens.retain(|token| !chosen.matches(token, now));
        Exit::Done
    }

    /// Sessions that have ended by themselves too: an edit could bring them back.
    pub fn logout(&mut self, owner: Option<&str>) -> Exit {
        let now = self.now;
        let sessions =
            self.tokens.iter_mut().filter(|token| token.kind() == "session" && token.status(now) != "revoked");
        let theirs = sessions.filter(|token| owner.is_none_or(|owner| token.owner() == owner));
        theirs.for_each(|token| token.revoke(now));
        Exit::Done
    }

    /// As `list --json --all` tells it, but for ids and descriptions.
    pub fn list(&self) -> Value {
        self.tokens.iter().rev().map(|token| token.json(self.now)).collect()
    }
}

impl Token {
    fn kind(&self) -> &'static str {
        self.rules.kind.unwrap_or("client")
    }

    fn owner(&self) -> &'static str {
        self.rules.owner.unwrap_or("alice")
    }

    fn copy(&self) -> Token {
        Token { name: self.name.clone(), rules: self.rules.clone(), secrets: Vec::new(), ..*self }
    }

    fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|end| now >= end)
    }

    fn is_used_up(&self) -> bool {
        self.rules.max_uses.is_some_and(|most| self.uses >= most)
    }

    fn status(&self, now: i64) -> &'static str {
        match () {
            () if self.revoked.is_some() => "revoked",
            () if self.has_expired(now) => "expired",
            () if self.is_used_up() => "used-up",
            () => "active",
        }
    }

    fn revoke(&mut self, now: i64) {
        self.revoked.get_or_insert(now);
    }

    /// A use is noted once a minute, or if that is needed to tell whether an old secret was used after a rotation.
    fn note(&mut self, index: usize, now: i64) {
        let newest = self.secrets.iter().map(|secret| secret.made).max().unwrap();
        let rotated = self.secrets.len() > 1;
        let used = &mut self.secrets[index].used;
        if used.is_none_or(|last| now - last >= MINUTE || rotated && last <= newest) {
            *used = Some(now);
        }
    }

    fn json(&self, now: i64) -> Value {
        let mut secrets: Vec<Value> = self.secrets.iter().map(Secret::json).collect();
        in_some_order(&mut secrets);
        json!({
            "name": self.name,
            "type": self.kind(),
            "owner": self.owner(),
            "scopes": self.rules.scopes,
            "labels": self.rules.labels,
            "status": self.status(now),
            "created_at": time(Some(self.created)),
            "expires_at": time(self.expires),
            "last_used_at": time(self.secrets.iter().filter_map(|secret| secret.used).max()),
            "max_uses": self.rules.max_uses,
            "uses": self.uses,
            "revoked_at": time(self.revoked),
            "secrets": secrets,
        })
    }
}

impl Secret {
    fn has_ended(&self, now: i64) -> bool {
        self.retires.is_some_and(|end| now >= end)
    }

    fn json(&self) -> Value {
        json!({
            "created_at": time(Some(self.made)),
            "retires_at": time(self.retires),
            "last_used_at": time(self.used),
        })
    }
}

impl Wanted {
    /// The first thing that is lacking.
    fn lack(&self, token: &Token) -> Option<&'static str> {
        if !self.kinds.is_empty() && !self.kinds.contains(&token.kind()) {
            return Some("type");
        }
        if self.owner.is_some_and(|owner| owner != token.owner()) {
            return Some("owner");
        }
        if self.label.is_some_and(|(key, asked)| !token.rules.labels.get(key).is_some_and(|held| shares(held, asked))) {
            return Some("label");
        }
        let has = |scope: &&str| token.kind() == "admin" || token.rules.scopes.iter().any(|grant| covers(grant, scope));
        if self.scopes.iter().all(has) { None } else { Some("scopes") }
    }
}

impl Chosen {
    fn matches(&self, token: &Token, now: i64) -> bool {
        let touched = token.secrets.iter().map(|secret| secret.made.max(secret.used.unwrap_or(0))).max().unwrap();
        self.wanted.lack(token).is_none()
            && (!self.expired || token.has_expired(now))
            && self.unused.is_none_or(|span| touched < now - span)
            && self.older.is_none_or(|span| token.created < now - span)
    }
}

/// Whether a grant covers a scope, segment by segment.
fn covers(grant: &str, scope: &str) -> bool {
    let (grant, scope): (Vec<_>, Vec<_>) = (grant.split('.').collect(), scope.split('.').collect());
    match grant.as_slice() {
        ["*"] => scope[0] != "jeton" || scope.len() == 1,
        [stem @ .., "*"] => scope.len() > stem.len() && scope.starts_with(stem),
        whole => whole == scope,
    }
}

/// Whether one of the values that are asked for is among those that are held.
fn shares(held: &str, asked: &str) -> bool {
    held.split(',').any(|held| held == "*" || asked.split(',').any(|asked| asked == held))
}

/// Secrets of the same millisecond have no order of their own.
pub fn in_some_order(secrets: &mut [Value]) {
    secrets.sort_by_key(Value::to_string);
}

fn time(at: Option<i64>) -> Value {
    at.map(|at| format!("{:.3}", Timestamp::from_millisecond(at).unwrap())).into()
}
