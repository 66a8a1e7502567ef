//! NocoDB: one token for each user, without an end, and a warning before it is deleted; sessions that end at logout or
//! after 10 hours, or after what an environment variable says.

use jeton::token::exit::Exit;
use jiff::SignedDuration;

use super::{asked, listed};
use crate::support::home::{Home, Jeton, Ran};

const RULE: &str = "max-tokens-per-owner";
const TTL: &str = "JETON_SESSION_TTL";

/// A vault where every user may have one token.
fn service() -> Home {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", RULE, "1"]).run().exits(Exit::Done);
    home
}

/// The answer to one token too many, by whatever way it would have come.
#[track_caller]
fn one_too_many(ran: Ran) {
    ran.exits(Exit::Refused).prints("").says(&format!("policy `{RULE}`")).says(&format!("`jeton policy set {RULE} N`"));
}

/// A session's secret.
#[track_caller]
fn login(home: &Home, user: &str) -> String {
    by(home.jeton(["login"]), user).run().exits(Exit::Done).out.trim_end().to_owned()
}

fn by<'h>(jeton: Jeton<'h>, user: &str) -> Jeton<'h> {
    jeton.var("LOGNAME", user)
}

#[test]
fn a_user_has_one_token() {
    let home = service();
    let secret = home.create("n8n");
    one_too_many(home.jeton(["create", "zapier"]).run());
    assert_eq!(listed(&home, &["--all"]), ["n8n"]);
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
    assert_eq!(home.sql::<String>("SELECT detail FROM event WHERE action = 'refuse'"), format!("policy {RULE}"));
}

#[test]
fn another_user_has_one_too() {
    let home = service();
    home.create("n8n");
    home.jeton(["create", "bobs", "--owner", "bob"]).run().exits(Exit::Done);
    by(home.jeton(["create", "carols"]), "carol").run().exits(Exit::Done);
    one_too_many(by(home.jeton(["create", "another of carol"]), "carol").run());
    one_too_many(home.jeton(["create", "another of bob", "--owner", "bob"]).run());
}

