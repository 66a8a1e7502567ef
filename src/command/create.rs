//! `jeton create`: a token, and its secret into the right hands.

use std::path::Path;

use super::deliver::{self, Draft};
use super::{Place, vault};
use crate::cli;
use crate::error::Error;
use crate::host::{Stream, somebody_there};
use crate::report::Report;
use crate::report::token::Clipboard;
use crate::token::exit::Exit;
use crate::token::record::{Labels, Type};
use crate::token::scope::Scopes;
use crate::token::span::Expiry;
use crate::vault::Request;

pub(super) fn run(args: cli::Create, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let request = Request {
        name: args.name,
        kind: Type::default(),
        owner: place.owner(),
        scopes: Scopes::default(),
        labels: Labels::new(),
        description: args.description,
        expires: args.expires.unwrap_or(Expiry::Never),
        max_uses: None,
        prefix: args.prefix.unwrap_or_default(),
        once: args.once,
    };
    // Whatever can be refused is refused before a vault is made for it.
    request.expires.resolve(place.host.now()).map_err(crate::vault::Error::from)?;
    let file = args.delivery.output.as_deref().filter(|file| *file != Path::new("-"));
    if let Some(file) = file {
        Draft::must_be_free(file)?;
    }
    let mut vault = vault::open_or_make(place, out)?;
    vault.must_be_free(&request.name)?;
    let delivery = &args.delivery;
    let wants_copy = delivery.copy || (!delivery.no_copy && file.is_none() && somebody_there(place.host));

    let mut rng = place.host.random()?;
    let moment = place.moment();
    out.at(moment.now);
    let prepared = vault.prepare(request, &moment, &mut *rng)?;
    // A secret that goes into a file is safe in it before it counts.
    let draft = file.map(|file| Draft::write(file, prepared.issued())).transpose()?;
    let issued = vault.keep(prepared, &moment)?;
    let (token, secret) = (&issued.token, &issued.secret);
    if let Some(draft) = draft
        && let Err(error) = draft.place()
    {
        vault.remove(std::slice::from_ref(token), &place.moment())?;
        let _traces_of_what_nobody_had = vault.wipe();
        return Err(error);
    }

    let clipboard = match wants_copy {
        false => Clipboard::Untouched,
        true => match deliver::to_clipboard(place, secret, delivery.clearing.clear_after.0, |text| vault.knows(text)) {
            Ok(clipboard) => clipboard,
            Err(why) => Clipboard::Missing { why: why.to_string() },
        },
    };

    if file.is_some() {
        out.token(token)?;
    } else {
        // On a screen it is shown only where it would be lost otherwise.
        let copied = matches!(clipboard, Clipboard::Holds { .. } | Clipboard::HandedOn { .. });
        let safe = copied && token.recoverable();
        let hidden = place.host.is_terminal(Stream::Out) && safe && !delivery.print && !out.manner.json;
        if !hidden {
            out.secret(token, secret).map_err(|error| Error::Undelivered {
                name: token.name.to_string(),
                why: error.to_string(),
                recoverable: token.recoverable(),
            })?;
        }
    }
    out.created(token, file, &clipboard);
    let only_on_stdout = file.is_none() && !matches!(clipboard, Clipboard::Holds { .. }) && !token.recoverable();
    if only_on_stdout && place.host.goes_nowhere(Stream::Out) {
        out.lost(token);
    }
    // What an earlier deletion left; whoever asked for this token has it by now.
    let _others = vault.wipe();
    Ok(Exit::Done)
}
