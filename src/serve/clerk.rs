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

    /// Looks something up in the vault, which sees what others have changed.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        self.in_turn(work, |_, _| {}).await
    }

    /// Changes something. What it leaves to be wiped is wiped once it is answered.
    pub async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        self.in_turn(work, |vault, _| wipe(vault)).await
    }

    /// Changes something whose outcome is worth nothing if nobody gets it: then it is undone.
    pub async fn deliver<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
        undo: impl FnOnce(&mut Vault, T) -> Result<(), vault::Error> + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let after = |vault: &mut Vault, undelivered| {
            if let Some(undelivered) = undelivered
                && let Err(error) = undo(vault, undelivered)
            {
                tracing::error!(%error, "what nobody waited for any more could not be undone");
            }
            wipe(vault);
        };
        self.in_turn(work, after).await
    }

    /// Does something when its turn comes, unless nobody waits for it any more: who was told that it was not done must
    /// be able to rely on that. `after` gets what came too late all the same.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vault, &mut dyn CryptoRng) -> Result<T, vault::Error> + Send + 'static,
        after: impl FnOnce(&mut Vault, Option<T>) + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let (answer, done) = oneshot::channel();
        let since = Instant::now();
        self.send(Job::Do(Box::new(move |vault, rng| {
            if answer.is_closed() {
                return;
            }
            if since.elapsed() > PATIENCE {
                drop(answer.send(Err(NoAnswer::Late)));
                return;
            }
            let done = vault.refresh().and_then(|()| work(vault, rng)).map_err(NoAnswer::from);
            let succeeded = done.is_ok();
            let undelivered = answer.send(done).err().and_then(Result::ok);
            if succeeded {
                after(vault, undelivered);
            }
        })))?;
        done.await.map_err(|_| NoAnswer::Ending)?
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

fn wipe(vault: &mut Vault) {
    // What cannot be wiped now is by the next change.
    let _traces = vault.wipe();
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Barrier};
    use std::task::{Context, Poll, Waker};

    use jiff::Timestamp;
    use rand::rand_core::UnwrapErr;
    use rand::rngs::SysRng;
    use tempfile::TempDir;

    use super::*;
    use crate::store::{Access, Location};
    use crate::vault::Moment;

    fn clerk() -> (TempDir, Clerk) {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::File(dir.path().join("vault.db"));
        let moment = Moment { now: Timestamp::UNIX_EPOCH, actor: "a@b".into(), by: None, presented: None };
        assert!(Vault::found(&location, None, &moment, &mut UnwrapErr(SysRng)).unwrap());
        let vault = Vault::open(&location, Access::Stay).unwrap();
        let clock: Clock = Arc::new(|| Timestamp::UNIX_EPOCH);
        (dir, Clerk::new("clerk", vault, Box::new(UnwrapErr(SysRng)), clock).unwrap())
    }

    /// Asks, and goes away without waiting for the answer.
    fn ask_and_leave(asked: impl Future) {
        let asked = std::pin::pin!(asked);
        assert!(matches!(asked.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_not_begun() {
        let (_dir, clerk) = clerk();
        let (busy, begun) = (Arc::new(Barrier::new(2)), Arc::new(AtomicBool::new(false)));
        let (held, seen) = (Arc::clone(&busy), Arc::clone(&begun));
        clerk.tell(move |_| {
            held.wait();
        });
        ask_and_leave(clerk.change(move |_, _| {
            seen.store(true, Ordering::SeqCst);
            Ok(())
        }));
        busy.wait();
        drop(clerk);
        assert!(!begun.load(Ordering::SeqCst));
    }

    #[test]
    fn what_was_done_for_somebody_who_has_left_meanwhile_is_undone() {
        let (_dir, clerk) = clerk();
        let (at_work, undone) = (Arc::new(Barrier::new(2)), Arc::new(AtomicBool::new(false)));
        let (held, seen) = (Arc::clone(&at_work), Arc::clone(&undone));
        let work = move |_: &mut Vault, _: &mut dyn CryptoRng| {
            held.wait();
            held.wait();
            Ok(7)
        };
        let undo = move |_: &mut Vault, done: i32| {
            seen.store(done == 7, Ordering::SeqCst);
            Ok(())
        };
        {
            let mut asked = std::pin::pin!(clerk.deliver(work, undo));
            assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            at_work.wait();
        }
        at_work.wait();
        drop(clerk);
        assert!(undone.load(Ordering::SeqCst));
    }
}
