//! `jeton import`: tokens from elsewhere. Each kind of file has its reader here, which makes arrivals of it and names
//! what it leaves out; then it is the vault's to take all of them or none.

mod digests;
mod env;
mod json;
mod nocodb;
mod row;
mod unleash;
mod w3ipfs;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Place, input_name, vault};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::progress::Progress;
use crate::report::transfer::{Arrived, Conflicting, Same, SameNote, Weak};
use crate::store::{self, Access};
use crate::token::exit::Exit;
use crate::token::name::{self, Name};
use crate::token::strength::ENOUGH;
use crate::token::transfer::{Arrival, Skipped, Source};
use crate::vault::{self as vaults, Imported, Incoming, Note};
use crate::wire::node::Bad;

/// No file is longer, in MiB.
const MOST_READ: usize = 256;
/// How often the vault looks at each token.
const STEPS: u64 = 3;

/// What a file held.
struct Found {
    source: Source,
    arrivals: Vec<Arrival>,
    skipped: Vec<Skipped>,
    /// What is to be said of it beside.
    notes: Vec<String>,
}

/// What readers need to know beside the text.
struct Reader<'a> {
    owner: &'a str,
    only: &'a [String],
    now: Timestamp,
    progress: RefCell<Progress>,
}

pub(super) fn run(args: cli::Import, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let name = input_name(&args.file);
    let owner = args.owner.clone().map_or_else(|| place.owner(), Ok)?;
    let text = text(&args.file, &name, place)?;
    let reader = Reader {
        owner: &owner,
        only: &args.only,
        now: place.host.now(),
        progress: RefCell::new(out.progress("reading", None)),
    };
    let told = |Bad { path, why }| match path.as_str() {
        "the file" => unreadable(&name, &why),
        _ => unreadable(&format!("{name}, {path}"), &why),
    };
    let mut found = reader.read(&text).map_err(told)?;
    drop(text);
    reader.choose(&mut found).map_err(told)?;
    found.tell_apart();
    drop(reader);
    found.notes.iter().for_each(|note| out.noted(note));
    let weak = weak(&found.arrivals);
    let Found { source, arrivals, skipped, .. } = found;
    let incoming = Incoming::new(arrivals).map_err(|error| match error {
        vaults::Error::OtherDigest { at } => told(Bad::new(&at, "the secret is not the one of its digest")),
        error => error.into(),
    })?;
    let (all, moment) = (incoming.len(), place.moment());
    out.at(moment.now);
    let opened = match place.open(Access::Write) {
        // Nothing is made for what cannot come in, or for nothing.
        Err(Error::Vault(vaults::Error::Store(store::Error::Absent(_)))) => {
            match args.dry_run || incoming.is_empty() || incoming.is_contradictory() {
                true => None,
                false => Some(vault::open_or_make(place, out)?),
            }
        }
        opened => Some(opened?),
    };
    let imported = match opened {
        // Whoever is there to be asked may give a passphrase or none: then that is not known yet.
        None => incoming.into_nothing(place.given_passphrase()?.is_some(), &moment),
        Some(mut vault) => {
            let mut rng = place.host.random()?;
            let mut progress = out.progress("importing", Some(all as u64));
            let mut steps = 0;
            let mut advance = |more| {
                let before = steps / STEPS;
                steps += more;
                progress.advance(steps / STEPS - before);
            };
            let imported = vault.import(incoming, source, args.dry_run, &moment, &mut *rng, &mut advance);
            drop(progress);
            let imported = imported.map_err(|error| not_admitted(error, out))?;
            if !args.dry_run {
                // What an earlier deletion left.
                let _others = vault.wipe();
            }
            imported
        }
    };
    tell(&imported, &skipped, weak, source, args.dry_run, out)?;
    match imported.clashes.len() {
        0 => Ok(Exit::Done),
        clashes => Err(Error::Clashes { clashes, all }),
    }
}

fn not_admitted(error: vaults::Error, out: &mut Report) -> Error {
    match error {
        vaults::Error::Policy(refused) => {
            out.not_admitted(&refused.token);
            Error::NotAdmitted(refused)
        }
        error => error.into(),
    }
}

fn tell(
    imported: &Imported,
    skipped: &[Skipped],
    mut weak: Vec<(String, u32)>,
    source: Source,
    rehearsal: bool,
    out: &mut Report,
) -> Result<(), Error> {
    // Of what is there already it was told when it came, unless only its digest did.
    let told = imported.same.iter().filter(|same| same.note != Some(Note::Kept));
    let there: HashSet<&str> = told.map(|same| same.name.as_str()).collect();
    weak.retain(|(name, _)| !there.contains(name.as_str()));
    let note = |note| match note {
        Note::Ended => SameNote::SecretEnded,
        Note::Kept => SameNote::SecretKept,
        Note::NotKept => SameNote::SecretNotKept,
    };
    let same = imported.same.iter();
    let same = same.map(|same| Same::new(same.name.as_str(), &same.token, same.note.map(note), out)).collect();
    let conflicting = imported.clashes.iter().map(|clash| Conflicting {
        name: clash.name.as_str(),
        at: &clash.at,
        why: clash.whys.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    });
    out.arrived(&Arrived {
        source,
        rehearsal,
        new: &imported.new,
        same,
        conflicting: conflicting.collect(),
        skipped,
        weak: weak.iter().map(|(name, bits)| Weak { name, bits: *bits }).collect(),
    })
}

