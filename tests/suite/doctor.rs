//! `jeton doctor`: what is wrong with a vault and its tokens. Every check is made to fail by true damage.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use jeton::crypto::key::PublicKey;
use jeton::crypto::seal::{Place, seal};
use jeton::token::exit::Exit;
use jeton::token::secret::{Digest, Id, Secret};
use jiff::SignedDuration;
use nix::unistd::geteuid;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde_json::{Value, json};

use crate::support::home::{Home, PASSPHRASE};
use crate::support::real::{self, Machine, needs};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What it tells in JSON; the exit code and stderr are as they should be.
#[track_caller]
fn told(home: &Home, words: &[&str], passphrase: &str) -> Value {
    let ran = home.jeton([&["doctor", "--json"], words].concat()).var("JETON_PASSPHRASE", passphrase).run();
    let told = ran.json();
    let findings = told["findings"].as_array().unwrap();
    assert_eq!(told["healthy"], findings.is_empty());
    ran.says_nothing().exits(if findings.is_empty() { Exit::Done } else { Exit::Findings });
    assert_eq!(told["checks"].as_array().unwrap().len(), 10);
    for check in told["checks"].as_array().unwrap() {
        let found = findings.iter().any(|finding| finding["check"] == check["check"]);
        assert_eq!(check["result"] == "findings", found, "{check}");
    }
    told
}

/// The findings of a locked vault.
#[track_caller]
fn found(home: &Home) -> Vec<Value> {
    told(home, &[], "")["findings"].as_array().unwrap().clone()
}

/// `no-expiry: web, ci`
fn line(finding: &Value) -> String {
    let names: Vec<_> = finding["tokens"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let code = finding["code"].as_str().unwrap();
    if names.is_empty() { code.to_owned() } else { format!("{code}: {}", names.join(", ")) }
}

#[track_caller]
fn lines(home: &Home) -> Vec<String> {
    found(home).iter().map(line).collect()
}

/// The findings of a vault that is unlocked by its passphrase.
#[track_caller]
fn unlocked_lines(home: &Home) -> Vec<String> {
    told(home, &[], PASSPHRASE)["findings"].as_array().unwrap().iter().map(line).collect()
}

/// What to do about the only finding.
#[track_caller]
fn mend(home: &Home) -> String {
    let found = found(home);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]["mend"].as_str().unwrap().to_owned()
}

/// `ok`, `findings` or `not-checked`.
#[track_caller]
fn result(home: &Home, check: &str, passphrase: &str) -> String {
    let told = told(home, &[], passphrase);
    let checks = told["checks"].as_array().unwrap();
    checks.iter().find(|checked| checked["check"] == check).unwrap()["result"].as_str().unwrap().to_owned()
}

/// Does what a mend says, as somebody who pastes it.
#[track_caller]
fn paste(command: &str) {
    assert!(Command::new("sh").args(["-ec", command]).status().unwrap().success(), "{command}");
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// With a vault that keeps copies and a token that is as it should be.
fn sound() -> Home {
    let home = Home::keeping(&[]);
    home.jeton(["create", "web", "--expires", "90d"]).run().exits(Exit::Done);
    home
}

fn create(home: &Home, words: &[&str]) -> String {
    home.jeton([&["create"], words].concat()).run().exits(Exit::Done).out.trim_end().to_owned()
}

// A healthy one.

#[test]
fn a_new_vault_is_healthy_and_says_so() {
    let home = Home::with(&[]);
    home.jeton(["doctor"]).run().gives(
        Exit::Done,
        &format!(
            "vault {}\n  ok       permissions\n  ok       integrity\n  ok       schema\n  ok       log\n  \
             ok       policy\n  ok       keys\n  -        copies: not checked, since this is a show-once vault\n  ok       wiping\n  \
             ok       clock\n  ok       tokens\nhealthy: nothing to mend\n",
            home.vault().display()
        ),
        "",
    );
}

#[test]
fn a_vault_in_good_keeping_is_healthy() {
    let home = sound();
    let told = told(&home, &[], PASSPHRASE);
    assert_eq!((&told["healthy"], &told["findings"]), (&json!(true), &json!([])));
    assert_eq!(told["vault"], home.vault().display().to_string());
    let words = ["permissions", "integrity", "schema", "log", "policy", "keys", "copies", "wiping", "clock", "tokens"];
    assert_eq!(told["checks"], words.map(|word| json!({"check": word, "result": "ok"})).into_iter().collect::<Value>());
}

#[test]
fn where_there_is_no_vault_there_is_nothing_to_examine() {
    let home = Home::new();
    home.jeton(["doctor"]).run().exits(Exit::NotFound).prints("").says("`jeton vault init`");
    let ran = home.jeton(["doctor", "--json"]).run().exits(Exit::NotFound).prints("");
    assert_eq!(ran.error_json()["code"], "not-found");
    assert!(!home.path("data").exists());
    fs::create_dir(home.path("data")).unwrap();
    fs::write(home.vault(), "").unwrap();
    home.jeton(["doctor"]).run().exits(Exit::NotFound);
}

#[test]
fn it_leaves_nothing_behind_and_puts_nothing_on_record() {
    let home = sound();
    // More than are looked up without opening the file for good.
    (0..5).for_each(|_| drop(home.create(&format!("more-{}", home.events().len()))));
    let (before, events) = (fs::read(home.vault()).unwrap(), home.events());
    assert_eq!(unlocked_lines(&home).len(), 1);
    assert_eq!(fs::read_dir(home.path("data")).unwrap().count(), 1, "no log and no index beside it");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
    assert_eq!(home.events(), events);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let home = Home::with(&["web"]);
    home.jeton(["doctor"]).broken_stdout(ErrorKind::BrokenPipe).run().exits(Exit::Findings).says_nothing();
    home.jeton(["doctor"]).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed).says("cannot be written");
}

