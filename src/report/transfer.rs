//! How tokens that leave are written, and how it is told what became of those that came.

use std::path::Path;

use serde::Serialize;

use super::change::called;
use super::{BAD, GOOD, Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::record::{Status, Token};
use crate::token::secret::Secret;
use crate::token::transfer::{Leaving, Skipped, Source};
use crate::wire::TokenJson;
use crate::wire::export::{FORMAT, LeavingJson};

/// A longer list of what went well is cut where people read it; JSON has all of it.
const MOST_SHOWN: usize = 20;

/// What became of tokens that came, or would become.
pub struct Arrived<'a> {
    pub source: Source,
    pub rehearsal: bool,
    pub new: &'a [Token],
    pub same: Vec<Same<'a>>,
    pub conflicting: Vec<Conflicting<'a>>,
    pub skipped: &'a [Skipped],
    pub weak: Vec<Weak<'a>>,
}

/// One that is there already.
#[derive(Serialize)]
pub struct Same<'a> {
    /// As it is called in what was read.
    name: &'a str,
    known_as: &'a str,
    id: &'a str,
    status: &'static str,
    note: Option<SameNote>,
}

/// What is to be said of the secret that came with it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameNote {
    SecretEnded,
    SecretKept,
    SecretNotKept,
}

impl<'a> Same<'a> {
    pub fn new(name: &'a str, token: &'a Token, note: Option<SameNote>, report: &Report) -> Same<'a> {
        let (known_as, id) = (token.name.as_str(), token.id.as_str());
        Same { name, known_as, id, status: token.status(report.now).word(), note }
    }
}

/// One that cannot come in.
#[derive(Serialize)]
pub struct Conflicting<'a> {
    pub name: &'a str,
    pub at: &'a str,
    pub why: String,
}

/// One whose secret can be guessed.
#[derive(Serialize)]
pub struct Weak<'a> {
    pub name: &'a str,
    pub bits: u32,
}

#[derive(Serialize)]
struct ArrivedJson<'a> {
    source: &'static str,
    dry_run: bool,
    imported: bool,
    new: Vec<TokenJson<'a>>,
    same: &'a [Same<'a>],
    conflicting: &'a [Conflicting<'a>],
    skipped: &'a [Skipped],
    weak: &'a [Weak<'a>],
}

impl Report {
    /// The beginning of an export.
    pub fn begin_export(&mut self) -> Result<(), Error> {
        self.begun = false;
        self.result(|out| write!(out, "{{\"format\":\"{FORMAT}\",\"tokens\":["))
    }

    /// One token a line.
    pub fn leaving(&mut self, tokens: &[Leaving]) -> Result<(), Error> {
        let mut begun = self.begun;
        self.begun |= !tokens.is_empty();
        let mut text = zeroize::Zeroizing::new(Vec::with_capacity(4096));
        self.result(|out| {
            for Leaving { token, keys } in tokens {
                text.clear();
                text.extend_from_slice(if std::mem::replace(&mut begun, true) { b",\n" } else { b"\n" });
                let keys = keys.iter().map(|(digest, secret)| (*digest, secret.as_ref().map(Secret::expose)));
                serde_json::to_writer(&mut *text, &LeavingJson::new(token, keys))?;
                out.write_all(&text)?;
            }
            Ok(())
        })
    }

    pub fn end_export(&mut self) -> Result<(), Error> {
        let end: &[u8] = if self.begun { b"\n]}\n" } else { b"]}\n" };
        self.result(|out| out.write_all(end))?;
        self.flush()
    }

    /// Who sees all secrets of a vault on a screen is told so before.
    pub fn secrets_follow(&mut self) {
        self.say("every secret that follows is in the clear; `--output FILE` puts them into a file of your own");
    }

    /// How much left. `secrets` is how many are in the clear, if they were to be; `meanwhile` whether others have changed
    /// the vault.
    pub fn exported(&mut self, tokens: usize, secrets: Option<usize>, file: Option<&Path>, meanwhile: bool) {
        let mut line = format!("{} {}", paint(GOOD, self.manner.colour_err, "exported"), counted(tokens, "token"));
        match secrets {
            None => line.push_str(", without their secrets"),
            Some(secrets) => line.push_str(&format!(", with {} in the clear", counted(secrets, "secret"))),
        }
        if let Some(file) = file {
            line.push_str(&format!(", to {}", plain(&file.display().to_string())));
        }
        self.say(&line);
        if meanwhile {
            self.say("the vault was changed meanwhile: each token is whole, but they are not those of one moment");
        }
    }

