//! `jeton edit`: what a token is called, whose it is and what it may do; and forgetting its copy for good.

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use jiff::SignedDuration;

use crate::support::home::{Home, PASSPHRASE, Ran, bytes_of};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Says `jeton edit web` and these words.
fn edit(home: &Home, words: &[&str]) -> Ran {
    home.jeton(["edit", "web"].iter().chain(words)).run()
}

fn shown(home: &Home) -> serde_json::Value {
    home.jeton(["show", "web", "--json"]).run().exits(Exit::Done).json()
}

fn generation(home: &Home) -> i64 {
    home.sql("SELECT value FROM setting WHERE key = 'generation'")
}

/// The verdict where this scope is asked for.
fn may(home: &Home, secret: &str, scope: &str) -> bool {
    let exit = home.jeton(["verify", "--peek", "--scope", scope]).stdin(secret).run().exit;
    assert!(exit == Exit::Done || exit == Exit::Lacks, "{exit:?}");
    exit == Exit::Done
}

#[test]
fn each_change_is_shown_as_before_and_after() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let id = &secret[..16];
    let words = ["--name", "Admin api key", "--owner", "bob", "--description", "uploads", "--expires", "90d"];
    let more = ["--max-uses", "5", "--scope", "b.*", "--scope", "a", "--label", "project=web,shop", "--label", "env=x"];
    let ran = edit(&home, &[&words[..], &more].concat());
    ran.gives(
        Exit::Done,
        "",
        &format!(
            "changed web ({id})\n\
             \x20 name: web -> Admin api key\n\
             \x20 owner: alice -> bob\n\
             \x20 description: none -> uploads\n\
             \x20 expires: never -> 2027-02-19 12:00 UTC (in 90 days)\n\
             \x20 max uses: unlimited -> 5\n\
             \x20 scopes: none -> b.*, a\n\
             \x20 labels: none -> env=x, project=web,shop\n"
        ),
    );
    let ran = home.jeton(["edit", id, "--expires", "never", "--max-uses", "unlimited", "--remove-label", "env"]).run();
    ran.gives(
        Exit::Done,
        "",
        &format!(
            "changed Admin api key ({id})\n\
             \x20 expires: 2027-02-19 12:00 UTC (in 90 days) -> never\n\
             \x20 max uses: 5 -> unlimited\n\
             \x20 labels: env=x, project=web,shop -> project=web,shop\n"
        ),
    );
    assert_eq!(home.verdict(&secret), Exit::Done);
}

#[test]
fn all_changes_of_one_saying_are_one_event_that_tells_only_which_fields() {
    let home = Home::with(&["web"]);
    let before = generation(&home);
    edit(&home, &["--owner", "bob", "--description", "a telling text", "--add-scope", "a"]).exits(Exit::Done);
    assert_eq!(home.events()[2..], ["edit web owner, description, scopes"]);
    assert_eq!(generation(&home), before + 1);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM event WHERE instr(detail, 'telling') > 0"), 0);
}

#[test]
fn json_is_the_token_as_it_is_now() {
    let home = Home::with(&["web"]);
    let json = edit(&home, &["--owner", "bob", "--max-uses", "7", "--json"]).exits(Exit::Done).json();
    assert_eq!((json["owner"].as_str(), json["max_uses"].as_u64()), (Some("bob"), Some(7)));
    assert_eq!(json, shown(&home));
    let unchanged = edit(&home, &["--owner", "bob", "--json"]).exits(Exit::Done).json();
    assert_eq!(unchanged, json);
    let error = edit(&home, &["--name", "nope", "--expires", "2001-01-01", "--json"]).exits(Exit::Usage).error_json();
    assert_eq!(error["code"], "usage");
}

