//! Several processes at once: one vault, one owner of a name, and no more of anything than is allowed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::real::{LIMIT, Machine, assert_sound, outcome};
#[test]
fn eight_that_make_the_vault_make_one() {
    for passphrase in ["", "correct horse"] {
        let machine = Machine::new();
        let names: Vec<_> = (0..8).map(|number| format!("token-{number}")).collect();
        let running: Vec<_> = names
            .iter()
            .map(|name| machine.jeton(["create", name]).env("JETON_PASSPHRASE", passphrase).start())
            .collect();
        let ran: Vec<_> = running.into_iter().map(|child| outcome(child).exits(0)).collect();
        let founders = ran.iter().filter(|ran| ran.stderr.contains("made a vault at")).count();
        assert_eq!(founders, 1);
        assert_eq!(machine.names(), names);
        for ran in &ran {
            assert_eq!(machine.verify(&ran.stdout), 0);
        }
        assert_sound(&machine.vault());
        let beside: Vec<_> = fs::read_dir(machine.vault().parent().unwrap()).unwrap().flatten().collect();
        assert_eq!(beside.len(), 1, "{beside:?}");
    }
}

#[test]
fn eight_that_create_and_verify_do_not_disturb_each_other() {
    let machine = Machine::with_vault();
    thread::scope(|scope| {
        for worker in 0..8 {
            let machine = &machine;
            scope.spawn(move || {
                for round in 0..5 {
                    let secret = machine.create(&format!("{worker}-{round}"));
                    assert_eq!(machine.verify(&secret), 0);
                    if round % 2 == 0 {
                        machine.jeton(["delete", "--yes", &format!("{worker}-{round}")]).run().exits(0);
                        assert_eq!(machine.verify(&secret), 11);
                    }
                }
            });
        }
    });
    assert_eq!(machine.names().len(), 8 * 2);
    assert_sound(&machine.vault());
}

#[test]
fn one_name_is_given_to_one() {
    let machine = Machine::with_show_once_vault();
    let running: Vec<_> = (0..8).map(|_| machine.jeton(["create", "web"]).start()).collect();
    let codes: Vec<_> = running.into_iter().map(|child| outcome(child).code).collect();
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 4).count(), 7, "{codes:?}");
    assert_eq!(machine.names(), ["web"]);
}

#[test]
fn one_file_is_written_by_one() {
    let machine = Machine::with_show_once_vault();
    let file = machine.dir().join("secret");
    let running: Vec<_> = (0..8)
        .map(|number| machine.jeton(["create", &format!("web-{number}"), "--output", file.to_str().unwrap()]).start())
        .collect();
    let ran: Vec<_> = running.into_iter().map(outcome).collect();
    assert_eq!(ran.iter().filter(|ran| ran.code == 0).count(), 1, "{ran:?}");
    assert!(ran.iter().all(|ran| ran.code == 0 || ran.code == 4), "{ran:?}");
    // Those who came too late have taken their tokens back.
    assert_eq!(machine.names().len(), 1);
    assert_eq!(machine.verify(&fs::read_to_string(&file).unwrap()), 0);
}

#[test]
fn a_limit_of_uses_holds_however_many_ask_at_once() {
    const ROUNDS: usize = 50;
    const AT_ONCE: usize = 16;
    let machine = Machine::with_show_once_vault();
    for round in 0..ROUNDS {
        let most = round % (AT_ONCE + 2) + 1;
        let name = format!("web {round}");
        let create = ["create", &name, "--max-uses", &most.to_string()];
        let secret = machine.jeton(create).run().exits(0).stdout;
        // All are there and wait for their secret before the first gets it.
        let mut running: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let mut verify = machine.command(machine.program());
                verify.args(["verify", "--quiet"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
                verify.spawn().unwrap()
            })
            .collect();
        let inputs: Vec<_> = running.iter_mut().map(|child| child.stdin.take().unwrap()).collect();
        for mut input in inputs {
            input.write_all(secret.as_bytes()).unwrap();
        }
        let mut codes: Vec<_> = running.into_iter().map(|child| outcome(child).code).collect();
        codes.sort_unstable();
        let valid = most.min(AT_ONCE);
        let expected: Vec<_> = (0..AT_ONCE).map(|at| if at < valid { 0 } else { 14 }).collect();
        assert_eq!(codes, expected, "round {round}: {most} uses");
        let json = machine.jeton(["show", &name, "--json"]).run().exits(0).stdout;
        assert!(json.contains(&format!("\"uses\":{valid},")), "{json}");
    }
    assert_sound(&machine.vault());
}

