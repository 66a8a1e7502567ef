//! Unleash: tokens of different power, which only those with a permission create; everybody sees clients' tokens, only
//! admins see admins'; a token belongs to projects and an environment, may have an end, and is deleted.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::json;

use super::{asked, behind_gate, listed};
use crate::support::home::Home;

const READ: &str = "flags.read";
const EVALUATE: &str = "flags.evaluate";
const CREATE: &str = "jeton.create";

/// The secrets of a service that is set up.
struct Service {
    home: Home,
    admin: String,
    backend: String,
    frontend: String,
}

/// An admin, a backend's token for two projects in production, and a frontend's for all projects in development.
fn service() -> Service {
    let home = Home::with(&[]);
    let create = |words: &[&str]| home.jeton(["create"].iter().chain(words)).run().exits(Exit::Done).out;
    let admin = create(&["ops", "--type", "admin", "--label", "project=*", "--label", "environment=*"]);
    let [web, anywhere] = ["project=web,shop", "project=*"];
    let [production, development] = ["environment=production", "environment=development"];
    let backend = ["web-backend", "--label", web, "--label", production, "--label", "sdk=backend", "--scope", READ];
    let frontend =
        ["web-app", "--label", anywhere, "--label", development, "--label", "sdk=frontend", "--scope", EVALUATE];
    let (backend, frontend) = (create(&backend), create(&frontend));
    Service { home, admin, backend, frontend }
}

#[test]
fn an_admins_token_may_do_everything() {
    let Service { home, admin, .. } = service();
    for scope in [READ, EVALUATE, CREATE, "jeton.delete", "projects.create"] {
        assert_eq!(asked(&home, &admin, &["--scope", scope]), Exit::Done, "{scope}");
    }
    assert_eq!(asked(&home, &admin, &["--type", "admin", "--scope", READ, "--scope", CREATE]), Exit::Done);
}

#[test]
fn a_clients_token_may_do_what_it_is_for() {
    let Service { home, backend, frontend, .. } = service();
    for (secret, may, may_not) in [(&backend, READ, EVALUATE), (&frontend, EVALUATE, READ)] {
        assert_eq!(asked(&home, secret, &["--scope", may]), Exit::Done);
        assert_eq!(asked(&home, secret, &["--scope", may_not]), Exit::Lacks);
        assert_eq!(asked(&home, secret, &["--scope", may, "--scope", may_not]), Exit::Lacks);
        assert_eq!(asked(&home, secret, &["--type", "admin"]), Exit::Lacks);
    }
}

#[test]
fn a_label_tells_a_frontends_token_from_a_backends() {
    let Service { home, admin, backend, frontend } = service();
    assert_eq!(asked(&home, &frontend, &["--label", "sdk=frontend"]), Exit::Done);
    assert_eq!(asked(&home, &backend, &["--label", "sdk=frontend"]), Exit::Lacks);
    assert_eq!(asked(&home, &admin, &["--label", "sdk=frontend"]), Exit::Lacks);
    assert_eq!(asked(&home, &frontend, &["--label", "sdk=frontend,backend"]), Exit::Done);
    assert_eq!(listed(&home, &["--label", "sdk=frontend"]), ["web-app"]);
}

#[test]
fn creating_needs_a_permission() {
    let Service { home, admin, backend, .. } = service();
    let member = home.jeton(["create", "member", "--scope", CREATE]).run().exits(Exit::Done).out;
    let everything = home.jeton(["create", "greedy", "--scope", "*"]).run().exits(Exit::Done).out;
    let ask = |secret: &str, name: &str| {
        let create = home.jeton(["create", name, "--label", "project=web"]);
        behind_gate(&home, secret, &["--scope", CREATE], create).map(|ran| ran.exit)
    };
    assert_eq!(ask(&backend, "by a backend"), Err(Exit::Lacks));
    // Whoever may do everything in the service does not thereby rule over its tokens.
    assert_eq!(ask(&everything, "by a greedy one"), Err(Exit::Lacks));
    assert_eq!(ask(&member, "by a member"), Ok(Exit::Done));
    assert_eq!(ask(&admin, "by an admin"), Ok(Exit::Done));
    assert_eq!(listed(&home, &["--label", "project=web"])[..2], ["by an admin", "by a member"]);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token WHERE name LIKE 'by %'"), 2);
}

#[test]
fn only_an_admin_creates_admins() {
    let Service { home, admin, .. } = service();
    let member = home.jeton(["create", "member", "--scope", CREATE]).run().exits(Exit::Done).out;
    let ask = |secret: &str, name: &str| {
        behind_gate(&home, secret, &["--type", "admin"], home.jeton(["create", name, "--type", "admin"]))
            .map(|ran| ran.exit)
    };
    assert_eq!(ask(&member, "by a member"), Err(Exit::Lacks));
    assert_eq!(ask(&admin, "by an admin"), Ok(Exit::Done));
    assert_eq!(listed(&home, &["--type", "admin"]), ["by an admin", "ops"]);
}

