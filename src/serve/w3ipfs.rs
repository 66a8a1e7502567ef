//! The endpoints by which clients of W3IPFS manage their API keys: an admin token issues, lists and deletes them, and any
//! key can be tried. The secret of a key is in the answer that makes it, and nowhere else.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http_body_util::channel::{Channel, Sender};
use serde::Serialize;

use super::app::App;
use super::caller::{Caller, by, explained};
use super::clerk::NoAnswer;
use super::json;
use super::problem::Problem;
use super::tokens::issue;
use crate::token::order::{Cursor, Order};
use crate::token::query::{Filter, Query};
use crate::token::record::Type;
use crate::token::secret::Id;
use crate::wire::body::Asked;
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

async fn create(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let admin = admin(&app, &headers).await?;
    let text = json::read(&headers, &body)?;
    // As the page writes it: with or without quotes around its keys.
    let Asked::One(wish) = Asked::parse(&text)? else {
        return Err(Problem::bad_request("one key is made at a time"));
    };
    let issued = issue(&app, admin.owner.clone(), wish, admin.standing(&app)).await?;
    Ok(answer(&SuccessJson::with_key(&issued.token, issued.secret.expose())))
}

/// All keys that work; a session is none. They are sent as they are found: there may be more than fit in memory.
async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    admin(&app, &headers).await?;
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
        let keys = page.tokens.iter().map(|token| serde_json::to_vec(&KeyJson::new(token, &tree)).unwrap_or_default());
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
    let end = format!(r#"],"total":{total}}},"status":"success"}}"#) + "\n";
    drop(sender.send_data(end.into()).await);
}

/// Deletes a key by its id, whatever its status.
async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let admin = admin(&app, &headers).await?;
    // Not by its name: that may be anything, another key's id as this service writes them too.
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "there is no API key with this id");
    let id = id.ok().and_then(|Path(id)| Id::parse(&id).ok()).ok_or_else(unknown)?;
    let standing = admin.standing(&app);
    let removed = app.changes.ask(move |vault, _| {
        let Some(token) = vault.find(id.as_str())?.filter(|token| token.id == id) else { return Ok(false) };
        vault.remove(std::slice::from_ref(&token), None, &standing.moment())?;
        // Before the answer says so. What a reader holds up is wiped by the next change.
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
    by(&app, &headers, Filter::default()).await.map_err(|problem| explained(problem, String::new))?;
    Ok(answer(&SuccessJson::saying("the API key is good")))
}

async fn admin(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let admins = Filter { types: vec![Type::Admin], ..Filter::default() };
    by(app, headers, admins).await.map_err(|problem| explained(problem, || "an admin token".into()))
}

fn answer(value: &impl Serialize) -> Response {
    json::answer(StatusCode::OK, json::bytes(value))
}
