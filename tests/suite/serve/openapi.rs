//! The document that describes the server, held to the server: by asking, and by schemathesis.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::Server;
use crate::support::peers;

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

fn document(server: &Server) -> Value {
    server.get("/openapi.json").send().is(200).json()
}

#[test]
fn the_document_is_there_for_everybody_and_of_this_version() {
    let server = Server::new();
    let answer = server.get("/openapi.json").send().is(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json()["openapi"], "3.1.0");
    assert_eq!(answer.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn each_path_takes_the_methods_that_are_described_and_no_other() {
    let server = Server::new();
    for (path, item) in document(&server)["paths"].as_object().unwrap() {
        let described = |method: &str| item.get(method.to_lowercase()).is_some();
        let takes = |method: &str| described(method) || (method == "HEAD" && described("GET"));
        // Asked by nobody, so that nothing is done.
        let asked = path.replace("{token}", "x").replace("{id}", "x").replace("{path}", "x");
        for method in METHODS {
            let answer = server.request(method, &asked).send();
            assert_eq!(answer.status != 405, takes(method), "{method} {path}: {answer:?}");
            if !takes(method) {
                let allowed: BTreeSet<_> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
                assert_eq!(allowed, METHODS.into_iter().filter(|method| takes(method)).collect(), "{method} {path}");
            }
        }
    }
}

#[test]
fn every_operation_that_needs_a_token_says_so_and_no_other() {
    let server = Server::new();
    let document = document(&server);
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            let Some(operation) = item.get(method.to_lowercase()) else { continue };
            let free = operation.get("security").is_some_and(|security| *security == json!([]));
            let asked = path.replace("{token}", "x").replace("{id}", "x").replace("{path}", "x");
            assert_eq!(server.request(method, &asked).send().status != 401, free, "{method} {path}");
        }
    }
}

/// Whether it has all that its schema requires and nothing that its schema does not know.
#[track_caller]
fn has_members_of(document: &Value, schema: &str, value: &Value) {
    let schema = &document["components"]["schemas"][schema];
    let known = |word: &str| -> BTreeSet<String> {
        let member = |member: &Value| member.as_str().unwrap().to_owned();
        match &schema[word] {
            Value::Array(members) => members.iter().map(member).collect(),
            members => members.as_object().unwrap().keys().cloned().collect(),
        }
    };
    let members: BTreeSet<_> = value.as_object().unwrap().keys().cloned().collect();
    assert!(members.is_superset(&known("required")), "{schema}: {value}");
    assert!(members.is_subset(&known("properties")), "{schema}: {value}");
}

#[test]
fn answers_have_the_members_that_are_described_and_no_other() {
    let server = Server::new();
    let document = document(&server);
    let admin = server.create(&["admin", "--type", "admin"]);
    let get = |path: &str| server.get(path).bearer(&admin).send().json();
    let mut made = server.post("/api/tokens").bearer(&admin).json(&json!({"name": "a"})).send().is(201).json();
    assert!(made.as_object_mut().unwrap().remove("secret").is_some());
    for token in get("/api/tokens").as_array().unwrap().iter().chain([&made]) {
        has_members_of(&document, "Token", token);
    }
    for event in get("/api/log").as_array().unwrap() {
        has_members_of(&document, "Event", event);
    }
    for problem in [get("/api/tokens/b"), server.get("/verify").send().json()] {
        has_members_of(&document, "Problem", &problem);
    }
    let asked = server.post("/introspect").bearer(&admin).form(&format!("token={admin}")).send().is(200);
    has_members_of(&document, "Introspection", &asked.json());
    has_members_of(&document, "OAuthError", &server.post("/introspect").send().is(401).json());
    has_members_of(&document, "Metadata", &get("/.well-known/oauth-authorization-server"));
    has_members_of(&document, "ApiKeys", &get("/api/apiKeys/list"));
    has_members_of(&document, "Success", &get("/api/apiKeys/testAuthentication"));
}

/// What schemathesis finds wrong when this token, of this name, asks for all that is described, rightly and wrongly.
/// The token is the only one that is left alone: whoever asks on would ask as nobody.
fn tried(server: &Server, name: &str, secret: &str) {
    let packages = ["schemathesis==4.32.5", "hypothesis==6.170.15"];
    let Some(python) = peers::python(&packages) else { return };
    for other in ["one", "two", "three"] {
        server.create(&[other, "--scope", "a.b", "--label", "env=production", "--owner", "alice"]);
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/serve/schemathesis");
    let mut schemathesis = server.machine.command(python);
    schemathesis
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(kept.join("schemathesis.toml"))
        .args(["run", "--no-color", "--checks", "all"])
        .arg(format!("http://{}/openapi.json", server.address))
        .env("PYTHONPATH", &kept)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("JETON_TOKEN", secret)
        .env("JETON_OWN", format!("{name},{}", &secret[..16]));
    let output = schemathesis.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.verify("", secret), 200, "{said}");
}

#[test]
fn what_is_described_holds_for_an_admin() {
    // Whoever tries it fails often.
    let server = Server::unslowed();
    let secret = server.create(&["admin", "--type", "admin"]);
    tried(&server, "admin", &secret);
}

/// To whom much is refused, by 403 and by 404.
#[test]
fn what_is_described_holds_for_an_operator() {
    let server = Server::unslowed();
    let scopes = ["create", "read", "edit", "revoke", "delete", "introspect"].map(|scope| format!("jeton.{scope}"));
    let scopes = scopes.iter().flat_map(|scope| ["--scope", scope]);
    let args: Vec<_> = ["operator", "--owner", "alice", "--scope", "*"].into_iter().chain(scopes).collect();
    let secret = server.create(&args);
    tried(&server, "operator", &secret);
}
