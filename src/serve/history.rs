//! `GET /api/log`: what was done, oldest first. Who is no admin is told what was done to the tokens that are there and
//! that it sees.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use zeroize::Zeroizing;

use super::app::App;
use super::caller::manager;
use super::json;
use super::problem::Problem;
use super::query::{self, bad, once};
use crate::token::event::Entry;
use crate::token::name;
use crate::vault::{self, Authority, Vault};
use crate::wire::EventJson;

/// So many events are looked through at once.
const AT_ONCE: usize = 1000;
/// So many tokens are remembered to be seen or not.
const MOST_SEEN: usize = 10_000;

struct Asked {
    token: Option<String>,
    after: i64,
    limit: usize,
}

pub(super) async fn answer(
    State(app): State<Arc<App>>,
    RawQuery(parameters): RawQuery,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let by = manager(&app, &headers, &["jeton.read"]).await?;
    let asked = asked(parameters.as_deref())?;
    let sight = Sight { by: Authority::of(&by), seen: HashMap::new() };
    let (bytes, next) = app.looks.ask(move |vault, _| tell(vault, asked, sight)).await?;
    let mut response = json::answer(StatusCode::OK, bytes);
    if let Some(seq) = next {
        let link = query::next_page("/api/log", parameters.as_deref(), "after", &seq.to_string());
        if let Ok(link) = HeaderValue::try_from(link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

fn asked(parameters: Option<&str>) -> Result<Asked, Problem> {
    let (mut token, mut after, mut limit) = (None, None, None);
    for (name, value) in query::parameters(parameters) {
        query::without_secrets(&value)?;
        let name = name.as_ref();
        match name {
            "token" => once(&mut token, name, value.into_owned())?,
            "after" => {
                let seq = value.parse().ok().filter(|seq| *seq >= 0);
                once(&mut after, name, seq.ok_or_else(|| bad(name, "it is the number of an event"))?)?;
            }
            "limit" => once(&mut limit, name, query::limit(name, &value)?)?,
            _ => return Err(query::unknown(name, &["token", "after", "limit"])),
        }
    }
    Ok(Asked { token, after: after.unwrap_or(0), limit: limit.unwrap_or(query::USUAL) })
}

/// A page of events, and the number of its last where others follow.
fn tell(vault: &mut Vault, asked: Asked, mut sight: Sight) -> Result<(Zeroizing<Vec<u8>>, Option<i64>), vault::Error> {
    let wanted = asked.token.map(|token| OfToken::new(vault, token, &sight.by)).transpose()?;
    let (mut told, mut more, mut after) = (Vec::<Entry>::new(), false, asked.after);
    'all: loop {
        let entries = vault.events(after, AT_ONCE)?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        for entry in entries {
            if wanted.as_ref().is_none_or(|wanted| wanted.is_of(&entry)) && sight.sees(vault, &entry)? {
                if told.len() == asked.limit {
                    more = true;
                    break 'all;
                }
                told.push(sight.dimmed(vault, entry)?);
            }
        }
    }
    // A mistyped name is no token of which nothing is to be told.
    if let Some(OfToken { wanted, known: false, .. }) = wanted.filter(|_| told.is_empty() && asked.after == 0) {
        return Err(vault::Error::Unknown { wanted, nearest: Vec::new() });
    }
    let events: Vec<_> = told.iter().map(EventJson::new).collect();
    Ok((json::bytes(&events), told.last().map(|entry| entry.seq).filter(|_| more)))
}

/// A token that is there, by its id; one that is not, by whatever it was called.
struct OfToken {
    wanted: String,
    name: String,
    id: Option<String>,
    known: bool,
}

impl OfToken {
    fn new(vault: &mut Vault, wanted: String, by: &Authority) -> Result<OfToken, vault::Error> {
        let found = match by {
            Authority::Admin => vault.find(&wanted)?,
            // One that is gone, or not to be seen, is unknown.
            Authority::Bounded(_) => Some(vault.seen(&wanted, by)?),
        };
        let id = found.as_ref().map(|token| token.id.to_string());
        Ok(OfToken { name: name::normalised(&wanted), id, known: found.is_some(), wanted })
    }

    fn is_of(&self, entry: &Entry) -> bool {
        let id = self.id.as_ref().unwrap_or(&self.wanted);
        entry.event.token.as_ref().is_some_and(|(other, name)| other.as_str() == id || *name == self.name)
    }
}

/// Which tokens somebody sees, by their ids.
struct Sight {
    by: Authority,
    seen: HashMap<String, bool>,
}

impl Sight {
    fn sees(&mut self, vault: &mut Vault, entry: &Entry) -> Result<bool, vault::Error> {
        match (&self.by, &entry.event.token) {
            (Authority::Admin, _) => Ok(true),
            (Authority::Bounded(_), Some((id, _))) => self.sees_id(vault, id.as_str()),
            (Authority::Bounded(_), None) => Ok(false),
        }
    }

    fn sees_id(&mut self, vault: &mut Vault, id: &str) -> Result<bool, vault::Error> {
        if let Some(seen) = self.seen.get(id) {
            return Ok(*seen);
        }
        let seen = vault.find(id)?.is_some_and(|token| self.by.sees(&token));
        if self.seen.len() == MOST_SEEN {
            self.seen.clear();
        }
        self.seen.insert(id.to_owned(), seen);
        Ok(seen)
    }

    /// An event without the id of a caller that is not to be seen.
    fn dimmed(&mut self, vault: &mut Vault, mut entry: Entry) -> Result<Entry, vault::Error> {
        if let Authority::Bounded(_) = self.by
            && let Some((id, server)) = entry.event.actor.split_once(" via ")
            && !self.sees_id(vault, id)?
        {
            entry.event.actor = server.to_owned();
        }
        Ok(entry)
    }
}
