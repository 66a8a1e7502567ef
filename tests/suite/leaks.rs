//! A secret never enters by the arguments and never leaves in a message, a log or the file.

use jeton::token::exit::Exit;

use crate::support::home::{Home, PASSPHRASE, bytes_of};

#[test]
fn a_secret_among_the_arguments_of_any_command_is_refused_without_being_repeated() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    let mistyped = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('a') { "b" } else { "a" });
    // The check follows from the rest, so most of a secret is a secret.
    let cut = secret[..secret.len() - 6].to_owned();
    for given in [&secret, &mistyped, &cut] {
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
        &["copy", "web"],
        &["delete", "web"],
        &["create", "web"],
    ] {
        let ran = home.jeton(words).stdin(&secret).run();
        ran.hides(&secret[16..59]);
    }
}
