//! What all requests share: the gate, the clerks, the clock; and the answer to whether a secret is good.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::clerk::{Clerk, NoAnswer};
use super::credentials::Place;
use super::metrics::Counts;
use super::{Clock, Random};
use crate::error::Error;
use crate::token::query::Filter;
use crate::token::record::Token;
use crate::token::secret::Secret;
use crate::token::verdict::Verdict;
use crate::vault::{self, Authority, Gate, Known, Looked, Moment, Use, Vault, digest};

pub(super) struct App {
    pub gate: Arc<Gate>,
    /// Spends uses and writes when secrets were used.
    pub counter: Clerk,
    /// Changes tokens.
    pub changes: Clerk,
    /// Looks up what may take long.
    pub looks: Clerk,
    pub clock: Clock,
    /// Where a secret may stand in a request.
    pub places: Vec<Place>,
    pub counts: Arc<Counts>,
    /// The address under which clients know the server.
    public_url: OnceLock<String>,
    /// Who runs the server and where.
    actor: String,
}

/// A token that a verdict is about, from the gate's memory or from the vault.
pub(super) enum Held {
    Known(Arc<Known>),
    Token(Box<Token>),
}

impl Deref for Held {
    type Target = Token;

    fn deref(&self) -> &Token {
        match self {
            Held::Known(known) => known,
            Held::Token(token) => token,
        }
    }
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
            public_url: OnceLock::new(),
            actor,
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

    /// Writes when secrets were used, as far as it is noted and not yet written.
    pub fn write_noted(&self) {
        let uses = self.gate.take_noted();
        if uses.is_empty() {
            return;
        }
        // Not all that is shared: a clerk that held the last of it would wait for itself.
        let gate = Arc::clone(&self.gate);
        self.counter.tell(move |vault| {
            if let Err(error) = vault.refresh().and_then(|()| vault.stamp(&uses)) {
                tracing::warn!(%error, "last uses could not be written yet");
                gate.note_again(uses);
            }
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

    /// The moment of a change that a token asks for, by its authority.
    pub fn moment(&self, by: &Token) -> Moment {
        Moment { now: self.now(), actor: format!("{} via {}", by.id, self.actor), by: Some(Authority::of(by)) }
    }
}
