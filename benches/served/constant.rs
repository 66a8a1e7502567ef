//! What jeton is compared with: an axum server that answers everybody the same and looks at nothing. It runs as a child
//! of this benchmark, so that it is a process of its own as jeton is.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

/// As axum serves by itself; `limited` has the limits on a request's head that jeton has too.
pub fn run(limited: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        eprintln!("listening on http://{}", listener.local_addr().expect("its address"));
        // nginx keeps no connection on which its question was answered with a body.
        let router = Router::new().route("/verify", get(|| async { "ok" })).route("/empty", get(|| async {}));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("an option of sockets");
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(async move {
                let mut http = http1::Builder::new();
                if limited {
                    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(16 << 10);
                }
                // A client that has gone is no event.
                drop(http.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
}
