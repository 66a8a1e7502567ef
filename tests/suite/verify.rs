//! `jeton verify`: the exit code is the answer.

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use jiff::SignedDuration;

use crate::support::home::Home;

#[test]
fn each_verdict_has_its_words_and_its_code() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let id = &secret[..16];
    let verify = || home.jeton(["verify"]).stdin(&secret).run();
    verify().gives(Exit::Done, "", &format!("valid: web ({id})\n"));
    home.tamper("UPDATE token SET max_uses = 3, uses = 3");
    verify().gives(Exit::UsedUp, "", &format!("used-up: web ({id}), all 3 uses are spent\n"));
    home.tamper("UPDATE token SET expires_at = 1795262400000"); // noon of the same day
    verify().gives(Exit::Expired, "", &format!("expired: web ({id}), just now (2026-11-21 12:00 UTC)\n"));
    home.tamper("UPDATE token SET revoked_at = 1795258800000");
    verify().gives(Exit::Revoked, "", &format!("revoked: web ({id}), since 60 minutes ago (2026-11-21 11:00 UTC)\n"));
    home.tamper("UPDATE secret SET digest = randomblob(32)");
    verify().gives(Exit::Unknown, "", "unknown: no token of this vault has this secret\n");
    home.jeton(["verify"]).stdin("nonsense").run().gives(
        Exit::Malformed,
        "",
        "malformed: this is not a secret; its form or its check is wrong\n",
    );
}

#[test]
fn a_secret_that_a_rotation_ended_is_revoked() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.tamper(
        "UPDATE secret SET retires_at = 1795262460000;
         INSERT INTO secret (token_seq, digest, created_at) VALUES (1, randomblob(32), 1795262400000)",
    );
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.pass(SignedDuration::from_mins(1));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Revoked);
}

#[test]
fn it_expires_in_the_very_millisecond() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--expires", "1h"]).run().out;
    home.pass(SignedDuration::from_millis(3_599_999));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.pass(SignedDuration::from_millis(1));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Expired);
}

#[test]
fn the_secret_comes_from_stdin_a_variable_a_file_or_a_hidden_prompt() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let file = home.path("f");
    for end in ["", "\n", "\r\n"] {
        home.jeton(["verify"]).stdin(format!("{secret}{end}")).run().exits(Exit::Done);
        std::fs::write(&file, format!("{secret}{end}")).unwrap();
        home.jeton(["verify", "--file", file.to_str().unwrap()]).run().exits(Exit::Done);
    }
    home.jeton(["verify", "--env", "TOKEN"]).var("TOKEN", &secret).run().exits(Exit::Done);
    home.jeton(["verify"]).answers([secret.as_str()]).run().exits(Exit::Done).says("Secret: ").hides(&secret);
}

#[test]
fn what_cannot_be_read_is_could_not_tell() {
    let home = Home::with(&["web"]);
    home.jeton(["verify", "--env", "TOKEN"]).run().exits(Exit::Usage).says("TOKEN").says("not set");
    home.jeton(["verify", "--file", "/no/such/file"]).run().exits(Exit::Usage).says("/no/such/file");
    home.jeton(["verify", "--file", "/"]).run().exits(Exit::Usage);
    home.jeton(["verify"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    home.jeton(["verify"]).refuses(Unanswered::EndOfInput).run().exits(Exit::Malformed);
    let home = Home::new();
    home.jeton(["verify"]).stdin("sk-0123456789abcdef").run().exits(Exit::NotFound).says("there is no vault");
}

#[test]
fn bad_input_gets_its_code_and_nothing_of_it_is_repeated() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["verify"]).stdin("").run().exits(Exit::Malformed);
    home.jeton(["verify"]).stdin("\n").run().exits(Exit::Malformed);
    home.jeton(["verify"]).stdin([0xff, 0xfe, 0x00].repeat(10)).run().exits(Exit::Malformed);
    home.jeton(["verify"]).stdin(vec![b'x'; 10 << 20]).run().exits(Exit::Malformed);
    home.jeton(["verify"])
        .stdin(format!("{secret}\n{secret}\n"))
        .run()
        .exits(Exit::Usage)
        .says("--batch")
        .hides(&secret);
    home.jeton(["verify"]).stdin(format!("{secret}\n\n")).run().exits(Exit::Usage);
    home.jeton(["verify"]).stdin("x\n".repeat(5 << 20)).run().exits(Exit::Usage);
    home.jeton(["verify"]).stdin(format!(" {secret}")).run().exits(Exit::Malformed).hides(&secret);
    home.jeton(["verify", "--env", "TOKEN"]).var("TOKEN", "").run().exits(Exit::Malformed);
    home.jeton(["verify", "--env", "TOKEN"])
        .var("TOKEN", format!("{secret}\nx"))
        .run()
        .exits(Exit::Usage)
        .hides(&secret);
}

