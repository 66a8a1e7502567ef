//! `jeton delete`: shows what will go, asks, and removes it for good.

use super::confirm::{self, Verb};
use super::{Place, chosen};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::store::{Access, Wiped};
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Delete, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let moment = place.moment();
    out.at(moment.now);
    let query = chosen(&args.selection, moment.now)?;
    let tokens = match &query {
        Some(query) => vault.matching(query)?,
        None if args.tokens.is_empty() => return Err(Error::NothingChosen),
        None => vault.tokens(&args.tokens)?,
    };
    let mut removed = Vec::new();
    if tokens.is_empty() {
        out.none_chosen();
    } else {
        confirm::asked(args.yes, &tokens, Verb::Delete, place, out)?;
        removed = vault.remove(&tokens, query.as_ref(), &place.moment())?;
    }
    let wiped = vault.wipe();
    out.deleted(&removed, tokens.len() - removed.len(), wiped == Wiped::Pending)?;
    Ok(Exit::Done)
}
