//! `jeton revoke`: by name, by filter, by the secret itself; and `jeton restore`, which undoes it.

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use jiff::SignedDuration;

use crate::support::home::Home;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The names of what works, in order.
fn working(home: &Home) -> Vec<String> {
    let mut names: Vec<_> = home.jeton(["list", "-q"]).run().out.lines().map(str::to_owned).collect();
    names.sort();
    names
}

/// Makes a token as these words say; its secret.
#[track_caller]
fn made(home: &Home, words: &[&str]) -> String {
    let words = ["create"].iter().chain(words);
    home.jeton(words).run().exits(Exit::Done).out.trim_end().to_owned()
}

// By name.

#[test]
fn it_ends_a_token_without_a_question() {
    let home = Home::with(&["other"]);
    let secret = home.create("web");
    let said = format!("revoked web ({})\n", &secret[..16]);
    home.jeton(["revoke", "web", "--color", "never"]).answers([]).run().gives(Exit::Done, "", &said);
    assert_eq!(home.verdict(&secret), Exit::Revoked);
    assert_eq!(working(&home), ["other"]);
    home.jeton(["show", "web"]).run().exits(Exit::Done);
    assert_eq!(home.events()[3..], ["revoke web"]);
}

#[test]
fn an_id_leads_to_it_too() {
    let home = Home::with(&[]);
    let secret = home.create("Admin api key");
    home.jeton(["revoke", &secret[..16]]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&secret), Exit::Revoked);
}

