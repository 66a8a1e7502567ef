//! Questions to the list: filters by status and time, any order, a limit, columns, an exit code for cron. A plain model
//! of what the documentation says must answer alike.

mod model;

use std::io::ErrorKind;

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use self::model::{Question, Token, question, token, vault_of};
use crate::support::home::Home;
use crate::support::real::{Machine, Ran};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

#[track_caller]
fn made(home: &Home, words: &[&str]) -> String {
    let words = ["create"].into_iter().chain(words.iter().copied());
    home.jeton(words).run().exits(Exit::Done).out.trim_end().to_owned()
}

/// The names that a list gives, with blanks between.
#[track_caller]
fn names(home: &Home, words: &[&str]) -> String {
    let ran = home.jeton(["list", "-q"].iter().chain(words)).run().exits(Exit::Done);
    ran.out.lines().collect::<Vec<_>>().join(" ")
}

/// Tokens in every state; the clock stands five days after they were made.
fn every_state() -> Home {
    let home = Home::with(&["never"]);
    for (name, end) in [("soon", "7d"), ("later", "60d"), ("over", "1d"), ("over-revoked", "1d"), ("revoked", "7d")] {
        made(&home, &[name, "--expires", end]);
    }
    for name in ["spent", "spent-over"] {
        let end = if name == "spent" { "7d" } else { "1d" };
        let secret = made(&home, &[name, "--expires", end, "--max-uses", "1"]);
        home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    }
    home.jeton(["revoke", "revoked", "over-revoked", "--yes"]).run().exits(Exit::Done);
    home.pass(5 * DAY);
    home
}

// Filters.

#[test]
fn expiring_is_what_still_works_and_ends_by_then() {
    let home = every_state();
    for (when, expected) in [
        ("1h", ""),
        ("2d", "soon"),
        ("14d", "soon"),
        ("55d", "later soon"),
        ("54d", "soon"),
        ("15000y", "later soon"),
        // The end of that day, UTC; it ends at noon.
        ("2026-11-28", "soon"),
        ("2026-11-27", ""),
        ("2026-11-28T12:00:00Z", "soon"),
        ("2026-11-28T13:00:00+01:00", "soon"),
        ("2026-11-28T11:59:59.999Z", ""),
    ] {
        assert_eq!(names(&home, &["--expiring", when]), expected, "{when}");
        assert_eq!(names(&home, &["--expiring", when, "--all"]), expected, "{when}");
    }
    assert_eq!(names(&home, &["--expiring", "14d", "--status", "revoked,expired,used-up"]), "");
    // Whatever has ended is not about to.
    home.pass(2 * DAY - MILLISECOND);
    assert_eq!(names(&home, &["--expiring", "14d"]), "soon");
    home.pass(MILLISECOND);
    assert_eq!(names(&home, &["--expiring", "14d"]), "");
}

#[test]
fn expiring_wants_a_time_to_come() {
    let home = Home::with(&["web"]);
    for past in ["2026-11-20", "2026-11-21T12:00:00Z"] {
        let ran = home.jeton(["list", "--expiring", past]).run().exits(Exit::Usage).prints("");
        ran.says("is not to come\nhint: write how far ahead, or a date to come: 14d, 12h, 2027-01-31\n");
    }
    for nonsense in ["never", "", "soon", "14", "0d", "-3d"] {
        let ran = home.jeton(["list", "--expiring", nonsense]).run().exits(Exit::Usage).prints("");
        assert!(!ran.err.contains("or never"), "{}", ran.err);
    }
    // What is wrong with the words is told before anybody looks for a vault.
    Home::new().jeton(["list", "--expiring", "2026-11-20"]).run().exits(Exit::Usage);
}

