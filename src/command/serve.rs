//! `jeton serve`: gives the server its vault, its clock and its random source.

use crate::cli;
use crate::error::Error;
use crate::serve::{self, Setup};
use crate::store::Access;
use crate::token::exit::Exit;
use crate::vault::Vault;

use super::Place;

pub(super) fn run(args: &cli::Serve, place: &Place<'_>) -> Result<Exit, Error> {
    let location = place.location()?;
    let secret_in = |word: &String| {
        serve::Place::parse(word).ok_or_else(|| Error::Input {
            what: "--secret-in".into(),
            why: "there is a word that can be no header's name".into(),
            hint: "write `bearer`, `pinning`, or the name of a header",
        })
    };
    let public_url = |text: &String| {
        serve::Issuer::parse(text).ok_or_else(|| Error::Input {
            what: "--public-url".into(),
            why: "it is no address by http or https, or has more than a host, a port and a path".into(),
            hint: "write it as clients do, such as https://auth.example.org",
        })
    };
    let cli::Listen::Tcp(address) = &args.listen else { return Err(Error::LeftOut { part: "sockets by path" }) };
    serve::run(Setup {
        address: serve::Address::Tcp(*address),
        places: args.secret_in.iter().map(secret_in).collect::<Result<_, _>>()?,
        public_url: args.public_url.as_ref().map(public_url).transpose()?,
        cache: args.cache << 20,
        clock: place.host.clock(),
        random: Box::new(|| Ok(place.host.random()?)),
        actor: place.actor(),
        open: Box::new(|| Vault::open(&location, Access::Stay)),
        log: place.host.log(),
    })?;
    Ok(Exit::Done)
}