/// Several processes verify a secret without a pause while something is done to its token. Whoever begins after that
/// has returned gets the new answer, and nobody another one than these two.
#[track_caller]
fn heard_at_once(machine: &Machine, secret: &str, before: i32, after: i32, deed: impl FnOnce()) {
    const ASKING: usize = 4;
    let (ready, done) = (Barrier::new(ASKING + 1), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..ASKING {
            scope.spawn(|| {
                assert_eq!(machine.verify(secret), before);
                ready.wait();
                let mut late = 0;
                while late < 3 {
                    let is_late = done.load(Ordering::SeqCst);
                    let code = machine.verify(secret);
                    assert!(code == after || (code == before && !is_late), "{code} after {late}");
                    late += usize::from(is_late);
                }
            });
        }
        ready.wait();
        deed();
        done.store(true, Ordering::SeqCst);
    });
}

#[test]
fn no_verification_that_begins_after_a_revocation_says_yes() {
    let machine = Machine::with_show_once_vault();
    for round in 0..4 {
        let name = format!("token {round}");
        let secret = machine.create(&name);
        heard_at_once(&machine, &secret, 0, 12, || drop(machine.jeton(["revoke", &name]).run().exits(0)));
        heard_at_once(&machine, &secret, 12, 0, || drop(machine.jeton(["restore", &name]).run().exits(0)));
        heard_at_once(&machine, &secret, 0, 12, || drop(machine.jeton(["revoke"]).stdin(&secret).run().exits(0)));
    }
    assert_sound(&machine.vault());
}

#[test]
fn no_verification_that_begins_after_a_rotation_accepts_the_old_secret() {
    let machine = Machine::with_show_once_vault();
    let mut secret = machine.create("web");
    for round in 0..4 {
        let mut new = String::new();
        let rotate = |args: &[&str]| machine.jeton(args).run().exits(0).stdout;
        heard_at_once(&machine, &secret, 0, 12, || {
            if round % 2 == 0 {
                new = rotate(&["rotate", "web"]);
            } else {
                new = rotate(&["rotate", "web", "--grace", "1h"]);
                rotate(&["rotate", "web", "--finish", "--force"]);
            }
        });
        secret = new;
    }
    assert_sound(&machine.vault());
}

#[test]
fn eight_that_rotate_leave_one_current_secret() {
    let machine = Machine::with_vault();
    let old = machine.create("web");
    let running: Vec<_> = (0..8).map(|_| machine.jeton(["rotate", "web"]).start()).collect();
    let new: Vec<_> = running.into_iter().map(|child| outcome(child).exits(0).stdout).collect();
    let codes: Vec<_> = new.iter().map(|secret| machine.verify(secret)).collect();
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 12).count(), 7, "{codes:?}");
    assert_eq!(machine.verify(&old), 12);
    let copied = machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0).stdout;
    assert_eq!(machine.verify(&copied), 0);
    assert_sound(&machine.vault());
}

/// However many ask at once: counting and creating are one step.
#[test]
fn no_owner_gets_more_tokens_by_asking_eight_times_at_once() {
    let machine = Machine::with_show_once_vault();
    machine.jeton(["policy", "set", "max-tokens-per-owner", "5"]).run().exits(0);
    for round in 0..5 {
        let running: Vec<_> =
            (0..8).map(|number| machine.jeton(["create", &format!("{round}-{number}")]).start()).collect();
        let codes: Vec<_> = running.into_iter().map(|child| outcome(child).code).collect();
        let made = codes.iter().filter(|code| **code == 0).count();
        assert_eq!(made, if round == 0 { 5 } else { 1 }, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 6).count(), 8 - made, "{codes:?}");
        assert_eq!(machine.names().len(), 5);
        // Room for one more.
        machine.jeton(["delete", "--yes", &machine.names()[0]]).run().exits(0);
    }
    machine.jeton(["log", "--check"]).run().exits(0);
    assert_sound(&machine.vault());
}

