//! serve: the same vault behind HTTP, a second mouth and not a second brain: what is valid, allowed and on record is
//! decided in `vault`. It holds a [`Vault`] and never an unlocked one, so it cannot reveal a secret that it has not just
//! made. tokio, sockets and signals live here alone; the clock and the random source are given.
//!
//! `listen` has the sockets, `connection` what is read from one and how long, `routes` which path leads where. `verify`
//! answers proxies, `tokens`, `list` and `history` administrators, `oauth` services by RFC 7662 and 7009, `w3ipfs` the clients of that service,
//! `operate` who looks after the server. `credentials` finds the secret in a request, `caller` decides what it may do,
//! `clerk` keeps a vault on a thread of its own, `app` is what all of them share, `problem` how a refusal looks.

mod app;
mod caller;
mod clerk;
mod connection;
mod credentials;
mod history;
mod json;
mod list;
mod listen;
mod oauth;
mod operate;
mod problem;
mod query;
mod routes;
mod tokens;
mod verify;
mod w3ipfs;

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rand::CryptoRng;

use crate::error::Error;
use crate::vault::{self, Vault};

use app::App;
pub use credentials::Place;
pub use listen::Address;
pub use oauth::Issuer;

/// What a server is given.
pub struct Setup<'a> {
    pub address: Address,
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
    /// Where it tells what it does.
    pub log: Box<dyn Write + Send>,
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
    let Setup { address, open, clock, random, actor, places, public_url, cache, log } = setup;
    // Another in the same process may have set one, which then hears this one too.
    drop(tracing_subscriber::fmt().with_writer(Mutex::new(log)).with_ansi(false).try_init());
    let app = Arc::new(App::new(&*open, &*random, clock, actor, places, cache)?);
    public_url.into_iter().for_each(|url| app.is_known_by(url.into_string()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Server)?;
    let served = runtime.block_on(listen::serve(Arc::clone(&app), &address));
    drop(runtime);
    // The last to hold it: what the clerks were asked is done before this returns.
    drop(app);
    served
}
