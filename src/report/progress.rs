//! How far long work has come: a bar on the terminal that stderr is, once the work has lasted a second, and nothing
//! elsewhere. It is gone when the work ends, so that what is said next stands on a clean line.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::Report;

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const DRAWN_A_SECOND: u8 = 10;
/// A narrower terminal has no room for a bar and numbers on one line.
const WIDE: u16 = 80;

/// Work that is being done. Dropping it ends the bar.
#[must_use = "a bar that is dropped is not seen"]
pub struct Progress {
    began: Instant,
    done: u64,
    bar: Option<Bar>,
}

/// What draws, what it has drawn, and where that is to be seen.
struct Bar {
    bar: ProgressBar,
    screen: Screen,
    err: Rc<RefCell<Box<dyn Write>>>,
}

impl Report {
    /// Begins work of so many steps, or of nobody knows how many. It is told in words such as `creating`.
    pub fn progress(&self, what: &'static str, total: Option<u64>) -> Progress {
        let columns = self.manner.screen.filter(|_| !self.manner.quiet);
        let bar = columns.map(|columns| Bar::new(columns, what, total, Rc::clone(&self.err)));
        Progress { began: Instant::now(), done: 0, bar }
    }
}

impl Progress {
    /// So many more steps are done.
    pub fn advance(&mut self, steps: u64) {
        let Some(bar) = &self.bar else { return };
        self.done = self.done.saturating_add(steps);
        if self.began.elapsed() >= PATIENCE {
            bar.bar.set_position(self.done);
            bar.show();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.bar.finish_and_clear();
            // What was never begun needs no end.
            if self.began.elapsed() >= PATIENCE {
                bar.show();
            }
        }
    }
}

impl Bar {
    fn new(columns: u16, what: &'static str, total: Option<u64>, err: Rc<RefCell<Box<dyn Write>>>) -> Bar {
        let screen = Screen { columns, drawn: Arc::default() };
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), DRAWN_A_SECOND);
        let template = match total {
            Some(_) if columns >= WIDE => "{msg} [{bar:24}] {human_pos} of {human_len}, {eta} left",
            Some(_) => "{msg} {percent}%",
            None => "{msg} {human_pos}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "));
        Bar { bar: bar.with_message(what), screen, err }
    }

    /// Brings to the terminal what was drawn. What cannot be seen there is no failure of the work.
    fn show(&self) {
        let drawn = std::mem::take(&mut *self.screen.drawn.lock().unwrap_or_else(PoisonError::into_inner));
        if !drawn.is_empty() {
            let mut err = self.err.borrow_mut();
            drop(err.write_all(drawn.as_bytes()).and_then(|()| err.flush()));
        }
    }
}

/// A terminal of one line, as far as a bar needs one.
#[derive(Clone, Debug)]
struct Screen {
    columns: u16,
    drawn: Arc<Mutex<String>>,
}

impl Screen {
    fn draw(&self, text: &str) -> io::Result<()> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.columns
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        if lines > 0 { self.draw(&format!("\x1b[{lines}A")) } else { Ok(()) }
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        if lines > 0 { self.draw(&format!("\x1b[{lines}B")) } else { Ok(()) }
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        if columns > 0 { self.draw(&format!("\x1b[{columns}C")) } else { Ok(()) }
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        if columns > 0 { self.draw(&format!("\x1b[{columns}D")) } else { Ok(()) }
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.draw(text).and_then(|()| self.draw("\r\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.draw(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.draw("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::Manner;
    use super::*;

    #[derive(Clone, Default)]
    struct Pipe(Rc<RefCell<Vec<u8>>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is seen of work that began so long ago, and of a word after it.
    fn seen(screen: Option<u16>, quiet: bool, ago: u64, total: Option<u64>) -> String {
        let err = Pipe::default();
        let manner =
            Manner { json: false, quiet, colour_out: false, colour_err: false, columns: None, screen, vault: None };
        let zone = Box::new(|| TimeZone::UTC);
        let mut out =
            Report::new(Box::new(io::sink()), Box::new(err.clone()), manner, zone, jiff::Timestamp::UNIX_EPOCH);
        let mut progress = out.progress("creating", total);
        progress.began = Instant::now().checked_sub(Duration::from_secs(ago)).unwrap();
        progress.advance(1000);
        // The report can be used meanwhile.
        out.at(jiff::Timestamp::UNIX_EPOCH);
        progress.advance(500);
        drop(progress);
        out.talk("done\n");
        drop(out);
        String::from_utf8(err.0.take()).unwrap()
    }

    #[test]
    fn long_work_shows_a_bar_that_is_gone_before_the_next_word() {
        let seen = seen(Some(80), false, 2, Some(2000));
        assert!(seen.contains("creating [============>           ] 1,000 of 2,000, "), "{seen:?}");
        assert!(seen.ends_with("\r\u{1b}[2Kdone\n"), "{seen:?}");
        assert!(!seen.trim_end().contains('\n'), "one line: {seen:?}");
    }

    #[test]
    fn work_of_unknown_length_shows_how_much_is_done() {
        assert!(seen(Some(80), false, 2, None).contains("creating 1,000"));
    }

    #[test]
    fn a_narrow_terminal_gets_no_second_line() {
        let seen = seen(Some(20), false, 2, Some(2000));
        let drawn = seen.split(['\r', '\u{1b}']).map(|part| part.trim_start_matches("[2K").chars().count());
        assert!(drawn.max().unwrap() <= 20, "{seen:?}");
    }

    #[test]
    fn short_work_and_whoever_is_no_terminal_or_wants_quiet_see_nothing() {
        assert_eq!(seen(Some(80), false, 0, Some(2000)), "done\n");
        assert_eq!(seen(None, false, 2, Some(2000)), "done\n");
        assert_eq!(seen(Some(80), true, 2, Some(2000)), "done\n");
    }
}
