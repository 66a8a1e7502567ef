//! wire: the JSON shapes, shared by `--json` and HTTP so that both speak alike. Fields are only ever added. Times are
//! RFC 3339 in UTC with milliseconds.

pub mod body;
pub mod export;
pub mod health;
pub mod node;
pub mod oauth;
pub mod patch;
pub mod vault;
pub mod w3ipfs;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::Serialize;
use serde::ser::{Error as _, SerializeSeq, Serializer};

use crate::token::event::Entry;
use crate::token::label::Labels;
use crate::token::query::Lack;
use crate::token::record::{SecretInfo, Token};
use crate::token::scope::Grant;
use crate::token::verdict::{Check, Verdict};

/// A token at a moment: its status depends on the time.
#[derive(Serialize)]
pub struct TokenJson<'a> {
    /// `None`: it has none yet.
    id: Option<&'a str>,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    owner: &'a str,
    scopes: &'a [Grant],
    labels: &'a Labels,
    description: &'a str,
    status: &'static str,
    created_at: Time,
    expires_at: Option<Time>,
    last_used_at: Option<Time>,
    max_uses: Option<u64>,
    uses: u64,
    revoked_at: Option<Time>,
    recoverable: bool,
    #[serde(serialize_with = "secrets")]
    secrets: &'a [SecretInfo],
    /// Only where it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    /// The id and the secret once more, as W3IPFS calls them.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<&'a str>,
}

impl<'a> TokenJson<'a> {
    pub fn new(token: &'a Token, now: Timestamp) -> TokenJson<'a> {
        TokenJson {
            id: Some(token.id.as_str()),
            name: token.name.as_str(),
            kind: token.kind.word(),
            owner: &token.owner,
            scopes: token.scopes.as_slice(),
            labels: &token.labels,
            description: &token.description,
            status: token.status(now).word(),
            created_at: Time(token.created_at),
            expires_at: token.expires_at.map(Time),
            last_used_at: token.last_used_at().map(Time),
            max_uses: token.max_uses,
            uses: token.uses,
            revoked_at: token.revoked_at.map(Time),
            recoverable: token.recoverable(),
            secrets: &token.secrets,
            secret: None,
            api_key: None,
            secret_key: None,
        }
    }

    pub fn with_secret(self, secret: &'a str) -> TokenJson<'a> {
        TokenJson { secret: Some(secret), ..self }
    }

    pub fn without_id(self) -> TokenJson<'a> {
        TokenJson { id: None, ..self }
    }

    /// In the words of a service whose request was answered.
    pub fn with_api_key(self) -> TokenJson<'a> {
        TokenJson { api_key: self.id, secret_key: self.secret, ..self }
    }
}

#[derive(Serialize)]
struct SecretJson {
    created_at: Time,
    retires_at: Option<Time>,
    last_used_at: Option<Time>,
}

fn secrets<S: Serializer>(secrets: &[SecretInfo], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(secrets.len()))?;
    for secret in secrets {
        list.serialize_element(&SecretJson {
            created_at: Time(secret.created_at),
            retires_at: secret.retires_at.map(Time),
            last_used_at: secret.last_used_at.map(Time),
        })?;
    }
    list.end()
}

/// Whether a vault is unlocked, and until when.
#[derive(Serialize)]
pub struct LockJson {
    unlocked: bool,
    until: Option<Time>,
    seconds_left: Option<i64>,
}

impl LockJson {
    pub fn new(until: Option<Timestamp>, now: Timestamp) -> LockJson {
        LockJson {
            unlocked: until.is_some(),
            until: until.map(Time),
            seconds_left: until.map(|until| until.duration_since(now).as_secs().max(0)),
        }
    }
}

/// A verdict, with its line in a batch and its checks where they were asked for.
#[derive(Serialize)]
pub struct VerdictJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lacks: Option<LackJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<CheckJson>>,
}

/// `{"scopes": ["a.b"]}`: what was asked for and is lacking.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum LackJson<'a> {
    Type(Vec<&'static str>),
    Owner(&'a str),
    Label(String),
    Scopes(Vec<&'a str>),
}

impl<'a> LackJson<'a> {
    fn new(lack: &'a Lack) -> LackJson<'a> {
        match lack {
            Lack::Type(types) => LackJson::Type(types.iter().map(|kind| kind.word()).collect()),
            Lack::Owner(owner) => LackJson::Owner(owner),
            Lack::Label(label) => LackJson::Label(label.to_string()),
            Lack::Scopes(scopes) => LackJson::Scopes(scopes.iter().map(|scope| scope.as_str()).collect()),
        }
    }
}

#[derive(Serialize)]
struct CheckJson {
    check: &'static str,
    passed: bool,
}

impl<'a> VerdictJson<'a> {
    pub fn new(verdict: &'a Verdict, now: Timestamp) -> VerdictJson<'a> {
        let token = verdict.token().map(|token| TokenJson::new(token, now));
        let lacks = match verdict {
            Verdict::Lacks(_, lack) => Some(LackJson::new(lack)),
            _ => None,
        };
        VerdictJson { line: None, verdict: verdict.word(), token, lacks, checks: None }
    }

    /// Lines are counted from 1.
    pub fn on_line(self, line: u64) -> VerdictJson<'a> {
        VerdictJson { line: Some(line), ..self }
    }

    pub fn explained(self, checks: impl Iterator<Item = (Check, bool)>) -> VerdictJson<'a> {
        let checks = checks.map(|(check, passed)| CheckJson { check: check.word(), passed }).collect();
        VerdictJson { checks: Some(checks), ..self }
    }
}

/// An event of the audit log.
#[derive(Serialize)]
pub struct EventJson<'a> {
    seq: i64,
    at: Time,
    actor: &'a str,
    action: &'static str,
    token: Option<EventTokenJson<'a>>,
    detail: &'a str,
}

/// Id and name of a token as they were then.
#[derive(Serialize)]
struct EventTokenJson<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> EventJson<'a> {
    pub fn new(entry: &'a Entry) -> EventJson<'a> {
        let event = &entry.event;
        EventJson {
            seq: entry.seq,
            at: Time(event.at),
            actor: &event.actor,
            action: event.action.word(),
            token: event.token.as_ref().map(|(id, name)| EventTokenJson { id: id.as_str(), name }),
            detail: &event.detail,
        }
    }
}

/// What `--json` says of a failure, on stderr.
#[derive(Serialize)]
pub struct ErrorJson<'a> {
    pub error: ErrorBody<'a>,
}

#[derive(Serialize)]
pub struct ErrorBody<'a> {
    pub code: &'a str,
    pub message: &'a str,
    pub hint: &'a str,
}

/// `2027-01-31T12:00:00.000Z`
struct Time(Timestamp);

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Not by `collect_str`: a list of a million tokens has five million times, and `fmt` takes its share of each.
        let mut text = String::with_capacity("2027-01-31T12:00:00.000Z".len());
        PRINTER.print_timestamp(&self.0, &mut text).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds_and_a_z() {
        let time = |time| serde_json::to_string(&Time(time)).unwrap();
        let at = |ms| time(Timestamp::from_millisecond(ms).unwrap());
        assert_eq!(at(1_790_000_000_000), r#""2026-09-21T14:13:20.000Z""#);
        assert_eq!(at(1_790_000_000_007), r#""2026-09-21T14:13:20.007Z""#);
        assert_eq!(time(Timestamp::MIN), r#""-009999-01-02T01:59:59.000Z""#);
    }
}