#[test]
fn there_is_no_way_around_the_rule() {
    let home = service();
    home.jeton(["create", "spent", "--max-uses", "1"]).run().exits(Exit::Done);
    home.tamper("UPDATE token SET uses = 1");
    home.jeton(["create", "ended", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(1));
    home.create("n8n");
    home.jeton(["create", "bobs", "--owner", "bob"]).run().exits(Exit::Done);
    one_too_many(home.jeton(["create", "admin", "--type", "admin"]).run());
    one_too_many(home.jeton(["create", "--from", "-"]).stdin(r#"{"name": "by request"}"#).run());
    one_too_many(home.jeton(["edit", "bobs", "--owner", "alice"]).run());
    one_too_many(home.jeton(["edit", "spent", "--max-uses", "2"]).run());
    one_too_many(home.jeton(["edit", "ended", "--expires", "never"]).run());
    assert_eq!(listed(&home, &["--owner", "alice"]), ["n8n"]);
}

#[test]
fn whoever_ends_a_token_may_have_another() {
    for end in [&["revoke", "n8n"][..], &["delete", "n8n", "--yes"]] {
        let home = service();
        home.create("n8n");
        home.jeton(end).run().exits(Exit::Done);
        home.create("zapier");
        one_too_many(home.jeton(["create", "make"]).run());
    }
}

#[test]
fn a_revoked_token_comes_back_only_where_there_is_room() {
    let home = service();
    let old = home.create("n8n");
    home.jeton(["revoke", "n8n"]).run().exits(Exit::Done);
    home.create("zapier");
    one_too_many(home.jeton(["restore", "n8n"]).run());
    assert_eq!(asked(&home, &old, &[]), Exit::Revoked);
    home.jeton(["delete", "zapier", "--yes"]).run().exits(Exit::Done);
    home.jeton(["restore", "n8n"]).run().exits(Exit::Done);
    assert_eq!(asked(&home, &old, &[]), Exit::Done);
}

#[test]
fn the_one_token_can_be_given_a_new_secret() {
    let home = service();
    let old = home.create("n8n");
    let new = home.jeton(["rotate", "n8n"]).run().exits(Exit::Done).out;
    assert_eq!((asked(&home, &old, &[]), asked(&home, &new, &[])), (Exit::Revoked, Exit::Done));
}

#[test]
fn the_command_in_the_refusal_changes_the_rule() {
    for change in [&["policy", "set", RULE, "2"][..], &["policy", "unset", RULE]] {
        let home = service();
        home.create("n8n");
        let error = home.jeton(["create", "zapier", "--json"]).run().exits(Exit::Refused).error_json();
        assert_eq!(error["code"], "refused");
        let command = format!("`jeton {} {RULE}", change[..2].join(" "));
        assert!(error["hint"].as_str().unwrap().contains(&command), "{command}: {error}");
        home.jeton(change).run().exits(Exit::Done);
        home.create("zapier");
    }
}

#[test]
fn tokens_from_before_the_rule_go_on() {
    let home = Home::with(&[]);
    let (first, second) = (home.create("n8n"), home.create("zapier"));
    home.jeton(["policy", "set", RULE, "1"]).run().exits(Exit::Done);
    assert_eq!((asked(&home, &first, &[]), asked(&home, &second, &[])), (Exit::Done, Exit::Done));
    home.jeton(["edit", "n8n", "-d", "the older one"]).run().exits(Exit::Done);
    one_too_many(home.jeton(["create", "make"]).run());
}

#[test]
fn a_token_has_no_end() {
    let home = service();
    let secret = home.create("n8n");
    home.pass(SignedDuration::from_hours(24 * 365 * 50));
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
    assert!(home.jeton(["show", "n8n", "--json"]).run().json()["expires_at"].is_null());
}

#[test]
fn deleting_warns_that_services_stop() {
    let home = service();
    let secret = home.create("n8n");
    home.jeton(["delete", "n8n"]).answers([""]).run().exits(Exit::Refused).says("services using it stop working");
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
    home.jeton(["delete", "n8n"]).answers(["y"]).run().exits(Exit::Done).says("services using it stop working");
    assert_eq!(asked(&home, &secret, &[]), Exit::Unknown);
}

#[test]
fn a_session_ends_after_ten_hours() {
    let home = service();
    let session = login(&home, "alice");
    home.pass(SignedDuration::from_secs(10 * 3600 - 1));
    assert_eq!(asked(&home, &session, &["--type", "session"]), Exit::Done);
    home.pass(SignedDuration::from_secs(1));
    assert_eq!(asked(&home, &session, &["--type", "session"]), Exit::Expired);
}

#[test]
fn an_environment_variable_sets_how_long_a_session_lives() {
    for (ttl, seconds) in [("45s", 45), ("30m", 1800), ("1h", 3600), ("2d", 172_800), ("1h 30m", 5400), ("", 36_000)] {
        let home = service();
        let session = home.jeton(["login"]).var(TTL, ttl).run().exits(Exit::Done).out;
        home.pass(SignedDuration::from_secs(seconds - 1));
        assert_eq!(asked(&home, &session, &[]), Exit::Done, "{ttl}");
        home.pass(SignedDuration::from_secs(1));
        assert_eq!(asked(&home, &session, &[]), Exit::Expired, "{ttl}");
    }
}

#[test]
fn a_variable_that_says_no_time_makes_no_session() {
    let home = service();
    for ttl in ["soon", "never", "0h", "-1h", "10", "2027-01-31"] {
        home.jeton(["login"]).var(TTL, ttl).run().exits(Exit::Usage).prints("").says(TTL);
    }
    assert!(listed(&home, &["--all"]).is_empty());
}

#[test]
fn a_session_without_an_end_is_not_offered() {
    let home = service();
    let ran = home.jeton(["login"]).var(TTL, "never").run().exits(Exit::Usage);
    assert!(!ran.err.contains("or never"), "{}", ran.err);
}

#[test]
fn the_policy_bounds_the_variable() {
    let home = service();
    home.jeton(["policy", "set", "session-ttl", "1h"]).run().exits(Exit::Done);
    let refused = home.jeton(["login"]).var(TTL, "61m").run().exits(Exit::Refused).prints("");
    refused.says("policy `session-ttl`").says(TTL).says("`jeton policy set session-ttl");
    let shorter = home.jeton(["login"]).var(TTL, "5m").run().exits(Exit::Done).out;
    let default = login(&home, "alice");
    home.pass(SignedDuration::from_mins(5));
    assert_eq!((asked(&home, &shorter, &[]), asked(&home, &default, &[])), (Exit::Expired, Exit::Done));
    home.pass(SignedDuration::from_mins(55));
    assert_eq!(asked(&home, &default, &[]), Exit::Expired);
}

#[test]
fn sessions_are_not_counted_as_tokens() {
    let home = service();
    for _ in 0..3 {
        login(&home, "alice");
    }
    home.create("n8n");
    login(&home, "alice");
    one_too_many(home.jeton(["create", "zapier"]).run());
    assert_eq!(listed(&home, &["--type", "session"]).len(), 4);
}

#[test]
fn logout_ends_all_of_a_users_sessions_and_nothing_else() {
    let home = service();
    let token = home.create("n8n");
    let (phone, laptop, bob) = (login(&home, "alice"), login(&home, "alice"), login(&home, "bob"));
    assert_eq!(listed(&home, &["--type", "session"]), ["session-bob-1", "session-alice-2", "session-alice-1"]);
    by(home.jeton(["logout"]), "alice").run().exits(Exit::Done).says("session-alice-1").says("session-alice-2");
    assert_eq!((asked(&home, &phone, &[]), asked(&home, &laptop, &[])), (Exit::Revoked, Exit::Revoked));
    assert_eq!((asked(&home, &bob, &[]), asked(&home, &token, &[])), (Exit::Done, Exit::Done));
}

#[test]
fn whoever_is_logged_out_can_log_in_again() {
    let home = service();
    let old = login(&home, "alice");
    home.jeton(["logout"]).run().exits(Exit::Done);
    home.jeton(["logout"]).run().exits(Exit::Done).says("you are not logged in");
    let new = login(&home, "alice");
    assert_eq!((asked(&home, &old, &[]), asked(&home, &new, &[])), (Exit::Revoked, Exit::Done));
}

#[test]
fn logout_of_all_ends_everybodys_sessions_and_no_token() {
    let home = service();
    let token = home.create("n8n");
    let sessions = ["alice", "bob", "bob", "carol"].map(|user| login(&home, user));
    home.jeton(["logout", "--all"]).run().exits(Exit::Refused).says("4 tokens").says("`--yes`");
    home.jeton(["logout", "--all"]).answers(["n"]).run().exits(Exit::Refused);
    assert!(sessions.iter().all(|session| asked(&home, session, &[]) == Exit::Done));
    home.jeton(["logout", "--all"]).answers(["y"]).run().exits(Exit::Done);
    assert!(sessions.iter().all(|session| asked(&home, session, &[]) == Exit::Revoked));
    assert_eq!(asked(&home, &token, &[]), Exit::Done);
    home.jeton(["logout", "--all"]).run().exits(Exit::Done).says("nobody is logged in");
}
