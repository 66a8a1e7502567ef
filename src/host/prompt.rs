//! host::prompt: asks one question on the controlling terminal, whatever the standard streams are.
//!
//! Whoever is asked can always leave: Ctrl-C, Ctrl-D, Ctrl-Z and a request to end are waited for together
//! with the line, and on every way out the terminal is given back as it was. The line is read with the
//! kernel's own editing; only Enter answers. The answer lies in one buffer, which is wiped.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Write};
use std::mem;

use nix::sys::termios::{self, FlushArg, InputFlags, LocalFlags, SetArg, Termios};
use nix::unistd::{getpgrp, tcgetpgrp};
use signal_hook::consts::{SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN};
use signal_hook::low_level::raise;
use zeroize::Zeroizing;

use super::Unanswered;
use super::signals::Signals;

/// The kernel's own bound on a line, Enter included. It drops what is typed beyond without a word, so
/// a line that reaches it may have lost something and is no answer.
const LINE: usize = 4095;

/// Asks for something that must not be seen.
pub fn hidden(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    ask(prompt, LocalFlags::ECHONL)?.ok_or(Unanswered::EndOfInput)
}

/// Asks yes or no; only `y` and `yes` are a yes, the end of input is a no.
pub fn yes(prompt: &str) -> Result<bool, Unanswered> {
    let answer = ask(prompt, LocalFlags::ECHO)?.unwrap_or_default();
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}

/// One line from the terminal, without its end; `None` is the end of input.
fn ask(prompt: &str, echo: LocalFlags) -> Result<Option<Zeroizing<String>>, Unanswered> {
    let tty = File::options().read(true).write(true).open("/dev/tty").map_err(unusable)?;
    // In the background the kernel stops the process here, where any signal still does what it should.
    termios::tcflush(&tty, FlushArg::TCIFLUSH).map_err(unusable)?;
    let signals = Signals::catch().map_err(unusable)?;
    let modes = Modes::of(&tty, echo).map_err(unusable)?;
    let line = read_line(prompt, &tty, &modes, &signals);
    if !matches!(line, Ok(Some(_))) {
        // Only Enter has moved the cursor to a new line.
        let _ = (&tty).write_all(b"\n");
    }
    drop(modes);
    if signals.release() { Err(Unanswered::Interrupted) } else { line }
}

fn read_line(
    prompt: &str,
    mut tty: &File,
    modes: &Modes<'_>,
    signals: &Signals,
) -> Result<Option<Zeroizing<String>>, Unanswered> {
    let mut line = Zeroizing::new(vec![0; LINE]);
    let mut length = 0;
    modes.ask(prompt).map_err(unusable)?;
    // Ctrl-D inside a line hands over what there is of it: go on until Enter.
    while length == 0 || line[length - 1] != b'\n' {
        match signals.or_input(tty).map_err(unusable)? {
            None => match tty.read(&mut line[length..]).map_err(unusable)? {
                0 => return Ok(None),
                more => length += more,
            },
            Some(SIGTSTP) => {
                modes.restore();
                raise(SIGSTOP).map_err(unusable)?;
            }
            // Continued, but in the background: what the kernel does to those who read there.
            Some(SIGCONT) if !modes.ours() => raise(SIGTTIN).map_err(unusable)?,
            // Whoever had the terminal meanwhile may have turned the echo on.
            Some(SIGCONT) => {
                length = 0;
                modes.ask(prompt).map_err(unusable)?;
            }
            Some(_) => return Err(Unanswered::Interrupted),
        }
        if length == LINE {
            let _ = termios::tcflush(tty, FlushArg::TCIFLUSH);
            return Err(unusable(format!("it takes no line over {} bytes", LINE - 2)));
        }
    }
    line.truncate(length - 1);
    let text = String::from_utf8(mem::take(&mut line)).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        unusable("what was typed is not UTF-8")
    })?;
    Ok(Some(Zeroizing::new(text)))
}

fn unusable(why: impl Display) -> Unanswered {
    Unanswered::NoTerminal(why.to_string())
}

/// The terminal's modes: those it had, given back on drop, and those to ask with.
struct Modes<'a> {
    tty: &'a File,
    before: Termios,
    asking: Termios,
}

impl<'a> Modes<'a> {
    fn of(tty: &'a File, echo: LocalFlags) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut asking = before.clone();
        // All that a line and its Enter need, even if a crash left the terminal raw.
        asking.input_flags.insert(InputFlags::ICRNL);
        asking.local_flags.remove(LocalFlags::ECHO);
        asking.local_flags.insert(LocalFlags::ICANON | LocalFlags::ISIG | echo);
        Ok(Self { tty, before, asking })
    }

    /// What was typed ahead was meant for something else, and is dropped.
    fn ask(&self, prompt: &str) -> io::Result<()> {
        termios::tcsetattr(self.tty, SetArg::TCSAFLUSH, &self.asking)?;
        let mut tty = self.tty;
        tty.write_all(prompt.as_bytes())
    }

    /// Whether this process is in the foreground. In the background the terminal is somebody else's, and
    /// a change of its modes would stop the process.
    fn ours(&self) -> bool {
        tcgetpgrp(self.tty) == Ok(getpgrp())
    }

    fn restore(&self) {
        if self.ours() {
            let _ = termios::tcsetattr(self.tty, SetArg::TCSANOW, &self.before);
        }
    }
}

impl Drop for Modes<'_> {
    fn drop(&mut self) {
        self.restore();
    }
}
