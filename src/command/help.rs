//! `jeton help`: on jeton, on a command, or on the exit codes.

use crate::cli;
use crate::error::Error;
use crate::host::{Host, Stream};
use crate::report::Report;
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Help, host: &dyn Host, out: &mut Report) -> Result<Exit, Error> {
    if args.topic == ["exit-codes"] {
        out.exit_codes()?;
        return Ok(Exit::Done);
    }
    let mut root = cli::command();
    if let Some(columns) = host.columns(Stream::Out) {
        root = root.term_width(usize::from(columns));
    }
    root.build();
    let mut command = &mut root;
    for word in &args.topic {
        command = command.find_subcommand_mut(word).ok_or_else(|| Error::NoSuchTopic(args.topic.join(" ")))?;
    }
    let help = command.render_long_help();
    let text = if out.manner.colour_out { help.ansi().to_string() } else { help.to_string() };
    out.text(&text)?;
    Ok(Exit::Done)
}
