//! The export: `{"format": "jeton-export-1", "tokens": [...]}`, one token a line. It tells all that a token is and
//! nothing of the vault it lies in or of the hour, so that the same tokens are the same bytes wherever they lie.

use std::collections::HashSet;

use serde::Serialize;
use serde::ser::Serializer;

use super::Time;
use super::node::{Bad, Fields, Node, each_of, time, within};
use crate::token::label::{Label, Labels};
use crate::token::name::{self, Name};
use crate::token::record::{MOST_USES, Token, Type};
use crate::token::scope::{Grant, MOST_GRANTS, Scopes};
use crate::token::secret::{Digest, Id, Secret};
use crate::token::transfer::{Arrival, Bearer, Ends};

/// What an export says it is.
pub const FORMAT: &str = "jeton-export-1";
/// How the word for any version of it begins.
pub const ANY_FORMAT: &str = "jeton-export-";

/// A token that leaves.
#[derive(Serialize)]
pub struct LeavingJson<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    owner: &'a str,
    scopes: &'a [Grant],
    labels: &'a Labels,
    description: &'a str,
    created_at: Time,
    expires_at: Option<Time>,
    max_uses: Option<u64>,
    uses: u64,
    revoked_at: Option<Time>,
    secrets: Vec<BearerJson<'a>>,
}

#[derive(Serialize)]
struct BearerJson<'a> {
    #[serde(serialize_with = "hex")]
    digest: Digest,
    created_at: Time,
    retires_at: Option<Time>,
    last_used_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

fn hex<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(digest)
}

impl<'a> LeavingJson<'a> {
    /// With its digests, and the secrets that are revealed, in the order of [`Token::secrets`].
    pub fn new(token: &'a Token, keys: impl Iterator<Item = (Digest, Option<&'a str>)>) -> LeavingJson<'a> {
        let bearer = |(info, (digest, secret)): (&crate::token::record::SecretInfo, _)| BearerJson {
            digest,
            created_at: Time(info.created_at),
            retires_at: info.retires_at.map(Time),
            last_used_at: info.last_used_at.map(Time),
            secret,
        };
        LeavingJson {
            id: token.id.as_str(),
            name: token.name.as_str(),
            kind: token.kind.word(),
            owner: &token.owner,
            scopes: token.scopes.as_slice(),
            labels: &token.labels,
            description: &token.description,
            created_at: Time(token.created_at),
            expires_at: token.expires_at.map(Time),
            max_uses: token.max_uses,
            uses: token.uses,
            revoked_at: token.revoked_at.map(Time),
            secrets: token.secrets.iter().zip(keys).map(bearer).collect(),
        }
    }
}

/// Reads an export back; `step` hears of each token.
///
/// # Errors
/// [`Bad`] tells the first thing that is wrong. Nothing is passed over: what a newer jeton has put there would be lost.
pub fn read(text: &str, outline: Fields, step: &mut dyn FnMut()) -> Result<Vec<Arrival>, Bad> {
    for (key, node) in outline {
        match (key.as_str(), node) {
            ("format", Node::Text(format)) if *format == FORMAT => {}
            ("format", _) => return Err(Bad::new("format", "it was written by a newer jeton")),
            ("tokens", Node::List(_)) => {}
            ("tokens", _) => return Err(Bad::expected("tokens", "a list")),
            (key, _) => return Err(Bad::new(key, "unknown")),
        }
    }
    let mut arrivals = Vec::new();
    each_of(text, &["tokens"], |index, node| {
        step();
        arrivals.push(arrival(format!("tokens[{index}]"), node)?);
        Ok(())
    })?;
    Ok(arrivals)
}