#[test]
fn a_mistyped_secret_is_malformed_without_asking_any_vault() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let other = if secret.ends_with('a') { "b" } else { "a" };
    let mistyped = format!("{}{other}", &secret[..secret.len() - 1]);
    let nowhere = Home::new();
    nowhere.jeton(["verify"]).stdin(&mistyped).run().exits(Exit::Malformed);
    nowhere.jeton(["verify"]).stdin(&secret).run().exits(Exit::NotFound);
}

#[test]
fn json_tells_the_verdict_and_the_token() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let json = home.jeton(["verify", "--json"]).stdin(&secret).run().exits(Exit::Done).says_nothing().json();
    assert_eq!(json["verdict"], "valid");
    assert_eq!(json["token"]["name"], "web");
    let ran = home.jeton(["verify", "--json"]).stdin("nonsense").run();
    ran.gives(Exit::Malformed, "{\"verdict\":\"malformed\"}\n", "");
}

#[test]
fn quiet_says_nothing_but_failures() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["verify", "--quiet"]).stdin(&secret).run().gives(Exit::Done, "", "");
    home.jeton(["verify", "-q"]).stdin("nonsense").run().gives(Exit::Malformed, "", "");
    home.jeton(["verify", "-q", "--json"]).stdin("nonsense").run().exits(Exit::Malformed).says_nothing();
    home.jeton(["verify", "-q", "--env", "NONE"]).run().exits(Exit::Usage).says("error: ");
}

#[test]
fn explain_tells_each_check_in_order_up_to_the_one_that_failed() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let id = &secret[..16];
    home.jeton(["verify", "--explain"]).stdin(&secret).run().gives(
        Exit::Done,
        "",
        &format!(
            "yes  form and check\nyes  known\nyes  not revoked\nyes  not expired\nyes  uses left\nvalid: web ({id})\n"
        ),
    );
    home.tamper("UPDATE token SET revoked_at = 1795262400000");
    let ran = home.jeton(["verify", "--explain"]).stdin(&secret).run().exits(Exit::Revoked);
    assert!(ran.err.starts_with("yes  form and check\nyes  known\n no  not revoked\nrevoked: "), "{}", ran.err);
    let json = home.jeton(["verify", "--explain", "--json"]).stdin("x").run().exits(Exit::Malformed).json();
    assert_eq!(json["checks"], serde_json::json!([{"check": "form and check", "passed": false}]));
}

/// Everything is wrong at first, and one thing after the other is mended.
#[test]
fn the_first_check_that_fails_is_the_verdict() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let wanted = ["--type", "client", "--owner", "bob", "--label", "env=production", "--scope", "a.b"];
    let verify = |words: &[&str]| home.jeton(words.iter().copied().chain(wanted)).stdin(&secret).run();
    home.tamper("UPDATE token SET type = 'session', revoked_at = 1, expires_at = 2, max_uses = 1, uses = 1");
    let checks =
        ["form and check", "known", "not revoked", "not expired", "type", "owner", "labels", "scopes", "uses left"];
    for (failing, exit, lacks, mend) in [
        (2, Exit::Revoked, None, "revoked_at = NULL"),
        (3, Exit::Expired, None, "expires_at = NULL"),
        (4, Exit::Lacks, Some("type"), "type = 'client'"),
        (5, Exit::Lacks, Some("owner"), "owner = 'bob'"),
        (6, Exit::Lacks, Some("label"), "labels = '{\"env\": \"production\"}'"),
        (7, Exit::Lacks, Some("scopes"), "scopes = '[\"a.b\"]'"),
        (8, Exit::UsedUp, None, "uses = 0"),
        (9, Exit::Done, None, "uses = 0"),
    ] {
        let json = verify(&["verify", "--json", "--explain", "--peek"]).exits(exit).json();
        let made: Vec<_> = json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|check| (check["check"].as_str().unwrap(), check["passed"].as_bool().unwrap()))
            .collect();
        let expected: Vec<_> = checks.iter().take(failing + 1).enumerate().map(|(at, c)| (*c, at != failing)).collect();
        assert_eq!(made, expected);
        let told = json.get("lacks").map(|lacks| lacks.as_object().unwrap().keys().next().unwrap().as_str());
        assert_eq!(told, lacks);
        let said = verify(&["verify", "--explain", "--peek"]).exits(exit).err;
        let said: Vec<_> = said.lines().take(expected.len()).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(check, passed)| format!("{}  {check}", if *passed { "yes" } else { " no" }))
            .collect();
        assert_eq!(said, expected);
        home.tamper(&format!("UPDATE token SET {mend}"));
    }
}

