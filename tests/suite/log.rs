//! `jeton log`: what was done, and whether anybody has tampered with the record of it.

use std::io::ErrorKind;

use jeton::crypto::chain;
use jeton::store::{Access, Location};
use jeton::token::event::{Action, Entry, Event, Head, Link};
use jeton::token::exit::Exit;
use jeton::vault::Vault;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::support::home::{Home, PASSPHRASE, Ran};

/// The log in JSON, as whoever says this gets it.
#[track_caller]
fn logged(home: &Home, words: &[&str]) -> Vec<Value> {
    let words = [&["log", "--json"], words].concat();
    match home.jeton(words).run().exits(Exit::Done).json() {
        Value::Array(events) => events,
        other => panic!("{other} is no array"),
    }
}

/// `create web`, `policy`: what was done and to which token.
#[track_caller]
fn deeds(home: &Home, words: &[&str]) -> Vec<String> {
    let deed = |event: &Value| match &event["token"]["name"] {
        Value::String(name) => format!("{} {name}", event["action"].as_str().unwrap()),
        _ => event["action"].as_str().unwrap().to_owned(),
    };
    logged(home, words).iter().map(deed).collect()
}

fn head(home: &Home) -> String {
    home.jeton(["log", "--head"]).run().exits(Exit::Done).says_nothing().out.trim_end().to_owned()
}

fn check(home: &Home) -> Ran {
    home.jeton(["log", "--check"]).run()
}

fn id(home: &Home, name: &str) -> String {
    home.jeton(["show", name, "--json"]).run().exits(Exit::Done).json()["id"].as_str().unwrap().to_owned()
}

/// Six events: init, create a, create b, revoke a, policy, edit b.
fn six() -> Home {
    let home = Home::with(&["a", "b"]);
    home.jeton(["revoke", "a"]).run().exits(Exit::Done);
    home.jeton(["policy", "set", "prefix", "jtn"]).run().exits(Exit::Done);
    home.jeton(["edit", "b", "--owner", "bob"]).run().exits(Exit::Done);
    home
}

/// Writes the log anew with a whole chain, as somebody does who knows how.
fn forge(home: &Home, change: impl FnOnce(&mut Vec<Event>)) {
    let mut vault = Vault::open(&Location::File(home.vault()), Access::Read).unwrap();
    let mut events = vault.events(0, usize::MAX).unwrap().into_iter().map(|entry: Entry| entry.event).collect();
    drop(vault);
    change(&mut events);
    let mut link = chain::root(&home.sql::<Vec<u8>>("SELECT value FROM setting WHERE key = 'vault_id'"));
    let mut db = Connection::open(home.vault()).unwrap();
    let tx = db.transaction().unwrap();
    tx.execute("DELETE FROM event", []).unwrap();
    for (seq, event) in (1..).zip(&events) {
        link = chain::link(&link, seq, event);
        let token = event.token.as_ref();
        let (id, name) = (token.map(|token| token.0.as_str()), token.map(|token| token.1.as_str()));
        let (at, word) = (event.at.as_millisecond(), event.action.word());
        tx.execute(
            "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![seq, at, event.actor, word, id, name, event.detail, link.0],
        )
        .unwrap();
    }
    tx.commit().unwrap();
}

// What is told.

#[test]
fn everything_that_is_done_is_told_with_token_and_detail() {
    let home = Home::keeping(&[]);
    let done = |words: &[&str]| home.jeton(words).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done).out;
    done(&["create", "web", "--expires", "30d"]);
    done(&["copy", "web", "--print"]);
    done(&["rotate", "web", "--grace", "1d"]);
    done(&["rotate", "--finish", "web"]);
    done(&["edit", "web", "--description", "x", "--owner", "bob", "--label", "k=v", "--max-uses", "3"]);
    done(&["edit", "web", "--name", "api", "--scope", "a", "--expires", "never"]);
    done(&["edit", "api", "--forget", "--yes"]);
    done(&["revoke", "api"]);
    done(&["restore", "api"]);
    let secret = done(&["rotate", "api"]);
    home.jeton(["revoke"]).stdin(secret).run().exits(Exit::Done);
    done(&["delete", "api", "--yes"]);
    done(&["login"]);
    done(&["logout"]);
    done(&["policy", "set", "max-expiry", "90d"]);
    done(&["policy", "unset", "max-expiry"]);
    done(&["policy", "scopes", "add", "a"]);
    let told: Vec<_> = logged(&home, &[])
        .iter()
        .map(|event| {
            let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            format!("{} {}: {}", word(&event["action"]), word(&event["token"]["name"]), word(&event["detail"]))
        })
        .collect();
    assert_eq!(
        told,
        [
            "init -: ",
            "create web: ",
            "reveal web: ",
            "rotate web: the old secret works until 2026-11-22T12:00:00Z",
            "rotate web: the grace was ended",
            "edit web: owner, description, max uses, labels",
            "edit web: name, expires, scopes; now api",
            "edit api: sealed copy dropped",
            "revoke api: ",
            "restore api: ",
            "rotate api: ",
            "revoke api: by its secret",
            "delete api: ",
            "create session-alice-1: ",
            "revoke session-alice-1: ",
            "policy -: max-expiry = 90d",
            "policy -: max-expiry unset",
            "policy -: scopes +a",
        ]
    );
    check(&home).exits(Exit::Done);
}

