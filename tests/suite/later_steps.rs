//! `--github-env` and `--quiet`: a secret for the steps of a job that follow, and one that is never shown at all.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use jeton::token::exit::Exit;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::support::home::{Home, Jeton, PASSPHRASE};
use crate::support::real::{Machine, Ran, set_mode};

/// The file of a runner, with this in it.
fn file(home: &Home, content: &str) -> PathBuf {
    let path = home.path("github_env");
    fs::write(&path, content).unwrap();
    path
}

fn in_actions<'h>(home: &'h Home, words: &[&str], file: &PathBuf) -> Jeton<'h> {
    home.jeton(words).var("GITHUB_ACTIONS", "true").var("GITHUB_ENV", file)
}

/// The secret that was masked, which is all that was said.
#[track_caller]
fn masked(out: &str) -> &str {
    out.strip_prefix("::add-mask::").and_then(|rest| rest.strip_suffix('\n')).unwrap()
}

#[test]
fn the_secret_is_masked_and_set_and_nothing_else_is_said() {
    let home = Home::new();
    let env = file(&home, "");
    let ran = in_actions(&home, &["create", "deploy", "--github-env", "DEPLOY_TOKEN"], &env).run();
    let ran = ran.exits(Exit::Done).says_nothing();
    let secret = masked(&ran.out);
    assert_eq!(home.verdict(secret), Exit::Done);
    assert_eq!(fs::read_to_string(&env).unwrap(), format!("DEPLOY_TOKEN={secret}\n"));
}

#[test]
fn what_others_wrote_into_the_file_keeps_its_lines() {
    for (before, between) in [("A=1\n", ""), ("A=1", "\n"), ("A<<E\nx\nE\n", ""), ("\n", ""), ("A=1\r\n", "")] {
        let home = Home::with(&[]);
        let env = file(&home, before);
        let ran = in_actions(&home, &["create", "deploy", "--github-env", "T"], &env).run().exits(Exit::Done);
        let expected = format!("{before}{between}T={}\n", masked(&ran.out));
        assert_eq!(fs::read_to_string(&env).unwrap(), expected, "{before:?}");
    }
}

#[test]
fn a_request_a_rotation_and_a_login_can_go_the_same_way() {
    let home = Home::keeping(&["web"]);
    let env = file(&home, "");
    let ran = in_actions(&home, &["create", "--from", "-", "--github-env", "A"], &env).stdin("{name: 'asked'}").run();
    let asked = masked(&ran.exits(Exit::Done).says_nothing().out).to_owned();
    let ran = in_actions(&home, &["rotate", "web", "--github-env", "B"], &env).run().exits(Exit::Done).says_nothing();
    let rotated = masked(&ran.out).to_owned();
    let ran = in_actions(&home, &["login", "--github-env", "C"], &env).run().exits(Exit::Done).says_nothing();
    let session = masked(&ran.out).to_owned();
    assert_eq!(fs::read_to_string(&env).unwrap(), format!("A={asked}\nB={rotated}\nC={session}\n"));
    assert_eq!([asked, rotated, session].map(|secret| home.verdict(&secret)), [Exit::Done; 3]);
}

#[test]
fn outside_of_actions_it_is_refused_and_nothing_is_made() {
    let home = Home::new();
    let env = file(&home, "A=1\n");
    for value in [None, Some(""), Some("false"), Some("1"), Some("TRUE")] {
        let jeton = home.jeton(["create", "web", "--github-env", "T"]).var("GITHUB_ENV", &env);
        let ran = value.into_iter().fold(jeton, |jeton, value| jeton.var("GITHUB_ACTIONS", value)).run();
        let ran = ran.exits(Exit::Usage).prints("");
        ran.says("error: --github-env: this is not GitHub Actions, and the mask would show the secret to everybody\n");
    }
    assert!(!home.path("data").exists());
    assert_eq!(fs::read_to_string(&env).unwrap(), "A=1\n");
}

