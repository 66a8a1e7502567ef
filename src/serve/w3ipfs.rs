//! The endpoints by which clients of W3IPFS manage their API keys: an admin token issues, lists and deletes them, and any
//! key can be tried. The secret of a key is in the answer that makes it, and nowhere else.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http_body_util::channel::{Channel, Sender};
use rand::CryptoRng;
use serde::Serialize;

use super::app::App;
use super::caller::by;
use super::clerk::NoAnswer;
use super::problem::Problem;
use crate::token::order::{Cursor, Order};
use crate::token::query::{Filter, Query};
use crate::token::record::Type;
use crate::token::request::Request;
use crate::token::secret::Id;
use crate::vault::{self, Issued, Moment, Vault};
use crate::wire::body::{Asked, Body as Wish};
use crate::wire::node::Bad;
use crate::wire::w3ipfs::{KeyJson, SuccessJson, Tree};

/// So many keys are looked up in one go.
const PAGE: usize = 1000;

/// With and without a slash at the end, and without `/api`: the service's own page writes its addresses in all these ways.
pub(super) fn routes() -> Router<Arc<App>> {
    let mut routes = Router::new();
    for keys in ["/api/apiKeys", "/apiKeys"] {
        for end in ["", "/"] {
            routes = routes
                .route(&format!("{keys}{end}"), post(create))
                .route(&format!("{keys}/list{end}"), get(list))
                .route(&format!("{keys}/testAuthentication{end}"), get(test))
                .route(&format!("{keys}/{{id}}{end}"), delete(remove));
        }
    }
    routes
}

async fn create(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let admin = by(&app, &headers, admins()).await?;
    let wish = wish(&headers, body)?;
    let (owner, moment) = (admin.owner.clone(), app.moment(&admin));
    let issued = app.changes.ask(move |vault, rng| {
        let catalogue = vault.policy()?.scopes;
        match wish.request(&owner, &catalogue) {
            Ok(request) => issue(vault, request, &moment, rng).map(Ok),
            Err(bad) => Ok(Err(bad)),
        }
    });
    let issued = issued.await?.map_err(wrong)?;
    Ok(answer(&SuccessJson::with_key(&issued.token, issued.secret.expose())))
}

fn issue(
    vault: &mut Vault,
    request: Request,
    moment: &Moment,
    rng: &mut dyn CryptoRng,
) -> Result<Issued, vault::Error> {
    Vault::must_be_possible(&request, moment.now)?;
    let prepared = vault.prepare(request, moment, rng)?;
    vault.keep(prepared, moment)
}

/// What is asked for: one key in JSON, as the page writes it.
fn wish(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Wish, Problem> {
    let body = body.map_err(|rejection| Problem::new(rejection.status(), "the body cannot be read"))?;
    if !is_json(headers) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be JSON (application/json)"));
    }
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_request("the body is not UTF-8"))?;
    match Asked::parse(text).map_err(wrong)? {
        Asked::One(wish) => Ok(wish),
        Asked::All(_) => Err(Problem::bad_request("one key is made at a time")),
    }
}

/// A body without a type is taken for what it must be.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn wrong(bad: Bad) -> Problem {
    Problem::bad_request(bad.to_string())
}

/// All keys that work; a session is none. They are sent as they are found: there may be more than fit in memory.
async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    by(&app, &headers, admins()).await?;
    let keys = Filter { types: vec![Type::Client, Type::Admin], ..Filter::default() };
    let query = Arc::new(Query { filter: keys, ..Query::working(app.now()) });
    // Looked up before anything is sent, so that what goes wrong can still be told.
    let first = page(&app, &query, None).await?;
    let (sender, body) = Channel::new(1);
    tokio::spawn(send(app, query, first, sender));
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::new(body)).into_response())
}

/// Some keys in JSON with commas between them, how many, and where it goes on.
struct Keys {
    json: Vec<u8>,
    count: usize,
    next: Option<Cursor>,
}

async fn page(app: &App, query: &Arc<Query>, after: Option<Cursor>) -> Result<Keys, NoAnswer> {
    let query = Arc::clone(query);
    let keys = app.looks.ask(move |vault, _| {
        let tree = Tree::new(&vault.policy()?.scopes);
        let page = vault.page(&query, &Order::default(), after.as_ref(), PAGE)?;
        let keys = page.tokens.iter().map(|token| json(&KeyJson::new(token, &tree)));
        Ok(Keys { json: keys.collect::<Vec<_>>().join(&b','), count: page.tokens.len(), next: page.next })
    });
    keys.await
}

/// Sends the list from its first page on. Who has gone ends it; what goes wrong breaks it off, and nobody takes it for
/// whole.
async fn send(app: Arc<App>, query: Arc<Query>, first: Keys, mut sender: Sender<Bytes, NoAnswer>) {
    let (mut total, mut keys) = (0, first);
    let mut text = br#"{"data":{"api_keys":["#.to_vec();
    loop {
        text.append(&mut keys.json);
        total += keys.count;
        let next = keys.next.take();
        text.extend(next.as_ref().map(|_| b','));
        if sender.send_data(std::mem::take(&mut text).into()).await.is_err() {
            return;
        }
        keys = match next {
            None => break,
            after => match page(&app, &query, after).await {
                Ok(keys) => keys,
                Err(error) => return sender.abort(error),
            },
        };
    }
    let end = format!(r#"],"total":{total}}},"status":"success"}}"#);
    drop(sender.send_data(end.into()).await);
}

/// Deletes a key by its id, whatever its status.
async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let admin = by(&app, &headers, admins()).await?;
    // Not by its name: that may be anything, another key's id as this service writes them too.
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "there is no API key with this id");
    let id = id.ok().and_then(|Path(id)| Id::parse(&id).ok()).ok_or_else(unknown)?;
    let moment = app.moment(&admin);
    let removed = app.changes.ask(move |vault, _| {
        let Some(token) = vault.find(id.as_str())?.filter(|token| token.id == id) else { return Ok(false) };
        vault.remove(std::slice::from_ref(&token), None, &moment)?;
        // What a reader holds up is wiped by the next deletion.
        let _pending = vault.wipe();
        Ok(true)
    });
    match removed.await? {
        true => Ok(answer(&SuccessJson::saying("the API key is deleted"))),
        false => Err(unknown()),
    }
}

/// Whether a key is good. Any is, for this.
async fn test(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    by(&app, &headers, Filter::default()).await?;
    Ok(answer(&SuccessJson::saying("the API key is good")))
}

fn admins() -> Filter {
    Filter { types: vec![Type::Admin], ..Filter::default() }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn answer(value: &impl Serialize) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], json(value)).into_response()
}