#[test]
fn every_refusal_is_told_with_its_token_and_reason() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web", "--print"]).answers(["a wrong one"]).run().exits(Exit::Locked);
    home.jeton(["policy", "set", "max-tokens-per-owner", "1"]).run().exits(Exit::Done);
    home.jeton(["create", "next"]).run().exits(Exit::Refused);
    let refused: Vec<_> = logged(&home, &[]).into_iter().filter(|event| event["action"] == "refuse").collect();
    assert_eq!((&refused[0]["token"]["name"], &refused[0]["detail"]), (&json!("web"), &json!("wrong passphrase")));
    assert_eq!(
        (&refused[1]["token"]["name"], &refused[1]["detail"]),
        (&json!("next"), &json!("policy max-tokens-per-owner"))
    );
    assert_eq!(refused.len(), 2);
}

#[test]
fn what_changes_nothing_and_what_is_only_looked_at_is_not_told() {
    let home = Home::with(&["web"]);
    let secret = home.create("other");
    let before = logged(&home, &[]).len();
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["verify", "--scope", "a"]).stdin(&secret).run().exits(Exit::Lacks);
    home.jeton(["verify"]).stdin(format!("jtn_{}", "0".repeat(61))).run().exits(Exit::Malformed);
    home.jeton(["verify"]).stdin("somebody elses secret".replace(' ', "-")).run().exits(Exit::Unknown);
    home.jeton(["create", "web"]).run().exits(Exit::Exists);
    home.jeton(["delete", "nope", "--yes"]).run().exits(Exit::NotFound);
    home.jeton(["delete", "web"]).run().exits(Exit::Refused);
    home.jeton(["edit", "web", "--owner", "alice"]).run().exits(Exit::Done);
    home.jeton(["restore", "web"]).run().exits(Exit::Done);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done);
    home.jeton(["policy", "unset", "prefix"]).run().exits(Exit::Done);
    home.jeton(["logout"]).run().exits(Exit::Done);
    for words in [&["list"][..], &["show", "web"], &["log"], &["log", "--check"], &["log", "--head"], &["policy"]] {
        home.jeton(words).run().exits(Exit::Done);
    }
    assert_eq!(logged(&home, &[]).len(), before);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    assert_eq!(logged(&home, &[]).len(), before + 1);
}

#[test]
fn people_read_a_line_for_each_newest_last() {
    let home = Home::with(&[]);
    home.pass(SignedDuration::from_secs(61));
    home.create("Admin api key");
    home.jeton(["policy", "set", "prefix", "acme"]).run().exits(Exit::Done);
    let id = id(&home, "Admin api key");
    home.jeton(["log"]).run().gives(
        Exit::Done,
        &format!(
            "2026-11-21 12:00:00 UTC  alice@paper  init     show-once\n\
             2026-11-21 12:01:01 UTC  alice@paper  create   Admin api key ({id})\n\
             2026-11-21 12:01:01 UTC  alice@paper  policy   prefix = acme\n"
        ),
        "",
    );
}

