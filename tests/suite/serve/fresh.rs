//! Freshness: what the command line has changed holds for every request that begins afterwards, however hot the memory
//! of the server is; and uses are kept as `verify` keeps them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::Value;

use super::Server;
use super::kept::Kept;
use super::verify::{backup, place};
use crate::support::real::{Machine, assert_sound, eventually, set_mode};

const CONNECTIONS: usize = 64;

/// All connections verify without a pause while something is done. Whoever begins after that has returned gets the new
/// answer, and nobody another one than these two.
#[track_caller]
fn heard_at_once(server: &Server, query: &str, secret: &str, before: u16, after: u16, deed: impl FnOnce()) {
    let (ready, done) = (Barrier::new(CONNECTIONS + 1), OnceLock::<Instant>::new());
    let heard: Vec<(Instant, u16)> = thread::scope(|scope| {
        let ask = || {
            let mut kept = Kept::new(server);
            assert_eq!(kept.verify(query, secret), before);
            ready.wait();
            let (mut heard, mut late) = (Vec::new(), 0);
            while late < 3 {
                let began = Instant::now();
                heard.push((began, kept.verify(query, secret)));
                late += usize::from(done.get().is_some_and(|done| began > *done));
            }
            heard
        };
        let asking: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
        ready.wait();
        let outcome = panic::catch_unwind(AssertUnwindSafe(deed));
        // Whatever has become of it: nobody else ends those that ask.
        done.set(Instant::now()).expect("it is done once");
        outcome.unwrap_or_else(|panic| panic::resume_unwind(panic));
        asking.into_iter().flat_map(|asking| asking.join().expect("it was answered")).collect()
    });
    let done = done.get().expect("it was done");
    for (began, status) in heard {
        let late = began > *done;
        assert!(status == after || (status == before && !late), "{status}, late: {late}");
    }
}

#[test]
fn no_request_that_begins_after_a_revocation_is_let_through() {
    let server = Server::unslowed();
    for round in 0..5 {
        let name = format!("token {round}");
        let secret = server.create(&[&name]);
        heard_at_once(&server, "", &secret, 200, 401, || drop(server.jeton(&["revoke", &name]).exits(0)));
        heard_at_once(&server, "", &secret, 401, 200, || drop(server.jeton(&["restore", &name]).exits(0)));
        let by_itself = || drop(server.machine.jeton(["revoke"]).stdin(&secret).run().exits(0));
        heard_at_once(&server, "", &secret, 200, 401, by_itself);
    }
    assert_sound(&server.machine.vault());
}

#[test]
fn every_other_change_is_heard_at_once_too() {
    let server = Server::unslowed();
    let secret = server.create(&["web", "--scope", "a", "--label", "env=x", "--owner", "alice"]);
    let heard = |query: &str, secret: &str, before, after, deed: &[&str]| {
        heard_at_once(&server, query, secret, before, after, || drop(server.jeton(deed).exits(0)));
    };
    heard("?scope=a", &secret, 200, 403, &["edit", "web", "--remove-scope", "a"]);
    heard("?scope=a", &secret, 403, 200, &["edit", "web", "--add-scope", "a"]);
    heard("?label=env=x", &secret, 200, 403, &["edit", "web", "--label", "env=y"]);
    heard("?owner=alice", &secret, 200, 403, &["edit", "web", "--owner", "bob"]);
    heard("", &secret, 200, 401, &["edit", "web", "--expires", "1ms"]);
    heard("", &secret, 401, 200, &["edit", "web", "--expires", "never"]);
    heard("", &secret, 200, 200, &["policy", "set", "max-expiry", "90d"]);
    heard("", &secret, 200, 200, &["rotate", "web", "--grace", "1h"]);
    heard("", &secret, 200, 401, &["rotate", "web", "--finish", "--force"]);
    let secret = server.create(&["other"]);
    heard("", &secret, 200, 401, &["rotate", "other"]);
    let secret = server.create(&["third"]);
    heard("", &secret, 200, 401, &["delete", "--yes", "third"]);
}

