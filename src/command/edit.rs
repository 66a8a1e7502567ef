//! `jeton edit`: what a token is called, whose it is and what it may do.

use super::confirm::{self, Verb};
use super::{Place, create};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::store::{Access, Wiped};
use crate::token::exit::Exit;
use crate::token::request::Edit;

pub(super) fn run(args: cli::Edit, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    if args.forget {
        return forget(&args, place, out);
    }
    let edit = Edit {
        name: args.name,
        owner: args.owner,
        description: args.description,
        expires: args.expires,
        max_uses: args.max_uses.map(|uses| uses.0),
        scopes: Some(args.scopes).filter(|scopes| !scopes.is_empty()).map(|scopes| scopes.into_iter().collect()),
        add_scopes: args.add_scopes,
        remove_scopes: args.remove_scopes,
        labels: create::one_value_each(args.labels)?,
        remove_labels: args.remove_labels,
        no_labels: false,
    };
    if edit == Edit::default() {
        return Err(Error::NothingToChange);
    }
    let mut vault = place.open(Access::Write)?;
    let token = vault.token(&args.token)?;
    let moment = place.moment();
    out.at(moment.now);
    let (before, after) = vault.edit(&token, &edit, &moment)?;
    out.edited(&before, &after)?;
    out.not_taken_away(&before, &after, &edit);
    let _others = vault.wipe();
    Ok(Exit::Done)
}

fn forget(args: &cli::Edit, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let token = vault.token(&args.token)?;
    if token.has_copies() {
        confirm::asked(args.yes, std::slice::from_ref(&token), Verb::Forget, place, out)?;
    }
    let dropped = vault.forget(&token, &place.moment())?;
    let wiped = vault.wipe();
    let token = vault.token(token.id.as_str())?;
    out.forgotten(&token, dropped, wiped == Wiped::Pending)?;
    Ok(Exit::Done)
}