#[test]
fn eight_that_bring_tokens_back_bring_no_more_than_allowed() {
    let machine = Machine::with_show_once_vault();
    let names: Vec<_> = (0..8).map(|number| format!("token-{number}")).collect();
    names.iter().for_each(|name| drop(machine.create(name)));
    machine.jeton(["revoke", "--yes"].into_iter().chain(names.iter().map(String::as_str))).run().exits(0);
    machine.jeton(["policy", "set", "max-tokens-per-owner", "3"]).run().exits(0);
    let running: Vec<_> = names.iter().map(|name| machine.jeton(["restore", name]).start()).collect();
    let codes: Vec<_> = running.into_iter().map(|child| outcome(child).code).collect();
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 3, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 6).count(), 5, "{codes:?}");
    let working = machine.jeton(["list", "--quiet"]).run().exits(0).stdout;
    assert_eq!(working.lines().count(), 3);
}

#[test]
fn eight_that_write_at_once_keep_the_log_whole() {
    let machine = Machine::with_show_once_vault();
    let before = machine.jeton(["log", "--head"]).run().exits(0).stdout;
    thread::scope(|scope| {
        for worker in 0..8 {
            let machine = &machine;
            scope.spawn(move || {
                for round in 0..3 {
                    let name = format!("{worker}-{round}");
                    let secret = machine.create(&name);
                    machine.jeton(["rotate", &name, "--grace", "1d"]).run().exits(0);
                    machine.jeton(["edit", &name, "--owner", "bob"]).run().exits(0);
                    // By an old secret, and by name.
                    machine.jeton(["revoke"]).stdin(&secret).run().exits(0);
                    machine.jeton(["revoke", &name]).run().exits(0);
                    // Somebody who checks in between sees a whole log too.
                    machine.jeton(["log", "--check"]).run().exits(0);
                }
            });
        }
    });
    machine.jeton(["log", "--check", "--head", before.trim()]).run().exits(0).says("the log is whole: 121 events");
    assert_eq!(machine.jeton(["log"]).run().exits(0).stdout.lines().count(), 121);
    assert_sound(&machine.vault());
}

#[test]
fn several_that_clean_up_do_not_miss_what_another_has_deleted() {
    let machine = Machine::with_show_once_vault();
    for number in 0..12 {
        machine.jeton(["create", &format!("token-{number}"), "--owner", "gone"]).run().exits(0);
    }
    let clean_up = || machine.jeton(["delete", "--owner", "gone", "--yes"]).start();
    let running: Vec<_> = (0..4).map(|_| clean_up()).collect();
    let ran: Vec<_> = running.into_iter().map(|child| outcome(child).exits(0)).collect();
    let deleted: usize = ran.iter().map(|ran| ran.stderr.matches("deleted token-").count()).sum();
    assert_eq!((deleted, machine.names().len()), (12, 0));
    assert_sound(&machine.vault());
}

/// Somebody who watches, and is ended when the test ends.
struct Watcher(Child);

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn what_is_done_by_others_is_told_to_whoever_follows_the_log() {
    let machine = Machine::with_show_once_vault();
    let mut watcher = Watcher(machine.jeton(["log", "--follow"]).start());
    let mut said = BufReader::new(watcher.0.stdout.take().unwrap()).lines();
    let (lines, told) = std::sync::mpsc::channel();
    let reader = thread::spawn(move || said.try_for_each(|line| lines.send(line.unwrap())).unwrap_or_default());
    let next = || told.recv_timeout(LIMIT).expect("the next line in time");
    assert!(next().contains("  init  "));
    for name in ["web", "api"] {
        machine.create(name);
        let line = next();
        assert!(line.contains("  create ") && line.contains(&format!(" {name} (jtn_")), "{line}");
        machine.jeton(["revoke", name]).run().exits(0);
        assert!(next().contains(&format!("  revoke   {name} (")));
    }
    // It holds nothing open between two lines, so nothing is left of what is deleted meanwhile.
    let deleted = machine.jeton(["delete", "web", "--yes"]).run().exits(0);
    assert!(!deleted.stderr.contains("may still be"), "{deleted:?}");
    assert!(next().contains("  delete   web ("));
    drop(watcher);
    reader.join().unwrap();
    assert_eq!(told.try_iter().count(), 0, "nothing was told twice");
}
