//! `jeton show`: everything about one token but its secret.

use super::Place;
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Show, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let token = place.open(Access::Read)?.token(&args.token)?;
    out.show(&token)?;
    Ok(Exit::Done)
}
