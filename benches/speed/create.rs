//! `create --count`, and the `sqlite3` shell importing as many rows that are there already. Every run begins with an
//! empty vault or file, which is made before the clock starts.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use super::Bench;
use super::filled::credential;
use super::timing::{Pairs, Run};

const TOKENS: u64 = 100_000;
const SCHEMA: &str = include_str!("../../src/store/schema/001.sql");

impl Bench<'_> {
    pub fn create(&self) {
        let Some(shell) = &self.shell else { return };
        rows(self.dir).expect("room for the rows");
        let (vault, fresh, empty) = (self.dir.join("new.db"), self.dir.join("import.db"), self.dir.join("empty.db"));
        // What `.import` reads is text, which a strict column of bytes does not take; a text of 32 letters is as long.
        let schema = SCHEMA.replace(") STRICT, WITHOUT ROWID", ") WITHOUT ROWID").replace(") STRICT", ")");
        rusqlite::Connection::open(&empty).and_then(|db| db.execute_batch(&schema)).expect("an empty file");
        let create = || {
            for end in ["", "-wal", "-shm"] {
                drop(fs::remove_file(self.dir.join(format!("new.db{end}"))));
            }
            Run::new(&self.jeton).words(["vault", "init"]).vault(&vault).time();
            Run::new(&self.jeton).words(["create", "b", "--count", &TOKENS.to_string()]).vault(&vault).time()
        };
        let import = |tables: &[&str]| -> Duration {
            fs::copy(&empty, &fresh).expect("a copy of the empty file");
            let import = Run::new(shell).words([fresh.as_os_str()]).words([".mode csv"]);
            let commands = tables.iter().map(|table| format!(".import {} {table}", self.dir.join(table).display()));
            import.words(commands).time()
        };
        let runs = self.runs / 10 + 1;
        Pairs::take(runs, create, || import(&["token", "secret"]))
            .print("create --count 100000 / .import of tokens and secrets", Some(0.5));
        Pairs::take(runs, create, || import(&["token", "secret", "event"]))
            .print("create --count 100000 / .import of tokens, secrets, events", None);
        let create = Run::new(&self.jeton).words(["create", "c", "--count", &TOKENS.to_string()]).vault(&vault);
        println!("  peak of create --count: {:.1} MiB", create.peak_mib());
    }
}

/// The rows of as many tokens, a file for each table.
fn rows(dir: &Path) -> std::io::Result<()> {
    let open = |table: &str| File::create(dir.join(table)).map(BufWriter::new);
    let (mut tokens, mut secrets, mut events) = (open("token")?, open("secret")?, open("event")?);
    for n in 1..=TOKENS {
        let (id, secret) = credential(n);
        let (digest, link) = (&secret.expose()[20..52], &secret.expose()[25..57]);
        writeln!(tokens, "{n},{id},b-{n},client,root,[],{{}},,1793491200000,,,0,")?;
        writeln!(secrets, "{n},{digest},,1793491200000,,")?;
        writeln!(events, "{n},1793491200000,root@machine,create,{id},b-{n},,{link}")?;
    }
    tokens.flush()?;
    secrets.flush()?;
    events.flush()
}