#[test]
fn twice_is_fine_and_said() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    let (events, generation) = (home.events(), home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'"));
    home.pass(SignedDuration::from_hours(3));
    let said = format!("web ({}) was revoked before, 3 hours ago\n", &secret[..16]);
    home.jeton(["revoke", "web"]).run().gives(Exit::Done, "", &said);
    assert_eq!(home.events(), events);
    assert_eq!(home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'"), generation);
    let json = home.jeton(["revoke", "web", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json[0]["revoked_at"], "2026-11-21T12:00:00.000Z");
}

#[test]
fn several_are_told_and_asked_about() {
    let home = Home::with(&["a", "b", "c"]);
    let ran = home.jeton(["revoke", "a", "b", "--color", "never"]).answers(["y"]).run().exits(Exit::Done);
    ran.says("these 2 tokens will be revoked:\n  a (jtn_")
        .says("services using them stop working, until `jeton restore`.\nRevoke them? [y/N] revoked a (jtn_");
    assert_eq!(working(&home), ["c"]);
    assert_eq!(home.events()[4..], ["revoke a", "revoke b"]);
}

#[test]
fn anything_but_yes_revokes_none() {
    let home = Home::with(&["a", "b"]);
    for answer in ["", "n", "no", "x"] {
        home.jeton(["revoke", "a", "b"]).answers([answer]).run().exits(Exit::Refused).says("nothing was revoked");
    }
    home.jeton(["revoke", "a", "b"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    let ran = home.jeton(["revoke", "a", "b"]).run().exits(Exit::Refused);
    ran.says("nobody is there to confirm that 2 tokens are to be revoked\nhint: add `--yes` if it is meant\n");
    home.jeton(["revoke", "--owner", "alice"]).run().exits(Exit::Refused).says("--yes");
    assert_eq!((working(&home), home.events().len()), (vec!["a".to_owned(), "b".to_owned()], 3));
    home.jeton(["revoke", "a", "b", "--yes"]).run().exits(Exit::Done);
    assert_eq!(working(&home), [""; 0]);
}

#[test]
fn only_those_that_would_be_revoked_are_asked_about() {
    let home = Home::with(&["a", "b", "c"]);
    home.jeton(["revoke", "a"]).run().exits(Exit::Done);
    // One is no several.
    let ran = home.jeton(["revoke", "a", "b"]).run().exits(Exit::Done);
    ran.says("a (jtn_").says("was revoked before").says("revoked b (jtn_");
    home.jeton(["revoke", "a", "b", "a"]).run().exits(Exit::Done);
    home.jeton(["revoke", "c", "c"]).run().exits(Exit::Done);
    assert_eq!(working(&home), [""; 0]);
}

#[test]
fn a_long_list_is_cut_where_it_is_only_to_be_agreed_to() {
    let home = Home::with(&[]);
    for n in 0..22 {
        home.create(&format!("t{n}"));
    }
    let ran = home.jeton(["revoke", "--owner", "alice"]).answers(["n"]).run().exits(Exit::Refused);
    assert_eq!(ran.err.matches("  t").count(), 20, "{}", ran.err);
    ran.says("these 22 tokens will be revoked:\n").says("\n  and 2 more\n");
}

#[test]
fn an_unknown_name_revokes_none() {
    let home = Home::with(&["web-upload", "b"]);
    let ran = home.jeton(["revoke", "b", "web-uplod", "--yes"]).run().exits(Exit::NotFound);
    ran.says("there is no token `web-uplod`").says("did you mean `web-upload`?");
    assert_eq!((working(&home).len(), home.events().len()), (2, 3));
}

#[test]
fn if_exists_takes_an_unknown_name_for_done() {
    let home = Home::with(&["a", "b"]);
    let ran = home.jeton(["revoke", "nope", "a", "--if-exists"]).run().exits(Exit::Done);
    ran.says("there is no token `nope`; nothing was changed\n").says("revoked a (jtn_");
    assert_eq!(working(&home), ["b"]);
    let said = "there is no token `nope`; nothing was changed\nthere is no token `nada`; nothing was changed\n";
    home.jeton(["revoke", "nope", "nada", "--if-exists"]).run().gives(Exit::Done, "", said);
    home.jeton(["revoke", "nope", "--if-exists", "--json"]).run().exits(Exit::Done).prints("[]\n");
    assert_eq!(home.events().len(), 4);
}

#[test]
fn no_vault_is_not_found_and_none_is_made() {
    let home = Home::new();
    let secret = Home::with(&[]).create("web");
    home.jeton(["revoke", "web"]).run().exits(Exit::NotFound);
    home.jeton(["revoke", "--owner", "alice"]).run().exits(Exit::NotFound);
    home.jeton(["revoke"]).stdin(&secret).run().exits(Exit::NotFound);
    home.jeton(["restore", "web"]).run().exits(Exit::NotFound);
    assert!(!home.path("data").exists());
}

#[test]
fn json_lists_the_tokens_as_they_are_now() {
    let home = Home::with(&["a", "b"]);
    home.jeton(["revoke", "b"]).run().exits(Exit::Done);
    home.pass(DAY);
    let json = home.jeton(["revoke", "a", "b", "--json"]).run().exits(Exit::Done).json();
    let told: Vec<_> = json.as_array().unwrap().iter().map(|token| (&token["name"], &token["revoked_at"])).collect();
    assert_eq!(
        told,
        [(&"a".into(), &"2026-11-22T12:00:00.000Z".into()), (&"b".into(), &"2026-11-21T12:00:00.000Z".into())]
    );
    assert_eq!(json[0]["status"], "revoked");
    let error = home.jeton(["revoke", "c", "--json"]).run().exits(Exit::NotFound).prints("").error_json();
    assert_eq!(error["code"], "not-found");
}

// By filter.

#[test]
fn each_filter_takes_what_it_says() {
    for (filter, revoked) in [
        (&["--owner", "bob"][..], &["admin", "of-bob"][..]),
        (&["--type", "admin"], &["admin"]),
        (&["--type", "admin,session"], &["admin", "session"]),
        (&["--label", "env=production"], &["labelled"]),
        (&["--label", "project=shop"], &["labelled"]),
        (&["--label", "project=shop,blog", "--label", "env=production"], &["labelled"]),
        (&["--label", "env=test"], &[]),
        (&["--scope", "a.b"], &["admin", "scoped"]),
        (&["--scope", "a.b", "--scope", "c"], &["admin"]),
        (&["--owner", "bob", "--type", "client"], &["of-bob"]),
        (&["--owner", "nobody"], &[]),
        (&["--expired"], &["short"]),
        (&["--created-before", "10d"], &["aged", "short"]),
        (&["--created-before", "2026-11-22"], &["aged", "short"]),
        (&["--created-before", "10d", "--expired"], &["short"]),
        (&["--created-before", "90d"], &[]),
    ] {
        let home = Home::with(&["aged"]);
        made(&home, &["short", "--expires", "1h"]);
        home.pass(20 * DAY);
        made(&home, &["of-bob", "--owner", "bob"]);
        made(&home, &["admin", "--owner", "bob", "--type", "admin"]);
        made(&home, &["session", "--type", "session"]);
        made(&home, &["labelled", "--label", "env=production", "--label", "project=web,shop"]);
        made(&home, &["scoped", "--scope", "a.*"]);
        home.jeton(["revoke", "--yes"].iter().chain(filter)).run().exits(Exit::Done);
        let json = home.jeton(["list", "--all", "--json"]).run().json();
        let gone = json.as_array().unwrap().iter().filter(|token| token["status"] == "revoked");
        let mut gone: Vec<_> = gone.map(|token| token["name"].as_str().unwrap()).collect();
        gone.sort_unstable();
        assert_eq!(gone, revoked, "{filter:?}");
        assert_eq!(home.events().iter().filter(|event| event.starts_with("revoke ")).count(), gone.len());
    }
}

#[test]
fn a_filter_that_matches_none_is_done() {
    let home = Home::with(&["web"]);
    let ran = home.jeton(["revoke", "--owner", "bob"]).run();
    ran.gives(Exit::Done, "", "no token matches; nothing was changed\n");
    home.jeton(["revoke", "--expired", "--json"]).run().exits(Exit::Done).prints("[]\n");
    home.jeton(["revoke", "--owner", "alice"]).run().exits(Exit::Done);
    // What is revoked already is not revoked again.
    home.jeton(["revoke", "--owner", "alice"]).run().exits(Exit::Done).says("no token matches");
    assert_eq!(home.events()[2..], ["revoke web"]);
}

#[test]
fn unused_counts_from_the_last_use_or_the_newest_secret() {
    let home = Home::with(&["never-used", "rotated"]);
    let used = home.create("used");
    home.pass(100 * DAY);
    home.jeton(["verify"]).stdin(&used).run().exits(Exit::Done);
    home.jeton(["rotate", "rotated"]).run().exits(Exit::Done);
    home.create("new");
    home.jeton(["revoke", "--unused", "100d"]).run().exits(Exit::Done).says("no token matches");
    home.jeton(["revoke", "--unused", "90d"]).run().exits(Exit::Done).says("revoked never-used (");
    assert_eq!(working(&home), ["new", "rotated", "used"]);
    home.pass(90 * DAY);
    // Exactly so long ago is not longer ago.
    home.jeton(["revoke", "--unused", "90d"]).run().exits(Exit::Done).says("no token matches");
    home.pass(MILLISECOND);
    home.jeton(["revoke", "--unused", "90d", "--yes"]).run().exits(Exit::Done);
    assert_eq!(working(&home), [""; 0]);
}

#[test]
fn an_old_secret_that_is_used_in_its_grace_is_a_use_of_the_token() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.jeton(["rotate", "web", "--grace", "60d"]).run().exits(Exit::Done);
    home.pass(50 * DAY);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.pass(50 * DAY);
    home.jeton(["revoke", "--unused", "60d"]).run().exits(Exit::Done).says("no token matches");
}

#[test]
fn age_counts_from_the_creation_of_the_token_whatever_became_of_its_secret() {
    let home = Home::with(&["web"]);
    home.pass(100 * DAY);
    home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    home.jeton(["revoke", "--created-before", "90d"]).run().exits(Exit::Done).says("revoked web (");
}

#[test]
fn names_filters_and_secrets_do_not_mix() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    for words in [
        &["web", "--owner", "alice"][..],
        &["web", "--expired"],
        &["web", "--unused", "90d"],
        &["web", "--env", "SECRET"],
        &["web", "--file", "-"],
        &["--type", "client", "--env", "SECRET"],
        &["--created-before", "1d", "--file", "-"],
        &["--env", "SECRET", "--file", "-"],
        &["--unused", "never"],
        &["--unused", "0d"],
        &["--created-before", "soon"],
        &["--type", "clown"],
        &["--scope", "a.*"],
    ] {
        let ran = home.jeton(["revoke", "--yes"].iter().chain(words)).stdin(&secret).var("SECRET", &secret).run();
        ran.exits(Exit::Usage).prints("");
    }
    assert_eq!((home.verdict(&secret), home.events().len()), (Exit::Done, 2));
}

// By the secret.

#[test]
fn whoever_holds_a_secret_can_end_its_token() {
    let home = Home::with(&[]);
    let file = home.path("leaked");
    let ways: [&dyn Fn(&str) -> crate::support::home::Ran; 5] = [
        &|secret| home.jeton(["revoke"]).stdin(format!("{secret}\n")).run(),
        &|secret| home.jeton(["revoke", "--file", "-"]).stdin(secret).run(),
        &|secret| home.jeton(["revoke", "--env", "LEAKED"]).var("LEAKED", secret).run(),
        &|secret| {
            std::fs::write(&file, secret).unwrap();
            home.jeton(["revoke", "--file", file.to_str().unwrap()]).run()
        },
        &|secret| home.jeton(["revoke", "--color", "never"]).answers([secret]).run().says("Secret: "),
    ];
    for (n, way) in ways.into_iter().enumerate() {
        let name = format!("t{n}");
        let secret = home.create(&name);
        let ran = way(&secret).exits(Exit::Done).prints("").hides(&secret).hides(&secret[16..]);
        ran.says(&format!("revoked {name} ({})\n", &secret[..16]));
        assert_eq!(home.verdict(&secret), Exit::Revoked);
        assert_eq!(home.events().last().unwrap(), &format!("revoke {name} by its secret"));
    }
    assert_eq!(home.events().len(), 11);
}

#[test]
fn an_old_secret_in_its_grace_ends_only_itself() {
    let home = Home::with(&[]);
    let older = home.create("web");
    let old = home.jeton(["rotate", "web", "--grace", "24h"]).run().out;
    let new = home.jeton(["rotate", "web", "--grace", "24h"]).run().out;
    home.pass(SignedDuration::from_hours(1));
    let id = &older[..16];
    home.jeton(["revoke"]).stdin(&old).run().gives(
        Exit::Done,
        "",
        &format!(
            "revoked this old secret of web ({id})\n\
             the token goes on with its current secret; `jeton revoke` by name ends that too\n"
        ),
    );
    let verdicts = [older.as_str(), &old, &new].map(|secret| home.verdict(secret));
    assert_eq!(verdicts, [Exit::Done, Exit::Revoked, Exit::Done]);
    assert_eq!(home.events()[4..], ["revoke web an old secret, by itself"]);
    assert_eq!(home.jeton(["show", "web", "--json"]).run().json()["status"], "active");
}

#[test]
fn an_old_secret_of_a_revoked_token_can_be_ended_for_its_restoration() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let new = home.jeton(["rotate", "web", "--grace", "24h"]).run().exits(Exit::Done).out;
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["revoke"]).stdin(&old).run().exits(Exit::Done).says("the token itself had been revoked before");
    home.jeton(["revoke"]).stdin(&old).run().exits(Exit::Done).says("was revoked before");
    home.jeton(["restore", "web"]).run().exits(Exit::Done);
    assert_eq!([old.as_str(), new.trim_end()].map(|secret| home.verdict(secret)), [Exit::Revoked, Exit::Done]);
}

