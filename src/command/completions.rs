//! `jeton completions SHELL`: the static script, made from the grammar.

use clap_complete::aot;

use crate::cli::{self, Shell};
use crate::error::Error;
use crate::report::Report;
use crate::token::exit::Exit;

pub(super) fn run(args: &cli::Completions, out: &mut Report) -> Result<Exit, Error> {
    let shell = match args.shell {
        Shell::Bash => aot::Shell::Bash,
        Shell::Zsh => aot::Shell::Zsh,
        Shell::Fish => aot::Shell::Fish,
        Shell::PowerShell => aot::Shell::PowerShell,
        Shell::Elvish => aot::Shell::Elvish,
    };
    let mut script = Vec::new();
    aot::generate(shell, &mut cli::command(), "jeton", &mut script);
    out.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
