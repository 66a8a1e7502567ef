//! OAuth's introspection and revocation, and libraries of OAuth that ask for them.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::{Answer, Request, Server, stdout};
use crate::support::peers;
use crate::support::real::Machine;

const EITHER: &str = "Bearer realm=\"jeton\", Basic realm=\"jeton\"";

/// A server, the secret of who may ask it and the secret of who may revoke.
fn with_callers() -> (Server, String, String) {
    let server = Server::new();
    let reader = server.create(&["gateway", "--scope", "jeton.introspect"]);
    let revoker = server.create(&["scanner", "--scope", "jeton.revoke"]);
    (server, reader, revoker)
}

fn id(secret: &str) -> &str {
    &secret[..16]
}

/// What an introspection tells.
#[track_caller]
fn told(server: &Server, caller: &str, secret: &str) -> Value {
    let answer = server.post("/introspect").bearer(caller).form(&format!("token={secret}")).send().is(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

/// `user:password` in base64, by somebody else's hand.
fn base64(text: &str) -> String {
    stdout(Command::new("sh").args(["-c", "printf %s \"$1\" | base64 -w 0", "sh", text]))
}

fn basic<'a>(request: Request<'a>, id: &str, secret: &str) -> Request<'a> {
    request.header("Authorization", &format!("Basic {}", base64(&format!("{id}:{secret}"))))
}

