//! What the documentation says of a list, said plainly: all tokens in memory, filtered, sorted, cut off. Nothing in it
//! is jeton's but the exit codes. Times are milliseconds since 1970.

use std::cmp::Reverse;

use jeton::token::exit::Exit;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::home::Home;

/// Noon of 21 November 2026, UTC.
const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;

const KINDS: [&str; 3] = ["client", "admin", "session"];
const STATUSES: [&str; 4] = ["active", "used-up", "expired", "revoked"];
const ORDERS: [&str; 7] = ["created", "name", "owner", "type", "status", "expires", "last-used"];
const OWNERS: [&str; 4] = ["alice", "Bob", "bob", "é"];

#[derive(Clone, Debug)]
pub struct Token {
    /// What its name begins with.
    word: &'static str,
    kind: &'static str,
    owner: &'static str,
    env: Option<&'static str>,
    scope: Option<&'static str>,
    created: i64,
    expires: Option<i64>,
    /// How many uses it may have, and has had.
    uses: Option<(i64, i64)>,
    revoked: bool,
    /// When each was made and last used; the current one stands last.
    secrets: Vec<(i64, Option<i64>)>,
}

#[derive(Clone, Debug)]
pub struct Question {
    all: bool,
    owner: Option<&'static str>,
    kinds: Vec<&'static str>,
    env: Option<&'static str>,
    scope: Option<&'static str>,
    statuses: Vec<&'static str>,
    /// Days.
    unused: Option<i64>,
    never_used: bool,
    expired: bool,
    expiring: Option<i64>,
    before: Option<i64>,
    by: &'static str,
    reverse: bool,
    limit: Option<usize>,
    exit_code: bool,
    pub json: bool,
}

impl Token {
    fn name(&self, index: usize) -> String {
        format!("{}{index}", self.word)
    }

    fn status(&self) -> &'static str {
        match () {
            () if self.revoked => "revoked",
            () if self.expires.is_some_and(|end| NOW >= end) => "expired",
            () if self.uses.is_some_and(|(most, had)| had >= most) => "used-up",
            () => "active",
        }
    }

    fn last_used(&self) -> Option<i64> {
        self.secrets.iter().filter_map(|(_, used)| *used).max()
    }

    fn touched(&self) -> i64 {
        self.secrets.iter().map(|(made, used)| used.unwrap_or(0).max(*made)).max().unwrap()
    }
}

impl Question {
    pub fn flags(&self) -> Vec<String> {
        let mut flags = vec![format!("--sort={}", self.by)];
        let days = |flag: &str, days: Option<i64>| days.map(|days| format!("--{flag}={days}d"));
        let list = |flag: &str, words: &[&str]| (!words.is_empty()).then(|| format!("--{flag}={}", words.join(",")));
        let word = |flag: &str, set: bool| set.then(|| format!("--{flag}"));
        flags.extend(self.owner.map(|owner| format!("--owner={owner}")));
        flags.extend(list("type", &self.kinds));
        flags.extend(self.env.map(|env| format!("--label=env={env}")));
        flags.extend(self.scope.map(|scope| format!("--scope={scope}")));
        flags.extend(list("status", &self.statuses));
        flags.extend(days("unused", self.unused));
        flags.extend(days("expiring", self.expiring));
        flags.extend(days("created-before", self.before));
        flags.extend(self.limit.map(|limit| format!("--limit={limit}")));
        flags.extend(word("all", self.all));
        flags.extend(word("never-used", self.never_used));
        flags.extend(word("expired", self.expired));
        flags.extend(word("reverse", self.reverse));
        flags.extend(word("exit-code", self.exit_code));
        flags.push(if self.json { "--json" } else { "--quiet" }.to_owned());
        flags
    }

    fn matches(&self, token: &Token) -> bool {
        let hides = !self.all && !self.expired && self.statuses.is_empty();
        (!hides || token.status() == "active")
            && self.owner.is_none_or(|owner| owner == token.owner)
            && (self.kinds.is_empty() || self.kinds.contains(&token.kind))
            && self.env.is_none_or(|env| token.env == Some(env))
            && self.scope.is_none_or(|scope| token.kind == "admin" || token.scope == Some(scope))
            && (self.statuses.is_empty() || self.statuses.contains(&token.status()))
            && self.unused.is_none_or(|days| token.touched() < NOW - days * DAY)
            && (!self.never_used || token.last_used().is_none())
            && (!self.expired || token.expires.is_some_and(|end| end <= NOW))
            && self.before.is_none_or(|days| token.created < NOW - days * DAY)
            && self.expiring.is_none_or(|days| {
                token.status() == "active" && token.expires.is_some_and(|end| end <= NOW + days * DAY)
            })
    }