#[test]
fn json_is_an_array_of_events_with_number_time_and_actor() {
    let home = Home::with(&[]);
    home.pass(SignedDuration::from_millis(7));
    let id = home.create("web")[..16].to_owned();
    assert_eq!(
        home.jeton(["log", "--json"]).run().exits(Exit::Done).says_nothing().json(),
        json!([
            {"seq": 1, "at": "2026-11-21T12:00:00.000Z", "actor": "alice@paper", "action": "init", "token": null,
             "detail": "show-once"},
            {"seq": 2, "at": "2026-11-21T12:00:00.007Z", "actor": "alice@paper", "action": "create",
             "token": {"id": id, "name": "web"}, "detail": ""},
        ])
    );
    home.pass(SignedDuration::from_hours(1));
    home.jeton(["log", "--json", "--since", "1m"]).run().gives(Exit::Done, "[]\n", "");
}

#[test]
fn the_actor_is_the_systems_own_whatever_the_environment_says() {
    let home = Home::with(&[]);
    let forged = |words: &[&str]| home.jeton(words).var("LOGNAME", "mallory").var("USER", "mallory").run();
    forged(&["create", "web"]).exits(Exit::Done);
    forged(&["revoke", "web"]).exits(Exit::Done);
    assert!(logged(&home, &[]).iter().all(|event| event["actor"] == "alice@paper"));
}

#[test]
fn no_vault_is_no_log_and_makes_none() {
    let home = Home::new();
    for words in [&["log"][..], &["log", "--check"], &["log", "--head"], &["log", "--follow"]] {
        home.jeton(words).run().exits(Exit::NotFound).prints("").says("`jeton vault init`");
        assert!(!home.path("data").exists());
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let home = six();
    for words in [&["log"][..], &["log", "--json"], &["log", "--follow"], &["log", "--head"]] {
        home.jeton(words).broken_stdout(ErrorKind::BrokenPipe).run().exits(Exit::Done).says_nothing();
    }
    home.jeton(["log"]).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed).says("cannot be written");
}

#[test]
fn control_characters_in_a_log_never_reach_the_terminal() {
    let home = Home::with(&["web"]);
    for column in ["actor", "token_name", "detail"] {
        home.tamper(&format!("UPDATE event SET {column} = 'x' || char(27) || '[2J' || char(10) WHERE seq = 2"));
    }
    let out = home.jeton(["log"]).run().exits(Exit::Done).out;
    assert_eq!((out.matches(r"x\u{1b}[2J").count(), out.lines().count()), (3, 2), "{out}");
}

// Some of it.

#[test]
fn since_is_a_span_a_day_or_a_time() {
    let home = Home::with(&["old"]);
    home.pass(SignedDuration::from_hours(30));
    home.create("new");
    home.pass(SignedDuration::from_hours(1));
    for (since, told) in [
        ("2h", &["create new"][..]),
        ("1h", &["create new"]),
        ("59m", &[]),
        ("3d", &["init", "create old", "create new"]),
        ("2026-11-22", &["create new"]),
        ("2026-11-21", &["init", "create old", "create new"]),
        ("2026-11-22T18:00:00Z", &["create new"]),
        ("2026-11-22T18:00:00.001Z", &[]),
        ("2026-11-21T13:00:00+01:00", &["init", "create old", "create new"]),
    ] {
        assert_eq!(deeds(&home, &["--since", since]), told, "{since}");
    }
    for bad in ["never", "yesterday", "0h", "-1h", "", "2030-01-01"] {
        home.jeton(["log", "--since", bad]).run().exits(Exit::Usage).prints("");
    }
}

#[test]
fn of_one_token_by_its_name_or_its_id() {
    let home = six();
    let b = id(&home, "b");
    for wanted in ["b", &b] {
        assert_eq!(deeds(&home, &["--token", wanted]), ["create b", "edit b"], "{wanted}");
    }
    assert_eq!(deeds(&home, &["--token", "a", "--since", "1h"]), ["create a", "revoke a"]);
    home.pass(SignedDuration::from_hours(2));
    assert_eq!(deeds(&home, &["--token", "a", "--since", "1h"]), [""; 0], "it is known, and nothing was done to it");
}

#[test]
fn of_a_deleted_token_too() {
    let home = six();
    let a = id(&home, "a");
    home.jeton(["delete", "a", "--yes"]).run().exits(Exit::Done);
    for wanted in ["a", &a] {
        assert_eq!(deeds(&home, &["--token", wanted]), ["create a", "revoke a", "delete a"], "{wanted}");
    }
    // Of both who had the name, unless one of them is meant by its id.
    home.create("a");
    assert_eq!(deeds(&home, &["--token", "a"]), ["create a", "revoke a", "delete a", "create a"]);
    assert_eq!(deeds(&home, &["--token", &a]).len(), 3);
    assert_eq!(deeds(&home, &["--token", &id(&home, "a")]), ["create a"]);
}

