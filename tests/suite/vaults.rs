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
    // As `touch` leaves it. What takes its place is closed.
    chmod(&home.vault(), 0o644);
    home.jeton(["list"]).run().exits(Exit::NotFound);
    home.create("x");
    assert_eq!(fs::metadata(home.vault()).unwrap().permissions().mode() & 0o777, 0o600);
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

/// A vault with a log that a process left behind without finishing it.
fn with_log(home: &Home) {
    home.tamper("PRAGMA wal_autocheckpoint = 0");
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    db.execute_batch("VACUUM").unwrap();
    drop(db);
    assert!(beside(home, "-wal").metadata().unwrap().len() > 0);
}

fn beside(home: &Home, end: &str) -> std::path::PathBuf {
    home.path(&format!("data/vault.db{end}"))
}

#[test]
fn a_new_vault_does_not_adopt_the_log_of_one_that_was_taken_away() {
    for emptied in [false, true] {
        let home = Home::new();
        let secret = home.create("old");
        with_log(&home);
        match emptied {
            true => put(&home, b""),
            false => fs::remove_file(home.vault()).unwrap(),
        }
        home.jeton(["create", "new"]).run().exits(Exit::Vault).says("the log of another vault");
        home.jeton(["verify"]).stdin(&secret).run().exits(Exit::NotFound);
        fs::remove_file(beside(&home, "-wal")).unwrap();
        // Only its index is left, which holds nothing.
        home.create("new");
        home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Unknown);
    }
}

#[test]
fn what_lies_beside_a_vault_must_be_ours_alone_too() {
    let home = Home::with(&["x"]);
    for end in ["-wal", "-shm", "-journal"] {
        fs::write(beside(&home, end), "").unwrap();
        chmod(&beside(&home, end), 0o666);
        all_say(&home, Exit::Refused, &format!("chmod 600 {}", beside(&home, end).display()));
        fs::remove_file(beside(&home, end)).unwrap();
        symlink(home.path("elsewhere"), beside(&home, end)).unwrap();
        all_say(&home, Exit::Refused, "symbolic link");
        fs::remove_file(beside(&home, end)).unwrap();
    }
    home.jeton(["show", "x"]).run().exits(Exit::Done);
}

#[test]
fn a_vault_with_two_names_is_refused_since_each_would_have_a_log_of_its_own() {
    let home = Home::with(&["x"]);
    fs::hard_link(home.vault(), home.path("other.db")).unwrap();
    all_say(&home, Exit::Refused, "second name");
    fs::remove_file(home.path("other.db")).unwrap();
    home.jeton(["show", "x"]).run().exits(Exit::Done);
}

#[test]
fn founding_touches_no_other_file() {
    let home = Home::with(&["keep"]);
    let neighbours = ["v.new", ".v.new", "v.db.new"].map(|name| home.path(name));
    for neighbour in &neighbours {
        fs::copy(home.vault(), neighbour).unwrap();
    }
    home.jeton(["create", "x"]).var("JETON_VAULT", home.path("v")).run().exits(Exit::Done);
    home.jeton(["create", "x"]).var("JETON_VAULT", home.path("v.db")).run().exits(Exit::Done);
    for neighbour in &neighbours {
        home.jeton(["list", "-q"]).var("JETON_VAULT", neighbour).run().prints("keep\n");
    }
}

#[test]
fn a_place_that_is_a_directory_by_its_look_is_not_a_vault() {
    let home = Home::with(&["x"]);
    for place in ["/", ".", "..", "/tmp/", "new/"] {
        home.jeton(["list", "--vault", place]).run().exits(Exit::Vault).says("it is a directory");
        home.jeton(["create", "y", "--vault", place]).run().exits(Exit::Vault);
    }
}

/// What somebody put into the file who can write it, or what a bug did.
#[test]
fn a_forged_vault_is_damage_and_never_a_panic_a_hang_or_a_yes() {
    for forgery in [
        "UPDATE event SET seq = 9223372036854775807 WHERE action = 'create'",
        "CREATE TRIGGER keep BEFORE DELETE ON token BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER lose BEFORE INSERT ON secret BEGIN SELECT RAISE(IGNORE); END",
        "ALTER TABLE token RENAME TO t; CREATE VIEW token AS WITH RECURSIVE n AS (SELECT * FROM t UNION ALL SELECT * FROM n) SELECT * FROM n",
        "UPDATE token SET max_uses = 3, uses = -2",
        "UPDATE token SET max_uses = -3",
        "UPDATE token SET id = '$(touch here)'",
        "UPDATE token SET name = 'a' || char(7)",
        "UPDATE token SET scopes = '{'",
        "UPDATE token SET created_at = 9223372036854775807",
        "DELETE FROM setting WHERE key = 'vault_id'",
    ] {
        let home = Home::with(&[]);
        let secret = home.create("x");
        home.tamper(forgery);
        let mut damage = 0;
        for words in COMMANDS.iter().filter(|words| words[0] != "create").chain([&&["create", "y"][..]]) {
            let ran = home.jeton(*words).stdin(&secret).run();
            damage += usize::from(ran.exit == Exit::Vault);
            let harmless = matches!(ran.exit, Exit::Vault | Exit::Refused | Exit::NotFound)
                // What the forgery does not touch goes on.
                || matches!(words[0], "list" | "show" | "verify") && ran.exit == Exit::Done
                || words[0] == "create" && ran.exit == Exit::Done
                || words[0] == "delete" && ran.exit == Exit::Done;
            assert!(harmless, "{forgery}: {words:?} {:?} {}", ran.exit, ran.err);
        }
        assert!(damage > 0, "{forgery}: nobody noticed");
    }
}

#[test]
fn a_vault_with_a_part_of_its_keys_is_damaged_and_none_that_keeps_no_copies() {
    for part in ["public_key", "wrapped_key", "argon2_salt"] {
        let home = Home::keeping(&["x"]);
        home.tamper(&format!("DELETE FROM setting WHERE key = '{part}'"));
        let copy = home.jeton(["copy", "x", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
        assert!(matches!(copy.exit, Exit::Vault | Exit::Locked), "{part}: {}", copy.err);
    }
    let home = Home::keeping(&[]);
    home.tamper("DELETE FROM setting WHERE key = 'public_key'");
    home.jeton(["create", "y"]).run().exits(Exit::Vault).says("keys in the vault are damaged");
}
