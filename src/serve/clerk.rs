//! A vault on a thread of its own, which does what it is asked in turn. A vault may keep its caller waiting, for the disk
//! or for another process, and the threads that hold the sockets must not.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rand::CryptoRng;
use tokio::sync::oneshot;

use super::{Clock, Random};
use crate::error::Error;
use crate::token::query::Filter;
use crate::token::secret::Digest;
use crate::token::verdict::Verdict;
use crate::vault::{self, Use, Vault};

/// So many verifications are answered in one go.
const MOST_AT_ONCE: usize = 256;
/// So long a verification may wait for its turn; for other processes it may wait as long again. Past that nobody spends a
/// use for it.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Clerk {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

type Work = Box<dyn FnOnce(&mut Vault, &mut dyn CryptoRng) + Send>;

enum Job {
    Verify(Asked),
    Do(Work),
}

struct Asked {
    digest: Digest,
    wanted: Filter,
    usage: Use,
    since: Instant,
    answer: oneshot::Sender<Result<Verdict, NoAnswer>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error(transparent)]
    Vault(#[from] Arc<vault::Error>),
    #[error("the server is ending")]
    Ending,
    #[error("the vault was kept busy for too long")]
    Late,
}

impl From<vault::Error> for NoAnswer {
    fn from(error: vault::Error) -> NoAnswer {
        NoAnswer::Vault(Arc::new(error))
    }
}

impl Clerk {
    /// # Errors
    /// Those of the system, if it has no more threads.
    pub fn new(name: &str, vault: Vault, random: Random, clock: Clock) -> Result<Clerk, Error> {
        let (jobs, incoming) = mpsc::channel();
        let work = move || work(&incoming, vault, random, &clock);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work).map_err(Error::Server)?;
        Ok(Clerk { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Judges a secret, with its use counted or not.
    pub async fn verify(&self, digest: Digest, wanted: Filter, usage: Use) -> Result<Verdict, NoAnswer> {
        let (answer, verdict) = oneshot::channel();
        self.send(Job::Verify(Asked { digest, wanted, usage, since: Instant::now(), answer }))?;
        verdict.await.map_err(|_| NoAnswer::Ending)?
    }

    /// Does something with the vault, which sees what others have changed. It is done to its end even if nobody waits
    /// for its answer any more.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let (answer, done) = oneshot::channel();
        self.send(Job::Do(Box::new(move |vault, rng| {
            let done = vault.refresh().and_then(|()| work(vault, rng));
            // Who has gone wants no answer.
            drop(answer.send(done));
        })))?;
        Ok(done.await.map_err(|_| NoAnswer::Ending)??)
    }

    /// The same for a change. What it leaves to be wiped is wiped once it is answered.
    pub async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let (answer, done) = oneshot::channel();
        self.send(Job::Do(Box::new(move |vault, rng| {
            let done = vault.refresh().and_then(|()| work(vault, rng));
            let changed = done.is_ok();
            drop(answer.send(done));
            if changed {
                // What cannot be wiped now is by the next change.
                let _traces = vault.wipe();
            }
        })))?;
        Ok(done.await.map_err(|_| NoAnswer::Ending)??)
    }

    /// Does something with the vault for which nobody waits.
    pub fn tell(&self, work: impl FnOnce(&mut Vault) + Send + 'static) {
        // One that has ended has nothing left to do.
        drop(self.send(Job::Do(Box::new(move |vault, _| work(vault)))));
    }

    fn send(&self, job: Job) -> Result<(), NoAnswer> {
        let jobs = self.jobs.as_ref().ok_or(NoAnswer::Ending)?;
        jobs.send(job).map_err(|_| NoAnswer::Ending)
    }
}

/// All that was asked for is done first.
impl Drop for Clerk {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            drop(thread.join());
        }
    }
}

fn work(incoming: &Receiver<Job>, mut vault: Vault, mut random: Random, clock: &Clock) {
    let mut next = incoming.recv().ok();
    while let Some(job) = next.take() {
        match job {
            Job::Do(work) => work(&mut vault, &mut *random),
            Job::Verify(first) => {
                let mut asked = vec![first];
                while asked.len() < MOST_AT_ONCE {
                    match incoming.try_recv() {
                        Ok(Job::Verify(another)) => asked.push(another),
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                verify(&mut vault, asked, clock);
            }
        }
        next = next.or_else(|| incoming.recv().ok());
    }
}

fn verify(vault: &mut Vault, asked: Vec<Asked>, clock: &Clock) {
    let (late, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(|asked| asked.since.elapsed() > PATIENCE);
    late.into_iter().for_each(|asked| drop(asked.answer.send(Err(NoAnswer::Late))));
    let (counted, peeks): (Vec<_>, Vec<_>) = asked.into_iter().partition(|asked| asked.usage == Use::Counted);
    for (usage, asked) in [(Use::Counted, counted), (Use::Peek, peeks)] {
        let questions: Vec<_> = asked.iter().map(|asked| (asked.digest, &asked.wanted)).collect();
        let verdicts = vault.refresh().and_then(|()| vault.verify_all(&questions, usage, clock()));
        match verdicts {
            Ok(verdicts) => {
                for (asked, verdict) in asked.into_iter().zip(verdicts) {
                    drop(asked.answer.send(Ok(verdict)));
                }
            }
            Err(error) => {
                let error = NoAnswer::from(error);
                asked.into_iter().for_each(|asked| drop(asked.answer.send(Err(error.clone()))));
            }
        }
    }
}
