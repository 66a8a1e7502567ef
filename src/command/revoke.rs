//! `jeton revoke` and `jeton restore`: from now on nobody can use a token; and everybody again who could before.

use super::confirm::{self, Verb};
use super::secret::presented;
use super::{Place, chosen};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::query::Query;
use crate::token::record::Token;
use crate::token::secret::{Secret, trim_newline};
use crate::vault::{self, Killed, Vault};

pub(super) fn revoke(args: &cli::Revoke, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let query = chosen(&args.selection, place.host.now())?;
    if query.is_none() && args.tokens.is_empty() {
        return by_secret(args, place, out);
    }
    let mut vault = place.open(Access::Write)?;
    let moment = place.moment();
    out.at(moment.now);
    let tokens = match &query {
        Some(query) => vault.matching(query)?,
        None if args.if_exists => those_that_exist(&mut vault, &args.tokens, out)?,
        None => vault.tokens(&args.tokens)?,
    };
    let working: Vec<Token> = tokens.iter().filter(|token| token.revoked_at.is_none()).cloned().collect();
    if working.len() > 1 {
        confirm::asked(args.yes, &working, Verb::Revoke, place, out)?;
    }
    // One that is gone meanwhile is missed only by who has named it.
    let any = Query::default();
    let chosen_by = query.as_ref().or(args.if_exists.then_some(&any));
    let revoked = vault.revoke(&working, chosen_by, &moment)?;
    match query {
        None => out.revoked(&tokens, &revoked)?,
        Some(_) if working.is_empty() => {
            out.none_chosen();
            out.revoked(&[], &[])?;
        }
        Some(_) => {
            out.revoked(&revoked, &revoked)?;
            out.left_alone(working.len() - revoked.len());
        }
    }
    let _others = vault.wipe();
    Ok(Exit::Done)
}

/// Whoever holds a secret can end it.
fn by_secret(args: &cli::Revoke, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let presented = presented(args.env.as_deref(), args.file.as_deref(), place)?;
    if trim_newline(&presented).is_empty() {
        return Err(Error::EmptySecret);
    }
    let secret = Secret::parse(&presented).map_err(|_| Error::NotASecret)?;
    let mut vault = place.open(Access::Write)?;
    let moment = place.moment();
    out.at(moment.now);
    match vault.revoke_secret(&secret, &moment) {
        Ok(Killed::Token(token)) => out.revoked(std::slice::from_ref(&token), std::slice::from_ref(&token))?,
        Ok(Killed::OldSecret(token)) => out.old_secret_ended(&token)?,
        Ok(Killed::Already(token, at)) => out.ended_before(&token, at)?,
        Err(vault::Error::UnknownSecret) if args.if_exists => out.unknown_secret()?,
        Err(error) => return Err(error.into()),
    }
    let _others = vault.wipe();
    Ok(Exit::Done)
}

fn those_that_exist(vault: &mut Vault, wanted: &[String], out: &mut Report) -> Result<Vec<Token>, Error> {
    let mut tokens: Vec<Token> = Vec::new();
    for wanted in wanted {
        match vault.find(wanted)? {
            // One that is named twice counts once.
            Some(token) if tokens.iter().any(|other| other.id == token.id) => {}
            Some(token) => tokens.push(token),
            None => out.not_there(wanted),
        }
    }
    Ok(tokens)
}

pub(super) fn restore(args: &cli::Restore, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let tokens = vault.tokens(&args.tokens)?;
    let moment = place.moment();
    out.at(moment.now);
    let revoked: Vec<Token> = tokens.iter().filter(|token| token.revoked_at.is_some()).cloned().collect();
    if revoked.len() > 1 {
        confirm::asked(args.yes, &revoked, Verb::Restore, place, out)?;
    }
    let restored = vault.restore(&revoked, &moment)?;
    out.restored(&tokens, &restored)?;
    let _others = vault.wipe();
    Ok(Exit::Done)
}