#[test]
fn a_file_that_is_not_there_or_is_none_is_refused_before_anything_is_made() {
    let home = Home::new();
    let pipe = home.path("pipe");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let words = ["create", "web", "--github-env", "T"];
    for path in [home.path("missing"), home.path(""), pipe, PathBuf::from("/dev/null")] {
        let ran = in_actions(&home, &words, &path).run().exits(Exit::Usage).prints("");
        ran.says(&format!("error: --github-env: the file {} in GITHUB_ENV: ", path.display()));
        assert!(!home.path("missing").exists());
    }
    for jeton in [in_actions(&home, &words, &PathBuf::new()), home.jeton(words).var("GITHUB_ACTIONS", "true")] {
        jeton.run().exits(Exit::Usage).prints("").says("the runner names no file in GITHUB_ENV");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_made() {
    let machine = Machine::of_nobody();
    let env = machine.home().join("env");
    fs::write(&env, "A=1\n").unwrap();
    machine.own(&env);
    set_mode(&env, 0o400);
    let jeton = machine.jeton(["create", "web", "--github-env", "T"]).env("GITHUB_ACTIONS", "true");
    let ran = jeton.env("GITHUB_ENV", &env).run().exits(2).gives("");
    ran.says("in GITHUB_ENV: Permission denied");
    assert!(!machine.vault().exists());
}

#[test]
fn a_stdout_that_goes_nowhere_would_mask_nothing() {
    let home = Home::new();
    let env = file(&home, "");
    let ran = in_actions(&home, &["create", "web", "--github-env", "T"], &env).stdout_goes_nowhere().run();
    ran.exits(Exit::Usage).says("the runner would not learn what to mask");
    assert!(!home.path("data").exists());
}

#[test]
fn a_variable_that_is_none_or_somebody_elses_is_refused() {
    let home = Home::new();
    let env = file(&home, "");
    for (variable, why) in [
        ("1A", "a variable is letters, digits and `_`, and begins with no digit"),
        ("A-B", "a variable is letters, digits"),
        ("A=B", "a variable is letters, digits"),
        ("A\nB", "a variable is letters, digits"),
        ("", "a variable is letters, digits"),
        ("GITHUB_TOKEN", "it belongs to GitHub Actions"),
        ("RUNNER_TEMP", "it belongs to GitHub Actions"),
        ("CI", "it belongs to GitHub Actions"),
        ("node_options", "it belongs to GitHub Actions"),
        ("PATH", "it means something else to every program"),
        ("LD_PRELOAD", "it means something else to every program"),
        ("JETON_PASSPHRASE", "it means something else to every program"),
    ] {
        let ran = in_actions(&home, &["create", "web", &format!("--github-env={variable}")], &env).run();
        ran.exits(Exit::Usage).prints("").says(why);
    }
    assert!(!home.path("data").exists());
    assert_eq!(fs::read_to_string(&env).unwrap(), "");
}

#[test]
fn no_other_way_goes_with_it() {
    let home = Home::new();
    let env = file(&home, "");
    for other in [&["--output", "x"][..], &["--print"], &["--copy"], &["--json"], &["--count", "2"]] {
        let words = [&["create", "web", "--github-env", "T"], other].concat();
        in_actions(&home, &words, &env).run().exits(Exit::Usage).prints("");
    }
    let words = ["create", "--from", "-", "--github-env", "T"];
    let ran = in_actions(&home, &words, &env).stdin("[{name: 'a'}]").run().exits(Exit::Usage).prints("");
    ran.says("error: --github-env: it takes one secret, and this is a list of requests\n");
    assert!(!home.path("data").exists());
    assert_eq!(fs::read_to_string(&env).unwrap(), "");
}

#[test]
fn where_the_mask_cannot_be_written_the_token_is_undone_and_nothing_is_set() {
    let home = Home::with(&["web"]);
    let env = file(&home, "A=1");
    for words in [["create", "new", "--github-env", "T"], ["rotate", "web", "--github-env", "T"]] {
        let ran = in_actions(&home, &words, &env).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed);
        ran.says("error: the secret could not be handed on, and nothing was changed: stdout cannot be written: ");
    }
    assert_eq!(fs::read_to_string(&env).unwrap(), "A=1");
    home.jeton(["list", "-q"]).run().prints("web\n");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret"), 1);
}

#[test]
fn where_the_file_cannot_grow_the_token_is_undone_and_the_file_is_as_it_was() {
    let machine = Machine::with_show_once_vault();
    let env = machine.home().join("env");
    // As long as any file may become for jeton, in blocks of 512 bytes or of 1024.
    let length = 64 << 20;
    fs::File::create(&env).unwrap().set_len(length).unwrap();
    let script = "trap '' XFSZ; ulimit -f 65536; exec \"$0\" create web --github-env T";
    let mut command = machine.command("sh");
    command.args(["-c", script]).arg(machine.program()).env("GITHUB_ACTIONS", "true").env("GITHUB_ENV", &env);
    let ran = Ran::from(command.output().unwrap()).exits(1);
    let secret = masked(&ran.stdout);
    assert_eq!(machine.verify(secret), 11, "it is gone");
    assert!(!ran.stderr.contains(&secret[16..]), "{ran:?}");
    ran.says(&format!("nothing was changed: {} cannot be written: ", env.display()));
    assert_eq!(fs::metadata(&env).unwrap().len(), length);
    assert_eq!(machine.names(), [""; 0]);
}

// Never shown.

#[test]
fn a_file_and_quiet_show_nothing_at_all() {
    for home in [Home::with(&["web"]), Home::keeping(&["web"]).with_clipboard()] {
        for (terminal, name) in [(false, "api"), (true, "job")] {
            let output = home.path(name);
            for words in [["create", name], ["rotate", "web"]] {
                let words = words.into_iter().chain(["--output", output.to_str().unwrap(), "--quiet"]);
                let jeton = home.jeton(words);
                let ran = if terminal { jeton.answers([]) } else { jeton }.run();
                ran.gives(Exit::Done, "", "");
                let secret = fs::read_to_string(&output).unwrap();
                assert_eq!(home.verdict(&secret), Exit::Done);
                fs::remove_file(&output).unwrap();
            }
        }
        assert_eq!(home.desk.borrow().put, None);
    }
}

#[test]
fn quiet_makes_a_vault_without_a_word() {
    let home = Home::new();
    let output = home.path("secret");
    let jeton = home.jeton(["create", "web", "-q", "--output", output.to_str().unwrap()]);
    jeton.var("JETON_PASSPHRASE", PASSPHRASE).run().gives(Exit::Done, "", "");
    assert_eq!(home.verdict(&fs::read_to_string(&output).unwrap()), Exit::Done);
}

#[test]
fn quiet_still_tells_what_failed_and_never_the_secret() {
    let home = Home::with(&["web"]);
    let taken = file(&home, "");
    for (words, exit) in [
        (&["create", "web", "-q", "--output", "new"][..], Exit::Exists),
        (&["create", "api", "-q", "--output", taken.to_str().unwrap()], Exit::Exists),
        (&["create", "api", "-q", "--output", "/nowhere/at/all"], Exit::Usage),
        (&["create", "api", "-q", "--expires=2020-01-01"], Exit::Usage),
    ] {
        let ran = home.jeton(words).run().exits(exit).prints("").says("error: ").says("\nhint: ");
        assert!(!ran.err.contains("created"));
    }
    let ran = home.jeton(["create", "api", "-q"]).broken_stdout(ErrorKind::BrokenPipe).run().exits(Exit::Failed);
    ran.says("`jeton rotate api` gives it a new one");
}
