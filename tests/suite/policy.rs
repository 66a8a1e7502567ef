//! `jeton policy`: the rules of a vault, and that it keeps to them at every way in.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::home::{Home, Jeton, PASSPHRASE, Ran};

/// A request of a token without anything but a name.
const BARE: &str = r#"{"name": "asked"}"#;

/// All that is known of all tokens.
fn tokens(home: &Home) -> String {
    home.jeton(["list", "--all", "--json"]).run().exits(Exit::Done).out
}

fn generation(home: &Home) -> i64 {
    home.sql("SELECT value FROM setting WHERE key = 'generation'")
}

fn set(home: &Home, rule: &str, value: &str) {
    home.jeton(["policy", "set", rule, value]).run().exits(Exit::Done);
}

/// The token of this name as JSON tells it.
#[track_caller]
fn shown(home: &Home, name: &str) -> Value {
    home.jeton(["show", name, "--json"]).run().exits(Exit::Done).json()
}

/// Refused by this rule: the rule and the command that changes it are told, it is put on record, and nothing else is
/// different than before.
#[track_caller]
fn refused(home: &Home, rule: &str, jeton: Jeton<'_>) -> Ran {
    let (before, generation_before) = (tokens(home), generation(home));
    let count = || home.sql::<i64>("SELECT count(*) FROM event");
    let events = count();
    let change = if rule == "scopes" { "`jeton policy scopes add " } else { &format!("`jeton policy unset {rule}`") };
    let ran = jeton.run().exits(Exit::Refused).prints("").says(&format!("policy `{rule}`")).says(change);
    assert_eq!(tokens(home), before);
    assert_eq!(generation(home), generation_before);
    assert_eq!(count(), events + 1);
    let last = home.sql::<String>("SELECT action || ' ' || detail FROM event ORDER BY seq DESC LIMIT 1");
    assert_eq!(last, format!("refuse policy {rule}"));
    ran
}

// Showing and setting.

#[test]
fn it_shows_every_rule_and_what_could_be_set() {
    let home = Home::with(&[]);
    set(&home, "max-expiry", "90d");
    let ran = home.jeton(["policy"]).run().exits(Exit::Done).says_nothing();
    let rows: Vec<Vec<_>> = ran.out.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert_eq!(
        rows,
        [
            ["max-tokens-per-owner", "-"],
            ["max-expiry", "90d"],
            ["default-expiry", "-"],
            ["require-scope", "-"],
            ["session-ttl", "-"],
            ["prefix", "-"],
            ["recoverable", "-"],
            ["scopes", "any"],
        ]
    );
}

