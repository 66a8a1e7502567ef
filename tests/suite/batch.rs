//! `jeton create --count`, and `--from` with a list: many tokens in one run, all or none.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use jeton::token::exit::Exit;
use jeton::token::secret::Secret;
use serde_json::{Value, json};

use crate::support::home::{Home, PASSPHRASE, Ran};
use crate::support::real::{Machine, assert_sound, eventually, outcome};

/// What a batch says, in full.
fn said(what: &str, again: &str) -> String {
    format!("created {what}\n  expires: never\n  can be copied again: {again}\n")
}

const NO: &str = "no, they are shown only now";

fn tokens(home: &Home) -> i64 {
    home.sql("SELECT count(*) FROM token")
}

#[track_caller]
fn lines(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn from_list(home: &Home, list: &str, more: &[&str]) -> Ran {
    home.jeton(["create", "--from", "-"].iter().chain(more)).stdin(list).run()
}

/// Refused with exactly this, and without a trace.
#[track_caller]
fn refused(list: &str, why: &str) {
    let home = Home::new();
    from_list(&home, list, &[]).gives(
        Exit::Usage,
        "",
        &format!("error: {why}\nhint: mend the request; nothing was made\n"),
    );
    assert!(!home.path("data").exists());
}

// What they are called and how they are handed out.

#[test]
fn so_many_are_made_and_their_secrets_stand_one_a_line_in_order() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "web", "--count", "12"]).run().exits(Exit::Done);
    assert_eq!(ran.err, said("12 tokens, web-1 to web-12", NO));
    assert_eq!(ran.out.lines().count(), 12);
    for (number, secret) in (1..).zip(ran.out.lines()) {
        assert!(Secret::parse(secret.as_bytes()).is_ok());
        let token = home.jeton(["verify", "--json"]).stdin(secret).run().exits(Exit::Done).json()["token"].take();
        assert_eq!((&token["name"], &token["id"]), (&json!(format!("web-{number}")), &json!(secret[..16])));
    }
}

#[test]
fn one_is_numbered_too() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "web", "--count", "1"]).run().exits(Exit::Done);
    assert_eq!(ran.err, said(&format!("web-1 ({})", &ran.out[..16]), NO));
    home.jeton(["list", "-q"]).run().prints("web-1\n");
}

#[test]
fn a_vault_that_is_not_there_is_made_as_by_create() {
    let home = Home::new();
    let ran = home.jeton(["create", "web", "--count", "2"]).run().exits(Exit::Done).says("made a vault at ");
    assert_eq!((ran.out.lines().count(), tokens(&home)), (2, 2));
    let asked = Home::new();
    let answers = [PASSPHRASE, PASSPHRASE];
    asked.jeton(["create", "web", "--count", "2"]).answers(answers).run().exits(Exit::Done).says("yes, with");
    assert_eq!(tokens(&asked), 2);
}

#[test]
fn a_list_shows_the_last_number_first() {
    let home = Home::with(&["before"]);
    home.jeton(["create", "web", "--count", "3"]).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).run().prints("web-3\nweb-2\nweb-1\nbefore\n");
}

#[test]
fn with_json_each_is_a_line_as_create_writes_it() {
    let home = Home::with(&[]);
    let words =
        ["--scope", "a.b", "--label", "env=x", "--owner", "bob", "--max-uses", "3", "--expires", "1h", "--json"];
    let one = home.jeton(["create", "web"].iter().chain(&words)).run().exits(Exit::Done).json();
    let ran = home.jeton(["create", "web", "--count", "3"].iter().chain(&words)).run().exits(Exit::Done);
    let many = lines(&ran);
    assert_eq!(many.len(), 3);
    for (number, mut token) in (1..).zip(many) {
        let secret = token["secret"].take();
        assert_eq!(token["id"], secret.as_str().unwrap()[..16]);
        assert_eq!(home.verdict(secret.as_str().unwrap()), Exit::Done);
        assert_eq!(token["name"], format!("web-{number}"));
        let mut expected = one.clone();
        (expected["id"], expected["name"], expected["secret"]) =
            (token["id"].clone(), token["name"].clone(), json!(null));
        assert_eq!(token, expected);
        assert_eq!(
            home.jeton(["show", &format!("web-{number}"), "--json"]).run().json()["labels"],
            json!({"env": "x"})
        );
    }
}

