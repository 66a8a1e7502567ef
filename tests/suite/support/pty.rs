//! A program on a true pseudo-terminal that is its controlling terminal, and the person in front of it. Everything
//! waits for events and gives up at one deadline, telling what was on the screen by then.
//!
//! When the leader of a session ends, the kernel resets the terminal and may drop the last output. So the program is
//! a foreground job of a shell, which leads the session, stays, and tells how the program ended. Where the true exit
//! status matters, and nothing else, see [`Pty::leading`].

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{InputFlags, LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::tcgetpgrp;
use pty_process::Size;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs what it is given, says on the terminal how that went, and stays. A stopped job is continued when
/// a line is entered. What a shell adds to the environment is taken out again.
const SHELL: &str = r#"set -m; trap : INT TERM HUP QUIT; unset PWD OLDPWD SHLVL _ 2>/dev/null
"$@"; code=$?; exec </dev/tty >/dev/tty
while jobs %% >/dev/null 2>&1; do printf '\036stopped\036'; read -r _; fg >/dev/null; code=$?; done
printf '\036ended %s\036' "$code"; read -r _"#;

/// What to run, and on what terminal.
#[must_use = "nothing runs before spawn"]
pub struct Pty {
    program: OsString,
    args: Vec<OsString>,
    vars: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    stdin: Option<Stdio>,
    stdout: Option<Stdio>,
    columns: u16,
    shell: bool,
}

impl Pty {
    /// The environment is empty but for what [`env`](Self::env) adds.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            vars: Vec::new(),
            dir: None,
            stdin: None,
            stdout: None,
            columns: 80,
            shell: true,
        }
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.vars.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub fn cwd(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Stdin comes from here; the terminal stays the controlling one.
    pub fn stdin(mut self, from: impl Into<Stdio>) -> Self {
        self.stdin = Some(from.into());
        self
    }

    /// Stdout goes here; the terminal stays the controlling one.
    pub fn stdout(mut self, to: impl Into<Stdio>) -> Self {
        self.stdout = Some(to.into());
        self
    }

    pub fn columns(mut self, columns: u16) -> Self {
        self.columns = columns;
        self
    }

    /// Runs it without the shell, as the leader of the session, where only [`Screen::status`] can be
    /// relied on after the end.
    pub fn leading(mut self) -> Self {
        self.shell = false;
        self
    }

    #[track_caller]
    pub fn spawn(self) -> Screen {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(24, self.columns)).expect("a size");
        // As every terminal in use today: rubbing out takes a whole character.
        let mut modes = tcgetattr(&pty).expect("modes");
        modes.input_flags.insert(InputFlags::IUTF8);
        tcsetattr(&pty, SetArg::TCSANOW, &modes).expect("modes");
        let before = tcgetattr(&pty).expect("modes");

        let mut command = if self.shell {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", SHELL, "sh"]).arg(&self.program);
            shell
        } else {
            Command::new(&self.program)
        };
        command.args(self.args).env_clear().envs(self.vars);
        if let Some(dir) = self.dir {
            command.current_dir(dir);
        }
        let mut command = pty_process::blocking::Command::from(command);
        if let Some(from) = self.stdin {
            command = command.stdin(from);
        }
        if let Some(to) = self.stdout {
            command = command.stdout(to);
        }
        let mut child = command.spawn_borrowed(&pts).expect("the program starts");
        let (ended, ends) = UnixStream::pair().expect("a socket");
        Screen {
            leader: child.id(),
            program: child.id(),
            // The end of the process becomes something to poll for: the other end of the socket closes.
            waiter: Some(thread::spawn(move || {
                let status = child.wait().expect("the program can be waited for");
                drop(ends);
                status
            })),
            ended,
            before,
            pty,
            _pts: pts,
            seen: Vec::new(),
            read_to: 0,
            deadline: Instant::now() + PATIENCE,
        }
    }
}

