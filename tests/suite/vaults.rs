//! What may lie where a vault should be: each gets a clear error, and is left as it was.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use jeton::token::exit::Exit;

use crate::support::home::{Home, PASSPHRASE, Ran};

/// Every command that touches a vault.
const COMMANDS: [&[&str]; 6] =
    [&["create", "x"], &["list"], &["show", "x"], &["copy", "x", "--print"], &["delete", "x", "--yes"], &["verify"]];

/// All commands say the same of it.
#[track_caller]
fn all_say(home: &Home, exit: Exit, what: &str) {
    for words in COMMANDS {
        home.jeton(words).stdin("sk-0123456789abcdef").run().exits(exit).says(what).says("hint: ");
    }
}

fn put(home: &Home, bytes: &[u8]) {
    fs::create_dir_all(home.path("data")).unwrap();
    fs::write(home.vault(), bytes).unwrap();
    chmod(&home.vault(), 0o600);
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_directory_is_not_a_vault() {
    let home = Home::new();
    fs::create_dir_all(home.vault()).unwrap();
    all_say(&home, Exit::Vault, "it is a directory");
}

#[test]
fn junk_is_not_a_vault_and_stays_as_it_is() {
    let home = Home::new();
    let junk = b"this is a shopping list, not a database\n".repeat(50);
    put(&home, &junk);
    all_say(&home, Exit::Vault, "not a SQLite database");
    assert_eq!(fs::read(home.vault()).unwrap(), junk);
}

#[test]
fn another_programs_database_is_not_a_vault_and_stays_as_it_is() {
    let home = Home::new();
    put(&home, b"");
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute_batch("CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('x')").unwrap();
    drop(db);
    let before = fs::read(home.vault()).unwrap();
    all_say(&home, Exit::Vault, "another program's database");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
}

#[test]
fn a_vault_from_a_newer_jeton_is_refused_and_never_touched() {
    let home = Home::with(&["x"]);
    home.tamper("PRAGMA user_version = 2");
    let before = fs::read(home.vault()).unwrap();
    all_say(&home, Exit::Vault, "newer jeton");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
}

#[test]
fn an_empty_file_is_no_vault_yet() {
    let home = Home::new();
    put(&home, b"");
    home.jeton(["list"]).run().exits(Exit::NotFound).says("there is no vault");
    home.jeton(["verify"]).stdin("sk-0123456789abcdef").run().exits(Exit::NotFound);
    assert_eq!(fs::metadata(home.vault()).unwrap().len(), 0);
    home.create("x");
    home.jeton(["list", "-q"]).run().prints("x\n");
}

#[test]
fn a_truncated_vault_is_damaged() {
    let home = Home::with(&["x"]);
    let whole = fs::read(home.vault()).unwrap();
    for length in [16, 100, 512, 4096, 8192, whole.len() - 4096, whole.len() - 1] {
        put(&home, &whole[..length]);
        for words in COMMANDS {
            let ran = home.jeton(words).stdin("sk-0123456789abcdef").run();
            assert_eq!(ran.exit, Exit::Vault, "{words:?} at {length}: {}", ran.err);
        }
    }
}

#[test]
fn garbled_pages_are_damage_and_never_a_panic_or_a_yes() {
    let home = Home::with(&[]);
    let secret = home.create("x");
    let whole = fs::read(home.vault()).unwrap();
    for page in 0..whole.len() / 4096 {
        for offset in [0, 100, 1000, 3900] {
            let mut garbled = whole.clone();
            let at = page * 4096 + offset;
            garbled[at..at + 60].fill(0xA5);
            put(&home, &garbled);
            for words in COMMANDS {
                let Ran { exit, err, .. } = home.jeton(words).stdin(&secret).run();
                assert!(!err.contains("panicked"), "{err}");
                let fine =
                    [Exit::Done, Exit::Vault, Exit::Failed, Exit::NotFound, Exit::Exists, Exit::Refused, Exit::Unknown];
                assert!(fine.contains(&exit), "{words:?}, page {page}, {offset}: {exit:?} {err}");
            }
        }
    }
}

#[test]
fn a_vault_that_others_can_read_or_write_is_refused_with_the_chmod_that_mends_it() {
    let home = Home::with(&["x"]);
    for mode in [0o644, 0o640, 0o660, 0o602, 0o604, 0o666] {
        chmod(&home.vault(), mode);
        all_say(&home, Exit::Refused, &format!("chmod 600 {}", home.vault().display()));
    }
    chmod(&home.vault(), 0o600);
    home.jeton(["show", "x"]).run().exits(Exit::Done);
}

#[test]
fn a_vault_behind_a_link_is_refused_but_its_directory_may_be_one() {
    let home = Home::with(&["x"]);
    let link = home.path("link.db");
    symlink(home.vault(), &link).unwrap();
    let flag = format!("--vault={}", link.display());
    for words in COMMANDS {
        home.jeton(words).word(&flag).stdin("sk-0123456789abcdef").run().exits(Exit::Refused).says("symbolic link");
    }
    symlink(home.path("data"), home.path("elsewhere")).unwrap();
    let flag = format!("--vault={}", home.path("elsewhere/vault.db").display());
    home.jeton(["show", "x"]).word(flag).run().exits(Exit::Done);
    // A link to nothing is not followed to make a vault there either.
    symlink(home.path("nothing"), home.path("dangling.db")).unwrap();
    let flag = format!("--vault={}", home.path("dangling.db").display());
    home.jeton(["create", "x"]).word(flag).run().exits(Exit::Refused);
    assert!(!home.path("nothing").exists());
}

#[test]
fn flag_and_variable_name_another_vault() {
    let home = Home::with(&["x"]);
    let other = home.path("deep/er/other.db");
    home.jeton(["create", "y"]).var("JETON_VAULT", &other).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).var("JETON_VAULT", &other).run().prints("y\n");
    let flag = format!("--vault={}", home.vault().display());
    home.jeton(["list", "-q", &flag]).var("JETON_VAULT", &other).run().prints("x\n");
    home.jeton(["list", "-q"]).var("JETON_VAULT", "").run().prints("x\n");
}