// How the file lies there.

#[test]
fn a_vault_that_others_can_read_is_told_with_the_chmod_that_mends_it() {
    let home = sound();
    for mode in [0o640, 0o604, 0o666, 0o000] {
        chmod(&home.vault(), mode);
        assert_eq!(mend(&home), format!("chmod 600 {}", home.vault().display()));
        assert_eq!(lines(&home), [if mode == 0 { "unreadable" } else { "exposed" }]);
        assert_eq!(result(&home, "tokens", ""), "not-checked");
        paste(&mend(&home));
        assert_eq!(lines(&home), [""; 0]);
    }
}

#[test]
fn what_lies_beside_it_and_its_directory_are_told_too_and_all_at_once() {
    let home = sound();
    for end in ["-wal", "-shm", "-journal"] {
        let beside = home.path(&format!("data/vault.db{end}"));
        fs::write(&beside, "").unwrap();
        chmod(&beside, 0o622);
    }
    chmod(&home.vault(), 0o660);
    chmod(&home.path("data"), 0o777);
    assert_eq!(lines(&home), ["exposed", "exposed", "exposed", "exposed", "open-directory"]);
    for finding in found(&home) {
        paste(finding["mend"].as_str().unwrap());
    }
    for end in ["-wal", "-shm", "-journal"] {
        fs::remove_file(home.path(&format!("data/vault.db{end}"))).unwrap();
    }
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn a_directory_that_others_can_write_is_told_and_the_vault_looked_into_all_the_same() {
    let home = Home::with(&["web"]);
    for mode in [0o720, 0o702, 0o770, 0o777] {
        chmod(&home.path("data"), mode);
        assert_eq!(lines(&home), ["open-directory", "no-expiry: web"], "{mode:o}");
        paste(found(&home)[0]["mend"].as_str().unwrap());
        assert_eq!(lines(&home), ["no-expiry: web"]);
    }
    // Nobody but the owner can take a file out of a sticky one, and looking at one is no harm.
    for mode in [0o1777, 0o755] {
        chmod(&home.path("data"), mode);
        assert_eq!(lines(&home), ["no-expiry: web"], "{mode:o}");
    }
}

#[test]
fn a_vault_or_a_directory_of_somebody_else_is_told() {
    if !geteuid().is_root() {
        assert!(std::env::var_os("CI").is_none(), "only root can give files away, and CI wants every test");
        return real::skipped("root");
    }
    let home = sound();
    chown(home.path("data"), Some(65534), None).unwrap();
    assert_eq!(lines(&home), ["foreign-directory"]);
    chown(home.vault(), Some(65534), None).unwrap();
    assert_eq!(lines(&home), ["not-ours", "foreign-directory"]);
}

#[test]
fn what_is_no_vault_or_not_to_be_opened_is_told_and_not_touched() {
    let home = sound();
    let whole = fs::read(home.vault()).unwrap();
    fs::rename(home.vault(), home.path("other.db")).unwrap();
    symlink(home.path("other.db"), home.vault()).unwrap();
    assert_eq!(lines(&home), ["link"]);
    fs::remove_file(home.vault()).unwrap();
    fs::hard_link(home.path("other.db"), home.vault()).unwrap();
    assert_eq!(lines(&home), ["two-names"]);
    fs::remove_file(home.vault()).unwrap();
    fs::create_dir(home.vault()).unwrap();
    assert_eq!(lines(&home), ["not-a-vault"]);
    fs::remove_dir(home.vault()).unwrap();
    for (bytes, mode) in [(&b"this is a shopping list\n".repeat(50), 0o600), (&whole, 0o600), (&vec![7; 9000], 0o644)] {
        fs::write(home.vault(), bytes).unwrap();
        chmod(&home.vault(), mode);
        if bytes == &whole {
            home.tamper("PRAGMA application_id = 7");
        }
        let before = fs::read(home.vault()).unwrap();
        assert_eq!(lines(&home), ["not-a-vault"]);
        assert_eq!(fs::read(home.vault()).unwrap(), before);
    }
}

#[test]
fn a_vault_from_a_newer_jeton_is_told_once_and_nothing_else_of_it() {
    let home = sound();
    home.tamper("PRAGMA user_version = 2");
    let found = found(&home);
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), ["newer"]);
    assert_eq!((&found[0]["severity"], &found[0]["check"]), (&json!("error"), &json!("integrity")));
    assert!(found[0]["mend"].as_str().unwrap().starts_with("update jeton"), "{found:?}");
    let page = home.jeton(["doctor"]).run().exits(Exit::Findings).says_nothing().out;
    let barred =
        "  -        schema, log, policy, keys, copies, wiping, clock, tokens: not checked, since what was found";
    assert!(page.contains(barred) && page.ends_with("1 finding\n"), "{page}");
}