#[test]
fn prefix_and_once_hold_for_all() {
    let home = Home::keeping(&[]);
    let words = ["--prefix", "acme_live", "--once", "--json"];
    let numbered = home.jeton(["create", "web", "--count", "2"].iter().chain(&words)).run().exits(Exit::Done);
    let listed = from_list(&home, "[{name: 'a'}, {name: 'b'}]", &words).exits(Exit::Done);
    for token in lines(&numbered).into_iter().chain(lines(&listed)) {
        assert!(token["secret"].as_str().unwrap().starts_with("acme_live_"));
        assert_eq!(token["recoverable"], false);
    }
}

#[test]
fn each_can_be_copied_again_where_the_vault_keeps_copies() {
    let home = Home::keeping(&[]);
    let ran = home.jeton(["create", "web", "--count", "3"]).run().exits(Exit::Done);
    assert_eq!(ran.err, said("3 tokens, web-1 to web-3", "yes, with `jeton copy`"));
    for (number, secret) in (1..).zip(ran.out.lines()) {
        let name = format!("web-{number}");
        let copied = home.jeton(["copy", &name, "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
        copied.exits(Exit::Done).prints(&format!("{secret}\n"));
    }
}

#[test]
fn the_clipboard_is_never_touched() {
    let home = Home::keeping(&[]).with_clipboard();
    let ran = home.jeton(["create", "web", "--count", "2"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.lines().count(), 2, "shown, since they are nowhere else");
    assert_eq!(home.desk.borrow().put, None);
    home.jeton(["create", "api", "--count", "2", "--copy"]).run().exits(Exit::Usage).prints("");
    let ran = from_list(&home, "[{name: 'a'}]", &["--copy"]).exits(Exit::Usage).prints("");
    ran.says("error: --copy: it takes one secret, and this is a list of requests\nhint: leave it out: ");
    assert_eq!((tokens(&home), home.desk.borrow().put.clone()), (2, None));
}

#[test]
fn a_file_gets_all_secrets_one_a_line_and_stdout_none() {
    let home = Home::with(&[]);
    let file = home.path("secrets");
    let output = file.to_str().unwrap();
    let ran = home.jeton(["create", "web", "--count", "3", "--output", output]).run().exits(Exit::Done).prints("");
    assert_eq!(ran.err, format!("{}the secrets are in {output}\n", said("3 tokens, web-1 to web-3", NO)));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let secrets = fs::read_to_string(&file).unwrap();
    assert_eq!(secrets.lines().map(|secret| home.verdict(secret)).collect::<Vec<_>>(), [Exit::Done; 3]);
    // With --json the tokens are the result, without their secrets.
    let other = home.path("others");
    let words = ["create", "api", "--count", "2", "--json", "--output", other.to_str().unwrap()];
    let ran = home.jeton(words).run().exits(Exit::Done);
    assert_eq!(lines(&ran).iter().map(|token| token["name"].clone()).collect::<Vec<_>>(), ["api-1", "api-2"]);
    for secret in fs::read_to_string(&other).unwrap().lines() {
        assert!(!ran.out.contains(secret));
    }
    // Nothing else is left beside them.
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 3);
}

#[test]
fn quiet_leaves_stderr_empty() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "web", "--count", "2", "--quiet"]).run().exits(Exit::Done).says_nothing();
    assert_eq!(ran.out.lines().count(), 2);
}

// All or none.

