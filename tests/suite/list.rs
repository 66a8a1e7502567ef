//! `jeton list`: what there is, newest first, in a table, as names, or as JSON.

use std::io::ErrorKind;

use jeton::token::exit::Exit;
use jiff::SignedDuration;

use crate::support::home::Home;

#[test]
fn a_table_tells_name_id_status_expiry_last_use_and_creation() {
    let home = Home::with(&[]);
    let a = home.create("web");
    home.jeton(["verify"]).stdin(&a).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(3));
    let b = home.jeton(["create", "Admin api key", "--expires", "90d"]).run().out;
    let (a, b) = (&a[..16], &b[..16]);
    home.jeton(["list"]).run().gives(
        Exit::Done,
        &format!(
            "NAME           ID                STATUS  EXPIRES     LAST USED    CREATED\n\
             Admin api key  {b}  active  in 90 days  never        just now\n\
             web            {a}  active  never       3 hours ago  3 hours ago\n"
        ),
        "",
    );
    let ls = home.jeton(["ls"]).run().out;
    assert_eq!(ls, home.jeton(["list"]).run().out);
}

#[test]
fn an_empty_vault_says_how_to_make_a_token() {
    let home = Home::with(&[]);
    home.jeton(["list"]).run().gives(Exit::Done, "", "no tokens yet; `jeton create NAME` makes one\n");
    home.jeton(["list", "--json"]).run().gives(Exit::Done, "[]\n", "");
    home.jeton(["list", "-q"]).run().exits(Exit::Done).prints("");
}

#[test]
fn no_vault_is_no_list_and_makes_none() {
    let home = Home::new();
    home.jeton(["list"]).run().exits(Exit::NotFound).prints("").says("`jeton create NAME` makes a vault");
    assert!(!home.path("data").exists());
}

#[test]
fn what_no_longer_works_is_shown_only_on_request() {
    let home = Home::with(&["a"]);
    home.jeton(["create", "b", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    home.jeton(["list", "-q"]).run().prints("a\n");
    home.jeton(["list", "-q", "--all"]).run().prints("b\na\n");
    let all = home.jeton(["list", "--all"]).run();
    assert!(all.out.contains("expired"), "{}", all.out);
    home.tamper("UPDATE token SET revoked_at = 1 WHERE name = 'a'");
    home.jeton(["list"]).run().exits(Exit::Done).prints("").says("`jeton list --all`");
    home.jeton(["list", "--json"]).run().prints("[]\n");
}

#[test]
fn a_token_used_up_no_longer_works() {
    let home = Home::with(&["a"]);
    home.tamper("UPDATE token SET max_uses = 2, uses = 2");
    home.jeton(["list", "-q"]).run().prints("");
    assert!(home.jeton(["list", "--all"]).run().out.contains("used-up"));
}

#[test]
fn names_alone_are_one_a_line() {
    let home = Home::with(&["a", "b c", "ключ"]);
    home.jeton(["list", "-q"]).run().gives(Exit::Done, "ключ\nb c\na\n", "");
}

#[test]
fn json_is_an_array_in_the_documented_shape() {
    let home = Home::with(&["a", "b"]);
    let json = home.jeton(["list", "--json"]).run().json();
    let names: Vec<_> = json.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["b", "a"]);
    let fields: Vec<_> = json[0].as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "id",
        "name",
        "type",
        "owner",
        "scopes",
        "labels",
        "description",
        "status",
        "created_at",
        "expires_at",
        "last_used_at",
        "max_uses",
        "uses",
        "revoked_at",
        "recoverable",
        "secrets",
    ];
    expected.sort_unstable();
    assert_eq!(fields, expected);
}

#[test]
fn a_narrow_terminal_loses_columns_but_never_a_name_or_an_id() {
    let home = Home::with(&[]);
    let name = "n".repeat(100);
    let id = home.create(&name)[..16].to_owned();
    for columns in [20, 80, 125, 140, 200] {
        let ran = home.jeton(["list"]).columns(columns).run().exits(Exit::Done);
        let row = ran.out.lines().nth(1).unwrap();
        assert!(row.starts_with(&format!("{name}  {id}")), "{columns}: {row}");
        assert!(row.chars().count() <= usize::from(columns).max(118), "{columns}: {row}");
    }
    assert!(home.jeton(["list"]).run().out.contains("CREATED"), "a pipe has room for all");
}

#[test]
fn wide_letters_take_two_cells() {
    let home = Home::with(&["鍵鍵鍵", "abc"]);
    let out = home.jeton(["list"]).run().out;
    let lines: Vec<_> = out.lines().collect();
    // 6 cells and 2 of gap; 3 cells, 3 more to the same width and 2 of gap.
    assert!(lines[1].starts_with("abc     jtn_"), "{out}");
    assert!(lines[2].starts_with("鍵鍵鍵  jtn_"), "{out}");
}

#[test]
fn more_than_a_page_comes_whole_in_order_and_aligned() {
    let home = Home::with(&["first"]);
    let mut batch = String::from("BEGIN;");
    for n in 0..2500 {
        // Many of one millisecond, and a long name on the last page.
        let name = if n == 3 { "long".repeat(20) } else { format!("t{n}") };
        batch += &format!(
            "INSERT INTO token (id, name, type, owner, scopes, labels, description, created_at, uses)
             VALUES ('jtn_{n:012}', '{name}', 'client', 'o', '[]', '{{}}', '', {at}, 0);
             INSERT INTO secret (token_seq, digest, created_at) VALUES (last_insert_rowid(), randomblob(32), {at});",
            at = 1_000_000 + n / 1500
        );
    }
    home.tamper(&(batch + "COMMIT"));
    let names = home.jeton(["list", "-q"]).run().out;
    let names: Vec<_> = names.lines().collect();
    assert_eq!(names.len(), 2501);
    assert_eq!((names[0], names[1], names[2500]), ("first", "t2499", "t0"));
    let json = home.jeton(["list", "--json"]).run().json();
    assert_eq!(json.as_array().unwrap().len(), 2501);
    let table = home.jeton(["list"]).run().out;
    assert_eq!(table.matches("STATUS").count(), 1);
    assert!(
        table.lines().all(|line| line.find("jtn_").is_none_or(|at| at == 82)),
        "every row has the width of the longest name"
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let home = Home::with(&["a"]);
    for flag in ["--json", "-q", "--all"] {
        let ran = home.jeton(["list", flag]).broken_stdout(ErrorKind::BrokenPipe).run();
        ran.exits(Exit::Done).says_nothing();
    }
    home.jeton(["list"]).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed).says("cannot be written");
}

#[test]
fn control_characters_in_a_database_never_reach_the_terminal() {
    let home = Home::with(&["a"]);
    home.tamper("UPDATE token SET owner = 'o' || char(27) || '[2J', description = char(10) || char(8238) || 'x'");
    let ran = home.jeton(["show", "a"]).run().exits(Exit::Done);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
    assert!(ran.out.contains(r"o\u{1b}[2J"), "{}", ran.out);
    home.tamper("UPDATE token SET name = 'a' || char(27)");
    let ran = home.jeton(["list"]).run().exits(Exit::Vault);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}
