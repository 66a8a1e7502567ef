//! What jeton promises on a desktop, each promise once under X11 and once under Wayland.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::desk::{Desk, Kind, PASSWORD_HINT, ended};
use crate::support::real::{Machine, Ran, eventually, soon};

const NEVER: &str = "never";
/// Long enough to look at the clipboard before it is cleared.
const SOON: &str = "2s";
/// Long enough for nothing: for those who only wait for the end.
const AT_ONCE: &str = "200ms";

macro_rules! on_both {
    ($($promise:ident)*) => {
        mod x11 {
            $(#[test] fn $promise() { super::Desk::new(super::Kind::X11).map(super::$promise); })*
        }
        mod wayland {
            $(#[test] fn $promise() { super::Desk::new(super::Kind::Wayland).map(super::$promise); })*
        }
    };
}

on_both! {
    a_secret_outlives_jeton
    it_is_marked_as_a_password
    it_is_cleared_in_time
    what_is_never_cleared_stays
    a_copy_of_somebody_else_is_left_alone
    a_copy_at_the_moment_of_clearing_stays
    an_earlier_text_comes_back
    an_earlier_password_does_not_come_back
    a_secret_of_the_vault_does_not_come_back
    a_second_secret_replaces_the_first
    the_same_secret_can_be_copied_twice
    a_hangup_does_not_take_it
    a_request_to_end_takes_it
    the_end_of_the_display_ends_the_helper
    the_helper_tells_nobody
    the_helper_holds_nothing_of_the_caller
    long_text_comes_back
    a_created_secret_is_copied_and_not_shown
    a_created_secret_is_shown_too_if_that_is_wished
    a_created_secret_is_not_copied_against_the_will
    a_script_copies_only_what_it_asks_for
    a_copied_secret_is_not_shown
    a_wrong_passphrase_copies_nothing
}

fn a_secret_outlives_jeton(desk: Desk) {
    let secret = desk.machine().create("web");
    desk.copy("web", NEVER);
    for _ in 0..3 {
        assert_eq!(desk.paste(), Some(secret.clone()));
    }
    desk.helper();
}

fn it_is_marked_as_a_password(desk: Desk) {
    desk.machine().create("web");
    desk.copy("web", NEVER);
    assert!(desk.types().contains(PASSWORD_HINT), "{}", desk.types());
}

fn it_is_cleared_in_time(desk: Desk) {
    let secret = desk.machine().create("web");
    let start = Instant::now();
    desk.copy("web", SOON);
    assert_eq!(desk.paste(), Some(secret));
    ended(desk.helper());
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!(desk.paste(), None);
}

fn what_is_never_cleared_stays(desk: Desk) {
    let secret = desk.machine().create("web");
    let mut jeton = desk.jeton(&["copy", "web", "--clear-after", NEVER]);
    let said = Ran::from(jeton.output().unwrap()).exits(0);
    let said = said.gives("").says("the secret is on the clipboard, and stays there\n");
    assert!(!said.stderr.contains("cleared"), "{said:?}");
    assert_eq!(desk.paste(), Some(secret));
    desk.helper();
}

fn a_copy_of_somebody_else_is_left_alone(desk: Desk) {
    desk.machine().create("web");
    for round in 0..3 {
        desk.copy("web", "1h");
        let helper = desk.helper();
        let theirs = format!("theirs {round}");
        desk.copy_elsewhere(&theirs);
        ended(helper);
        assert_eq!(desk.paste(), Some(theirs));
        assert_eq!(desk.helpers(), []);
    }
}

fn a_copy_at_the_moment_of_clearing_stays(desk: Desk) {
    desk.machine().create("web");
    desk.machine().create("other");
    for time in (1..50).step_by(8) {
        let theirs = format!("at {time}");
        // A secret does not come back, so that it is clearing that is met: to bring a text back takes a moment in which
        // somebody who copies loses.
        desk.copy("other", NEVER);
        desk.copy("web", &format!("{time}ms"));
        desk.copy_elsewhere(&theirs);
        eventually("the helper's end", || desk.helpers().is_empty().then_some(()));
        assert_eq!(desk.paste(), Some(theirs));
    }
}

fn an_earlier_text_comes_back(desk: Desk) {
    const EARLIER: &str = "earlier ✓\n\"two\" lines";
    let secret = desk.machine().create("web");
    desk.copy_elsewhere(EARLIER);
    desk.copy("web", SOON);
    let first = desk.helper();
    assert_eq!(desk.paste(), Some(secret));
    ended(first);
    for _ in 0..3 {
        assert_eq!(desk.paste().as_deref(), Some(EARLIER));
    }
    assert!(!desk.types().contains(PASSWORD_HINT));
    let second = desk.helper();
    desk.copy_elsewhere("later");
    ended(second);
    assert_eq!(desk.paste().as_deref(), Some("later"));
}

/// Marked as one by whoever copied it; it need not be known to the vault.
fn an_earlier_password_does_not_come_back(desk: Desk) {
    desk.machine().create("web");
    desk.machine().create("gone");
    desk.copy("gone", NEVER);
    let first = desk.helper();
    desk.machine().jeton(["delete", "gone", "--yes"]).run().exits(0);
    desk.copy("web", AT_ONCE);
    ended(first);
    ended(desk.helper());
    assert_eq!(desk.paste(), None);
}

/// Copied by a program that does not mark it: jeton has to know it by itself.
fn a_secret_of_the_vault_does_not_come_back(desk: Desk) {
    let secret = desk.machine().create("first");
    desk.machine().create("second");
    for spelt in [secret.clone(), format!("{secret}\n"), format!("  {secret} ")] {
        desk.copy_elsewhere(&spelt);
        desk.copy("second", AT_ONCE);
        eventually("the helper's end", || desk.helpers().is_empty().then_some(()));
        assert_eq!(desk.paste(), None, "{spelt:?}");
    }
    // What only looks like one comes back, so it is the vault that makes the difference.
    desk.machine().jeton(["delete", "first", "--yes"]).run().exits(0);
    desk.copy_elsewhere(&secret);
    desk.copy("second", AT_ONCE);
    eventually("what was there before", || (desk.paste()? == secret).then_some(()));
}

fn a_second_secret_replaces_the_first(desk: Desk) {
    desk.machine().create("first");
    let second = desk.machine().create("second");
    desk.copy("first", "1h");
    let first = desk.helper();
    desk.copy("second", NEVER);
    ended(first);
    assert_eq!(desk.paste(), Some(second));
    desk.helper();
}

fn the_same_secret_can_be_copied_twice(desk: Desk) {
    let secret = desk.machine().create("web");
    desk.copy("web", "1h");
    let first = desk.helper();
    desk.copy("web", NEVER);
    ended(first);
    assert_eq!(desk.paste(), Some(secret));
}

fn a_hangup_does_not_take_it(desk: Desk) {
    let secret = desk.machine().create("web");
    let line = "\"$0\" copy web --clear-after never; echo do''ne; exec cat";
    let mut screen = desk.shell_at_terminal(line).leading().spawn();
    screen.expect("done");
    // The window is closed: the kernel sends SIGHUP to all in it.
    screen.close();
    assert_eq!(desk.paste(), Some(secret));
    desk.helper();
}

fn a_request_to_end_takes_it(desk: Desk) {
    desk.machine().create("web");
    desk.copy("web", NEVER);
    let helper = desk.helper();
    assert!(Command::new("kill").arg(helper.to_string()).status().unwrap().success());
    ended(helper);
    eventually("an empty clipboard", || desk.paste().is_none().then_some(()));
}

fn the_end_of_the_display_ends_the_helper(mut desk: Desk) {
    desk.machine().create("web");
    desk.copy("web", NEVER);
    let helper = desk.helper();
    desk.switch_off();
    ended(helper);
}

fn the_helper_tells_nobody(desk: Desk) {
    let secret = desk.machine().create("web");
    let mut jeton = desk.command(desk.machine().program());
    jeton.args(["copy", "web", "--clear-after", NEVER]).env("JETON_PASSPHRASE", "correct horse");
    assert!(soon("jeton", move || jeton.output()).unwrap().status.success());
    let process = format!("/proc/{}", desk.helper());
    let arguments = fs::read_to_string(format!("{process}/cmdline")).unwrap();
    assert!(!arguments.contains(&secret), "{arguments}");
    // Only root may look into the environment of a process that cannot be dumped.
    match fs::read_to_string(format!("{process}/environ")) {
        Ok(environment) => {
            assert!(!environment.contains(&secret), "{environment}");
            assert!(!environment.contains("JETON_"), "{environment}");
        }
        Err(reason) => assert_eq!(reason.kind(), std::io::ErrorKind::PermissionDenied),
    }
}

fn the_helper_holds_nothing_of_the_caller(desk: Desk) {
    let secret = desk.machine().create("web");
    let mut shell = desk.command("sh");
    shell.args(["-c", "exec 7>&1; \"$0\" copy web --clear-after never >/dev/null 2>&1"]);
    shell.arg(desk.machine().program()).env("JETON_PASSPHRASE_FILE", desk.machine().passphrase_file());
    // The output ends when nobody has the pipe open any more.
    let output = soon("the end of a pipe", move || shell.output()).unwrap();
    assert!(output.status.success());
    assert_eq!(desk.paste(), Some(secret));
    // Nor does it hold the vault: who deletes has it alone.
    desk.machine().jeton(["delete", "web", "--yes"]).run().exits(0);
}

fn long_text_comes_back(desk: Desk) {
    desk.machine().create("web");
    let long = "0123456789abcde\n".repeat(10_000);
    desk.copy_elsewhere(&long);
    desk.copy("web", AT_ONCE);
    eventually("what was there before", || (desk.paste()? == long).then_some(()));
}

// What `create` does with a clipboard.

fn a_created_secret_is_copied_and_not_shown(desk: Desk) {
    let (code, seen) = desk.at_terminal(&["create", "web"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    let secret = desk.paste().expect("it is there");
    assert_eq!(desk.machine().verify(&secret), 0);
    assert!(!seen.contains(&secret), "{seen:?}");
    assert!(seen.contains("the secret is on the clipboard, and is cleared from it in 45 seconds\r\n"), "{seen:?}");
    assert!(desk.types().contains(PASSWORD_HINT));
}

fn a_created_secret_is_shown_too_if_that_is_wished(desk: Desk) {
    let (code, seen) = desk.at_terminal(&["create", "web", "--print", "--clear-after", NEVER]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    let secret = desk.paste().expect("it is there");
    assert!(seen.contains(&format!("{secret}\r\n")), "{seen:?}");
    assert!(seen.contains("the secret is on the clipboard, and stays there"), "{seen:?}");
}

fn a_created_secret_is_not_copied_against_the_will(desk: Desk) {
    let (code, seen) = desk.at_terminal(&["create", "web", "--no-copy"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    let secret = seen.lines().find(|line| line.starts_with("jtn_")).expect("it is shown");
    assert_eq!(desk.machine().verify(secret), 0);
    assert_eq!((desk.paste(), desk.helpers()), (None, vec![]));
}

fn a_script_copies_only_what_it_asks_for(desk: Desk) {
    let ran = Ran::from(desk.jeton(&["create", "web"]).output().unwrap()).exits(0);
    assert_eq!(desk.machine().verify(&ran.stdout), 0);
    assert_eq!((desk.paste(), desk.helpers()), (None, vec![]));
    let ran = Ran::from(desk.jeton(&["create", "ssh", "--copy"]).output().unwrap()).exits(0);
    let ran = ran.says("the secret is on the clipboard");
    assert_eq!(desk.paste().as_deref(), Some(ran.stdout.trim_end()));
}

fn a_copied_secret_is_not_shown(desk: Desk) {
    let secret = desk.machine().create("web");
    let mut screen = desk.at_terminal(&["copy", "web"]).spawn();
    screen.expect("Passphrase: ");
    screen.send("correct horse\r");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    let said = "the secret is on the clipboard, and is cleared from it in 45 seconds";
    assert_eq!(seen, format!("Passphrase: \r\n{said}\r\n"));
    assert_eq!(desk.paste(), Some(secret));
}

fn a_wrong_passphrase_copies_nothing(desk: Desk) {
    desk.machine().create("web");
    desk.copy_elsewhere("theirs");
    let mut jeton = desk.jeton(&["copy", "web"]);
    jeton.env_remove("JETON_PASSPHRASE_FILE").env("JETON_PASSPHRASE", "wrong");
    Ran::from(jeton.output().unwrap()).exits(5).gives("");
    assert_eq!((desk.paste().as_deref(), desk.helpers()), (Some("theirs"), vec![]));
}

// Displays that do not do what they should.

#[test]
fn an_owner_that_hangs_is_not_waited_for() {
    let Some(desk) = Desk::new(Kind::X11) else { return };
    let secret = desk.machine().create("web");
    let xclip = ["-quiet", "-i", "-selection", "clipboard", "/etc/passwd"];
    let mut owner = desk.command("xclip");
    owner.args(xclip).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut owner = owner.spawn().unwrap();
    eventually("their copy", || desk.paste());
    let stopped = Command::new("kill").args(["-STOP", &owner.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    let start = Instant::now();
    desk.copy("web", SOON);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let helper = desk.helper();
    assert_eq!(desk.paste(), Some(secret));
    ended(helper);
    assert_eq!(desk.paste(), None);
    owner.kill().unwrap();
    owner.wait().unwrap();
}

/// What jeton says where there is no display behind the variables, and how long it takes.
#[track_caller]
fn without_display(variables: &[(&str, &str)]) -> (String, Duration) {
    let machine = Machine::with_vault();
    machine.create("web");
    let bare = machine.jeton(["copy", "web"]).unlocked();
    let start = Instant::now();
    let ran = variables.iter().fold(bare, |jeton, (name, value)| jeton.env(name, value)).run();
    let took = start.elapsed();
    let ran = ran.exits(8).gives("").says("hint: `jeton copy web --print` writes the secret to stdout instead\n");

    // `create` has made its token all the same, and gives what would be lost.
    let bare = machine.jeton(["create", "ssh", "--copy"]);
    let made = variables.iter().fold(bare, |jeton, (name, value)| jeton.env(name, value)).run().exits(0);
    assert_eq!(machine.verify(&made.stdout), 0);
    made.says("nothing was copied: ");
    (ran.stderr, took)
}

#[test]
fn nothing_at_all_is_said() {
    for variables in [&[][..], &[("DISPLAY", ""), ("WAYLAND_DISPLAY", ""), ("TMUX", ""), ("SSH_TTY", "")]] {
        let (said, _) = without_display(variables);
        assert!(said.contains("no clipboard was found"), "{said}");
    }
}

#[test]
fn a_dead_display_is_said() {
    let (said, _) = without_display(&[("DISPLAY", ":4242")]);
    assert!(said.contains("cannot be used: no X11 display"), "{said}");
    let (said, _) = without_display(&[("WAYLAND_DISPLAY", "/nowhere/wayland-9")]);
    assert!(said.contains("cannot be used"), "{said}");
}

#[test]
fn a_silent_display_is_not_waited_for() {
    // Somebody listens, and never says a word.
    let silent = (200..300).find_map(|number| Some((number, TcpListener::bind(("127.0.0.1", 6000 + number)).ok()?)));
    let (number, listening) = silent.expect("a free display number");
    let (said, took) = without_display(&[("DISPLAY", &format!("127.0.0.1:{number}"))]);
    assert!(said.contains("the display does not answer"), "{said}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(listening);
}

#[test]
fn two_at_once_leave_one() {
    let Some(desk) = Desk::new(Kind::X11) else { return };
    let secrets = ["one", "two", "three", "four"].map(|name| desk.machine().create(name));
    thread::scope(|scope| {
        for name in ["one", "two", "three", "four"] {
            let mut jeton = desk.jeton(&["copy", name, "--clear-after", NEVER]);
            scope.spawn(move || jeton.output().unwrap());
        }
    });
    eventually("one helper", || (desk.helpers().len() == 1).then_some(()));
    let left = desk.paste().expect("one of them");
    assert!(secrets.contains(&left));
}
