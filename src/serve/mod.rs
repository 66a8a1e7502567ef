//! serve: the same vault behind HTTP, a second mouth and not a second brain: what is valid, allowed and on record is
//! decided in `vault`. It holds a [`Vault`] and never an unlocked one, so it cannot reveal a secret that it has not just
//! made. tokio, sockets and signals live here alone; the clock and the random source are given.
//!
//! `listen` has the sockets, `reception` lets clients in and sees them out, `runners` are the threads that serve them,
//! `connection` has what is read from one and how long, `exchange` what holds for every request, `throttle` who is
//! slowed, `routes` which path leads where. `verify` answers proxies, `tokens`, `list` and `history` administrators,
//! `oauth` services by RFC 7662 and 7009, `w3ipfs` the clients of that service, `operate` who looks after the server,
//! and `openapi` describes all of it. `credentials` finds the secret in a request, `caller` decides what it may do,
//! `clerk` keeps a vault on a thread of its own, `app` is what all of them share, `counts` has what `metrics` tells,
//! `group` which paths are of one kind, `problem` how a refusal looks, `line` what the log says of a request.

mod app;
mod caller;
mod clerk;
mod connection;
mod counts;
mod credentials;
mod exchange;
mod group;
mod held;
mod history;
mod json;
mod line;
mod list;
mod listen;
mod log;
mod metrics;
mod notify;
mod oauth;
mod openapi;
mod operate;
mod problem;
mod query;
mod reception;
mod routes;
mod runners;
mod scribe;
mod throttle;
mod tls;
mod tokens;
mod verify;
mod w3ipfs;

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use rand::CryptoRng;

use crate::error::Error;
use crate::vault::{self, Vault};

use app::App;
pub use credentials::Place;
use exchange::{Front, Numbers};
pub use listen::Address;
pub use log::Log;
pub use oauth::Issuer;
use throttle::Throttle;
pub use throttle::{Limits, network};
pub use tls::Pair;
use tls::Tls;
pub use tracing::Level;

/// What a server is given.
pub struct Setup<'a> {
    /// Where none is named it is the default, or what systemd hands over.
    pub addresses: Vec<Address>,
    /// Secrets may cross a network in the clear.
    pub insecure: bool,
    /// For TLS.
    pub tls: Option<Pair>,
    /// Opens the vault once more: each thread has its own.
    pub open: Box<dyn Fn() -> Result<Vault, vault::Error> + 'a>,
    pub clock: Clock,
    pub random: Box<dyn Fn() -> Result<Random, Error> + 'a>,
    /// Who runs the server and where, for the log of the vault.
    pub actor: String,
    /// Where a secret may stand in a request.
    pub places: Vec<Place>,
    /// The address under which clients know it; `None`: where it listens.
    pub public_url: Option<Issuer>,
    /// So many bytes of what it knows of tokens are kept in memory.
    pub cache: u64,
    pub limits: Limits,
    /// Where systemd wants to hear how far it is (`NOTIFY_SOCKET`).
    pub notify: Option<OsString>,
    pub log: Log,
}

/// The wall clock, in whole milliseconds.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// The operating system's generator.
pub type Random = Box<dyn CryptoRng + Send>;

/// Serves until it is asked to end.
///
/// # Errors
/// What stands in the way of the first request.
pub fn run(setup: Setup<'_>) -> Result<(), Error> {
    let Setup { addresses, insecure, tls, open, clock, random, actor, places, public_url, cache, limits, notify, log } =
        setup;
    // Dropped last.
    let _scribe = log::begin(log, Arc::clone(&clock)).map_err(Error::Server)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Server)?;
    let tls = tls.map(Tls::new).transpose()?.map(Arc::new);
    let listeners = runtime.block_on(listen::open(&addresses, insecure || tls.is_some()))?;
    let app = Arc::new(App::new(&*open, &*random, clock, actor, places, cache)?);
    public_url.into_iter().for_each(|url| app.is_known_by(url.into_string()));
    let front = Front {
        router: routes::router(Arc::clone(&app)),
        app: Arc::clone(&app),
        throttle: Throttle::new(&limits),
        numbers: Numbers::new(&mut *random()?),
        ending: AtomicBool::new(false),
    };
    let served =
        runtime.block_on(reception::serve(Arc::new(front), listeners, tls, limits.connections, notify.as_deref()));
    // Nothing is answered any more.
    drop(runtime);
    app.write_last_noted();
    // The last that holds the clerks: what they were asked is done before this returns.
    drop(app);
    served
}