#[track_caller]
fn refused(answer: Answer, status: u16, error: &str, challenge: Option<&str>) {
    let answer = answer.is(status);
    assert_eq!(answer.json()["error"], error, "{answer:?}");
    assert!(answer.json()["error_description"].is_string(), "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), challenge, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// A token's document of the command line.
#[track_caller]
fn shown(server: &Server, name: &str) -> Value {
    serde_json::from_str(&server.jeton(&["show", name, "--json"]).exits(0).stdout).expect("JSON")
}

#[test]
fn who_a_token_is_and_what_it_may_is_told_in_the_words_of_rfc_7662() {
    let (server, caller, _) = with_callers();
    let secret = server.create(&[
        "web",
        "--scope",
        "a.b",
        "--scope",
        "c.*",
        "--owner",
        "alice",
        "--expires",
        "2090-01-31T12:00:00.900Z",
    ]);
    let made = shown(&server, "web")["created_at"].as_str().expect("a time").parse::<jiff::Timestamp>().unwrap();
    let issuer = format!("http://{}", server.address);
    let all = json!({
        "active": true, "scope": "a.b c.*", "client_id": id(&secret), "username": "alice", "token_type": "Bearer",
        "exp": 3_789_547_200_u32, "iat": made.as_second(), "sub": "alice", "iss": issuer, "jti": id(&secret),
        "jeton_name": "web", "jeton_type": "client",
    });
    assert_eq!(told(&server, &caller, &secret), all);
    let endless = server.create(&["endless"]);
    let told = told(&server, &caller, &endless);
    assert_eq!((&told["active"], told.get("exp"), &told["scope"]), (&json!(true), None, &json!("")));
}

#[test]
fn of_a_token_that_is_not_active_nothing_is_told() {
    let (server, caller, _) = with_callers();
    let revoked = server.create(&["revoked"]);
    server.jeton(&["revoke", "revoked"]).exits(0);
    let used_up = server.create(&["used up", "--max-uses", "1"]);
    assert_eq!(server.verify("", &used_up), 200);
    let unknown = Server::new().create(&["elsewhere"]);
    let mut mistyped = caller.clone();
    mistyped.replace_range(20..21, if &caller[20..21] == "a" { "b" } else { "a" });
    for secret in [&revoked, &used_up, &unknown, &mistyped, "x", "%00", "%FF%FE"] {
        assert_eq!(told(&server, &caller, secret), json!({"active": false}), "{secret}");
    }
}

#[test]
fn an_introspection_spends_no_use_and_leaves_no_trace() {
    let (server, caller, _) = with_callers();
    let secret = server.create(&["once", "--max-uses", "1"]);
    for _ in 0..3 {
        assert_eq!(told(&server, &caller, &secret)["active"], true);
    }
    let token = shown(&server, "once");
    assert_eq!((&token["uses"], &token["last_used_at"]), (&json!(0), &Value::Null));
    assert_eq!((server.verify("", &secret), server.verify("", &secret)), (200, 401));
}

#[test]
fn a_replaced_secret_is_told_to_end_with_its_grace() {
    let (server, caller, _) = with_callers();
    let old = server.create(&["web", "--expires", "30d"]);
    let new = server.jeton(&["rotate", "web", "--grace", "1h"]).exits(0).stdout;
    let token = shown(&server, "web");
    let second = |time: &Value| json!(time.as_str().expect("a time").parse::<jiff::Timestamp>().unwrap().as_second());
    assert_eq!(told(&server, &caller, &old)["exp"], second(&token["secrets"][0]["retires_at"]));
    assert_eq!(told(&server, &caller, new.trim_end())["exp"], second(&token["expires_at"]));
}

#[test]
fn only_who_has_the_scope_or_is_an_admin_may_ask_or_revoke() {
    let (server, reader, revoker) = with_callers();
    let admin = server.create(&["boss", "--type", "admin"]);
    let all = server.create(&["all", "--scope", "*"]);
    let web = server.create(&["web"]);
    let ask = |path, caller| server.post(path).bearer(caller).form(&format!("token={web}")).send();
    let lacking = |scope| format!("Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"{scope}\"");
    for caller in [&revoker, &all] {
        refused(ask("/introspect", caller), 403, "insufficient_scope", Some(&lacking("jeton.introspect")));
    }
    for caller in [&reader, &all] {
        refused(ask("/revoke", caller), 403, "insufficient_scope", Some(&lacking("jeton.revoke")));
    }
    assert_eq!(server.verify("", &web), 200, "who may not revoke has revoked");
    assert_eq!(ask("/introspect", &admin).is(200).json()["active"], true);
    ask("/revoke", &admin).is(200);
    assert_eq!(server.verify("", &web), 401);
}

#[test]
fn a_client_tells_who_it_is_in_any_one_way() {
    let (server, caller, _) = with_callers();
    let form = format!("token={caller}");
    let ask = || server.post("/introspect");
    let id = id(&caller);
    let encoded = caller.replace('_', "%5F").replace('j', "%6a");
    for request in [
        ask().bearer(&caller).form(&form),
        ask().header("X-API-Key", &caller).form(&form),
        ask().header("pinning_api_key", id).header("pinning_secret_key", &caller).form(&form),
        basic(ask(), id, &caller).form(&form),
        basic(ask(), &id.replace('_', "%5F"), &encoded).form(&form),
        ask().header("Authorization", &format!("bAsIc {}", base64(&format!("{id}:{caller}")))).form(&form),
        ask().form(&format!("{form}&client_id={id}&client_secret={encoded}")),
        // An id alone authenticates nobody, and is often said besides.
        ask().bearer(&caller).form(&format!("{form}&client_id={id}")),
        basic(ask(), id, &caller).form(&format!("client_id={id}&{form}")),
        ask().bearer(&caller).header("Content-Type", "Application/X-WWW-Form-URLencoded ; charset=UTF-8").body(&form),
    ] {
        assert_eq!(request.send().is(200).json()["active"], true);
    }
}

#[test]
fn a_secret_of_any_form_can_be_a_password() {
    let (server, caller, _) = with_callers();
    let secret = "a+b/c=d%e:f&g-0123456789";
    let file = server.machine.dir().join(".env");
    fs::write(&file, format!("ODD='{secret}'\n")).unwrap();
    server.jeton(&["import", file.to_str().unwrap()]).exits(0);
    server.jeton(&["edit", "ODD", "--add-scope", "jeton.introspect"]).exits(0);
    let odd = shown(&server, "ODD")["id"].as_str().expect("an id").to_owned();
    let form = format!("token={caller}");
    // As the RFC has it, and as many clients do, for whom a `+` needs no code.
    for password in ["a%2Bb%2Fc%3Dd%25e%3Af%26g-0123456789", "a+b/c=d%25e:f&g-0123456789"] {
        basic(server.post("/introspect"), &odd, password).form(&form).send().is(200);
    }
}

#[test]
fn who_does_not_say_truly_who_it_is_learns_nothing() {
    let (server, caller, revoker) = with_callers();
    let form = format!("token={caller}");
    let ask = || server.post("/introspect");
    let (id, other) = (id(&caller), id(&revoker));
    let bearer = Some("Bearer realm=\"jeton\", error=\"invalid_token\"");
    let basically = Some("Basic realm=\"jeton\"");
    for (request, challenge) in [
        (ask().form(&form), Some(EITHER)),
        (ask(), Some(EITHER)),
        (ask().json(&json!({"token": caller})), Some(EITHER)),
        (ask().form(&format!("{form}&client_id={id}")), Some(EITHER)),
        (ask().form(&format!("{form}&client_id={id}&client_secret=")), Some(EITHER)),
        (ask().form(&format!("{form}&client_id={other}&client_secret={caller}")), Some(EITHER)),
        (ask().form(&format!("{form}&client_secret={caller}")), Some(EITHER)),
        (ask().bearer(&caller[1..]).form(&form), bearer),
        (ask().bearer("x").form(&form), bearer),
        (ask().bearer(&caller).form(&format!("{form}&client_id={other}")), bearer),
        (ask().header("pinning_api_key", other).header("pinning_secret_key", &caller).form(&form), bearer),
        (basic(ask(), other, &caller).form(&form), basically),
        (basic(ask(), "", &caller).form(&form), basically),
        (basic(ask(), id, "").form(&form), basically),
        (ask().header("Authorization", "Basic %%%").form(&form), basically),
        (ask().header("Authorization", "Basic ").form(&form), basically),
        (ask().header("Authorization", &format!("Basic {}", base64(id))).form(&form), basically),
    ] {
        refused(request.send(), 401, "invalid_client", challenge);
    }
}

#[test]
fn a_request_is_refused_for_its_form_before_a_use_of_its_caller_is_spent() {
    let server = Server::new();
    let caller = server.create(&["gateway", "--scope", "jeton.*", "--max-uses", "1"]);
    let other = server.create(&["other"]);
    let id = id(&caller);
    let form = format!("token={caller}");
    for path in ["/introspect", "/revoke"] {
        let ask = || server.post(path).bearer(&caller);
        for request in [
            ask(),
            ask().form("token_type_hint=access_token"),
            ask().form("token="),
            ask().form(&format!("{form}&{form}")),
            ask().form(&format!("{form}&hint=a&hint=b")),
            ask().json(&json!({"token": caller})),
            ask().header("Content-Type", "text/plain").body(&form),
            ask().body(&form),
            ask().form(&format!("{form}&client_id={id}&client_secret={caller}")),
            ask().header("X-API-Key", &other).form(&form),
            basic(ask(), id, &caller).form(&form),
            basic(basic(server.post(path), id, &caller), id, &caller).form(&form),
            basic(server.post(path), id, &caller).form(&format!("{form}&client_id=other")),
            server.post(&format!("{path}?token={caller}")).bearer(&caller).form(&form),
            server.post(&format!("{path}?client_secret=a")).bearer(&caller).form(&form),
            server.post(&format!("{path}?client_id=a")).bearer(&caller).form(&form),
            server.post(&format!("{path}?access_token=a")).bearer(&caller).form(&form),
        ] {
            refused(request.send(), 400, "invalid_request", None);
        }
    }
    let long = format!("{form}&a={}", "a".repeat(64 << 10));
    refused(server.post("/introspect").bearer(&caller).form(&long).send(), 413, "invalid_request", None);
    assert_eq!(shown(&server, "gateway")["uses"], 0);
    // Then it is spent, and the caller is nobody any more.
    server.post("/introspect").bearer(&caller).form("token=x").send().is(200);
    assert_eq!(shown(&server, "gateway")["uses"], 1);
    server.post("/introspect").bearer(&caller).form("token=x").send().is(401);
}

#[test]
fn hints_and_parameters_that_nobody_knows_change_nothing() {
    let (server, caller, revoker) = with_callers();
    let web = server.create(&["web"]);
    for more in ["token_type_hint=refresh_token", "token_type_hint=magic", "a=b&c=d", "hint=&hint="] {
        let form = format!("{more}&token={web}");
        assert_eq!(server.post("/introspect").bearer(&caller).form(&form).send().is(200).json()["active"], true);
    }
    server.post("/introspect?a=b").bearer(&caller).form(&format!("token={web}")).send().is(200);
    let form = format!("token={web}&token_type_hint=magic");
    server.post("/revoke").bearer(&revoker).form(&form).send().is(200);
    assert_eq!(server.verify("", &web), 401);
}

#[test]
fn both_are_asked_by_post_alone() {
    let (server, caller, _) = with_callers();
    for path in ["/introspect", "/revoke"] {
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
            let answer = server.request(method, &format!("{path}?token={caller}")).bearer(&caller).send().is(405);
            assert_eq!(answer.header("allow"), Some("POST"), "{method} {path}");
        }
    }
    assert_eq!(server.verify("", &caller), 200);
}

#[test]
fn a_revoked_token_is_refused_by_the_very_next_request() {
    let (server, caller, revoker) = with_callers();
    for name in ["plain", "counted"] {
        let limit = if name == "counted" { vec!["--max-uses", "9"] } else { vec![] };
        let secret = server.create(&[&[name], limit.as_slice()].concat());
        assert_eq!(server.verify("", &secret), 200);
        let answer = server.post("/revoke").bearer(&revoker).form(&format!("token={secret}")).send().is(200);
        assert_eq!((answer.body.as_str(), answer.header("cache-control")), ("", Some("no-store")));
        assert_eq!(server.verify("", &secret), 401);
        assert_eq!(told(&server, &caller, &secret), json!({"active": false}));
        assert_eq!(shown(&server, name)["status"], "revoked");
        // Once more is as good as once.
        server.post("/revoke").bearer(&revoker).form(&format!("token={secret}")).send().is(200);
    }
    let log = server.jeton(&["log", "--json"]).exits(0).stdout;
    let events: Vec<Value> = serde_json::from_str::<Value>(&log).unwrap().as_array().unwrap().clone();
    let revoked: Vec<_> = events.iter().filter(|event| event["action"] == "revoke").collect();
    assert_eq!(revoked.len(), 2);
    for event in revoked {
        assert!(event["actor"].as_str().unwrap().starts_with(&format!("{} via ", id(&revoker))), "{event}");
    }
}

#[test]
fn what_is_no_token_is_as_good_as_revoked() {
    let (server, _, revoker) = with_callers();
    let unknown = Server::new().create(&["elsewhere"]);
    for token in [&unknown, "x", "45ghiukldjahdnhzdauz", "%00"] {
        let answer = server.post("/revoke").bearer(&revoker).form(&format!("token={token}")).send().is(200);
        assert_eq!(answer.body, "");
    }
    assert_eq!(server.verify("", &revoker), 200);
}

#[test]
fn a_secret_may_revoke_itself_and_nothing_else() {
    let server = Server::new();
    let ask = || server.post("/revoke");
    let [by_header, by_basic, by_post, other] = ["a", "b", "c", "d"].map(|name| server.create(&[name]));
    let once = server.create(&["once", "--max-uses", "1"]);
    ask().bearer(&by_header).form(&format!("token={other}")).send().is(403);
    ask().form(&format!("token={other}")).send().is(401);
    assert_eq!(server.verify("", &other), 200);
    ask().bearer(&by_header).form(&format!("token={by_header}")).send().is(200);
    basic(ask(), id(&by_basic), &by_basic).form(&format!("token={by_basic}")).send().is(200);
    let form = format!("token={by_post}&client_id={}&client_secret={by_post}", id(&by_post));
    ask().form(&form).send().is(200);
    ask().bearer(&once).form(&format!("token={once}")).send().is(200);
    for secret in [&by_header, &by_basic, &by_post, &once] {
        assert_eq!(server.verify("", secret), 401);
    }
    assert_eq!(shown(&server, "once")["uses"], 0);
    // It is nobody any more.
    ask().bearer(&by_header).form(&format!("token={by_header}")).send().is(401);
}

#[test]
fn the_secret_before_a_rotation_ends_alone() {
    let (server, _, revoker) = with_callers();
    let old = server.create(&["web"]);
    let new = server.jeton(&["rotate", "web", "--grace", "1h"]).exits(0).stdout;
    assert_eq!(server.verify("", &old), 200);
    server.post("/revoke").bearer(&revoker).form(&format!("token={old}")).send().is(200);
    assert_eq!((server.verify("", &old), server.verify("", new.trim_end())), (401, 200));
}

#[test]
fn the_metadata_tells_what_is_there_and_nothing_else() {
    let path = "/.well-known/oauth-authorization-server";
    let all = |issuer: &str, methods: Value| {
        json!({
            "issuer": issuer,
            "introspection_endpoint": format!("{issuer}/introspect"),
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint": format!("{issuer}/revoke"),
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": [
                "jeton.create", "jeton.read", "jeton.edit", "jeton.revoke", "jeton.delete", "jeton.introspect",
            ],
            "response_types_supported": [],
            "grant_types_supported": [],
        })
    };
    let methods = json!(["client_secret_basic", "client_secret_post", "Bearer"]);
    let server = Server::new();
    let answer = server.get(path).send().is(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json(), all(&format!("http://{}", server.address), methods.clone()));
    server.get(&format!("{path}/")).send().is(404);
    server.get(&format!("{path}/auth")).send().is(404);
    server.get(&format!("{path}/%FF")).send().is(404);
    let at = |args: &[&str]| Server::of(Machine::with_show_once_vault(), args);
    let server = at(&["--public-url", "https://example.org/auth/"]);
    for path in [path, &format!("{path}/auth")] {
        assert_eq!(server.get(path).send().is(200).json(), all("https://example.org/auth", methods.clone()));
    }
    server.get(&format!("{path}/other")).send().is(404);
    let server = at(&["--public-url", "https://example.org", "--secret-in", "x-api-key"]);
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    assert_eq!(server.get(path).send().is(200).json(), all("https://example.org", methods));
}

