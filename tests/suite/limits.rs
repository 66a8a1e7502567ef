//! `--max-uses`: how often a token can be used, what is left of it, and what spends a use.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::home::Home;

/// A token with a limit; its secret.
#[track_caller]
fn limited(home: &Home, name: &str, uses: &str) -> String {
    let ran = home.jeton(["create", name, "--max-uses", uses, "--scope", "a"]).run().exits(Exit::Done);
    ran.out.trim_end().to_owned()
}

fn uses(home: &Home, name: &str) -> i64 {
    home.sql(&format!("SELECT uses FROM token WHERE name = '{name}'"))
}

#[test]
fn so_many_are_told_valid_and_no_more() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "3");
    for _ in 0..3 {
        home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    }
    for _ in 0..2 {
        let ran = home.jeton(["verify"]).stdin(&secret).run();
        ran.gives(Exit::UsedUp, "", &format!("used-up: web ({}), all 3 uses are spent\n", &secret[..16]));
    }
    assert_eq!(uses(&home, "web"), 3);
}

#[test]
fn show_list_and_json_tell_what_is_left() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "2");
    for (spent, left, status) in [(0, 2, "active"), (1, 1, "active"), (2, 0, "used-up")] {
        let shown = home.jeton(["show", "web"]).run().exits(Exit::Done).out;
        assert!(shown.contains(&format!("uses           {spent} of 2, {left} left\n")), "{shown}");
        assert!(shown.contains(&format!("status         {status}\n")), "{shown}");
        let table = home.jeton(["list", "--all"]).run().exits(Exit::Done).out;
        let row: Vec<_> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(row[2..4], [status, &left.to_string()], "{table}");
        let json = home.jeton(["show", "web", "--json"]).run().json();
        let told = [&json["max_uses"], &json["uses"], &json["status"]];
        assert_eq!(told, [&json!(2), &json!(spent), &json!(status)]);
        home.jeton(["verify"]).stdin(&secret).run();
    }
    home.jeton(["list", "-q"]).run().exits(Exit::Done).prints("");
}

#[test]
fn a_table_tells_what_is_left_only_where_something_is_limited() {
    let home = Home::with(&["free"]);
    assert!(!home.jeton(["list"]).run().out.contains("LEFT"));
    limited(&home, "web", "7");
    let table = home.jeton(["list"]).run().out;
    let left: Vec<_> = table.lines().map(|line| line.split_whitespace().nth(3).unwrap()).collect();
    assert_eq!(left, ["LEFT", "7", "-"], "{table}");
}

#[test]
fn the_verdict_tells_the_uses_with_the_one_it_spent() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "2");
    let told = |exit| home.jeton(["verify", "--json"]).stdin(&secret).run().exits(exit).json()["token"].take();
    assert_eq!((&told(Exit::Done)["uses"], &told(Exit::Done)["status"]), (&json!(1), &json!("used-up")));
    assert_eq!(told(Exit::UsedUp)["uses"], 2);
}

#[test]
fn whoever_lacks_what_is_asked_for_spends_nothing() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "1");
    for wanted in [["--type", "admin"], ["--owner", "bob"], ["--label", "env=a"], ["--scope", "b"]] {
        home.jeton(["verify", wanted[0], wanted[1]]).stdin(&secret).run().exits(Exit::Lacks);
    }
    home.jeton(["verify", "--scope", "a", "--scope", "b"]).stdin(&secret).run().exits(Exit::Lacks);
    assert_eq!((uses(&home, "web"), home.sql::<Option<i64>>("SELECT last_used_at FROM secret")), (0, None));
    let all = ["verify", "--type", "client", "--owner", "alice", "--scope", "a"];
    home.jeton(all).stdin(&secret).run().exits(Exit::Done);
    home.jeton(all).stdin(&secret).run().exits(Exit::UsedUp);
    // What is asked for comes before the uses.
    home.jeton(["verify", "--scope", "b"]).stdin(&secret).run().exits(Exit::Lacks);
}

#[test]
fn whoever_is_revoked_or_expired_spends_nothing() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "1");
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Revoked);
    home.jeton(["restore", "web"]).run().exits(Exit::Done);
    home.jeton(["edit", "web", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_hours(2));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Expired);
    assert_eq!(uses(&home, "web"), 0);
    home.jeton(["edit", "web", "--expires", "never"]).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(uses(&home, "web"), 1);
}