#[test]
fn a_name_that_is_taken_leaves_none_made() {
    for (taken, count) in [("web-1", "2"), ("web-2", "2"), ("web-1500", "2500"), ("web-2500", "2500")] {
        let home = Home::with(&[taken]);
        let events = home.events();
        let ran = home.jeton(["create", "web", "--count", count]).run().exits(Exit::Exists).prints("");
        ran.says(&format!(
            "error: a token named `{taken}` already exists\nhint: choose another name; `jeton show {taken}`"
        ));
        assert_eq!((tokens(&home), home.events()), (1, events), "{taken}");
    }
    let home = Home::with(&["b"]);
    from_list(&home, "[{name: 'a'}, {name: 'b'}]", &[]).exits(Exit::Exists).prints("").says("named `b` already exists");
    assert_eq!(tokens(&home), 1);
}

#[test]
fn every_token_counts_for_the_policy() {
    let home = Home::with(&["old"]);
    home.jeton(["policy", "set", "max-tokens-per-owner", "6"]).run().exits(Exit::Done);
    let ran = home.jeton(["create", "web", "--count", "6"]).run().exits(Exit::Refused).prints("");
    ran.says("error: `web-6`: alice has as many working tokens as policy `max-tokens-per-owner` allows, which is 6\n")
        .says("`jeton policy unset max-tokens-per-owner`");
    assert_eq!(tokens(&home), 1);
    assert_eq!(home.events().last().unwrap(), "refuse web-6 policy max-tokens-per-owner");
    home.jeton(["create", "web", "--count", "5"]).run().exits(Exit::Done);
    home.jeton(["create", "more"]).run().exits(Exit::Refused);
    // Each owner has a count of one's own, and sessions are in none.
    let list = |owners: &[(&str, &str)]| {
        let request = |(at, (owner, kind)): (usize, &(&str, &str))| json!({"name": format!("{owner}-{at}"), "owner": owner, "type": kind, "expires": "1h"});
        Value::from(owners.iter().enumerate().map(request).collect::<Vec<_>>()).to_string()
    };
    let seven = [("bob", "client"); 7];
    from_list(&home, &list(&seven), &[]).exits(Exit::Refused).says("error: `bob-6`: bob has as many");
    let mixed = [&seven[..6], &[("carol", "client"), ("bob", "session")]].concat();
    from_list(&home, &list(&mixed), &[]).exits(Exit::Done);
    assert_eq!(tokens(&home), 14);
}

#[test]
fn what_a_policy_says_where_nothing_was_said_holds_for_all() {
    let home = Home::keeping(&[]);
    for (rule, value) in [("default-expiry", "30d"), ("prefix", "acme"), ("recoverable", "never")] {
        home.jeton(["policy", "set", rule, value]).run().exits(Exit::Done);
    }
    let ran = home.jeton(["create", "web", "--count", "2", "--json"]).run().exits(Exit::Done);
    for token in lines(&ran) {
        assert_eq!(token["expires_at"], "2026-12-21T12:00:00.000Z");
        assert_eq!(token["recoverable"], false);
        assert!(token["id"].as_str().unwrap().starts_with("acme_"));
    }
    home.jeton(["policy", "set", "require-scope", "true"]).run().exits(Exit::Done);
    let ran = home.jeton(["create", "api", "--count", "2"]).run().exits(Exit::Refused);
    ran.says("error: `api-1`: the token has no scope");
}

