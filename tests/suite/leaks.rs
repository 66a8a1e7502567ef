//! A secret never enters by the arguments and never leaves in a message, a log or the file.

use jeton::host::Host;
use jeton::host::os::OsHost;
use jeton::store::{Access, Location};
use jeton::token::exit::Exit;
use jeton::token::name::Name;
use jeton::token::request::{Naming, Request};
use jeton::vault::{Moment, Vault};

use crate::support::home::{Home, PASSPHRASE, bytes_of};

#[test]
fn a_secret_among_the_arguments_of_any_command_is_refused_without_being_repeated() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    let mistyped = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('a') { "b" } else { "a" });
    // The check follows from the rest, so most of a secret is a secret.
    let cut = secret[..secret.len() - 6].to_owned();
    for given in [&secret, &mistyped, &cut] {
        let labelled = format!("key={given}");
        for words in [
            vec!["create", given],
            vec!["create", "x", "--description", given],
            vec!["create", "x", "--prefix", given],
            vec!["create", "x", "--output", given],
            vec!["list", given],
            vec!["show", given],
            vec!["copy", given],
            vec!["delete", given, "--yes"],
            vec!["verify", given],
            vec!["verify", "--env", given],
            vec!["verify", "--file", given],
            vec!["vault", given],
            vec!["create", "--from", given],
            vec!["create", "x", "--scope", given],
            vec!["create", "x", "--label", &labelled],
            vec!["create", "x", "--owner", given],
            vec!["rotate", given],
            vec!["rotate", "--finish", given],
            vec!["revoke", given],
            vec!["revoke", "--env", given],
            vec!["revoke", "--owner", given, "--yes"],
            vec!["restore", given],
            vec!["edit", given, "--owner", "bob"],
            vec!["edit", "web", "--description", given],
            vec!["edit", "web", "--add-scope", given],
            vec!["edit", "web", "--label", &labelled],
            vec!["login", "--scope", given],
            vec!["logout", given],
            vec!["policy", given],
            vec!["policy", "set", "prefix", given],
            vec!["policy", "scopes", "add", given],
            vec!["log", "--token", given],
            vec!["import", given],
            vec!["import", "x", "--only", given],
            vec!["import", "x", "--owner", given],
            vec!["export", "--output", given],
            vec!["log", "--since", given],
            vec!["log", "--check", "--head", given],
            vec!["completions", given],
            vec!["help", given],
            vec![given],
            vec!["--vault", given, "list"],
            vec!["--color", given, "list"],
            vec!["show", "--", given],
        ] {
            home.jeton(&words).run().exits(Exit::Usage).prints("").hides(given).hides(&given[20..]).says("argument");
        }
        for word in
            [format!("--name={given}"), format!("-d{given}"), format!("--file={given}"), format!("Bearer {given}")]
        {
            home.jeton(["create", "x", &word]).run().exits(Exit::Usage).hides(given);
        }
        let error = home.jeton(["verify", "--json", given]).run().exits(Exit::Usage).hides(given).error_json();
        assert!(error["hint"].as_str().unwrap().contains("jeton verify"));
        home.jeton(["revoke", given]).run().says("| jeton revoke`");
        home.jeton(["show", given]).run().says("`jeton rotate`");
    }
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn verify_repeats_no_argument_at_all() {
    let home = Home::with(&["web"]);
    for words in [
        &["verify", "hunter2hunter2hunter2"][..],
        &["--vault", "x", "verify", "hunter2hunter2hunter2"],
        &["--color", "never", "verify", "hunter2hunter2hunter2"],
        &["verify", "--quiet=hunter2hunter2hunter2"],
        &["verify", "--hunter2hunter2hunter2"],
    ] {
        home.jeton(words).run().exits(Exit::Usage).hides("hunter2").says("stdin");
    }
}

#[test]
fn an_id_is_no_secret() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    home.jeton(["show", &secret[..16]]).run().exits(Exit::Done);
}

#[test]
fn no_secret_and_no_passphrase_is_in_the_file() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).answers(["a wrong one"]).run().exits(Exit::Locked);
    let file = bytes_of(&home.vault());
    let holds = |needle: &str| file.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("web") && holds(&secret[..16]), "name and id are public");
    assert!(!holds(&secret) && !holds(&secret[16..]) && !holds(&secret[16..40]));
    assert!(!holds(PASSPHRASE) && !holds("a wrong one"));
}

#[test]
fn no_command_but_those_that_must_prints_a_secret() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    for words in [
        &["list"][..],
        &["list", "--json", "--all"],
        &["show", "web"],
        &["show", "web", "--json"],
        &["verify"],
        &["verify", "--json", "--explain"],
        &["verify", "--batch"],
        &["export"],
        &["import", "-"],
        &["copy", "web"],
        &["delete", "web"],
        &["create", "web"],
    ] {
        let ran = home.jeton(words).stdin(&secret).run();
        ran.hides(&secret[16..59]);
    }
}

