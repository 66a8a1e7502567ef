//! For who looks after the server: whether it lives, whether it can answer, what it has done (in `metrics`). None of it
//! needs a token, and none of it tells of one; what is not for everybody, a proxy does not pass on.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::app::App;
use super::metrics;
use super::problem::Problem;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::answer))
}

/// The vault can be read, and written unless it is read-only, and whoever works on it does.
async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    let (looks, counter, changes) = tokio::join!(
        app.looks.ask(|vault, _| vault.can_be_read()),
        app.counter.ask(|vault, _| vault.can_be_read()),
        app.changes.ask(|vault, _| vault.can_be_used()),
    );
    for answer in [looks, counter, changes] {
        if let Err(error) = answer {
            tracing::warn!(%error, "not ready");
            return Err(Problem::unavailable());
        }
    }
    Ok("ready\n")
}