#[test]
fn each_has_its_event_and_the_log_is_whole() {
    let home = Home::with(&["old"]);
    home.jeton(["create", "web", "--count", "2100"]).run().exits(Exit::Done);
    let events = home.events();
    assert_eq!(events[..2], ["init show-once", "create old"]);
    let expected: Vec<_> = (1..=2100).map(|number| format!("create web-{number}")).collect();
    assert_eq!(events[2..], expected);
    home.jeton(["log", "--check"]).run().exits(Exit::Done).says("2102 events");
    home.jeton(["create", "new"]).run().exits(Exit::Done);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
    assert_sound(&home.vault());
    assert_eq!(home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'"), 3, "one change of verdicts each");
}

#[test]
fn a_count_is_a_whole_number_up_to_a_million() {
    let home = Home::new();
    for bad in ["0", "-1", "1000001", "1.5", "", "many", "99999999999999999999"] {
        home.jeton(["create", "web", &format!("--count={bad}")]).run().exits(Exit::Usage).prints("");
    }
    home.jeton(["create", "--count", "2"]).run().exits(Exit::Usage);
    home.jeton(["create", "--from", "-", "--count", "2"]).stdin("{name: 'a'}").run().exits(Exit::Usage);
    assert!(!home.path("data").exists());
}

#[test]
fn the_longest_name_must_be_one() {
    let home = Home::new();
    let name = "n".repeat(98);
    let ran = home.jeton(["create", &name, "--count", "10"]).run().exits(Exit::Usage).prints("");
    ran.says("error: a name has at most 100 characters\n");
    assert!(!home.path("data").exists());
    home.jeton(["create", &name, "--count", "9"]).run().exits(Exit::Done);
    assert_eq!(tokens(&home), 9);
}

#[test]
fn what_is_impossible_is_refused_before_a_vault_is_made() {
    let home = Home::new();
    home.jeton(["create", "a", "--count", "2", "--expires", "2026-01-01"]).run().exits(Exit::Usage).prints("");
    home.jeton(["create", "a", "--count", "2", "--type", "session", "--expires", "never"]).run().exits(Exit::Usage);
    let ran = from_list(&home, "[{name: 'a'}, {name: 'b', expires: '2026-01-01'}]", &[]).exits(Exit::Usage).prints("");
    ran.says("error: [1]: ").says("hint: write a time to come");
    let ran = from_list(&home, "[{name: 'a', type: 'session', expires: 'never'}]", &["--json"]).exits(Exit::Usage);
    assert_eq!(ran.error_json()["message"], "[0]: a session has an end, and cannot last for ever");
    assert!(!home.path("data").exists());
}

// Lists of requests.

#[test]
fn each_request_of_a_list_becomes_a_token() {
    let home = Home::with(&[]);
    let list = r#"[
        {"name": "web", "scopes": ["a.b"], "owner": "bob", "expires": "1h"},
        {name: "api", scopes: {admin: true}}, // as a page prints it
        {name: "job", type: "session", max_uses: 2},
    ]"#;
    let ran = home.jeton(["create", "--from", "-", "--json"]).stdin(list).var("JETON_SESSION_TTL", "3h").run();
    let made = lines(&ran);
    let told = |field: &str| made.iter().map(|token| token[field].clone()).collect::<Vec<_>>();
    assert_eq!(told("name"), ["web", "api", "job"]);
    assert_eq!(told("owner"), ["bob", "alice", "alice"]);
    assert_eq!(told("type"), ["client", "admin", "session"]);
    let ends = [json!("2026-11-21T13:00:00.000Z"), json!(null), json!("2026-11-21T15:00:00.000Z")];
    assert_eq!(told("expires_at"), ends);
    assert_eq!((told("api_key"), told("secret_key")), (told("id"), told("secret")));
    ran.says("created 3 tokens, web to job\n  expires: from 2026-11-21 13:00 UTC (in 60 minutes) to never\n");
    for secret in told("secret") {
        assert_eq!(home.verdict(secret.as_str().unwrap()), Exit::Done);
    }
    home.jeton(["list", "-q"]).run().prints("job\napi\nweb\n");
}