#[test]
fn never_used_is_what_no_verification_has_found_valid() {
    let home = Home::with(&["web"]);
    let secret = made(&home, &["shop", "--scope", "a"]);
    assert_eq!(names(&home, &["--never-used"]), "shop web");
    home.jeton(["verify", "--peek"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["verify", "--scope", "b"]).stdin(&secret).run().exits(Exit::Lacks);
    assert_eq!(names(&home, &["--never-used"]), "shop web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(names(&home, &["--never-used"]), "web");
    // A new secret does not undo the use of the old one.
    home.jeton(["rotate", "shop"]).run().exits(Exit::Done);
    assert_eq!(names(&home, &["--never-used"]), "web");
    home.pass(10 * DAY);
    assert_eq!(names(&home, &["--never-used", "--unused", "10d"]), "");
    assert_eq!(names(&home, &["--never-used", "--unused", "9d"]), "web");
}

#[test]
fn a_status_is_the_first_that_holds() {
    let home = every_state();
    for (statuses, expected) in [
        ("active", "later soon never"),
        ("expired", "spent-over over"),
        ("used-up", "spent"),
        ("revoked", "revoked over-revoked"),
        ("revoked,expired", "spent-over revoked over-revoked over"),
        ("active,used-up", "spent later soon never"),
        ("revoked,expired,used-up,active", "spent-over spent revoked over-revoked over later soon never"),
    ] {
        assert_eq!(names(&home, &["--status", statuses]), expected, "{statuses}");
        assert_eq!(names(&home, &["--all", "--status", statuses]), expected, "{statuses}");
    }
    assert_eq!(names(&home, &["--status", "used-up", "--status", "active"]), "spent later soon never");
    // Whose end has come, in whatever state.
    assert_eq!(names(&home, &["--expired"]), "spent-over over-revoked over");
    assert_eq!(names(&home, &["--expired", "--status", "revoked"]), "over-revoked");
    for wrong in ["ended", "", "Active", "active,", "used_up"] {
        let ran = home.jeton(["list", "--status", wrong]).run().exits(Exit::Usage).prints("");
        ran.says("revoked, expired, used-up, active");
    }
}

#[test]
fn an_empty_answer_to_a_status_proposes_nothing_else() {
    let home = Home::with(&["web"]);
    home.jeton(["list", "--status", "revoked"]).run().gives(Exit::Done, "", "no token matches\n");
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["list", "--status", "active"]).run().gives(Exit::Done, "", "no token matches\n");
    home.jeton(["list", "--never-used"]).run().says("no token that matches works now; `--all` shows");
}

#[test]
fn created_before_is_what_was_called_older_than() {
    let home = Home::with(&["old"]);
    home.pass(DAY);
    home.create("new");
    for flag in ["--created-before", "--older-than"] {
        for (when, expected) in [
            ("1h", "old"),
            // Exactly so long ago is not longer ago.
            ("1d", ""),
            ("2026-11-22", "old"),
            ("2026-11-21T12:00:00Z", ""),
            ("2026-11-21T12:00:00.001Z", "old"),
            // Times are kept in milliseconds, and asked for as finely as one likes.
            ("2026-11-21T12:00:00.0001Z", "old"),
            ("15000y", ""),
        ] {
            assert_eq!(names(&home, &[flag, when]), expected, "{flag} {when}");
        }
        home.jeton(["list", flag, "2026-12-24"]).run().exits(Exit::Usage).says("is not in the past");
        home.jeton(["revoke", "old", flag, "1h"]).run().exits(Exit::Usage);
    }
    let help = home.jeton(["list", "--help"]).run().out;
    assert!(help.contains("--created-before <WHEN>") && !help.contains("older-than"), "{help}");
}

/// "`list` takes the filters of `revoke` and `delete`, so look first."
#[test]
fn every_new_filter_means_the_same_to_list_revoke_and_delete() {
    for filter in [
        &["--expiring", "14d"][..],
        &["--never-used"],
        &["--status", "active"],
        &["--status", "expired,used-up"],
        &["--created-before", "5d"],
        &["--created-before", "4d"],
        &["--never-used", "--expiring", "55d", "--created-before", "4d", "--status", "active,revoked"],
    ] {
        let home = every_state();
        home.create("new");
        let seen = names(&home, &[filter, &["--all", "--sort", "name"]].concat());
        for verb in ["delete", "revoke"] {
            let copy = home.path("copy.db");
            std::fs::copy(home.vault(), &copy).unwrap();
            let place = ["--yes", "--json", "--vault", copy.to_str().unwrap()];
            let done = home.jeton([&[verb][..], filter, &place].concat()).run().exits(Exit::Done).json();
            let mut done: Vec<_> =
                done.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
            done.sort_unstable();
            // Who is revoked already is not revoked again.
            let meant = seen.split(' ').filter(|name| verb == "delete" || !name.contains("revoked"));
            let meant: Vec<_> = meant.filter(|name| !name.is_empty()).collect();
            assert_eq!(done, meant, "{verb} {filter:?}");
        }
    }
}

#[test]
fn names_and_new_filters_do_not_mix() {
    let home = Home::with(&["web"]);
    for filter in [
        &["--expiring", "14d"][..],
        &["--never-used"],
        &["--status", "active"],
        &["--created-before", "1h"],
        &["--older-than", "1h"],
    ] {
        for words in [&["revoke", "web"][..], &["delete", "web"], &["revoke", "--env", "X"], &["revoke", "--file", "-"]]
        {
            home.jeton([words, filter, &["--yes"]].concat()).run().exits(Exit::Usage).prints("");
        }
    }
    assert_eq!(names(&home, &[]), "web");
}

#[test]
fn what_changes_nothing_has_no_sort_and_no_limit() {
    let home = Home::with(&["web"]);
    for verb in ["revoke", "delete"] {
        for flag in [&["--sort", "name"][..], &["--limit", "1"], &["--reverse"], &["--exit-code"]] {
            home.jeton([&[verb, "--never-used", "--yes"], flag].concat()).run().exits(Exit::Usage);
        }
    }
}

// Orders.

/// One token a day, which differ in all that a list can be ordered by.
fn seven_days() -> Home {
    let home = Home::with(&[]);
    for (name, owner, kind, end) in [
        ("m", "bob", "client", Some("30d")),
        ("Z", "alice", "admin", None),
        ("é", "carol", "session", Some("10d")),
        ("a", "bob", "client", Some("20d")),
        ("b", "Bob", "client", None),
    ] {
        let secret = made(
            &home,
            &[&[name, "--owner", owner, "--type", kind][..], &end.map_or(vec![], |end| vec!["--expires", end])]
                .concat(),
        );
        if ["Z", "a"].contains(&name) {
            home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
        }
        home.pass(DAY);
    }
    home
}

#[test]
fn each_order_puts_first_what_it_says_and_the_reverse_turns_all_of_it_round() {
    let home = seven_days();
    for (by, expected) in [
        ("created", "b a é Z m"),
        ("name", "Z a b m é"),
        ("owner", "b Z a m é"),
        ("type", "Z b a m é"),
        ("expires", "é a m b Z"),
        ("last-used", "a Z b é m"),
    ] {
        assert_eq!(names(&home, &["--sort", by]), expected, "{by}");
        let turned: Vec<_> = expected.split(' ').rev().collect();
        assert_eq!(names(&home, &["--sort", by, "--reverse"]), turned.join(" "), "{by} --reverse");
    }
    assert_eq!(names(&home, &["--reverse"]), "m Z é a b");
    let home = every_state();
    let all = "later soon never spent spent-over over revoked over-revoked";
    assert_eq!(names(&home, &["--all", "--sort", "status"]), all);
}

#[test]
fn an_unknown_order_is_refused_with_those_there_are() {
    let home = Home::with(&["web"]);
    for wrong in ["age", "", "Name", "name,owner", "created_at"] {
        let ran = home.jeton(["list", "--sort", wrong]).run().exits(Exit::Usage).prints("");
        ran.says("created, name, owner, type, status, expires, last-used");
    }
}

// How many.

#[test]
fn a_limit_gives_the_first_of_the_order() {
    let home = seven_days();
    assert_eq!(names(&home, &["--limit", "2"]), "b a");
    assert_eq!(names(&home, &["--limit", "2", "--sort", "expires"]), "é a");
    assert_eq!(names(&home, &["--limit", "2", "--sort", "expires", "--reverse"]), "Z b");
    assert_eq!(names(&home, &["--limit", "1", "--owner", "bob"]), "a");
    assert_eq!(names(&home, &["--limit", "9"]), "b a é Z m");
    assert_eq!(names(&home, &["--limit", "18446744073709551615", "--sort", "type"]), "Z b a m é");
    let json = home.jeton(["list", "--json", "--limit", "3"]).run().exits(Exit::Done).json();
    assert_eq!(json.as_array().unwrap().len(), 3);
    let table = home.jeton(["list", "--limit", "3"]).run().exits(Exit::Done).out;
    assert_eq!(table.lines().count(), 4);
    for wrong in ["0", "-1", "", "many", "1.5", "18446744073709551616"] {
        let ran = home.jeton(["list", "--limit", wrong]).run().exits(Exit::Usage).prints("");
        ran.says("write a whole number from 1");
    }
}

#[test]
fn a_table_is_as_wide_as_what_it_shows() {
    let home = Home::with(&[&"long".repeat(20), "short"]);
    let table = home.jeton(["list", "--limit", "1"]).run().out;
    assert!(table.starts_with("NAME   ID "), "{table}");
    let table = home.jeton(["list", "--limit", "1", "--reverse"]).run().out;
    assert!(table.lines().nth(1).unwrap().starts_with(&"long".repeat(20)), "{table}");
}

// Columns.

#[test]
fn columns_stand_in_the_order_that_was_asked_for() {
    let home = Home::with(&[]);
    let words =
        ["web", "--owner", "bob", "--scope", "a.b", "--scope", "c.*", "--label", "env=test", "-d", "two\nlines"];
    let secret = made(&home, &[&words[..], &["--max-uses", "3", "--expires", "90d"]].concat());
    made(&home, &["root", "--type", "admin"]);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["list", "--columns", "owner,name,left"]).run().gives(
        Exit::Done,
        "OWNER  NAME  LEFT\n\
         alice  root  -\n\
         bob    web   2\n",
        "",
    );
    let wanted =
        ["--columns", "scopes,labels", "--columns", "description", "--columns=type,status,recoverable,revoked"];
    home.jeton(["list"].iter().chain(&wanted)).run().gives(
        Exit::Done,
        "SCOPES       LABELS    DESCRIPTION    TYPE    STATUS  RECOVERABLE  REVOKED\n\
         every scope  -         -              admin   active  no           -\n\
         a.b, c.*     env=test  two\\u{a}lines  client  active  no           -\n",
        "",
    );
    home.pass(3 * DAY);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["list", "--columns", "expires,last-used,created,revoked", "--status", "revoked"]).run().gives(
        Exit::Done,
        "EXPIRES     LAST USED   CREATED     REVOKED\n\
         in 87 days  3 days ago  3 days ago  just now\n",
        "",
    );
    home.jeton(["list", "--columns", "id"])
        .run()
        .prints(&format!("ID\n{}\n", home.jeton(["show", "root", "--json"]).run().json()["id"].as_str().unwrap()));
}

