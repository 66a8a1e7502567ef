//! One new token, and its secret into the right hands.

use std::iter;

use super::deliver::Way;
use super::{Place, vault};
use crate::error::Error;
use crate::report::Report;
use crate::report::token::Said;
use crate::token::exit::Exit;
use crate::token::record::Type;
use crate::token::request::{Naming, Request};
use crate::token::secret::holds_secret;
use crate::token::span::{Expiry, Life};
use crate::vault::Vault;

/// How long a session lives, unless the policy allows less.
const TTL: &str = "JETON_SESSION_TTL";

/// Makes a token and delivers its secret; the vault too, if there is none.
pub(super) fn issue(
    mut request: Request,
    way: &mut Way<'_>,
    said: Said,
    place: &Place<'_>,
    out: &mut Report,
) -> Result<Exit, Error> {
    complete(&mut request, place)?;
    // Whatever can be refused is refused before a vault is made for it.
    Vault::must_be_possible(&request, place.host.now())?;
    let mut vault = vault::open_or_make(place, out)?;
    if let Naming::As(name) = &request.naming {
        vault.must_be_free(name)?;
    }
    let mut rng = place.host.random()?;
    let moment = place.moment();
    out.at(moment.now);
    let prepared = vault.prepare(request, &moment, &mut *rng)?;
    let draft = way.draft(iter::once(&prepared.issued().secret), place)?;
    let issued = vault.keep(prepared, &moment)?;
    if let Err(error) = way.place(draft, iter::once(&issued.secret), out) {
        vault.remove(std::slice::from_ref(&issued.token), None, &place.moment())?;
        let _traces_of_what_nobody_had = vault.wipe();
        return Err(error);
    }
    let clipboard = way.hand_over(&issued, said, place, &mut vault, out)?;
    out.created(&issued.token, way.file(), &clipboard);
    way.warn_if_lost(&issued.token, &clipboard, place, out);
    // What an earlier deletion left; whoever asked for this token has it by now.
    let _others = vault.wipe();
    Ok(Exit::Done)
}

/// What is not said of a session and the environment knows.
pub(super) fn complete(request: &mut Request, place: &Place<'_>) -> Result<(), Error> {
    if request.kind == Type::Session && request.expires.is_none() {
        request.expires = session_ttl(place)?.map(Expiry::After);
    }
    Ok(())
}

/// How long a session lives of which nothing was said; `None`: as the policy has it.
fn session_ttl(place: &Place<'_>) -> Result<Option<Life>, Error> {
    let Some(value) = place.host.var(TTL).filter(|value| !value.is_empty()) else { return Ok(None) };
    let text = value.to_string_lossy();
    let bad = |why: String| Error::Input {
        what: TTL.into(),
        why,
        hint: "write a span such as 10h or 30m, or leave it unset",
    };
    if holds_secret(text.as_bytes()) {
        return Err(bad("it holds a secret".into()));
    }
    Life::parse(&text).map(Some).map_err(|error| bad(error.to_string()))
}