#[test]
fn of_a_renamed_token_under_all_its_names() {
    let home = six();
    let b = id(&home, "b");
    home.jeton(["edit", "b", "--name", "Größe"]).run().exits(Exit::Done);
    home.jeton(["revoke", "Größe"]).run().exits(Exit::Done);
    let all = ["create b", "edit b", "edit b", "revoke Größe"];
    // As it is typed on another keyboard.
    for wanted in ["Größe", "Gro\u{308}ße", &b] {
        assert_eq!(deeds(&home, &["--token", wanted]), all, "{wanted}");
    }
    assert_eq!(deeds(&home, &["--token", "b"]), &all[..3], "by what it was called then");
}

#[test]
fn an_unknown_token_has_no_log() {
    let home = six();
    for more in [&[][..], &["--json"], &["--since", "1h"], &["--follow"]] {
        let words = [&["log", "--token", "nope"], more].concat();
        home.jeton(words).run().exits(Exit::NotFound).prints("").says("no token `nope`");
    }
}

#[test]
fn pages_join_without_a_gap() {
    for count in [999, 1000, 1001, 2000, 2001] {
        let home = Home::with(&[]);
        forge(&home, |events| {
            let like = events[0].clone();
            let detail = |number| Event { action: Action::Policy, detail: format!("number {number}"), ..like.clone() };
            events.extend((2..=count).map(detail));
        });
        let numbers: Vec<_> = logged(&home, &[]).iter().map(|event| event["seq"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
        let lines = home.jeton(["log"]).run().exits(Exit::Done).out;
        let last = lines.lines().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(last[1..], (2..=count).map(|number| number.to_string()).collect::<Vec<_>>());
        check(&home).exits(Exit::Done).says(&format!("{count} events"));
        for at in [1, 999, 1000, 1001, 2000].into_iter().filter(|at| *at <= count) {
            // The head of that time.
            let link = home.sql::<String>(&format!("SELECT lower(hex(hash)) FROM event WHERE seq = {at}"));
            home.jeton(["log", "--check", "--head", &format!("{at}:{link}")]).run().exits(Exit::Done);
        }
        home.tamper(&format!("UPDATE event SET detail = detail || '.' WHERE seq = {count}"));
        check(&home).exits(Exit::Vault).says(&format!("event {count} "));
    }
}

// Going on.

#[test]
fn it_goes_on_with_what_is_done_meanwhile() {
    let home = Home::with(&["web"]);
    let first = || drop(home.create("second"));
    let then = || drop(home.jeton(["revoke", "web"]).run().exits(Exit::Done));
    let ran = home.jeton(["log", "--follow"]).meanwhile(first).meanwhile(then).run().exits(Exit::Done);
    let actions: Vec<_> = ran.out.lines().map(|line| line.split_whitespace().nth(4).unwrap()).collect();
    assert_eq!(actions, ["init", "create", "create", "revoke"], "{}", ran.out);
}

#[test]
fn json_goes_on_in_lines() {
    let home = Home::with(&["web"]);
    let then = || drop(home.jeton(["revoke", "web"]).run().exits(Exit::Done));
    let ran = home.jeton(["log", "--follow", "--json"]).meanwhile(then).run().exits(Exit::Done);
    let actions: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["action"].take()).collect();
    assert_eq!(actions, ["init", "create", "revoke"]);
}

#[test]
fn it_goes_on_with_what_was_asked_for_only() {
    let home = Home::with(&["web", "other"]);
    home.pass(SignedDuration::from_hours(2));
    let nothing_new = || {};
    let others = || drop(home.jeton(["revoke", "other"]).run().exits(Exit::Done));
    let then = || drop(home.jeton(["revoke", "web"]).run().exits(Exit::Done));
    let words = ["log", "--follow", "--token", "web", "--since", "1h"];
    let ran = home.jeton(words).meanwhile(nothing_new).meanwhile(others).meanwhile(then).run().exits(Exit::Done);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.contains("revoke   web ("), "{}", ran.out);
}

