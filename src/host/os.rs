//! The real machine: the only place that touches clock, environment, terminal, random numbers, clipboard,
//! keyring and other programs.

use std::any::Any;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nix::sys::prctl;
use nix::sys::stat::{fstat, stat};
use nix::unistd::{AccessFlags, User, access, gethostname, getuid};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use rand::{CryptoRng, TryRng};
use zeroize::Zeroizing;

use super::{
    Changes, Clipboard, Clock, Error, Host, Keyring, NoClipboard, NoKeyring, NotStarted, Program, Stream, Unanswered,
    clipboard, keyring, prompt, tidy, watch,
};

pub use clipboard::{HELPER, keep};

/// Secrets pass through this process: it leaves no core file, and other processes of the same user cannot look into
/// it.
pub fn keep_out_of_core_dumps() {
    // Where a sandbox forbids even this, jeton works all the same.
    let _ = prctl::set_dumpable(false);
}

/// This process, its user and its terminal.
pub struct OsHost;

impl Host for OsHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn clock(&self) -> Clock {
        Arc::new(|| OsHost.now())
    }

    fn time_zone(&self) -> Box<dyn FnOnce() -> TimeZone> {
        Box::new(TimeZone::system)
    }

    fn random(&self) -> Result<Box<dyn CryptoRng + Send>, Error> {
        let mut first = [0];
        SysRng.try_fill_bytes(&mut first).map_err(|error| Error::NoRandom(error.to_string()))?;
        Ok(Box::new(UnwrapErr(SysRng)))
    }

    fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn data_dir(&self) -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "jeton").map(|dirs| dirs.data_dir().to_owned())
    }

    fn current_dir(&self) -> Option<PathBuf> {
        std::env::current_dir().ok()
    }

    fn user(&self) -> String {
        let uid = getuid();
        User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
    }

    fn machine(&self) -> String {
        gethostname().map_or_else(|_| "localhost".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    fn stdin(&self) -> Box<dyn Read> {
        Box::new(io::stdin())
    }

    fn stdout(&self) -> Box<dyn Write> {
        Box::new(io::stdout())
    }

    fn stderr(&self) -> Box<dyn Write> {
        Box::new(io::stderr())
    }

    fn log(&self) -> Box<dyn Write + Send> {
        Box::new(io::stderr())
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::In => io::stdin().is_terminal(),
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        }
    }

    fn goes_nowhere(&self, stream: Stream) -> bool {
        let status = match stream {
            Stream::In => fstat(io::stdin()),
            Stream::Out => fstat(io::stdout()),
            Stream::Err => fstat(io::stderr()),
        };
        let null = stat("/dev/null");
        matches!((status, null), (Ok(status), Ok(null)) if status.st_rdev == null.st_rdev && status.st_rdev != 0)
    }

    fn columns(&self, stream: Stream) -> Option<u16> {
        let size = match stream {
            Stream::In => terminal_size::terminal_size_of(io::stdin()),
            Stream::Out => terminal_size::terminal_size_of(io::stdout()),
            Stream::Err => terminal_size::terminal_size_of(io::stderr()),
        };
        size.map(|(width, _)| width.0).filter(|width| *width > 0)
    }

    fn ask_hidden(&self, prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
        prompt::hidden(prompt)
    }

    fn ask_yes(&self, prompt: &str) -> Result<bool, Unanswered> {
        prompt::yes(prompt)
    }

    fn changes(&self, path: &Path) -> Result<Box<dyn Changes + '_>, Error> {
        watch::begin(path).map_err(|error| Error::NoWatch(error.to_string()))
    }

    fn tidy(&self, files: Vec<PathBuf>) -> Box<dyn Any> {
        // Where signals cannot be waited for, they end the work as ever.
        Box::new(tidy::Tidy::begin(files).ok())
    }

    fn clipboard(&self) -> Result<Box<dyn Clipboard>, NoClipboard> {
        clipboard::find(&|name| std::env::var_os(name))
    }

    fn keyring(&self) -> Result<Box<dyn Keyring>, NoKeyring> {
        keyring::find()
    }

    fn look_up(&self, program: &OsStr) -> Result<(), NotStarted> {
        let executable = |path: &Path| match path.metadata() {
            Ok(meta) if meta.is_file() => {
                access(path, AccessFlags::X_OK).map_err(|errno| NotStarted::CannotExecute(errno.into()))
            }
            Ok(_) => Err(NotStarted::CannotExecute(io::ErrorKind::IsADirectory.into())),
            Err(_) => Err(NotStarted::NotFound),
        };
        if program.as_bytes().contains(&b'/') {
            return executable(Path::new(program));
        }
        let mut met = Err(NotStarted::NotFound);
        if program.is_empty() {
            return met;
        }
        // Where no PATH is set the C library has one of its own, and finds out by itself.
        let Some(path) = self.var("PATH") else { return Ok(()) };
        for directory in std::env::split_paths(&path) {
            match executable(&directory.join(program)) {
                Ok(()) => return Ok(()),
                Err(NotStarted::NotFound) => {}
                // Another of this name may come later.
                cannot => met = cannot,
            }
        }
        met
    }

    fn become_program(&self, program: &Program<'_>) -> NotStarted {
        let mut command = Command::new(program.name);
        command.args(program.arguments);
        for name in program.without {
            command.env_remove(name);
        }
        for (name, secret) in program.variables {
            command.env(name, secret.expose());
        }
        let error = command.exec();
        match error.kind() {
            io::ErrorKind::NotFound => NotStarted::NotFound,
            _ => NotStarted::CannotExecute(error),
        }
    }
}
