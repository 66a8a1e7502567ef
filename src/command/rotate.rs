//! `jeton rotate`: a new secret under the same name, and the end of the old one.

use std::iter;

use super::Place;
use super::deliver::Way;
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::token::Said;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::vault::Finished;

pub(super) fn run(args: &cli::Rotate, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut way = Way::new(&args.delivery, place)?;
    let mut vault = place.open(Access::Write)?;
    let token = vault.token(&args.token)?;
    let moment = place.moment();
    out.at(moment.now);
    if args.finish {
        let (token, finished) = vault.finish(&token, args.force, &moment)?;
        out.finished(&token, finished == Finished::Ended)?;
        let _others = vault.wipe();
        return Ok(Exit::Done);
    }
    let mut rng = place.host.random()?;
    let rotation = vault.prepare_rotation(&token, &moment, &mut *rng)?;
    let draft = way.draft(iter::once(&rotation.issued().secret), place)?;
    let rotated = vault.rotate(rotation, args.grace, &moment)?;
    if let Err(error) = way.place(draft, iter::once(&rotated.issued.secret), out) {
        vault.undo_rotation(&rotated, &place.moment())?;
        let _traces_of_what_nobody_had = vault.wipe();
        return Err(error);
    }
    let clipboard = way.hand_over(&rotated.issued, Said::Plain, place, &mut vault, out)?;
    out.rotated(&rotated.issued.token, rotated.old_ends, way.file(), &clipboard);
    way.warn_if_lost(&rotated.issued.token, &clipboard, place, out);
    let _others = vault.wipe();
    Ok(Exit::Done)
}
