//! Types, owners and labels: given by `create`, told by `show` and `list`, asked for by `verify`, and chosen by in
//! `list`, `revoke` and `delete`.

use std::collections::BTreeSet;

use jeton::token::exit::Exit;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::support::home::{Home, Jeton};

#[track_caller]
fn made(home: &Home, words: &[&str]) -> String {
    let words = ["create"].into_iter().chain(words.iter().copied());
    home.jeton(words).run().exits(Exit::Done).out.trim_end().to_owned()
}

fn asked<'h>(home: &'h Home, secret: &str, words: &[&str]) -> Jeton<'h> {
    home.jeton(["verify"].into_iter().chain(words.iter().copied())).stdin(secret)
}

#[test]
fn a_token_is_of_the_type_owner_and_labels_that_were_said() {
    let home = Home::with(&[]);
    made(
        &home,
        &["web", "--type", "admin", "--owner", "Büro 3", "--label", "project=web,shop", "-l", "env=production"],
    );
    let json = home.jeton(["show", "web", "--json"]).run().json();
    assert_eq!((&json["type"], &json["owner"]), (&json!("admin"), &json!("Büro 3")));
    assert_eq!(json["labels"], json!({"env": "production", "project": "web,shop"}));
    let shown = home.jeton(["show", "web"]).run().exits(Exit::Done).out;
    assert!(shown.contains("type           admin\nowner          Büro 3\n"), "{shown}");
    assert!(shown.contains("labels         env=production, project=web,shop\n"), "{shown}");
}

#[test]
fn a_type_is_client_unless_said_and_one_of_three() {
    let home = Home::new();
    for words in [&["create", "web"][..], &["list"], &["revoke"], &["delete"]] {
        for bad in ["root", "Admin", "", "client,root"] {
            let ran = home.jeton(words.iter().copied().chain(["--type", bad])).run().exits(Exit::Usage);
            ran.says("a type is client, admin or session").prints("");
        }
    }
    home.jeton(["verify", "--type", "root"]).run().exits(Exit::Usage).says("a type is client, admin or session");
    assert!(!home.path("data").exists());
    home.create("web");
    assert_eq!(home.jeton(["show", "web", "--json"]).run().json()["type"], "client");
    home.jeton(["create", "two", "--type", "client,admin"]).run().exits(Exit::Usage);
}

#[test]
fn one_of_the_types_asked_for_is_enough() {
    let home = Home::with(&[]);
    let secrets =
        ["client", "admin", "session"].map(|kind| (kind, made(&home, &[&format!("a {kind}"), "--type", kind])));
    for (kind, secret) in &secrets {
        for (words, types) in [
            (&["--type", "client,admin"][..], &["client", "admin"][..]),
            (&["--type", "client", "--type", "admin"], &["client", "admin"]),
            (&["-t", "session"], &["session"]),
            (&["--type=client,admin,session"], &["client", "admin", "session"]),
        ] {
            let expected = if types.contains(kind) { Exit::Done } else { Exit::Lacks };
            asked(&home, secret, words).run().exits(expected);
        }
    }
    let (_, session) = &secrets[2];
    asked(&home, session, &["--type", "client,admin"])
        .run()
        .exits(Exit::Lacks)
        .says(&format!("lacks: a session ({}) is not of type client or admin\n", &session[..16]));
    let json = asked(&home, session, &["--type", "client,admin", "--json"]).run().exits(Exit::Lacks).json();
    assert_eq!(json["lacks"], json!({"type": ["client", "admin"]}));
}

#[test]
fn an_owner_is_asked_for_by_the_whole_name_in_any_spelling_of_unicode() {
    let home = Home::with(&[]);
    let secret = made(&home, &["web", "--owner", "Zoe\u{308}"]);
    asked(&home, &secret, &["--owner", "Zoë"]).run().exits(Exit::Done);
    for other in ["zoë", "Zo", "Zoe", "Zoëë"] {
        asked(&home, &secret, &["--owner", other]).run().exits(Exit::Lacks);
    }
    let ran = asked(&home, &secret, &["--owner", "bob"]).run().exits(Exit::Lacks);
    ran.says(&format!("lacks: web ({}) does not belong to bob\n", &secret[..16]));
    let json = asked(&home, &secret, &["--owner", "bob", "--json"]).run().exits(Exit::Lacks).json();
    assert_eq!(json["lacks"], json!({"owner": "bob"}));
}