// What stands in the file.

#[test]
fn a_vault_that_was_cut_off_is_damaged() {
    let home = sound();
    let whole = fs::read(home.vault()).unwrap();
    for length in [16, 100, 512, 4096, 8192, whole.len() - 4096, whole.len() - 1] {
        fs::write(home.vault(), &whole[..length]).unwrap();
        let codes = lines(&home);
        assert!(codes.iter().all(|code| code == "damaged" || code == "not-a-vault"), "{length}: {codes:?}");
        assert!(!codes.is_empty(), "{length}");
    }
}

#[test]
fn a_damaged_page_is_told_and_what_can_be_checked_is() {
    let home = sound();
    (0..40).for_each(|n| drop(create(&home, &[&format!("token-{n}"), "--expires", "90d"])));
    let whole = fs::read(home.vault()).unwrap();
    let page_of = |name: &str| {
        let page = home.sql::<i64>(&format!("SELECT rootpage FROM sqlite_schema WHERE name = '{name}'"));
        usize::try_from(page - 1).unwrap() * 4096
    };
    for (place, others) in [
        ("token_owner", &["log", "tokens", "clock", "policy", "keys"][..]),
        ("secret", &["log", "policy", "keys"]),
        ("event", &["tokens", "policy", "keys"]),
    ] {
        let mut garbled = whole.clone();
        garbled[page_of(place)..][..4096].fill(0xA5);
        fs::write(home.vault(), &garbled).unwrap();
        let codes = lines(&home);
        assert!(!codes.is_empty() && codes.iter().all(|code| code == "damaged"), "{place}: {codes:?}");
        for check in others {
            assert_eq!(result(&home, check, ""), "ok", "{place}: {check}");
        }
        assert_eq!(fs::read(home.vault()).unwrap(), garbled, "nothing was changed");
        assert_eq!(fs::read_dir(home.path("data")).unwrap().count(), 1, "nothing was left beside it");
    }
}

#[test]
fn garbled_bytes_never_make_it_crash_nor_call_healthy_what_fails() {
    let home = Home::with(&[]);
    let secret = create(&home, &["web", "--expires", "90d"]);
    let whole = fs::read(home.vault()).unwrap();
    for at in (0..whole.len()).step_by(509) {
        let mut garbled = whole.clone();
        let end = (at + 60).min(whole.len());
        garbled[at..end].fill(0xA5);
        fs::write(home.vault(), &garbled).unwrap();
        let ran = home.jeton(["doctor", "--json"]).run();
        assert!([Exit::Done, Exit::Findings].contains(&ran.exit), "{at}: {:?} {}", ran.exit, ran.err);
        if ran.exit == Exit::Done {
            for words in [&["list", "--json"][..], &["log", "--check"], &["policy"], &["verify", "--peek"]] {
                home.jeton(words).stdin(&secret).run().exits(Exit::Done);
            }
        }
    }
}

#[test]
fn an_index_that_does_not_fit_its_table_is_damage() {
    let home = sound();
    home.tamper(
        "PRAGMA writable_schema = 1;
         UPDATE sqlite_schema SET sql = replace(sql, '(owner,', '(name,') WHERE name = 'token_owner'",
    );
    assert_eq!(lines(&home), ["damaged", "schema"]);
}

#[test]
fn secrets_and_tokens_that_miss_each_other_are_damage() {
    for (forgery, text) in [
        ("DELETE FROM token WHERE name = 'ci'", "1 x secret that belongs to no token"),
        ("DELETE FROM secret WHERE token_seq = 2", "1 x token without exactly one current secret"),
        ("UPDATE secret SET retires_at = 5 WHERE token_seq = 2", "1 x token without exactly one current secret"),
    ] {
        let home = sound();
        create(&home, &["ci", "--expires", "90d"]);
        home.tamper(&format!("PRAGMA foreign_keys = 0; {forgery}"));
        let found = found(&home);
        assert_eq!(found.iter().map(line).collect::<Vec<_>>(), ["damaged"], "{forgery}");
        assert!(found[0]["message"].as_str().unwrap().contains(text), "{found:?}");
    }
}

#[test]
fn a_missing_index_is_told_with_the_statement_that_makes_it() {
    if !needs(&["sqlite3"]) {
        return;
    }
    for index in ["token_owner", "token_created"] {
        let home = sound();
        home.tamper(&format!("DROP INDEX {index}"));
        assert_eq!(lines(&home), ["schema"]);
        assert!(found(&home)[0]["message"].as_str().unwrap().contains(index));
        paste(&mend(&home));
        assert_eq!(lines(&home), [""; 0]);
        home.tamper(&format!("DROP INDEX {index}; CREATE INDEX {index} ON token (type)"));
        assert_eq!(lines(&home), ["schema"]);
        paste(&mend(&home));
        assert_eq!(lines(&home), [""; 0]);
    }
}