#[test]
fn the_same_value_is_no_change_and_no_event() {
    let home = Home::with(&[]);
    let words = ["create", "web", "--owner", "bob", "--description", "d", "--expires", "2027-01-31", "--max-uses", "5"];
    let more = ["--scope", "a", "--scope", "b.*", "--label", "env=x"];
    let id = home.jeton(words.into_iter().chain(more)).run().exits(Exit::Done).out[..16].to_owned();
    let (before, events, changes) = (shown(&home), home.events(), generation(&home));
    for words in [
        &["--name", "web"][..],
        &["--owner", "bob"],
        &["--description", "d"],
        &["--expires", "2027-01-31"],
        &["--max-uses", "5"],
        &["--scope", "b.*", "--scope", "a", "--scope", "a"],
        &["--add-scope", "a"],
        &["--label", "env=x"],
        &["--name", "web", "--owner", "bob", "--add-scope", "b.*"],
    ] {
        edit(&home, words).gives(Exit::Done, "", &format!("web ({id}) is so already; nothing was changed\n"));
    }
    // What was not there is told of, and what still grants it: nobody is to believe that a right is gone.
    let so = format!("web ({id}) is so already; nothing was changed\n");
    for (words, why) in [
        (["--remove-scope", "c"], "  it had no scope c\n"),
        (["--remove-scope", "b.c"], "  it had no scope b.c\n  it still may b.c, by b.*\n"),
        (["--remove-label", "project"], "  it had no label project\n"),
    ] {
        edit(&home, &words).gives(Exit::Done, "", &format!("{so}{why}"));
    }
    assert_eq!((shown(&home), home.events(), generation(&home)), (before, events, changes));
}

#[test]
fn nothing_given_is_a_mistake() {
    let home = Home::with(&["web"]);
    for words in [&[][..], &["--yes"], &["--json"]] {
        edit(&home, words).exits(Exit::Usage).prints("").says("`jeton edit --help`");
    }
    home.jeton(["edit"]).run().exits(Exit::Usage);
    assert_eq!(home.events().len(), 2);
}

#[test]
fn an_unknown_token_and_a_missing_vault_are_not_found() {
    let home = Home::with(&["web-upload"]);
    let ran = home.jeton(["edit", "web-uplod", "--owner", "bob"]).run().exits(Exit::NotFound);
    ran.says("did you mean `web-upload`?");
    home.jeton(["edit", "nope", "--forget", "--yes"]).run().exits(Exit::NotFound);
    let nothing = Home::new();
    nothing.jeton(["edit", "web", "--owner", "bob"]).run().exits(Exit::NotFound);
    assert!(!nothing.path("data").exists());
}

// The name.

#[test]
fn a_token_is_found_by_its_new_name_and_the_old_one_is_free() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    edit(&home, &["--name", "nai\u{308}ve \u{43a}\u{43b}\u{44e}\u{447}"]).exits(Exit::Done);
    home.jeton(["show", "web"]).run().exits(Exit::NotFound);
    let json = home.jeton(["show", "na\u{ef}ve \u{43a}\u{43b}\u{44e}\u{447}", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["id"], secret[..16]);
    assert_eq!(home.verdict(&secret), Exit::Done);
    home.create("web");
}

#[test]
fn a_taken_name_changes_nothing() {
    let home = Home::with(&["web", "other", "revoked"]);
    home.jeton(["revoke", "revoked"]).run().exits(Exit::Done);
    let (before, events) = (shown(&home), home.events());
    for name in ["other", "revoked"] {
        let ran = edit(&home, &["--name", name, "--owner", "bob"]).exits(Exit::Exists);
        ran.says(&format!("error: a token named `{name}` already exists\nhint: "));
    }
    assert_eq!((shown(&home), home.events()), (before, events));
}

#[test]
fn a_name_keeps_to_the_rules_of_names() {
    let home = Home::with(&["web"]);
    for name in ["", " web", "-web", "jtn_4fzN0c1Qw9Lk", "a\nb", "a\u{202e}b", &"n".repeat(101)] {
        edit(&home, &[&format!("--name={name}")]).exits(Exit::Usage);
    }
    assert_eq!(home.events().len(), 2);
}

// The end.

