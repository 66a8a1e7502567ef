//! Scopes from end to end: what `create --scope` grants, what `verify --scope` is answered, and whom `--scope` finds.

use jeton::token::exit::Exit;
use jeton::token::scope::{Grant, Scope};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::support::home::{Home, Jeton};

/// A saying with `--scope` before each of these.
fn with_scopes<'h>(home: &'h Home, words: &[&str], scopes: &[&str]) -> Jeton<'h> {
    home.jeton(words.iter().copied().chain(scopes.iter().flat_map(|scope| ["--scope", scope])))
}

#[track_caller]
fn granted(home: &Home, name: &str, grants: &[&str]) -> String {
    with_scopes(home, &["create", name], grants).run().exits(Exit::Done).out.trim_end().to_owned()
}

fn asked(home: &Home, secret: &str, scopes: &[&str]) -> Exit {
    with_scopes(home, &["verify"], scopes).stdin(secret).run().exit
}

#[test]
fn a_grant_answers_for_what_it_covers_and_for_nothing_else() {
    let home = Home::with(&[]);
    for (number, (grant, yes, no)) in [
        ("a.b", &["a.b"][..], &["a", "a.b.c", "a.c", "A.b", "a.bc", "b"][..]),
        ("x.*", &["x.y", "x.y.z", "x.a.b.c.d.e.f.g"], &["x", "xy.z", "y", "X.y"]),
        ("x.y.*", &["x.y.z"], &["x.y", "x.z", "x.yz.a"]),
        ("*", &["x", "x.y.z", "jeton", "jetons.read"], &["jeton.read", "jeton.a.b"]),
        ("jeton.*", &["jeton.read", "jeton.a.b"], &["jeton", "x"]),
        ("repo:status/x-y_z.9", &["repo:status/x-y_z.9"], &["repo"]),
    ]
    .into_iter()
    .enumerate()
    {
        let secret = granted(&home, &format!("t{number}"), &[grant]);
        for scope in yes {
            assert_eq!(asked(&home, &secret, &[scope]), Exit::Done, "{grant} {scope}");
        }
        for scope in no {
            assert_eq!(asked(&home, &secret, &[scope]), Exit::Lacks, "{grant} {scope}");
        }
    }
}

#[test]
fn all_that_are_asked_for_are_needed_and_any_grant_may_cover_each() {
    let home = Home::with(&[]);
    let secret = granted(&home, "web", &["a.b", "c.*"]);
    assert_eq!(asked(&home, &secret, &["a.b", "c.d", "c.e.f"]), Exit::Done);
    assert_eq!(asked(&home, &secret, &["a.b", "c"]), Exit::Lacks);
    assert_eq!(asked(&home, &secret, &["z", "a.b"]), Exit::Lacks);
    assert_eq!(asked(&home, &secret, &["a.b", "a.b"]), Exit::Done);
}

#[test]
fn without_a_grant_nothing_is_covered_and_without_a_question_nothing_is_lacking() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    assert_eq!(asked(&home, &secret, &["a"]), Exit::Lacks);
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
}

#[test]
fn an_admin_has_every_scope_jetons_own_too() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "root", "--type", "admin"]).run().exits(Exit::Done);
    assert_eq!(asked(&home, &ran.out, &["a.b", "jeton.create", "jeton.a.b"]), Exit::Done);
    let session = home.jeton(["create", "s", "--type", "session"]).run().exits(Exit::Done);
    assert_eq!(asked(&home, &session.out, &["a.b"]), Exit::Lacks);
}

#[test]
fn the_verdict_tells_all_scopes_that_are_lacking_and_only_those() {
    let home = Home::with(&[]);
    let secret = granted(&home, "web", &["a.b"]);
    let id = &secret[..16];
    let verify = |words: &[&str], scopes: &[&str]| with_scopes(&home, words, scopes).stdin(&secret).run();
    verify(&["verify"], &["z.y", "a.b", "x"]).gives(
        Exit::Lacks,
        "",
        &format!("lacks: web ({id}) has no scopes z.y, x\n"),
    );
    verify(&["verify"], &["x"]).gives(Exit::Lacks, "", &format!("lacks: web ({id}) has no scope x\n"));
    verify(&["verify", "-q"], &["x"]).gives(Exit::Lacks, "", "");
    let json = verify(&["verify", "--json"], &["z.y", "a.b", "x"]).exits(Exit::Lacks).says_nothing().json();
    assert_eq!((&json["verdict"], &json["lacks"]), (&json!("lacks"), &json!({"scopes": ["z.y", "x"]})));
    assert_eq!((&json["token"]["name"], &json["token"]["scopes"]), (&json!("web"), &json!(["a.b"])));
    let json = verify(&["verify", "--json"], &["a.b"]).exits(Exit::Done).json();
    assert_eq!(json.get("lacks"), None);
}