    /// What is to be known of a file that was read.
    pub fn noted(&mut self, note: &str) {
        self.say(&plain(note));
    }

    /// What became of each token that came.
    pub fn arrived(&mut self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let done = !arrived.rehearsal && arrived.conflicting.is_empty();
        if self.manner.json {
            // An id that was drawn for a rehearsal is none.
            let drawn = !done && arrived.source != Source::Jeton;
            let new = |token| match TokenJson::new(token, self.now) {
                json if drawn => json.without_id(),
                json => json,
            };
            self.json(&ArrivedJson {
                source: arrived.source.word(),
                dry_run: arrived.rehearsal,
                imported: done,
                new: arrived.new.iter().map(new).collect(),
                same: &arrived.same,
                conflicting: &arrived.conflicting,
                skipped: arrived.skipped,
                weak: &arrived.weak,
            })?;
            self.flush()?;
        }
        let colour = self.manner.colour_err;
        if arrived.conflicting.is_empty() {
            let word = paint(GOOD, colour, if done { "imported" } else { "would import" });
            self.some(arrived.new, |report, token| {
                let id = if done { called(token) } else { plain(token.name.as_str()) };
                format!("{word} {id}{}", report.as_it_came(token))
            });
        }
        self.some(&arrived.same, |_, same| {
            let known_as = match same.name == same.known_as {
                true => String::new(),
                false => format!(" as {}", plain(same.known_as)),
            };
            let status = match same.status == Status::Active.word() {
                true => String::new(),
                false => format!(", which is {}", same.status),
            };
            let note = match same.note {
                None => "",
                Some(SameNote::SecretEnded) => ", with a secret that a rotation ended",
                Some(SameNote::SecretKept) if done => "; its secret was kept",
                Some(SameNote::SecretKept) => "; its secret would be kept",
                Some(SameNote::SecretNotKept) => "; its secret was not kept",
            };
            format!("{} is there already{known_as} ({}){status}{note}", plain(same.name), same.id)
        });
        let word = paint(BAD, colour, "conflict:");
        self.each(&arrived.conflicting, |_, it| {
            format!("{word} {} ({}): {}", plain(it.name), plain(it.at), plain(&it.why))
        });
        self.each(arrived.skipped, |_, it| match it.name.as_str() {
            "" => format!("skipped {}: {}", it.at, it.why),
            name => format!("skipped {} ({}): {}", plain(name), it.at, it.why),
        });
        let word = paint(STRONG, colour, "weak:");
        self.each(&arrived.weak, |_, it| {
            format!(
                "{word} the secret of {} has about {} bits, and can be guessed from its digest",
                plain(it.name),
                it.bits
            )
        });
        if !arrived.weak.is_empty() && arrived.conflicting.is_empty() {
            self.say("`jeton rotate NAME` gives a token a secret that cannot be guessed");
        }
        self.say(&format!(
            "{} new, {} same, {} conflicting, {} skipped, from {}{}",
            arrived.new.len(),
            arrived.same.len(),
            arrived.conflicting.len(),
            arrived.skipped.len(),
            arrived.source.name(),
            if arrived.rehearsal { "; nothing was changed" } else { "" }
        ));
        Ok(())
    }

    /// The token that a policy does not let in.
    pub fn not_admitted(&mut self, token: &Token) {
        self.say(&format!("{} cannot be imported, and so nothing was", plain(token.name.as_str())));
    }

    /// What of a token is not as of one that was just made.
    fn as_it_came(&self, token: &Token) -> String {
        match (token.status(self.now), token.expires_at) {
            (Status::Active, None) => String::new(),
            (Status::Active, Some(end)) => format!(", expires {}", time::relative(end, self.now)),
            (status, _) => format!(", which is {}", status.word()),
        }
    }

    fn each<T>(&mut self, all: &[T], line: impl Fn(&Report, &T) -> String) {
        for one in all {
            let line = line(self, one);
            self.say(&line);
        }
    }

    fn some<T>(&mut self, all: &[T], line: impl Fn(&Report, &T) -> String) {
        self.each(&all[..all.len().min(MOST_SHOWN)], line);
        if all.len() > MOST_SHOWN {
            self.say(&format!("  and {} more", all.len() - MOST_SHOWN));
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
