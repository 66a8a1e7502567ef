//! keeper: the helper that stays behind with a secret on the desktop's clipboard, since the text is
//! gone with the process that offers it. It is this program again, in a session of its own; what it
//! has to do comes through a pipe, and it answers one line as soon as the clipboard is its own.
//!
//! It ends when somebody else copies, when the display goes away, or when the time is over. An
//! earlier text is brought back by another helper, so that the secret ends with the first.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::mem;
use std::os::fd::RawFd;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use arboard::SetExtLinux;
use nix::{sys::prctl, unistd};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::desktop::{Desktop, News};
use super::within;

/// The first argument that makes this program the helper. It stands in no grammar and no help.
pub const HELPER: &str = "__keep-clipboard";

/// How long the helper tries, and how long its answer is waited for.
const TRIES: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(5);

/// What a helper has to do.
#[derive(Serialize, Deserialize)]
pub struct Job<'a> {
    pub desktop: Desktop,
    pub text: Cow<'a, str>,
    /// A secret is marked as one. Any other text is an earlier one, put back over a secret only.
    pub secret: bool,
    pub clear_after: Option<Duration>,
    pub restore: Option<Cow<'a, str>>,
}

/// Starts a helper and returns when it has the clipboard.
pub fn hand_over<K: AsRef<OsStr>>(job: &Job<'_>, env: impl Iterator<Item = (K, OsString)>) -> Result<(), String> {
    let failed = |reason: io::Error| format!("its helper could not be started: {reason}");
    let mut helper = Command::new(std::env::current_exe().map_err(failed)?)
        .arg(HELPER)
        .env_clear()
        .envs(env)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (to, from) = (helper.stdin.take(), helper.stdout.take());
    // Straight into the pipe: a buffer would be one more copy of the secret. A helper that is gone
    // already has said why.
    to.map(|pipe| serde_json::to_writer(pipe, job));
    let answer = within(PATIENCE, move || {
        let mut line = String::new();
        from.map(|pipe| BufReader::new(pipe).read_line(&mut line));
        line
    });
    let reason = match answer.as_deref().map(str::trim_end) {
        Some("ok") => return Ok(()),
        Some("") => "its helper ended without an answer".into(),
        Some(line) => line.strip_prefix("err ").unwrap_or(line).to_owned(),
        None => "its helper does not answer".into(),
    };
    // It must not take the clipboard after all.
    let _ = helper.kill();
    let _ = helper.wait();
    Err(reason)
}

/// The helper. `main` calls this, and nothing before it, when the first argument is [`HELPER`].
pub fn keep() -> ExitCode {
    detach();
    let owned = read_job().and_then(|mut job| Ok((own(&mut job)?, job)));
    let answer = match &owned {
        Ok(_) => "ok".to_owned(),
        Err(reason) => format!("err {}", reason.replace('\n', " ")),
    };
    // Whoever asked may be gone by now; the clipboard is kept all the same.
    let _ = writeln!(io::stdout(), "{answer}");
    if let Ok(nowhere) = File::options().write(true).open("/dev/null") {
        let _ = unistd::dup2_stdout(nowhere);
    }
    let Ok((ours, job)) = owned else {
        return ExitCode::FAILURE;
    };
    if ours.outlasts(job.clear_after) {
        let restored = job.restore.is_some_and(|text| {
            let (desktop, secret) = (job.desktop, false);
            let earlier = Job { desktop, text, secret, clear_after: None, restore: None };
            hand_over(&earlier, std::env::vars_os()).is_ok()
        });
        if !restored {
            job.desktop.clear(ours.since);
        }
    }
    ExitCode::SUCCESS
}

/// Lets go of whoever started it: the terminal's session, what they had open (a lock, a pipe that
/// somebody reads to its end), and those of the same user who would look into its memory.
fn detach() {
    let _ = unistd::setsid();
    let _ = prctl::set_dumpable(false);
    let open: Vec<RawFd> = fs::read_dir("/proc/self/fd")
        .map(|listed| listed.flatten().filter_map(|fd| fd.file_name().to_str()?.parse().ok()).collect())
        .unwrap_or_default();
    for fd in open.into_iter().filter(|fd| *fd > 2) {
        let _ = unistd::close(fd);
    }
}

fn read_job() -> Result<Job<'static>, String> {
    let mut document = Zeroizing::new(Vec::new());
    io::stdin().read_to_end(&mut document).map_err(|reason| reason.to_string())?;
    serde_json::from_slice(&document).map_err(|_| "the helper did not understand its task".into())
}

/// The clipboard, while it is ours.
struct Ours {
    since: u32,
    at: Instant,
    told: Receiver<Told>,
}

/// What the two threads tell: the one that looks from outside, and the one that serves.
enum Told {
    Seen(News),
    Served(Result<(), arboard::Error>),
}

/// Puts the text on the clipboard and returns when it has been seen there.
///
/// It is set once, by a thread that serves it until it is lost: setting it again, to wait only then,
/// could take it from somebody who copied in between.
fn own(job: &mut Job<'_>) -> Result<Ours, String> {
    let (tell, told) = mpsc::channel();
    let (desktop, secret, text) = (job.desktop, job.secret, mem::take(&mut job.text).into_owned());
    let end = Instant::now() + TRIES;
    let next = || {
        let left = end.saturating_duration_since(Instant::now());
        told.recv_timeout(left).map_err(|_| "the display does not answer".to_owned())
    };

    let seen = tell.clone();
    thread::spawn(move || desktop.watch(|news| drop(seen.send(Told::Seen(news)))));
    if let Told::Seen(News::Gone(reason)) = next()? {
        return Err(reason);
    }
    thread::spawn(move || tell.send(Told::Served(serve(desktop, text, secret))));
    match next()? {
        Told::Seen(News::Changed(since)) => Ok(Ours { since, at: Instant::now(), told }),
        Told::Seen(News::Gone(reason)) => Err(reason),
        Told::Served(Err(reason)) => Err(reason.to_string()),
        Told::Seen(News::Watching) | Told::Served(Ok(())) => Err("another program took it at once".into()),
    }
}

/// Serves the text until somebody else copies.
fn serve(desktop: Desktop, text: String, secret: bool) -> Result<(), arboard::Error> {
    let mut clipboard = arboard::Clipboard::new()?;
    if secret {
        return clipboard.set().exclude_from_history().wait().text(text);
    }
    if !desktop.holds_secret() {
        return Ok(());
    }
    clipboard.set().wait().text(text)
}

impl Ours {
    /// Waits until it is lost or the time is over, and says whether it is still ours.
    fn outlasts(&self, time: Option<Duration>) -> bool {
        let end = time.and_then(|time| self.at.checked_add(time));
        loop {
            let told = match end {
                Some(end) => self.told.recv_timeout(end.saturating_duration_since(Instant::now())),
                None => self.told.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match told {
                // Our own arrival, or somebody else's: then serving ends too.
                Ok(Told::Seen(News::Watching | News::Changed(_))) => {}
                Ok(Told::Seen(News::Gone(_)) | Told::Served(_)) => return false,
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }
}
