//! What a person in front of a terminal sees of jeton's questions, and what they leave behind. No display, no tmux
//! and no remote terminal are there: for those see `clipboard`.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use rusqlite::Connection;

use crate::support::pty::{Pty, Screen};
use crate::support::real::{Files, Machine, eventually, mode, soon};

const NEW: &str = "New passphrase: ";
const REPEAT: &str = "Repeat the passphrase: ";
const OLD: &str = "Passphrase: ";
const SECRET: &str = "Secret: ";
const ONE: &str = "Delete it? [y/N] ";
const MANY: &str = "Delete them? [y/N] ";
const REVOKED: &str = "Revoke them? [y/N] ";
const RESTORED: &str = "Restore them? [y/N] ";
const DROPPED: &str = "Drop it? [y/N] ";

/// One of jeton's questions, being asked.
struct Asked {
    question: &'static str,
    machine: Machine,
    screen: Screen,
    /// The home directory, before anything was asked.
    before: Files,
}

/// Who is to be asked what.
struct Question {
    args: &'static [&'static str],
    /// Typed at the question before.
    first: Option<&'static str>,
    text: &'static str,
}

const FIRST_CREATE: Question = Question { args: &["create", "web"], first: None, text: NEW };
const FIRST_CREATE_REPEATED: Question = Question { first: Some("correct horse\r"), text: REPEAT, ..FIRST_CREATE };
const INIT: Question = Question { args: &["vault", "init"], first: None, text: NEW };
const INIT_REPEATED: Question = Question { first: Some("correct horse\r"), text: REPEAT, ..INIT };
const COPY: Question = Question { args: &["copy", "web", "--print"], first: None, text: OLD };
const EXPORT: Question = Question { args: &["export", "--reveal", "--output", "all.json"], ..COPY };
const DOTENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/dotenv");
const FIRST_IMPORT: Question = Question { args: &["import", DOTENV], ..INIT };
const DELETE_ONE: Question = Question { args: &["delete", "web"], first: None, text: ONE };
const DELETE_TWO: Question = Question { args: &["delete", "web", "ssh"], first: None, text: MANY };
const VERIFY: Question = Question { args: &["verify"], first: None, text: SECRET };
const REVOKE: Question = Question { args: &["revoke"], first: None, text: SECRET };
const REVOKE_TWO: Question = Question { args: &["revoke", "web", "ssh"], first: None, text: REVOKED };
const RESTORE_TWO: Question = Question { args: &["restore", "web", "ssh"], first: None, text: RESTORED };
const LOGOUT_ALL: Question = Question { args: &["logout", "--all"], first: None, text: REVOKED };
const FORGET: Question = Question { args: &["edit", "web", "--forget"], first: None, text: DROPPED };

impl Question {
    fn hides(&self) -> bool {
        !self.text.contains("[y/N]")
    }

    /// What Ctrl-D comes to: no passphrase, no, or an empty secret.
    fn end_of_input(&self) -> i32 {
        match self.text {
            _ if !self.hides() => 6,
            SECRET if self.args == VERIFY.args => 10,
            SECRET => 2,
            _ => 5,
        }
    }

    /// What is said of it.
    fn end_said(&self) -> &'static str {
        match self.text {
            ONE | MANY => "error: not confirmed; nothing was deleted\r\nhint: ",
            REVOKED => "error: not confirmed; nothing was revoked\r\nhint: ",
            RESTORED => "error: not confirmed; nothing was restored\r\nhint: ",
            DROPPED => "error: not confirmed; nothing was dropped\r\nhint: ",
            SECRET if self.args == VERIFY.args => "malformed: this is not a secret",
            SECRET => "error: no secret was given; nothing was revoked\r\nhint: ",
            _ => "error: nothing was entered\r\nhint: ",
        }
    }

    /// A machine on which this is asked.
    fn machine(&self) -> Machine {
        let machine = match self.text {
            NEW | REPEAT => return Machine::new(),
            OLD | DROPPED => Machine::with_vault(),
            _ => Machine::with_show_once_vault(),
        };
        for name in ["web", "ssh"] {
            machine.create(name);
            if self.text == RESTORED {
                machine.jeton(["revoke", name]).run().exits(0);
            }
            if self.args == LOGOUT_ALL.args {
                machine.jeton(["login"]).env("LOGNAME", name).run().exits(0);
            }
        }
        machine
    }

    #[track_caller]
    fn ask(&self) -> Asked {
        self.ask_as(|pty| pty)
    }

    #[track_caller]
    fn ask_as(&self, how: impl FnOnce(Pty) -> Pty) -> Asked {
        let machine = self.machine();
        let before = machine.files();
        let mut screen = how(machine.at_terminal(self.args)).spawn();
        if let Some(answer) = self.first {
            screen.expect(NEW);
            screen.send(answer);
        }
        screen.expect(self.text);
        assert_eq!(screen.echo_is_on(), !self.hides());
        Asked { question: self.text, machine, screen, before }
    }
}