#[test]
fn explain_tells_only_the_checks_that_were_asked_for() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    for (words, check) in [
        (["--type", "client"], "type"),
        (["--owner", "alice"], "owner"),
        (["--label", "env=a"], "labels"),
        (["--scope", "a"], "scopes"),
    ] {
        let ran = home.jeton(["verify", "--explain", words[0], words[1]]).stdin(&secret).run();
        let told: Vec<_> = ran.err.lines().map(|line| &line[5.min(line.len())..]).collect();
        assert_eq!(told[..5], ["form and check", "known", "not revoked", "not expired", check], "{}", ran.err);
        let passed = ran.exit == Exit::Done;
        assert_eq!(passed, ["type", "owner"].contains(&check), "{}", ran.err);
        assert_eq!(told[5] == "uses left", passed, "{}", ran.err);
    }
}

#[test]
fn a_batch_tells_of_each_line_what_it_lacks() {
    let home = Home::with(&[]);
    let a = home.jeton(["create", "a", "--scope", "x.*", "--label", "env=test"]).run().exits(Exit::Done).out;
    let b = home.jeton(["create", "b", "--scope", "x.y", "--owner", "bob"]).run().exits(Exit::Done).out;
    let lines = format!("{a}{b}nonsense\n");
    let batch = |words: &[&str]| {
        let ran = home.jeton(["verify", "--batch"].iter().chain(words)).stdin(&lines).run().says_nothing();
        let answers = ran.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let answers = answers.map(|answer| format!("{} {}", answer["verdict"].as_str().unwrap(), answer["lacks"]));
        (ran.exit, answers.collect::<Vec<_>>())
    };
    let (exit, answers) = batch(&["--scope", "x.y", "--scope", "x.z"]);
    assert_eq!(
        (exit, answers.as_slice()),
        (Exit::Lacks, ["valid null", r#"lacks {"scopes":["x.z"]}"#, "malformed null"].map(String::from).as_slice())
    );
    let (exit, answers) = batch(&["--scope", "x.y", "--owner", "alice"]);
    assert_eq!((exit, answers[1].as_str()), (Exit::Lacks, r#"lacks {"owner":"alice"}"#));
    let (exit, answers) = batch(&["--type", "client", "--label", "env=test"]);
    assert_eq!((exit, answers[1].as_str()), (Exit::Lacks, r#"lacks {"label":"env=test"}"#));
    let (exit, answers) = batch(&["--scope", "x.y"]);
    assert_eq!((exit, answers[1].as_str()), (Exit::Malformed, "valid null"));
}

#[test]
fn a_use_is_noted_at_most_once_a_minute_and_never_backwards() {
    for create in [&["create", "web"][..], &["create", "web", "--max-uses", "9"]] {
        let home = Home::with(&[]);
        let secret = home.jeton(create.iter().copied()).run().exits(Exit::Done).out;
        let last = || home.sql::<Option<i64>>("SELECT last_used_at FROM secret");
        let verify = || home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
        let noon = 1_795_262_400_000;
        verify();
        assert_eq!(last(), Some(noon));
        home.pass(SignedDuration::from_secs(59));
        verify();
        assert_eq!(last(), Some(noon));
        home.pass(SignedDuration::from_secs(1));
        verify();
        assert_eq!(last(), Some(noon + 60_000));
        home.pass(SignedDuration::from_hours(-5));
        verify();
        assert_eq!(last(), Some(noon + 60_000));
    }
}

#[test]
fn a_stamp_older_than_the_newest_secret_is_always_renewed() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.pass(SignedDuration::from_secs(10));
    home.tamper("INSERT INTO secret (token_seq, digest, created_at) VALUES (1, randomblob(32), 1795262405000)");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(home.sql::<i64>("SELECT max(last_used_at) FROM secret"), 1_795_262_410_000);
}

#[test]
fn uses_are_counted_and_peeking_counts_and_notes_none() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.tamper("UPDATE token SET max_uses = 2");
    let uses = || home.sql::<i64>("SELECT uses FROM token");
    home.jeton(["verify", "--peek"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!((uses(), home.sql::<Option<i64>>("SELECT last_used_at FROM secret")), (0, None));
    let json = home.jeton(["verify", "--json"]).stdin(&secret).run().exits(Exit::Done).json();
    assert_eq!(json["token"]["uses"], 1);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(uses(), 2);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::UsedUp);
    assert_eq!(uses(), 2);
}

#[test]
fn a_use_is_spent_only_when_all_else_holds() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.tamper("UPDATE token SET max_uses = 2, revoked_at = 1");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Revoked);
    assert_eq!(home.sql::<i64>("SELECT uses FROM token"), 0);
}

#[test]
fn a_failed_verification_leaves_no_trace_in_the_vault() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--expires", "1h"]).run().out;
    home.pass(SignedDuration::from_hours(2));
    let events = || home.sql::<i64>("SELECT count(*) FROM event");
    let before = events();
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Expired);
    home.jeton(["verify"]).stdin("sk-0123456789abcdef").run().exits(Exit::Unknown);
    assert_eq!(events(), before);
    assert_eq!(home.sql::<Option<i64>>("SELECT last_used_at FROM secret"), None);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 1, "nothing is deleted by a verification");
}

