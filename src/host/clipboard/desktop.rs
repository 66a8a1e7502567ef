//! desktop: what arboard does not tell about the display it speaks to. Which of the two kinds it is,
//! whether the present content is marked as a password, when the owner changes or the display goes
//! away, and how to clear the clipboard without ever clearing somebody else's.

use std::error::Error;

use serde::{Deserialize, Serialize};
use wl_clipboard_rs::{paste, utils, watch};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, Window, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// What marks a content that clipboard managers should not remember, and the value it then has.
const PASSWORD_HINT: &str = utils::PASSWORD_MANAGER_HINT_MIME_TYPE;
const PASSWORD_VALUE: &[u8] = b"secret";

/// A kind of display. Under both, the environment of this process says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Desktop {
    Wayland,
    X11,
}

/// What happens to the clipboard, as seen from outside.
#[derive(Debug)]
pub enum News {
    /// From now on nothing is missed.
    Watching,
    /// It has another owner, since this time of the X server (0 on Wayland).
    Changed(u32),
    /// The display is gone, or could not be watched.
    Gone(String),
}

impl Desktop {
    /// Wayland where it lets programs without a window at the clipboard (GNOME does not), else X11,
    /// which there is Xwayland: the same choice that arboard makes.
    pub fn find() -> Result<Desktop, String> {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let mut reasons = Vec::new();
        if set("WAYLAND_DISPLAY") {
            match utils::is_primary_selection_supported() {
                Ok(_) => return Ok(Desktop::Wayland),
                Err(reason) => reasons.push(reason.to_string()),
            }
        }
        if set("DISPLAY") {
            match x11rb::connect(None) {
                Ok(_) => return Ok(Desktop::X11),
                Err(reason) => reasons.push(format!("no X11 display: {reason}")),
            }
        }
        Err(reasons.join("; "))
    }

    /// What a helper has to know to find this display, and no other.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Desktop::Wayland => &["WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"],
            Desktop::X11 => &["DISPLAY", "XAUTHORITY", "HOME"],
        }
    }

    /// Whether what is on the clipboard now is marked as a password. Waits for its owner.
    pub fn holds_secret(self) -> bool {
        match self {
            Desktop::Wayland => paste::get_mime_types(paste::ClipboardType::Regular, paste::Seat::Unspecified)
                .is_ok_and(|types| types.contains(PASSWORD_HINT)),
            Desktop::X11 => x11_password_hint().is_ok_and(|value| value == PASSWORD_VALUE),
        }
    }

    /// Tells what happens for as long as the display lives and somebody listens.
    pub fn watch(self, tell: impl Fn(News)) {
        let ended = match self {
            Desktop::Wayland => wayland_watch(&tell),
            Desktop::X11 => x11_watch(&tell),
        };
        if let Err(reason) = ended {
            tell(News::Gone(reason.to_string()));
        }
    }

    /// Clears what this process has offered since that time, before it ends.
    ///
    /// The end alone clears too, but X11 programs may take a vanished owner for a crashed one and
    /// rescue its text. The X server ignores the request if somebody copied later than `since`.
    pub fn clear(self, since: u32) {
        match self {
            Desktop::Wayland => {}
            Desktop::X11 => drop(x11_disown(since)),
        }
    }
}

fn wayland_watch(tell: &impl Fn(News)) -> Result<(), Box<dyn Error>> {
    let mut watcher = watch::Watcher::new(watch::ClipboardType::Regular, paste::Seat::Unspecified)?;
    // The first event is what is there already.
    watcher.next_event()?;
    tell(News::Watching);
    while let Some(event) = watcher.next_event()? {
        if let watch::ClipboardEvent::Changed { .. } = event {
            tell(News::Changed(0));
        }
    }
    Ok(())
}

/// A connection, a window on it, and the atom of the clipboard.
fn x11_connect() -> Result<(RustConnection, Window, Atom), Box<dyn Error>> {
    let (x, screen) = x11rb::connect(None)?;
    let root = x.setup().roots[screen].root;
    let window = x.generate_id()?;
    let class = WindowClass::INPUT_ONLY;
    x.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &CreateWindowAux::new())?;
    let clipboard = x.intern_atom(false, b"CLIPBOARD")?.reply()?.atom;
    Ok((x, window, clipboard))
}

/// The value of the password hint; some programs answer any question with their text.
fn x11_password_hint() -> Result<Vec<u8>, Box<dyn Error>> {
    let (x, window, clipboard) = x11_connect()?;
    let hint = x.intern_atom(false, PASSWORD_HINT.as_bytes())?.reply()?.atom;
    x.convert_selection(window, clipboard, hint, hint, CURRENT_TIME)?;
    x.flush()?;
    loop {
        if let Event::SelectionNotify(answer) = x.wait_for_event()? {
            if answer.property == x11rb::NONE {
                return Ok(Vec::new());
            }
            let value = x.get_property(true, window, hint, AtomEnum::ANY, 0, 16)?;
            return Ok(value.reply()?.value);
        }
    }
}

fn x11_watch(tell: &impl Fn(News)) -> Result<(), Box<dyn Error>> {
    let (x, window, clipboard) = x11_connect()?;
    x.xfixes_query_version(1, 0)?.reply()?;
    x.xfixes_select_selection_input(window, clipboard, SelectionEventMask::SET_SELECTION_OWNER)?;
    x.sync()?;
    tell(News::Watching);
    loop {
        if let Event::XfixesSelectionNotify(change) = x.wait_for_event()? {
            tell(News::Changed(change.selection_timestamp));
        }
    }
}

fn x11_disown(since: u32) -> Result<(), Box<dyn Error>> {
    let (x, _, clipboard) = x11_connect()?;
    x.set_selection_owner(x11rb::NONE, clipboard, since)?;
    Ok(x.sync()?)
}