impl Asked {
    /// The end, after which all is as if nothing had been asked.
    #[track_caller]
    fn ends_without_a_change(mut self, code: i32) -> String {
        let seen = self.ends(code);
        assert_eq!(self.machine.files(), self.before, "something was changed");
        seen
    }

    /// The end, with the terminal as it was.
    #[track_caller]
    fn ends(&mut self, code: i32) -> String {
        let ended = self.screen.ended();
        let seen = self.screen.seen();
        assert_eq!(ended, code, "at {:?}: {seen:?}", self.question);
        assert_eq!(self.screen.modes(), self.screen.modes_before());
        seen
    }

    /// What could be typed here, left unfinished.
    fn begin(&self) -> &'static str {
        if self.question.contains("[y/N]") { "ye" } else { "half-typed" }
    }
}

/// Each promise at each question.
macro_rules! at_every_question {
    ($($promise:ident)*) => {
        at_every_question! { @ $($promise)*;
            first_create FIRST_CREATE
        }
        at_every_question! { @ $($promise)*;
            first_create_repeated FIRST_CREATE_REPEATED
        }
        at_every_question! { @ $($promise)*;
            vault_init INIT
        }
        at_every_question! { @ $($promise)*;
            vault_init_repeated INIT_REPEATED
        }
        at_every_question! { @ $($promise)*;
            copy COPY
        }
        at_every_question! { @ $($promise)*;
            export EXPORT
        }
        at_every_question! { @ $($promise)*;
            first_import FIRST_IMPORT
        }
        at_every_question! { @ $($promise)*;
            delete_one DELETE_ONE
        }
        at_every_question! { @ $($promise)*;
            delete_two DELETE_TWO
        }
        at_every_question! { @ $($promise)*;
            verify VERIFY
        }
        at_every_question! { @ $($promise)*;
            revoke REVOKE
        }
        at_every_question! { @ $($promise)*;
            revoke_two REVOKE_TWO
        }
        at_every_question! { @ $($promise)*;
            restore_two RESTORE_TWO
        }
        at_every_question! { @ $($promise)*;
            logout_all LOGOUT_ALL
        }
        at_every_question! { @ $($promise)*;
            forget FORGET
        }
    };
    (@ $($promise:ident)*; $chapter:ident $question:ident) => {
        mod $chapter {
            $(#[test] fn $promise() { super::$promise(&super::$question); })*
        }
    };
}

at_every_question! {
    ctrl_c_changes_nothing
    ctrl_d_changes_nothing
    a_request_to_end_changes_nothing
    ctrl_z_stops_and_asks_again
    a_closed_window_changes_nothing
}

fn ctrl_c_changes_nothing(question: &Question) {
    let asked = question.ask();
    asked.screen.send(asked.begin());
    asked.screen.send_ctrl('c');
    let seen = asked.ends_without_a_change(130);
    assert!(seen.contains("\r\nerror: interrupted\r\nhint: nothing was changed\r\n"), "{seen:?}");
    assert!(!seen.contains("half-typed"), "{seen:?}");
}

fn ctrl_d_changes_nothing(question: &Question) {
    let asked = question.ask();
    asked.screen.send_ctrl('d');
    let seen = asked.ends_without_a_change(question.end_of_input());
    assert!(seen.contains(&format!("\r\n{}", question.end_said())), "{seen:?}");
}

fn a_request_to_end_changes_nothing(question: &Question) {
    let names = if question.text == REPEAT { &["TERM"][..] } else { &["INT", "TERM", "HUP", "QUIT"] };
    for name in names {
        let asked = question.ask();
        asked.screen.send(asked.begin());
        asked.screen.signal(name);
        asked.ends_without_a_change(130);
    }
}

fn ctrl_z_stops_and_asks_again(question: &Question) {
    let mut asked = question.ask();
    asked.screen.send("forgotten");
    asked.screen.send_ctrl('z');
    asked.screen.stopped();
    assert_eq!(asked.screen.modes(), asked.screen.modes_before());
    asked.screen.send("\r");
    asked.screen.expect(question.text);
    assert_eq!(asked.screen.echo_is_on(), !question.hides());
    asked.screen.send_ctrl('d');
    let seen = asked.ends_without_a_change(question.end_of_input());
    assert!(!question.hides() || !seen.contains("forgotten"), "{seen:?}");
}

fn a_closed_window_changes_nothing(question: &Question) {
    let asked = question.ask_as(|pty| pty.leading());
    assert_eq!(asked.screen.close().code(), Some(130));
    assert_eq!(asked.machine.files(), asked.before);
}

// Making a vault.

/// The secret on the screen, which is on a line of its own.
#[track_caller]
fn secret_in(seen: &str) -> String {
    let secret = seen.lines().find(|line| line.starts_with("jtn_"));
    secret.unwrap_or_else(|| panic!("no secret in {seen:?}")).to_owned()
}

/// Chooses a passphrase for the vault that is about to be made.
#[track_caller]
fn choose(screen: &mut Screen, passphrase: &str) {
    screen.expect(NEW);
    screen.send(&format!("{passphrase}\r"));
    screen.expect(REPEAT);
    screen.send(&format!("{passphrase}\r"));
}

#[test]
fn the_first_create_makes_the_vault() {
    let machine = Machine::new();
    let mut screen = machine.at_terminal(["create", "web"]).spawn();
    let explained = screen.expect(NEW);
    assert!(explained.contains("this makes a new vault"), "{explained:?}");
    assert!(explained.contains("an empty passphrase makes a show-once vault"), "{explained:?}");
    screen.send("correct horse\r");
    screen.expect(REPEAT);
    screen.send("correct horse\r");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(!seen.contains("correct horse"), "{seen:?}");
    assert!(seen.contains("made a vault at"), "{seen:?}");
    assert_eq!(mode(&machine.vault()), 0o600);
    assert_eq!(mode(machine.vault().parent().unwrap()), 0o700);

    let secret = secret_in(&seen);
    assert_eq!(machine.verify(&secret), 0);
    let copied = machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0);
    assert_eq!(copied.stdout.trim_end(), secret);
}

