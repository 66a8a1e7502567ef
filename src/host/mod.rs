//! host: the whole list of what jeton asks of the machine outside. Everything above receives a
//! `&dyn Host`; the real one is [`os::OsHost`], the tests bring their own. If something is not in
//! this trait, jeton does not do it to the machine (files aside: the store and the commands open
//! those they were told about).

pub mod os;
mod prompt;
mod signals;
mod tidy;
mod watch;

#[cfg_attr(not(feature = "clipboard"), path = "clipboard_absent.rs")]
pub mod clipboard;
#[cfg_attr(not(target_os = "linux"), path = "keyring_absent.rs")]
mod keyring;

use std::any::Any;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::token::secret::Secret;

/// One of the three standard streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    In,
    Out,
    Err,
}

/// The wall clock, in whole milliseconds.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What jeton asks of the machine.
pub trait Host {
    /// The wall clock, in whole milliseconds.
    fn now(&self) -> Timestamp;
    /// The same clock, for threads that outlive the command that started them.
    fn clock(&self) -> Clock;
    /// How to find the zone in which times are shown to people. Finding it opens files, so it is left to whoever
    /// shows one.
    fn time_zone(&self) -> Box<dyn FnOnce() -> TimeZone>;
    /// The operating system's own generator, asked once so that its absence is an error here and
    /// not a panic later.
    fn random(&self) -> Result<Box<dyn CryptoRng + Send>, Error>;

    /// An environment variable; unset and empty are told apart.
    fn var(&self, name: &str) -> Option<OsString>;
    /// Where this user's programs keep their data, jeton's own directory included.
    fn data_dir(&self) -> Option<PathBuf>;
    /// The directory that relative paths begin in.
    fn current_dir(&self) -> Option<PathBuf>;
    /// The login name of the real user id, from the system's own records (never from the environment); the number
    /// when it has no name there.
    fn user(&self) -> String;
    /// The machine's name.
    fn machine(&self) -> String;

    fn stdin(&self) -> Box<dyn Read>;
    fn stdout(&self) -> Box<dyn Write>;
    fn stderr(&self) -> Box<dyn Write>;
    /// The same, for threads.
    fn log(&self) -> Box<dyn Write + Send>;
    fn is_terminal(&self, stream: Stream) -> bool;
    /// Whether all that is written there is lost: it is the null device, or was closed when the process began.
    fn goes_nowhere(&self, stream: Stream) -> bool;
    /// Columns of the terminal behind `stream`, if it is one.
    fn columns(&self, stream: Stream) -> Option<u16>;

    /// Asks for something that must not be seen, on the terminal itself. The echo is off meanwhile and
    /// restored whatever happens.
    fn ask_hidden(&self, prompt: &str) -> Result<Zeroizing<String>, Unanswered>;
    /// Asks yes or no on the terminal; only `y` and `yes` are a yes, the end of input is a no.
    fn ask_yes(&self, prompt: &str) -> Result<bool, Unanswered>;

    /// What happens to a file and what lies beside it, from now on.
    fn changes(&self, path: &Path) -> Result<Box<dyn Changes + '_>, Error>;

    /// Removes these files if the process is asked to end before the answer is dropped; then it ends as it would have.
    fn tidy(&self, files: Vec<PathBuf>) -> Box<dyn Any>;

    /// A way to something people can paste from, or why there is none.
    fn clipboard(&self) -> Result<Box<dyn Clipboard>, NoClipboard>;
    /// Where this user's processes can leave something for each other, outside of any file.
    fn keyring(&self) -> Result<Box<dyn Keyring>, NoKeyring>;

    /// Whether there is a program of this name in PATH, or of this path if it has a slash.
    fn look_up(&self, program: &OsStr) -> Result<(), NotStarted>;
    /// Becomes another program: it returns only if that fails.
    fn become_program(&self, program: &Program<'_>) -> NotStarted;
}

/// Somebody is there to be asked when stdin and stderr are both terminals.
pub fn somebody_there(host: &dyn Host) -> bool {
    host.is_terminal(Stream::In) && host.is_terminal(Stream::Err)
}

/// A file that is being watched.
pub trait Changes {
    /// Waits until something has changed since the last call, or since the watch began; `false` if nothing ever will.
    fn wait(&mut self) -> Result<bool, Error>;
}

/// A clipboard that was found and can be reached.
pub trait Clipboard {
    /// The text that is on it now, where that can be known.
    fn text(&mut self) -> Option<Zeroizing<String>>;
    /// Puts a secret on it and returns at once; keeping and clearing go on without this process.
    fn put(&mut self, offer: Offer<'_>) -> Result<Reach, NoClipboard>;
}

/// What is to be put on the clipboard, and what becomes of it.
pub struct Offer<'a> {
    pub secret: &'a Secret,
    /// When to clear it, if it is still there then; `None` keeps it.
    pub clear_after: Option<Duration>,
    /// The text to put back when it is cleared.
    pub restore: Option<Zeroizing<String>>,
}

/// How far the secret went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The desktop's clipboard, held by a helper that clears it.
    Desktop,
    /// tmux was given it for the terminal outside; nobody can tell whether that took it, or clear it.
    Tmux,
    /// The terminal was given it by an escape sequence (OSC 52); likewise.
    Terminal,
}

/// Why there is no clipboard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoClipboard {
    #[error("no clipboard was found: no display, no tmux, no remote terminal")]
    NotFound,
    #[error("the clipboard cannot be used: {0}")]
    Unusable(String),
    #[error("this build of jeton has no clipboard")]
    LeftOut,
}

/// The kernel's memory for this user. It ends with the machine's run at the latest.
pub trait Keyring {
    /// Keeps some bytes under a name, in place of others, for whole seconds.
    fn keep(&self, name: &str, bytes: &[u8], life: Duration) -> Result<(), NoKeyring>;
    /// What is kept under a name, if its time is not over. Asking prolongs nothing.
    fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, NoKeyring>;
    /// Drops it at once; `false` if there was nothing.
    fn forget(&self, name: &str) -> Result<bool, NoKeyring>;
}

/// Why there is no keyring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKeyring {
    #[error("this system forbids the use of the kernel's keyring, as containers do")]
    Forbidden,
    #[error("the kernel's keyring of this user is full")]
    Full,
    #[error("the kernel's keyring cannot be used: {0}")]
    Unusable(String),
    #[error("this system has no keyring that jeton knows")]
    None,
}

/// A program to become, as it is looked up.
pub struct Program<'a> {
    pub name: &'a OsStr,
    pub arguments: &'a [OsString],
    /// Variables that it gets beside those of this process.
    pub variables: &'a [(String, Secret)],
    /// Variables of this process that it does not get.
    pub without: &'a [&'a str],
}

/// Why a program could not be started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    #[error("it was not found")]
    NotFound,
    #[error("{0}")]
    CannotExecute(io::Error),
}

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Ctrl-C, or a request to end.
    #[error("interrupted")]
    Interrupted,
    /// Ctrl-D where only an answer would do.
    #[error("nothing was entered")]
    EndOfInput,
    /// The terminal could not be used.
    #[error("the terminal cannot be used: {0}")]
    NoTerminal(String),
}

/// What the machine could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the operating system gives no random numbers: {0}")]
    NoRandom(String),
    #[error("the vault cannot be watched: {0}")]
    NoWatch(String),
}
