//! Vaults of any size: `jeton create` makes the file, rows are then put in directly.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jeton::crypto::digest;
use jeton::token::secret::{BASE62, BODY_LEN, ID_LEN, Id, Prefix, Secret};
use rusqlite::{Connection, params};

/// All tokens were made one a second up to this time (2026-11-01), so all runs see the same.
const LAST_CREATED: i64 = 1_793_491_200_000;

pub struct Filled {
    pub path: PathBuf,
    pub tokens: u64,
}

impl Filled {
    /// A vault of so many tokens in a directory of its own.
    pub fn new(jeton: &Path, dir: &Path, tokens: u64) -> Filled {
        let path = dir.join(format!("vault-{tokens}.db"));
        let made = Command::new(jeton)
            .args(["create", "the first"])
            .env("JETON_VAULT", &path)
            .env_remove("JETON_PASSPHRASE")
            .env_remove("JETON_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("jeton can be run").success(), "jeton create");
        let vault = Filled { path, tokens };
        vault.fill().expect("the vault can be filled");
        vault
    }

    fn fill(&self) -> rusqlite::Result<()> {
        let mut db = Connection::open(&self.path)?;
        // Nothing here has to survive anything.
        db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -3000000")?;
        let tx = db.transaction()?;
        {
            tx.execute("DELETE FROM token", [])?;
            let mut token = tx.prepare(
                "INSERT INTO token (seq, id, name, type, owner, scopes, labels, description, created_at, expires_at,
                                    max_uses, uses, revoked_at)
                 VALUES (?1, ?2, ?3, 'client', 'alice', ?4, ?5, ?6, ?7, ?8, NULL, 0, NULL)",
            )?;
            let mut secret =
                tx.prepare("INSERT INTO secret (token_seq, digest, created_at, last_used_at) VALUES (?1, ?2, ?3, ?4)")?;
            for n in 0..self.tokens {
                // Half of them are plain, half have a scope, a label, an end and a story.
                let rich = n % 2 == 1;
                let (id, text) = credential(n);
                let created = LAST_CREATED - ((self.tokens - n) * 1000) as i64;
                token.execute(params![
                    n as i64 + 1,
                    id.as_str(),
                    format!("service-{n}"),
                    if rich { r#"["pinning.pin_by_hash"]"# } else { "[]" },
                    if rich { r#"{"env":"production"}"# } else { "{}" },
                    if rich { "uploads of the web shop" } else { "" },
                    created,
                    rich.then_some(LAST_CREATED + 365 * 86_400_000),
                ])?;
                secret.execute(params![
                    n as i64 + 1,
                    &digest(&text).0[..],
                    created,
                    (n % 4 != 0).then_some(created + 500)
                ])?;
            }
        }
        tx.commit()?;
        db.execute_batch("PRAGMA journal_mode = WAL")
    }

    /// A file with the secret of one token in it.
    pub fn one_secret(&self, dir: &Path) -> PathBuf {
        let path = dir.join(format!("secret-{}", self.tokens));
        std::fs::write(&path, self.some_secret().expose()).expect("the secret can be written");
        path
    }

    /// What the `sqlite3` shell is asked for the same token.
    pub fn one_lookup(&self) -> String {
        let digest: String = digest(&self.some_secret()).0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "SELECT t.id, t.name, t.revoked_at, t.expires_at, t.max_uses, t.uses, s.retires_at, s.last_used_at
             FROM secret s JOIN token t ON t.seq = s.token_seq WHERE s.digest = x'{digest}'"
        )
    }

    fn some_secret(&self) -> Secret {
        credential(self.tokens * 2 / 3).1
    }

    /// Secrets of random tokens, one a line.
    pub fn lines(&self, dir: &Path, count: u64) -> PathBuf {
        use std::io::Write;
        let path = dir.join(format!("lines-{}", self.tokens));
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("the lines can be written"));
        let mut random = Random(1);
        for _ in 0..count {
            writeln!(file, "{}", credential(random.next() % self.tokens).1.expose()).expect("room for the lines");
        }
        file.flush().expect("room for the lines");
        path
    }
}

/// The id and secret of the nth token, the same in every run.
pub fn credential(n: u64) -> (Id, Secret) {
    let mut random = Random(n.wrapping_mul(0x1000).wrapping_add(7));
    let mut text = |length| (0..length).map(|_| char::from(BASE62[(random.next() % 62) as usize])).collect::<String>();
    let id = Id::assemble(&Prefix::default(), &text(ID_LEN));
    let secret = Secret::assemble(&id, &text(BODY_LEN));
    (id, secret)
}

/// SplitMix64: enough to scatter keys.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// A log that somebody holds open, with so many frames that no checkpoint has moved yet: stamps of other tokens, as a
/// busy vault has them.
pub fn hold_log(vault: &Filled, frames: u64) -> Connection {
    let db = Connection::open(&vault.path).expect("the vault opens");
    db.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF").expect("pragmas");
    let mut log = vault.path.clone().into_os_string();
    log.push("-wal");
    let waiting = || std::fs::metadata(&log).map_or(0, |meta| meta.len().saturating_sub(32) / (4096 + 24));
    let mut random = Random(frames);
    while waiting() < frames {
        let seq = (random.next() % (vault.tokens / 2) + 1) as i64;
        db.execute("UPDATE secret SET last_used_at = created_at + ?2 WHERE token_seq = ?1", [seq, seq % 500])
            .expect("a stamp");
    }
    db
}
