//! Writes the lines of the log, on a thread of its own: whoever reads them may be slow, or gone, and no request waits for
//! that. What has no room is dropped, and what cannot be written is too.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// So many lines may wait to be written.
const MOST: usize = 4096;
/// How long the end waits for the last lines.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long for a reader who is behind, before it is looked again.
const A_MOMENT: Duration = Duration::from_millis(5);

/// Where lines are handed in.
pub(super) struct Lines(SyncSender<Vec<u8>>);

/// Keeps the thread: it is dropped last, when nobody writes any more.
pub(super) struct Scribe {
    done: Receiver<()>,
    lines: SyncSender<Vec<u8>>,
    _thread: JoinHandle<()>,
}

/// # Errors
/// Those of the system, if it has no more threads.
pub(super) fn begin(mut to: Box<dyn Write + Send>) -> io::Result<(Lines, Scribe)> {
    let (lines, incoming) = mpsc::sync_channel::<Vec<u8>>(MOST);
    let (ended, done) = mpsc::sync_channel(1);
    let write = move || {
        // An empty line is none: it says that it was the last.
        for line in incoming.iter().take_while(|line| !line.is_empty()) {
            // Nobody can be told.
            drop(to.write_all(&line).and_then(|()| to.flush()));
        }
        // Where nobody waits for it, it is done all the same.
        let _ = ended.send(());
    };
    let thread = thread::Builder::new().name("log".into()).spawn(write)?;
    Ok((Lines(lines.clone()), Scribe { done, lines, _thread: thread }))
}

/// The lines that are there are written, if somebody reads them.
impl Drop for Scribe {
    fn drop(&mut self) {
        let end = Instant::now() + FAREWELL;
        while let Err(TrySendError::Full(_)) = self.lines.try_send(Vec::new()) {
            if Instant::now() > end {
                return;
            }
            thread::sleep(A_MOMENT);
        }
        let _ = self.done.recv_timeout(FAREWELL);
    }
}

/// One line, whole.
pub(super) struct Line<'a>(&'a Lines);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A reader who is that far behind misses some of it.
        drop(self.0.0.try_send(bytes.to_vec()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}
