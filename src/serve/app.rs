//! What all requests share: the gate, the clerks, the clock; and the answer to whether a secret is good.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::clerk::{Clerk, NoAnswer};
use super::counts::Counts;
use super::credentials::Place;
use super::held::Held;
use super::{Clock, Random};
use crate::error::Error;
use crate::token::query::Filter;
use crate::token::secret::Secret;
use crate::token::stock::Stock;
use crate::token::verdict::Verdict;
use crate::vault::{self, Gate, Looked, Use, Vault, digest};

/// How often last uses are tried to be written at the end: each waits for another process for about a second.
const LAST_TRIES: u32 = 5;
/// Tokens are counted at most so often, and in one of so many parts of the time.
const STOCK_EVERY: Duration = Duration::from_secs(15);
const STOCK_SHARE: u32 = 20;

pub(super) struct App {
    pub gate: Arc<Gate>,
    /// Spends uses and writes when secrets were used.
    pub counter: Clerk,
    /// Changes tokens.
    pub changes: Clerk,
    /// Looks up what may take long.
    pub looks: Clerk,
    pub clock: Clock,
    /// Last uses are being written.
    writing: Arc<AtomicBool>,
    /// Where a secret may stand in a request.
    pub places: Vec<Place>,
    pub counts: Arc<Counts>,
    /// The address under which clients know the server.
    public_url: OnceLock<String>,
    /// Who runs the server and where.
    pub actor: String,
    /// How many tokens there were, when, and how long it took to count them.
    stock: Mutex<Option<(Instant, Duration, Stock)>>,
}

impl App {
    pub fn new(
        open: &dyn Fn() -> Result<Vault, vault::Error>,
        random: &dyn Fn() -> Result<Random, Error>,
        clock: Clock,
        actor: String,
        places: Vec<Place>,
        cache: u64,
    ) -> Result<App, Error> {
        let clerk = |name| Clerk::new(name, open()?, random()?, Arc::clone(&clock));
        Ok(App {
            gate: Arc::new(Gate::new(open()?, cache)),
            counter: clerk("counter")?,
            changes: clerk("changes")?,
            looks: clerk("looks")?,
            clock: Arc::clone(&clock),
            places,
            counts: Arc::default(),
            writing: Arc::default(),
            public_url: OnceLock::new(),
            actor,
            stock: Mutex::default(),
        })
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Judges a secret by what stands in the vault at some moment after this is called.
    pub async fn verify(&self, secret: &Secret, wanted: &Filter, usage: Use) -> Result<Verdict<Held>, NoAnswer> {
        let arrival = self.gate.arrival();
        // Whoever comes in meanwhile is served by the same look.
        tokio::task::yield_now().await;
        let digest = digest(secret);
        match self.gate.look(arrival, &digest)? {
            Looked::Unknown => Ok(Verdict::Unknown),
            Looked::Known(known) => {
                let now = self.now();
                let verdict = known.judge(wanted, now);
                if verdict.is_valid() && usage == Use::Counted {
                    self.gate.note(&known, now);
                }
                Ok(verdict.map(|()| Held::Known(known)))
            }
            Looked::Counted => Ok(self.counter.verify(digest, wanted.clone(), usage).await?.map(Held::Token)),
        }
    }

    /// Writes when secrets were used, as far as it is noted and not yet written. One at a time: each may wait for another
    /// process, and others wait behind it.
    pub fn write_noted(&self) {
        if self.gate.has_noted() && !self.writing.swap(true, Ordering::SeqCst) {
            self.write(1);
        }
    }

    /// The same at the end, whatever is being written, and with more patience.
    pub fn write_last_noted(&self) {
        self.write(LAST_TRIES);
    }

    fn write(&self, tries: u32) {
        // Not all that is shared: a clerk that held the last of it would wait for itself.
        let (gate, writing) = (Arc::clone(&self.gate), Arc::clone(&self.writing));
        self.counter.tell(move |vault| {
            for _ in 0..tries {
                let uses = gate.take_noted();
                let written = if uses.is_empty() { Ok(()) } else { vault.refresh().and_then(|()| vault.stamp(&uses)) };
                let Err(error) = written else { break };
                tracing::warn!(%error, "last uses could not be written yet");
                gate.note_again(uses);
            }
            writing.store(false, Ordering::SeqCst);
        });
    }

    /// Sets the address under which clients know the server, if it is not set.
    pub fn is_known_by(&self, url: String) {
        drop(self.public_url.set(url));
    }

    /// Its identifier as an issuer. On a socket without an address of its own it is only known on this machine.
    pub fn issuer(&self) -> &str {
        self.public_url.get().map_or("http://localhost", String::as_str)
    }

    /// How many tokens there are, as of late.
    pub async fn stock(&self) -> Option<Stock> {
        let mut counted = self.stock.lock().await;
        if let Some((at, took, stock)) = &*counted
            && at.elapsed() < STOCK_EVERY.max(*took * STOCK_SHARE)
        {
            return Some(stock.clone());
        }
        let (begun, now) = (Instant::now(), self.now());
        let stock = self.looks.ask(move |vault, _| vault.stock(now)).await.ok()?;
        *counted = Some((Instant::now(), begun.elapsed(), stock.clone()));
        Some(stock)
    }
}
