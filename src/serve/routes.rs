//! Which path leads where. A verification is answered before any route is looked up: proxies ask for nothing else.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use tower::ServiceExt;

use super::app::App;
use super::problem::Problem;
use super::{oauth, tokens, verify, w3ipfs};

pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { StatusCode::NO_CONTENT }))
        .merge(oauth::routes())
        .merge(w3ipfs::routes())
        .merge(tokens::routes())
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is nothing under this path") })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this path does not take this method; see Allow for those it does",
            )
        })
        .with_state(app)
}

pub(super) async fn answer(app: &Arc<App>, router: &Router, request: Request<hyper::body::Incoming>) -> Response<Body> {
    if request.uri().path() == verify::PATH {
        return verify::answer(app, request.uri().query(), request.headers()).await;
    }
    let answered = router.clone().oneshot(request.map(Body::new)).await;
    answered.into_response()
}