    /// The names of what is listed.
    pub fn answer(&self, tokens: &[Token]) -> Vec<String> {
        let mut all: Vec<(usize, &Token)> =
            tokens.iter().enumerate().filter(|(_, token)| self.matches(token)).collect();
        all.sort_by_key(|(index, token)| Reverse((token.created, *index)));
        match self.by {
            "created" => {}
            "name" => all.sort_by_key(|(index, token)| token.name(*index)),
            "owner" => all.sort_by_key(|(_, token)| token.owner),
            "type" => all.sort_by_key(|(_, token)| token.kind),
            "status" => all.sort_by_key(|(_, token)| STATUSES.iter().position(|status| *status == token.status())),
            "expires" => all.sort_by_key(|(_, token)| (token.expires.is_none(), token.expires)),
            "last-used" => all.sort_by_key(|(_, token)| Reverse(token.last_used())),
            by => unreachable!("{by}"),
        }
        if self.reverse {
            all.reverse();
        }
        let some = all.into_iter().take(self.limit.unwrap_or(usize::MAX));
        some.map(|(index, token)| token.name(index)).collect()
    }

    pub fn exit(&self, answer: &[String]) -> Exit {
        if self.exit_code && !answer.is_empty() { Exit::Findings } else { Exit::Done }
    }
}

/// A home with these tokens in its vault.
pub fn vault_of(tokens: &[Token]) -> Home {
    let home = Home::with(&[]);
    let text = |value: Option<i64>| value.map_or("NULL".to_owned(), |value| value.to_string());
    let mut batch = String::from("BEGIN;");
    for (index, token) in tokens.iter().enumerate() {
        let Token { kind, owner, created, .. } = token;
        let name = token.name(index);
        let scopes = token.scope.map_or("[]".to_owned(), |scope| format!(r#"["{scope}"]"#));
        let labels = token.env.map_or("{}".to_owned(), |env| format!(r#"{{"env":"{env}"}}"#));
        let (expires, most) = (text(token.expires), text(token.uses.map(|(most, _)| most)));
        let (uses, revoked) = (token.uses.map_or(0, |(_, had)| had), text(token.revoked.then_some(NOW)));
        batch += &format!(
            "INSERT INTO token VALUES ({seq}, 'jtn_{index:012}', '{name}', '{kind}', '{owner}', '{scopes}', '{labels}',
                                       '', {created}, {expires}, {most}, {uses}, {revoked});",
            seq = index + 1
        );
        for (place, (made, used)) in token.secrets.iter().enumerate() {
            let retires = text((place + 1 < token.secrets.len()).then_some(*made));
            batch += &format!(
                "INSERT INTO secret VALUES ({seq}, randomblob(32), NULL, {made}, {retires}, {used});",
                seq = index + 1,
                used = text(*used)
            );
        }
    }
    home.tamper(&(batch + "COMMIT"));
    home
}

/// Some days from now, give or take a millisecond: on, before and after what is asked for.
fn near(days: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    (days, -1..=1i64).prop_map(|(days, more)| NOW + days * DAY + more)
}

pub fn token() -> impl Strategy<Value = Token> {
    let is = (select(&["a", "B", "é", "z z"][..]), select(&KINDS[..]), select(&OWNERS[..]));
    let has = (option::of(select(&["test", "live"][..])), option::of(select(&["a", "b"][..])));
    let uses = option::weighted(0.3, (1..3i64, 0..3i64)).prop_map(|uses| uses.map(|(most, had)| (most, had.min(most))));
    let ends = (near(-5..1), option::of(near(-3..6)), uses, prop::bool::weighted(0.2));
    let secrets = vec((near(-5..1), option::weighted(0.6, near(-5..1))), 1..=2);
    (is, has, ends, secrets).prop_map(
        |((word, kind, owner), (env, scope), (created, expires, uses, revoked), secrets)| Token {
            word,
            kind,
            owner,
            env,
            scope,
            created,
            expires,
            uses,
            revoked,
            secrets,
        },
    )
}

/// Few filters at once, so that something is left.
pub fn question() -> impl Strategy<Value = Question> {
    let seldom = || prop::bool::weighted(0.15);
    let days = |days| option::weighted(0.15, days);
    let some =
        |words: &'static [&'static str]| prop_oneof![4 => Just(Vec::new()), 1 => subsequence(words, 1..words.len())];
    let is = (
        option::weighted(0.2, select(&OWNERS[..])),
        some(&KINDS),
        option::weighted(0.15, select(&["test", "live"][..])),
        option::weighted(0.15, select(&["a", "b"][..])),
    );
    let was = (days(1..5i64), seldom(), seldom(), days(1..6i64), days(1..5i64));
    let limit = option::of(prop_oneof![1..6usize, 990..1010usize, 1..5000usize]);
    let how = (select(&ORDERS[..]), any::<bool>(), limit, any::<bool>(), prop::bool::weighted(0.2));
    (prop::bool::weighted(0.6), some(&STATUSES), is, was, how).prop_map(
        |(
            all,
            statuses,
            (owner, kinds, env, scope),
            (unused, never_used, expired, expiring, before),
            (by, reverse, limit, exit_code, json),
        )| Question {
            all,
            owner,
            kinds,
            env,
            scope,
            statuses,
            unused,
            never_used,
            expired,
            expiring,
            before,
            by,
            reverse,
            limit,
            exit_code,
            json,
        },
    )
}
