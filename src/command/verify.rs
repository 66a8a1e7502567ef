//! `jeton verify`: is this secret good? It reads one secret, or one a line; the exit code is the answer.

use std::io::{BufRead, BufReader};
use std::path::Path;

use zeroize::Zeroizing;

use super::secret::{presented, unreadable};
use super::{Place, filter};
use crate::cli;
use crate::error::Error;
use crate::host::Stream;
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::query::Filter;
use crate::token::secret::{self, Malformed, Secret};
use crate::token::verdict::Verdict;
use crate::vault::{Use, Vault, digest};

pub(super) fn run(args: &cli::Verify, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let usage = if args.peek { Use::Peek } else { Use::Counted };
    let wanted = filter(&args.wanted);
    if args.batch {
        return batch(args, &wanted, usage, place, out);
    }
    let presented = presented(args.env.as_deref(), args.file.as_deref(), place)?;
    let explained = args.explain.then_some(&wanted);
    let verdict = match Secret::parse(&presented) {
        Err(Malformed) => Verdict::Malformed,
        Ok(secret) => {
            let mut vault = place.open(Access::Read)?;
            let now = place.host.now();
            out.at(now);
            let verdict = vault.verify(&secret, &wanted, usage, now)?;
            out.verdict(&verdict, explained)?;
            vault.settle()?;
            return Ok(verdict.exit());
        }
    };
    out.verdict(&verdict, explained)?;
    Ok(verdict.exit())
}

/// Answers whatever lines have arrived, in one look at the vault, before it waits for more.
fn batch(args: &cli::Verify, wanted: &Filter, usage: Use, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let stream = match &args.file {
        Some(path) if path != Path::new("-") => {
            place.input(path).map_err(|error| unreadable(&path.display().to_string(), &error))?
        }
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
    let mut batch = Batch { wanted, usage, line: 0, first_no: None };
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
        let answered = batch.answer(&mut vault, presented, place, out);
        // Before more is waited for, maybe for hours; and also when nobody listens any more.
        vault.settle()?;
        answered?;
    }
    if !begun.is_empty() {
        batch.answer(&mut vault, vec![Secret::parse(&begun)], place, out)?;
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

struct Batch<'a> {
    wanted: &'a Filter,
    usage: Use,
    line: u64,
    first_no: Option<Exit>,
}

impl Batch<'_> {
    fn answer(
        &mut self,
        vault: &mut Vault,
        presented: Vec<Result<Secret, Malformed>>,
        place: &Place<'_>,
        out: &mut Report,
    ) -> Result<(), Error> {
        let well_formed: Vec<bool> = presented.iter().map(Result::is_ok).collect();
        let asked: Vec<_> = presented.iter().flatten().map(|secret| (digest(secret), self.wanted)).collect();
        let now = place.host.now();
        out.at(now);
        let mut verdicts = vault.verify_all(&asked, self.usage, now)?.into_iter();
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