#[test]
fn a_secret_that_nobody_had_is_known_as_soon_as_it_is_there() {
    let server = Server::unslowed();
    let secret = server.create(&["web"]);
    let file = server.machine.dir().join("web.json");
    let exported = server.jeton(&["export"]).exits(0).stdout;
    std::fs::write(&file, exported).unwrap();
    server.jeton(&["delete", "--yes", "web"]).exits(0);
    let import = || drop(server.jeton(&["import", file.to_str().unwrap()]).exits(0));
    heard_at_once(&server, "", &secret, 401, 200, import);
}

#[test]
fn an_end_comes_by_the_clock_without_any_change() {
    let server = Server::unslowed();
    let expiring = server.create(&["expiring", "--expires", "2s"]);
    let retiring = server.create(&["retiring"]);
    server.jeton(&["rotate", "retiring", "--grace", "2s"]).exits(0);
    let shown = |name: &str| {
        let shown = server.jeton(&["show", name, "--json"]).exits(0).stdout;
        serde_json::from_str::<Value>(&shown).unwrap()
    };
    let time = |value: &Value| value.as_str().expect("a time").parse::<Timestamp>().expect("RFC 3339");
    let ends = [time(&shown("expiring")["expires_at"]), time(&shown("retiring")["secrets"][0]["retires_at"])];
    for (secret, end) in [expiring, retiring].iter().zip(ends) {
        let mut kept = Kept::new(&server);
        loop {
            let began = Timestamp::now();
            let status = kept.verify("", secret);
            match status {
                200 => assert!(began < end, "{began} is after {end}"),
                401 => break assert!(Timestamp::now() >= end, "{began} is before {end}"),
                other => panic!("{other}"),
            }
        }
    }
}

/// Somebody restores a backup while the server runs: the server goes over to the new file and hears of its changes.
#[test]
fn another_file_in_the_place_of_the_vault_is_the_vault_from_then_on() {
    let mut server = Server::unslowed();
    let (plain, counted) = (server.create(&["plain"]), server.create(&["counted", "--max-uses", "1000000"]));
    let sound = std::fs::read(backup(&server)).unwrap();
    let later = server.create(&["later"]);
    let ask = |server: &Server| [&plain, &counted, &later].map(|secret| Kept::new(server).verify("", secret));
    for _ in 0..3 {
        heard_at_once(&server, "", &plain, 200, 401, || drop(server.jeton(&["revoke", "plain"]).exits(0)));
        place(&server, &sound);
        heard_at_once(&server, "", &plain, 200, 200, || ());
        heard_at_once(&server, "", &plain, 200, 401, || drop(server.jeton(&["revoke", "plain"]).exits(0)));
        // By now every one of the server's threads has gone over to it.
        assert_eq!(ask(&server), [401, 200, 401]);
        server.jeton(&["restore", "plain"]).exits(0);
        assert_eq!(ask(&server), [200, 200, 401]);
        assert_sound(&server.machine.vault());
    }
    server.terminate();
    assert_sound(&server.machine.vault());
    server.jeton(&["log", "--check"]).exits(0);
}

/// Whoever takes the log away from under a server would leave it blind to all that others write from then on.
#[test]
fn a_server_whose_log_was_taken_away_knows_that_it_cannot_tell() {
    let mut server = Server::new();
    let (secret, counted) = (server.create(&["web"]), server.create(&["counted", "--max-uses", "9"]));
    assert_eq!([server.verify("", &secret), server.verify("", &counted)], [200, 200]);
    let vault = server.machine.vault();
    let content = std::fs::read(backup(&server)).unwrap();
    std::fs::write(&vault, content).unwrap();
    for end in ["-wal", "-shm"] {
        std::fs::remove_file(vault.with_extension(format!("db{end}"))).unwrap();
    }
    server.jeton(&["revoke", "web"]).exits(0);
    assert_eq!([server.verify("", &secret), server.verify("", &counted)], [503, 503]);
    let log = server.terminate().1;
    assert!(log.contains("its log was taken away while it was open"), "{log}");
}

