//! `jeton log`: what was done, page by page, and whether anybody has tampered with the record of it.

use jiff::Timestamp;

use super::{Place, read_to_the_end};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::store::Access;
use crate::token::event::{Entry, Head};
use crate::token::exit::Exit;
use crate::token::name;
use crate::vault::{self, Vault};

const PAGE: usize = 1000;

pub(super) fn run(args: &cli::Log, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let read = match (args.check, args.head) {
        // An empty variable in its place would prove nothing, and look as if it had.
        (true, Some(None)) => Err(Error::Grammar {
            message: "`log --check --head` lacks the head that is to be proved an ancestor".into(),
            hint: "`jeton log --check` checks the log by itself; `jeton log --head` prints the head to keep".into(),
        }),
        (true, ancestor) => check(ancestor.flatten(), place, out),
        (false, Some(None)) => out.head(place.open(Access::Read)?.head()?),
        (false, Some(Some(_))) => Err(Error::Grammar {
            message: "`log --head` takes a head only together with `--check`".into(),
            hint: "`jeton log --check --head HEAD` proves that HEAD is an ancestor of the log".into(),
        }),
        (false, None) => tell(args, place, out),
    };
    read_to_the_end(read).map(|()| Exit::Done)
}

fn check(ancestor: Option<Head>, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let head = place.open(Access::Read)?.check_log(ancestor)?;
    out.log_is_whole(head, ancestor.is_some())
}

/// Which events are told.
struct Asked {
    since: Option<Timestamp>,
    token: Option<OfToken>,
}

/// A token by its id, and by the name it had in those days.
struct OfToken {
    id: String,
    name: String,
}

impl Asked {
    fn is_of_token(&self, entry: &Entry) -> bool {
        self.token.as_ref().is_none_or(|wanted| {
            let token = entry.event.token.as_ref();
            token.is_some_and(|(id, name)| *id.as_str() == wanted.id || *name == wanted.name)
        })
    }

    fn is_late_enough(&self, entry: &Entry) -> bool {
        self.since.is_none_or(|since| entry.event.at >= since)
    }
}

fn tell(args: &cli::Log, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    // Watched before it is read, so that nothing falls between.
    let changes = args.follow.then(|| place.host.changes(place.location()?.path()).map_err(Error::from)).transpose()?;
    let mut vault = place.open(Access::Read)?;
    let asked = Asked {
        since: args.since.map(|since| since.resolve(place.host.now())).transpose().map_err(vault::Error::from)?,
        token: args.token.as_deref().map(|wanted| of_token(&mut vault, wanted)).transpose()?,
    };
    let say = if args.follow { Report::event_line } else { Report::event };
    let mut told = Told { last: None, known: false };
    told.go_on(&mut vault, &asked, out, say)?;
    // A mistyped name is no token of which nothing is to be told.
    if let Some(wanted) = args.token.as_ref().filter(|_| !told.known) {
        return Err(vault::Error::Unknown { wanted: wanted.clone(), nearest: Vec::new() }.into());
    }
    let Some(mut changes) = changes else { return out.end_of_log() };
    out.flush()?;
    drop(vault);
    while changes.wait()? {
        // Opened anew each time, so that nothing stays open, and no log behind, while nothing happens.
        told.go_on(&mut place.open(Access::Read)?, &asked, out, say)?;
        out.flush()?;
    }
    Ok(())
}

/// How far the log has been told.
struct Told {
    /// The event that was read last.
    last: Option<Head>,
    /// Whether the token that is asked about was met, however long ago.
    known: bool,
}

impl Told {
    fn go_on(
        &mut self,
        vault: &mut Vault,
        asked: &Asked,
        out: &mut Report,
        say: fn(&mut Report, &Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // Somebody may have put another vault, or a backup, in its place.
        if let Some(last) = self.last
            && vault.events(last.seq - 1, 1)?.first().is_none_or(|entry| entry.link != last.link)
        {
            return Err(vault::Error::NoAncestor { ancestor: last }.into());
        }
        loop {
            let entries = vault.events(self.last.map_or(0, |last| last.seq), PAGE)?;
            let Some(last) = entries.last() else { return Ok(()) };
            self.last = Some(Head { seq: last.seq, link: last.link });
            for entry in entries.iter().filter(|entry| asked.is_of_token(entry)) {
                self.known = true;
                if asked.is_late_enough(entry) {
                    say(out, entry)?;
                }
            }
        }
    }
}

/// A token that is there, by its id; one that is not, by whatever it was called.
fn of_token(vault: &mut Vault, wanted: &str) -> Result<OfToken, Error> {
    let name = name::normalised(wanted);
    let id = vault.find(wanted)?.map_or_else(|| wanted.to_owned(), |token| token.id.to_string());
    Ok(OfToken { id, name })
}
