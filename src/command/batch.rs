//! `jeton create --count`, and `--from` with a list: many tokens, all or none.

use super::deliver::Way;
use super::{Place, issue, vault};
use crate::error::{Error, quoted};
use crate::host::Stream;
use crate::report::Report;
use crate::report::batch::Summary;
use crate::report::token::Said;
use crate::token::exit::Exit;
use crate::token::name::Name;
use crate::token::request::{Naming, Request};
use crate::vault::{self as rules, Vault};

/// So many names are told one by one.
const FEW: usize = 10;

/// What is asked for at once.
pub(super) enum Many {
    /// `NAME-1` to `NAME-count`, alike but for that.
    Numbered {
        request: Box<Request>,
        name: Name,
        count: u64,
    },
    Each(Vec<Request>),
}

/// Makes the tokens and delivers their secrets; the vault too, if there is none.
pub(super) fn issue(
    mut many: Many,
    way: &mut Way<'_>,
    said: Said,
    place: &Place<'_>,
    out: &mut Report,
) -> Result<Exit, Error> {
    way.must_suit_many()?;
    many.must_be_possible(place)?;
    let mut vault = vault::open_or_make(place, out)?;
    many.must_be_free(&mut vault)?;
    let mut rng = place.host.random()?;
    let moment = place.moment();
    out.at(moment.now);
    let (count, in_shell) = (many.count(), many.in_shell());
    let prepared = {
        let mut progress = out.progress("making", Some(count));
        let done = |count| progress.advance(count);
        match many {
            Many::Numbered { request, name, count } => {
                vault.prepare_numbered(*request, &name, count, &moment, &mut *rng, done)
            }
            Many::Each(requests) => vault.prepare_all(requests, &moment, &mut *rng, done),
        }?
    };
    let draft = way.draft(prepared.batch().secrets(), place)?;
    let batch = {
        let mut progress = out.progress("keeping", Some(count));
        vault.keep_batch(prepared, &moment, |count| progress.advance(count)).map_err(which)?
    };
    if let Err(error) = way.place(draft, batch.secrets(), out) {
        let mut tokens = Vec::new();
        batch.each(|token, _| {
            tokens.push(token.clone());
            Ok::<_, Error>(())
        })?;
        vault.remove(&tokens, None, &place.moment())?;
        let _traces_of_what_nobody_had = vault.wipe();
        return Err(error);
    }
    let mut summary = Summary::default();
    let told = batch.each(|token, secret| {
        summary.add(token);
        let secret = Some(secret).filter(|_| way.file().is_none());
        out.one_of_many(token, secret, said)
    });
    match told.and_then(|()| out.flush()) {
        Err(Error::Output(error)) if way.file().is_none() => {
            let recoverable = summary.recoverable();
            return Err(Error::ManyUndelivered { in_shell, why: error.to_string(), recoverable });
        }
        told => told?,
    }
    out.created_many(&summary, way.file());
    if way.file().is_none() && !summary.recoverable() && place.host.goes_nowhere(Stream::Out) {
        out.lost_many(&in_shell);
    }
    let _others = vault.wipe();
    Ok(Exit::Done)
}

impl Many {
    fn count(&self) -> u64 {
        match self {
            Many::Numbered { count, .. } => *count,
            Many::Each(requests) => requests.len() as u64,
        }
    }

    /// Whatever can be refused is refused before a vault is made for it.
    fn must_be_possible(&mut self, place: &Place<'_>) -> Result<(), Error> {
        let now = place.host.now();
        match self {
            Many::Numbered { request, name, count } => {
                issue::complete(request, place)?;
                // The longest of them.
                Vault::numbered(name, *count)?;
                Ok(Vault::must_be_possible(request, now)?)
            }
            Many::Each(requests) => requests.iter_mut().enumerate().try_for_each(|(index, request)| {
                issue::complete(request, place)?;
                let possible = Vault::must_be_possible(request, now);
                possible.map_err(|error| Error::Of { what: format!("[{index}]"), error: Box::new(error.into()) })
            }),
        }
    }

    /// The usual mistake is to say the same twice: that is seen by the first name, before the work begins.
    fn must_be_free(&self, vault: &mut Vault) -> Result<(), Error> {
        match self {
            Many::Numbered { name, .. } => Ok(vault.must_be_free(&Vault::numbered(name, 1)?)?),
            Many::Each(requests) => requests.iter().try_for_each(|request| match &request.naming {
                Naming::As(name) => Ok(vault.must_be_free(name)?),
                Naming::Next(_) => Ok(()),
            }),
        }
    }

    /// All of their names as a shell such as bash takes them, or the first few.
    fn in_shell(&self) -> String {
        match self {
            Many::Numbered { name, count: 1, .. } => quoted(&format!("{name}-1")),
            Many::Numbered { name, count, .. } => format!("{}-{{1..{count}}}", quoted(name.as_str())),
            Many::Each(requests) => {
                let names = requests.iter().filter_map(|request| match &request.naming {
                    Naming::As(name) => Some(quoted(name.as_str())),
                    Naming::Next(_) => None,
                });
                let more = if requests.len() > FEW { " ..." } else { "" };
                names.take(FEW).collect::<Vec<_>>().join(" ") + more
            }
        }
    }
}

/// The sentence of a rule does not tell which of many it refuses.
fn which(error: rules::Error) -> Error {
    match &error {
        rules::Error::Policy(refused) => {
            Error::Of { what: format!("`{}`", refused.token.name), error: Box::new(error.into()) }
        }
        _ => error.into(),
    }
}
