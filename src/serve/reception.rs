//! Lets clients in, as many as there is room for, and sees them out at the end.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_default;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::connection;
use super::exchange::{Front, PATIENCE};
use super::listen::{Listener, Stream};
use super::notify;
use super::runners::{DESCRIPTORS_EACH, Runners};
use super::tls::Tls;
use crate::error::Error;

/// How often last uses are written.
const NOTED_EVERY: Duration = Duration::from_millis(500);
/// How long requests that have begun may take when all of it ends.
const DRAIN: Duration = Duration::from_secs(10);
/// Descriptors that are no connections: the vault and its log on each thread, sockets, what the runtime needs.
const OWN_DESCRIPTORS: u64 = 24;
/// How long nobody is let in when that could not be done: most likely there are no descriptors left.
const BREATHER: Duration = Duration::from_millis(200);
/// How often the log hears of that.
const TOLD_EVERY: Duration = Duration::from_secs(10);

pub(super) async fn serve(
    front: Arc<Front>,
    listeners: Vec<Listener>,
    tls: Option<Arc<Tls>>,
    connections: u32,
    notify: Option<&OsStr>,
) -> Result<(), Error> {
    let mut end = signal(SignalKind::terminate()).map_err(Error::Server)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Server)?;
    // The end of the terminal that it was started in.
    let mut hangup = signal(SignalKind::hangup()).map_err(Error::Server)?;
    let runners = Arc::new(Runners::begin().map_err(Error::Server)?);
    let slots = Arc::new(Semaphore::new(room(connections, runners.count())));
    let (ending, ended) = watch::channel(false);
    let mut doors = JoinSet::new();
    for listener in &listeners {
        let name = listener.name(tls.is_some());
        tracing::info!("listening on {name}");
        if name.starts_with("http") {
            front.app.is_known_by(name);
        }
    }
    for listener in listeners {
        let (front, slots, runners) = (Arc::clone(&front), Arc::clone(&slots), Arc::clone(&runners));
        let door = Door { front, tls: tls.clone(), slots, ending: ended.clone(), runners };
        doors.spawn(door.attend(listener));
    }
    drop(ended);
    notify::tell(notify, "READY=1\n");
    let mut tick = tokio::time::interval(NOTED_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => {
                front.app.write_noted();
                if let Some(tls) = &tls {
                    tls.look_again();
                }
            }
            _ = end.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => break,
        }
    }
    tracing::info!("ending");
    notify::tell(notify, "STOPPING=1\n");
    // Whoever asks once more does not want to wait.
    for signal in [SIGTERM, SIGINT] {
        register_conditional_default(signal, Arc::new(AtomicBool::new(true))).map_err(Error::Server)?;
    }
    front.ending.store(true, Ordering::SeqCst);
    // Nobody listens to this any more if no connection is open.
    let _ = ending.send(true);
    while doors.join_next().await.is_some() {}
    let end = Instant::now() + DRAIN;
    loop {
        tokio::select! {
            () = ending.closed() => return Ok(()),
            _ = tick.tick() => front.app.write_noted(),
            () = tokio::time::sleep_until(end) => {
                tracing::warn!("connections were closed in the middle of a request");
                return Ok(());
            }
        }
    }
}

/// Where clients come in.
#[derive(Clone)]
struct Door {
    front: Arc<Front>,
    tls: Option<Arc<Tls>>,
    slots: Arc<Semaphore>,
    ending: watch::Receiver<bool>,
    runners: Arc<Runners>,
}

impl Door {
    async fn attend(mut self, listener: Listener) {
        let door = self.clone();
        tokio::select! {
            () = door.let_in(listener) => {}
            // Where nobody is left to ask, it has ended too.
            _ = self.ending.wait_for(|ending| *ending) => {}
        }
    }

    /// Whoever finds no room waits, and all others behind it in the system's queue, until somebody has gone.
    async fn let_in(self, listener: Listener) {
        let mut told = None;
        loop {
            match listener.accept().await {
                Ok(stream) => {
                    // They are never closed.
                    let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else { return };
                    let (door, connected) = (self.clone(), self.front.app.counts.connected());
                    self.runners.serve(stream, async move |stream| {
                        door.serve(stream).await;
                        drop((slot, connected));
                    });
                }
                // It has gone before it was let in.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
                Err(error) => {
                    if told.is_none_or(|told: Instant| told.elapsed() >= TOLD_EVERY) {
                        told = Some(Instant::now());
                        tracing::warn!(%error, "a connection could not be accepted");
                    }
                    tokio::time::sleep(BREATHER).await;
                }
            }
        }
    }

    async fn serve(self, stream: Stream) {
        match (stream, self.tls) {
            (Stream::Unix(stream), _) => connection::serve(self.front, stream, None, self.ending).await,
            (Stream::Tcp(stream, peer), None) => connection::serve(self.front, stream, Some(peer), self.ending).await,
            (Stream::Tcp(stream, peer), Some(tls)) => match timeout(PATIENCE, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => connection::serve(self.front, stream, Some(peer), self.ending).await,
                Ok(Err(error)) => tracing::debug!(client = %peer, %error, "no agreement on TLS"),
                Err(_) => tracing::debug!(client = %peer, "no agreement on TLS in time"),
            },
        }
    }
}

/// For how many connections there is room: each takes a descriptor, and the server has some of its own.
fn room(connections: u32, runners: u64) -> usize {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Where that is not allowed, those that there are must do.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    let allowed = getrlimit(Resource::RLIMIT_NOFILE).map_or(u64::MAX, |(allowed, _)| allowed);
    let own = OWN_DESCRIPTORS + DESCRIPTORS_EACH * runners;
    let room = u64::from(connections).min(allowed.saturating_sub(own).max(1));
    if room < u64::from(connections) {
        tracing::warn!("there are descriptors for {room} connections only (see `ulimit -n`)");
    }
    usize::try_from(room).unwrap_or(usize::MAX)
}