#[test]
fn it_goes_on_over_pages() {
    let home = Home::with(&[]);
    let more = || {
        forge(&home, |events| {
            let like = events[0].clone();
            events.extend(std::iter::repeat_n(like, 1500));
        });
    };
    let ran = home.jeton(["log", "--follow", "--json"]).meanwhile(more).run().exits(Exit::Done);
    assert_eq!(ran.out.lines().count(), 1501);
}

#[test]
fn a_vault_that_goes_away_ends_it() {
    let home = Home::with(&["web"]);
    let away = || std::fs::remove_file(home.vault()).unwrap();
    home.jeton(["log", "--follow"]).meanwhile(away).run().exits(Exit::NotFound);
}

// The chain.

#[test]
fn a_whole_log_is_told_with_its_head() {
    let home = six();
    let head = head(&home);
    assert!(head.starts_with("6:") && head.len() == 2 + 64, "{head}");
    check(&home).gives(
        Exit::Done,
        "",
        &format!(
            "the log is whole: 6 events, each chained to the one before\n\
             its head is {head}; only one that is kept elsewhere can prove more\n"
        ),
    );
    // As an empty variable in its place would have it.
    home.jeton(["log", "--check", "--head"]).run().exits(Exit::Usage).prints("").says("`jeton log --check` checks");
    let as_json = json!({"events": 6, "head": head});
    assert_eq!(home.jeton(["log", "--check", "--json"]).run().exits(Exit::Done).json(), as_json);
    assert_eq!(home.jeton(["log", "--head", "--json"]).run().exits(Exit::Done).json(), as_json);
    check(&Home::with(&[])).exits(Exit::Done).says("1 event, ");
}

#[test]
fn whatever_is_changed_in_an_event_is_found_there() {
    for change in [
        "at = at + 1",
        "at = -at",
        "actor = 'mallory@paper'",
        "actor = ''",
        "action = 'delete'",
        "token_id = 'jtn_000000000000'",
        "token_name = 'B'",
        "token_id = NULL, token_name = NULL",
        "detail = 'owner '",
        "detail = 'owner, name'",
        // What stands in one column moved into the next.
        "actor = actor || 'e', action = 'edit'",
        "token_name = token_name || detail, detail = ''",
        "hash = randomblob(32)",
        "hash = zeroblob(32)",
    ] {
        let home = six();
        home.tamper(&format!("UPDATE event SET {change} WHERE seq = 6"));
        let ran = check(&home);
        assert_eq!(ran.exit, Exit::Vault, "{change}");
        let ran = ran.prints("");
        ran.says("event 6 of the audit log was changed, removed or put in afterwards").says("hint: ");
        let error = home.jeton(["log", "--check", "--json"]).run().exits(Exit::Vault).error_json();
        assert_eq!(error["code"], "vault", "{change}");
    }
}

#[test]
fn an_event_that_was_removed_put_in_or_moved_is_found_where_the_chain_breaks() {
    let copy = "INSERT INTO event SELECT 0 + {}, at, actor, action, token_id, token_name, detail, hash FROM event";
    for (what, tampering, first) in [
        ("the first removed", "DELETE FROM event WHERE seq = 1".to_owned(), 1),
        ("one in the middle removed", "DELETE FROM event WHERE seq = 3".to_owned(), 3),
        (
            "one removed and the gap closed",
            "DELETE FROM event WHERE seq = 3; UPDATE event SET seq = seq - 1 WHERE seq > 3".to_owned(),
            3,
        ),
        (
            "one put in between",
            format!(
                "UPDATE event SET seq = seq + 100 WHERE seq > 3; UPDATE event SET seq = seq - 99 WHERE seq > 100;
                     {} WHERE seq = 3",
                copy.replace("{}", "4")
            ),
            4,
        ),
        ("one put in at the end", format!("{} WHERE seq = 6", copy.replace("{}", "7")), 7),
        ("one put in far behind", format!("{} WHERE seq = 6", copy.replace("{}", "9223372036854775807")), 7),
        ("one put in before the first", format!("{} WHERE seq = 1", copy.replace("{}", "0")), 1),
        ("one put in far before the first", format!("{} WHERE seq = 1", copy.replace("{}", "-7")), 1),
        (
            "two changed places",
            "UPDATE event SET seq = 100 WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 4;
             UPDATE event SET seq = 4 WHERE seq = 100"
                .to_owned(),
            3,
        ),
        (
            "two changed all but their hashes",
            "UPDATE event SET token_id = (SELECT token_id FROM event WHERE seq = 2),
                              token_name = 'a' WHERE seq = 3"
                .to_owned(),
            3,
        ),
    ] {
        let home = six();
        home.tamper(&tampering);
        let ran = check(&home);
        assert!(ran.err.contains(&format!("event {first} of the audit log")), "{what}: {}", ran.err);
        ran.exits(Exit::Vault);
    }
}

