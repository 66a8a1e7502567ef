//! # jeton
//!
//! Issues, keeps, copies, verifies and ends API tokens: one binary, one local vault, no server needed.
//!
//! Data flows one way: argv -> `cli` -> `command` -> `vault` -> (`crypto` | `store`); values come back, `report` says
//! them, `main` exits. Above `vault` everything deals with people, below it with bytes; `token` is the common tongue;
//! `host` is the only window to the machine outside.
//!
//! The map of the house. A room may import only what stands to the right of its arrow; `tests/suite/architecture.rs`
//! holds the code to it.
//!
//! ```text
//! main    -> lib host
//! lib     -> cli command report error host token
//! cli     -> token
//! command -> cli vault store report wire serve error host token
//! serve   -> vault wire error token
//! report  -> wire error token
//! wire    -> token
//! error   -> vault store host token
//! vault   -> crypto store token
//! crypto  -> token
//! store   -> token
//! host    -> token
//! token   ->
//! ```
//!
//! What it forbids is the design: a store can never hash or open anything; no primitive knows where bytes rest; the
//! vault is given the time and the random source; speaking never acts; HTTP is a second mouth, not a second brain.

#![forbid(unsafe_code)]

pub mod cli;
pub mod command;
pub mod crypto;
pub mod error;
pub mod host;
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
pub mod store;
pub mod token;
pub mod vault;
pub mod wire;

use std::ffi::OsString;

use clap::ColorChoice;

use command::said::{self, Said};
use error::Error;
use host::{Host, Stream};
use report::{Manner, Report};
use token::exit::Exit;

/// Runs jeton: what was said, on this machine. `argv` begins with the program's name.
pub fn run(argv: Vec<OsString>, host: &dyn Host) -> Exit {
    let choice = said::colour_choice(&argv);
    let manner = Manner {
        json: said::own(&argv).iter().any(|word| word == "--json"),
        quiet: false,
        colour_out: colour(choice, Stream::Out, host),
        colour_err: colour(choice, Stream::Err, host),
        columns: host.columns(Stream::Out),
        screen: None,
        vault: None,
    };
    let zone = host.time_zone();
    let mut out = Report::new(host.stdout(), host.stderr(), manner, zone, host.now());
    match obey(argv, host, &mut out) {
        Ok(exit) => exit,
        Err(error) => out.failure(&error),
    }
}

fn obey(argv: Vec<OsString>, host: &dyn Host, out: &mut Report) -> Result<Exit, Error> {
    if let Some(shell) = host.var(command::COMPLETE_VARIABLE).filter(|shell| !shell.is_empty()) {
        return command::complete(&shell, argv, host, out);
    }
    match said::read(&argv, host, out.manner.colour_out)? {
        Said::Text(text) => out.text(&text).map(|()| Exit::Done),
        Said::Nothing(help) => {
            out.say(help.trim_end());
            Ok(Exit::Usage)
        }
        Said::Do(cli) => {
            out.manner.vault.clone_from(&cli.global.vault);
            out.manner.json = command::wants_json(&cli.command);
            out.manner.quiet = command::wants_quiet(&cli.command);
            out.manner.screen = screen(host);
            command::run(*cli, host, out)
        }
    }
}

/// How wide the terminal is on which a bar can be drawn, if stderr is one.
fn screen(host: &dyn Host) -> Option<u16> {
    let dumb = || host.var("TERM").is_some_and(|value| value == "dumb");
    host.columns(Stream::Err).filter(|_| host.is_terminal(Stream::Err) && !dumb())
}

/// The flag decides, then NO_COLOR, CLICOLOR_FORCE and TERM=dumb, then whether it is a terminal.
fn colour(choice: ColorChoice, stream: Stream, host: &dyn Host) -> bool {
    let set = |name| host.var(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR").is_some() => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto if set("TERM").is_some_and(|value| value == "dumb") => false,
        ColorChoice::Auto => host.is_terminal(stream),
    }
}
