//! What is read from one connection, and how long it may take (RFC 9112).

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
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
    http.timer(OneSleep::default()).header_read_timeout(PATIENCE).max_buf_size(MOST_HEAD);
    let mut connection = http.serve_connection(TokioIo::new(Box::pin(stream)), answer);
    // A client that has gone is no event.
    let closed = tokio::select! {
        biased;
        closed = &mut connection => closed,
        () = asked_to_end(&mut ending) => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
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

/// The clock of one connection. A sleep that is put off costs less than a new one for each head.
#[derive(Clone, Default)]
struct OneSleep(Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>);

/// Gives its sleep back at the end.
struct Lent {
    of: OneSleep,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl OneSleep {
    fn slot(&self) -> MutexGuard<'_, Option<Pin<Box<tokio::time::Sleep>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for OneSleep {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let kept = self.slot().take();
        let sleep = match kept {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline.into());
                sleep
            }
            None => Box::pin(tokio::time::sleep_until(deadline.into())),
        };
        Box::pin(Lent { of: self.clone(), sleep: Some(sleep) })
    }
}

impl Future for Lent {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Ready(()), |sleep| sleep.as_mut().poll(context))
    }
}

impl Sleep for Lent {}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.of.slot() = self.sleep.take();
    }
}

async fn asked_to_end(ending: &mut watch::Receiver<bool>) {
    // Where nobody is left to ask, it has ended too.
    drop(ending.wait_for(|ending| *ending).await);
}