#[test]
fn a_later_create_asks_nothing() {
    let machine = Machine::with_vault();
    let (code, seen) = machine.at_terminal(["create", "web"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(!seen.contains("assphrase"), "{seen:?}");
    assert!(seen.contains("created web (jtn_"), "{seen:?}");
}

#[test]
fn without_a_clipboard_the_secret_is_shown() {
    let machine = Machine::with_vault();
    let (code, seen) = machine.at_terminal(["create", "web"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(seen.contains("nothing was copied: "), "{seen:?}");
    assert_eq!(machine.verify(&secret_in(&seen)), 0);
}

#[test]
fn what_nobody_wants_copied_is_not_spoken_of() {
    let machine = Machine::with_vault();
    let (code, seen) = machine.at_terminal(["create", "web", "--no-copy"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(!seen.contains("clipboard") && !seen.contains("nothing was copied"), "{seen:?}");
    assert_eq!(machine.verify(&secret_in(&seen)), 0);
}

#[test]
fn two_passphrases_that_differ_make_nothing() {
    for args in [FIRST_CREATE_REPEATED, INIT_REPEATED] {
        let asked = args.ask();
        asked.screen.send("correct hors\r");
        let seen = asked.ends_without_a_change(5);
        assert!(seen.contains("error: the two passphrases differ; nothing was made\r\nhint: "), "{seen:?}");
        assert!(!seen.contains("correct hors"), "{seen:?}");
    }
}

#[test]
fn an_empty_passphrase_makes_a_show_once_vault() {
    let machine = Machine::new();
    let mut screen = machine.at_terminal(["create", "web"]).spawn();
    choose(&mut screen, "");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(seen.contains("it is a show-once vault"), "{seen:?}");
    assert!(seen.contains("can be copied again: no"), "{seen:?}");
    assert_eq!(machine.verify(&secret_in(&seen)), 0);
    machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(6).gives("");
}

#[test]
fn init_makes_an_empty_vault() {
    let machine = Machine::new();
    let mut screen = machine.at_terminal(["vault", "init"]).spawn();
    choose(&mut screen, "correct horse");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(seen.contains("made a vault at") && !seen.contains("correct horse"), "{seen:?}");
    assert!(machine.names().is_empty());
    machine.create("web");
    machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0);
    let (code, seen) = machine.at_terminal(["vault", "init"]).spawn().wait();
    assert_eq!(code, 4, "{seen:?}");
    assert!(!seen.contains(NEW), "{seen:?}");
}

#[test]
fn a_taken_name_is_refused_without_a_question() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    let (code, seen) = machine.at_terminal(["create", "web"]).spawn().wait();
    assert_eq!(code, 4, "{seen:?}");
}

#[test]
fn a_bad_expiry_is_refused_without_a_question() {
    let machine = Machine::new();
    let (code, seen) = machine.at_terminal(["create", "web", "--expires", "2001-01-01"]).spawn().wait();
    assert_eq!(code, 2, "{seen:?}");
    assert!(!seen.contains(NEW), "{seen:?}");
    assert!(machine.files().is_empty());
}

// Unlocking.

#[test]
fn the_passphrase_reveals_and_is_not_shown() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let mut screen = machine.at_terminal(["copy", "web", "--print"]).spawn();
    screen.expect(OLD);
    screen.send("correct horse\r");
    let (code, seen) = screen.wait();
    assert_eq!((code, seen), (0, format!("Passphrase: \r\n{secret}\r\n")));
}

#[test]
fn a_wrong_passphrase_reveals_nothing() {
    for wrong in ["", "Correct horse", "correct horse "] {
        let machine = Machine::with_vault();
        let secret = machine.create("web");
        let mut screen = machine.at_terminal(["copy", "web", "--print"]).spawn();
        screen.expect(OLD);
        screen.send(&format!("{wrong}\r"));
        let (code, seen) = screen.wait();
        assert_eq!(code, 5, "{seen:?}");
        assert!(seen.contains("error: the passphrase is wrong\r\nhint: "), "{seen:?}");
        assert!(!seen.contains(&secret) && !seen.contains("orrect horse"), "{seen:?}");
    }
}

#[test]
fn nobody_is_asked_in_vain() {
    let machine = Machine::with_vault();
    machine.jeton(["create", "once", "--once"]).run().exits(0);
    machine.create("web");
    // The token is not there, no copy was kept, there is no clipboard.
    for (args, code) in [(["copy", "wob"], 3), (["copy", "once"], 6), (["copy", "web"], 8)] {
        let (ended, seen) = machine.at_terminal(args).spawn().wait();
        assert_eq!(ended, code, "{seen:?}");
        assert!(!seen.contains(OLD), "{seen:?}");
    }
}

/// The three ways to give a passphrase, for each of which nobody is asked.
fn ways_to_give(machine: &Machine, args: &[&str]) -> [Pty; 3] {
    let file = machine.passphrase_file();
    [
        machine.at_terminal(args).args(["--passphrase-file".as_ref(), file.as_os_str()]),
        machine.at_terminal(args).env("JETON_PASSPHRASE_FILE", &file),
        machine.at_terminal(args).env("JETON_PASSPHRASE", "correct horse"),
    ]
}

#[test]
fn a_given_passphrase_is_not_asked_for() {
    for way in 0..3 {
        let machine = Machine::new();
        let [create, copy] = [&["create", "web"][..], &["copy", "web", "--print"]].map(|args| {
            let way = ways_to_give(&machine, args).into_iter().nth(way).unwrap();
            let (code, seen) = way.spawn().wait();
            assert_eq!(code, 0, "{seen:?}");
            assert!(!seen.contains("assphrase:") && !seen.contains("correct horse"), "{seen:?}");
            secret_in(&seen)
        });
        assert_eq!(create, copy);
    }
}

#[test]
fn a_given_passphrase_that_is_wrong_is_not_asked_for_again() {
    let machine = Machine::with_vault();
    machine.create("web");
    let copy = machine.at_terminal(["copy", "web", "--print"]).env("JETON_PASSPHRASE", "wrong");
    let (code, seen) = copy.spawn().wait();
    assert_eq!(code, 5, "{seen:?}");
    assert!(!seen.contains(OLD), "{seen:?}");
}

#[test]
fn set_but_empty_is_not_given() {
    let machine = Machine::with_vault();
    machine.create("web");
    let copy = machine.at_terminal(["copy", "web", "--print"]);
    let mut screen = copy.env("JETON_PASSPHRASE", "").env("JETON_PASSPHRASE_FILE", "").spawn();
    screen.expect(OLD);
    screen.send("correct horse\r");
    assert_eq!(screen.wait().0, 0);
}

// Confirming.

#[test]
fn only_y_and_yes_delete() {
    let machine = Machine::with_show_once_vault();
    for (typed, deletes) in [
        ("y", true),
        ("YES", true),
        (" Yes ", true),
        ("n", false),
        ("no", false),
        ("", false),
        ("yess", false),
        ("y y", false),
        ("ja", false),
    ] {
        let name = format!("answered {typed}");
        let name = name.trim();
        let secret = machine.create(name);
        let mut screen = machine.at_terminal(["delete", name]).spawn();
        let told = screen.expect(ONE);
        assert!(told.contains(&format!("  {name} (jtn_")), "{told:?}");
        assert!(told.contains("never used") && told.contains("services using it stop working"), "{told:?}");
        screen.send(&format!("{typed}\r"));
        let (code, seen) = screen.wait();
        assert_eq!(code, if deletes { 0 } else { 6 }, "{typed:?}: {seen:?}");
        assert_eq!(machine.verify(&secret), if deletes { 11 } else { 0 }, "{typed:?}");
        if !deletes {
            assert!(seen.contains("error: not confirmed; nothing was deleted\r\nhint: "), "{seen:?}");
            machine.jeton(["delete", "--yes", name]).run().exits(0);
        }
    }
}

#[test]
fn several_are_told_and_deleted_together() {
    let machine = Machine::with_show_once_vault();
    for name in ["one", "two", "three"] {
        machine.create(name);
    }
    let mut screen = machine.at_terminal(["delete", "one", "three"]).spawn();
    let told = screen.expect(MANY);
    assert!(told.contains("  one (jtn_") && told.contains("  three (jtn_") && !told.contains("two"), "{told:?}");
    screen.send("y\r");
    assert_eq!(screen.wait().0, 0);
    assert_eq!(machine.names(), ["two"]);
}

#[test]
fn yes_on_the_command_line_is_not_asked_for() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    let (code, seen) = machine.at_terminal(["delete", "web", "--yes"]).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(!seen.contains("[y/N]"), "{seen:?}");
    assert!(machine.names().is_empty());
}

/// The names of the tokens that work, in order.
#[track_caller]
fn working(machine: &Machine) -> Vec<String> {
    let listed = machine.jeton(["list", "--quiet"]).run().exits(0);
    let mut names: Vec<_> = listed.stdout.lines().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn yes_revokes_several() {
    for typed in ["y\r", "yes\r"] {
        let mut asked = REVOKE_TWO.ask();
        asked.screen.send(typed);
        let seen = asked.ends(0);
        assert!(seen.contains("these 2 tokens will be revoked:") && seen.contains("revoked ssh (jtn_"), "{seen:?}");
        assert_eq!(working(&asked.machine), [""; 0]);
    }
}

#[test]
fn yes_restores_several() {
    let mut asked = RESTORE_TWO.ask();
    asked.screen.send("y\r");
    let seen = asked.ends(0);
    assert!(seen.contains("these 2 tokens will work again:"), "{seen:?}");
    assert_eq!(working(&asked.machine), ["ssh", "web"]);
}

#[test]
fn yes_logs_everybody_out() {
    let mut asked = LOGOUT_ALL.ask();
    assert_eq!(working(&asked.machine), ["session-ssh-1", "session-web-1", "ssh", "web"]);
    asked.screen.send("yes\r");
    let seen = asked.ends(0);
    assert!(seen.contains("  session-ssh-1 (jtn_") && seen.contains("  session-web-1 (jtn_"), "{seen:?}");
    assert_eq!(working(&asked.machine), ["ssh", "web"]);
}

#[test]
fn yes_drops_the_copy() {
    let mut asked = FORGET.ask();
    asked.screen.send("y\r");
    let seen = asked.ends(0);
    assert!(seen.contains("the sealed copy of this token will be dropped for good:"), "{seen:?}");
    asked.machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(6).gives("");
    asked.machine.jeton(["copy", "ssh", "--print"]).unlocked().run().exits(0);
}

#[test]
fn what_touches_one_token_and_can_be_undone_is_not_asked_about() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    for args in [&["rotate", "web"][..], &["revoke", "web"], &["restore", "web"]] {
        let (code, seen) = machine.at_terminal(args).spawn().wait();
        assert_eq!(code, 0, "{seen:?}");
        assert!(!seen.contains("[y/N]") && !seen.contains("assphrase"), "{seen:?}");
    }
}

// Verifying, and revoking by the secret.

#[test]
fn a_typed_secret_is_revoked_and_not_shown() {
    let machine = Machine::with_show_once_vault();
    let secret = machine.create("web");
    let other = Machine::with_show_once_vault().create("web");
    for (typed, code) in [(&secret[1..], 2), (other.as_str(), 3), (&secret, 0), (&secret, 0)] {
        let mut screen = machine.at_terminal(["revoke"]).spawn();
        screen.expect(SECRET);
        screen.send(&format!("{typed}\r"));
        let (ended, seen) = screen.wait();
        assert_eq!(ended, code, "{seen:?}");
        assert!(!seen.contains(typed), "{seen:?}");
        assert_eq!(machine.verify(&secret), if code == 0 { 12 } else { 0 });
    }
}

#[test]
fn a_typed_secret_is_verified_and_not_shown() {
    let machine = Machine::with_show_once_vault();
    let secret = machine.create("web");
    let other = Machine::with_show_once_vault().create("web");
    for (typed, code) in [(secret.as_str(), 0), (&other, 11), (&secret[1..], 10), ("jtn_", 10), ("", 10)] {
        let mut screen = machine.at_terminal(["verify"]).spawn();
        screen.expect(SECRET);
        screen.send(&format!("{typed}\r"));
        let (ended, seen) = screen.wait();
        assert_eq!(ended, code, "{typed}: {seen:?}");
        assert!(typed.is_empty() || typed == "jtn_" || !seen.contains(typed), "{seen:?}");
    }
}

// The streams.

#[test]
fn a_redirected_result_is_the_secret_alone() {
    let machine = Machine::new();
    let file = machine.dir().join("secret");
    let mut screen = machine.at_terminal(["create", "web"]).stdout(File::create(&file).unwrap()).spawn();
    choose(&mut screen, "correct horse");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    let secret = fs::read_to_string(&file).unwrap();
    assert!(secret.ends_with('\n') && !secret.trim_end().contains(char::is_whitespace), "{secret:?}");
    assert!(!seen.contains(secret.trim_end()), "{seen:?}");
    assert_eq!(machine.verify(&secret), 0);

    let mut screen = machine.at_terminal(["copy", "web", "--print"]).stdout(File::create(&file).unwrap()).spawn();
    screen.expect(OLD);
    screen.send("correct horse\r");
    assert_eq!(screen.wait(), (0, "Passphrase: \r\n".to_owned()));
    assert_eq!(fs::read_to_string(&file).unwrap(), secret);
}

/// Standard input that holds nothing.
fn nothing() -> File {
    File::open("/dev/null").expect("it is always there")
}

#[test]
fn nobody_is_there_when_stdin_is_a_pipe() {
    let machine = Machine::new();
    let (code, seen) = machine.at_terminal(["create", "web"]).stdin(nothing()).spawn().wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(!seen.contains(NEW) && seen.contains("it is a show-once vault"), "{seen:?}");
    assert_eq!(machine.verify(&secret_in(&seen)), 0);
    let (code, seen) = machine.at_terminal(["delete", "web"]).stdin(nothing()).spawn().wait();
    assert_eq!(code, 6, "{seen:?}");
    assert!(!seen.contains("[y/N]") && seen.contains("`--yes`"), "{seen:?}");
    assert_eq!(machine.names(), ["web"]);
    let (code, seen) = machine.at_terminal(["verify"]).stdin(nothing()).spawn().wait();
    assert_eq!(code, 10, "{seen:?}");

    let machine = Machine::with_vault();
    machine.create("web");
    let (code, seen) = machine.at_terminal(["copy", "web", "--print"]).stdin(nothing()).spawn().wait();
    assert_eq!(code, 5, "{seen:?}");
    assert!(!seen.contains(OLD) && seen.contains("`--passphrase-file PATH`"), "{seen:?}");
}

#[test]
fn nobody_is_there_when_stderr_is_a_file() {
    let machine = Machine::with_vault();
    machine.create("web");
    let file = machine.dir().join("stderr");
    let program = machine.program();
    for (args, code) in [("copy web --print", 5), ("delete web", 6), ("verify", 2)] {
        let line = format!("exec '{}' {args} 2>'{}'", program.display(), file.display());
        let mut shell = Pty::new("/bin/sh").args(["-c", &line]);
        for (name, value) in machine.vars() {
            shell = shell.env(name, value);
        }
        let (ended, seen) = shell.spawn().wait();
        assert_eq!((ended, seen.as_str()), (code, ""), "{args}");
        let said = fs::read_to_string(&file).unwrap();
        assert!(said.contains("nobody is there"), "{said:?}");
    }
    assert_eq!(machine.names(), ["web"]);
}

#[test]
fn a_terminal_that_is_not_the_controlling_one_is_an_error_at_once() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    let (_pty, pts) = pty_process::blocking::open().unwrap();
    let end = || {
        use std::os::fd::AsFd;
        Stdio::from(pts.as_fd().try_clone_to_owned().unwrap())
    };
    let mut jeton = Command::new("setsid");
    jeton.arg("--wait").arg(machine.program()).args(["delete", "web"]).env_clear().envs(machine.vars());
    jeton.stdin(end()).stderr(end()).stdout(Stdio::piped());
    let output = soon("jeton", move || jeton.output()).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(machine.names(), ["web"]);
}

// Signals, before, at and after a question.

#[test]
fn ctrl_c_at_a_question_does_not_kill() {
    // A shell in between could not tell 130 from a death.
    let mut asked = DELETE_ONE.ask_as(|pty| pty.leading());
    asked.screen.send_ctrl('c');
    assert_eq!(asked.screen.status().code(), Some(130));
    asked = DELETE_ONE.ask();
    asked.screen.send("n\r");
    asked.ends_without_a_change(6);
}

/// Answers a question while somebody else writes to the vault, and is at the point where jeton waits for its turn.
#[track_caller]
fn answered_while_busy(how: impl FnOnce(Pty) -> Pty) -> (Asked, Connection) {
    let mut asked = DELETE_ONE.ask_as(how);
    let writer = Connection::open(asked.machine.vault()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    asked.screen.send("y\r");
    asked.screen.expect("\r\n");
    let open = format!("/proc/{}/fd", asked.screen.id());
    eventually("the end of the question", || {
        let mut links = fs::read_dir(&open).ok()?.flatten().map(|fd| fs::read_link(fd.path()));
        links.all(|link| link.is_ok_and(|link| link.as_os_str() != "/dev/tty")).then_some(())
    });
    (asked, writer)
}

#[test]
fn after_a_question_signals_do_what_they_do() {
    for (key, signal) in [('c', 2), ('\\', 3)] {
        let (asked, writer) = answered_while_busy(|pty| pty.leading());
        asked.screen.send_ctrl(key);
        assert_eq!(asked.screen.status().signal(), Some(signal));
        drop(writer);
        assert_eq!(asked.machine.names(), ["ssh", "web"]);
    }
    for (name, signal) in [("TERM", 15), ("HUP", 1)] {
        let (asked, _writer) = answered_while_busy(|pty| pty.leading());
        asked.screen.signal(name);
        assert_eq!(asked.screen.status().signal(), Some(signal));
    }
}

#[test]
fn after_a_question_ctrl_z_stops() {
    let (mut asked, writer) = answered_while_busy(|pty| pty);
    asked.screen.send_ctrl('z');
    asked.screen.stopped();
    drop(writer);
    asked.screen.send("\r");
    asked.ends(0);
    assert_eq!(asked.machine.names(), ["ssh"]);
}

#[test]
fn what_was_ignored_before_stays_ignored() {
    let machine = DELETE_ONE.machine();
    let line = format!("trap '' HUP; exec '{}' delete web", machine.program().display());
    let mut shell = Pty::new("/bin/sh").args(["-c", &line]).leading();
    for (name, value) in machine.vars() {
        shell = shell.env(name, value);
    }
    let mut screen = shell.spawn();
    screen.expect(ONE);
    screen.signal("HUP");
    screen.send("y\r");
    assert_eq!(screen.status().code(), Some(0));
    assert_eq!(machine.names(), ["ssh"]);
}

#[test]
fn a_stopped_question_can_be_ended() {
    let mut asked = COPY.ask();
    asked.screen.send_ctrl('z');
    asked.screen.stopped();
    // `bg` first: it must not ask while the shell has the terminal. Then what `kill %1` does.
    asked.screen.signal("CONT");
    asked.screen.signal("TERM");
    asked.screen.signal("CONT");
    asked.screen.expect("error: interrupted");
    assert_eq!(asked.machine.files(), asked.before);
}

#[test]
fn ctrl_z_without_job_control_does_nothing() {
    let asked = DELETE_ONE.ask_as(|pty| pty.leading());
    asked.screen.send_ctrl('z');
    asked.screen.send("y\r");
    assert_eq!(asked.screen.status().code(), Some(0));
    assert_eq!(asked.machine.names(), ["ssh"]);
}

// The line.

#[test]
fn rubbing_out_takes_whole_characters() {
    let machine = Machine::new();
    let mut screen = machine.at_terminal(["create", "web"]).spawn();
    screen.expect(NEW);
    screen.send("wrong\x15zoë€\x7f\x7fé\r");
    screen.expect(REPEAT);
    screen.send("zoé\r");
    assert_eq!(screen.wait().0, 0);
    machine.jeton(["copy", "web", "--print"]).env("JETON_PASSPHRASE", "zoé").run().exits(0);
}

#[test]
fn what_was_typed_ahead_is_dropped() {
    let machine = DELETE_ONE.machine();
    let line = format!("read -r _; exec '{}' delete web", machine.program().display());
    let mut shell = Pty::new("/bin/sh").args(["-c", &line]);
    for (name, value) in machine.vars() {
        shell = shell.env(name, value);
    }
    let mut screen = shell.spawn();
    screen.send("go\ry\r");
    screen.expect(ONE);
    screen.send("n\r");
    assert_eq!(screen.wait().0, 6);
    assert_eq!(machine.names(), ["ssh", "web"]);
}

#[test]
fn ctrl_d_inside_a_line_answers_nothing() {
    let mut asked = COPY.ask();
    asked.screen.send("correct\x04 horse\r");
    asked.ends(0);
    let asked = DELETE_ONE.ask();
    asked.screen.send("y\x04\x04");
    asked.ends_without_a_change(6);
}

#[test]
fn a_line_is_taken_whole_or_not_at_all() {
    for (length, code) in [(4093, 10), (4094, 1), (5000, 1)] {
        let asked = VERIFY.ask();
        asked.screen.send(&"x".repeat(length));
        asked.screen.send("\r");
        let seen = asked.ends_without_a_change(code);
        assert_eq!(seen.contains("it takes no line over 4093 bytes"), code == 1, "{seen:?}");
    }
}

#[test]
fn a_long_line_in_pieces_is_not_taken_either() {
    let asked = INIT.ask();
    asked.screen.send(&"x".repeat(3000));
    asked.screen.send_ctrl('d');
    asked.screen.send(&"x".repeat(2000));
    asked.screen.send("\r");
    let seen = asked.ends_without_a_change(1);
    assert!(seen.contains("it takes no line over 4093 bytes"), "{seen:?}");
}

#[test]
fn what_is_not_utf_8_is_refused() {
    for question in [INIT, COPY, VERIFY] {
        let asked = question.ask();
        asked.screen.send_bytes(b"caf\xe9\r");
        let seen = asked.ends_without_a_change(1);
        assert!(seen.contains("error: the terminal cannot be used: what was typed is not UTF-8"), "{seen:?}");
    }
}
