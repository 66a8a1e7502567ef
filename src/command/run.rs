//! `jeton run`: becomes a command that has secrets in its environment.

use super::{PASSPHRASE, PASSPHRASE_FILE, Place};
use crate::cli;
use crate::error::Error;
use crate::host::Program;
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::record::Token;
use crate::token::variable::Variable;
use crate::vault::{self, Vault};

pub(super) fn run(args: &cli::Run, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let Some((name, arguments)) = args.command.split_first() else { unreachable!("the grammar asks for a command") };
    let not_started = |why| Error::NotStarted { program: format!("`{}`", name.to_string_lossy()), why };
    let mut vault = place.open(Access::Write)?;
    let wanted = wanted(&args.tokens, &mut vault)?;
    // Nobody is asked for a passphrase in vain, and no secret is said to have been handed to nothing.
    place.host.look_up(name).map_err(not_started)?;
    if !vault.has_key()? {
        return Err(vault::Error::ShowOnceVault.into());
    }
    if let Some((_, token)) = wanted.iter().find(|(_, token)| !token.recoverable()) {
        return Err(vault::Error::NoCopy { name: token.name.to_string() }.into());
    }
    let moment = place.moment();
    let about = wanted.first().map(|(_, token)| token);
    let mut unlocked = place.unlock(&mut vault, about, &moment)?;
    let mut variables = Vec::new();
    for (variable, token) in &wanted {
        variables.push((variable.clone(), unlocked.hand_on(token, &moment)?));
        out.works_no_more(token);
    }
    // The command is to find the vault as if jeton had ended.
    drop(vault);
    let without = [PASSPHRASE, PASSPHRASE_FILE];
    let program = Program { name, arguments, variables: &variables, without: &without };
    Err(not_started(place.host.become_program(&program)))
}

/// Which token is to be in which variable.
fn wanted(said: &[String], vault: &mut Vault) -> Result<Vec<(String, Token)>, Error> {
    let mut wanted: Vec<(String, Token)> = Vec::new();
    for said in said {
        let (token, variable) = match (vault.find(said)?, said.rsplit_once('=')) {
            // What is there by its whole name is meant, whatever could be split off.
            (Some(token), _) => (token, None),
            (None, Some((name, variable))) => (vault.token(name)?, Some(variable)),
            (None, None) => (vault.token(said)?, None),
        };
        let variable = variable.map_or_else(|| in_capitals(token.name.as_str()), str::to_owned);
        let bad = |why: String| Error::Input {
            what: format!("the variable `{variable}` for `{}`", token.name),
            why,
            hint: "name a variable of your own: `jeton run NAME=VAR -- COMMAND`",
        };
        Variable::parse(&variable).map_err(|error| bad(error.to_string()))?;
        if let Some((_, other)) = wanted.iter().find(|(taken, _)| *taken == variable) {
            return Err(bad(format!("`{}` would be in it too", other.name)));
        }
        wanted.push((variable, token));
    }
    Ok(wanted)
}

/// `web-upload` is in `WEB_UPLOAD`.
fn in_capitals(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}