#[test]
fn any_value_of_a_set_may_be_asked_for_and_any_of_several_is_enough() {
    let home = Home::with(&[]);
    let secret = made(&home, &["web", "--label", "project=web,shop", "--label", "env=production"]);
    for (label, exit) in [
        ("project=web", Exit::Done),
        ("project=shop", Exit::Done),
        ("project=bank,shop", Exit::Done),
        ("project=web,shop", Exit::Done),
        ("project=bank", Exit::Lacks),
        ("project=we", Exit::Lacks),
        ("project=Web", Exit::Lacks),
        ("Project=web", Exit::Lacks),
        ("env=web", Exit::Lacks),
        ("team=web", Exit::Lacks),
        ("env=production,staging", Exit::Done),
    ] {
        asked(&home, &secret, &["--label", label]).run().exits(exit);
    }
}

#[test]
fn several_labels_are_all_needed_and_the_first_that_is_lacking_is_told() {
    let home = Home::with(&[]);
    let secret = made(&home, &["web", "--label", "project=web,shop", "--label", "env=production"]);
    asked(&home, &secret, &["--label", "project=web", "--label", "env=production"]).run().exits(Exit::Done);
    asked(&home, &secret, &["--label", "project=web", "--label", "project=shop"]).run().exits(Exit::Done);
    asked(&home, &secret, &["--label", "project=web", "--label", "project=bank"]).run().exits(Exit::Lacks);
    let words = ["--label", "env=production", "--label", "env=test,staging", "--label", "x=y"];
    let ran = asked(&home, &secret, &words).run().exits(Exit::Lacks);
    ran.says(&format!("lacks: web ({}) has no label env=test,staging\n", &secret[..16]));
    let json = asked(&home, &secret, &["--label", "env=test", "--json"]).run().exits(Exit::Lacks).json();
    assert_eq!(json["lacks"], json!({"label": "env=test"}));
}

#[test]
fn a_key_has_one_value() {
    let home = Home::new();
    for labels in [["env=a", "env=b"], ["env=a", "env=a"]] {
        home.jeton(["create", "web", "--label", labels[0], "--label", labels[1]]).run().gives(
            Exit::Usage,
            "",
            "error: the label `env`: it is given twice, and a key has one value\n\
             hint: write a set as one value, such as project=web,shop\n",
        );
    }
    assert!(!home.path("data").exists());
}

#[test]
fn what_is_no_label_or_owner_is_refused_before_anything_is_made() {
    let home = Home::new();
    let long = "x".repeat(101);
    for label in ["", "env", "=a", "env=", "a b=c", "ä=b", "env=a,,b", "env=a,", "env= a", "env=a\nb", "env=\u{202e}a"]
    {
        home.jeton(["create", "web", "--label", label]).run().exits(Exit::Usage).prints("").says("label");
    }
    for owner in ["", " ", "a ", "a\nb", "a\u{1b}[2J", "\u{202e}a", "\u{200b}", &long] {
        let ran = home.jeton(["create", "web", "--owner", owner]).run().exits(Exit::Usage).prints("");
        let ran = ran.says("an owner is 1 to 100 visible characters on one line, with no blank at its ends");
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    }
    assert!(!home.path("data").exists());
}

/// What was said of a token when it was made.
struct Member {
    name: &'static str,
    kind: &'static str,
    owner: &'static str,
    labels: &'static [&'static str],
    grants: &'static [&'static str],
}

const MEMBERS: [Member; 6] = [
    Member { name: "plain", kind: "client", owner: "alice", labels: &[], grants: &[] },
    Member {
        name: "web",
        kind: "client",
        owner: "alice",
        labels: &["env=production", "project=web,shop"],
        grants: &["a.b"],
    },
    Member {
        name: "shop",
        kind: "client",
        owner: "bob",
        labels: &["env=production", "project=shop"],
        grants: &["a.*"],
    },
    Member { name: "test", kind: "client", owner: "bob", labels: &["env=test"], grants: &["*"] },
    Member { name: "root", kind: "admin", owner: "alice", labels: &["env=production"], grants: &[] },
    Member { name: "guest", kind: "session", owner: "carol d", labels: &["project=web"], grants: &["b"] },
];