#[test]
fn a_log_of_another_vault_is_found() {
    let home = six();
    home.tamper("UPDATE setting SET value = randomblob(16) WHERE key = 'vault_id'");
    check(&home).exits(Exit::Vault).says("event 1 ");
}

#[test]
fn no_log_at_all_is_damage() {
    let home = six();
    home.tamper("DELETE FROM event");
    check(&home).exits(Exit::Vault).says("the audit log in the vault is damaged");
    home.jeton(["log", "--head"]).run().exits(Exit::Vault).prints("");
    home.jeton(["log"]).run().exits(Exit::Done).prints("");
}

/// As the README says: that is what a head that is kept elsewhere is for.
#[test]
fn that_the_newest_are_gone_is_found_by_a_head_only() {
    let home = six();
    let head = head(&home);
    home.tamper("DELETE FROM event WHERE seq > 4");
    check(&home).exits(Exit::Done).says("4 events");
    let ran = home.jeton(["log", "--check", "--head", &head]).run().exits(Exit::Vault).prints("");
    ran.says(&format!("does not lead from {head}")).says("a backup from before");
    // Nor if others have come in their place.
    home.create("c");
    home.create("d");
    check(&home).exits(Exit::Done).says("6 events");
    home.jeton(["log", "--check", "--head", &head]).run().exits(Exit::Vault);
}

#[test]
fn a_log_written_anew_with_care_is_found_by_a_head_only() {
    let home = six();
    let head = head(&home);
    home.create("c");
    forge(&home, |events| events[3].actor = "mallory@paper".into());
    check(&home).exits(Exit::Done).says("7 events");
    home.jeton(["log", "--check", "--head", &head]).run().exits(Exit::Vault).says("written its log anew");
    // And this would have been no forgery.
    let home = six();
    forge(&home, |_| ());
    check(&home).exits(Exit::Done);
}

