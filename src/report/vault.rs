//! How the vault as a whole is told: made, looked at, cared for.

use std::path::Path;

use serde::Serialize;

use super::{GOOD, Report, paint, plain};
use crate::error::Error;
use crate::token::stock::{Info, Size, Stock};
use crate::wire::vault::{InfoJson, SizeJson};

/// What became of the passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passphrase {
    Changed,
    /// The first one; whether copies are kept from now on, which a policy may forbid.
    Added {
        copies: bool,
    },
    Removed {
        copies: u64,
    },
    /// There was none to remove.
    None,
}

#[derive(Serialize)]
struct VaultJson<'a> {
    vault: &'a str,
    recoverable: bool,
}

#[derive(Serialize)]
struct PassphraseJson<'a> {
    vault: &'a str,
    recoverable: bool,
    /// What was done, if anything was.
    done: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copies_dropped: Option<u64>,
}

#[derive(Serialize)]
struct BackupJson<'a> {
    path: &'a str,
    bytes: u64,
    tokens: u64,
    events: u64,
    head: Option<String>,
}

#[derive(Serialize)]
struct CompactJson<'a> {
    vault: &'a str,
    before: SizeJson,
    after: SizeJson,
}

impl Report {
    /// A vault was made.
    pub fn founded(&mut self, path: &Path, keeps_copies: bool) {
        let path = plain(&path.display().to_string());
        self.say(&format!("made a vault at {path}"));
        if !keeps_copies {
            self.say("it has no passphrase: it is a show-once vault, and keeps no copies of secrets");
        }
    }

    /// A vault was made, and that is the result.
    pub fn vault(&mut self, path: &Path, keeps_copies: bool) -> Result<(), Error> {
        self.founded(path, keeps_copies);
        if self.manner.json {
            let vault = path.display().to_string();
            self.json(&VaultJson { vault: &vault, recoverable: keeps_copies })?;
        } else {
            self.say("`jeton create NAME` makes a token in it");
        }
        self.flush()
    }

    /// All that is known of the vault as a whole.
    pub fn info(&mut self, path: &Path, info: &Info) -> Result<(), Error> {
        let path = path.display().to_string();
        if self.manner.json {
            self.json(&InfoJson::new(&path, info))?;
            return self.flush();
        }
        let Info { stock, size, .. } = info;
        let log = if size.log > 0 { format!(", and {} in its log", bytes(size.log)) } else { String::new() };
        let kept = match info.cost {
            Some([memory, passes, lanes]) => {
                let memory = bytes(u64::from(memory) << 10);
                format!("kept by Argon2id with {memory}, {passes} passes, {lanes} lanes")
            }
            None => "none: it is a show-once vault".to_owned(),
        };
        let rules = if info.policy.is_empty() { "none".to_owned() } else { info.policy.join(", ") };
        let unknown = || "unknown".to_owned();
        self.sheet(vec![
            ("vault", path),
            ("id", info.id.clone()),
            ("format", stock.format.to_string()),
            ("made", stock.made_at.map_or_else(unknown, |at| self.when(at))),
            ("size", format!("{}{log}", bytes(size.file))),
            ("passphrase", kept),
            ("policy", rules),
            (
                "tokens",
                format!(
                    "{}: {} active, {} expired, {} revoked, {} used-up",
                    stock.tokens(),
                    stock.active,
                    stock.expired,
                    stock.revoked,
                    stock.used_up
                ),
            ),
            ("secrets", format!("{}, {} with a sealed copy", stock.secrets, stock.copies)),
            ("events", stock.events.to_string()),
            ("head", stock.head.map_or_else(unknown, |head| head.to_string())),
            ("generation", stock.generation.to_string()),
        ])
    }

