//! Where requests come in, and how all of it ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::app::App;
use super::{connection, routes};
use crate::error::Error;

/// What is listened on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Tcp(SocketAddr),
}

/// How often last uses are written.
const NOTED_EVERY: Duration = Duration::from_millis(500);

pub(super) async fn serve(app: Arc<App>, address: &Address) -> Result<(), Error> {
    let Address::Tcp(address) = address;
    let listener = TcpListener::bind(address).await.map_err(Error::Server)?;
    let bound = listener.local_addr().map_err(Error::Server)?;
    let mut end = signal(SignalKind::terminate()).map_err(Error::Server)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Server)?;
    let router = routes::router(Arc::clone(&app));
    let (ending, ended) = watch::channel(false);
    let mut tick = tokio::time::interval(NOTED_EVERY);
    app.is_known_by(format!("http://{bound}"));
    tracing::info!("listening on http://{bound}");
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Without it small answers may wait; where it cannot be set they do.
                    drop(stream.set_nodelay(true));
                    tokio::spawn(connection::serve(Arc::clone(&app), router.clone(), stream, ended.clone()));
                }
                Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
            },
            _ = tick.tick() => app.write_noted(),
            _ = end.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    tracing::info!("ending");
    drop(listener);
    drop(ended);
    // Nobody listens any more if no connection is open.
    let _ = ending.send(true);
    ending.closed().await;
    app.write_noted();
    Ok(())
}
