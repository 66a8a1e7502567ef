//! Asking before it happens: what destroys, and what touches more than one token.

use super::Place;
use crate::error::Error;
use crate::host::somebody_there;
use crate::report::Report;
use crate::token::record::Token;

pub(super) use crate::report::question::Verb;

/// Goes on only if it is meant: `--yes`, or the answer of somebody who is there.
///
/// # Errors
/// [`Error::ConfirmationNeeded`], [`Error::NotConfirmed`].
pub(super) fn asked(yes: bool, tokens: &[Token], verb: Verb, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let one = tokens.len() == 1;
    if !somebody_there(place.host) {
        let what = match (verb, one) {
            (Verb::Forget, _) => "its sealed copy is".to_owned(),
            (_, true) => "the token is".to_owned(),
            (_, false) => format!("{} tokens are", tokens.len()),
        };
        return Err(Error::ConfirmationNeeded { what: format!("{what} to be {}", verb.done()) });
    }
    out.about_to(verb, tokens);
    if place.host.ask_yes(&verb.question(one))? { Ok(()) } else { Err(Error::NotConfirmed { done: verb.done() }) }
}

/// Goes on only if somebody who is there agrees that the passphrase goes, and these copies with it.
///
/// # Errors
/// As [`asked`].
pub(super) fn removal(copies: u64, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    if !somebody_there(place.host) {
        let copies = if copies == 1 { "1 sealed copy".to_owned() } else { format!("{copies} sealed copies") };
        return Err(Error::ConfirmationNeeded { what: format!("the passphrase and {copies} are to be removed") });
    }
    out.about_to_remove_the_passphrase(copies);
    if place.host.ask_yes("Remove it? [y/N] ")? { Ok(()) } else { Err(Error::NotConfirmed { done: "removed" }) }
}
