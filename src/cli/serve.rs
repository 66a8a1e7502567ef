//! The vault behind HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};

/// Answer over HTTP: for proxies, services and administrators
///
/// `GET /verify?scope=NAME` tells a proxy whether the secret in a request is good. Whoever has an admin token manages
/// tokens under `/api/tokens`; `/openapi.json` describes all there is. It asks for no passphrase: a server cannot
/// reveal a secret that it has not just made.
///
/// Without a token it answers `/healthz` (it lives), `/readyz` (the vault can be read and written; else 503) and
/// `/metrics` (for Prometheus). A proxy should not pass these on.
///
/// It serves until SIGTERM or Ctrl-C. Requests that have begun may then finish, for ten seconds at most; a second
/// signal does not wait. No counted use is lost, and the exit code is 0.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Serve {
    /// Where to listen: an address with its port, or unix:/path; may be given several times [default: 127.0.0.1:8787]
    ///
    /// Sockets that systemd hands over are listened on too, and then nothing else unless it is named here.
    #[arg(long, value_name = "ADDRESS", value_parser = Listen::parse, value_hint = ValueHint::Other)]
    pub listen: Vec<Listen>,
    /// Listen on an address that others can reach, without TLS
    #[arg(long)]
    pub insecure: bool,
    /// Speak TLS with this certificate and what it is signed by (PEM); it is read again when it changes
    #[arg(long, value_name = "FILE", requires = "tls_key", value_hint = ValueHint::FilePath)]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert", value_hint = ValueHint::FilePath)]
    pub tls_key: Option<PathBuf>,
    /// Where the secret may stand in a request: `bearer`, the name of a header, or `pinning` for W3IPFS's two headers
    #[arg(long, value_name = "PLACE,...", value_delimiter = ',', default_value = "bearer,x-api-key,xc-token,xc-auth,pinning", value_hint = ValueHint::Other)]
    pub secret_in: Vec<String>,
    /// The address under which clients know the server: the issuer of OAuth's metadata [default: where it listens]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub public_url: Option<String>,
    /// Keep what is known of tokens in at most so much memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = whole::<u64>)]
    pub cache: u64,
    /// Serve at most so many connections at once; others wait until one ends
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = at_least_one)]
    pub max_connections: u32,
    /// Let a client fail so often at once before it is slowed; 0 slows nobody
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = whole::<u32>)]
    pub fail_burst: u32,
    /// Let a client that is slowed fail so often in a second; 0 slows nobody
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = whole::<u32>)]
    pub fail_rate: u32,
    /// Believe this proxy, or a network of them, who its clients are (X-Forwarded-For); may be given several times
    ///
    /// Without it all clients behind a proxy are one, and are slowed as one. The proxy must set or extend the header:
    /// what a client says there would be believed too.
    #[arg(long, value_name = "CIDR", value_hint = ValueHint::Other)]
    pub trusted_proxy: Vec<String>,
    /// How it tells what it does, on stderr
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// How much it tells; plain verifications are told from debug on
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

const EXAMPLES: &str = "\
Examples:
  jeton serve                                            # at http://127.0.0.1:8787
  jeton serve --listen unix:/run/jeton/jeton.sock        # for its owner and group
  jeton serve --trusted-proxy 127.0.0.1                  # behind nginx or Caddy on this machine
  jeton serve --listen 0.0.0.0:8787 --tls-cert cert.pem --tls-key key.pem \\
      --public-url https://auth.example.org:8787

  printf 'Authorization: Bearer %s' \"$TOKEN\" |
      curl -i -H @- 'http://127.0.0.1:8787/verify?scope=data.read'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    /// One object on each line
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// A place to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address or a name, with a port.
    Tcp(String),
    Unix(PathBuf),
}

impl Listen {
    fn parse(text: &str) -> Result<Listen, &'static str> {
        match text.strip_prefix("unix:") {
            Some("") => Err("write the path of the socket: unix:/run/jeton.sock"),
            Some(path) => Ok(Listen::Unix(path.into())),
            None if text.parse::<SocketAddr>().is_ok() || is_name_with_port(text) => Ok(Listen::Tcp(text.to_owned())),
            None => Err("write an address and a port, as in 127.0.0.1:8787, or unix:/run/jeton.sock"),
        }
    }
}

fn whole<N: FromStr>(text: &str) -> Result<N, &'static str> {
    text.parse().map_err(|_| "it is no whole number that can be counted to")
}

fn at_least_one(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|n| *n > 0).ok_or("it must be a whole number from 1")
}

fn is_name_with_port(text: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.rsplit_once(':').is_some_and(|(name, port)| {
        // What begins like an address and is none is no name either.
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(in_name) && port.parse::<u16>().is_ok()
    })
}