#[test]
fn a_secret_that_was_ended_before_is_said_to_be() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let new = home.jeton(["rotate", "web"]).run().out;
    let events = home.events().len();
    home.pass(SignedDuration::from_hours(3));
    let said = format!("this secret of web ({}) was revoked before, 3 hours ago\n", &old[..16]);
    home.jeton(["revoke"]).stdin(&old).run().gives(Exit::Done, "", &said);
    assert_eq!((home.verdict(&new), home.events().len()), (Exit::Done, events));
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["revoke"]).stdin(&new).run().exits(Exit::Done).says("was revoked before, just now");
    home.jeton(["revoke", "--env", "OLD"]).var("OLD", &old).run().exits(Exit::Done).says("was revoked before");
    assert_eq!(home.events().len(), events + 1);
}

#[test]
fn a_token_that_is_at_an_end_can_be_revoked_by_its_secret_all_the_same() {
    let home = Home::with(&[]);
    let expired = made(&home, &["expired", "--expires", "1h"]);
    let used_up = made(&home, &["used-up", "--max-uses", "1"]);
    home.jeton(["verify"]).stdin(&used_up).run().exits(Exit::Done);
    home.pass(DAY);
    for secret in [expired, used_up] {
        home.jeton(["revoke"]).stdin(&secret).run().exits(Exit::Done).says("revoked ");
        assert_eq!(home.verdict(&secret), Exit::Revoked);
    }
}

