//! Forward authentication: a proxy asks whether the secret of a request is good for something, and passes the request on
//! or the refusal back. `GET /verify?scope=...&type=...&label=...&owner=...`, by any method.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use axum::response::IntoResponse;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::app::App;
use super::credentials::{Presented, presented};
use super::held::Held;
use super::line;
use super::problem::Problem;
use super::query;
use crate::token::label::PUBLIC_HALF;
use crate::token::query::{Filter, Lack};
use crate::token::record::Token;
use crate::token::secret::{Id, Secret};
use crate::token::verdict::Verdict;
use crate::vault::Use;

const ID: HeaderName = HeaderName::from_static("x-jeton-id");
const NAME: HeaderName = HeaderName::from_static("x-jeton-name");
const TYPE: HeaderName = HeaderName::from_static("x-jeton-type");
const OWNER: HeaderName = HeaderName::from_static("x-jeton-owner");
const SCOPES: HeaderName = HeaderName::from_static("x-jeton-scopes");

/// All but the unreserved characters of RFC 3986, section 2.3.
const IN_A_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What no header can hold, and the sign that begins an encoded byte.
const IN_AN_OWNER: &AsciiSet = &CONTROLS.add(b'%');

pub(super) async fn answer(app: &App, query: Option<&str>, headers: &HeaderMap) -> Response<Body> {
    match authenticate(app, query, headers).await {
        Ok(token) => passed(&token),
        Err(problem) => problem.into_response(),
    }
}

async fn authenticate(app: &App, query: Option<&str>, headers: &HeaderMap) -> Result<Held, Problem> {
    let presented = presented(headers, &app.places);
    if let Presented::None = presented {
        return Err(Problem::no_credentials());
    }
    let wanted = wanted(query).map_err(Problem::invalid_request)?;
    match presented {
        Presented::Secret(secret, id) => credible(app, &secret, id.as_deref(), &wanted, Use::Counted).await,
        Presented::TwoSecrets => Err(Problem::two_secrets()),
        Presented::Malformed | Presented::None => {
            app.counts.verdict(&Verdict::<()>::Malformed);
            line::caller(&Verdict::Malformed);
            Err(Problem::invalid_token())
        }
    }
}

fn wanted(parameters: Option<&str>) -> Result<Filter, Problem> {
    let mut wanted = Filter::default();
    for (name, value) in query::parameters(parameters) {
        query::without_secrets(&value)?;
        if !query::filter(&mut wanted, &name, &value)? {
            return Err(query::unknown(&name, &query::FILTERS));
        }
    }
    Ok(wanted)
}

/// The token of a secret that is good for what is wanted, and belongs to the id that was presented with it.
pub(super) async fn credible(
    app: &App,
    secret: &Secret,
    id: Option<&str>,
    wanted: &Filter,
    usage: Use,
) -> Result<Held, Problem> {
    if let Some(id) = id {
        // Looked at first, so that a wrong pair spends no use.
        let verdict = app.verify(secret, &Filter::default(), Use::Peek).await.map_err(could_not_tell)?;
        if verdict.token().is_some_and(|token| !belongs(id, token)) {
            app.counts.verdict(&Verdict::<()>::Unknown);
            line::caller(&Verdict::Unknown);
            return Err(Problem::invalid_token());
        }
    }
    let verdict = app.verify(secret, wanted, usage).await.map_err(could_not_tell)?;
    app.counts.verdict(&verdict);
    line::caller(&verdict);
    match verdict {
        Verdict::Valid(token) => Ok(token),
        Verdict::Lacks(_, Lack::Scopes(_)) => Err(Problem::insufficient(&wanted.scopes)),
        Verdict::Lacks(..) => Err(Problem::insufficient(&[])),
        Verdict::Malformed | Verdict::Unknown | Verdict::Revoked(..) | Verdict::Expired(..) | Verdict::UsedUp(_) => {
            Err(Problem::invalid_token())
        }
    }
}

/// Whether this is the public half of a token: its id, or what a service that it was imported from knew it by.
fn belongs(id: &str, token: &Token) -> bool {
    match Id::parse(id) {
        // Whatever a label says: an id is of one token.
        Ok(_) => token.id.as_str() == id,
        Err(_) => token.labels.get(PUBLIC_HALF).is_some_and(|half| half == id),
    }
}

/// Whatever it was, it is no verdict.
fn could_not_tell(no_answer: super::clerk::NoAnswer) -> Problem {
    tracing::error!(id = line::id(), error = %no_answer, "could not tell whether a token is valid");
    Problem::unavailable()
}

/// Who it is, for the service behind the proxy. Most requests are answered with this, so all of it is one piece of memory.
fn passed(token: &Token) -> Response<Body> {
    let mut text = String::with_capacity(256);
    let mut end = |words: &mut dyn Iterator<Item = &str>| {
        text.extend(words);
        text.len()
    };
    let between = std::iter::once("").chain(std::iter::repeat(" "));
    let scopes = token.scopes.as_slice().iter().zip(between).flat_map(|(grant, between)| [between, grant.as_str()]);
    let ends = [
        (ID, end(&mut std::iter::once(token.id.as_str()))),
        (NAME, end(&mut utf8_percent_encode(token.name.as_str(), IN_A_NAME))),
        (TYPE, end(&mut std::iter::once(token.kind.word()))),
        (OWNER, end(&mut utf8_percent_encode(&token.owner, IN_AN_OWNER))),
        (SCOPES, end(&mut { scopes })),
    ];
    let text = Bytes::from(text);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.reserve(ends.len() + 1);
    let mut begin = 0;
    for (name, end) in ends {
        // All of them are made of what a header can hold.
        if let Ok(value) = HeaderValue::from_maybe_shared(text.slice(begin..end)) {
            headers.insert(name, value);
        }
        begin = end;
    }
    response
}