#[test]
fn every_head_that_was_proves_what_came_before_it() {
    let home = Home::with(&[]);
    let mut heads = vec![head(&home)];
    for name in ["a", "b", "c"] {
        home.create(name);
        heads.push(head(&home));
    }
    for head in &heads {
        let ran = home.jeton(["log", "--check", "--head", head]).run().exits(Exit::Done).prints("");
        ran.says("whole").says("nothing up to it was changed since");
    }
    assert_eq!(heads.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    let shouted = heads[2].to_uppercase();
    home.jeton(["log", "--check", "--head", &shouted]).run().exits(Exit::Done);
    home.jeton(["log", "--check", &format!("--head={}", heads[0])]).run().exits(Exit::Done);
    // One whose number or link is another event's.
    let moved = heads[2].replacen('3', "2", 1);
    home.jeton(["log", "--check", "--head", &moved]).run().exits(Exit::Vault);
}

#[test]
fn a_head_of_another_vault_is_no_ancestor() {
    let (home, other) = (six(), six());
    home.jeton(["log", "--check", "--head", &head(&other)]).run().exits(Exit::Vault).prints("").says("another vault");
    let nowhere = Head { seq: i64::MAX, link: Link([0; 32]) }.to_string();
    home.jeton(["log", "--check", "--head", &nowhere]).run().exits(Exit::Vault);
}

#[test]
fn a_head_has_one_form_and_goes_with_check() {
    let home = six();
    let head = head(&home);
    for bad in ["", "6", ":", &head[..65], &format!("{head}0"), &head.replace("6:", "0:"), &head.replace("6:", "x:")] {
        let ran = home.jeton(["log", "--check", "--head", bad]).run().exits(Exit::Usage).prints("");
        ran.says("a number, a colon and 64 hexadecimal digits");
    }
    home.jeton(["log", "--head", &head]).run().exits(Exit::Usage).prints("").says("`jeton log --check --head HEAD`");
    for words in [
        &["log", "--check", "--since", "1h"][..],
        &["log", "--head", "--token", "a"],
        &["log", "--check", "--follow"],
        &["log", "--head", "--follow"],
    ] {
        home.jeton(words).run().exits(Exit::Usage).prints("");
    }
}

// Damage.

/// As no jeton writes it and SQLite's own rules would not let it stand.
#[test]
fn an_event_that_does_not_read_is_damage_and_said_so() {
    for (what, change) in [
        ("action", "action = 'frobnicate'"),
        ("action", "action = NULL"),
        ("time", "at = NULL"),
        ("time", "at = 9223372036854775807"),
        ("time", "at = 'noon'"),
        ("actor", "actor = NULL"),
        ("actor", "actor = CAST(x'ff' AS TEXT)"),
        ("token", "token_name = NULL"),
        ("token", "token_id = NULL"),
        ("id", "token_id = 'x'"),
        ("token", "token_id = x'00'"),
        ("token", "token_name = x'07'"),
        ("detail", "detail = NULL"),
        ("hash", "hash = NULL"),
        ("hash", "hash = x'00'"),
        ("hash", "hash = 'a text'"),
    ] {
        let home = six();
        home.tamper(&format!(
            "CREATE TABLE bare AS SELECT * FROM event; DROP TABLE event; ALTER TABLE bare RENAME TO event;
             UPDATE event SET {change} WHERE seq = 3"
        ));
        for words in
            [&["log"][..], &["log", "--json"], &["log", "--check"], &["log", "--follow"], &["log", "--token", "a"]]
        {
            let ran = home.jeton(words).run();
            assert!(ran.err.contains(&format!("event 3 of its log has a bad {what}")), "{change}: {}", ran.err);
            ran.exits(Exit::Vault).says("restore it from a backup");
        }
    }
}

#[test]
fn a_newest_event_that_does_not_read_is_damage_and_said_so() {
    for change in ["seq = 'last'", "hash = NULL", "hash = x'00'"] {
        let home = six();
        home.tamper(&format!(
            "CREATE TABLE bare AS SELECT * FROM event; DROP TABLE event; ALTER TABLE bare RENAME TO event;
             UPDATE event SET {change} WHERE seq = 6"
        ));
        for words in [&["log", "--head"][..], &["log", "--check"], &["create", "c"], &["revoke", "b"]] {
            let ran = home.jeton(words).run().exits(Exit::Vault).prints("").says("event");
            ran.says(" of its log has a bad ").says("restore it from a backup");
        }
        home.jeton(["list", "-q"]).run().exits(Exit::Done).prints("b\n");
    }
}

#[test]
fn no_event_no_reveal() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    // There is no number left for another.
    home.tamper("UPDATE event SET seq = 9223372036854775807 WHERE seq = 2");
    let copy = home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copy.exits(Exit::Vault).prints("").hides(&secret[16..]);
    for words in [&["create", "next"][..], &["revoke", "web"], &["rotate", "web"], &["delete", "web", "--yes"]] {
        home.jeton(words).run().exits(Exit::Vault).prints("");
    }
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
}

#[test]
fn a_clock_that_goes_back_breaks_nothing() {
    let home = Home::with(&["a"]);
    home.pass(SignedDuration::from_hours(-48));
    home.create("b");
    assert_eq!(deeds(&home, &[]), ["init", "create a", "create b"], "in the order in which it was done");
    let earlier: Timestamp = logged(&home, &[])[2]["at"].as_str().unwrap().parse().unwrap();
    assert_eq!(earlier.to_string(), "2026-11-19T12:00:00Z");
    check(&home).exits(Exit::Done);
}

#[test]
fn who_follows_is_told_that_another_vault_lies_there() {
    let home = Home::with(&["web"]);
    let backup = home.path("backup.db");
    std::fs::copy(home.vault(), &backup).unwrap();
    home.create("api");
    let put_back = || {
        std::fs::copy(&backup, home.vault()).unwrap();
        home.create("other");
    };
    let ran = home.jeton(["log", "--follow"]).meanwhile(put_back).run().exits(Exit::Vault);
    ran.says("does not lead from 3:").says("this is another vault, or a backup from before");
}

#[test]
fn a_log_that_was_emptied_is_found_by_its_beginning() {
    let home = Home::with(&["web"]);
    home.tamper("DELETE FROM event");
    check(&home).exits(Exit::Vault);
    // Nobody is kept from ending a token by that.
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    check(&home).exits(Exit::Vault).says("event 1 ");
}