#[test]
fn an_address_that_clients_could_not_use_is_refused() {
    let machine = Machine::with_show_once_vault();
    for url in ["example.org", "ftp://example.org", "https://example.org/?a", "https://example.org/#a", "https://", ""]
    {
        machine
            .jeton(["serve", "--public-url", url])
            .run()
            .exits(2)
            .says("--public-url")
            .says("https://auth.example.org");
    }
}

#[test]
fn no_secret_that_is_asked_about_reaches_the_log() {
    let (mut server, caller, revoker) = with_callers();
    let web = server.create(&["web"]);
    told(&server, &caller, &web);
    basic(server.post("/revoke"), id(&revoker), &revoker).form(&format!("token={web}")).send().is(200);
    server.post(&format!("/introspect?token={web}")).bearer(&caller).form("a=b").send().is(400);
    let (code, log) = server.terminate();
    assert_eq!(code, 0);
    for secret in [&web, &caller, &revoker] {
        assert!(!log.contains(&secret[16..]), "{log}");
    }
}

/// As its own documentation has it: a session asks, with the client's id and secret in the header or in the body.
const AUTHLIB: &str = "
import sys, requests
from authlib.integrations.requests_client import OAuth2Session
base, client_id, client_secret, token = sys.argv[1], sys.argv[2], *sys.stdin.read().split()
found = requests.get(base + '/.well-known/oauth-authorization-server', timeout=30).json()
for method in ['client_secret_basic', 'client_secret_post']:
    assert method in found['introspection_endpoint_auth_methods_supported']
    session = OAuth2Session(client_id, client_secret, token_endpoint_auth_method=method,
                            revocation_endpoint_auth_method=method)
    def told():
        answer = session.introspect_token(found['introspection_endpoint'], token=token, token_type_hint='access_token')
        assert answer.status_code == 200, answer.text
        return answer.json()
    if method == 'client_secret_basic':
        assert told()['client_id'] == token[:16] and told()['active'] is True
        answer = session.revoke_token(found['revocation_endpoint'], token=token, token_type_hint='access_token')
        assert answer.status_code == 200, answer.text
    assert told() == {'active': False}, told()
    assert session.revoke_token(found['revocation_endpoint'], token=token).status_code == 200
