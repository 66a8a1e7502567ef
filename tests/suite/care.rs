//! `vault info` and `vault compact`: what the vault is as a whole, and how large.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::json;

use crate::support::home::{Home, PASSPHRASE, bytes_of};
use crate::support::real::{Machine, assert_sound, needs, set_mode};

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// The head of the log, as `log --head` prints it.
fn head(home: &Home) -> String {
    home.jeton(["log", "--head"]).run().exits(Exit::Done).out.trim_end().to_owned()
}

#[test]
fn info_tells_all_that_there_is_and_asks_for_no_passphrase() {
    let home = Home::keeping(&["web", "ssh"]);
    home.jeton(["create", "once", "--once", "--max-uses", "1", "--expires", "2h"]).run().exits(Exit::Done);
    home.jeton(["rotate", "web", "--grace", "1h"]).run().exits(Exit::Done);
    home.jeton(["revoke", "ssh"]).run().exits(Exit::Done);
    home.jeton(["policy", "set", "max-expiry", "90d"]).run().exits(Exit::Done);
    home.jeton(["policy", "scopes", "add", "deploy"]).run().exits(Exit::Done);
    home.pass(hours(1));
    let id: String = home.sql("SELECT lower(hex(value)) FROM setting WHERE key = 'vault_id'");
    let (path, head) = (home.vault().display().to_string(), head(&home));
    let told = format!(
        "vault       {path}
id          {id}
format      1
made        2026-11-21 12:00 UTC (60 minutes ago)
size        40 KiB
passphrase  kept by Argon2id with 64 MiB, 3 passes, 4 lanes
policy      max-expiry, scopes
tokens      3: 2 active, 0 expired, 1 revoked, 0 used-up
secrets     4, 3 with a sealed copy
events      8
head        {head}
generation  7
"
    );
    home.jeton(["vault", "info"]).run().gives(Exit::Done, &told, "");
    let json = home.jeton(["vault", "info", "--json"]).run().exits(Exit::Done).says_nothing().json();
    let expected = json!({
        "vault": path, "id": id, "format": 1, "made_at": "2026-11-21T12:00:00.000Z",
        "size": {"file": 40960, "log": 0}, "recoverable": true,
        "argon2id": {"memory_kib": 65536, "passes": 3, "lanes": 4}, "policy": ["max-expiry", "scopes"],
        "tokens": {"total": 3, "active": 2, "expired": 0, "revoked": 1, "used_up": 0},
        "secrets": 4, "copies": 3, "events": 8, "head": head, "generation": 7,
    });
    assert_eq!(json, expected);
}

#[test]
fn info_counts_each_token_under_the_status_that_list_tells() {
    let home = Home::with(&["works", "gone"]);
    let create = |args: &[&str]| home.jeton([&["create"][..], args].concat()).run().exits(Exit::Done).out;
    create(&["ends", "--expires", "1h"]);
    let both = create(&["ends used-up", "--expires", "1h", "--max-uses", "1"]);
    let spent = create(&["spent", "--max-uses", "1"]);
    let gone = create(&["gone and spent", "--max-uses", "1", "--expires", "1h"]);
    for secret in [&both, &spent, &gone] {
        home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    }
    home.jeton(["revoke", "gone", "gone and spent", "--yes"]).run().exits(Exit::Done);
    for _ in 0..2 {
        let told = home.jeton(["vault", "info", "--json"]).run().json()["tokens"].take();
        let listed = home.jeton(["list", "--all", "--json"]).run().json();
        let count = |word: &str| listed.as_array().unwrap().iter().filter(|token| token["status"] == word).count();
        let words = ["active", "expired", "revoked", "used-up"].map(count);
        assert_eq!(
            told,
            json!({"total": 6, "active": words[0], "expired": words[1], "revoked": words[2], "used_up": words[3]})
        );
        home.pass(hours(1));
    }
    assert_eq!(home.jeton(["vault", "info", "--json"]).run().json()["tokens"]["expired"], 2);
}

#[test]
fn info_of_a_show_once_vault_says_so() {
    let home = Home::with(&["web"]);
    let told = home.jeton(["vault", "info"]).run().exits(Exit::Done).out;
    assert!(told.contains("\npassphrase  none: it is a show-once vault\n"), "{told}");
    assert!(told.contains("\nsecrets     1, 0 with a sealed copy\n"), "{told}");
    assert!(told.contains("\npolicy      none\n"), "{told}");
    let json = home.jeton(["vault", "info", "--json"]).run().json();
    assert_eq!((&json["recoverable"], &json["argon2id"], &json["policy"]), (&json!(false), &json!(null), &json!([])));
}

