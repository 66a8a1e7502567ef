//! `GET /api/tokens`: the filters and orders of `jeton list`, page by page. Nothing is remembered between two pages: the
//! link to the next one names the place where it begins.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;

use super::app::App;
use super::caller::manager;
use super::json;
use super::problem::Problem;
use super::query::{self, bad, flag, once};
use crate::token::order::{By, Cursor, Order, Then};
use crate::token::query::{Expiring, Query};
use crate::token::record::Status;
use crate::token::span::{Ago, Ahead};
use crate::vault::Authority;
use crate::wire::TokenJson;

/// What can be asked for, beside the filters of a verification.
const OTHERS: [&str; 11] = [
    "status",
    "all",
    "reverse",
    "never_used",
    "expired",
    "unused",
    "created_before",
    "expiring",
    "sort",
    "limit",
    "cursor",
];

/// What was asked for.
struct Asked {
    query: Query,
    order: Order,
    limit: usize,
    after: Option<Cursor>,
}

pub(super) async fn answer(
    State(app): State<Arc<App>>,
    RawQuery(parameters): RawQuery,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let by = manager(&app, &headers, &["jeton.read"]).await?;
    let now = app.now();
    let Asked { mut query, order, limit, after } = asked(parameters.as_deref(), now)?;
    if !Authority::of(&by).narrow(&mut query) {
        return Ok(json::answer(StatusCode::OK, json::bytes(&[(); 0])));
    }
    let look = app.looks.ask(move |vault, _| {
        let page = vault.page(&query, &order, after.as_ref(), limit)?;
        // A page that is full may be the last.
        let next = match page.next {
            Some(next) if !vault.page(&query, &order, Some(&next), 1)?.tokens.is_empty() => Some(next),
            _ => None,
        };
        let tokens: Vec<_> = page.tokens.iter().map(|token| TokenJson::new(token, now)).collect();
        Ok((json::bytes(&tokens), next))
    });
    let (bytes, next) = look.await?;
    let mut response = json::answer(StatusCode::OK, bytes);
    if let Some(place) = next.and_then(|next| written(&next.then)) {
        let link = query::next_page("/api/tokens", parameters.as_deref(), "cursor", &place);
        if let Ok(link) = HeaderValue::try_from(link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

fn asked(parameters: Option<&str>, now: Timestamp) -> Result<Asked, Problem> {
    let mut query = Query::default();
    let (mut statuses, mut all, mut reverse) = (Vec::new(), None, None);
    let (mut never_used, mut expired, mut expiring) = (None, None, None);
    let (mut unused, mut created_before) = (None, None);
    let (mut sort, mut limit, mut cursor) = (None, None, None);
    for (name, value) in query::parameters(parameters) {
        query::without_secrets(&value)?;
        let name = name.as_ref();
        match name {
            "status" if !statuses.is_empty() => return Err(bad(name, query::TWICE)),
            "status" => {
                for word in value.split(',') {
                    let status = Status::parse(word);
                    statuses.push(status.ok_or_else(|| bad(name, "it is active, revoked, expired or used-up"))?);
                }
            }
            "all" => once(&mut all, name, flag(name, &value)?)?,
            "reverse" => once(&mut reverse, name, flag(name, &value)?)?,
            "never_used" => once(&mut never_used, name, flag(name, &value)?)?,
            "expired" => once(&mut expired, name, flag(name, &value)?)?,
            "unused" => once(&mut unused, name, ago(name, &value, now)?)?,
            "created_before" => once(&mut created_before, name, ago(name, &value, now)?)?,
            "expiring" => {
                let by = Ahead::parse(&value).and_then(|ahead| ahead.resolve(now));
                let by = by.map_err(|error| query::bad_time(name, &error))?;
                once(&mut expiring, name, Expiring { now, by })?;
            }
            "sort" => {
                let by = By::parse(&value.replace('_', "-"));
                let words = || format!("it is one of {}", By::ALL.map(By::word).join(", "));
                once(&mut sort, name, by.ok_or_else(|| bad(name, words()))?)?;
            }
            "limit" => once(&mut limit, name, query::limit(name, &value)?)?,
            "cursor" => once(&mut cursor, name, value.into_owned())?,
            _ if query::filter(&mut query.filter, name, &value)? => {}
            _ => return Err(query::unknown(name, &[&query::FILTERS[..], &OTHERS].concat())),
        }
    }
    let expired = expired == Some(true);
    let statuses = match statuses {
        chosen if !chosen.is_empty() => Some((chosen, now)),
        _ if all == Some(true) || expired => None,
        _ => Query::working(now).statuses,
    };
    let query = Query {
        statuses,
        unused_since: unused,
        never_used: never_used == Some(true),
        created_before,
        expired_at: expired.then_some(now),
        expiring,
        ..query
    };
    let by = sort.unwrap_or_default();
    let order = Order { by, reverse: reverse == Some(true), limit: None, at: now, alone: true };
    let after = cursor.map(|place| read(by, &place).ok_or_else(|| bad("cursor", "it is from no link of this list")));
    Ok(Asked { query, order, limit: limit.unwrap_or(query::USUAL), after: after.transpose()? })
}

fn ago(name: &str, value: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    Ago::parse(value).and_then(|ago| ago.resolve(now)).map_err(|error| query::bad_time(name, &error))
}

/// A place as it stands in a link.
fn written(then: &Then) -> Option<String> {
    match then {
        Then::Created { at, seq } => Some(format!("c.{at}.{seq}")),
        Then::Name(name) => Some(format!("n.{name}")),
        Then::Owner { owner, at, seq } => Some(format!("o.{at}.{seq}.{owner}")),
        // Nothing else is known, since each page is asked for by itself.
        Then::Ranked { after, .. } => after.map(|[rank, at, seq]| format!("r.{rank}.{at}.{seq}")),
    }
}

/// A place in this order.
fn read(by: By, text: &str) -> Option<Cursor> {
    let (kind, rest) = text.split_once('.')?;
    let numbers = || rest.split('.').map(|number| number.parse().ok()).collect::<Option<Vec<i64>>>();
    let then = match (by, kind) {
        (By::Created, "c") => match numbers()?[..] {
            [at, seq] => Then::Created { at, seq },
            _ => return None,
        },
        (By::Name, "n") => Then::Name(rest.to_owned()),
        (By::Owner, "o") => {
            let mut parts = rest.splitn(3, '.');
            let mut number = || parts.next()?.parse().ok();
            let (at, seq) = (number()?, number()?);
            Then::Owner { owner: parts.next()?.to_owned(), at, seq }
        }
        (By::Type | By::Status | By::Expires | By::LastUsed, "r") => {
            let place = numbers()?.try_into().ok()?;
            Then::Ranked { known: Arc::default(), told: 0, after: Some(place) }
        }
        _ => return None,
    };
    Some(Cursor { then, left: None })
}