#[test]
fn an_expiry_that_is_not_ahead_changes_nothing() {
    let home = Home::with(&["web"]);
    let before = shown(&home);
    for when in ["2001-01-01", "2026-11-21T12:00:00Z", "2026-11-20", "0d", "-1h", "soon"] {
        edit(&home, &["--owner", "bob", "--expires", when]).exits(Exit::Usage).prints("");
    }
    assert_eq!((shown(&home), home.events().len()), (before, 2));
}

#[test]
fn a_new_end_counts_from_now_and_can_bring_an_expired_token_back() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--expires", "1h"]).run().out;
    home.pass(2 * HOUR);
    assert_eq!(home.verdict(&secret), Exit::Expired);
    let json = edit(&home, &["--expires", "1h", "--json"]).exits(Exit::Done).json();
    assert_eq!(json["expires_at"], "2026-11-21T15:00:00.000Z");
    assert_eq!(home.verdict(&secret), Exit::Done);
    home.pass(HOUR);
    assert_eq!(home.verdict(&secret), Exit::Expired);
    edit(&home, &["--expires", "never"]).exits(Exit::Done);
    home.pass(100_000 * HOUR);
    assert_eq!(home.verdict(&secret), Exit::Done);
}

#[test]
fn a_session_keeps_an_end() {
    let home = Home::with(&[]);
    home.jeton(["create", "web", "--type", "session"]).run().exits(Exit::Done);
    edit(&home, &["--expires", "never"]).exits(Exit::Usage).says("a session has an end");
    edit(&home, &["--expires", "1h"]).exits(Exit::Done);
    assert_eq!(home.events()[2..], ["edit web expires"]);
}

#[test]
fn who_edits_what_is_at_an_end_is_told_so() {
    let home = Home::with(&["web"]);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    edit(&home, &["--owner", "bob"]).exits(Exit::Done).says("this token does not work any more: it is revoked\n");
}

// What it may do.

#[test]
fn scopes_are_replaced_added_and_removed() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--scope", "a", "--scope", "b.*"]).run().out;
    let can = || ["a", "b.c", "d", "e.f"].map(|scope| may(&home, &secret, scope));
    assert_eq!(can(), [true, true, false, false]);
    edit(&home, &["--add-scope", "d", "--add-scope", "e.*", "--remove-scope", "a"]).exits(Exit::Done);
    assert_eq!(can(), [false, true, true, true]);
    edit(&home, &["--remove-scope", "b.*"]).exits(Exit::Done).says("  scopes: b.*, d, e.* -> d, e.*\n");
    assert_eq!(can(), [false, false, true, true]);
    edit(&home, &["--scope", "a"]).exits(Exit::Done).says("  scopes: d, e.* -> a\n");
    assert_eq!(can(), [true, false, false, false]);
    edit(&home, &["--remove-scope", "a"]).exits(Exit::Done).says("  scopes: a -> none\n");
    assert_eq!(can(), [false, false, false, false]);
}

#[test]
fn scopes_that_cannot_be_are_refused() {
    let home = Home::with(&["web"]);
    for words in [
        &["--scope", "a", "--add-scope", "b"][..],
        &["--scope", "a", "--remove-scope", "b"],
        &["--scope", ""],
        &["--add-scope", "a.*.b"],
        &["--remove-scope", "a..b"],
    ] {
        edit(&home, words).exits(Exit::Usage);
    }
    assert_eq!(home.events().len(), 2);
}

#[test]
fn labels_are_set_replaced_and_removed() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--label", "env=test", "--label", "team=x"]).run().out;
    let has = |label| home.jeton(["verify", "--peek", "--label", label]).stdin(&secret).run().exit == Exit::Done;
    edit(&home, &["--label", "env=production", "--label", "project=web,shop", "--remove-label", "team"])
        .exits(Exit::Done);
    assert!(has("env=production") && has("project=shop") && !has("env=test") && !has("team=x"));
    assert_eq!(shown(&home)["labels"], serde_json::json!({"env": "production", "project": "web,shop"}));
    let twice = edit(&home, &["--label", "env=a", "--label", "env=b"]).exits(Exit::Usage);
    twice.says("it is given twice, and a key has one value");
    for bad in [["--label", "env"], ["--label", "=x"], ["--label", "env="], ["--remove-label", "env=production"]] {
        edit(&home, &bad).exits(Exit::Usage);
    }
    assert!(has("env=production"));
}