/// Whose secrets can be guessed, with an estimate in bits.
fn weak(arrivals: &[Arrival]) -> Vec<(String, u32)> {
    let bits = |arrival: &Arrival| {
        let secrets = arrival.keys.iter().filter_map(|key| key.secret.as_ref());
        secrets.filter_map(|secret| secret.strength()).min().filter(|bits| *bits < ENOUGH)
    };
    arrivals.iter().filter_map(|arrival| Some((arrival.name.to_string(), bits(arrival)?))).collect()
}

/// All of a file, or of stdin for `-`.
fn text(path: &Path, name: &str, place: &Place<'_>) -> Result<Zeroizing<String>, Error> {
    if path == Path::new("-") && place.global.passphrase_file.as_deref() == Some(path) {
        return Err(unreadable("stdin", "it cannot be both the passphrase and the tokens"));
    }
    let failed = |error: std::io::Error| unreadable(name, &error.to_string());
    let mut stream = place.input(path).map_err(failed)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 16));
    loop {
        if bytes.len() == bytes.capacity() {
            // Growing by itself would leave a copy behind that nobody wipes.
            let mut larger = Zeroizing::new(Vec::with_capacity(2 * bytes.capacity()));
            larger.extend_from_slice(&bytes);
            bytes = larger;
        }
        let room = bytes.capacity() - bytes.len();
        if stream.by_ref().take(room as u64).read_to_end(&mut bytes).map_err(failed)? == 0 {
            break;
        }
        if bytes.len() > MOST_READ << 20 {
            return Err(unreadable(name, &format!("it is longer than {MOST_READ} MiB")));
        }
    }
    if bytes.starts_with(b"SQLite format 3\0") {
        return Err(unreadable(name, "it is a vault or another database, not an export of one"));
    }
    if std::str::from_utf8(&bytes).is_err() {
        return Err(unreadable(name, "it is not UTF-8"));
    }
    let text = String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).unwrap_or_default();
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(unreadable(name, "it is empty"));
    }
    Ok(text)
}

impl Found {
    /// Services let several tokens have one name. Here the second and those after it get a number.
    fn tell_apart(&mut self) {
        if !matches!(self.source, Source::Unleash | Source::NocoDb | Source::W3Ipfs) {
            return;
        }
        let mut taken: HashSet<String> = self.arrivals.iter().map(|arrival| arrival.name.to_string()).collect();
        let mut numbers: HashMap<String, u64> = HashMap::new();
        for arrival in &mut self.arrivals {
            let number = numbers.entry(arrival.name.to_string()).or_default();
            *number += 1;
            while *number > 1 {
                let Ok(free) = Name::parse(&format!("{}-{number}", arrival.name)) else { break };
                if taken.insert(free.to_string()) {
                    self.notes
                        .push(format!("{}: `{}` is another's name too; it becomes `{free}`", arrival.at, arrival.name));
                    arrival.name = free;
                    break;
                }
                *number += 1;
            }
        }
    }
}

fn unreadable(what: &str, why: &str) -> Error {
    Error::Input {
        what: what.to_owned(),
        why: why.to_owned(),
        hint: "`jeton import --help` tells what can be imported; nothing was imported",
    }
}

impl Reader<'_> {
    /// Tells by itself what it is.
    fn read(&self, text: &str) -> Result<Found, Bad> {
        // Editors of some systems put a mark before it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.trim_start().as_bytes() {
            [b'{' | b'[', ..] => self.json(text),
            // First, since a variable may hold what looks like a digest, and must not be kept as one.
            _ if env::are_variables(text) => self.variables(text),
            _ if digests::are_lines(text) => self.digest_lines(text),
            _ => Err(Bad::new("the file", "it is nothing that jeton can import")),
        }
    }

    /// One more was read.
    fn step(&self) {
        self.progress.borrow_mut().advance(1);
    }

    /// Whether this was asked for, by a name as it stands there.
    fn wants(&self, name: &str) -> bool {
        let name = name::normalised(name.trim());
        self.only.is_empty() || self.only.iter().any(|only| name::normalised(only.trim()) == name)
    }

    /// Keeps what was asked for by name.
    fn choose(&self, found: &mut Found) -> Result<(), Bad> {
        if self.only.is_empty() {
            return Ok(());
        }
        if let Some(skipped) = found.skipped.iter().find(|skipped| self.wants(&skipped.name)) {
            return Err(Bad::new(&skipped.at, format_args!("`{}` cannot be imported: {}", skipped.name, skipped.why)));
        }
        found.arrivals.retain(|arrival| self.wants(arrival.name.as_str()));
        found.skipped.clear();
        let there = |only: &&String| !found.arrivals.iter().any(|it| it.name.as_str() == name::normalised(only));
        match self.only.iter().find(there) {
            Some(only) => Err(Bad::new("the file", format_args!("there is no `{only}` in it"))),
            None => Ok(()),
        }
    }
}