    /// What became of the passphrase, and whether every trace of the old one is gone.
    pub fn passphrase(&mut self, path: &Path, done: Passphrase, traces_left: bool) -> Result<(), Error> {
        if self.manner.json {
            let vault = &path.display().to_string();
            let (word, copies_dropped) = match done {
                Passphrase::Changed => (Some("changed"), None),
                Passphrase::Added { .. } => (Some("added"), None),
                Passphrase::Removed { copies } => (Some("removed"), Some(copies)),
                Passphrase::None => (None, None),
            };
            let recoverable = matches!(done, Passphrase::Changed | Passphrase::Added { .. });
            self.json(&PassphraseJson { vault, recoverable, done: word, copies_dropped })?;
            self.flush()?;
        }
        let good = |word| paint(GOOD, self.manner.colour_err, word);
        match done {
            Passphrase::Changed => {
                self.say(&format!("{} the passphrase", good("changed")));
                self.say("backups from before still open with the old one");
            }
            Passphrase::Added { copies } => {
                self.say(&format!("{} a passphrase", good("added")));
                self.say(match copies {
                    true => "secrets that are made from now on can be copied again; those from before cannot",
                    false => "policy `recoverable` is `never`, so no copies of secrets are kept all the same",
                });
            }
            Passphrase::Removed { copies } => {
                let copies = if copies == 1 { "1 sealed copy".to_owned() } else { format!("{copies} sealed copies") };
                self.say(&format!("{} the passphrase, and {copies}", good("removed")));
                self.say("it is a show-once vault now, and keeps no copies of secrets");
            }
            Passphrase::None => self.say("this vault has no passphrase; nothing was changed"),
        }
        match done {
            Passphrase::Changed if traces_left => self.traces_left("the key under the old passphrase"),
            Passphrase::Removed { .. } if traces_left => self.traces_left("the key or a sealed copy"),
            _ => {}
        }
        Ok(())
    }

    /// A backup that is whole and has been verified.
    pub fn backed_up(&mut self, file: &Path, stock: &Stock, length: u64) -> Result<(), Error> {
        let path = file.display().to_string();
        if self.manner.json {
            let (tokens, events) = (stock.tokens(), stock.events);
            let head = stock.head.map(|head| head.to_string());
            self.json(&BackupJson { path: &path, bytes: length, tokens, events, head })?;
            self.flush()?;
        }
        let word = paint(GOOD, self.manner.colour_err, "backed up");
        let (tokens, events) = (counted(stock.tokens(), "token"), counted(stock.events, "event"));
        self.say(&format!("{word} {tokens} and {events} to {}, {}, verified", plain(&path), bytes(length)));
        Ok(())
    }

    /// The file before and after.
    pub fn compacted(&mut self, path: &Path, before: Size, after: Size) -> Result<(), Error> {
        let path = path.display().to_string();
        if self.manner.json {
            self.json(&CompactJson { vault: &path, before: before.into(), after: after.into() })?;
            self.flush()?;
        }
        let word = paint(GOOD, self.manner.colour_err, "compacted");
        let (before, after) = (before.file + before.log, after.file + after.log);
        self.say(&format!("{word} {}: {} -> {}", plain(&path), bytes(before), bytes(after)));
        Ok(())
    }
}

/// `1 token`, `2 tokens`
fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `44 KiB`, `1.5 MiB`: three digits tell enough.
fn bytes(length: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if length < 1024 {
        return counted(length, "byte");
    }
    let (mut size, mut unit) = (length as f64 / 1024.0, 0);
    // What would be rounded to 1024 is told as 1 of the next.
    while size >= 1023.95 && unit + 1 < UNITS.len() {
        (size, unit) = (size / 1024.0, unit + 1);
    }
    let unit = UNITS[unit];
    let digits = usize::from(size < 99.95 && (size * 10.0).round() % 10.0 != 0.0);
    format!("{size:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        for (length, told) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (45_056, "44 KiB"),
            (1536, "1.5 KiB"),
            (1_048_575, "1 MiB"),
            (1 << 20, "1 MiB"),
            (64 << 20, "64 MiB"),
            (123_456_789, "118 MiB"),
            (u64::MAX, "16777216 TiB"),
        ] {
            assert_eq!(bytes(length), told, "{length}");
        }
    }
}