print('done')
";

#[test]
fn authlib_asks_and_revokes() {
    let Some(python) = peers::python(&["authlib==1.9.9", "requests==2.34.2"]) else { return };
    let server = Server::new();
    let caller = server.create(&["client", "--scope", "jeton.*"]);
    let web = server.create(&["web"]);
    let mut session = server.machine.command(python);
    session.args(["-c", AUTHLIB, &format!("http://{}", server.address), id(&caller)]);
    assert_eq!(fed(&mut session, &format!("{caller}\n{web}\n")), "done\n");
    assert_eq!(server.verify("", &web), 401);
}

/// It finds the server by its metadata, and believes no answer that is not as the RFCs have it.
const OAUTH4WEBAPI: &str = "
import * as oauth from 'oauth4webapi';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
const [url, client_id] = process.argv.slice(2);
const [secret, token, ...rest] = readFileSync(0, 'utf8').trim().split('\\n');
const plain = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(url);
const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...plain });
const server = await oauth.processDiscoveryResponse(issuer, found);
const client = { client_id };
for (const auth of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]) {
  const told = async (token) => {
    const asked = await oauth.introspectionRequest(server, client, auth, token, plain);
    return oauth.processIntrospectionResponse(server, client, asked);
  };
  const its = rest.shift();
  assert.equal((await told(its)).active, true);
  assert.equal((await told(its)).scope, 'a.b');
  const revoked = await oauth.revocationRequest(server, client, auth, its, plain);
  assert.equal(await oauth.processRevocationResponse(revoked), undefined);
  assert.deepEqual(await told(its), { active: false });
}
const wrong = await oauth.introspectionRequest(server, client, oauth.ClientSecretBasic(token), token, plain);
await assert.rejects(oauth.processIntrospectionResponse(server, client, wrong), (error) => {
  assert.equal(error.code, oauth.WWW_AUTHENTICATE_CHALLENGE);
  assert.equal(error.cause[0].scheme, 'basic');
  return true;
});
console.log('done');
";

#[test]
fn oauth4webapi_finds_asks_and_revokes() {
    let Some(modules) = peers::node(&["oauth4webapi@3.8.8"]) else { return };
    let server = Server::new();
    let caller = server.create(&["client", "--scope", "jeton.*"]);
    let [token, first, second] = ["x", "y", "z"].map(|name| server.create(&[name, "--scope", "a.b"]));
    let mut node = server.machine.command("node");
    node.arg(peers::beside(&modules, &server.machine.home(), "client.mjs", OAUTH4WEBAPI));
    node.args([&format!("http://{}", server.address), id(&caller)]);
    assert_eq!(fed(&mut node, &format!("{caller}\n{token}\n{first}\n{second}\n")), "done\n");
    assert_eq!([&token, &first, &second].map(|secret| server.verify("", secret)), [200, 401, 401]);
}

/// What a program prints that is told this, and must end well.
#[track_caller]
fn fed(command: &mut Command, input: &str) -> String {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile().expect("room for a file");
    file.write_all(input.as_bytes()).and_then(|()| file.rewind()).expect("room for a file");
    stdout(command.stdin(file))
}