#[test]
fn a_permission_ends_with_its_token() {
    let Service { home, admin, .. } = service();
    let gate = ["--scope", CREATE];
    home.jeton(["revoke", "ops"]).run().exits(Exit::Done);
    let create = |name: &str| behind_gate(&home, &admin, &gate, home.jeton(["create", name])).map(|ran| ran.exit);
    assert_eq!(create("too late"), Err(Exit::Revoked));
    home.jeton(["restore", "ops"]).run().exits(Exit::Done);
    assert_eq!(create("in time"), Ok(Exit::Done));
}

#[test]
fn everybody_sees_the_clients_tokens() {
    let Service { home, admin, backend, .. } = service();
    for secret in [&admin, &backend] {
        let ran = behind_gate(&home, secret, &[], home.jeton(["list", "--type", "client", "--json"]));
        let ran = ran.expect("everybody may").exits(Exit::Done).hides(admin.trim_end()).hides(backend.trim_end());
        let list = ran.json();
        let told: Vec<_> = list.as_array().unwrap().iter().map(|token| (&token["name"], &token["type"])).collect();
        let client = json!("client");
        assert_eq!(told, [(&json!("web-app"), &client), (&json!("web-backend"), &client)]);
    }
}

#[test]
fn only_admins_see_the_admins_tokens() {
    let Service { home, admin, backend, frontend } = service();
    let ask = |secret: &str| behind_gate(&home, secret, &["--type", "admin"], home.jeton(["list", "--type", "admin"]));
    for secret in [&backend, &frontend] {
        assert_eq!(ask(secret).map(|ran| ran.out).err(), Some(Exit::Lacks));
    }
    let seen = ask(&admin).unwrap_or_else(|exit| panic!("{exit:?}")).exits(Exit::Done).out;
    assert!(seen.contains("ops") && !seen.contains("web-"), "{seen}");
}

#[test]
fn a_token_belongs_to_its_projects_and_to_no_other() {
    let Service { home, backend, .. } = service();
    for (project, answer) in [
        ("project=web", Exit::Done),
        ("project=shop", Exit::Done),
        ("project=shop,bank", Exit::Done),
        ("project=bank", Exit::Lacks),
        ("project=we", Exit::Lacks),
        ("project=Web", Exit::Lacks),
        ("project=webshop", Exit::Lacks),
        ("team=web", Exit::Lacks),
    ] {
        assert_eq!(asked(&home, &backend, &["--label", project]), answer, "{project}");
    }
}

#[test]
fn a_token_of_all_projects_belongs_to_those_to_come_too() {
    let Service { home, admin, frontend, .. } = service();
    for project in ["project=web", "project=bank", "project=not-yet-thought-of"] {
        assert_eq!(asked(&home, &frontend, &["--label", project]), Exit::Done, "{project}");
        assert_eq!(asked(&home, &admin, &["--label", project]), Exit::Done, "{project}");
    }
}

#[test]
fn a_token_is_good_in_its_environment_only() {
    let Service { home, admin, backend, frontend } = service();
    for (secret, production, development) in
        [(&backend, Exit::Done, Exit::Lacks), (&frontend, Exit::Lacks, Exit::Done), (&admin, Exit::Done, Exit::Done)]
    {
        assert_eq!(asked(&home, secret, &["--label", "environment=production"]), production);
        assert_eq!(asked(&home, secret, &["--label", "environment=development"]), development);
    }
    let wrong = home.jeton(["verify", "--label", "environment=development"]).stdin(&backend).run();
    wrong.exits(Exit::Lacks).says("web-backend").says("has no label environment=development");
}

#[test]
fn a_token_without_an_environment_is_good_in_none() {
    let home = Home::with(&[]);
    let secret = home.create("plain");
    assert_eq!(asked(&home, &secret, &["--label", "environment=production"]), Exit::Lacks);
}

#[test]
fn project_environment_and_power_must_all_be_right() {
    let Service { home, backend, .. } = service();
    let ask = |project: &str, environment: &str, scope: &str| {
        let words = ["verify", "--json", "--label", project, "--label", environment, "--scope", scope];
        let ran = home.jeton(words).stdin(&backend).run();
        (ran.exit, ran.json()["lacks"].clone())
    };
    let (web, production) = ("project=web", "environment=production");
    assert_eq!(ask(web, production, READ), (Exit::Done, json!(null)));
    assert_eq!(ask("project=bank", production, READ), (Exit::Lacks, json!({"label": "project=bank"})));
    let lacks = json!({"label": "environment=development"});
    assert_eq!(ask(web, "environment=development", READ), (Exit::Lacks, lacks));
    assert_eq!(ask(web, production, EVALUATE), (Exit::Lacks, json!({"scopes": [EVALUATE]})));
}

#[test]
fn an_environment_is_said_once() {
    let Service { home, .. } = service();
    let words = ["create", "both", "--label", "environment=production", "--label", "environment=development"];
    home.jeton(words).run().exits(Exit::Usage).prints("").says("`environment`").says("given twice");
    assert!(!listed(&home, &["--all"]).contains(&"both".to_owned()));
}

