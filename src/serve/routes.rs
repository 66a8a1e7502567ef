//! Which path leads where. A verification is answered before any route is looked up (in `exchange`): proxies ask for
//! nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;

use super::app::App;
use super::problem::Problem;
use super::{line, oauth, openapi, operate, tokens, w3ipfs};

pub(super) fn router(app: Arc<App>) -> Router {
    all()
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is nothing under this path") })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this path does not take this method; see Allow for those it does",
            )
        })
        .layer(from_fn(name_route))
        .with_state(app)
}

pub(super) fn all() -> Router<Arc<App>> {
    Router::new()
        .route("/openapi.json", get(openapi::answer))
        .merge(operate::routes())
        .merge(oauth::routes())
        .merge(w3ipfs::routes())
        .merge(tokens::routes())
}

/// For the log: the route, and not the path, in which anything may stand.
async fn name_route(request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        line::route(route.as_str());
    }
    next.run(request).await
}
