//! `jeton copy`: the secret again, on the clipboard or, if that is asked for, on stdout.

use super::{Place, deliver};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::token::Clipboard;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::vault;

pub(super) fn run(args: &cli::Copy, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    let token = vault.token(&args.token)?;
    // Nobody is asked for a passphrase in vain.
    if !token.recoverable() {
        return Err(vault::Error::NoCopy { name: token.name.to_string() }.into());
    }
    let no_clipboard = |why| Error::Clipboard { why, name: token.name.to_string() };
    if !args.print {
        place.host.clipboard().map(drop).map_err(no_clipboard)?;
    }
    let moment = place.moment();
    let mut unlocked = place.unlock(&mut vault, Some(&token), &moment)?;
    let secret = unlocked.reveal(&token, &moment)?;
    if args.print {
        out.copied(&token, Some(&secret), &Clipboard::Untouched)?;
        return Ok(Exit::Done);
    }
    let clear_after = args.clearing.clear_after.0;
    let held = deliver::to_clipboard(place, &secret, clear_after, |text| unlocked.knows(text));
    let clipboard = held.map_err(no_clipboard)?;
    out.copied(&token, None, &clipboard)?;
    Ok(Exit::Done)
}
