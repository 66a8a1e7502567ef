//! `jeton delete`: shows what will go, asks, and removes it for good.

use super::Place;
use crate::cli;
use crate::error::Error;
use crate::host::somebody_there;
use crate::report::Report;
use crate::store::{Access, Wiped};
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Delete, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let tokens = vault.tokens(&args.tokens)?;
    if !args.yes {
        if !somebody_there(place.host) {
            let what = if tokens.len() == 1 { "the token is to be deleted" } else { "the tokens are to be deleted" };
            return Err(Error::ConfirmationNeeded { what: what.into() });
        }
        out.about_to_delete(&tokens);
        let question = if tokens.len() == 1 { "Delete it? [y/N] " } else { "Delete them? [y/N] " };
        if !place.host.ask_yes(question)? {
            return Err(Error::NotConfirmed);
        }
    }
    vault.remove(&tokens, &place.moment())?;
    let wiped = vault.wipe();
    out.deleted(&tokens, wiped == Wiped::Pending)?;
    Ok(Exit::Done)
}
