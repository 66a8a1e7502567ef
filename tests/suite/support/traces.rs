//! What deleting must leave nothing of, and where it is looked for.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;

/// Any run of so many bytes of something deleted tells what it was.
const PIECE: usize = 12;

/// Pieces of what a vault keeps of its tokens beside their names and ids.
#[derive(Clone)]
pub struct Traces(HashSet<[u8; PIECE]>);

impl Traces {
    pub fn of(texts: impl IntoIterator<Item = Vec<u8>>) -> Traces {
        let mut pieces = HashSet::new();
        for text in texts {
            pieces.extend(text.windows(PIECE).filter_map(|piece| piece.first_chunk::<PIECE>().copied()));
        }
        assert!(!pieces.is_empty());
        Traces(pieces)
    }

    /// Digests, as bytes and in hexadecimal, and sealed copies, of all tokens.
    pub fn of_tokens(vault: &Path) -> Traces {
        let columns = "digest, coalesce(sealed, x''), cast(hex(digest) AS BLOB), cast(lower(hex(digest)) AS BLOB)";
        Traces::read(vault, columns, "1")
    }

    /// The same of some tokens, and their descriptions.
    pub fn of_some(vault: &Path, which: &str) -> Traces {
        let columns = "digest, coalesce(sealed, x''), cast(hex(digest) AS BLOB), cast(description AS BLOB)";
        Traces::read(vault, columns, which)
    }

    fn read(vault: &Path, columns: &str, which: &str) -> Traces {
        let db = Connection::open(vault).unwrap();
        let sql = format!("SELECT {columns} FROM secret JOIN token ON seq = token_seq WHERE {which}");
        let mut statement = db.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| (0..4).map(|column| row.get(column)).collect::<Result<Vec<_>, _>>());
        Traces::of(rows.unwrap().flat_map(Result::unwrap).collect::<Vec<_>>())
    }

    pub fn without_those_of(mut self, vault: &Path) -> Traces {
        for piece in Traces::of_tokens(vault).0 {
            self.0.remove(&piece);
        }
        assert!(!self.0.is_empty());
        self
    }

    /// The places in the vault's files that hold one of them. The files are read by another process: closing one here
    /// would drop the locks of those who have it open in this one.
    pub fn found(&self, vault: &Path) -> Vec<String> {
        let mut beginnings = vec![false; 1 << 16];
        let start = |piece: &[u8]| usize::from(u16::from_le_bytes([piece[0], piece[1]]));
        for piece in &self.0 {
            beginnings[start(piece)] = true;
        }
        let mut found = Vec::new();
        for end in ["", "-wal", "-shm", "-journal"] {
            let file = format!("{}{end}", vault.display());
            let content = Command::new("cat").arg(&file).stderr(Stdio::null()).output().unwrap().stdout;
            assert!(!end.is_empty() || !content.is_empty());
            let hits = content
                .windows(PIECE)
                .enumerate()
                .filter(|(_, place)| beginnings[start(place)])
                .filter(|(_, place)| place.first_chunk().is_some_and(|piece| self.0.contains(piece)));
            found.extend(hits.map(|(at, place)| format!("{at} of {end:?}: {}", place.escape_ascii())));
        }
        found
    }

    #[track_caller]
    pub fn assert_gone(&self, vault: &Path) {
        assert_eq!(self.found(vault), [""; 0], "traces are left");
    }
}