/// Tokens of every kind, to be chosen from.
struct Crowd {
    home: Home,
    secrets: Vec<String>,
}

impl Crowd {
    fn new() -> Crowd {
        let home = Home::with(&[]);
        let secrets = MEMBERS
            .iter()
            .map(|member| {
                let mut words = vec![member.name, "--type", member.kind, "--owner", member.owner];
                words.extend(member.labels.iter().flat_map(|label| ["--label", label]));
                words.extend(member.grants.iter().flat_map(|grant| ["--scope", grant]));
                made(&home, &words)
            })
            .collect();
        Crowd { home, secrets }
    }

    /// Does this to a copy of the vault; the names in its JSON.
    #[track_caller]
    fn chosen(&self, words: &[&str], filter: &[&str]) -> BTreeSet<String> {
        let copy = self.home.path("copy.db");
        std::fs::copy(self.home.vault(), &copy).unwrap();
        let place = ["--json", "--vault", copy.to_str().unwrap()];
        let words = words.iter().chain(filter).copied().chain(place);
        let json = self.home.jeton(words).run().exits(Exit::Done).json();
        std::fs::remove_file(copy).unwrap();
        json.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Whom a verification does not find lacking.
    fn verified(&self, filter: &[&str]) -> BTreeSet<String> {
        let words = ["verify", "--batch", "--peek"].into_iter().chain(filter.iter().copied());
        let answers = self.home.jeton(words).stdin(self.secrets.join("\n")).run();
        let answers = answers.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let (valid, lacking): (Vec<_>, Vec<_>) = answers.partition(|answer| answer["verdict"] == "valid");
        assert!(lacking.iter().all(|answer| answer["verdict"] == "lacks" && answer["lacks"].is_object()));
        assert_eq!(valid.len() + lacking.len(), self.secrets.len());
        valid.iter().map(|answer| answer["token"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_filter_means_the_same_to_list_verify_revoke_and_delete() {
    let crowd = Crowd::new();
    for (filter, names) in [
        (&["--owner", "alice"][..], &["plain", "web", "root"][..]),
        (&["--owner", "carol d"], &["guest"]),
        (&["--type", "client"], &["plain", "web", "shop", "test"]),
        (&["--type", "admin,session"], &["root", "guest"]),
        (&["--label", "env=production"], &["web", "shop", "root"]),
        (&["--label", "project=web"], &["web", "guest"]),
        (&["--label", "env=production", "--label", "project=shop,bank"], &["web", "shop"]),
        (&["--scope", "a.b"], &["web", "shop", "test", "root"]),
        (&["--scope", "a.b", "--scope", "b"], &["test", "root"]),
        (&["--scope", "a.b", "--owner", "bob", "--type", "client", "--label", "env=test"], &["test"]),
        (&["--owner", "nobody"], &[]),
    ] {
        let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        for words in [&["list"][..], &["revoke", "--yes"], &["delete", "--yes"]] {
            assert_eq!(crowd.chosen(words, filter), names, "{words:?} {filter:?}");
        }
        assert_eq!(crowd.verified(filter), names, "verify {filter:?}");
    }
}

#[test]
fn what_a_filter_does_not_choose_is_left_alone() {
    let crowd = Crowd::new();
    let home = &crowd.home;
    home.jeton(["revoke", "--owner", "bob", "--yes"]).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).run().prints("guest\nroot\nweb\nplain\n");
    home.jeton(["delete", "--label", "env=production", "--yes"]).run().exits(Exit::Done);
    home.jeton(["list", "-q", "--all"]).run().prints("guest\ntest\nplain\n");
}

#[test]
fn a_filter_that_finds_none_changes_nothing_and_is_no_failure() {
    let home = Home::with(&["web"]);
    home.jeton(["list", "--owner", "bob"]).run().gives(Exit::Done, "", "no token matches\n");
    home.jeton(["list", "--owner", "bob", "--json"]).run().gives(Exit::Done, "[]\n", "");
    for verb in ["revoke", "delete"] {
        // Nobody is asked, since nothing would be done.
        home.jeton([verb, "--owner", "bob"]).answers([]).run().gives(
            Exit::Done,
            "",
            "no token matches; nothing was changed\n",
        );
        let ran = home.jeton([verb, "--owner", "bob", "--json"]).run().exits(Exit::Done);
        assert_eq!(ran.json(), json!([]));
    }
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn a_filter_that_finds_only_what_no_longer_works_says_so() {
    let home = Home::with(&["web", "other"]);
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    home.jeton(["edit", "other", "--owner", "bob"]).run().exits(Exit::Done);
    home.jeton(["list", "--owner", "alice"]).run().gives(
        Exit::Done,
        "",
        "no token that matches works now; `--all` shows those that no longer do\n",
    );
    home.jeton(["list", "--owner", "alice", "--all", "-q"]).run().prints("web\n");
}

#[test]
fn names_and_filters_exclude_each_other() {
    let home = Home::with(&["web"]);
    for verb in ["revoke", "delete"] {
        for filter in [["--owner", "alice"], ["--type", "client"], ["--label", "a=b"], ["--scope", "a"]] {
            home.jeton([verb, "web", "--yes", filter[0], filter[1]]).run().exits(Exit::Usage).prints("");
        }
    }
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn a_table_tells_types_only_where_they_differ_from_client() {
    let home = Home::with(&["web"]);
    assert!(!home.jeton(["list"]).run().out.contains("TYPE"));
    made(&home, &["root", "--type", "admin"]);
    let table = home.jeton(["list"]).run().out;
    let types: Vec<_> = table.lines().map(|line| line.split_whitespace().nth(3).unwrap()).collect();
    assert_eq!(types, ["TYPE", "admin", "client"], "{table}");
}

/// A filter as the documentation tells it, against tokens of every kind.
#[test]
fn whatever_is_asked_for_the_list_is_what_the_rules_say() {
    let crowd = Crowd::new();
    let of = |values: &'static [&'static str]| prop::sample::select(values);
    let case = (
        prop::option::of(of(&["alice", "bob", "carol d", "carol"])),
        prop::collection::btree_set(of(&["client", "admin", "session"]), 0..3),
        prop::collection::vec((of(&["env", "project", "team"]), of(&["web", "shop", "production", "test,web"])), 0..3),
        prop::collection::vec(of(&["a", "a.b", "a.b.c", "b", "jeton.read"]), 0..3),
    );
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&case, |(owner, types, labels, scopes)| {
        let types: Vec<_> = types.into_iter().collect();
        let mut words = vec!["list".to_owned(), "-q".to_owned()];
        words.extend(owner.map(|owner| format!("--owner={owner}")));
        words.extend((!types.is_empty()).then(|| format!("--type={}", types.join(","))));
        words.extend(labels.iter().map(|(key, value)| format!("--label={key}={value}")));
        words.extend(scopes.iter().map(|scope| format!("--scope={scope}")));
        let listed = crowd.home.jeton(&words).run().exits(Exit::Done).out;
        let label = |held: &[&str], key: &str, value: &str| {
            let values = held.iter().find_map(|label| label.strip_prefix(&format!("{key}=")));
            values.is_some_and(|values| values.split(',').any(|held| value.split(',').any(|asked| asked == held)))
        };
        let covers = |grant: &str, scope: &str| match grant {
            "*" => !scope.starts_with("jeton."),
            "a.*" => scope.starts_with("a."),
            exact => exact == scope,
        };
        let expected: String = MEMBERS
            .iter()
            .rev()
            .filter(|member| {
                let has = |scope: &str| member.grants.iter().any(|grant| covers(grant, scope));
                owner.is_none_or(|owner| owner == member.owner)
                    && (types.is_empty() || types.contains(&member.kind))
                    && labels.iter().all(|(key, value)| label(member.labels, key, value))
                    && scopes.iter().all(|scope| member.kind == "admin" || has(scope))
            })
            .map(|member| format!("{}\n", member.name))
            .collect();
        prop_assert_eq!(listed, expected, "{:?}", words);
        Ok(())
    });
    outcome.unwrap();
}