#[test]
fn a_new_limit_counts_the_uses_that_were_counted_before() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--max-uses", "3"]).run().out;
    let used = || home.jeton(["verify"]).stdin(&secret).run().exit;
    assert_eq!([used(), used()], [Exit::Done; 2]);
    edit(&home, &["--max-uses", "2"]).exits(Exit::Done).says("this token does not work any more: it is used-up\n");
    assert_eq!(used(), Exit::UsedUp);
    edit(&home, &["--max-uses", "3"]).exits(Exit::Done);
    assert_eq!([used(), used()], [Exit::Done, Exit::UsedUp]);
    edit(&home, &["--max-uses", "unlimited"]).exits(Exit::Done);
    assert_eq!([used(), used(), used()], [Exit::Done; 3]);
    assert!(shown(&home)["max_uses"].is_null());
    for bad in ["0", "-1", "many", "1.5", "99999999999999999999"] {
        edit(&home, &[&format!("--max-uses={bad}")]).exits(Exit::Usage);
    }
}

#[test]
fn whose_it_is_and_what_it_is_for_can_change() {
    let home = Home::with(&["web"]);
    edit(&home, &["--owner", "bob", "-d", "first line\nsecond"])
        .exits(Exit::Done)
        .says("  description: none -> first line\\u{a}second\n");
    home.jeton(["list", "-q", "--owner", "bob"]).run().prints("web\n");
    assert_eq!(shown(&home)["description"], "first line\nsecond");
    edit(&home, &["--description", ""]).exits(Exit::Done).says("second -> none\n");
    edit(&home, &["--owner", ""]).exits(Exit::Usage);
}

#[test]
fn what_a_policy_forbids_changes_nothing_but_the_log() {
    let home = Home::with(&["other"]);
    let secret = home.jeton(["create", "web", "--scope", "a", "--owner", "bob"]).run().out;
    let set = |rule, value| drop(home.jeton(["policy", "set", rule, value]).run().exits(Exit::Done));
    set("require-scope", "true");
    set("max-expiry", "90d");
    set("max-tokens-per-owner", "1");
    let before = shown(&home);
    for (words, rule) in [
        (&["--remove-scope", "a"][..], "require-scope"),
        (&["--expires", "91d"], "max-expiry"),
        (&["--owner", "alice"], "max-tokens-per-owner"),
        // The rest of the saying is not done either.
        (&["--description", "x", "--expires", "91d"], "max-expiry"),
    ] {
        let events = home.events().len();
        edit(&home, words).exits(Exit::Refused).prints("").says(&format!("`jeton policy unset {rule}`"));
        assert_eq!(home.events()[events..], [format!("refuse web policy {rule}")]);
    }
    assert_eq!((shown(&home), home.verdict(&secret)), (before, Exit::Done));
    // What was allowed once and is not touched stays.
    edit(&home, &["--description", "x"]).exits(Exit::Done);
}

// Forgetting.

