//! Help, exit codes, completions, and what the grammar refuses.

use jeton::token::exit::{Exit, TABLE};
use jeton::token::policy::Rule;

use crate::support::home::Home;

#[test]
fn exit_codes_are_all_told() {
    let out = Home::new().jeton(["help", "exit-codes"]).run().exits(Exit::Done).out;
    for (exit, meaning) in TABLE {
        assert!(out.contains(&format!("{:>4}  {meaning}\n", exit.code())), "{out}");
    }
}

#[test]
fn help_is_the_same_by_flag_and_by_command() {
    let home = Home::new();
    for words in [
        &["create"][..],
        &["vault"],
        &["vault", "init"],
        &["rotate"],
        &["log"],
        &["policy"],
        &["policy", "set"],
        &["policy", "scopes", "remove"],
        &[],
    ] {
        let by_command = home.jeton(["help"].iter().chain(words)).run().exits(Exit::Done).out;
        let by_flag = home.jeton(words.iter().chain(&["--help"])).run().exits(Exit::Done).out;
        assert_eq!(by_command, by_flag);
        assert!(by_flag.contains("Usage: jeton"), "{by_flag}");
        assert!(!by_flag.contains('\u{1b}'));
    }
    home.jeton(["help", "frobnicate"]).run().exits(Exit::Usage).says("`jeton help exit-codes`");
}

#[test]
fn every_rule_of_the_policy_is_explained_where_it_is_set() {
    let home = Home::new();
    for words in [["policy", "set", "--help"], ["help", "policy", "set"]] {
        let out = home.jeton(words).run().exits(Exit::Done).out;
        for rule in Rule::ALL {
            assert!(out.contains(&format!("  {}\n", rule.meaning())), "{out}");
            assert!(out.contains(&format!("= {}\n", rule.values())), "{out}");
        }
    }
}

#[test]
fn help_fits_the_terminal() {
    let out = Home::new().jeton(["create", "--help"]).columns(60).run().out;
    assert!(out.lines().all(|line| line.chars().count() <= 60), "{out}");
}

#[test]
fn version_is_told() {
    let out = Home::new().jeton(["--version"]).run().exits(Exit::Done).out;
    assert_eq!(out, format!("jeton {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn nothing_said_gets_the_help_and_a_2() {
    let ran = Home::new().jeton([] as [&str; 0]).run().exits(Exit::Usage).prints("").says("Usage: jeton");
    assert!(ran.err.contains("create"));
}

#[test]
fn a_misspelt_command_or_flag_is_answered_with_the_right_one() {
    let home = Home::new();
    home.jeton(["crate", "x"])
        .run()
        .exits(Exit::Usage)
        .prints("")
        .says("error: unrecognized subcommand 'crate'")
        .says("'create'");
    home.jeton(["create", "x", "--expire", "1d"]).run().exits(Exit::Usage).says("--expires");
    home.jeton(["create"]).run().exits(Exit::Usage).says("<NAME>").says("usage: jeton create");
    home.jeton(["create", "my", "token"]).run().exits(Exit::Usage).says("a name with blanks in it needs quotes");
    home.jeton(["create", "x", "--expires", "soon"]).run().exits(Exit::Usage).says("see `jeton create --help`");
    let json = home.jeton(["create", "x", "--json", "--nope"]).run().exits(Exit::Usage).error_json();
    assert_eq!(json["code"], "usage");
    assert!(json["message"].as_str().unwrap().contains("--nope"));
}

#[test]
fn what_is_not_utf8_is_a_usage_error() {
    use std::os::unix::ffi::OsStringExt;
    let home = Home::new();
    let bad = std::ffi::OsString::from_vec(vec![b'a', 0xff]);
    home.jeton(["create"]).word(bad.clone()).run().exits(Exit::Usage);
    home.jeton(["show"]).word(bad).run().exits(Exit::Usage);
}

#[test]
fn colour_is_for_terminals_and_obeys_flag_and_variables() {
    let home = Home::with(&["x"]);
    let coloured = |ran: crate::support::home::Ran| ran.err.contains('\u{1b}');
    assert!(!coloured(home.jeton(["show", "y"]).run()));
    assert!(coloured(home.jeton(["show", "y"]).answers([]).run()));
    assert!(!coloured(home.jeton(["show", "y"]).answers([]).var("NO_COLOR", "1").run()));
    assert!(coloured(home.jeton(["show", "y"]).answers([]).var("NO_COLOR", "").run()));
    assert!(!coloured(home.jeton(["show", "y"]).answers([]).var("TERM", "dumb").run()));
    assert!(coloured(home.jeton(["show", "y"]).var("CLICOLOR_FORCE", "1").run()));
    assert!(!coloured(home.jeton(["show", "y"]).var("CLICOLOR_FORCE", "0").run()));
    assert!(coloured(home.jeton(["show", "y", "--color", "always"]).var("NO_COLOR", "1").run()));
    assert!(!coloured(home.jeton(["show", "y", "--color=never"]).answers([]).run()));
    home.jeton(["list", "--color", "sometimes"]).run().exits(Exit::Usage).says("never");
}

#[test]
fn completions_for_every_shell_know_every_command() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let out = home.jeton(["completions", shell]).run().exits(Exit::Done).says_nothing().out;
        for command in ["create", "verify", "completions", "passphrase-file"] {
            assert!(out.contains(command), "{shell} lacks {command}");
        }
        assert!(!out.contains("keep-clipboard"), "{shell}");
    }
    home.jeton(["completions", "cmd"]).run().exits(Exit::Usage).says("elvish");
}