/// A terminal with a program running on it.
pub struct Screen {
    before: Termios,
    pty: pty_process::blocking::Pty,
    /// Kept open, so that the terminal outlives the program and its modes can be read.
    _pts: pty_process::blocking::Pts,
    /// The session's leader: the program itself, or its shell.
    leader: u32,
    /// Who was last seen in the foreground that is not the shell.
    program: u32,
    waiter: Option<JoinHandle<ExitStatus>>,
    ended: UnixStream,
    seen: Vec<u8>,
    /// How far `expect` has come.
    read_to: usize,
    deadline: Instant,
}

impl Screen {
    /// Waits until `text` appears after what was last expected; returns everything up to its end.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        loop {
            let unread = &self.seen[self.read_to..];
            if let Some(at) = find(unread, text.as_bytes()) {
                let until = at + text.len();
                let passed = String::from_utf8_lossy(&unread[..until]).into_owned();
                self.read_to += until;
                return passed;
            }
            let more = self.more();
            assert!(more, "the program ended and {text:?} never came; seen: {:?}", self.seen());
        }
    }

    #[track_caller]
    pub fn send(&self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    #[track_caller]
    pub fn send_bytes(&self, bytes: &[u8]) {
        (&self.pty).write_all(bytes).expect("the terminal takes input");
    }

    /// `send_ctrl('c')` is Ctrl-C.
    #[track_caller]
    pub fn send_ctrl(&self, key: char) {
        let code = u8::try_from(key.to_ascii_uppercase()).expect("an ASCII key") & 0x1f;
        self.send_bytes(&[code]);
    }

    /// Sends a signal by name, `TERM`, to the program.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        signal(name, self.program);
    }

    /// Waits for the end; returns the exit code, as a shell says it (130 also for a death by SIGINT), and
    /// everything that was on the screen.
    #[track_caller]
    pub fn wait(mut self) -> (i32, String) {
        let code = self.ended();
        let mut seen = self.seen();
        seen.truncate(seen.find("\u{1e}ended ").expect("it was just seen"));
        (code, seen)
    }

    /// Waits for the end, after which the modes can still be read; returns the exit code as
    /// [`wait`](Self::wait) does.
    #[track_caller]
    pub fn ended(&mut self) -> i32 {
        self.expect("\u{1e}ended ");
        let code = self.expect("\u{1e}");
        code.trim_end_matches('\u{1e}').parse().expect("an exit code")
    }

    /// Waits until the program is stopped. A line, even empty, continues it.
    #[track_caller]
    pub fn stopped(&mut self) {
        self.expect("\u{1e}stopped\u{1e}");
    }

    /// With [`Pty::leading`]: waits for the end; returns how it ended, a signal included.
    #[track_caller]
    pub fn status(mut self) -> ExitStatus {
        while self.more() {}
        let waiter = self.waiter.take().expect("it is waited for once");
        waiter.join().expect("the waiter never panics")
    }

    /// All the modes of the terminal.
    #[track_caller]
    pub fn modes(&self) -> Termios {
        tcgetattr(&self.pty).expect("modes")
    }

    /// All its modes before anything ran on it.
    pub fn modes_before(&self) -> Termios {
        self.before.clone()
    }

    #[track_caller]
    pub fn echo_is_on(&self) -> bool {
        self.modes().local_flags.contains(LocalFlags::ECHO)
    }

    /// Everything that was on the screen so far.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }

    /// With [`Pty::leading`]: closes the terminal, as a window is closed; returns how the program ended.
    #[track_caller]
    pub fn close(mut self) -> ExitStatus {
        let waiter = self.waiter.take().expect("it is waited for once");
        let ended = self.ended.try_clone().expect("a socket");
        let (pid, deadline) = (self.leader, self.deadline);
        drop(self);
        if !ready(&[&ended], deadline)[0] {
            signal("KILL", pid);
            panic!("the program outlives its terminal");
        }
        waiter.join().expect("the waiter never panics")
    }

    /// The process id of the program.
    pub fn id(&self) -> u32 {
        self.program
    }

    fn foreground(&self) -> Option<u32> {
        u32::try_from(tcgetpgrp(&self.pty).ok()?.as_raw()).ok()
    }

    /// Reads what there is, waiting for it; false when the program has ended and all was read.
    #[track_caller]
    fn more(&mut self) -> bool {
        let ready = ready(&[&self.pty, &self.ended], self.deadline);
        if ready[0] {
            let mut piece = [0; 4096];
            // A terminal nobody holds any more reads as an error.
            if let Ok(length @ 1..) = (&self.pty).read(&mut piece) {
                if let Some(front) = self.foreground().filter(|front| *front != self.leader) {
                    self.program = front;
                }
                self.seen.extend_from_slice(&piece[..length]);
                return true;
            }
        }
        assert!(ready[0] || ready[1], "nothing more came in time; seen: {:?}", self.seen());
        if !ready[1] {
            self::ready(&[&self.ended], self.deadline);
        }
        false
    }
}