#[test]
fn info_changes_nothing_and_tells_the_size_of_the_log() {
    let home = Home::keeping(&["web"]);
    let before = bytes_of(&home.vault());
    home.jeton(["vault", "info"]).run().exits(Exit::Done);
    assert_eq!(bytes_of(&home.vault()), before);
    // Somebody has it open, and what was written waits in the log.
    let open = Connection::open(home.vault()).unwrap();
    open.query_row("SELECT count(*) FROM token", [], |_| Ok(())).unwrap();
    home.create("late");
    let log = home.path("data/vault.db-wal").metadata().unwrap().len();
    assert!(log > 0);
    let json = home.jeton(["vault", "info", "--json"]).run().json();
    assert_eq!((&json["size"]["log"], &json["tokens"]["total"]), (&json!(log), &json!(2)));
    let told = home.jeton(["vault", "info"]).run().out;
    assert!(told.contains(" in its log\n"), "{told}");
}

#[test]
fn info_and_compact_want_a_vault() {
    let home = Home::new();
    for verb in ["info", "compact", "passphrase"] {
        let ran = home.jeton(["vault", verb, "--json"]).answers([]).run().exits(Exit::NotFound).prints("");
        assert_eq!(ran.error_json()["code"], "not-found");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn names_of_rules_from_elsewhere_do_not_reach_the_terminal_as_they_are() {
    let home = Home::with(&[]);
    home.tamper("INSERT INTO setting VALUES ('policy.a' || char(27) || '[2Jb', 'x')");
    let told = home.jeton(["vault", "info"]).run().exits(Exit::Done).out;
    assert!(told.contains("policy      a\\u{1b}[2Jb\n"), "{told}");
}

#[test]
fn compacting_gives_room_back_and_keeps_what_there_is() {
    let home = Home::keeping(&["web", "ssh"]);
    home.tamper("CREATE TABLE big (x BLOB); INSERT INTO big VALUES (zeroblob(3000000)); DROP TABLE big");
    let before = home.vault().metadata().unwrap().len();
    assert!(before > 3_000_000);
    let tokens = home.jeton(["list", "--json"]).run().out;
    let ran = home.jeton(["vault", "compact", "--json"]).run().exits(Exit::Done);
    let after = home.vault().metadata().unwrap().len();
    assert!(after < 100_000, "{after}");
    let path = home.vault().display().to_string();
    let expected = json!({"vault": path, "before": {"file": before, "log": 0}, "after": {"file": after, "log": 0}});
    assert_eq!(ran.json(), expected);
    let told = format!("compacted {path}: 2.9 MiB -> 40 KiB\n");
    assert_eq!((ran.err, after), (told, 40960));
    // It can be done again, and says so.
    home.jeton(["vault", "compact"]).run().gives(Exit::Done, "", &format!("compacted {path}: 40 KiB -> 40 KiB\n"));
    assert_eq!(home.jeton(["list", "--json"]).run().out, tokens);
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
}

#[test]
fn compacting_wipes_what_a_reader_kept_from_being_wiped() {
    let home = Home::with(&["web"]);
    let digest: Vec<u8> = home.sql("SELECT digest FROM secret");
    let reader = Connection::open(home.vault()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM token").unwrap();
    home.jeton(["delete", "web", "--yes"]).run().exits(Exit::Done).says("may still be in the vault's log");
    drop(reader);
    home.jeton(["vault", "compact"]).run().exits(Exit::Done);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'unwiped'"), 0);
    assert!(!bytes_of(&home.vault()).windows(12).any(|place| place == &digest[..12]));
}

#[test]
fn compacting_waits_for_others_and_then_says_who_is_in_the_way() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    let other = Connection::open(machine.vault()).unwrap();
    for (begin, says) in [
        (
            "BEGIN; SELECT * FROM token",
            "is being read by another process, so its log cannot be emptied\nhint: try again",
        ),
        ("BEGIN IMMEDIATE", "is busy: another process is writing to it\nhint: try again"),
    ] {
        // So that there is something in the log.
        machine.create(begin);
        other.execute_batch(begin).unwrap();
        machine.jeton(["vault", "compact"]).run().exits(7).gives("").says(says);
        other.execute_batch("ROLLBACK").unwrap();
    }
    machine.jeton(["vault", "compact"]).run().exits(0);
    drop(other);
    assert_eq!(machine.names().len(), 3);
    assert_sound(&machine.vault());
}

#[test]
fn a_vault_that_cannot_be_written_is_told_of_and_not_compacted() {
    if !needs(&["setpriv"]) {
        return;
    }
    let machine = Machine::of_nobody().vault_made();
    machine.create("web");
    let dir = machine.vault().parent().unwrap().to_owned();
    set_mode(&machine.vault(), 0o400);
    set_mode(&dir, 0o500);
    let before = machine.files();
    let told = machine.jeton(["vault", "info"]).run().exits(0).stdout;
    assert!(told.contains("\ntokens      1: 1 active,"), "{told}");
    machine.jeton(["vault", "compact"]).run().exits(7).says("cannot be written\nhint: ");
    let new = machine.passphrase_file();
    let change = ["vault", "passphrase", "--new-passphrase-file", new.to_str().unwrap()];
    machine.jeton(change).unlocked().run().exits(7).says("cannot be written\nhint: ");
    machine.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(7).says("cannot be written\nhint: ");
    assert!(machine.files() == before, "something was written");
    set_mode(&dir, 0o700);
}
