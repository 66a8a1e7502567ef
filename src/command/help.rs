//! `jeton help`: on jeton, on a command, or on the exit codes.

use std::ffi::OsString;

use super::said::{self, Said};
use crate::cli;
use crate::error::Error;
use crate::host::Host;
use crate::report::Report;
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Help, host: &dyn Host, out: &mut Report) -> Result<Exit, Error> {
    if args.topic == ["exit-codes"] {
        out.exit_codes()?;
        return Ok(Exit::Done);
    }
    let grammar = cli::command();
    let mut command = &grammar;
    for word in &args.topic {
        command = command.find_subcommand(word).ok_or_else(|| Error::NoSuchTopic(args.topic.join(" ")))?;
    }
    // The same words as the flag's.
    let words = ["jeton"].into_iter().chain(args.topic.iter().map(String::as_str)).chain(["--help"]);
    let argv: Vec<OsString> = words.map(OsString::from).collect();
    if let Said::Text(help) = said::read(&argv, host, out.manner.colour_out)? {
        out.text(&help)?;
    }
    Ok(Exit::Done)
}
