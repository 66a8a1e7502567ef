//! `jeton verify`: is this secret good? It reads one secret, or one a line; the exit code is the answer.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::Place;
use crate::cli;
use crate::error::Error;
use crate::host::{Stream, Unanswered, somebody_there};
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::secret::{self, Malformed, Secret};
use crate::token::verdict::Verdict;
use crate::vault::{Use, Vault};

/// A longer input than any secret is read this far, to tell one long line from two lines.
const MOST_READ: u64 = 1 << 20;

pub(super) fn run(args: &cli::Verify, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let usage = if args.peek { Use::Peek } else { Use::Counted };
    if args.batch {
        return batch(args, usage, place, out);
    }
    let presented = match (&args.env, &args.file) {
        (Some(variable), _) => from_variable(variable, place)?,
        (None, Some(path)) if path != Path::new("-") => from_stream(open(path)?, &path.display().to_string())?,
        (None, Some(_)) => from_stream(place.host.stdin(), "stdin")?,
        (None, None) if !place.host.is_terminal(Stream::In) => from_stream(place.host.stdin(), "stdin")?,
        (None, None) if somebody_there(place.host) => match place.host.ask_hidden("Secret: ") {
            Ok(typed) => Zeroizing::new(typed.as_bytes().to_vec()),
            // As an empty stdin.
            Err(Unanswered::EndOfInput) => Zeroizing::default(),
            Err(unanswered) => return Err(unanswered.into()),
        },
        (None, None) => return Err(Error::NoSecretGiven),
    };
    let verdict = match Secret::parse(&presented) {
        Err(Malformed) => Verdict::Malformed,
        Ok(secret) => {
            let mut vault = place.open(Access::Read)?;
            let now = place.host.now();
            out.at(now);
            let verdict = vault.verify(&secret, usage, now)?;
            out.verdict(&verdict, args.explain)?;
            vault.settle()?;
            return Ok(verdict.exit());
        }
    };
    out.verdict(&verdict, args.explain)?;
    Ok(verdict.exit())
}

fn from_variable(variable: &str, place: &Place<'_>) -> Result<Zeroizing<Vec<u8>>, Error> {
    use std::os::unix::ffi::OsStringExt;
    match place.host.var(variable) {
        Some(value) => one_line(Zeroizing::new(value.into_vec())),
        None => Err(Error::Input {
            what: format!("the environment variable `{variable}`"),
            why: "it is not set".into(),
            hint: "export it, or give the secret on stdin or with `--file PATH`",
        }),
    }
}

fn open(path: &Path) -> Result<Box<dyn Read>, Error> {
    let failed = |error: std::io::Error| unreadable(&path.display().to_string(), &error);
    let file = std::fs::File::open(path).map_err(failed)?;
    Ok(Box::new(file))
}

fn unreadable(what: &str, error: &std::io::Error) -> Error {
    Error::Input {
        what: what.to_owned(),
        why: error.to_string(),
        hint: "name a file that holds one secret, or give it on stdin",
    }
}

fn from_stream(stream: Box<dyn Read>, name: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Room for all of a secret from the start, so that growing leaves no copy of it behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    stream.take(MOST_READ).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    one_line(bytes)
}

fn one_line(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Error> {
    if secret::trim_newline(&bytes).contains(&b'\n') { Err(Error::TwoLines) } else { Ok(bytes) }
}

/// Answers whatever lines have arrived, in one look at the vault, before it waits for more.
fn batch(args: &cli::Verify, usage: Use, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let stream = match &args.file {
        Some(path) if path != Path::new("-") => open(path)?,
        _ if place.host.is_terminal(Stream::In) => {
            return Err(Error::Input {
                what: "a batch".into(),
                why: "it is not typed at a terminal, where everybody could read it".into(),
                hint: "give its lines on stdin, or with `--file PATH`",
            });
        }
        _ => place.host.stdin(),
    };
    let mut lines = BufReader::with_capacity(64 * 1024, stream);
    let mut vault = place.open(Access::Read)?;
    let mut batch = Batch { line: 0, first_no: None };
    // What was read of a line whose end has not arrived, never more than a secret can have.
    let mut begun = Zeroizing::new(Vec::with_capacity(secret::LONGEST + 2));
    loop {
        let arrived = lines.fill_buf().map_err(|error| unreadable("the input", &error))?;
        if arrived.is_empty() {
            break;
        }
        let complete = arrived.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut presented = Vec::new();
        for line in arrived[..complete].split_inclusive(|byte| *byte == b'\n') {
            if begun.is_empty() {
                presented.push(Secret::parse(line));
            } else {
                extend(&mut begun, line);
                presented.push(Secret::parse(&begun));
                begun.clear();
            }
        }
        extend(&mut begun, &arrived[complete..]);
        let taken = arrived.len();
        lines.consume(taken);
        let answered = batch.answer(&mut vault, presented, usage, place, out);
        // Before more is waited for, maybe for hours; and also when nobody listens any more.
        vault.settle()?;
        answered?;
    }
    if !begun.is_empty() {
        batch.answer(&mut vault, vec![Secret::parse(&begun)], usage, place, out)?;
    }
    vault.settle()?;
    if batch.line == 0 {
        out.say("no line was given, and nothing is no yes");
        return Ok(Exit::Malformed);
    }
    Ok(batch.first_no.unwrap_or(Exit::Done))
}

/// Keeps one byte more than the longest secret with its line end: enough to know that it is none.
fn extend(begun: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    let room = (secret::LONGEST + 3).saturating_sub(begun.len());
    begun.extend_from_slice(&more[..more.len().min(room)]);
}

struct Batch {
    line: u64,
    first_no: Option<Exit>,
}

impl Batch {
    fn answer(
        &mut self,
        vault: &mut Vault,
        presented: Vec<Result<Secret, Malformed>>,
        usage: Use,
        place: &Place<'_>,
        out: &mut Report,
    ) -> Result<(), Error> {
        let well_formed: Vec<bool> = presented.iter().map(Result::is_ok).collect();
        let secrets: Vec<Secret> = presented.into_iter().flatten().collect();
        let now = place.host.now();
        out.at(now);
        let mut verdicts = vault.verify_all(&secrets, usage, now)?.into_iter();
        for well_formed in well_formed {
            let verdict = if well_formed { verdicts.next() } else { None }.unwrap_or(Verdict::Malformed);
            self.line += 1;
            out.batch_line(self.line, &verdict)?;
            if !verdict.is_valid() {
                self.first_no.get_or_insert(verdict.exit());
            }
        }
        out.flush()
    }
}
