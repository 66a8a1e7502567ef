//! terminal: the clipboard of the terminal a person sits at, when that is somewhere else. tmux is
//! asked to pass the secret on; without it, the terminal is written to directly. Neither answers,
//! tells what was there before, or can clear it later.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::within;
use crate::host::{Clipboard, NoClipboard, Offer, Reach};

/// What tmux needs to find the server and the terminal that shows our pane. It sends its whole
/// environment to the server, so it gets nothing else.
pub const TMUX_VARIABLES: [&str; 3] = ["PATH", "TMUX", "TMUX_PANE"];

const BUFFER: &str = "jeton";
const PATIENCE: Duration = Duration::from_secs(5);

/// The terminal outside tmux. As it comes, tmux swallows the escape sequence when a program in a
/// pane writes it, but sends it when one of its own commands is told to (`-w`).
pub struct Tmux {
    pub env: Vec<(&'static str, OsString)>,
}

/// The terminal at the other end, through the escape sequence OSC 52.
pub struct Remote;

impl Clipboard for Tmux {
    fn text(&mut self) -> Option<Zeroizing<String>> {
        None
    }

    fn put(&mut self, offer: Offer<'_>) -> Result<Reach, NoClipboard> {
        self.run(&["load-buffer", "-b", BUFFER, "-w", "-"], offer.secret.expose())?;
        // The buffer would keep the secret for every pane.
        self.run(&["delete-buffer", "-b", BUFFER], "")?;
        Ok(Reach::Tmux)
    }
}

impl Tmux {
    fn run(&self, args: &[&str], input: &str) -> Result<(), NoClipboard> {
        let unusable = |reason: String| NoClipboard::Unusable(format!("tmux: {reason}"));
        let mut tmux = Command::new("tmux")
            .args(args)
            .env_clear()
            .envs(self.env.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|reason| unusable(reason.to_string()))?;
        // Shorter than a pipe. A tmux that did not take it says why below.
        let _ = tmux.stdin.take().map(|mut pipe| pipe.write_all(input.as_bytes()));
        match within(PATIENCE, move || tmux.wait_with_output()) {
            Some(Ok(output)) if output.status.success() => Ok(()),
            Some(Ok(output)) => Err(unusable(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
            Some(Err(reason)) => Err(unusable(reason.to_string())),
            None => Err(unusable("no answer".into())),
        }
    }
}

impl Clipboard for Remote {
    fn text(&mut self) -> Option<Zeroizing<String>> {
        None
    }

    fn put(&mut self, offer: Offer<'_>) -> Result<Reach, NoClipboard> {
        let encoded = Zeroizing::new(Base64::encode_string(offer.secret.expose().as_bytes()));
        let sequence = Zeroizing::new(format!("\x1b]52;c;{}\x07", encoded.as_str()));
        File::options()
            .write(true)
            .open("/dev/tty")
            .and_then(|mut terminal| terminal.write_all(sequence.as_bytes()))
            .map_err(|reason| NoClipboard::Unusable(format!("/dev/tty: {reason}")))?;
        Ok(Reach::Terminal)
    }
}
