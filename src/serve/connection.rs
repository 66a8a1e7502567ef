//! What is read from one connection, and how long it may take (RFC 9112).

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutWriter;

use super::exchange::{Front, PATIENCE};

/// The longest head of a request, in bytes.
const MOST_HEAD: usize = 16 << 10;
/// How long, and for how many bytes, a client that is still sending is listened to after its last answer.
const FAREWELL: Duration = Duration::from_secs(1);
const MOST_FAREWELL: usize = 8 << 20;

pub(super) async fn serve(
    front: Arc<Front>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Option<IpAddr>,
    mut ending: watch::Receiver<bool>,
) {
    let had_body = AtomicBool::new(false);
    let answer = service_fn(|request| {
        let (front, had_body) = (&front, &had_body);
        async move { Ok::<_, Infallible>(front.answer(peer, request, had_body).await) }
    });
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(PATIENCE));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(MOST_HEAD);
    let mut connection = http.serve_connection(TokioIo::new(Box::pin(stream)), answer);
    // A client that has gone is no event.
    let closed = tokio::select! {
        closed = &mut connection => Some(closed),
        () = asked_to_end(&mut ending) => None,
    };
    let Some(closed) = closed else {
        Pin::new(&mut connection).graceful_shutdown();
        drop(connection.await);
        return;
    };
    if had_body.load(Ordering::Relaxed) || closed.is_err_and(|error| error.is_parse()) {
        let stream = connection.into_parts().io.into_inner();
        // However that ends, it is the end.
        let _ = timeout(FAREWELL, see_off(stream)).await;
    }
}

/// Who is still sending would lose the answer if the connection was closed at once (RFC 9112, section 9.6).
async fn see_off(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    stream.shutdown().await?;
    let mut heard = vec![0; 16 << 10];
    for _ in 0..MOST_FAREWELL / heard.len() {
        if stream.read(&mut heard).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn asked_to_end(ending: &mut watch::Receiver<bool>) {
    // Where nobody is left to ask, it has ended too.
    drop(ending.wait_for(|ending| *ending).await);
}