#[test]
fn an_unknown_secret_is_not_found_unless_that_is_fine() {
    let home = Home::with(&["web"]);
    let strange = Home::with(&[]).create("web");
    let ran = home.jeton(["revoke"]).stdin(&strange).run().exits(Exit::NotFound).prints("").hides(&strange);
    ran.says("error: no token of this vault has this secret\nhint: ");
    home.jeton(["revoke"]).stdin("an-imported-one-perhaps").run().exits(Exit::NotFound);
    let said = "no token of this vault has this secret; nothing was changed\n";
    home.jeton(["revoke", "--if-exists"]).stdin(&strange).run().gives(Exit::Done, "", said);
    home.jeton(["revoke", "--if-exists", "--json"]).stdin(&strange).run().exits(Exit::Done).prints("[]\n");
    assert_eq!((working(&home), home.events().len()), (vec!["web".to_owned()], 2));
}

#[test]
fn what_is_no_secret_is_a_mistake_and_revokes_nothing() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let mistyped = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('a') { "b" } else { "a" });
    let short = &secret[1..];
    for malformed in [mistyped.as_str(), "jtn_0", " ", "web", &format!(" {secret}"), &format!("{secret}\r\r")] {
        // Not even `--if-exists` makes a slip of the hand pass for done.
        let ran = home.jeton(["revoke", "--if-exists"]).stdin(malformed).run().exits(Exit::Usage).prints("");
        ran.hides(short).says("error: this is not a secret; its form or its check is wrong\nhint: ");
    }
    for two in [format!("{secret}\n{secret}\n"), format!("{secret}\n\n"), format!("\n{secret}")] {
        home.jeton(["revoke"]).stdin(&two).run().exits(Exit::Usage).says("more than one line was given").hides(short);
    }
    assert_eq!((home.verdict(&secret), home.events().len()), (Exit::Done, 2));
}