#[test]
fn a_secret_in_a_request_is_refused_without_being_repeated() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let cut = secret[..secret.len() - 6].to_owned();
    let events = home.sql::<i64>("SELECT count(*) FROM event");
    for given in [&secret, &cut] {
        for body in [
            "{name: 'SECRET'}",
            "{name: 'my SECRET'}",
            "{name: 'x', owner: 'SECRET'}",
            "{name: 'x', description: 'it is SECRET'}",
            "{name: 'x', type: 'SECRET'}",
            "{name: 'x', expires: 'SECRET'}",
            "{name: 'x', labels: {k: 'SECRET'}}",
            "{name: 'x', labels: {SECRET: 'v'}}",
            "{name: 'x', scopes: ['SECRET']}",
            "{name: 'x', scopes: {admin: true, SECRET: true}}",
            "{name: 'x', scopes: {SECRET: {admin: true}}}",
            "{name: 'x', SECRET: 1}",
            "{name: 'x', what: [[{deep: 'SECRET'}]]}",
            "{name: 'x', SECRET",
        ] {
            for flag in [&[][..], &["--json"]] {
                let words = [&["create", "--from", "-"], flag].concat();
                let ran = home.jeton(words).stdin(body.replace("SECRET", given)).run().exits(Exit::Usage).prints("");
                ran.hides(given).hides(&given[20..]);
            }
        }
    }
    home.jeton(["list", "-q"]).run().prints("web\n");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM event"), events);
}

#[test]
fn a_secret_in_a_variable_is_not_repeated() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    for name in ["JETON_SESSION_TTL", "LOGNAME", "USER"] {
        let ran = home.jeton(["login"]).var(name, &secret).run();
        assert_ne!(ran.exit, Exit::Done, "{name}");
        ran.hides(&secret[16..]);
    }
}

#[test]
fn no_command_that_changes_a_token_repeats_its_secret() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    for words in [
        &["rotate", "web", "--grace", "1d"][..],
        &["rotate", "--finish", "web"],
        &["edit", "web", "--owner", "bob"],
        &["revoke", "web", "--json"],
        &["revoke"],
        &["revoke", "--json"],
        &["restore", "web"],
        &["edit", "web", "--forget", "--yes"],
        &["login"],
        &["logout"],
        &["policy"],
        &["log"],
        &["log", "--json"],
        &["log", "--check"],
        &["log", "--follow"],
    ] {
        home.jeton(words).stdin(&secret).run().exits(Exit::Done).hides(&secret[16..59]);
    }
}

#[test]
fn the_log_holds_no_secret_no_description_and_no_label() {
    let home = Home::keeping(&[]);
    let mut secrets = Vec::new();
    let mut done = |words: &[&str]| secrets.push(home.jeton(words).run().exits(Exit::Done).out.trim_end().to_owned());
    done(&["create", "web", "-d", "telling-one", "--label", "key=telling-two"]);
    done(&["edit", "web", "-d", "telling-three", "--label", "key=telling-four"]);
    done(&["edit", "web", "-d", "", "--remove-label", "key"]);
    done(&["rotate", "web", "--grace", "1h"]);
    done(&["login"]);
    done(&["policy", "set", "require-scope", "true"]);
    let refused = ["create", "next", "-d", "telling-five", "--label", "key=telling-six"];
    home.jeton(refused).run().exits(Exit::Refused);
    let body = "{name: 'asked', description: 'telling-seven', labels: {key: 'telling-eight'}}";
    home.jeton(["create", "--from", "-"]).stdin(body).run().exits(Exit::Refused);
    home.jeton(["copy", "web", "--print"]).answers(["telling-nine"]).run().exits(Exit::Locked);
    home.jeton(["revoke"]).stdin(&secrets[0]).run().exits(Exit::Done);
    home.jeton(["delete", "web", "--yes"]).run().exits(Exit::Done);
    secrets.retain(|secret| secret.starts_with("jtn_"));
    assert_eq!(secrets.len(), 3);
    let columns =
        "seq || at || actor || action || ifnull(token_id, '') || ifnull(token_name, '') || detail || hex(hash)";
    let kept = home.sql::<String>(&format!("SELECT group_concat({columns}) FROM event"));
    let told = [&[][..], &["--json"], &["--follow"], &["--token", "web"]]
        .map(|flags| home.jeton([&["log"], flags].concat()).run().exits(Exit::Done).out);
    for text in told.iter().chain([&kept]) {
        assert!(!text.contains("telling"), "{text}");
        assert!(secrets.iter().all(|secret| text.contains("web") && !text.contains(&secret[16..40])), "{text}");
    }
}

#[test]
fn what_is_made_ready_delivered_and_rotated_hides_its_secret_from_debug() {
    let home = Home::keeping(&[]);
    let mut vault = Vault::open(&Location::File(home.vault()), Access::Write).unwrap();
    let mut rng = OsHost.random().unwrap();
    let moment = Moment { now: OsHost.now(), actor: "alice@paper".into(), by: None, presented: None };
    let request = Request::new(Naming::As(Name::parse("web").unwrap()), "alice".into());
    let prepared = vault.prepare(request, &moment, &mut *rng).unwrap();
    let mut texts = vec![format!("{:?}", prepared.issued())];
    let issued = vault.keep(prepared, &moment).unwrap();
    texts.push(format!("{issued:?} {issued:#?}"));
    let rotation = vault.prepare_rotation(&issued.token, &moment, &mut *rng).unwrap();
    texts.push(format!("{:?}", rotation.issued()));
    let rotated = vault.rotate(rotation, None, &moment).unwrap();
    texts.push(format!("{rotated:?} {rotated:#?}"));
    texts.push(format!("{:?}", vault.revoke_secret(&rotated.issued.secret, &moment)));
    for secret in [&issued.secret, &rotated.issued.secret] {
        let tail = &secret.expose()[16..];
        for text in &texts {
            assert!(text.contains("web") && !text.contains(tail) && !text.contains(&tail[..20]), "{text}");
        }
    }
}
