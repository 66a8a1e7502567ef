//! What reaches the terminal a person sits at: through tmux, and by the escape sequence OSC 52.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::pty::Pty;
use crate::support::real::{Machine, Ran, needs};

const HANDED_ON: &str = "whether it arrived cannot be seen from here, and clearing it cannot be promised";

/// In base64, by another program.
fn encoded(text: &str) -> String {
    let mut base64 = Command::new("base64").arg("-w0").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    base64.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(base64.wait_with_output().unwrap().stdout).unwrap()
}

fn remote(machine: &Machine, args: &[&str]) -> Pty {
    let remote = machine.at_terminal(args).env("SSH_TTY", "/dev/pts/0");
    remote.env("JETON_PASSPHRASE_FILE", machine.passphrase_file())
}

/// The one thing that the escape sequence on this screen carries, in base64.
#[track_caller]
fn carried(seen: &str) -> &str {
    let (_, begun) = seen.split_once("\x1b]52;c;").unwrap_or_else(|| panic!("nothing was sent: {seen:?}"));
    let (carried, rest) = begun.split_once('\x07').expect("it ends");
    assert!(!rest.contains('\x1b'), "{seen:?}");
    carried
}

#[test]
fn a_remote_terminal_is_sent_the_secret() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let (code, seen) = remote(&machine, &["copy", "web"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert_eq!(carried(&seen), encoded(&secret));
    assert!(seen.contains(HANDED_ON) && !seen.contains(&secret), "{seen:?}");
}

#[test]
fn whatever_the_streams_are() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let nowhere = || fs::File::open("/dev/null").unwrap();
    let jeton = remote(&machine, &["copy", "web"]).stdin(nowhere()).stdout(Stdio::null());
    assert_eq!(carried(&jeton.spawn().wait().1), encoded(&secret));
}

#[test]
fn a_created_secret_that_can_be_copied_again_is_not_shown() {
    let machine = Machine::with_vault();
    let (code, seen) = remote(&machine, &["create", "web"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    let secret = machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0).stdout;
    assert_eq!(carried(&seen), encoded(secret.trim_end()));
    assert!(seen.contains(HANDED_ON) && !seen.contains(secret.trim_end()), "{seen:?}");
}

#[test]
fn a_created_secret_that_may_be_lost_on_the_way_is_shown_too() {
    let machine = Machine::with_vault();
    let (code, seen) = remote(&machine, &["create", "web", "--once"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    // The escape sequence stands before it, and moves no cursor.
    let secret = seen.split(['\r', '\n', '\x07']).find(|line| line.starts_with("jtn_")).expect("it is shown");
    assert_eq!(carried(&seen), encoded(secret));
    assert_eq!(machine.verify(secret), 0);
}

#[test]
fn without_a_terminal_it_is_said() {
    if !needs(&["setsid"]) {
        return;
    }
    let machine = Machine::with_vault();
    machine.create("web");
    let mut jeton = machine.command("setsid");
    jeton.arg("--wait").arg(machine.program()).args(["copy", "web"]);
    jeton.env("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22").stdin(Stdio::null());
    jeton.env("JETON_PASSPHRASE_FILE", machine.passphrase_file());
    let ran = Ran::from(jeton.output().unwrap()).exits(8).gives("");
    ran.says("/dev/tty").says("--print");
}

/// A tmux server of this test, ended with it.
struct Server(PathBuf);

impl Server {
    fn ask(&self, args: &[&str]) -> String {
        let output = Command::new("tmux").env_remove("TMUX").arg("-S").arg(&self.0).args(args).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ask(&["kill-server"]);
    }
}

#[test]
fn tmux_passes_it_on_and_keeps_nothing() {
    if !needs(&["tmux"]) {
        return;
    }
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let server = Server(machine.dir().join("tmux"));
    let said = machine.dir().join("said");
    // In a pane, as it comes: the environment is the one that tmux gives.
    let line = format!(
        "'{}' copy web --passphrase-file '{}' 2>'{}'; echo fin''ished; exec cat",
        machine.program().display(),
        machine.passphrase_file().display(),
        said.display()
    );
    let mut person = Pty::new("tmux").args(["-S".as_ref(), server.0.as_os_str()]);
    person = person.args(["-f", "/dev/null", "new-session", &line]);
    for (name, value) in machine.vars() {
        person = person.env(name, value);
    }
    person = person.env("SHELL", "/bin/sh").env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
    let mut screen = person.leading().spawn();
    screen.expect("finished");
    let seen = screen.seen();
    let said = fs::read_to_string(&said).unwrap();
    assert_eq!(said, format!("the secret was handed to tmux for its clipboard\n{HANDED_ON}\n"));
    assert!(seen.contains("\x1b]52;") && seen.contains(&encoded(&secret)), "{seen:?}");
    assert_eq!(server.ask(&["list-buffers"]), "");
    drop(server);
    screen.status();
}

#[test]
fn a_tmux_that_is_gone_is_said() {
    if !needs(&["tmux"]) {
        return;
    }
    let machine = Machine::with_vault();
    machine.create("web");
    let jeton = machine.jeton(["copy", "web"]).unlocked().env("TMUX", "/nowhere/tmux,1,0");
    jeton.run().exits(8).gives("").says("cannot be used: tmux: ").says("--print");
}
