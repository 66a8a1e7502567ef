//! `jeton delete`: shows what will go, asks, and leaves nothing.

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::support::home::{Home, bytes_of};

#[test]
fn it_shows_what_will_go_and_asks() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    let id = &secret[..16];
    home.jeton(["delete", "web"]).answers(["y"]).run().gives(
        Exit::Done,
        "",
        &format!(
            "this token will be deleted for good:\n  web ({id}), last used just now\nservices using it stop working.\n\
             Delete it? [y/N] deleted web ({id})\n"
        ),
    );
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Unknown);
}

#[test]
fn anything_but_yes_deletes_nothing() {
    let home = Home::with(&["web"]);
    for answer in ["", "n", "no", "x"] {
        home.jeton(["delete", "web"]).answers([answer]).run().exits(Exit::Refused).says("nothing was deleted");
    }
    home.jeton(["delete", "web"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    home.jeton(["delete", "web"]).run().exits(Exit::Refused).says("--yes");
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn several_names_are_all_or_nothing() {
    let home = Home::with(&["a", "b", "c"]);
    home.jeton(["rm", "a", "nope", "b", "--yes"]).run().exits(Exit::NotFound).says("`nope`");
    home.jeton(["rm", "nope", "a", "gone", "--yes"]).run().exits(Exit::NotFound).says("`nope`, `gone`");
    home.jeton(["list", "-q"]).run().prints("c\nb\na\n");
    let id = home.jeton(["show", "b", "--json"]).run().json()["id"].as_str().unwrap().to_owned();
    home.jeton(["rm", "a", "b", &id, "--yes"]).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).run().prints("c\n");
}

#[test]
fn no_row_no_copy_and_no_digest_remain_only_name_and_id_in_the_log() {
    let home = Home::keeping(&["other"]);
    let secret = home.jeton(["create", "web", "-d", "a telling description"]).run().out.trim_end().to_owned();
    let digest = Sha256::digest(&secret);
    let sealed: Vec<u8> = home.sql("SELECT sealed FROM secret WHERE token_seq = 2");
    home.jeton(["delete", "web", "--yes"]).run().exits(Exit::Done);
    let file = bytes_of(&home.vault());
    let holds = |needle: &[u8]| file.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(&digest[..12]) && !holds(&digest[20..]));
    assert!(!holds(&sealed[..16]) && !holds(&sealed[sealed.len() - 16..]));
    assert!(!holds(b"a telling description"));
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token WHERE name = 'web'"), 0);
    assert_eq!(
        home.sql::<String>("SELECT token_name || ' ' || token_id FROM event WHERE action = 'delete'"),
        format!("web {}", &secret[..16])
    );
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'unwiped'"), 0);
}

/// Splits and merges of pages leave copies of cells in unused places, which overwriting alone does not reach.
#[test]
fn no_trace_remains_however_the_pages_were_split() {
    let home = Home::with(&["first"]);
    let mut db = rusqlite::Connection::open(home.vault()).unwrap();
    let tx = db.transaction().unwrap();
    tx.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
         INSERT INTO token (id, name, type, owner, scopes, labels, description, created_at, uses)
         SELECT printf('jtn_%012d', i), 't' || i, 'client', 'o', '[]', '{}', '', 1000 + i, 0 FROM n;
         INSERT INTO secret (token_seq, digest, sealed, created_at)
         SELECT seq, randomblob(32), randomblob(113), created_at FROM token WHERE name != 'first';",
    )
    .unwrap();
    tx.commit().unwrap();
    let mut names = Vec::new();
    let mut traces: Vec<Vec<u8>> = Vec::new();
    {
        let mut query = db
            .prepare(
                "SELECT t.name, s.digest, s.sealed FROM token t JOIN secret s ON s.token_seq = t.seq
                      WHERE t.name != 'first' AND t.seq % 2 = 0",
            )
            .unwrap();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            names.push(row.get::<_, String>(0).unwrap());
            traces.push(row.get(1).unwrap());
            traces.push(row.get(2).unwrap());
        }
    }
    drop(db);
    let words = ["delete", "--yes"].into_iter().map(str::to_owned).chain(names);
    home.jeton(words).run().exits(Exit::Done);
    let pieces: std::collections::HashSet<&[u8]> = traces.iter().flat_map(|trace| trace.chunks_exact(8)).collect();
    let file = bytes_of(&home.vault());
    let left = file.windows(8).filter(|window| pieces.contains(window)).count();
    assert_eq!(left, 0, "pieces of deleted digests or copies are left");
    home.jeton(["list", "-q"]).run().exits(Exit::Done);
}

#[test]
fn a_name_is_free_again() {
    let home = Home::with(&["web"]);
    home.jeton(["delete", "web", "--yes"]).run().exits(Exit::Done);
    home.create("web");
}

#[test]
fn json_lists_what_went() {
    let home = Home::with(&["a", "b"]);
    let json = home.jeton(["delete", "a", "b", "--yes", "--json"]).run().json();
    assert_eq!((json[0]["name"].as_str(), json[1]["name"].as_str()), (Some("a"), Some("b")));
    let error = home.jeton(["delete", "a", "--json"]).run().exits(Exit::NotFound).error_json();
    assert_eq!(error["code"], "not-found");
}

/// Whoever deletes while an earlier deletion is not yet wiped does not know what that one left, and rebuilds.
#[test]
fn an_unfinished_deletion_of_somebody_else_is_finished_by_the_next() {
    let home = Home::with(&["a", "b"]);
    // As a crash right after the deletion leaves it, with a trace where SQLite does not look: in a free page.
    home.tamper(
        "PRAGMA secure_delete = OFF;
         CREATE TABLE x (y BLOB); INSERT INTO x VALUES (zeroblob(3000) || CAST('a trace of the deleted' AS BLOB));
         DROP TABLE x; INSERT INTO setting VALUES ('unwiped', 1)",
    );
    let holds = |needle: &[u8]| bytes_of(&home.vault()).windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"a trace of the deleted"), "or this test shows nothing");
    home.jeton(["delete", "a", "--yes"]).run().exits(Exit::Done);
    assert!(!holds(b"a trace of the deleted"));
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'unwiped'"), 0);
}

#[test]
fn no_word_of_a_description_remains_whatever_was_rebuilt_and_stamped() {
    let home = Home::with(&[]);
    let mut secrets = String::new();
    for n in 0..40 {
        let description = format!("told-of-{n:02} ").repeat(30);
        secrets += &home.jeton(["create", &format!("t{n}"), "-d", &description]).run().out;
    }
    home.jeton(["verify", "--batch"]).stdin(&secrets).run().exits(Exit::Done);
    for n in (0..40).step_by(3) {
        home.jeton(["delete", &format!("t{n}"), "--yes"]).run().exits(Exit::Done);
        let file = bytes_of(&home.vault());
        let word = format!("told-of-{n:02}").into_bytes();
        assert!(!file.windows(word.len()).any(|window| window == word), "{n}");
    }
}

#[test]
fn names_and_filters_do_not_mix() {
    let home = Home::with(&["web"]);
    home.jeton(["create", "old", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    for filter in [&["--expired"][..], &["--unused", "1h"], &["--created-before", "1h"], &["--owner", "alice"]] {
        home.jeton(["delete", "web", "--yes"].iter().chain(filter)).run().exits(Exit::Usage);
    }
    home.jeton(["list", "-q", "--all"]).run().prints("old\nweb\n");
}
