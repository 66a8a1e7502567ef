//! clipboard: where a secret goes that a person wants to paste. The desktop's own clipboard comes
//! first, then the terminal outside tmux, then the terminal at the other end of an ssh connection.
//!
//! On a desktop the text lives in the program that offers it, so jeton leaves a helper behind
//! (`keeper`) and returns. The terminals are given the text once and keep it (`terminal`).

mod desktop;
mod keeper;
mod terminal;

use std::ffi::OsString;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use self::desktop::Desktop;
use self::keeper::Job;
pub use self::keeper::{HELPER, keep};
use super::{Clipboard, NoClipboard, Offer, Reach};

/// How long a display may take to answer, or the present owner of the clipboard to give its text.
const GLANCE: Duration = Duration::from_secs(1);
/// A longer text is not brought back: X11 hands it over in one piece or not at all.
const LONGEST: usize = 1 << 20;

/// The nearest thing people can paste from. `var` reads the environment of this process.
pub fn find(var: &dyn Fn(&str) -> Option<OsString>) -> Result<Box<dyn Clipboard>, NoClipboard> {
    let set = |name| var(name).is_some_and(|value| !value.is_empty());
    let mut why = NoClipboard::NotFound;
    if set("WAYLAND_DISPLAY") || set("DISPLAY") {
        let found = within(GLANCE, Desktop::find);
        match found.unwrap_or_else(|| Err("the display does not answer".into())) {
            Ok(desktop) => {
                let names = desktop.variables().iter();
                let env = names.filter_map(|name| Some((*name, var(name)?))).collect();
                return Ok(Box::new(OnDesktop { desktop, env }));
            }
            Err(reason) => why = NoClipboard::Unusable(reason),
        }
    }
    if set("TMUX") {
        let names = terminal::TMUX_VARIABLES.iter();
        let env = names.filter_map(|name| Some((*name, var(name)?))).collect();
        return Ok(Box::new(terminal::Tmux { env }));
    }
    if set("SSH_TTY") || set("SSH_CONNECTION") {
        return Ok(Box::new(terminal::Remote));
    }
    Err(why)
}

/// The clipboard of the desktop, and what of the environment a helper needs to reach it.
struct OnDesktop {
    desktop: Desktop,
    env: Vec<(&'static str, OsString)>,
}

impl Clipboard for OnDesktop {
    /// Nothing when what is there is no text, too long, or marked as a password: bringing that back
    /// would keep somebody's secret on the clipboard for longer than they meant.
    fn text(&mut self) -> Option<Zeroizing<String>> {
        let desktop = self.desktop;
        within(GLANCE, move || {
            if desktop.holds_secret() {
                return None;
            }
            let text = arboard::Clipboard::new().ok()?.get_text().ok()?;
            Some(Zeroizing::new(text))
        })
        .flatten()
        .filter(|text| !text.is_empty() && text.len() <= LONGEST)
    }

    fn put(&mut self, offer: Offer<'_>) -> Result<Reach, NoClipboard> {
        let job = Job {
            desktop: self.desktop,
            text: offer.secret.expose().into(),
            secret: true,
            clear_after: offer.clear_after,
            restore: offer.restore.as_ref().map(|text| text.as_str().into()),
        };
        keeper::hand_over(&job, self.env.iter().cloned()).map_err(NoClipboard::Unusable)?;
        Ok(Reach::Desktop)
    }
}

/// What `work` returns, if it does so in time; else it is left to end with the process.
fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = mpsc::sync_channel(1);
    thread::spawn(move || done.send(work()));
    result.recv_timeout(limit).ok()
}
