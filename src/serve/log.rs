//! What the server tells of itself: structured, with the time of the given clock, and never anything that a client chose
//! beyond what stands in `exchange`.

use std::fmt;
use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use super::Clock;
use super::scribe::{self, Scribe};

/// Where it tells what it does, how, and how much.
pub struct Log {
    pub to: Box<dyn Write + Send>,
    /// One object on each line.
    pub json: bool,
    pub level: Level,
}

struct Time(Clock);

impl FormatTime for Time {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{:.3}", (self.0)())
    }
}

/// What is said before the end is written while the answer is kept.
///
/// # Errors
/// Those of the system, if it has no more threads.
pub(super) fn begin(log: Log, clock: Clock) -> io::Result<Scribe> {
    let (lines, scribe) = scribe::begin(log.to)?;
    let log_lines = tracing_subscriber::fmt()
        .with_writer(lines)
        .with_ansi(false)
        .with_target(false)
        .with_max_level(log.level)
        .with_timer(Time(clock));
    // Another in the same process may have set one, which then hears this one too.
    drop(if log.json { log_lines.json().flatten_event(true).try_init() } else { log_lines.try_init() });
    Ok(scribe)
}