#[test]
fn a_table_of_another_form_is_told_and_what_somebody_added_is_not() {
    let home = sound();
    home.tamper("ALTER TABLE secret ADD COLUMN note TEXT");
    assert_eq!(lines(&home), ["schema"]);
    let home = sound();
    home.tamper("CREATE INDEX mine ON token (type); ANALYZE; CREATE TABLE notes (text TEXT)");
    assert_eq!(lines(&home), [""; 0]);
    home.tamper("DROP TABLE event");
    let codes = lines(&home);
    assert!(codes.contains(&"schema".to_owned()) && codes.contains(&"damaged".to_owned()), "{codes:?}");
    assert_eq!(result(&home, "tokens", ""), "ok");
}

#[test]
fn a_trigger_is_damage() {
    let home = sound();
    home.tamper("CREATE TRIGGER keep BEFORE DELETE ON token BEGIN SELECT RAISE(IGNORE); END");
    assert_eq!(lines(&home), ["damaged"]);
}

#[test]
fn a_record_that_is_none_is_damage_and_the_rest_is_looked_into() {
    for forgery in [
        "UPDATE token SET scopes = '{' WHERE name = 'ci'",
        "UPDATE token SET name = 'a' || char(7) WHERE name = 'ci'",
        "UPDATE token SET created_at = 9223372036854775807 WHERE name = 'ci'",
    ] {
        let home = sound();
        create(&home, &["ci"]);
        home.tamper(forgery);
        assert_eq!(lines(&home), ["damaged"], "{forgery}");
        assert_eq!(result(&home, "log", ""), "ok");
        assert!(!home.jeton(["doctor"]).run().out.contains('\u{7}'));
    }
}

#[test]
fn a_log_that_somebody_has_changed_is_told() {
    for forgery in [
        "UPDATE event SET detail = 'x' WHERE seq = 1",
        "UPDATE event SET hash = zeroblob(32) WHERE seq = 2",
        "DELETE FROM event WHERE seq = 1",
        "DELETE FROM event",
        "UPDATE event SET seq = 9 WHERE seq = 2",
    ] {
        let home = sound();
        home.tamper(forgery);
        assert_eq!(lines(&home), ["log-tampered"], "{forgery}");
        assert_eq!(result(&home, "tokens", ""), "ok");
    }
}

#[test]
fn a_policy_that_is_not_understood_is_told() {
    for (rule, value) in [("future-rule", "1"), ("max-expiry", "soon"), ("scopes", "[")] {
        let home = sound();
        home.tamper(&format!("INSERT INTO setting VALUES ('policy.{rule}', '{value}')"));
        assert_eq!(lines(&home), ["policy-damaged"]);
        assert_eq!(result(&home, "tokens", ""), "ok");
    }
}

#[test]
fn keys_that_cannot_be_keys_are_told() {
    for forgery in [
        "DELETE FROM setting WHERE key = 'public_key'",
        "DELETE FROM setting WHERE key = 'wrapped_key'",
        "DELETE FROM setting WHERE key = 'argon2_salt'",
        "UPDATE setting SET value = x'00' WHERE key = 'public_key'",
        "UPDATE setting SET value = substr(value, 2) WHERE key = 'wrapped_key'",
        "UPDATE setting SET value = 99999999 WHERE key = 'argon2_memory_kib'",
    ] {
        let home = sound();
        home.tamper(forgery);
        assert_eq!(lines(&home), ["keys-damaged"], "{forgery}");
        assert_eq!(unlocked_lines(&home), ["keys-damaged"], "{forgery}");
        assert_eq!(result(&home, "copies", PASSPHRASE), "not-checked");
    }
    let home = sound();
    home.tamper("DELETE FROM setting WHERE key LIKE '%key' OR key LIKE 'argon2%'");
    assert_eq!(lines(&home), ["copies-without-key: web"]);
}

// Sealed copies.

