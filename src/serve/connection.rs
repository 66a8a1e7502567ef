//! What is read from one connection, and how long it may take (RFC 9112).

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use super::app::App;
use super::routes;

/// The longest head of a request, in bytes.
const MOST_HEAD: usize = 16 << 10;
/// How long a head may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn serve(
    app: Arc<App>,
    router: Router,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    mut ending: watch::Receiver<bool>,
) {
    let answer = service_fn(|request| {
        let (app, router) = (&app, &router);
        async move { Ok::<_, Infallible>(routes::answer(app, router, request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(MOST_HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answer));
    // A client that has gone is no event.
    tokio::select! {
        closed = connection.as_mut() => drop(closed),
        () = asked_to_end(&mut ending) => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

async fn asked_to_end(ending: &mut watch::Receiver<bool>) {
    // Where nobody is left to ask, it has ended too.
    drop(ending.wait_for(|ending| *ending).await);
}
