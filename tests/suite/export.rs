//! `jeton export`: every token with its digests, the same bytes wherever they lie; with its secrets only where that is
//! asked for and on record.

use std::os::unix::fs::PermissionsExt;

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::home::{Home, Jeton, PASSPHRASE};
use crate::support::real::Machine;

/// A vault whose tokens have been through everything that can happen to one.
pub fn eventful() -> Home {
    let home = Home::keeping(&["web", "Admin api key", "ключ", "鍵", "naïve", "z\u{1f511}", "revoked", "rotated"]);
    let create = |words: &[&str]| home.jeton(["create"].iter().chain(words)).run().exits(Exit::Done).out;
    create(&["labelled", "--label", "project=web,shop", "--label", "env=a=b", "--scope", "b.*", "--scope", "a"]);
    create(&["described", "-d", "it says \"\\\" and\nmore \u{1b}[31m\u{202e}", "--owner", "Büro 3"]);
    create(&["short", "--expires", "1h"]);
    create(&["root", "--type", "admin", "--prefix", "acme_live"]);
    create(&["once", "--once", "--max-uses", "3"]);
    let counted = create(&["counted", "--max-uses", "2"]);
    home.pass(SignedDuration::from_millis(7));
    home.jeton(["login"]).run().exits(Exit::Done);
    for _ in 0..2 {
        home.jeton(["verify"]).stdin(&counted).run().exits(Exit::Done);
    }
    home.pass(SignedDuration::from_mins(1));
    home.jeton(["revoke", "revoked"]).run().exits(Exit::Done);
    for grace in ["9d", "3h"] {
        let secret = home.jeton(["rotate", "rotated", "--grace", grace]).run().exits(Exit::Done).out;
        home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
        home.pass(SignedDuration::from_mins(1));
    }
    home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    home.jeton(["edit", "naïve", "--forget", "--yes"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    home
}

pub fn export(home: &Home) -> String {
    home.jeton(["export"]).run().exits(Exit::Done).out
}

fn revealed<'h>(home: &'h Home, words: &[&str]) -> Jeton<'h> {
    home.jeton(["export", "--reveal"].iter().chain(words)).var("JETON_PASSPHRASE", PASSPHRASE)
}

/// In another vault of the same home.
pub fn other<'h>(home: &'h Home, words: &[&str]) -> Jeton<'h> {
    let path = home.path("other/vault.db").display().to_string();
    home.jeton(["--vault", &path].iter().chain(words)).var("JETON_PASSPHRASE", PASSPHRASE)
}