#[test]
fn peeking_spends_nothing_and_tells_the_same() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "1");
    let peek = |exit| {
        home.jeton(["verify", "--peek"]).stdin(&secret).run().exits(exit);
        home.jeton(["verify", "--peek", "--batch"]).stdin(format!("{secret}\n{secret}\n")).run().exits(exit);
    };
    peek(Exit::Done);
    assert_eq!((uses(&home, "web"), home.sql::<Option<i64>>("SELECT last_used_at FROM secret")), (0, None));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    peek(Exit::UsedUp);
    assert_eq!(uses(&home, "web"), 1);
}

#[test]
fn a_batch_spends_one_use_for_each_line_that_holds_and_none_for_the_others() {
    let home = Home::with(&[]);
    let (web, api) = (limited(&home, "web", "2"), limited(&home, "api", "5"));
    home.jeton(["edit", "api", "--scope", "b"]).run().exits(Exit::Done);
    let lines = format!("{api}\n{web}\nnonsense\n{web}\n{api}\n{web}\n");
    let ran = home.jeton(["verify", "--batch", "--scope", "a"]).stdin(lines).run().exits(Exit::Lacks);
    let verdicts: Vec<_> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["verdict"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(verdicts, ["lacks", "valid", "malformed", "valid", "lacks", "used-up"]);
    assert_eq!((uses(&home, "web"), uses(&home, "api")), (2, 0));
}

#[test]
fn both_secrets_of_a_rotation_spend_from_the_same_uses() {
    let home = Home::with(&[]);
    let old = limited(&home, "web", "2");
    let new = home.jeton(["rotate", "web", "--grace", "1h"]).run().exits(Exit::Done).out;
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&new).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::UsedUp);
    home.jeton(["verify"]).stdin(&new).run().exits(Exit::UsedUp);
}

#[test]
fn a_limit_can_be_raised_lowered_and_taken_away_and_keeps_the_count() {
    let home = Home::with(&[]);
    let secret = limited(&home, "web", "1");
    let verify = |exit| drop(home.jeton(["verify"]).stdin(&secret).run().exits(exit));
    verify(Exit::Done);
    verify(Exit::UsedUp);
    home.jeton(["edit", "web", "--max-uses", "3"]).run().exits(Exit::Done).says("\n  max uses: 1 -> 3\n");
    verify(Exit::Done);
    let ran = home.jeton(["edit", "web", "--max-uses", "1"]).run().exits(Exit::Done);
    ran.says("\n  max uses: 3 -> 1\nthis token does not work any more: it is used-up\n");
    verify(Exit::UsedUp);
    let shown = home.jeton(["show", "web"]).run().out;
    assert!(shown.contains("uses           2 of 1, 0 left\n"), "{shown}");
    home.jeton(["edit", "web", "--max-uses", "unlimited"]).run().says("\n  max uses: 1 -> unlimited\n");
    verify(Exit::Done);
    let shown = home.jeton(["show", "web"]).run().out;
    assert!(shown.contains("uses           not limited\n"), "{shown}");
    // Uses without a limit are not counted; those before are not forgotten.
    home.jeton(["edit", "web", "--max-uses", "3"]).run().exits(Exit::Done);
    verify(Exit::Done);
    verify(Exit::UsedUp);
}

#[test]
fn a_limit_is_a_whole_number_from_1_or_unlimited() {
    let home = Home::new();
    for bad in ["0", "-1", "1.5", "", "many", "1e3", "9223372036854775808", "99999999999999999999"] {
        let ran = home.jeton(["create", "web", &format!("--max-uses={bad}")]).run().exits(Exit::Usage).prints("");
        ran.says("write a whole number from 1, or unlimited");
    }
    assert!(!home.path("data").exists());
    let most = i64::MAX.to_string();
    let json = home.jeton(["create", "most", "--max-uses", &most, "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["max_uses"], i64::MAX);
    home.jeton(["verify"]).stdin(json["secret"].as_str().unwrap()).run().exits(Exit::Done);
    assert_eq!(uses(&home, "most"), 1);
    let json = home.jeton(["create", "none", "--max-uses", "unlimited", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["max_uses"], json!(null));
}

#[test]
fn uses_without_a_limit_are_not_counted() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(uses(&home, "web"), 0);
}