#[test]
fn json_has_every_rule_and_null_where_nothing_is_set() {
    let home = Home::with(&[]);
    let unset = json!({
        "max-tokens-per-owner": null, "max-expiry": null, "default-expiry": null, "require-scope": null,
        "session-ttl": null, "prefix": null, "recoverable": null, "scopes": []
    });
    assert_eq!(home.jeton(["policy", "--json"]).run().json(), unset);
    for (rule, value) in [
        ("max-tokens-per-owner", "3"),
        ("max-expiry", "1y"),
        ("default-expiry", "90d"),
        ("require-scope", "true"),
        ("session-ttl", "2h"),
        ("prefix", "acme_live"),
        ("recoverable", "never"),
    ] {
        set(&home, rule, value);
    }
    let after = home.jeton(["policy", "scopes", "add", "b", "a.c", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(after, json!(["a.c", "b"]));
    let all = json!({
        "max-tokens-per-owner": 3, "max-expiry": "1y", "default-expiry": "90d", "require-scope": true,
        "session-ttl": "2h", "prefix": "acme_live", "recoverable": "never", "scopes": ["a.c", "b"]
    });
    assert_eq!(home.jeton(["policy", "--json"]).run().json(), all);
    let changed = home.jeton(["policy", "unset", "prefix", "--json"]).run().exits(Exit::Done).json();
    assert_eq!((&changed["prefix"], &changed["max-expiry"]), (&Value::Null, &json!("1y")));
}

#[test]
fn a_change_is_told_before_and_after_and_put_on_record() {
    let home = Home::with(&[]);
    let details = || home.sql::<String>("SELECT group_concat(detail, '; ') FROM event WHERE action = 'policy'");
    let told = |words: &[&str], said: &str| {
        home.jeton(words).run().gives(Exit::Done, "", &format!("{said}\n"));
    };
    told(&["policy", "set", "max-expiry", "90d"], "changed policy max-expiry: not set -> 90d");
    told(&["policy", "set", "max-expiry", "30d"], "changed policy max-expiry: 90d -> 30d");
    told(&["policy", "set", "max-expiry", "30d"], "policy max-expiry is 30d already");
    told(&["policy", "unset", "max-expiry"], "changed policy max-expiry: 30d -> not set");
    told(&["policy", "unset", "max-expiry"], "policy max-expiry is not set already");
    assert_eq!(details(), "max-expiry = 90d; max-expiry = 30d; max-expiry unset");
}

#[test]
fn set_makes_a_vault_and_the_others_want_one() {
    let home = Home::new();
    for words in [
        &["policy"][..],
        &["policy", "unset", "prefix"],
        &["policy", "scopes"],
        &["policy", "scopes", "add", "a"],
        &["policy", "scopes", "remove", "a"],
    ] {
        home.jeton(words).run().exits(Exit::NotFound).prints("").says("`jeton vault init`");
        assert!(!home.path("data").exists());
    }
    home.jeton(["policy", "set", "prefix", "acme"]).run().exits(Exit::Done).says("made a vault at");
    assert!(home.create("web").starts_with("acme_"));
}

#[test]
fn a_value_that_does_not_fit_changes_nothing_and_makes_no_vault() {
    for (rule, bad, why) in [
        ("max-tokens-per-owner", "0", "a whole number from 1"),
        ("max-tokens-per-owner", "-1", "a whole number from 1"),
        ("max-expiry", "never", "a span"),
        ("max-expiry", "2027-01-31", "a span"),
        ("default-expiry", "2027-01-31", "or never"),
        ("require-scope", "yes", "true or false"),
        ("session-ttl", "0h", "a span"),
        ("prefix", "a-b", "letters, digits"),
        ("recoverable", "no", "allowed or never"),
    ] {
        let home = Home::new();
        let ran = home.jeton(["policy", "set", rule, bad]).run().exits(Exit::Usage).prints("");
        ran.says(&format!("`{rule}` takes ")).says(why).says("`jeton policy set --help`");
        assert!(!home.path("data").exists(), "{rule} {bad}");
    }
    Home::new().jeton(["policy", "set", "max-expires", "3d"]).run().exits(Exit::Usage).says("max-expiry");
}

/// Else no token could be made any more, and the error would tell of an expiry that nobody asked for.
#[test]
fn a_span_that_cannot_be_counted_is_no_rule() {
    for rule in ["max-expiry", "default-expiry", "session-ttl"] {
        for bad in ["9000y", "1us"] {
            let home = Home::new();
            home.jeton(["policy", "set", rule, bad]).run().exits(Exit::Usage).prints("");
            assert!(!home.path("data").exists(), "{rule} {bad}");
            let home = Home::with(&[]);
            home.jeton(["policy", "set", rule, bad]).run().exits(Exit::Usage);
            home.create("web");
        }
    }
}

#[test]
fn a_default_longer_than_the_most_is_refused_whichever_is_set_last() {
    let home = Home::with(&[]);
    set(&home, "max-expiry", "90d");
    for longer in ["91d", "1y", "never"] {
        let ran = home.jeton(["policy", "set", "default-expiry", longer]).run().exits(Exit::Refused);
        ran.says("`default-expiry` would be longer than `max-expiry`").says("`jeton policy set`");
    }
    set(&home, "default-expiry", "90d");
    home.jeton(["policy", "set", "max-expiry", "89d"]).run().exits(Exit::Refused);
    assert_eq!(home.jeton(["policy", "--json"]).run().json()["max-expiry"], "90d");
    home.jeton(["policy", "unset", "max-expiry"]).run().exits(Exit::Done);
    set(&home, "default-expiry", "never");
    home.jeton(["policy", "set", "max-expiry", "90d"]).run().exits(Exit::Refused);
}

/// A month has 30 days in November and 31 in December.
#[test]
fn months_that_have_grown_stand_in_the_way_of_nothing_else() {
    let home = Home::with(&[]);
    set(&home, "max-expiry", "30d");
    set(&home, "default-expiry", "1mo");
    home.pass(SignedDuration::from_hours(24 * 20));
    set(&home, "prefix", "acme");
    home.jeton(["policy", "unset", "prefix"]).run().exits(Exit::Done);
    home.create("web");
    assert_eq!(shown(&home, "web")["expires_at"], "2027-01-10T12:00:00.000Z", "the most, not the month");
    home.jeton(["policy", "unset", "max-expiry"]).run().exits(Exit::Done);
}

// How many.

#[test]
fn no_owner_gets_more_tokens_by_creating() {
    let home = Home::with(&["first"]);
    set(&home, "max-tokens-per-owner", "2");
    home.jeton(["create", "second", "--type", "admin"]).run().exits(Exit::Done);
    let rule = "max-tokens-per-owner";
    let ran = refused(&home, rule, home.jeton(["create", "third"]));
    ran.says("alice has as many working tokens as policy `max-tokens-per-owner` allows, which is 2");
    refused(&home, rule, home.jeton(["create", "third", "--type", "admin"]));
    refused(&home, rule, home.jeton(["create", "--from", "-"]).stdin(BARE));
    let error = home.jeton(["create", "third", "--json"]).run().exits(Exit::Refused).error_json();
    assert_eq!(error["code"], "refused");
    home.jeton(["create", "third", "--owner", "bob"]).run().exits(Exit::Done);
}

#[test]
fn sessions_do_not_count_and_are_not_counted() {
    let home = Home::with(&[]);
    set(&home, "max-tokens-per-owner", "1");
    home.jeton(["login"]).run().exits(Exit::Done);
    home.jeton(["login"]).run().exits(Exit::Done);
    home.create("web");
    home.jeton(["login"]).run().exits(Exit::Done);
    home.jeton(["create", "mine", "--type", "session"]).run().exits(Exit::Done);
}

#[test]
fn what_no_longer_works_does_not_count() {
    let home = Home::with(&[]);
    set(&home, "max-tokens-per-owner", "1");
    home.create("revoked");
    home.jeton(["revoke", "revoked"]).run().exits(Exit::Done);
    home.jeton(["create", "expired", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    let secret = home.jeton(["create", "used", "--max-uses", "1"]).run().exits(Exit::Done).out;
    refused(&home, "max-tokens-per-owner", home.jeton(["create", "next"]));
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    home.create("next");
    home.jeton(["delete", "next", "--yes"]).run().exits(Exit::Done);
    home.create("last");
}

#[test]
fn no_owner_gets_more_tokens_by_another_way() {
    let home = Home::with(&["revoked", "too"]);
    home.jeton(["revoke", "revoked", "too", "--yes"]).run().exits(Exit::Done);
    home.jeton(["create", "expired", "--expires", "1h"]).run().exits(Exit::Done);
    home.jeton(["create", "session", "--type", "session", "--expires", "1h"]).run().exits(Exit::Done);
    let secret = home.jeton(["create", "used", "--max-uses", "1"]).run().exits(Exit::Done).out;
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    home.jeton(["create", "bobs", "--owner", "bob"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    set(&home, "max-tokens-per-owner", "1");
    // Room for one, not for two.
    let rule = "max-tokens-per-owner";
    refused(&home, rule, home.jeton(["restore", "revoked", "too", "--yes"]));
    home.create("only");
    refused(&home, rule, home.jeton(["restore", "revoked"]));
    refused(&home, rule, home.jeton(["edit", "expired", "--expires", "1d"]));
    refused(&home, rule, home.jeton(["edit", "used", "--max-uses", "2"]));
    refused(&home, rule, home.jeton(["edit", "used", "--max-uses", "unlimited"]));
    refused(&home, rule, home.jeton(["edit", "bobs", "--owner", "alice"]));
    // A session is brought back by nobody's leave.
    home.jeton(["edit", "session", "--expires", "1h"]).run().exits(Exit::Done);
}

#[test]
fn who_has_too_many_since_before_keeps_them_and_can_change_them() {
    let home = Home::with(&["a", "b", "c"]);
    set(&home, "max-tokens-per-owner", "1");
    home.jeton(["edit", "a", "--description", "kept", "--name", "d"]).run().exits(Exit::Done);
    home.jeton(["edit", "b", "--max-uses", "3", "--expires", "1d"]).run().exits(Exit::Done);
    home.jeton(["rotate", "c"]).run().exits(Exit::Done);
    home.jeton(["revoke", "c"]).run().exits(Exit::Done);
    refused(&home, "max-tokens-per-owner", home.jeton(["restore", "c"]));
}

#[test]
fn what_would_not_work_all_the_same_can_be_changed_and_restored() {
    let home = Home::with(&[]);
    home.jeton(["create", "old", "--expires", "1h"]).run().exits(Exit::Done);
    home.jeton(["revoke", "old"]).run().exits(Exit::Done);
    home.create("only");
    home.pass(SignedDuration::from_hours(2));
    set(&home, "max-tokens-per-owner", "1");
    home.jeton(["edit", "old", "--owner", "bob"]).run().exits(Exit::Done);
    home.jeton(["edit", "old", "--owner", "alice"]).run().exits(Exit::Done);
    home.jeton(["restore", "old"]).run().exits(Exit::Done);
    assert_eq!(shown(&home, "old")["status"], "expired");
}

// How long.

#[test]
fn no_token_is_made_to_live_longer_than_the_most() {
    let home = Home::with(&[]);
    set(&home, "max-expiry", "90d");
    for kind in ["client", "admin", "session"] {
        for end in ["91d", "2027-02-20", "2027-02-19T12:00:00.001Z"] {
            refused(&home, "max-expiry", home.jeton(["create", "web", "--type", kind, "--expires", end]));
        }
    }
    refused(&home, "max-expiry", home.jeton(["create", "web", "--expires", "never"]));
    let request = r#"{"name": "asked", "expires": null}"#;
    refused(&home, "max-expiry", home.jeton(["create", "--from", "-"]).stdin(request));
    refused(&home, "max-expiry", home.jeton(["login"]).var("JETON_SESSION_TTL", "91d"));
    home.jeton(["create", "web", "--expires", "90d"]).run().exits(Exit::Done);
    home.jeton(["create", "to the day", "--expires", "2027-02-18"]).run().exits(Exit::Done);
}

#[test]
fn no_token_is_changed_to_live_longer_than_the_most() {
    let home = Home::with(&["endless"]);
    home.jeton(["create", "web", "--expires", "1d"]).run().exits(Exit::Done);
    home.jeton(["login"]).run().exits(Exit::Done);
    set(&home, "max-expiry", "90d");
    refused(&home, "max-expiry", home.jeton(["edit", "web", "--expires", "91d"]));
    refused(&home, "max-expiry", home.jeton(["edit", "web", "--expires", "never"]));
    refused(&home, "max-expiry", home.jeton(["edit", "endless", "--expires", "91d", "--description", "x"]));
    refused(&home, "max-expiry", home.jeton(["edit", "session-alice-1", "--expires", "91d"]));
    home.jeton(["edit", "web", "--expires", "90d"]).run().exits(Exit::Done);
    // What it was allowed once stays, whatever else is changed.
    home.jeton(["edit", "endless", "--description", "x", "--expires", "never"]).run().exits(Exit::Done);
    home.jeton(["rotate", "endless"]).run().exits(Exit::Done);
    home.jeton(["revoke", "endless"]).run().exits(Exit::Done);
    home.jeton(["restore", "endless"]).run().exits(Exit::Done);
    assert_eq!(shown(&home, "endless")["expires_at"], Value::Null);
}

#[test]
fn where_nothing_is_said_the_default_holds_else_the_most() {
    let home = Home::with(&[]);
    let end = |name: &str| {
        home.create(name);
        shown(&home, name)["expires_at"].as_str().map(str::to_owned)
    };
    assert_eq!(end("free"), None);
    set(&home, "max-expiry", "90d");
    assert_eq!(end("most").as_deref(), Some("2027-02-19T12:00:00.000Z"));
    set(&home, "default-expiry", "30d");
    assert_eq!(end("default").as_deref(), Some("2026-12-21T12:00:00.000Z"));
    home.jeton(["create", "--from", "-"]).stdin(BARE).run().exits(Exit::Done).says("(in 30 days)");
    home.jeton(["policy", "unset", "max-expiry"]).run().exits(Exit::Done);
    assert_eq!(end("still").as_deref(), Some("2026-12-21T12:00:00.000Z"));
    home.jeton(["create", "said", "--expires", "never"]).run().exits(Exit::Done);
    assert_eq!(shown(&home, "said")["expires_at"], Value::Null);
    home.jeton(["policy", "unset", "default-expiry"]).run().exits(Exit::Done);
    assert_eq!(end("free again"), None);
}

// Sessions.

#[test]
fn a_session_lives_as_long_as_the_policy_has_it() {
    let home = Home::with(&[]);
    let end = |ttl: &str| {
        let ran = home.jeton(["login", "--json"]).var("JETON_SESSION_TTL", ttl).run().exits(Exit::Done);
        ran.json()["expires_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(end(""), "2026-11-21T22:00:00.000Z");
    set(&home, "session-ttl", "2h");
    assert_eq!(end(""), "2026-11-21T14:00:00.000Z");
    assert_eq!(end("30m"), "2026-11-21T12:30:00.000Z");
    // The shorter of two rules.
    set(&home, "max-expiry", "1h");
    assert_eq!(end(""), "2026-11-21T13:00:00.000Z");
    let made = home.jeton(["create", "mine", "--type", "session", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(made["expires_at"], "2026-11-21T13:00:00.000Z");
}

#[test]
fn no_session_lives_longer_than_the_policy_has_it() {
    let home = Home::with(&[]);
    set(&home, "session-ttl", "2h");
    let rule = "session-ttl";
    refused(&home, rule, home.jeton(["login"]).var("JETON_SESSION_TTL", "3h"));
    refused(&home, rule, home.jeton(["create", "mine", "--type", "session", "--expires", "3h"]));
    let request = r#"{"name": "mine", "type": "session", "expires": "3h"}"#;
    refused(&home, rule, home.jeton(["create", "--from", "-"]).stdin(request));
    home.jeton(["login"]).run().exits(Exit::Done);
    refused(&home, rule, home.jeton(["edit", "session-alice-1", "--expires", "3h"]));
    home.jeton(["edit", "session-alice-1", "--expires", "1h"]).run().exits(Exit::Done);
    // It is a rule of sessions only.
    home.jeton(["create", "web", "--expires", "3h"]).run().exits(Exit::Done);
}

#[test]
fn no_session_is_endless_whatever_the_policy() {
    let home = Home::with(&[]);
    home.jeton(["create", "mine", "--type", "session", "--expires", "never"]).run().exits(Exit::Usage).says("10h");
    home.jeton(["login"]).run().exits(Exit::Done);
    home.jeton(["edit", "session-alice-1", "--expires", "never"]).run().exits(Exit::Usage).says("10h");
}

// Scopes.

#[test]
fn a_scope_may_be_demanded_of_all_but_admins() {
    let home = Home::with(&["old"]);
    home.jeton(["create", "scoped", "--scope", "a"]).run().exits(Exit::Done);
    set(&home, "require-scope", "true");
    let rule = "require-scope";
    refused(&home, rule, home.jeton(["create", "web"])).says("`--scope`");
    refused(&home, rule, home.jeton(["create", "--from", "-"]).stdin(BARE));
    refused(&home, rule, home.jeton(["create", "--from", "-"]).stdin(r#"{"name": "asked", "scopes": []}"#));
    refused(&home, rule, home.jeton(["login"]));
    refused(&home, rule, home.jeton(["edit", "scoped", "--remove-scope", "a"]));
    home.jeton(["create", "root", "--type", "admin"]).run().exits(Exit::Done);
    home.jeton(["create", "--from", "-"])
        .stdin(r#"{"name": "asked", "scopes": {"admin": true}}"#)
        .run()
        .exits(Exit::Done);
    home.jeton(["login", "--scope", "a"]).run().exits(Exit::Done);
    home.jeton(["edit", "scoped", "--scope", "b"]).run().exits(Exit::Done);
    // One from before stays, and gets none by being changed.
    home.jeton(["edit", "old", "--description", "kept"]).run().exits(Exit::Done);
    home.jeton(["rotate", "old"]).run().exits(Exit::Done);
    set(&home, "require-scope", "false");
    home.create("web");
}

#[test]
fn an_unknown_scope_is_refused_with_the_nearest_known_one() {
    let home = Home::with(&["old"]);
    home.jeton(["policy", "scopes", "add", "data.pin_list", "deploy"]).run().exits(Exit::Done);
    let ran = refused(&home, "scopes", home.jeton(["create", "web", "--scope", "data.pinlist"]));
    ran.says("no scope `data.pinlist`").says("did you mean `data.pin_list`?").says("add data.pinlist`");
    refused(&home, "scopes", home.jeton(["create", "web", "--scope", "deploy", "--scope", "dploy"])).says("`deploy`?");
    let request = r#"{"name": "asked", "scopes": ["deploi"]}"#;
    refused(&home, "scopes", home.jeton(["create", "--from", "-"]).stdin(request)).says("`deploy`?");
    refused(&home, "scopes", home.jeton(["login", "--scope", "dploy"])).says("`deploy`?");
    refused(&home, "scopes", home.jeton(["edit", "old", "--scope", "dploy"])).says("`deploy`?");
    refused(&home, "scopes", home.jeton(["edit", "old", "--add-scope", "dploy"])).says("`deploy`?");
    refused(&home, "scopes", home.jeton(["create", "root", "--type", "admin", "--scope", "dploy"]));
    refused(&home, "scopes", home.jeton(["create", "web", "--scope", "jeton.creat"]))
        .says("did you mean `jeton.create`");
}

#[test]
fn a_wildcard_is_known_if_it_covers_a_known_scope() {
    let home = Home::with(&[]);
    home.jeton(["policy", "scopes", "add", "data.pin.list", "deploy"]).run().exits(Exit::Done);
    for (number, known) in ["data.pin.list", "data.*", "data.pin.*", "*"].iter().enumerate() {
        home.jeton(["create", &format!("t{number}"), "--scope", known]).run().exits(Exit::Done);
    }
    for unknown in ["deploy.*", "data.pin.list.*", "other.*", "data.pin", "data"] {
        refused(&home, "scopes", home.jeton(["create", "web", "--scope", unknown]));
    }
}

#[test]
fn what_is_told_to_make_a_scope_known_does_so() {
    for unknown in ["other", "other.*", "a.b.c", "a.b.*"] {
        let home = Home::with(&[]);
        home.jeton(["policy", "scopes", "add", "known"]).run().exits(Exit::Done);
        let ran = refused(&home, "scopes", home.jeton(["create", "web", "--scope", unknown]));
        let command = ran.err.split('`').find(|part| part.starts_with("jeton policy")).unwrap();
        home.jeton(command.split(' ').skip(1)).run().exits(Exit::Done);
        home.jeton(["create", "web", "--scope", unknown]).run().exits(Exit::Done);
    }
}

#[test]
fn jetons_own_scopes_are_always_known() {
    let home = Home::with(&[]);
    home.jeton(["policy", "scopes", "add", "deploy"]).run().exits(Exit::Done);
    for own in ["create", "read", "edit", "revoke", "delete", "introspect", "*"] {
        home.jeton(["create", own.replace('*', "all").as_str(), "--scope", &format!("jeton.{own}")])
            .run()
            .exits(Exit::Done);
    }
}

#[test]
fn the_catalogue_is_told_changed_and_put_on_record() {
    let home = Home::with(&[]);
    let ran = home.jeton(["policy", "scopes"]).run().exits(Exit::Done).prints("");
    ran.says("any scope is known; `jeton policy scopes add SCOPE` begins one");
    home.jeton(["policy", "scopes", "add", "b.c", "a", "b.c"]).run().gives(
        Exit::Done,
        "",
        "b.c is now known\na is now known\n",
    );
    home.jeton(["policy", "scopes"]).run().gives(Exit::Done, "a\nb.c\n", "");
    home.jeton(["policy", "scopes", "add", "a"]).run().exits(Exit::Done).says("nothing was changed");
    home.jeton(["policy", "scopes", "remove", "a", "z"]).run().gives(Exit::Done, "", "a is no longer known\n");
    let ran = home.jeton(["policy", "scopes", "remove", "b.c"]).run().exits(Exit::Done);
    ran.says("the catalogue is empty, so any scope is known");
    home.jeton(["create", "web", "--scope", "whatever"]).run().exits(Exit::Done);
    let details = home.sql::<String>("SELECT group_concat(detail, '; ') FROM event WHERE action = 'policy'");
    assert_eq!(details, "scopes +b.c +a; scopes -a; scopes -b.c");
    for bad in ["a.*", "*", "a b", ""] {
        home.jeton(["policy", "scopes", "add", bad]).run().exits(Exit::Usage);
    }
}

#[test]
fn a_scope_that_is_no_longer_known_stays_with_those_who_have_it() {
    let home = Home::with(&[]);
    home.jeton(["policy", "scopes", "add", "a", "b"]).run().exits(Exit::Done);
    let secret = home.jeton(["create", "web", "--scope", "a"]).run().exits(Exit::Done).out;
    home.jeton(["policy", "scopes", "remove", "a"]).run().exits(Exit::Done);
    home.jeton(["verify", "--scope", "a"]).stdin(secret).run().exits(Exit::Done);
    home.jeton(["edit", "web", "--add-scope", "b"]).run().exits(Exit::Done);
    home.jeton(["edit", "web", "--description", "x"]).run().exits(Exit::Done);
    home.jeton(["edit", "web", "--remove-scope", "a"]).run().exits(Exit::Done);
    refused(&home, "scopes", home.jeton(["edit", "web", "--add-scope", "a"]));
}

#[test]
fn a_request_is_read_by_the_catalogue_of_the_vault() {
    let home = Home::with(&[]);
    home.jeton(["policy", "scopes", "add", "data.read", "data.write"]).run().exits(Exit::Done);
    let from = |body: &str| home.jeton(["create", "--from", "-", "--json"]).stdin(body).run();
    let made = from("{name: 'a', scopes: {data: {read: true, write: false}}}").exits(Exit::Done).json();
    assert_eq!(made["scopes"], json!(["data.read"]));
    from("{name: 'b', scopes: {data: {read: true}}}").exits(Exit::Usage).says("scopes.data.write: missing");
    from("{name: 'b', scopes: {data: {read: true, write: true}, pinning: {unpin: true}}}")
        .exits(Exit::Usage)
        .says("scopes.pinning: unknown");
}

// Secrets.

#[test]
fn new_secrets_begin_as_the_policy_has_it() {
    let home = Home::with(&["old"]);
    set(&home, "prefix", "acme");
    assert!(home.create("web").starts_with("acme_"));
    assert!(home.jeton(["login"]).run().exits(Exit::Done).out.starts_with("acme_"));
    home.jeton(["create", "said", "--prefix", "acme"]).run().exits(Exit::Done);
    // Longer, and beginning alike.
    for other in ["jtn", "acm", "acmee", "acme_x"] {
        refused(&home, "prefix", home.jeton(["create", "other", "--prefix", other])).says("`--prefix`");
    }
    refused(&home, "prefix", home.jeton(["create", "--from", "-", "--prefix", "jtn"]).stdin(BARE));
    // The id of a token stays, and with it what its secrets begin with.
    let rotated = home.jeton(["rotate", "old"]).run().exits(Exit::Done).out;
    assert!(rotated.starts_with("jtn_"));
    home.jeton(["verify"]).stdin(rotated).run().exits(Exit::Done);
    home.jeton(["edit", "old", "--name", "older"]).run().exits(Exit::Done);
}

#[test]
fn never_recoverable_keeps_no_new_copy_at_any_way_in() {
    let home = Home::keeping(&["old", "rotated"]);
    set(&home, "recoverable", "never");
    let copies = || home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL");
    assert_eq!(copies(), 2);
    home.jeton(["create", "web"]).run().exits(Exit::Done).says("can be copied again: no");
    home.jeton(["create", "--from", "-"]).stdin(BARE).run().exits(Exit::Done).says("can be copied again: no");
    let session = home.jeton(["login", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(session["recoverable"], false);
    assert_eq!(copies(), 2);
    let rotated = home.jeton(["rotate", "rotated", "--grace", "1d", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(rotated["recoverable"], false);
    home.jeton(["verify"]).stdin(rotated["secret"].as_str().unwrap()).run().exits(Exit::Done);
    assert_eq!(copies(), 2, "the old secret's copy stays, the new one's was not made");
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Refused).says("`jeton rotate web`");
    home.jeton(["copy", "rotated", "--print"]).run().exits(Exit::Refused).prints("");
    // What could be copied before still can.
    home.jeton(["copy", "old", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    set(&home, "recoverable", "allowed");
    home.create("again");
    assert_eq!(copies(), 3);
}

/// Nobody holds it otherwise.
#[test]
fn on_a_screen_a_secret_without_a_copy_is_shown() {
    let home = Home::keeping(&[]).with_clipboard();
    home.jeton(["create", "kept"]).answers([]).run().exits(Exit::Done).prints("");
    set(&home, "recoverable", "never");
    let shown = home.jeton(["create", "web"]).answers([]).run().exits(Exit::Done).out;
    home.jeton(["verify"]).stdin(shown).run().exits(Exit::Done);
}

// What stands in the file.

#[test]
fn a_rule_that_is_not_understood_is_never_passed_over() {
    for (key, value) in [
        ("max-lifetimes", "'3'"),
        ("max-expiry", "'forever'"),
        ("max-tokens-per-owner", "'-1'"),
        ("max-tokens-per-owner", "3"),
        ("require-scope", "x'00'"),
        ("scopes", "'a, b'"),
        ("scopes", r#"'["a.*"]'"#),
        ("", "'x'"),
    ] {
        let home = Home::with(&[]);
        let secret = home.create("web");
        home.create("ended");
        home.jeton(["revoke", "ended"]).run().exits(Exit::Done);
        home.tamper(&format!("INSERT INTO setting VALUES ('policy.{key}', {value})"));
        let before = tokens(&home);
        for words in [
            &["create", "next"][..],
            &["login"],
            &["create", "--from", "-"],
            &["edit", "web", "--description", "x"],
            &["rotate", "web"],
            &["restore", "ended"],
            &["policy"],
            &["policy", "set", "prefix", "acme"],
            &["policy", "scopes"],
            &["policy", "scopes", "add", "a"],
        ] {
            let ran = home.jeton(words).stdin(BARE).run().exits(Exit::Vault).prints("");
            assert!(ran.err.contains("damaged"), "{key} {value}: {}", ran.err);
        }
        assert_eq!(tokens(&home), before);
        home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
        home.jeton(["show", "web"]).run().exits(Exit::Done);
    }
}

/// Whatever else is wrong, a leaked secret can be ended.
#[test]
fn a_token_can_be_revoked_although_a_rule_is_not_understood() {
    let home = Home::with(&["web", "gone"]);
    home.tamper("INSERT INTO setting VALUES ('policy.max-lifetimes', '3')");
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["delete", "gone", "--yes"]).run().exits(Exit::Done);
}

#[test]
fn what_is_refused_leaves_no_file() {
    let home = Home::with(&[]);
    set(&home, "require-scope", "true");
    let there = || std::fs::read_dir(home.path("")).unwrap().count();
    let before = there();
    let file = home.path("secret");
    refused(&home, "require-scope", home.jeton(["create", "web", "--output", file.to_str().unwrap()]));
    assert_eq!(there(), before);
}

#[test]
fn an_admin_is_asked_for_whatever_lies_under_that_word_in_the_catalogue() {
    let home = Home::with(&[]);
    home.jeton(["policy", "scopes", "add", "admin.users", "data.read"]).run().exits(Exit::Done);
    let body = r#"{name: "Admin api key", scopes: {admin: true}}"#;
    let made = home.jeton(["create", "--from", "-", "--json"]).stdin(body).run().exits(Exit::Done).json();
    assert_eq!(made["type"], "admin");
}

#[test]
fn a_refused_change_is_on_record_with_the_token_as_it_is() {
    let home = Home::with(&["web"]);
    home.jeton(["policy", "set", "max-expiry", "1d"]).run().exits(Exit::Done);
    home.jeton(["edit", "web", "--name", "ghost", "--expires", "9d"]).run().exits(Exit::Refused);
    assert_eq!(home.events().last().unwrap(), "refuse web policy max-expiry");
}
