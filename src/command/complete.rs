//! Completes names of tokens for a shell, through clap's own engine under jeton's own variable. It never asks, makes
//! or changes anything, and a vault that cannot be read simply has no names.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::location;
use crate::cli;
use crate::error::Error;
use crate::host::Host;
use crate::report::Report;
use crate::store::{Access, Location};
use crate::token::exit::Exit;
use crate::vault::Vault;

/// The variable by which a shell's script asks for completions.
pub const VARIABLE: &str = "JETON_COMPLETE";
/// More would fill a screen and tell nothing.
const MOST: usize = 200;

/// Answers a shell: with its script, or with the words that may come next.
pub fn complete(shell: &OsStr, argv: Vec<OsString>, host: &dyn Host, out: &mut Report) -> Result<Exit, Error> {
    let shells = Shells::builtins();
    let name = shell.to_string_lossy();
    let completer = shells.completer(&name).ok_or_else(|| Error::Input {
        what: format!("{VARIABLE}={name}"),
        why: "there is no such shell here".into(),
        hint: "set it to bash, zsh, fish, powershell or elvish",
    })?;
    let mut answer = Vec::new();
    let written = match argv.iter().position(|word| word == "--") {
        None => {
            let program = PathBuf::from(argv.first().cloned().unwrap_or_else(|| "jeton".into()));
            // A path that is no plain name must hold in other directories too.
            let program = match host.current_dir() {
                Some(here) if program.components().count() > 1 => here.join(program),
                _ => program,
            };
            completer.write_registration(VARIABLE, "jeton", "jeton", &program.to_string_lossy(), &mut answer)
        }
        Some(at) => {
            let words = argv[at + 1..].to_vec();
            let location = location(vault_in(&words).as_deref(), host).ok();
            completer.write_complete(
                &mut with_names(cli::command(), location),
                words,
                host.current_dir().as_deref(),
                &mut answer,
            )
        }
    };
    // Where nothing fits there is nothing to say.
    match written.map(|()| out.text(&String::from_utf8_lossy(&answer))) {
        // A shell that has gone on needs no answer.
        Ok(Err(Error::Output(error))) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Ok(Err(error)) => Err(error),
        Ok(Ok(())) | Err(_) => Ok(Exit::Done),
    }
}

/// `--vault` as it stands in the words that are being completed.
fn vault_in(words: &[OsString]) -> Option<PathBuf> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--vault" {
            return words.next().map(PathBuf::from);
        }
        if let Some(path) = word.to_str().and_then(|word| word.strip_prefix("--vault=")) {
            return Some(PathBuf::from(path));
        }
    }
    None
}

/// The grammar, with names of tokens wherever it asks for one.
fn with_names(mut grammar: Command, location: Option<Location>) -> Command {
    let completer = ArgValueCompleter::new(move |begun: &OsStr| {
        let names = location.as_ref().and_then(|location| names(location, begun.to_str()?));
        names.unwrap_or_default()
    });
    let mut topics: Vec<String> = grammar.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    topics.push("exit-codes".to_owned());
    let topic = ArgValueCompleter::new(move |begun: &OsStr| {
        let fits = |topic: &&String| begun.to_str().is_some_and(|begun| topic.starts_with(begun));
        topics.iter().filter(fits).map(CompletionCandidate::new).collect()
    });
    grammar = grammar.mut_subcommand("help", |command| command.mut_arg("topic", |argument| argument.add(topic)));
    for (verb, argument) in [
        ("show", "token"),
        ("copy", "token"),
        ("run", "tokens"),
        ("rotate", "token"),
        ("edit", "token"),
        ("log", "token"),
        ("revoke", "tokens"),
        ("restore", "tokens"),
        ("delete", "tokens"),
    ] {
        grammar = grammar
            .mut_subcommand(verb, |command| command.mut_arg(argument, |argument| argument.add(completer.clone())));
    }
    grammar
}

fn names(location: &Location, begun: &str) -> Option<Vec<CompletionCandidate>> {
    let mut vault = Vault::open(location, Access::Read).ok()?;
    let mut found = Vec::new();
    let mut after = String::new();
    while found.len() < MOST {
        let page = vault.names(&after, 1000).ok()?;
        let Some((last, _)) = page.last() else { break };
        last.as_str().clone_into(&mut after);
        found.extend(page.into_iter().filter_map(|(name, id)| candidate(name.as_str(), id.as_str(), begun)));
    }
    found.truncate(MOST);
    Some(found)
}

/// A name that a shell would take apart is offered as its id.
fn candidate(name: &str, id: &str, begun: &str) -> Option<CompletionCandidate> {
    let whole = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '/' | '-' | '+' | ','));
    if name.starts_with(begun) {
        let candidate = if whole { CompletionCandidate::new(name) } else { CompletionCandidate::new(id) };
        return Some(candidate.help(Some(if whole { id } else { name }.to_owned().into())));
    }
    (!begun.is_empty() && id.starts_with(begun))
        .then(|| CompletionCandidate::new(id).help(Some(name.to_owned().into())))
}