#[test]
fn it_is_one_document_with_a_token_a_line() {
    let home = Home::with(&["b", "a"]);
    let ran = home.jeton(["export"]).run().exits(Exit::Done);
    assert_eq!(ran.err, "exported 2 tokens, without their secrets\n");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[3]), (4, r#"{"format":"jeton-export-1","tokens":["#, "]}"));
    let json = ran.json();
    let names: Vec<_> =
        json["tokens"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_token_is_told_whole_and_nothing_beside() {
    let home = Home::with(&[]);
    let made =
        home.jeton(["create", "web", "--expires", "1h", "--scope", "x.y", "--label", "k=v", "--json"]).run().json();
    let token = &home.jeton(["export"]).run().json()["tokens"][0];
    let digest: String = home.sql("SELECT lower(hex(digest)) FROM secret");
    assert_eq!(
        *token,
        json!({
            "id": made["id"], "name": "web", "type": "client", "owner": "alice", "scopes": ["x.y"], "labels": {"k": "v"},
            "description": "", "created_at": "2026-11-21T12:00:00.000Z", "expires_at": "2026-11-21T13:00:00.000Z",
            "max_uses": null, "uses": 0, "revoked_at": null,
            "secrets": [{"digest": digest, "created_at": "2026-11-21T12:00:00.000Z", "retires_at": null,
                         "last_used_at": null}],
        })
    );
}

#[test]
fn an_empty_vault_has_an_export_too() {
    let home = Home::with(&[]);
    home.jeton(["export"]).run().exits(Exit::Done).prints("{\"format\":\"jeton-export-1\",\"tokens\":[]}\n");
    Home::new().jeton(["export"]).run().exits(Exit::NotFound).prints("");
}

#[test]
fn the_hour_the_vault_and_the_passphrase_make_no_difference() {
    let home = eventful();
    let first = export(&home);
    home.pass(SignedDuration::from_hours(24 * 400));
    assert_eq!(export(&home), first);
    other(&home, &["import", "-"]).stdin(&first).run().exits(Exit::Done);
    assert_eq!(other(&home, &["export"]).run().exits(Exit::Done).out, first);
}

#[test]
fn without_reveal_it_holds_no_secret_and_leaves_no_trace() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    let before = home.events();
    home.jeton(["export"]).run().exits(Exit::Done).hides(&secret[16..]);
    assert_eq!(home.events(), before);
}

#[test]
fn reveal_adds_every_secret_of_which_a_copy_is_kept() {
    let home = Home::keeping(&[]);
    let old = home.create("web");
    let new = home.jeton(["rotate", "web", "--grace", "1d"]).run().out;
    home.jeton(["create", "once", "--once"]).run().exits(Exit::Done);
    let ran = revealed(&home, &[]).run().exits(Exit::Done);
    assert_eq!(ran.err, "exported 2 tokens, with 2 secrets in the clear\n");
    let json = ran.json();
    let secrets = json["tokens"].as_array().unwrap().iter().flat_map(|token| token["secrets"].as_array().unwrap());
    let secrets: Vec<_> = secrets.map(|secret| secret.get("secret").and_then(Value::as_str)).collect();
    assert_eq!(secrets, [None, Some(old.as_str()), Some(new.trim_end())]);
}

#[test]
fn reveal_is_on_record_for_each_token_that_it_gives_away() {
    let home = Home::keeping(&["b", "a"]);
    home.jeton(["create", "once", "--once"]).run().exits(Exit::Done);
    revealed(&home, &[]).run().exits(Exit::Done);
    assert_eq!(home.events()[4..], ["reveal a export", "reveal b export"]);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
}

#[test]
fn no_event_no_reveal() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    // There is no number left for another.
    home.tamper("UPDATE event SET seq = 9223372036854775807 WHERE seq = 2");
    revealed(&home, &[]).run().exits(Exit::Vault).hides(&secret[16..]);
}

#[test]
fn reveal_needs_the_passphrase() {
    let home = Home::keeping(&["web"]);
    home.jeton(["export", "--reveal"]).run().exits(Exit::Locked).prints("").says("--passphrase-file");
    let wrong = home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", "wrong").run().exits(Exit::Locked);
    wrong.prints("");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM event WHERE action = 'reveal'"), 0);
    Home::with(&["web"]).jeton(["export", "--reveal"]).run().exits(Exit::Refused).prints("").says("show-once");
}