/// A server that has not touched the new file yet leaves the new file's log alone when it ends.
#[test]
fn what_was_written_into_the_new_file_survives_the_end_of_a_server_that_had_the_old_one() {
    let mut server = Server::unslowed();
    let counted = server.create(&["counted", "--max-uses", "9"]);
    assert_eq!(server.verify("", &counted), 200);
    let sound = std::fs::read(backup(&server)).unwrap();
    place(&server, &sound);
    let beside = Connection::open(server.machine.vault()).unwrap();
    let count = || beside.query_row("SELECT count(*) FROM token", [], |row| row.get::<_, i64>(0)).unwrap();
    server.create(&["one"]);
    assert_eq!(count(), 2);
    server.terminate();
    server.create(&["two"]);
    assert_eq!(count(), 3, "both read and write the same log");
    drop(beside);
    assert_eq!(server.machine.names(), ["counted", "one", "two"]);
    assert_sound(&server.machine.vault());
}

#[test]
fn on_a_vault_that_cannot_be_written_every_change_is_heard_too() {
    let machine = Machine::of_nobody();
    machine.jeton(["vault", "init"]).run().exits(0);
    let secret = machine.create("web");
    let (vault, dir) = (machine.vault(), machine.vault().parent().unwrap().to_owned());
    let shut = |yes: bool| {
        set_mode(&vault, if yes { 0o400 } else { 0o600 });
        set_mode(&dir, if yes { 0o500 } else { 0o700 });
    };
    shut(true);
    let server = Server::of(machine, &[]);
    for (change, status) in [("revoke", 401), ("restore", 200), ("revoke", 401)] {
        shut(false);
        server.jeton(&[change, "web"]).exits(0);
        shut(true);
        assert_eq!(server.verify("", &secret), status);
        assert_eq!(server.verify("", &secret), status);
    }
    shut(false);
}

