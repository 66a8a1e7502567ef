//! What services ask in the words of OAuth 2.0: token introspection (RFC 7662), token revocation (RFC 7009), and where
//! both are found (RFC 8414). Tokens are not granted by OAuth here: there is no other endpoint.

mod client;
mod issuer;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;

use self::client::Asked;
pub use self::issuer::Issuer;
use self::refusal::Refusal;
use super::app::App;
use super::clerk::NoAnswer;
use super::credentials::Place;
use super::held::Held;
use super::json;
use super::line;
use super::problem::Problem;
use crate::token::query::Filter;
use crate::token::scope::{OWN, Scope};
use crate::token::secret::Secret;
use crate::token::verdict::Verdict;
use crate::vault::{self, Use};
use crate::wire::oauth::{IntrospectionJson, MetadataJson};

const INTROSPECTION: &str = "/introspect";
const REVOCATION: &str = "/revoke";
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What is refused before anything is read of it.
pub(super) fn refused(problem: Problem) -> Response {
    Refusal::from(problem).into_response()
}

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(INTROSPECTION, post(introspect))
        .route(REVOCATION, post(revoke))
        .route(METADATA, get(metadata))
        .route(&format!("{METADATA}/{{*path}}"), get(metadata_by_path))
}

/// RFC 7662, section 2. It spends no use of the token it tells of.
async fn introspect(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let asked = Asked::read(&app, &uri, &headers, &body)?;
    asked.client.authenticated(&app, having("jeton.introspect"), Use::Counted).await?;
    let token = match &asked.token {
        Some(secret) => active(&app, secret).await?,
        None => {
            line::token(&Verdict::Malformed);
            None
        }
    };
    let answer = match &token {
        Some((token, ends)) => IntrospectionJson::active(token, *ends, app.issuer()),
        None => IntrospectionJson::inactive(),
    };
    Ok(json(StatusCode::OK, &answer))
}

/// The token of a secret that is good now, and when the secret ends.
async fn active(app: &App, secret: &Secret) -> Result<Option<(Held, Option<jiff::Timestamp>)>, NoAnswer> {
    let verdict = app.verify(secret, &Filter::default(), Use::Peek).await?;
    app.counts.verdict(&verdict);
    line::token(&verdict);
    let Verdict::Valid(token) = verdict else { return Ok(None) };
    // One that a rotation has replaced ends before its token, and only the vault knows which one this is.
    let mut ends = token.expires_at;
    if token.secrets.iter().any(|secret| secret.retires_at.is_some()) {
        let digest = vault::digest(secret);
        ends = app.looks.ask(move |vault, _| vault.end_of(&digest)).await?;
    }
    Ok(Some((token, ends)))
}

/// RFC 7009, section 2. A secret may revoke itself; an unknown one is as good as revoked.
async fn revoke(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let asked = Asked::read(&app, &uri, &headers, &body)?;
    let (wanted, usage) = match asked.is_about_itself() {
        true => (Filter::default(), Use::Peek),
        false => (having("jeton.revoke"), Use::Counted),
    };
    let caller = asked.client.authenticated(&app, wanted, usage).await?;
    if let Some(secret) = asked.token {
        let standing = caller.standing(&app);
        let revoked = app.changes.change(move |vault, _| match vault.revoke_secret(&secret, &standing.moment()) {
            Ok(_) | Err(vault::Error::UnknownSecret) => Ok(()),
            Err(error) => Err(error),
        });
        revoked.await?;
    }
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

/// RFC 8414, section 3.
async fn metadata(State(app): State<Arc<App>>) -> Response {
    let issuer = app.issuer();
    let bearer = app.places.contains(&Place::Bearer);
    json(StatusCode::OK, &MetadataJson::new(issuer, INTROSPECTION, REVOCATION, bearer, &OWN))
}

/// Where the issuer has a path, it stands behind the well-known one (section 3.1).
async fn metadata_by_path(State(app): State<Arc<App>>, path: Result<Path<String>, PathRejection>) -> Response {
    match path {
        Ok(Path(path)) if issuer::path(app.issuer()).strip_prefix('/') == Some(&path) => metadata(State(app)).await,
        _ => Problem::bare(StatusCode::NOT_FOUND).into_response(),
    }
}

fn having(scope: &str) -> Filter {
    Filter { scopes: Scope::parse(scope).into_iter().collect(), ..Filter::default() }
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    json::answer(status, json::bytes(value))
}