#[test]
fn a_request_body_says_all_of_it_too() {
    let Service { home, .. } = service();
    let body = json!({
        "name": "shop-backend", "type": "client", "scopes": [READ], "expires": "2026-12-31T00:00:00Z",
        "labels": {"project": "shop", "environment": "production", "sdk": "backend"},
    });
    let secret = home.jeton(["create", "--from", "-"]).stdin(body.to_string()).run().exits(Exit::Done).out;
    let right = ["--label", "project=shop", "--label", "environment=production", "--scope", READ];
    assert_eq!(asked(&home, &secret, &right), Exit::Done);
    assert_eq!(asked(&home, &secret, &["--label", "project=web"]), Exit::Lacks);
    let shown = home.jeton(["show", "shop-backend", "--json"]).run().json();
    assert_eq!(shown["expires_at"], "2026-12-31T00:00:00.000Z");
}

#[test]
fn a_token_stops_at_its_end_and_goes_on_when_that_is_put_off() {
    let Service { home, .. } = service();
    let words = ["create", "trial", "--expires", "2026-11-22T12:00:00Z", "--label", "environment=production"];
    let secret = home.jeton(words).run().exits(Exit::Done).out;
    let gate = ["--label", "environment=production"];
    home.pass(SignedDuration::from_hours(24) - SignedDuration::from_millis(1));
    assert_eq!(asked(&home, &secret, &gate), Exit::Done);
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(asked(&home, &secret, &gate), Exit::Expired);
    // That it has ended is the answer whatever else is wrong.
    assert_eq!(asked(&home, &secret, &["--label", "environment=development"]), Exit::Expired);
    home.jeton(["edit", "trial", "--expires", "30d"]).run().exits(Exit::Done);
    assert_eq!(asked(&home, &secret, &gate), Exit::Done);
}

#[test]
fn tokens_without_an_end_go_on() {
    let Service { home, backend, .. } = service();
    home.pass(SignedDuration::from_hours(24 * 365 * 20));
    assert_eq!(asked(&home, &backend, &["--scope", READ]), Exit::Done);
}

#[test]
fn it_is_told_when_a_token_was_last_seen() {
    let Service { home, backend, .. } = service();
    let seen = || home.jeton(["show", "web-backend", "--json"]).run().json()["last_used_at"].clone();
    // A request for another environment is not the token's use.
    assert_eq!(asked(&home, &backend, &["--label", "environment=development"]), Exit::Lacks);
    assert_eq!(seen(), json!(null));
    home.pass(SignedDuration::from_hours(1));
    assert_eq!(asked(&home, &backend, &["--label", "environment=production"]), Exit::Done);
    assert_eq!(seen(), "2026-11-21T13:00:00.000Z");
}

#[test]
fn the_list_is_narrowed_to_a_project_and_an_environment() {
    let Service { home, .. } = service();
    let clients = |labels: &[&str]| {
        let words: Vec<_> = labels.iter().flat_map(|label| ["--label", label]).chain(["--type", "client"]).collect();
        listed(&home, &words)
    };
    assert_eq!(clients(&["project=shop"]), ["web-app", "web-backend"]);
    assert_eq!(clients(&["project=bank"]), ["web-app"]);
    assert_eq!(clients(&["project=shop", "environment=production"]), ["web-backend"]);
    assert!(clients(&["project=bank", "environment=production"]).is_empty());
}

#[test]
fn a_deleted_token_opens_nothing_and_is_seen_by_nobody() {
    let Service { home, admin, backend, frontend } = service();
    let delete = home.jeton(["delete", "web-backend"]).answers(["y"]);
    let ran = behind_gate(&home, &admin, &["--scope", "jeton.delete"], delete);
    ran.unwrap_or_else(|exit| panic!("{exit:?}")).exits(Exit::Done).says("services using it stop working");
    assert_eq!(asked(&home, &backend, &["--label", "project=web"]), Exit::Unknown);
    assert_eq!(listed(&home, &["--all"]), ["web-app", "ops"]);
    assert_eq!(asked(&home, &frontend, &["--label", "project=web"]), Exit::Done);
    let delete = home.jeton(["delete", "ops", "--yes"]);
    assert_eq!(behind_gate(&home, &frontend, &["--scope", "jeton.delete"], delete).err(), Some(Exit::Lacks));
    assert_eq!(asked(&home, &admin, &["--type", "admin"]), Exit::Done);
}

#[test]
fn all_clients_of_an_environment_are_deleted_together() {
    let Service { home, admin, backend, frontend } = service();
    let words = ["delete", "--type", "client", "--label", "environment=development"];
    home.jeton(words).answers(["n"]).run().exits(Exit::Refused).says("web-app");
    home.jeton(words).answers(["y"]).run().exits(Exit::Done).says("deleted web-app");
    let left = [&frontend, &backend, &admin].map(|secret| asked(&home, secret, &[]));
    assert_eq!(left, [Exit::Unknown, Exit::Done, Exit::Done]);
}
