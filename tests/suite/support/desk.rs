//! A desk: a display of its own for one test, a person's other programs on it (xclip, wl-clipboard), and jeton.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::{prctl, wait};
use nix::unistd::Pid;

use super::pty::Pty;
use super::real::{Machine, eventually, needs, set_mode, soon};

/// The name the helper has among its arguments.
const HELPER: &str = "__keep-clipboard";
/// How clipboard managers are told that a content is a password.
pub const PASSWORD_HINT: &str = "x-kde-passwordManagerHint";

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    X11,
    Wayland,
}

pub struct Desk {
    kind: Kind,
    vars: Vec<(&'static str, PathBuf)>,
    server: Child,
    /// Removed after the server has ended.
    machine: Machine,
}

/// Waits for the end of a helper, as its adoptive parent.
#[track_caller]
pub fn ended(helper: Pid) {
    soon("the helper's end", move || wait::waitpid(helper, None)).expect("the helper is ours");
}

impl Desk {
    /// With a vault under a passphrase. `None` if this machine has no such display.
    pub fn new(kind: Kind) -> Option<Desk> {
        // Helpers whose parent has gone become our children, so that their end is an event.
        prctl::set_child_subreaper(true).expect("orphans can be adopted");
        match kind {
            Kind::X11 => Desk::x11(),
            Kind::Wayland => Desk::wayland(),
        }
    }

    fn x11() -> Option<Desk> {
        if !needs(&["Xvfb", "xclip"]) {
            return None;
        }
        let machine = Machine::with_vault();
        let mut server = machine
            .command("Xvfb")
            .args(["-displayfd", "1", "-noreset", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let answer = server.stdout.take().expect("it is piped");
        let number = soon("Xvfb's number", || {
            let mut number = String::new();
            BufReader::new(answer).read_line(&mut number).map(|_| number)
        });
        let display = format!(":{}", number.expect("Xvfb tells its number").trim());
        Some(Desk { kind: Kind::X11, vars: vec![("DISPLAY", display.into())], server, machine })
    }

    /// sway will not run as root, so all at this desk is somebody else's.
    fn wayland() -> Option<Desk> {
        if !needs(&["sway", "wl-copy", "setpriv"]) {
            return None;
        }
        let machine = Machine::of_nobody().vault_made();
        let config = machine.dir().join("config");
        fs::write(&config, "xwayland disable\n").expect("a configuration");
        let runtime = machine.dir().join("run");
        fs::create_dir(&runtime).expect("a directory for sockets");
        machine.own(&runtime);
        set_mode(&runtime, 0o700);
        let server = machine
            .command("sway")
            .arg("-c")
            .arg(&config)
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("WLR_BACKENDS", "headless")
            .env("WLR_RENDERER", "pixman")
            .env("WLR_LIBINPUT_NO_DEVICES", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sway starts");
        let socket = eventually("sway's socket", || {
            let files = fs::read_dir(&runtime).ok()?.flatten();
            let mut names = files.filter_map(|file| file.file_name().into_string().ok());
            names.find(|name| name.starts_with("wayland-") && !name.ends_with(".lock"))
        });
        let vars = vec![("WAYLAND_DISPLAY", socket.into()), ("XDG_RUNTIME_DIR", runtime)];
        Some(Desk { kind: Kind::Wayland, vars, server, machine })
    }

    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// A command of the person at this desk.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.machine.command(program);
        command.envs(self.vars.iter().cloned());
        command
    }

    /// jeton in a terminal on this desk.
    pub fn at_terminal(&self, args: &[&str]) -> Pty {
        let pty = self.machine.at_terminal(args);
        self.vars.iter().fold(pty, |pty, (name, value)| pty.env(name, value))
    }

    /// A shell in a terminal on this desk, which knows the passphrase, and runs jeton as `"$0"`.
    pub fn shell_at_terminal(&self, line: &str) -> Pty {
        let like = self.command("sh");
        let program = self.machine.program();
        let args = like.get_args().map(ToOwned::to_owned);
        let pty = Pty::new(like.get_program()).args(args).args(["-c", line]).args([program]);
        let pty = pty.env("JETON_PASSPHRASE_FILE", self.machine.passphrase_file());
        like.get_envs().fold(pty, |pty, (name, value)| pty.env(name, value.unwrap_or_default()))
    }

    /// jeton, which knows the passphrase.
    pub fn jeton(&self, args: &[&str]) -> Command {
        let mut jeton = self.command(self.machine.program());
        jeton.args(args).env("JETON_PASSPHRASE_FILE", self.machine.passphrase_file());
        jeton
    }

    /// Puts a token's secret on the clipboard; jeton itself has ended when this returns.
    #[track_caller]
    pub fn copy(&self, name: &str, clear_after: &str) {
        let mut jeton = self.jeton(&["copy", name, "--clear-after", clear_after]);
        let output = soon("jeton", move || jeton.output()).expect("jeton starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(said.starts_with("the secret is on the clipboard, and "), "{said}");
        assert!(output.stdout.is_empty());
    }

    /// What a paste into another program gives.
    pub fn paste(&self) -> Option<String> {
        let mut paste = match self.kind {
            Kind::X11 => self.xclip("UTF8_STRING"),
            Kind::Wayland => self.command("wl-paste"),
        };
        if self.kind == Kind::Wayland {
            paste.arg("--no-newline");
        }
        let output = paste.output().expect("the pasting program starts");
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.success() && !text.is_empty()).then_some(text)
    }

    /// The types in which the content is offered.
    pub fn types(&self) -> String {
        let mut types = match self.kind {
            Kind::X11 => self.xclip("TARGETS"),
            Kind::Wayland => self.command("wl-paste"),
        };
        if self.kind == Kind::Wayland {
            types.arg("--list-types");
        }
        String::from_utf8(types.output().expect("the pasting program starts").stdout).expect("text")
    }

    fn xclip(&self, target: &str) -> Command {
        let mut xclip = self.command("xclip");
        xclip.args(["-o", "-selection", "clipboard", "-t", target]);
        xclip
    }

    /// Copies something in another program, which goes on serving it.
    #[track_caller]
    pub fn copy_elsewhere(&self, text: &str) {
        let mut copying = match self.kind {
            Kind::X11 => self.command("xclip"),
            Kind::Wayland => self.command("wl-copy"),
        };
        if self.kind == Kind::X11 {
            copying.args(["-i", "-selection", "clipboard"]);
        }
        let copying = copying.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut copying = copying.expect("the copying program starts");
        copying.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
        copying.wait().expect("it can be waited for");
        eventually("their copy", || (self.paste()? == text).then_some(()));
    }

    /// The helpers of this desk that are alive.
    pub fn helpers(&self) -> Vec<Pid> {
        let start = format!("{}\0{HELPER}\0", self.machine.program().display());
        let processes = fs::read_dir("/proc").expect("a list of processes").flatten();
        let helping = processes.filter_map(|process| {
            let id = process.file_name().to_str()?.parse().ok()?;
            let line = fs::read(process.path().join("cmdline")).ok()?;
            (line == start.as_bytes()).then(|| Pid::from_raw(id))
        });
        helping.collect()
    }

    #[track_caller]
    pub fn helper(&self) -> Pid {
        let helpers = self.helpers();
        assert_eq!(helpers.len(), 1, "{helpers:?}");
        helpers[0]
    }

    /// Ends the display.
    pub fn switch_off(&mut self) {
        // It may have ended by itself.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Their helpers end with it.
        self.switch_off();
    }
}