#[test]
fn an_empty_input_tells_all_the_ways_to_say_what_is_meant() {
    let home = Home::with(&["web"]);
    let said = "error: no secret was given; nothing was revoked\n\
                hint: name tokens, choose them with filters, or give a secret on stdin, with `--env VAR` or \
                `--file PATH`\n";
    home.jeton(["revoke"]).run().gives(Exit::Usage, "", said);
    home.jeton(["revoke"]).stdin("\n").run().gives(Exit::Usage, "", said);
    home.jeton(["revoke", "--env", "LEAKED"]).var("LEAKED", "").run().gives(Exit::Usage, "", said);
    home.jeton(["revoke", "--color", "never"]).answers([""]).run().exits(Exit::Usage).says(said);
    let ran = home.jeton(["revoke", "--color", "never"]).refuses(Unanswered::EndOfInput).run();
    ran.exits(Exit::Usage).says(said);
    home.jeton(["revoke"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    home.jeton(["revoke", "--env", "UNSET"]).run().exits(Exit::Usage).says("it is not set");
    let missing = home.path("missing");
    home.jeton(["revoke", "--file", missing.to_str().unwrap()]).run().exits(Exit::Usage).says("missing");
    assert_eq!((working(&home), home.events().len()), (vec!["web".to_owned()], 2));
}

#[test]
fn by_the_secret_json_lists_its_token() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let json = home.jeton(["revoke", "--json"]).stdin(&secret).run().exits(Exit::Done).json();
    assert_eq!((json[0]["name"].as_str(), json[0]["status"].as_str()), (Some("web"), Some("revoked")));
    let error = home.jeton(["revoke", "--json"]).stdin("jtn_0").run().exits(Exit::Usage).error_json();
    assert_eq!(error["code"], "usage");
}

// Undone.

#[test]
fn restore_undoes_it() {
    let home = Home::with(&[]);
    let secret = made(&home, &["web", "--max-uses", "3"]);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    let before = home.jeton(["show", "web", "--json"]).run().json();
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    let said = format!("restored web ({})\n", &secret[..16]);
    home.jeton(["restore", "web"]).run().gives(Exit::Done, "", &said);
    assert_eq!(home.jeton(["show", "web", "--json"]).run().json(), before);
    assert_eq!(home.verdict(&secret), Exit::Done);
    assert_eq!(home.events()[2..], ["revoke web", "restore web"]);
}

#[test]
fn restoring_what_is_not_revoked_is_fine_and_said() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["restore", "web"]).run().gives(Exit::Done, "", &format!("web ({}) is not revoked\n", &secret[..16]));
    let json = home.jeton(["restore", "web", "--json"]).run().exits(Exit::Done).json();
    assert_eq!((json[0]["name"].as_str(), json[0]["revoked_at"].as_str()), (Some("web"), None));
    assert_eq!(home.events().len(), 2);
}

