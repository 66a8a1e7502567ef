//! `jeton serve`, in a build without the feature of that name.

use super::Place;
use crate::cli;
use crate::error::Error;
use crate::token::exit::Exit;

pub(super) fn run(_: &cli::Serve, _: &Place<'_>) -> Result<Exit, Error> {
    Err(Error::LeftOut { part: "server" })
}