impl Drop for Screen {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        if self.waiter.as_ref().is_some_and(|waiter| !waiter.is_finished()) {
            // It may have ended by itself meanwhile.
            let _ = kill("KILL", self.leader);
        }
    }
}

/// Which of these can be read, or have ended; none when the deadline has passed.
fn ready(of: &[&dyn AsFd], deadline: Instant) -> Vec<bool> {
    let fds = of.iter().map(|fd| PollFd::new(fd.as_fd(), PollFlags::POLLIN));
    let mut fds: Vec<_> = fds.collect();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = PollTimeout::try_from(left).expect("a short time");
        match poll(&mut fds, left) {
            Err(Errno::EINTR) => {}
            Err(error) => panic!("poll: {error}"),
            Ok(_) => return fds.iter().map(|fd| fd.any() == Some(true)).collect(),
        }
    }
}

#[track_caller]
fn signal(name: &str, pid: u32) {
    let sent = kill(name, pid).expect("sh runs");
    assert!(sent.success(), "SIG{name} cannot be sent to {pid}");
}

/// The shell's own `kill`: the tests need neither unsafe code nor one more crate for it.
fn kill(name: &str, pid: u32) -> std::io::Result<ExitStatus> {
    let script = "kill -s \"$0\" -- \"$1\" 2>/dev/null";
    Command::new("/bin/sh").args(["-c", script, name, &pid.to_string()]).status()
}

fn find(all: &[u8], text: &[u8]) -> Option<usize> {
    all.windows(text.len()).position(|window| window == text)
}

/// That what the chapters build on would notice.
mod tests {
    use super::*;

    #[test]
    fn modes_left_changed_are_noticed() {
        let mut screen = Pty::new("/bin/stty").args(["-echo"]).spawn();
        assert_eq!(screen.ended(), 0);
        assert!(!screen.echo_is_on());
        assert_ne!(screen.modes(), screen.modes_before());
    }

    #[test]
    fn the_environment_is_the_one_given() {
        let (code, seen) = Pty::new("/usr/bin/env").env("A", "b").spawn().wait();
        assert_eq!((code, seen.as_str()), (0, "A=b\r\n"));
    }

    #[test]
    fn the_window_has_the_columns_it_was_given() {
        let (code, seen) = Pty::new("/bin/stty").args(["size"]).columns(41).spawn().wait();
        assert_eq!((code, seen.as_str()), (0, "24 41\r\n"));
    }

    #[test]
    fn nothing_of_a_long_output_is_lost() {
        let (_, seen) = Pty::new("/usr/bin/seq").args(["20000"]).spawn().wait();
        assert!(seen.ends_with("19999\r\n20000\r\n"), "{:?}", seen.len());
    }

    #[test]
    fn a_death_by_a_signal_is_told() {
        use std::os::unix::process::ExitStatusExt;
        let script = "echo ready; exec sleep 60";
        let mut screen = Pty::new("/bin/sh").args(["-c", script]).leading().spawn();
        screen.expect("ready");
        screen.send_ctrl('c');
        assert_eq!(screen.status().signal(), Some(2));
    }
}