#[test]
fn uses_that_servers_and_the_command_line_share_are_counted_exactly() {
    const MOST: usize = 300;
    let server = Server::unslowed();
    let second = Server::beside(&server);
    let secret = server.create(&["web", "--max-uses", &MOST.to_string()]);
    let (good, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let count = |yes: bool| {
        good.fetch_add(usize::from(yes), Ordering::SeqCst);
        if !yes {
            over.store(true, Ordering::SeqCst);
        }
    };
    thread::scope(|scope| {
        for number in 0..16 {
            let (server, secret, over) = (if number % 2 == 0 { &server } else { &second }, &secret, &over);
            scope.spawn(move || {
                let mut kept = Kept::new(server);
                while !over.load(Ordering::SeqCst) {
                    match kept.verify("", secret) {
                        200 => count(true),
                        401 => count(false),
                        other => panic!("{other}"),
                    }
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    match server.machine.verify(&secret) {
                        0 => count(true),
                        14 => count(false),
                        other => panic!("{other}"),
                    }
                }
            });
        }
    });
    assert_eq!(good.load(Ordering::SeqCst), MOST);
    assert_eq!((server.verify("", &secret), second.verify("", &secret)), (401, 401));
    let shown: Value = serde_json::from_str(&server.jeton(&["show", "web", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((&shown["uses"], &shown["status"]), (&MOST.into(), &"used-up".into()));
    // One more is one more at once.
    server.jeton(&["edit", "web", "--max-uses", &(MOST + 1).to_string()]).exits(0);
    assert_eq!([server.verify("", &secret), second.verify("", &secret)], [200, 401]);
}

/// When the secrets of a token were last used, as is written.
#[track_caller]
fn last_uses(server: &Server, name: &str) -> Vec<Option<Timestamp>> {
    let shown: Value = serde_json::from_str(&server.jeton(&["show", name, "--json"]).exits(0).stdout).unwrap();
    let secrets = shown["secrets"].as_array().unwrap().iter();
    secrets.map(|secret| secret["last_used_at"].as_str().map(|at| at.parse().unwrap())).collect()
}

/// Waits until the last use of a token's only secret is another than this.
#[track_caller]
fn next_use(server: &Server, name: &str, before: Option<Timestamp>) -> Timestamp {
    eventually("the use is written", || last_uses(server, name)[0].filter(|at| Some(*at) != before))
}

#[test]
fn when_a_secret_was_used_is_written_within_a_moment_and_once_a_minute() {
    let server = Server::unslowed();
    let secret = server.create(&["web"]);
    let before = Timestamp::now().round(jiff::Unit::Millisecond).unwrap() - SignedDuration::from_millis(1);
    assert_eq!(server.verify("?scope=none", &secret), 403);
    assert_eq!(server.verify("", &secret), 200);
    let first = next_use(&server, "web", None);
    assert!((before..=Timestamp::now()).contains(&first));
    // As if time had passed: the server hears of it as of any change.
    let pass = |name: &str, ago: i64| {
        let at = Timestamp::now().as_millisecond() - ago * 1000;
        let db = Connection::open(server.machine.vault()).unwrap();
        db.execute("UPDATE secret SET last_used_at = ?1, created_at = ?1 - 1", [at]).unwrap();
        // Something that is no change of this token's.
        server.jeton(&["edit", name, "--description", &at.to_string()]).exits(0);
        Timestamp::from_millisecond(at).unwrap()
    };
    let recent = pass("web", 50);
    assert_eq!(server.verify("", &secret), 200);
    let other = server.create(&["other"]);
    assert_eq!(server.verify("", &other), 200);
    next_use(&server, "other", None);
    assert_eq!(last_uses(&server, "web"), [Some(recent)], "it is not yet time");
    let old = pass("web", 61);
    assert_eq!(server.verify("", &secret), 200);
    assert!(next_use(&server, "web", Some(old)) > recent);
}

#[test]
fn after_a_rotation_the_next_use_of_the_old_secret_is_written_at_once() {
    let server = Server::unslowed();
    let old = server.create(&["web"]);
    assert_eq!(server.verify("", &old), 200);
    let first = next_use(&server, "web", None);
    server.jeton(&["rotate", "web", "--grace", "1h"]).exits(0);
    assert_eq!(server.verify("", &old), 200);
    assert!(next_use(&server, "web", Some(first)) > first);
    // So the end of the rotation is told that somebody still uses it.
    server.jeton(&["rotate", "web", "--finish"]).exits(6);
}

#[test]
fn two_servers_write_what_each_has_seen() {
    let server = Server::unslowed();
    let second = Server::beside(&server);
    let (one, other) = (server.create(&["one"]), server.create(&["other"]));
    assert_eq!((server.verify("", &one), second.verify("", &other)), (200, 200));
    next_use(&server, "one", None);
    next_use(&server, "other", None);
}

#[test]
fn the_end_of_the_server_loses_no_use() {
    let mut server = Server::unslowed();
    let secrets: Vec<_> = (0..20).map(|number| server.create(&[&format!("web-{number}")])).collect();
    let counted = server.create(&["counted", "--max-uses", "9"]);
    for secret in &secrets {
        assert_eq!(server.verify("", secret), 200);
    }
    assert_eq!(server.verify("", &counted), 200);
    let (code, log) = server.terminate();
    assert_eq!(code, 0, "{log}");
    for number in 0..20 {
        assert!(last_uses(&server, &format!("web-{number}"))[0].is_some(), "web-{number}");
    }
    assert!(server.jeton(&["show", "counted", "--json"]).exits(0).stdout.contains("\"uses\":1,"));
}
