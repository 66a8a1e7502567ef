//! Which path leads where. A verification is answered before any route is looked up (in `exchange`): proxies ask for
//! nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::app::App;
use super::problem::Problem;
use super::{line, oauth, openapi, operate, tokens, w3ipfs};

pub(super) fn router(app: Arc<App>) -> Router {
    all().fallback(nothing).layer(from_fn(name_route)).with_state(app)
}

pub(super) fn all() -> Router<Arc<App>> {
    Router::new()
        .route("/openapi.json", get(openapi::answer))
        .merge(operate::routes())
        .merge(oauth::routes())
        .merge(w3ipfs::routes())
        .merge(tokens::routes())
}

async fn nothing(uri: Uri) -> Problem {
    let slash = if uri.path().ends_with('/') { " with a slash at its end" } else { "" };
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing under this path{slash}; see /openapi.json"))
}

/// Which methods a path takes is only known behind the routes.
pub(super) fn with_methods(response: Response) -> Response {
    let allowed = response.headers().get(header::ALLOW).filter(|_| response.status() == StatusCode::METHOD_NOT_ALLOWED);
    let Some((allowed, methods)) = allowed.and_then(|allowed| Some((allowed, allowed.to_str().ok()?))) else {
        return response;
    };
    let detail = format!("this path takes {}", methods.replace(',', ", "));
    let mut named = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response();
    named.headers_mut().insert(header::ALLOW, allowed.clone());
    named
}

/// For the log: the route, and not the path, in which anything may stand.
async fn name_route(request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        line::route(route.as_str());
    }
    next.run(request).await
}
