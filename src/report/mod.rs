//! report: everything jeton says back. Commands hand it values one by one; it renders sentences, tables and JSON.
//! stdout is the result, stderr is talk. Nothing here acts.

pub mod batch;
mod change;
pub mod complaint;
pub mod doctor;
mod failure;
pub mod list;
mod log;
mod mend;
mod policy;
pub mod progress;
pub mod question;
mod time;
pub mod token;
pub mod transfer;
pub mod unlock;
pub mod vault;
mod verdict;

use std::cell::{LazyCell, RefCell};
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::error::{Error, quoted};
use crate::token::name;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
const QUIET: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// How it is to be said.
#[derive(Debug)]
pub struct Manner {
    pub json: bool,
    /// Say nothing on stderr but failures.
    pub quiet: bool,
    pub colour_out: bool,
    pub colour_err: bool,
    /// Columns of the terminal that stdout is, if it is one.
    pub columns: Option<u16>,
    /// Columns of the terminal that stderr is, if it is one on which a line can be drawn again.
    pub screen: Option<u16>,
    /// The vault that was named by a flag: commands that are proposed name it too.
    pub vault: Option<PathBuf>,
}

/// The two streams and the manner.
pub struct Report {
    out: Box<dyn Write>,
    /// Shared with the bar that is drawn while work lasts.
    err: Rc<RefCell<Box<dyn Write>>>,
    pub manner: Manner,
    /// Looked up when a time is first shown.
    zone: LazyCell<TimeZone, Box<dyn FnOnce() -> TimeZone>>,
    now: Timestamp,
    /// Whether the first of several values that make up one document has been written.
    begun: bool,
}

impl Report {
    /// `zone` is only asked where a time is shown to a person: looking it up opens files.
    pub fn new(
        out: Box<dyn Write>,
        err: Box<dyn Write>,
        manner: Manner,
        zone: Box<dyn FnOnce() -> TimeZone>,
        now: Timestamp,
    ) -> Report {
        let out = Box::new(io::BufWriter::with_capacity(64 * 1024, out));
        Report { out, err: Rc::new(RefCell::new(err)), manner, zone: LazyCell::new(zone), now, begun: false }
    }

    /// What is said from now on is true at this time: a status, and how long ago something was.
    pub fn at(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Text that is itself the result: help, a script, a version.
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        self.result(|out| out.write_all(text.as_bytes()))?;
        self.flush()
    }

    /// From now on the result goes there.
    pub fn divert(&mut self, out: Box<dyn Write>) {
        self.out = Box::new(io::BufWriter::with_capacity(64 * 1024, out));
    }

    /// Makes sure that the result has been delivered.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(Error::Output)
    }

    /// A sentence for people.
    pub fn say(&mut self, sentence: &str) {
        if !self.manner.quiet {
            self.warn(sentence);
        }
    }

    /// A sentence that must be said: something is lost.
    fn warn(&mut self, sentence: &str) {
        let sentence = self.with_its_vault(sentence);
        self.talk(&format!("{sentence}\n"));
    }

    /// What is proposed to be typed, so that it means the vault that is spoken of.
    fn with_its_vault(&self, text: &str) -> String {
        match &self.manner.vault {
            None => text.to_owned(),
            Some(path) => {
                let path = plain(&quoted(&path.display().to_string()));
                text.replace("`jeton ", &format!("`jeton --vault {path} "))
            }
        }
    }

    /// A command of jeton's by itself, likewise; `rest` follows the program's name.
    fn command(&self, rest: &str) -> String {
        match &self.manner.vault {
            None => format!("jeton {rest}"),
            Some(path) => format!("jeton --vault {} {rest}", quoted(&path.display().to_string())),
        }
    }

    /// Talk that nobody can read is no failure of the work.
    fn talk(&mut self, text: &str) {
        drop(self.err.borrow_mut().write_all(text.as_bytes()));
    }

    fn result(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        write(&mut self.out).map_err(Error::Output)
    }

    /// One JSON document on a line of its own.
    fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let mut line = serde_json::to_vec(value).map_err(|error| Error::Output(error.into()))?;
        line.push(b'\n');
        self.result(|out| out.write_all(&line))
    }
}

fn paint(style: Style, colour: bool, text: &str) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// Text from a database as it can be shown: nothing in it moves the cursor or reorders the line.
fn plain(text: &str) -> String {
    let harmful = |c| name::breaks_lines(c) || name::reorders(c);
    if !text.chars().any(harmful) {
        return text.to_owned();
    }
    text.chars().map(|c| if harmful(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}