#[test]
fn without_json_a_list_gives_one_secret_a_line() {
    let home = Home::with(&[]);
    let ran = from_list(&home, "[{name: 'a'}, {name: 'b'}]", &[]).exits(Exit::Done);
    assert_eq!(ran.err, said("2 tokens, a to b", NO));
    let names = ran.out.lines().map(|secret| {
        home.jeton(["verify", "--json"]).stdin(secret).run().json()["token"]["name"].as_str().unwrap().to_owned()
    });
    assert_eq!(names.collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn what_is_wrong_in_a_list_is_told_by_its_place_and_nothing_is_made() {
    for (list, why) in [
        ("[{name: 'a'}, {}]", "[1].name: missing"),
        ("[{name: 'a'}, {name: 'b', nam: 1}]", "[1].nam: unknown"),
        ("[{name: 'a'}, 3]", "[1]: it must be an object"),
        ("[[{name: 'a'}]]", "[0]: it must be an object"),
        (
            "[{name: 'a', scopes: ['b', 'c*']}]",
            "[0].scopes[1]: `*` stands alone or is the last segment, as in `pinning.*`",
        ),
        (
            "[{name: 'a'}, {name: 'b'}, {name: 'c'}, {name: 'd', scopes: {admin: false, data: {pin_list: true, nft_list: true}}}]",
            "[3].scopes.pinning.unpin: missing",
        ),
        ("[{name: 'a'}, {name: 'b', name: 'c'}]", "[1].name: it stands here twice"),
        ("[{name: 'a'}, {name: 'b'}, {name: 'a'}]", "[2].name: [0] has this name too"),
        ("[]", "the request: it must be an object"),
    ] {
        refused(list, why);
    }
    let secret = format!("jtn_{}", "s".repeat(61));
    refused(
        &format!("[{{name: 'a'}}, {{name: 'b', description: 'see {secret}'}}]"),
        "[1].description: it holds a secret",
    );
}

#[test]
fn a_list_may_be_longer_than_a_request_and_ends_too() {
    let home = Home::with(&[]);
    let list = |count: usize, padding: usize| {
        let one = |at: usize| format!("{{\"name\":\"{at}\",\"description\":\"{}\"}}", "x".repeat(padding));
        format!("[{}]", (0..count).map(one).collect::<Vec<_>>().join(","))
    };
    let long = list(1200, 1000);
    assert!(long.len() > 1 << 20);
    from_list(&home, &long, &["--quiet"]).exits(Exit::Done);
    assert_eq!(tokens(&home), 1200);
    let too_long = list(17_000, 1000);
    from_list(&home, &too_long, &[]).exits(Exit::Usage).prints("").says("error: stdin: it is longer than 16 MiB\n");
    let too_many = list(100_001, 0);
    let ran = from_list(&home, &too_many, &[]).exits(Exit::Usage).prints("");
    ran.says("error: the request: a list has at most 100000 requests\n");
    assert_eq!(tokens(&home), 1200);
}

// What fails at the end.

#[test]
fn secrets_that_cannot_be_delivered_are_told_with_what_ends_their_tokens() {
    for how in [ErrorKind::BrokenPipe, ErrorKind::StorageFull] {
        let home = Home::with(&[]);
        let ran = home.jeton(["create", "my web", "--count", "3"]).broken_stdout(how).run().exits(Exit::Failed);
        ran.says("error: not all of the secrets could be delivered: ")
            .says("`jeton revoke --yes 'my web'-{1..3}` ends them");
        from_list(&home, "[{name: 'a b'}, {name: 'c'}]", &[]).exits(Exit::Done);
        let list = home.jeton(["create", "--from", "-"]).stdin("[{name: 'd e'}, {name: 'f'}]").broken_stdout(how).run();
        list.exits(Exit::Failed).says("`jeton revoke --yes 'd e' f` ends them");
        assert_eq!(tokens(&home), 7, "they exist, and are named");
        let keeping = Home::keeping(&[]);
        let ran = keeping.jeton(["create", "web", "--count", "3"]).broken_stdout(how).run().exits(Exit::Failed);
        ran.says("`jeton copy NAME --print` gives a secret");
    }
}

#[test]
fn secrets_that_went_nowhere_are_told_to_be_lost_even_quietly() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "web", "--count", "2", "-q"]).stdout_goes_nowhere().run().exits(Exit::Done);
    assert_eq!(
        ran.err,
        "stdout went nowhere, so nobody holds these secrets; this deletes their tokens:\n`jeton delete web-{1..2}`\n"
    );
    let keeping = Home::keeping(&[]);
    keeping.jeton(["create", "web", "--count", "2", "-q"]).stdout_goes_nowhere().run().exits(Exit::Done).says_nothing();
}