#[test]
fn names_that_mean_something_to_sqlite_or_urls_are_plain_names() {
    let home = Home::with(&["x"]);
    for name in ["file:v.db?mode=memory", ":memory:", "a b%20c#d?immutable=1", "ключ.db"] {
        let path = home.path(name);
        let secret = home.jeton(["create", "y"]).var("JETON_VAULT", &path).run().exits(Exit::Done).out;
        assert!(path.is_file(), "{name}");
        home.jeton(["verify"]).var("JETON_VAULT", &path).stdin(secret).run().exits(Exit::Done);
    }
}

#[test]
fn a_place_where_no_directory_can_be_is_refused() {
    let home = Home::new();
    fs::write(home.path("data"), "a file").unwrap();
    let ran = home.jeton(["create", "x"]).run();
    assert!(ran.exit != Exit::Done && ran.err.contains("hint: "), "{}", ran.err);
    home.jeton(["create", "x", "--vault", "/"]).run().says("hint: ");
}

#[test]
fn vault_init_makes_an_empty_vault_once() {
    let home = Home::new();
    let json =
        home.jeton(["vault", "init", "--json"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done).json();
    assert_eq!(json["recoverable"], true);
    assert_eq!(json["vault"], home.vault().display().to_string());
    home.jeton(["vault", "init"]).run().exits(Exit::Exists).says("left as it is");
    home.jeton(["list"]).run().exits(Exit::Done);
}

#[test]
fn a_vault_without_an_index_or_a_table_is_damaged() {
    let home = Home::with(&["x"]);
    home.tamper("DROP TABLE secret");
    home.jeton(["verify"]).stdin("sk-0123456789abcdef").run().exits(Exit::Vault).says("damaged");
}