#[test]
fn an_unknown_column_is_refused_with_those_there_are() {
    let home = Home::with(&["web"]);
    for wrong in ["colour", "", "name,", "Name", "last_used", "name,secret"] {
        let ran = home.jeton(["list", "--columns", wrong]).run().exits(Exit::Usage).prints("");
        ran.says("name, id, status, type, owner, scopes, labels, description, left, expires, last-used, created");
    }
    for style in ["--json", "-q", "--quiet"] {
        let ran = home.jeton(["list", "--columns", "name", style]).run().exits(Exit::Usage).prints("");
        ran.says("cannot be used with");
    }
}

#[test]
fn columns_that_were_asked_for_are_all_shown_however_narrow_the_terminal_is() {
    let home = Home::with(&[]);
    made(&home, &["web", "-d", &"wide ".repeat(20_000)]);
    let out = home.jeton(["list", "--columns", "description,created,name"]).columns(40).run().exits(Exit::Done).out;
    let rows: Vec<_> = out.lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].ends_with("CREATED   NAME") && rows[1].ends_with("wide   just now  web"), "{}", rows[0].len());
    assert_eq!(rows[1].len(), 100_000 + 2 + "just now  web".len());
}

#[test]
fn nothing_in_a_column_moves_the_cursor() {
    let home = Home::with(&["a"]);
    home.tamper(
        "UPDATE token SET owner = 'o' || char(27) || '[2J', description = char(10) || char(8238),
                          labels = json_object('k', 'v' || char(27))",
    );
    let out = home.jeton(["list", "--columns", "owner,description,labels,name"]).run().exits(Exit::Done).out;
    assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out:?}");
    assert_eq!(out.lines().count(), 2, "{out}");
}