#[test]
fn an_asked_scope_holds_no_wildcard() {
    let home = Home::with(&["web"]);
    for words in [&["verify"][..], &["list"], &["revoke"], &["delete"]] {
        for scope in ["*", "a.*"] {
            let ran = with_scopes(&home, words, &[scope]).run().exits(Exit::Usage).prints("");
            ran.says("the whole name of a scope is wanted here, without `*`");
        }
    }
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn what_is_no_grant_is_refused_before_anything_is_made() {
    let home = Home::new();
    let nine = ["a"; 9].join(".");
    for bad in ["", ".", "a.", ".a", "a..b", "a b", "ä", "a,b", "a\n", "a*", "*.a", "a.*.b", "**", "a.b*", &nine] {
        let ran = home.jeton(["create", "web", &format!("--scope={bad}")]).run().exits(Exit::Usage).prints("");
        assert_eq!(ran.err.lines().count(), 2, "{bad:?}: {}", ran.err);
    }
    assert!(!home.path("data").exists());
}

#[test]
fn eight_segments_are_the_most_and_a_wildcard_is_one() {
    let home = Home::with(&[]);
    let eight = "a.b.c.d.e.f.g.h";
    let secret = granted(&home, "whole", &[eight]);
    assert_eq!(asked(&home, &secret, &[eight]), Exit::Done);
    let secret = granted(&home, "wild", &["a.b.c.d.e.f.g.*"]);
    assert_eq!(asked(&home, &secret, &[eight]), Exit::Done);
    with_scopes(&home, &["create", "long"], &["a.b.c.d.e.f.g.h.*"]).run().exits(Exit::Usage);
    assert_eq!(asked(&home, &secret, &["a.b.c.d.e.f.g.h.i"]), Exit::Usage);
}

#[test]
fn grants_are_told_in_the_order_given_each_once() {
    let home = Home::with(&[]);
    let grants = ["c.*", "a.b", "c.*", "*"];
    with_scopes(&home, &["create", "web"], &grants).run().exits(Exit::Done).says("\n  scopes: c.*, a.b, *\n");
    let shown = home.jeton(["show", "web"]).run().exits(Exit::Done).out;
    assert!(shown.contains("\nscopes         c.*, a.b, *\n"), "{shown}");
    let json = home.jeton(["list", "--json"]).run().json();
    assert_eq!(json[0]["scopes"], json!(["c.*", "a.b", "*"]));
    let json = with_scopes(&home, &["create", "api", "--json"], &grants).run().json();
    assert_eq!(json["scopes"], json!(["c.*", "a.b", "*"]));
}

#[test]
fn a_list_finds_whoever_may_do_it_by_whatever_grant() {
    let home = Home::with(&["none"]);
    granted(&home, "exact", &["a.b"]);
    granted(&home, "under", &["a.*"]);
    granted(&home, "all", &["*"]);
    granted(&home, "other", &["b", "jeton.read"]);
    home.jeton(["create", "root", "--type", "admin"]).run().exits(Exit::Done);
    let list = |scopes: &[&str]| with_scopes(&home, &["list", "-q"], scopes).run().exits(Exit::Done).out;
    assert_eq!(list(&["a.b"]), "root\nall\nunder\nexact\n");
    assert_eq!(list(&["a.c"]), "root\nall\nunder\n");
    assert_eq!(list(&["a"]), "root\nall\n");
    assert_eq!(list(&["b", "jeton.read"]), "root\nother\n");
    with_scopes(&home, &["list", "--type", "client"], &["jeton.create"]).run().gives(
        Exit::Done,
        "",
        "no token matches\n",
    );
}

/// What covers what is the rule of one type; here the whole way is asked: words, file, verdict, exit code.
#[test]
fn whatever_is_granted_and_asked_the_exit_code_is_what_the_rule_says() {
    let home = Home::with(&[]);
    let segment = || prop_oneof![4 => "[ab]", 1 => Just("jeton".to_owned()), 1 => "[A-Za-z0-9_:/-]{1,6}"];
    let stem = || prop::collection::vec(segment(), 1..=7).prop_map(|segments| segments.join("."));
    let grant = prop_oneof![2 => stem(), 2 => stem().prop_map(|stem| stem + ".*"), 1 => Just("*".to_owned())];
    let case = (prop::collection::vec(grant, 0..4), prop::collection::vec(stem(), 1..4), prop::option::of(0..4usize));
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let numbers = std::cell::Cell::new(0);
    let outcome = runner.run(&case, |(grants, mut wanted, under)| {
        // Often one that lies under a grant, so that both answers are met.
        if let Some(grant) = under.and_then(|at| grants.get(at)).filter(|grant| *grant != "*") {
            wanted = vec![grant.replace('*', "b")];
        }
        numbers.set(numbers.get() + 1);
        let flag = |scope: &String| format!("--scope={scope}");
        let words = ["create".to_owned(), format!("t{}", numbers.get())].into_iter().chain(grants.iter().map(flag));
        let secret = home.jeton(words).run().exits(Exit::Done).out;
        let words = ["verify".to_owned()].into_iter().chain(wanted.iter().map(flag));
        let exit = home.jeton(words).stdin(&secret).run().exit;
        let covered = |scope: &String| {
            let scope = Scope::parse(scope).unwrap();
            grants.iter().any(|grant| Grant::parse(grant).unwrap().covers(&scope))
        };
        let expected = if wanted.iter().all(covered) { Exit::Done } else { Exit::Lacks };
        prop_assert_eq!(exit, expected);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_token_has_so_many_scopes_and_no_more() {
    let home = Home::with(&[]);
    let asked = |count: usize| {
        let scopes: Vec<_> = (0..count).map(|number| format!("a.{number}")).collect();
        serde_json::json!({"name": format!("of {count}"), "scopes": scopes}).to_string()
    };
    home.jeton(["create", "--from", "-"]).stdin(asked(256)).run().exits(Exit::Done);
    home.jeton(["create", "--from", "-"]).stdin(asked(257)).run().exits(Exit::Usage).says("at most 256 scopes");
    home.jeton(["edit", "of 256", "--add-scope", "b"]).run().exits(Exit::Usage).says("at most 256 scopes");
}
