//! The vault behind HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Answer over HTTP: for proxies, services and administrators
///
/// `GET /verify?scope=NAME` tells a proxy whether the secret in a request is good. Whoever has an admin token manages
/// tokens under `/api/tokens`; `/openapi.json` describes all there is. It serves until it is asked to end (SIGTERM,
/// Ctrl-C), and asks for no passphrase: a server cannot reveal a secret that it has not just made.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen: an address with its port, or unix:/path
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787", value_parser = Listen::parse, value_hint = ValueHint::Other)]
    pub listen: Listen,
    /// Where the secret may stand in a request: `bearer`, the name of a header, or `pinning` for W3IPFS's two headers
    #[arg(long, value_name = "PLACE,...", value_delimiter = ',', default_value = "bearer,x-api-key,xc-token,xc-auth,pinning", value_hint = ValueHint::Other)]
    pub secret_in: Vec<String>,
    /// The address under which clients know the server: the issuer of OAuth's metadata [default: where it listens]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub public_url: Option<String>,
    /// Keep what is known of tokens in at most so much memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub cache: u64,
}

/// A place to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Listen {
    fn parse(text: &str) -> Result<Listen, &'static str> {
        match text.strip_prefix("unix:") {
            Some("") => Err("write the path of the socket: unix:/run/jeton.sock"),
            Some(path) => Ok(Listen::Unix(path.into())),
            None => text.parse().map(Listen::Tcp).map_err(|_| "write an address and a port, or unix:/path"),
        }
    }
}