// For cron.

#[test]
fn the_exit_code_tells_whether_there_was_any() {
    let home = every_state();
    for style in [&[][..], &["-q"], &["--json"], &["--columns", "name"], &["--limit", "1"], &["--sort", "last-used"]] {
        let ask = |filter: &[&str]| home.jeton([&["list", "--exit-code"], style, filter].concat()).run();
        let some = ask(&["--expiring", "14d"]).exits(Exit::Findings).says_nothing();
        assert!(some.out.contains("soon"), "{}", some.out);
        let none = ask(&["--expiring", "1h"]).exits(Exit::Done);
        assert_eq!(none.out, if style.contains(&"--json") { "[]\n" } else { "" });
        // Without it the output is the same, and the code 0.
        let same = home.jeton([&["list"], style, &["--expiring", "14d"]].concat()).run();
        same.gives(Exit::Done, &some.out, "");
    }
    Home::new().jeton(["list", "--exit-code"]).run().exits(Exit::NotFound);
    home.jeton(["list", "--exit-code"]).broken_stdout(ErrorKind::BrokenPipe).run().exits(Exit::Findings);
    home.jeton(["list", "--exit-code"]).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed);
}

// Whatever is asked.

fn answered_alike(tokens: &[Token], questions: &[Question]) -> Result<(), TestCaseError> {
    let home = vault_of(tokens);
    for question in questions {
        let ran = home.jeton(["list".to_owned()].into_iter().chain(question.flags())).run();
        let expected = question.answer(tokens);
        prop_assert_eq!(ran.exit, question.exit(&expected), "{:?}\n{}", question, ran.err);
        let listed: Vec<String> = if question.json {
            let json = ran.json();
            json.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap().to_owned()).collect()
        } else {
            ran.out.lines().map(str::to_owned).collect()
        };
        prop_assert_eq!(listed, expected, "{:?}", question);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_question_is_answered_as_the_documentation_says(
        tokens in vec(token(), 0..40),
        questions in vec(question(), 1..12),
    ) {
        answered_alike(&tokens, &questions)?;
    }
}