#[test]
fn copies_that_were_swapped_changed_or_forged_are_found_by_the_passphrase() {
    let swap = "CREATE TEMP TABLE o AS SELECT * FROM secret;
                UPDATE secret SET sealed = (SELECT sealed FROM o WHERE o.token_seq = 3 - secret.token_seq)";
    for (forgery, bad) in [
        (swap, "web, ci"),
        ("UPDATE secret SET sealed = CAST(substr(sealed, 1, 60) || randomblob(53) AS BLOB) WHERE token_seq = 1", "web"),
        ("UPDATE secret SET sealed = x'' WHERE token_seq = 2", "ci"),
        ("UPDATE secret SET digest = randomblob(32) WHERE token_seq = 1", "web"),
        ("UPDATE token SET id = 'jtn_000000000000' WHERE seq = 2", "ci"),
        ("UPDATE setting SET value = randomblob(16) WHERE key = 'vault_id'", ""),
    ] {
        let home = sound();
        create(&home, &["ci", "--expires", "90d"]);
        home.tamper(forgery);
        if bad.is_empty() {
            // The wrapped key is bound to it, and so is the log.
            let page = home.jeton(["doctor"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Findings).out;
            assert!(page.contains("copies: not checked, since the passphrase is wrong"), "{page}");
            assert_eq!(lines(&home), ["log-tampered"]);
            continue;
        }
        assert_eq!(unlocked_lines(&home), [format!("copies-damaged: {bad}")], "{forgery}");
        assert_eq!(lines(&home), [""; 0], "what is locked is not looked into");
        assert_eq!(result(&home, "copies", ""), "not-checked");
    }
}

#[test]
fn a_copy_that_opens_and_is_another_secret_is_found() {
    let home = sound();
    let text = |query: &str| home.sql::<String>(query);
    let blob = |query: &str| home.sql::<Vec<u8>>(query);
    // Whoever can write the file has all that it takes but the private key.
    let id = Id::parse(&text("SELECT id FROM token")).unwrap();
    let digest = Digest(blob("SELECT digest FROM secret").try_into().unwrap());
    let vault_id = blob("SELECT value FROM setting WHERE key = 'vault_id'");
    let key = PublicKey(blob("SELECT value FROM setting WHERE key = 'public_key'").try_into().unwrap());
    let place = Place { vault_id: &vault_id, token_id: &id, digest: &digest };
    let another = Secret::parse(b"a-secret-of-somebody-else").unwrap();
    let sealed = seal(&key, place, &another, &mut UnwrapErr(SysRng)).unwrap();
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute("UPDATE secret SET sealed = ?1", [sealed]).unwrap();
    drop(db);
    assert_eq!(unlocked_lines(&home), ["copies-damaged: web"]);
}

#[test]
fn a_key_that_waits_in_the_keyring_opens_them_too() {
    let home = sound().with_keyring();
    home.jeton(["unlock"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    assert_eq!(result(&home, "copies", ""), "ok");
    home.tamper("UPDATE secret SET sealed = zeroblob(113)");
    assert_eq!(lines(&home), ["copies-damaged: web"]);
    home.jeton(["lock"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn copies_of_old_secrets_are_opened_too_and_a_token_is_told_once() {
    let home = sound();
    home.jeton(["rotate", "web", "--grace", "1d"]).run().exits(Exit::Done);
    assert_eq!(unlocked_lines(&home), [""; 0]);
    home.tamper("UPDATE secret SET sealed = zeroblob(113) WHERE retires_at IS NOT NULL");
    assert_eq!(unlocked_lines(&home), ["copies-damaged: web"]);
    home.tamper("UPDATE secret SET sealed = zeroblob(113)");
    let told = told(&home, &[], PASSPHRASE);
    assert_eq!(
        (&told["findings"][0]["count"], &told["findings"][0]["mend"]),
        (&json!(1), &json!("jeton edit web --forget"))
    );
    home.jeton(["edit", "web", "--forget", "--yes"]).run().exits(Exit::Done);
    assert_eq!(unlocked_lines(&home), [""; 0]);
}

#[test]
fn a_locked_vault_is_healthy_and_the_page_tells_how_to_look_further() {
    let home = sound();
    let page = home.jeton(["doctor"]).answers([]).run().exits(Exit::Done).out;
    assert!(page.contains("copies: not checked, since the vault is locked; `jeton unlock` first\n"), "{page}");
    let flag = format!("--vault={}", home.vault().display());
    let page = home.jeton(["doctor", &flag]).run().exits(Exit::Done).out;
    assert!(page.contains(&format!("`jeton --vault {} unlock` first", home.vault().display())), "{page}");
}

#[test]
fn a_wrong_passphrase_hides_nothing_else_and_is_5_if_there_is_nothing_else() {
    let home = sound();
    let doctor = |words: &[&str]| home.jeton(words).var("JETON_PASSPHRASE", "a wrong one").run();
    let page = doctor(&["doctor"]).exits(Exit::Locked).says("the passphrase is wrong").out;
    assert!(page.contains("copies: not checked, since the passphrase is wrong"), "{page}");
    let told = doctor(&["doctor", "--json"]).exits(Exit::Locked).json();
    assert_eq!(told["healthy"], true);
    chmod(&home.vault(), 0o600);
    home.jeton(["create", "endless"]).run().exits(Exit::Done);
    let page = doctor(&["doctor"]).exits(Exit::Findings).out;
    assert!(page.contains("`endless` never expires"), "{page}");
    assert_eq!(home.events().iter().filter(|event| *event == "refuse wrong passphrase").count(), 3);
}

#[test]
fn a_key_in_the_keyring_that_does_not_fit_is_told_from_none() {
    let home = sound().with_keyring();
    home.jeton(["unlock"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    assert_eq!(result(&home, "copies", ""), "ok");
    home.tamper("UPDATE setting SET value = randomblob(32) WHERE key = 'public_key'");
    assert_eq!(result(&home, "copies", ""), "not-checked");
    let page = home.jeton(["doctor"]).run().out;
    assert!(page.contains("the key that waits in the keyring is not this vault's"), "{page}");
}

// The clock, and what was begun.

#[test]
fn a_clock_that_was_set_back_is_told() {
    let home = sound();
    home.pass(-SignedDuration::from_secs(60));
    assert_eq!(lines(&home), [""; 0], "clocks are corrected by as much");
    home.pass(-SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["clock: web"]);
    home.pass(-DAY * 3);
    let found = found(&home);
    assert_eq!(found[0]["message"], "the log and `web` are 3 days ahead of the clock, which was set back or is wrong");
    home.pass(DAY * 4);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn an_event_or_a_use_from_a_time_to_come_is_told_by_itself() {
    let home = sound();
    home.pass(DAY);
    home.jeton(["policy", "set", "prefix", "jtn"]).run().exits(Exit::Done);
    home.pass(-DAY);
    assert_eq!(lines(&home), ["clock"]);
    assert!(found(&home)[0]["message"].as_str().unwrap().starts_with("the log is 24 hours ahead"));
    // Who goes on with a clock that was mended is not told for ever.
    home.jeton(["policy", "unset", "prefix"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
    let home = Home::keeping(&[]);
    let secret = create(&home, &["web", "--expires", "90d"]);
    home.pass(DAY);
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    home.pass(-DAY);
    assert_eq!(lines(&home), ["clock: web"]);
}

#[test]
fn behind_a_broken_link_the_newest_event_still_tells_the_time() {
    let home = sound();
    home.tamper("UPDATE event SET detail = 'x' WHERE seq = 1");
    home.pass(DAY);
    home.jeton(["policy", "set", "prefix", "jtn"]).run().exits(Exit::Done);
    home.pass(-DAY);
    assert_eq!(lines(&home), ["log-tampered", "clock"]);
}

#[test]
fn a_deletion_that_was_not_wiped_is_told() {
    let home = sound();
    // As a crash leaves it.
    home.tamper("INSERT INTO setting VALUES ('unwiped', 7)");
    assert_eq!(lines(&home), ["unwiped"]);
    assert_eq!(mend(&home), "jeton vault compact");
    home.jeton(["vault", "compact"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

// Tokens.

#[test]
fn a_token_without_an_end_is_told_with_the_life_it_could_have() {
    let home = Home::with(&["web"]);
    assert_eq!(lines(&home), ["no-expiry: web"]);
    assert_eq!(mend(&home), "jeton edit web --expires 90d");
    home.jeton(["policy", "set", "max-expiry", "30d"]).run().exits(Exit::Done);
    assert_eq!(mend(&home), "jeton edit web --expires 30d");
    home.jeton(["policy", "set", "default-expiry", "20d"]).run().exits(Exit::Done);
    assert_eq!(mend(&home), "jeton edit web --expires 20d");
    home.jeton(mend(&home).split(' ').skip(1)).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn a_token_that_ends_within_two_weeks_is_told() {
    let home = sound();
    home.pass(DAY * 76 - SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["never-used: web"]);
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["expiring: web", "never-used: web"]);
    assert_eq!(found(&home)[0]["mend"], "jeton edit web --expires 90d");
    home.jeton(["edit", "web", "--expires", "90d"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), ["never-used: web"]);
}

#[test]
fn a_token_that_was_made_for_less_than_a_day_is_meant_to_end() {
    let home = Home::with(&[]);
    create(&home, &["job", "--expires", "23h"]);
    assert_eq!(lines(&home), [""; 0]);
    create(&home, &["task", "--expires", "1d"]);
    assert_eq!(lines(&home), ["expiring: task"]);
}

#[test]
fn a_token_that_nobody_has_used_is_told_after_30_days() {
    let home = Home::with(&[]);
    let secret = create(&home, &["web", "--expires", "1y"]);
    home.pass(DAY * 30);
    assert_eq!(lines(&home), [""; 0]);
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["never-used: web"]);
    assert_eq!(mend(&home), "jeton revoke web");
    // Whoever has just made it a new secret is about to use it.
    home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Revoked);
    home.pass(DAY * 31);
    assert_eq!(lines(&home), ["never-used: web"]);
}

#[test]
fn a_token_that_is_used_no_more_is_told_after_90_days() {
    let home = Home::with(&[]);
    let secret = create(&home, &["web", "--expires", "1y"]);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.pass(DAY * 90);
    assert_eq!(lines(&home), [""; 0]);
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["unused: web"]);
    assert_eq!(mend(&home), "jeton revoke web");
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn a_token_that_may_do_everything_is_told_and_an_admin_is_what_it_says() {
    let home = Home::with(&[]);
    create(&home, &["all", "--scope", "*", "--scope", "a.b", "--expires", "90d"]);
    create(&home, &["much", "--scope", "a.*", "--expires", "90d"]);
    create(&home, &["root", "--type", "admin", "--expires", "90d"]);
    assert_eq!(lines(&home), ["all-scopes: all"]);
    assert_eq!(mend(&home), "jeton edit all --remove-scope '*' --add-scope '<SCOPE>'");
    home.jeton(["edit", "all", "--remove-scope", "*", "--add-scope", "<SCOPE>"]).run().exits(Exit::Usage);
}

#[test]
fn copies_that_are_kept_against_the_policy_are_told() {
    let home = sound();
    create(&home, &["once", "--once", "--expires", "90d"]);
    home.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), ["copies-kept: web"]);
    assert_eq!(mend(&home), "jeton edit web --forget");
    // A rotation leaves the copy of the old secret where it is.
    home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), ["copies-kept: web"]);
    home.jeton(["edit", "web", "--forget", "--yes"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn a_grace_that_goes_on_and_on_is_told() {
    let home = Home::with(&[]);
    let secret = create(&home, &["web", "--expires", "1y"]);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["rotate", "web", "--grace", "60d"]).run().exits(Exit::Done);
    home.pass(DAY * 30);
    assert_eq!(lines(&home), [""; 0]);
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(lines(&home), ["long-grace: web"]);
    assert_eq!(mend(&home), "jeton rotate --finish web");
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn tokens_that_no_longer_work_and_sessions_are_no_findings() {
    let home = Home::keeping(&[]);
    for name in ["revoked", "expired", "used-up"] {
        let secret = create(&home, &[name, "--scope", "*", "--max-uses", "1"]);
        match name {
            "revoked" => drop(home.jeton(["revoke", name]).run().exits(Exit::Done)),
            "expired" => drop(home.jeton(["edit", name, "--expires", "1d"]).run().exits(Exit::Done)),
            _ => drop(home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done)),
        }
    }
    home.jeton(["policy", "set", "session-ttl", "300d"]).run().exits(Exit::Done);
    home.jeton(["login"]).run().exits(Exit::Done);
    home.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    home.pass(DAY * 290);
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn where_tokens_live_for_days_only_a_new_one_is_not_at_its_end() {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", "max-expiry", "9d"]).run().exits(Exit::Done);
    home.jeton(["create", "web"]).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0]);
    home.pass(DAY * 6);
    assert_eq!(lines(&home), ["expiring: web"]);
    home.jeton(mend(&home).split(' ').skip(1)).run().exits(Exit::Done);
    assert_eq!(lines(&home), [""; 0], "what is proposed mends");
}

// How it is told.

#[test]
fn several_are_counted_and_a_few_are_named() {
    let home = Home::with(&["a", "b", "c", "d", "e", "f", "Admin api key"]);
    let page = home.jeton(["doctor"]).run().exits(Exit::Findings).says_nothing().out;
    let expected = "  warning  tokens: 7 tokens never expire: `Admin api key`, `f`, `e`, `d`, `c` and 2 more
           jeton edit 'Admin api key' --expires 90d
           jeton edit f --expires 90d
           jeton edit e --expires 90d
           jeton edit d --expires 90d
           jeton edit c --expires 90d
           # and 2 more; --json has more of them
1 finding
";
    assert!(page.ends_with(expected), "{page}");
    let found = found(&home);
    assert_eq!((&found[0]["count"], found[0]["tokens"].as_array().unwrap().len()), (&json!(7), 7));
}

#[test]
fn of_very_many_the_first_hundred_are_named_and_all_are_counted() {
    let home = Home::with(&["web"]);
    home.tamper(
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
         INSERT INTO token SELECT i, printf('jtn_%012d', i), 't-' || i, type, owner, scopes, labels, description,
                created_at, expires_at, max_uses, uses, revoked_at FROM token, n;
         INSERT INTO secret SELECT seq, randomblob(32), NULL, created_at, NULL, NULL FROM token WHERE seq > 1",
    );
    let found = found(&home);
    assert_eq!((&found[0]["count"], found[0]["tokens"].as_array().unwrap().len()), (&json!(2500), 100));
}

#[test]
fn what_is_proposed_for_several_mends_them_and_touches_no_others() {
    let home = Home::with(&[]);
    let used: Vec<String> = ["u", "v"].map(|name| create(&home, &[name, "--expires", "200d"])).into();
    create(&home, &["n", "--expires", "200d"]);
    create(&home, &["o", "--expires", "200d"]);
    used.iter().for_each(|secret| drop(home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done)));
    home.pass(DAY * 190);
    let found = found(&home);
    let codes: Vec<_> = found.iter().map(line).collect();
    assert_eq!(codes, ["expiring: o, n, v, u", "never-used: o, n", "unused: v, u"]);
    let mends: Vec<_> = found.iter().map(|finding| finding["mend"].as_str().unwrap()).collect();
    assert_eq!(mends[1..], ["jeton revoke o\njeton revoke n", "jeton revoke v\njeton revoke u"]);
    for command in mends.iter().flat_map(|mend| mend.lines()) {
        home.jeton(command.split(' ').skip(1)).run().exits(Exit::Done);
    }
    assert_eq!(lines(&home), [""; 0]);
}

#[test]
fn commands_name_the_vault_that_was_named() {
    let home = Home::with(&["web"]);
    let elsewhere = home.path("a b.db");
    fs::copy(home.vault(), &elsewhere).unwrap();
    let told = told(&home, &["--vault", elsewhere.to_str().unwrap()], "");
    let mend = format!("jeton --vault '{}' edit web --expires 90d", elsewhere.display());
    assert_eq!(told["findings"][0]["mend"], mend);
    chmod(&elsewhere, 0o644);
    let ran = home.jeton(["doctor", "--vault", elsewhere.to_str().unwrap()]).run().exits(Exit::Findings);
    assert!(ran.out.contains(&format!("\n           chmod 600 '{}'\n", elsewhere.display())), "{}", ran.out);
}

#[test]
fn a_narrow_terminal_breaks_sentences_and_no_command() {
    let home = Home::with(&["web", "a-token-with-a-long-name"]);
    let page = home.jeton(["doctor"]).columns(40).run().exits(Exit::Findings).out;
    for line in page.lines().skip(1) {
        assert!(line.chars().count() <= 40 || line.trim_start().starts_with("jeton "), "{line:?}");
    }
    assert!(page.contains("\n           jeton edit a-token-with-a-long-name --expires 90d\n"), "{page}");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let home = Home::with(&[]);
    home.tamper(
        "CREATE TABLE \"x\u{1b}[2J\" (a INTEGER); INSERT INTO \"x\u{1b}[2J\" VALUES (NULL);
         PRAGMA writable_schema = 1;
         UPDATE sqlite_schema SET sql = replace(sql, '(a INTEGER)', '(a INTEGER NOT NULL)') WHERE name LIKE 'x%'",
    );
    let page = home.jeton(["doctor"]).run().exits(Exit::Findings).out;
    assert!(page.contains(r"\u{1b}[2J") && !page.contains('\u{1b}'), "{page}");
    let path = home.path("b\u{1b}[2J.db");
    fs::copy(home.vault(), &path).unwrap();
    let page = home.jeton(["doctor", "--vault", path.to_str().unwrap()]).run().exits(Exit::Findings).out;
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[test]
fn findings_are_coloured_on_a_terminal_alone() {
    let home = Home::with(&["web"]);
    chmod(&home.path("data"), 0o777);
    assert!(!home.jeton(["doctor"]).run().out.contains('\u{1b}'));
    let page = home.jeton(["doctor", "--color", "always"]).run().out;
    for coloured in ["\u{1b}[1m\u{1b}[31merror  ", "\u{1b}[33mwarning", "\u{1b}[32mok     "] {
        assert!(page.contains(coloured), "{coloured:?} in {page:?}");
    }
}

// The true program.

#[test]
fn what_it_tells_is_mended_by_pasting_it() {
    let machine = Machine::with_show_once_vault();
    machine.create("Admin api key");
    machine.create("it's");
    let told = machine.jeton(["doctor", "--json"]).run().exits(20).says_nothing().stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    let mend = told["findings"][0]["mend"].as_str().unwrap();
    assert_eq!(mend.lines().count(), 2);
    let path = format!("{}:{}", machine.dir().display(), std::env::var("PATH").unwrap());
    let pasted = machine.command("sh").args(["-ec", mend]).env("PATH", path).output().unwrap();
    assert!(pasted.status.success(), "{pasted:?}");
    machine.jeton(["doctor"]).run().exits(0);
}

#[test]
fn a_vault_that_cannot_be_written_is_examined_and_left_as_it_is() {
    if !needs(&["setpriv"]) {
        return;
    }
    let machine = Machine::of_nobody().vault_made();
    for name in ["a", "b", "c"] {
        machine.create(name);
    }
    let directory = machine.vault().parent().unwrap().to_owned();
    real::set_mode(&machine.vault(), 0o400);
    real::set_mode(&directory, 0o500);
    let before = machine.files();
    let ran = machine.jeton(["doctor", "--json"]).unlocked().run().exits(20);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["findings"].as_array().unwrap().iter().map(line).collect::<Vec<_>>(), ["no-expiry: c, b, a"]);
    assert!(told["checks"].as_array().unwrap().iter().all(|check| check["result"] != "not-checked"), "{told}");
    assert_eq!(machine.files(), before);
    real::set_mode(&directory, 0o700);
}

#[test]
fn a_log_that_cannot_be_read_from_here_is_told_once() {
    if !needs(&["setpriv"]) {
        return;
    }
    let machine = Machine::of_nobody().vault_made();
    machine.create("web");
    let directory = machine.vault().parent().unwrap().to_owned();
    // As a process leaves it that was killed.
    let db = rusqlite::Connection::open(machine.vault()).unwrap();
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    db.execute_batch("UPDATE setting SET value = value + 1 WHERE key = 'generation'").unwrap();
    drop(db);
    for name in ["vault.db-wal", "vault.db-shm"] {
        machine.own(&directory.join(name));
    }
    fs::remove_file(directory.join("vault.db-shm")).unwrap();
    real::set_mode(&directory, 0o500);
    let ran = machine.jeton(["doctor", "--json"]).run().exits(20).says_nothing();
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["findings"].as_array().unwrap().iter().map(line).collect::<Vec<_>>(), ["log-unreadable"]);
    real::set_mode(&directory, 0o700);
    machine.jeton(["edit", "web", "--expires", "90d"]).run().exits(0);
    machine.jeton(["doctor"]).run().exits(0);
}
