//! `jeton login` and `jeton logout`: session tokens of whoever is there.

use super::deliver::Way;
use super::{Place, confirm, issue};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::token::Said;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::query::{Filter, Query};
use crate::token::record::Type;
use crate::token::request::{Naming, Request};
use crate::vault;

pub(super) fn login(args: cli::Login, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut way = Way::new(&args.delivery, place)?;
    let owner = place.owner()?;
    let request = Request {
        kind: Type::Session,
        scopes: args.scopes.into_iter().collect(),
        ..Request::new(Naming::Next(format!("session-{owner}-")), owner)
    };
    issue::issue(request, &mut way, Said::Plain, place, out).map_err(|error| match error {
        Error::Vault(vault::Error::Name(why)) => Error::Input {
            what: "the name of the session".into(),
            why: why.to_string(),
            hint: "it is session-OWNER-N: set LOGNAME to a shorter name",
        },
        error => error,
    })
}

pub(super) fn logout(args: &cli::Logout, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let owner = if args.all { None } else { Some(place.owner()?) };
    let filter = Filter { owner, types: vec![Type::Session], ..Filter::default() };
    let moment = place.moment();
    out.at(moment.now);
    // Those that have expired too: an edit could bring them back.
    let query = Query { filter, ..Query::default() };
    let mut sessions = vault.matching(&query)?;
    sessions.retain(|session| session.revoked_at.is_none());
    // One's own sessions are opened again with `login`; those of others are not.
    if args.all && sessions.len() > 1 {
        confirm::asked(args.yes, &sessions, confirm::Verb::Revoke, place, out)?;
    }
    let ended = vault.revoke(&sessions, Some(&query), &moment)?;
    out.logged_out(&ended, args.all)?;
    let _others = vault.wipe();
    Ok(Exit::Done)
}
