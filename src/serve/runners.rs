//! The threads on which clients are served, one for each core and each with a runtime of its own: whatever belongs to a
//! connection stays on one core, and no lock is taken to share it.

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::listen::Stream;

/// What a runtime takes of the system's descriptors.
pub(super) const DESCRIPTORS_EACH: u64 = 4;

pub(super) struct Runners(Vec<Runner>);

struct Runner {
    runtime: Handle,
    /// Each client that is there holds one.
    clients: Arc<()>,
    /// Dropped to end it.
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Runners {
    /// # Errors
    /// What the operating system has too few of.
    pub fn begin() -> io::Result<Runners> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Runners((0..cores).map(|_| Runner::begin()).collect::<Result<_, _>>()?))
    }

    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Serves a client where the fewest are.
    pub fn serve<W>(&self, stream: Stream, work: impl FnOnce(Stream) -> W + Send + 'static)
    where
        W: Future<Output = ()> + Send,
    {
        let Some(runner) = self.0.iter().min_by_key(|runner| Arc::strong_count(&runner.clients)) else { return };
        let client = Arc::clone(&runner.clients);
        runner.runtime.spawn(async move {
            match stream.moved_here() {
                Ok(stream) => work(stream).await,
                Err(error) => tracing::warn!(%error, "a connection could not be served"),
            }
            drop(client);
        });
    }
}

impl Runner {
    fn begin() -> io::Result<Runner> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        // Nobody sends: it comes to an end when the other half is dropped, and with it all that still runs.
        let run = move || drop(runtime.block_on(ended));
        let thread = thread::Builder::new().name("clients".into()).spawn(run)?;
        Ok(Runner { runtime: handle, clients: Arc::default(), end: Some(end), thread: Some(thread) })
    }
}

/// Returns when nothing runs any more.
impl Drop for Runner {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // What a client's request has broken is told where it broke.
            drop(thread.join());
        }
    }
}