#[test]
fn an_unknown_name_restores_none() {
    let home = Home::with(&["web"]);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["restore", "web", "wed", "--yes"]).run().exits(Exit::NotFound).says("did you mean `web`?");
    home.jeton(["restore"]).run().exits(Exit::Usage);
    assert_eq!(working(&home), [""; 0]);
}

#[test]
fn several_are_restored_only_if_that_is_meant() {
    let home = Home::with(&["a", "b", "c"]);
    home.jeton(["revoke", "a", "b", "--yes"]).run().exits(Exit::Done);
    home.jeton(["restore", "a", "b"]).run().exits(Exit::Refused).says("2 tokens are to be restored").says("--yes");
    home.jeton(["restore", "a", "b"]).answers(["n"]).run().exits(Exit::Refused).says("nothing was restored");
    assert_eq!(working(&home), ["c"]);
    // One that is not revoked needs no question.
    home.jeton(["restore", "a", "c"]).run().exits(Exit::Done).says("c (jtn_").says("is not revoked");
    home.jeton(["revoke", "a"]).run().exits(Exit::Done);
    let ran = home.jeton(["restore", "a", "b", "--color", "never"]).answers(["y"]).run().exits(Exit::Done);
    ran.says("these 2 tokens will work again:\n  a (jtn_").says("Restore them? [y/N] restored a (jtn_");
    assert_eq!(working(&home), ["a", "b", "c"]);
}

#[test]
fn a_restored_token_that_still_does_not_work_is_named() {
    let home = Home::with(&["web"]);
    let expired = made(&home, &["old", "--expires", "1h"]);
    home.jeton(["revoke", "web", "old", "--yes"]).run().exits(Exit::Done);
    home.pass(DAY);
    let ran = home.jeton(["restore", "web", "old", "--yes"]).run().exits(Exit::Done);
    ran.says(&format!("\nold ({}) still does not work: it is expired\n", &expired[..16]));
    assert_eq!(home.verdict(&expired), Exit::Expired);
}

#[test]
fn what_a_policy_forbids_restores_none() {
    let home = Home::with(&["a", "b"]);
    home.jeton(["revoke", "a", "b", "--yes"]).run().exits(Exit::Done);
    home.create("c");
    home.jeton(["policy", "set", "max-tokens-per-owner", "2"]).run().exits(Exit::Done);
    let before = home.events().len();
    home.jeton(["restore", "a", "b", "--yes"])
        .run()
        .exits(Exit::Refused)
        .says("`jeton policy set max-tokens-per-owner N`");
    assert_eq!(working(&home), ["c"]);
    assert_eq!(home.events()[before..], ["refuse b policy max-tokens-per-owner"]);
    home.jeton(["restore", "a"]).run().exits(Exit::Done);
    assert_eq!(working(&home), ["a", "c"]);
}

#[test]
fn an_old_secret_that_was_ended_is_not_restored_with_its_token() {
    let home = Home::with(&[]);
    let ended = home.create("web");
    let old = home.jeton(["rotate", "web", "--grace", "24h"]).run().out;
    home.jeton(["revoke"]).stdin(&ended).run().exits(Exit::Done);
    let new = home.jeton(["rotate", "web", "--grace", "24h"]).run().out;
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["restore", "web"]).run().exits(Exit::Done);
    let verdicts = [ended.as_str(), &old, &new].map(|secret| home.verdict(secret));
    assert_eq!(verdicts, [Exit::Revoked, Exit::Done, Exit::Done]);
}