/// A list, and somebody who takes the name of the file while it is read.
struct Meanwhile(PathBuf, io::Cursor<&'static str>);

impl Read for Meanwhile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        fs::write(&self.0, "theirs")?;
        self.1.read(buffer)
    }
}

#[test]
fn a_file_that_cannot_be_named_undoes_the_whole_batch() {
    let home = Home::with(&["old"]);
    let file = home.path("secrets");
    let list = Meanwhile(file.clone(), io::Cursor::new("[{name: 'a'}, {name: 'b'}]"));
    let ran = home.jeton(["create", "--from", "-", "--output", file.to_str().unwrap()]).stdin_from(list).run();
    ran.exits(Exit::Exists).prints("").says("already exists");
    assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
    assert_eq!(home.events(), ["init show-once", "create old", "create a", "create b", "delete a", "delete b"]);
    assert_eq!(tokens(&home), 1);
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 2, "no draft is left");
    // One that is there before anything begins is seen before.
    home.jeton(["create", "c", "--count", "2", "--output", file.to_str().unwrap()]).run().exits(Exit::Exists);
    assert_eq!(home.events().len(), 6);
}

// True processes.

#[test]
fn ctrl_c_in_the_middle_leaves_no_token_and_no_file() {
    let machine = Machine::with_show_once_vault();
    let dir = machine.home().join("out");
    fs::create_dir(&dir).unwrap();
    let file = dir.join("secrets");
    let words = ["create", "web", "--count", "200000", "--output", file.to_str().unwrap()];
    let child = machine.jeton(words).start();
    let _draft = eventually("a draft", || fs::read_dir(&dir).unwrap().next().map(Result::unwrap));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    outcome(child).exits(130).gives("");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    assert_eq!(machine.names(), [""; 0]);
    assert_sound(&machine.vault());
    machine.jeton(["create", "web", "--count", "2"]).run().exits(0);
}

#[test]
fn of_two_batches_of_one_name_one_is_made_whole() {
    let machine = Machine::with_show_once_vault();
    let running: Vec<_> = (0..4).map(|_| machine.jeton(["create", "web", "--count", "300"]).start()).collect();
    let ran: Vec<_> = running.into_iter().map(outcome).collect();
    let mut codes: Vec<_> = ran.iter().map(|ran| ran.code).collect();
    codes.sort();
    assert_eq!(codes, [0, 4, 4, 4], "{ran:#?}");
    let made = ran.iter().find(|ran| ran.code == 0).unwrap();
    assert_eq!((made.stdout.lines().count(), machine.names().len()), (300, 300));
    assert!(made.stdout.lines().step_by(100).all(|secret| machine.verify(secret) == 0));
    assert_sound(&machine.vault());
}

#[test]
fn long_work_shows_a_bar_on_a_terminal_that_is_gone_at_the_end() {
    let machine = Machine::with_vault();
    let words = ["create", "web", "--count", "20000", "--output", "secrets"];
    let mut screen = machine.at_terminal(words).columns(100).spawn();
    screen.expect("making [");
    screen.expect("created 20000 tokens, web-1 to web-20000");
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen}");
    let before = seen.split("created 20000").next().unwrap();
    assert!(before.ends_with("\r\x1b[2K"), "the line is clean: {before:?}");
    let words = ["create", "api", "--count", "20000", "--output", "others", "--quiet"];
    let (code, seen) = machine.at_terminal(words).columns(100).spawn().wait();
    assert_eq!((code, seen.contains("making"), seen.contains("created")), (0, false, false), "{seen:?}");
}