#[test]
fn a_batch_answers_every_line_and_never_repeats_a_secret() {
    let home = Home::with(&[]);
    let (a, b) = (home.create("a"), home.create("b"));
    let lines = format!("{a}\nnonsense\n\n{b}\r\nsk-0123456789abcdef\n{}\n{a}", "x".repeat(100_000));
    let ran = home.jeton(["verify", "--batch"]).stdin(lines).run().exits(Exit::Malformed).says_nothing();
    let ran = ran.hides(&a).hides("nonsense").hides("xxx");
    let verdicts: Vec<String> = ran
        .out
        .lines()
        .map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{} {} {}", json["line"], json["verdict"].as_str().unwrap(), json["token"]["name"])
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            "1 valid \"a\"",
            "2 malformed null",
            "3 malformed null",
            "4 valid \"b\"",
            "5 unknown null",
            "6 malformed null",
            "7 valid \"a\""
        ]
    );
}

#[test]
fn a_batch_ends_with_the_first_no() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let batch = |lines: String| home.jeton(["verify", "--batch"]).stdin(lines).run().exit;
    assert_eq!(batch(format!("{secret}\n{secret}\n")), Exit::Done);
    assert_eq!(batch(format!("{secret}\nsk-0123456789abcdef\nbad\n")), Exit::Unknown);
    assert_eq!(batch(String::new()), Exit::Malformed, "no secret at all is no yes");
    assert_eq!(batch("\n".into()), Exit::Malformed);
}

#[test]
fn a_batch_across_many_reads_misses_no_line() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    // Lines of odd lengths, so that reads end everywhere in them.
    let lines: String = (0..5000).map(|n| format!("{secret}\n{}\n", "y".repeat(16 + n % 97))).collect();
    let ran = home.jeton(["verify", "--batch", "--peek"]).stdin(lines).run().exits(Exit::Unknown);
    assert_eq!(ran.out.lines().count(), 10_000);
    assert_eq!(ran.out.matches("\"verdict\":\"valid\"").count(), 5000);
    assert!(ran.out.lines().last().unwrap().starts_with("{\"line\":10000,\"verdict\":\"unknown\""));
}

#[test]
fn a_batch_counts_uses_exactly() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.tamper("UPDATE token SET max_uses = 3");
    let ran = home.jeton(["verify", "--batch"]).stdin(format!("{secret}\n").repeat(5)).run().exits(Exit::UsedUp);
    assert_eq!(ran.out.matches("\"valid\"").count(), 3);
    assert_eq!(home.sql::<i64>("SELECT uses FROM token"), 3);
}

#[test]
fn a_batch_is_not_typed() {
    let home = Home::with(&["web"]);
    home.jeton(["verify", "--batch"]).answers([]).run().exits(Exit::Usage).says("--file PATH");
}

#[test]
fn a_batch_notes_uses_while_it_waits_for_more() {
    use std::io::Read;
    // A stdin that looks into the vault before it gives its second line.
    let home = Home::with(&[]);
    let secret = home.create("web");
    struct Waiting(Vec<Box<dyn FnOnce() -> Vec<u8>>>);
    impl Read for Waiting {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some(next) = self.0.pop() else { return Ok(0) };
            let line = next();
            buffer[..line.len()].copy_from_slice(&line);
            Ok(line.len())
        }
    }
    let line = format!("{secret}\n").into_bytes();
    let (first, second, vault) = (line.clone(), line, home.vault());
    let waiting = Waiting(vec![
        Box::new(move || {
            let db = rusqlite::Connection::open(vault).unwrap();
            let last: Option<i64> = db.query_row("SELECT last_used_at FROM secret", [], |row| row.get(0)).unwrap();
            assert!(last.is_some(), "not noted before more was waited for");
            second
        }),
        Box::new(move || first),
    ]);
    home.jeton(["verify", "--batch"]).stdin_from(waiting).run().exits(Exit::Done);
}
