//! What the server tells of itself: structured, with the time of the given clock, and never anything that a client chose
//! beyond what stands in `exchange`.

use std::fmt;
use std::io::Write;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use super::Clock;

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

pub(super) fn begin(log: Log, clock: Clock) {
    let log_lines = tracing_subscriber::fmt()
        .with_writer(Mutex::new(log.to))
        .with_ansi(false)
        .with_target(false)
        .with_max_level(log.level)
        .with_timer(Time(clock));
    // Another in the same process may have set one, which then hears this one too.
    drop(if log.json {
        log_lines.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        log_lines.try_init()
    });
}