/// Pages have a thousand tokens.
#[test]
fn any_question_is_answered_alike_across_pages() {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let tokens = vec(token(), 2345).new_tree(&mut runner).unwrap().current();
    let questions = vec(question(), 40).new_tree(&mut runner).unwrap().current();
    answered_alike(&tokens, &questions).unwrap_or_else(|error| panic!("{error}"));
}

/// What no index orders is neither held nor sorted as a whole: a naive list of these needs several times the memory.
#[test]
fn memory_stays_small_whatever_the_order() {
    let machine = Machine::with_show_once_vault();
    let db = rusqlite::Connection::open(machine.vault()).unwrap();
    db.execute_batch(
        "PRAGMA synchronous = OFF; BEGIN;
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60000)
         INSERT INTO token SELECT n, format('jtn_%012d', n), format('token %d', n), 'client', format('owner %d', n % 7),
             '[]', '{}', hex(randomblob(400)), 1790000000000 + n / 100, NULL, NULL, 0, NULL FROM n;
         INSERT INTO secret SELECT seq, randomblob(32), NULL, created_at, NULL, created_at + seq * 7919 % 60000
             FROM token;
         COMMIT",
    )
    .unwrap();
    drop(db);
    for by in ["created", "name", "owner", "type", "last-used", "expires"] {
        // Of 50 MB in descriptions alone.
        let mut limited = machine.command("sh");
        limited.args(["-c", "ulimit -d 24576; exec \"$@\"", "sh"]).arg(machine.program());
        let ran = Ran::from(limited.args(["list", "-q", "--sort", by]).output().unwrap()).exits(0);
        assert_eq!(ran.stdout.lines().count(), 60_000, "{by}");
    }
}
