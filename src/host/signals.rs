//! host::signals: while a question is asked, signals are something to wait for together with the terminal; so too while
//! there is something to tidy up. At all other times they do what they do by default.

use std::fs;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{getpgrp, getsid};
use signal_hook::SigId;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::flag::register_conditional_default;
use signal_hook::low_level::{pipe, unregister};

/// Whether signals are to do what they do by default.
static IDLE: AtomicBool = AtomicBool::new(true);

/// The signals that are waited for. A handler, once there, cannot be removed, so each first gets the
/// action that stands for the default. What the process was told to ignore (`nohup`) stays ignored, and
/// without job control Ctrl-Z stays without effect: nobody could continue the process.
static CAUGHT: LazyLock<Vec<i32>> = LazyLock::new(|| {
    let job_control = getsid(None) != Ok(getpgrp());
    [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT]
        .into_iter()
        .filter(|signal| !ignored(*signal) && (*signal != SIGTSTP || job_control))
        .filter(|signal| register_conditional_default(*signal, &IDLE).is_ok())
        .collect()
});

fn ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 << (signal - 1) != 0)
}

/// Each signal with the pipe it is heard on.
pub struct Signals(Vec<(i32, UnixStream, SigId)>);

impl Signals {
    /// All that concern whoever waits at a terminal.
    pub fn catch() -> io::Result<Self> {
        Self::catch_those(|_| true)
    }

    /// Those that ask the process to end.
    pub fn catch_endings() -> io::Result<Self> {
        Self::catch_those(|signal| ![SIGTSTP, SIGCONT].contains(&signal))
    }

    fn catch_those(which: impl Fn(i32) -> bool) -> io::Result<Self> {
        let mut caught = Self(Vec::with_capacity(CAUGHT.len()));
        IDLE.store(false, Ordering::SeqCst);
        for signal in CAUGHT.iter().copied().filter(|signal| which(*signal)) {
            let (ours, handlers) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            let id = pipe::register(signal, handlers)?;
            caught.0.push((signal, ours, id));
        }
        Ok(caught)
    }

    /// Waits for a signal, or until `tty` can be read: `None`. Signals go first. A terminal that is gone
    /// counts as the signal that says so.
    pub fn or_input(&self, tty: &impl AsFd) -> io::Result<Option<i32>> {
        let pipes = self.0.iter().map(|(_, pipe, _)| pipe.as_fd());
        let fds = pipes.chain([tty.as_fd()]);
        let mut fds: Vec<_> = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        while let Err(error) = poll(&mut fds, PollTimeout::NONE) {
            if error != Errno::EINTR {
                return Err(error.into());
            }
        }
        let heard = self.0.iter().find(|(_, pipe, _)| heard(pipe));
        let on_tty = fds.last().and_then(PollFd::revents);
        let gone = on_tty.is_some_and(|on_tty| on_tty.contains(PollFlags::POLLHUP));
        Ok(heard.map(|(signal, ..)| *signal).or(gone.then_some(SIGHUP)))
    }

    /// Gives the signals back. True if one of them asked to end in the last moment.
    pub fn release(self) -> bool {
        IDLE.store(true, Ordering::SeqCst);
        let mut all = self.0.iter();
        all.any(|(signal, pipe, _)| ![SIGTSTP, SIGCONT].contains(signal) && heard(pipe))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        IDLE.store(true, Ordering::SeqCst);
        for (_, _, id) in &self.0 {
            unregister(*id);
        }
    }
}

/// The same signal several times counts once.
fn heard(mut pipe: &UnixStream) -> bool {
    pipe.read(&mut [0; 64]).is_ok()
}
