//! Tokens, for who manages them: `/api/tokens` and all under it. What a caller may do beyond its scopes, and where its
//! own token bounds it, the vault decides.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use rand::CryptoRng;

use super::app::App;
use super::caller::Standing;
use super::caller::manager;
use super::problem::Problem;
use super::{history, json, list, query};
use crate::token::record::Token;
use crate::vault::{self, Authority, Issued, Moment, Rotated, Vault};
use crate::wire::node::Bad;
use crate::wire::{body, patch};

const ALL: &str = "/api/tokens";

type Answer = Result<Response<Body>, Problem>;
type Wanted = Result<Path<String>, PathRejection>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(ALL, get(list::answer).post(create))
        .route("/api/tokens/{token}", get(show).patch(edit).delete(delete))
        .route("/api/tokens/{token}/rotate", post(rotate))
        .route("/api/tokens/{token}/revoke", post(revoke))
        .route("/api/tokens/{token}/restore", post(restore))
        .route("/api/log", get(history::answer))
}

async fn create(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes) -> Answer {
    let by = manager(&app, &headers, &["jeton.create"]).await?;
    query::none(query.as_deref())?;
    let text = json::read(&headers, &body)?;
    let issued = issue(&app, by.owner.clone(), body::Body::parse(&text)?, by.standing(&app)).await?;
    let mut response = json::issued(StatusCode::CREATED, &issued, app.now());
    if let Ok(place) = HeaderValue::try_from(format!("{ALL}/{}", issued.token.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Makes what is asked for. `owner` is whose it is where nothing is said.
pub(super) async fn issue(app: &App, owner: String, asked: body::Body, standing: Standing) -> Result<Issued, Problem> {
    let unsaid = standing.undoing();
    let work = move |vault: &mut Vault, rng: &mut dyn CryptoRng| {
        let moment = standing.moment();
        let request = match asked.request(&owner, &vault.policy()?.scopes) {
            Ok(request) => request,
            Err(bad) => return Ok(Err(bad)),
        };
        Vault::must_be_possible(&request, moment.now)?;
        let prepared = vault.prepare(request, &moment, rng)?;
        vault.keep(prepared, &moment).map(Ok)
    };
    let undo = move |vault: &mut Vault, made: Result<Issued, Bad>| match made {
        Ok(issued) => vault.remove(&[issued.token], None, &unsaid.moment()).map(drop),
        Err(_) => Ok(()),
    };
    Ok(app.changes.deliver(work, undo).await??)
}

async fn show(State(app): State<Arc<App>>, wanted: Wanted, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.read"], wanted, query).await?;
    let token = app.looks.ask(move |vault, _| seen(vault, &wanted, &standing.moment())).await?;
    Ok(json::token(&token, app.now()))
}

async fn edit(
    State(app): State<Arc<App>>,
    wanted: Wanted,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.edit"], wanted, query).await?;
    let edit = patch::edit(&json::read(&headers, &body)?)?;
    change(&app, wanted, standing, move |vault, token, moment| Ok(vault.edit(&token, &edit, moment)?.1)).await
}

async fn revoke(State(app): State<Arc<App>>, wanted: Wanted, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.revoke"], wanted, query).await?;
    let work = |vault: &mut Vault, token: Token, moment: &Moment| {
        let revoked = vault.revoke(std::slice::from_ref(&token), None, moment)?;
        Ok(revoked.into_iter().next().unwrap_or(token))
    };
    change(&app, wanted, standing, work).await
}

async fn restore(State(app): State<Arc<App>>, wanted: Wanted, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.revoke"], wanted, query).await?;
    let work = |vault: &mut Vault, token: Token, moment: &Moment| {
        let restored = vault.restore(std::slice::from_ref(&token), moment)?;
        Ok(restored.into_iter().next().unwrap_or(token))
    };
    change(&app, wanted, standing, work).await
}

async fn delete(State(app): State<Arc<App>>, wanted: Wanted, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.delete"], wanted, query).await?;
    let removed = app.changes.change(move |vault, _| {
        let moment = standing.moment();
        let token = seen(vault, &wanted, &moment)?;
        vault.remove(&[token], None, &moment)
    });
    removed.await?;
    Ok(json::no_content())
}

async fn rotate(
    State(app): State<Arc<App>>,
    wanted: Wanted,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let (wanted, standing) = asked(&app, &headers, &["jeton.create", "jeton.edit"], wanted, query).await?;
    let text = json::read(&headers, &body)?;
    let grace = if text.trim().is_empty() { None } else { patch::grace(&text)? };
    let unsaid = standing.undoing();
    let work = move |vault: &mut Vault, rng: &mut dyn CryptoRng| {
        let moment = standing.moment();
        let token = seen(vault, &wanted, &moment)?;
        let rotation = vault.prepare_rotation(&token, &moment, rng)?;
        vault.rotate(rotation, grace, &moment)
    };
    let undo = move |vault: &mut Vault, rotated: Rotated| vault.undo_rotation(&rotated, &unsaid.moment());
    let rotated = app.changes.deliver(work, undo).await?;
    Ok(json::issued(StatusCode::OK, &rotated.issued, app.now()))
}

/// Who asks, for which token and when.
async fn asked(
    app: &App,
    headers: &HeaderMap,
    scopes: &[&str],
    wanted: Wanted,
    query: Option<String>,
) -> Result<(String, Standing), Problem> {
    let by = manager(app, headers, scopes).await?;
    query::none(query.as_deref())?;
    let Path(wanted) = wanted.map_err(|_| Problem::bad_request("the path is not UTF-8"))?;
    query::without_secrets(&wanted)?;
    Ok((wanted, by.standing(app)))
}

fn seen(vault: &mut Vault, wanted: &str, moment: &Moment) -> Result<Token, vault::Error> {
    vault.seen(wanted, moment.by.as_ref().unwrap_or(&Authority::Admin))
}

/// Changes a token, and tells it as it is after.
async fn change(
    app: &App,
    wanted: String,
    standing: Standing,
    work: impl FnOnce(&mut Vault, Token, &Moment) -> Result<Token, vault::Error> + Send + 'static,
) -> Answer {
    let changed = app.changes.change(move |vault, _| {
        let moment = standing.moment();
        let token = seen(vault, &wanted, &moment)?;
        work(vault, token, &moment)
    });
    Ok(json::token(&changed.await?, app.now()))
}