fn arrival(at: String, node: Node) -> Result<Arrival, Bad> {
    let mut left = Left { path: &at, fields: node.fields(&at)? };
    let as_it_is = |text: &str| Ok::<_, std::convert::Infallible>(text.to_owned());
    let id = left.read("id", Id::parse)?;
    let name = left.read("name", Name::parse)?;
    let kind = left.read("type", |word| Type::parse(word).ok_or("it is client, admin or session"))?;
    let owner = left.read("owner", name::parse_owner)?;
    let scopes = left.take("scopes")?;
    let scopes = grants(&scopes.0, scopes.1)?;
    let labels = left.take("labels")?;
    let labels = labels_of(&labels.0, labels.1)?;
    let description = left.read("description", as_it_is)?;
    let created_at = left.read("created_at", time)?;
    let expires_at = left.read_or_null("expires_at", time)?;
    if kind == Type::Session && expires_at.is_none() {
        return Err(Bad::new(&within(&at, "expires_at"), "a session has an end, and cannot last for ever"));
    }
    let max_uses = left.number("max_uses", 1, true)?;
    let uses = left.number("uses", 0, false)?.unwrap_or_default();
    let revoked_at = left.read_or_null("revoked_at", time)?;
    let (path, secrets) = left.take("secrets")?;
    left.nothing()?;
    let (mut keys, mut digests) = (Vec::new(), HashSet::new());
    for (index, node) in secrets.list(&path)?.into_iter().enumerate() {
        let path = format!("{path}[{index}]");
        let key = bearer(&path, node)?;
        if key.secret.as_ref().and_then(Secret::id).is_some_and(|other| other != id) {
            return Err(Bad::new(&within(&path, "secret"), "it has the id of another token"));
        }
        if !digests.insert(key.digest) {
            return Err(Bad::new(&within(&path, "digest"), "it stands in this token twice"));
        }
        keys.push(key);
    }
    if keys.iter().filter(|key| key.retires_at.is_none()).count() != 1 {
        return Err(Bad::new(&path, "exactly one of them must be the current one, which does not retire"));
    }
    let (created_at, ends) = (Some(created_at), Ends::At(expires_at));
    let id = Some(id);
    Ok(Arrival {
        own: true,
        id,
        name,
        kind,
        owner,
        scopes,
        labels,
        description,
        created_at,
        ends,
        max_uses,
        uses,
        revoked_at,
        keys,
        at,
    })
}

fn bearer(path: &str, node: Node) -> Result<Bearer, Bad> {
    let mut left = Left { path, fields: node.fields(path)? };
    let bearer = Bearer {
        digest: Some(left.read("digest", Digest::parse)?),
        created_at: Some(left.read("created_at", time)?),
        retires_at: left.read_or_null("retires_at", time)?,
        last_used_at: left.read_or_null("last_used_at", time)?,
        secret: match left.take("secret") {
            Ok((path, node)) => Some(node.read(&path, |text| Secret::parse(text.as_bytes()))?),
            Err(_) => None,
        },
    };
    left.nothing()?;
    Ok(bearer)
}

pub(super) fn grants(path: &str, node: Node) -> Result<Scopes, Bad> {
    let grant = |(index, node): (usize, Node)| node.read(&format!("{path}[{index}]"), Grant::parse);
    let scopes: Scopes = node.list(path)?.into_iter().enumerate().map(grant).collect::<Result<_, _>>()?;
    if scopes.as_slice().len() > MOST_GRANTS {
        return Err(Bad::new(path, format_args!("a token has at most {MOST_GRANTS} scopes")));
    }
    Ok(scopes)
}

fn labels_of(path: &str, node: Node) -> Result<Labels, Bad> {
    let label = |(key, node): (String, Node)| {
        let label = node.read(&within(path, &key), |value| Label::new(&key, value))?;
        Ok((label.key, label.value))
    };
    node.fields(path)?.into_iter().map(label).collect()
}

/// Fields that are taken out one by one, until none is left.
struct Left<'p> {
    path: &'p str,
    fields: Fields,
}

impl Left<'_> {
    fn take(&mut self, key: &str) -> Result<(String, Node), Bad> {
        let path = within(self.path, key);
        match self.fields.iter().position(|(field, _)| field == key) {
            Some(place) => Ok((path, self.fields.swap_remove(place).1)),
            None => Err(Bad::new(&path, "missing")),
        }
    }

    fn read<V, E: std::fmt::Display>(&mut self, key: &str, rule: impl Fn(&str) -> Result<V, E>) -> Result<V, Bad> {
        let (path, node) = self.take(key)?;
        node.read(&path, rule)
    }

    fn read_or_null<V, E: std::fmt::Display>(
        &mut self,
        key: &str,
        rule: impl Fn(&str) -> Result<V, E>,
    ) -> Result<Option<V>, Bad> {
        let (path, node) = self.take(key)?;
        node.read_or_null(&path, rule)
    }

    fn number(&mut self, key: &str, least: u64, or_null: bool) -> Result<Option<u64>, Bad> {
        match self.take(key)? {
            (_, Node::Null) if or_null => Ok(None),
            (_, Node::Number(Some(number))) if (least..=MOST_USES).contains(&number) => Ok(Some(number)),
            (path, _) => {
                Err(Bad::expected(&path, if or_null { "a whole number from 1, or null" } else { "a whole number" }))
            }
        }
    }

    fn nothing(&self) -> Result<(), Bad> {
        match self.fields.first() {
            Some((key, _)) => Err(Bad::new(&within(self.path, key), "unknown")),
            None => Ok(()),
        }
    }
}