/// As the bash script calls it: the words after `--`, the last of them begun.
fn complete(home: &Home, words: &[&str]) -> Vec<String> {
    let words = [&["--", "jeton"], words].concat();
    // The engine reads which word is meant from its own variable; unset it is the first, so zsh's way is used,
    // which has the index in the same variable. Fish's needs none: it completes the last word.
    let ran = home.jeton(words).var("JETON_COMPLETE", "fish").run().exits(Exit::Done).says_nothing();
    ran.out.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn names_of_tokens_complete() {
    let home = Home::with(&["web-upload", "web-download", "deploy"]);
    assert_eq!(complete(&home, &["copy", "web"]), ["web-download", "web-upload"]);
    assert_eq!(complete(&home, &["delete", "deploy", "web-u"]), ["web-upload"]);
    assert_eq!(complete(&home, &["show", "zzz"]), [""; 0]);
    assert_eq!(complete(&home, &["help", "exi"]), ["exit-codes"]);
    std::fs::write(home.path("near.key"), "").unwrap();
    assert_eq!(complete(&home, &["verify", "--file", "nea"]), ["near.key"]);
    let id = home.jeton(["show", "deploy", "--json"]).run().json()["id"].as_str().unwrap().to_owned();
    assert_eq!(complete(&home, &["show", &id[..12]]), [id]);
}

#[test]
fn names_complete_wherever_a_token_is_asked_for() {
    let home = Home::with(&["web-upload", "web-download", "deploy"]);
    home.jeton(["revoke", "web-upload"]).run().exits(Exit::Done);
    for words in [
        &["rotate"][..],
        &["rotate", "--finish"],
        &["edit"],
        &["log", "--token"],
        &["log", "--follow", "--token"],
        &["revoke"],
        &["revoke", "deploy"],
        &["restore"],
        &["restore", "deploy"],
        &["rm", "deploy"],
    ] {
        assert_eq!(complete(&home, &[words, &["web"]].concat()), ["web-download", "web-upload"], "{words:?}");
    }
    assert_eq!(complete(&home, &["log", "--token=web-u"]), ["--token=web-upload"]);
    // A second one of what takes one is nobody's name.
    assert_eq!(complete(&home, &["rotate", "deploy", "web"]), [""; 0]);
    assert_eq!(complete(&home, &["create", "web"]), [""; 0]);
}

#[test]
fn commands_and_rules_complete() {
    let home = Home::with(&[]);
    assert_eq!(complete(&home, &["re"]), ["revoke", "restore"]);
    assert_eq!(complete(&home, &["help", "po"]), ["policy"]);
    assert_eq!(complete(&home, &["policy", "set", "max"]), ["max-tokens-per-owner", "max-expiry"]);
    assert_eq!(complete(&home, &["policy", "unset", "rec"]), ["recoverable"]);
    assert_eq!(complete(&home, &["list", "--sort", "la"]), ["last-used"]);
    assert_eq!(complete(&home, &["list", "--columns", "name,des"]), ["name,description"]);
    assert_eq!(complete(&home, &["delete", "--status", "ex"]), ["expired"]);
    assert_eq!(complete(&home, &["policy", "scopes", "rem"]), ["remove"]);
}

#[test]
fn a_name_that_the_shell_would_split_completes_as_its_id() {
    let home = Home::with(&["Admin api key", "stage:web", "we$ird", "it's", "plain"]);
    let ids = complete(&home, &["copy", "Adm"]);
    assert_eq!(ids.len(), 1);
    home.jeton(["show", &ids[0], "--json"]).run().exits(Exit::Done);
    for begun in ["stage", "we", "it"] {
        let found = complete(&home, &["copy", begun]);
        assert!(found.len() == 1 && found[0].starts_with("jtn_"), "{begun}: {found:?}");
    }
}

#[test]
fn completing_makes_no_vault_and_changes_nothing() {
    let home = Home::new();
    assert_eq!(complete(&home, &["copy", ""]).iter().filter(|word| !word.starts_with('-')).count(), 0);
    assert!(!home.path("data").exists());
    let home = Home::keeping(&["web"]);
    let before = std::fs::read(home.vault()).unwrap();
    assert_eq!(complete(&home, &["copy", "w"]), ["web"]);
    assert_eq!(std::fs::read(home.vault()).unwrap(), before);
}

#[test]
fn completing_looks_into_the_vault_that_was_named() {
    let home = Home::with(&["x"]);
    let other = home.path("other.db");
    home.jeton(["create", "elsewhere"]).var("JETON_VAULT", &other).run().exits(Exit::Done);
    let other = other.to_str().unwrap();
    assert_eq!(complete(&home, &["--vault", other, "copy", "else"]), ["elsewhere"]);
    assert_eq!(complete(&home, &["copy", &format!("--vault={other}"), "else"]), ["elsewhere"]);
}

#[test]
fn a_foreign_complete_variable_breaks_nothing() {
    let home = Home::with(&["web"]);
    home.jeton(["list", "-q"]).var("COMPLETE", "x").run().prints("web\n");
    home.jeton(["list", "-q"]).var("JETON_COMPLETE", "").run().prints("web\n");
    home.jeton(["list"]).var("JETON_COMPLETE", "tcsh").run().exits(Exit::Usage).says("fish");
}

#[test]
fn the_completion_script_calls_jeton_by_its_own_variable() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let out = home.jeton([] as [&str; 0]).var("JETON_COMPLETE", shell).run().exits(Exit::Done).out;
        assert!(out.contains("JETON_COMPLETE"), "{shell}: {out}");
    }
}
