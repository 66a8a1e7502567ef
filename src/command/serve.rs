//! `jeton serve`: gives the server its vault, its clock and its random source.

use crate::cli::{self, Listen, LogFormat, LogLevel};
use crate::error::Error;
use crate::serve::{self, Setup};
use crate::store::Access;
use crate::token::exit::Exit;
use crate::vault::Vault;

use super::Place;

pub(super) fn run(args: &cli::Serve, place: &Place<'_>) -> Result<Exit, Error> {
    let location = place.location()?;
    let secret_in = |word: &String| {
        let refused = match &*word.to_ascii_lowercase() {
            "query" => Some("a secret in a query string ends up in the log of every proxy".into()),
            "cookie" => Some("a browser sends its cookies with what any other page asks for".into()),
            _ => None,
        };
        let place = if refused.is_some() { None } else { serve::Place::parse(word) };
        place.ok_or_else(|| Error::Input {
            what: "--secret-in".into(),
            why: refused.unwrap_or_else(|| format!("`{word}` can be no header's name")),
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
    let trusted = |word: &String| {
        serve::network(word).ok_or_else(|| Error::Input {
            what: "--trusted-proxy".into(),
            why: format!("`{word}` is neither an address nor a network"),
            hint: "write it like 10.1.2.3, 10.0.0.0/8 or fd00::/8",
        })
    };
    let address = |listen: &Listen| match listen {
        Listen::Tcp(address) => serve::Address::Tcp(address.clone()),
        Listen::Unix(path) => serve::Address::Unix(path.clone()),
    };
    serve::run(Setup {
        addresses: args.listen.iter().map(address).collect(),
        insecure: args.insecure,
        tls: args.tls_cert.clone().zip(args.tls_key.clone()).map(|(cert, key)| serve::Pair { cert, key }),
        places: args.secret_in.iter().map(secret_in).collect::<Result<_, _>>()?,
        public_url: args.public_url.as_ref().map(public_url).transpose()?,
        cache: args.cache << 20,
        limits: serve::Limits {
            connections: args.max_connections,
            fail_burst: args.fail_burst,
            fail_rate: args.fail_rate,
            trusted: args.trusted_proxy.iter().map(trusted).collect::<Result<_, _>>()?,
        },
        notify: place.host.var("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()),
        clock: place.host.clock(),
        random: Box::new(|| Ok(place.host.random()?)),
        actor: place.actor(),
        open: Box::new(|| Vault::open(&location, Access::Stay)),
        log: serve::Log {
            to: place.host.log(),
            json: args.log_format == LogFormat::Json,
            level: match args.log_level {
                LogLevel::Error => serve::Level::ERROR,
                LogLevel::Warn => serve::Level::WARN,
                LogLevel::Info => serve::Level::INFO,
                LogLevel::Debug => serve::Level::DEBUG,
                LogLevel::Trace => serve::Level::TRACE,
            },
        },
    })?;
    Ok(Exit::Done)
}