#[test]
fn forgetting_asks_and_drops_the_copy_for_good() {
    let home = Home::keeping(&["other"]);
    let secret = home.create("web");
    let id = &secret[..16];
    home.jeton(["edit", "web", "--forget", "--color", "never"]).answers(["y"]).run().gives(
        Exit::Done,
        "",
        &format!(
            "the sealed copy of this token will be dropped for good:\n  web ({id}), never used\n\
             nobody can copy it again; it goes on working.\n\
             Drop it? [y/N] dropped the sealed copy of web ({id})\n"
        ),
    );
    let copy = |name| home.jeton(["copy", name, "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copy("web").exits(Exit::Refused).prints("").says("`jeton rotate web`");
    copy("other").exits(Exit::Done);
    assert_eq!(home.verdict(&secret), Exit::Done);
    assert_eq!(home.events()[3..4], ["edit web sealed copy dropped"]);
    assert_eq!(shown(&home)["recoverable"], false);
}

#[test]
fn no_byte_of_a_forgotten_copy_remains() {
    let home = Home::keeping(&["other", "web"]);
    // The copies of old secrets are copies too.
    home.jeton(["rotate", "web", "--grace", "1h"]).run().exits(Exit::Done);
    let sealed = |which| home.sql::<Vec<u8>>(&format!("SELECT sealed FROM secret WHERE {which}"));
    let copies = [sealed("token_seq = 2 AND retires_at IS NULL"), sealed("token_seq = 2 AND retires_at IS NOT NULL")];
    let kept = sealed("token_seq = 1");
    let holds = |copy: &[u8]| {
        let file = bytes_of(&home.vault());
        copy.chunks_exact(8).any(|piece| file.windows(8).any(|window| window == piece))
    };
    assert!(copies.iter().all(|copy| holds(copy)), "or this test shows nothing");
    edit(&home, &["--forget", "--yes"]).exits(Exit::Done);
    assert!(!copies.iter().any(|copy| holds(copy)));
    assert!(holds(&kept));
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'unwiped'"), 0);
}

#[test]
fn anything_but_yes_forgets_nothing() {
    let home = Home::keeping(&["web"]);
    for answer in ["", "n", "x"] {
        let ran = home.jeton(["edit", "web", "--forget"]).answers([answer]).run().exits(Exit::Refused);
        ran.says("not confirmed; nothing was dropped");
    }
    home.jeton(["edit", "web", "--forget"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    let ran = edit(&home, &["--forget"]).exits(Exit::Refused);
    ran.says("nobody is there to confirm that its sealed copy is to be dropped\nhint: add `--yes`");
    assert_eq!((shown(&home)["recoverable"].as_bool(), home.events().len()), (Some(true), 2));
}

#[test]
fn forgetting_what_is_not_kept_is_done_without_a_question() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let said = format!("no copy of web ({}) was kept; nothing was changed\n", &secret[..16]);
    edit(&home, &["--forget"]).gives(Exit::Done, "", &said);
    assert_eq!(home.events().len(), 2);
    let home = Home::keeping(&["web"]);
    let json = edit(&home, &["--forget", "--yes", "--json"]).exits(Exit::Done).json();
    assert_eq!(json["recoverable"], false);
    edit(&home, &["--forget"]).exits(Exit::Done).says("no copy of web");
    assert_eq!(home.events().len(), 3);
}

#[test]
fn forgetting_stands_alone() {
    let home = Home::keeping(&["web"]);
    for words in [&["--name", "x"][..], &["--owner", "x"], &["--description", "x"], &["--expires", "1d"]] {
        edit(&home, &[&["--forget", "--yes"], words].concat()).exits(Exit::Usage);
    }
    for words in [&["--scope", "x"][..], &["--add-scope", "x"], &["--label", "a=b"], &["--max-uses", "1"]] {
        edit(&home, &[&["--forget", "--yes"], words].concat()).exits(Exit::Usage);
    }
    assert_eq!(shown(&home)["recoverable"], true);
}

#[test]
fn a_forgotten_token_gets_no_copy_by_a_rotation() {
    let home = Home::keeping(&["web"]);
    edit(&home, &["--forget", "--yes"]).exits(Exit::Done);
    home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn a_change_of_seconds_is_shown() {
    let home = Home::with(&["web"]);
    edit(&home, &["--expires", "2027-01-31T12:00:00Z"]).exits(Exit::Done);
    let ran = edit(&home, &["--expires", "2027-01-31T12:00:59Z"]).exits(Exit::Done);
    ran.says("  expires: 2027-01-31T12:00:00Z -> 2027-01-31T12:00:59Z\n");
}