#[test]
fn while_the_vault_is_unlocked_reveal_asks_nothing() {
    let home = Home::keeping(&[]).with_keyring();
    let secret = home.create("web");
    home.jeton(["unlock", "--for", "10m"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    let ran = home.jeton(["export", "--reveal"]).run().exits(Exit::Done);
    assert_eq!(ran.json()["tokens"][0]["secrets"][0]["secret"], *secret);
    home.jeton(["export", "--reveal"])
        .answers([])
        .run()
        .exits(Exit::Done)
        .says("every secret that follows is in the clear");
    assert_eq!(home.events()[2..], ["unlock for 10m", "reveal web export", "reveal web export"]);
    home.jeton(["lock"]).run().exits(Exit::Done);
    home.jeton(["export", "--reveal"]).run().exits(Exit::Locked).prints("");
}

#[test]
fn whoever_reveals_to_a_terminal_is_told_before() {
    let home = Home::keeping(&["web"]);
    let ran = home.jeton(["export", "--reveal"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    ran.says("every secret that follows is in the clear; `--output FILE` puts them into a file of your own\n");
    let ran = home.jeton(["export"]).answers([]).run().exits(Exit::Done);
    assert!(!ran.err.contains("in the clear"));
}

#[test]
fn a_file_is_new_whole_and_for_its_owner_only() {
    let home = Home::keeping(&["web"]);
    let file = home.path("tokens.json");
    let to = ["--output", file.to_str().unwrap()];
    let ran = revealed(&home, &to).run().exits(Exit::Done).prints("");
    ran.says(&format!("exported 1 token, with 1 secret in the clear, to {}\n", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), revealed(&home, &[]).run().out);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    // Never over another, and nothing is left beside it.
    std::fs::write(&file, "precious").unwrap();
    home.jeton(["export", "--output", file.to_str().unwrap()]).run().exits(Exit::Exists).prints("");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    home.jeton(["export", "--output", "/no/such/directory/f"]).run().exits(Exit::Usage).prints("");
    revealed(&home, &["--output", home.path("later").to_str().unwrap()])
        .var("JETON_PASSPHRASE", "no")
        .run()
        .exits(Exit::Locked);
    let mut left: Vec<_> = std::fs::read_dir(home.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["data", "tokens.json"]);
    assert_eq!(home.jeton(["export", "--output", "-"]).run().exits(Exit::Done).out, export(&home));
}

#[test]
fn more_than_a_page_comes_in_the_order_of_its_bytes() {
    let home = Home::with(&["web"]);
    home.tamper(
        "WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2500)
         INSERT INTO token SELECT value + 9, 'jtn_' || printf('%012d', value), 'n' || value, 'client', 'a', '[]', '{}', '',
         value, NULL, NULL, 0, NULL FROM n;
         INSERT INTO secret SELECT seq, randomblob(32), NULL, 5, NULL, NULL FROM token WHERE seq > 9",
    );
    let json = home.jeton(["export"]).run().exits(Exit::Done).json();
    let names: Vec<_> =
        json["tokens"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2501);
    assert!(names.is_sorted());
}

#[test]
fn a_stdout_that_fails_is_a_failure() {
    let home = Home::with(&["web"]);
    for how in [std::io::ErrorKind::BrokenPipe, std::io::ErrorKind::StorageFull] {
        home.jeton(["export"]).broken_stdout(how).run().exits(Exit::Failed).says("cannot be written");
    }
}

#[test]
fn a_copy_that_does_not_open_ends_it_and_leaves_no_file() {
    let home = Home::keeping(&["web"]);
    home.tamper("UPDATE secret SET sealed = zeroblob(113)");
    let file = home.path("tokens.json");
    revealed(&home, &["--output", file.to_str().unwrap()]).run().exits(Exit::Vault).says("the sealed copy of `web`");
    assert!(!file.exists());
}

#[test]
fn at_a_true_terminal_it_asks_warns_and_shows() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let mut screen = machine.at_terminal(["export", "--reveal"]).spawn();
    screen.expect("Passphrase: ");
    screen.send("correct horse\r");
    screen.expect("every secret that follows is in the clear");
    screen.expect(&secret);
    let (code, seen) = screen.wait();
    assert_eq!(code, 0);
    assert!(seen.contains("exported 1 token, with 1 secret in the clear"), "{seen}");
}

#[test]
fn a_true_process_gives_the_true_bytes() {
    let machine = Machine::with_vault();
    machine.jeton(["create", "web"]).run().exits(0);
    let whole = machine.jeton(["export"]).run().exits(0).stdout;
    let revealed = machine.jeton(["export", "--reveal", "--output", "all.json"]).unlocked().run().exits(0);
    assert_eq!(revealed.stdout, "");
    let elsewhere = machine.dir().join("b/vault.db");
    let elsewhere = ["--vault", elsewhere.to_str().unwrap()];
    machine.jeton(elsewhere.iter().copied().chain(["import", "all.json"])).run().exits(0);
    assert_eq!(machine.jeton(elsewhere.iter().copied().chain(["export"])).run().exits(0).stdout, whole);
}
