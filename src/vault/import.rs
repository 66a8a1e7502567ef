//! Tokens come in from elsewhere: all of them or none, in one transaction and under the policy. One that is there as it
//! is to be stays as it is; one that contradicts what is there is a clash, and all clashes are told at once.

use jiff::Timestamp;
use rand::CryptoRng;

use super::clash::{Clash, Fate, Note, There, Why, among_themselves, clash, fate};
use super::issue::keep;
use super::policy::Admission;
use super::work::Work;
use super::{Error, Moment, Vault, policy};
use crate::crypto::{digest, mint, same};
use crate::store::{KeptSecret, Settings, Whole};
use crate::token::event::Action;
use crate::token::policy::Policy;
use crate::token::record::{SecretInfo, Token};
use crate::token::secret::{Digest, Id};
use crate::token::transfer::{Arrival, Bearer, Ends, Source};

/// So many are looked up at once.
const CHUNK: usize = 1000;

/// Tokens that are to come in, and in what they contradict each other.
pub struct Incoming {
    arrivals: Vec<(Arrival, Vec<Digest>)>,
    /// In what each of them contradicts one before it.
    whys: Vec<Vec<Why>>,
}

/// What became of them, or would become. Where there is a clash, nothing was done.
#[derive(Debug, Default)]
pub struct Imported {
    pub new: Vec<Token>,
    pub same: Vec<There>,
    pub clashes: Vec<Clash>,
}

/// What was made ready for one of them before the transaction began.
struct Ready {
    /// Its own, or the one that is drawn for it.
    id: Id,
    kept: Vec<KeptSecret>,
    /// Whether copies were sealed of the secrets that came.
    sealed: bool,
}

impl Incoming {
    /// Looks at what was read, before any vault is asked.
    ///
    /// # Errors
    /// [`Error::OtherDigest`] where a secret and its digest do not belong together.
    pub fn new(arrivals: Vec<Arrival>) -> Result<Incoming, Error> {
        let digests = |arrival: &Arrival| {
            let digest = |key: &Bearer| match (&key.secret, key.digest) {
                (Some(secret), None) => Ok(digest(secret)),
                (Some(secret), Some(claimed)) if same(&digest(secret), &claimed) => Ok(claimed),
                (None, Some(claimed)) => Ok(claimed),
                (Some(_), Some(_)) => Err(Error::OtherDigest { at: arrival.at.clone() }),
                (None, None) => Err(Error::NoSecret),
            };
            arrival.keys.iter().map(digest).collect::<Result<Vec<_>, _>>()
        };
        let with_digests = |arrival: Arrival| digests(&arrival).map(|digests| (arrival, digests));
        let arrivals = arrivals.into_iter().map(with_digests).collect::<Result<Vec<_>, _>>()?;
        let whys = among_themselves(&arrivals);
        Ok(Incoming { arrivals, whys })
    }

    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// Whether nothing can come of it in any vault.
    pub fn is_contradictory(&self) -> bool {
        self.whys.iter().any(|whys| !whys.is_empty())
    }

    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// What would become of them in a vault that is not there yet. It allows everything, and keeps copies or not.
    pub fn into_nothing(self, copies: bool, moment: &Moment) -> Imported {
        let id = || Id::assemble(&Default::default(), "000000000000");
        let mut imported = Imported::default();
        for ((arrival, _), whys) in self.arrivals.into_iter().zip(self.whys) {
            if !whys.is_empty() {
                imported.clashes.push(clash(&arrival, whys));
                continue;
            }
            let end = match arrival.ends {
                Ends::Unsaid => None,
                Ends::At(end) => end,
            };
            imported.new.push(as_token(&arrival, arrival.id.clone().unwrap_or_else(id), end, copies, moment));
        }
        imported
    }
}

impl Vault {
    /// Takes tokens in, or, in a rehearsal, does all of it and undoes it. `advance` is told of steps that are done,
    /// three for each token.
    ///
    /// # Errors
    /// [`Error::Policy`] with the first token that the vault does not allow, [`Error::EndlessSession`],
    /// [`Error::TooManyScopes`]; nothing is imported then.
    pub fn import(
        &mut self,
        incoming: Incoming,
        source: Source,
        rehearsal: bool,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
        advance: &mut dyn FnMut(u64),
    ) -> Result<Imported, Error> {
        let settings = self.settings()?.clone();
        let sealed_to = settings.keys.as_ref().map(|keys| keys.public.clone());
        let prefix = policy::read(&settings.policy)?.prefix.unwrap_or_default();
        let mut ready = Vec::with_capacity(incoming.arrivals.len());
        // Sealing takes long, and nobody else is to wait for it; what is there already needs none.
        for chunk in incoming.arrivals.chunks(CHUNK) {
            let current: Vec<_> = chunk.iter().filter_map(|(_, digests)| digests.last().copied()).collect();
            for ((arrival, digests), found) in chunk.iter().zip(self.store.find_all(&current)?) {
                let id = arrival.id.clone().unwrap_or_else(|| mint::id(&prefix, rng));
                let lacking = found.is_none_or(|found| arrival.own && lacks_copies(&found.token));
                let sealed = lacking && !rehearsal;
                let kept = kept(&settings, &id, arrival, digests, sealed, rng)?;
                ready.push(Ready { id, kept, sealed });
            }
            advance(chunk.len() as u64);
        }
        let work = |work: &mut Work<'_>| {
            let mut admission = Admission::begin(work)?;
            // Somebody may have forbidden copies since, or changed the keys.
            let copies =
                sealed_to.is_some() && admission.policy().keeps_copies() && work.seals_to(sealed_to.as_deref())?;
            let mut done = Imported::default();
            let (mut new, mut lacking) = (Vec::new(), Vec::new());
            let mut step = |count: usize| {
                if count % CHUNK == CHUNK - 1 {
                    advance(CHUNK as u64);
                }
            };
            let arrivals = incoming.arrivals.iter().zip(incoming.whys).zip(ready);
            for (count, (((arrival, digests), mut whys), ready)) in arrivals.enumerate() {
                step(count);
                match fate(work, arrival, digests, copies)? {
                    Fate::Clash(more) => whys.extend(more),
                    _ if !whys.is_empty() => {}
                    Fate::New => new.push((arrival, digests, ready)),
                    Fate::Same(there) => {
                        if there.note == Some(Note::Kept) {
                            lacking.push((arrival, digests, ready, there.token.clone()));
                        }
                        done.same.push(*there);
                    }
                }
                if !whys.is_empty() {
                    done.clashes.push(clash(arrival, whys));
                }
            }
            // Somebody may have removed a token since, or a copy.
            let mut in_time = |arrival: &Arrival, digests: &[Digest], ready: Ready| match ready.sealed || rehearsal {
                true => Ok(ready.kept),
                false => kept(&settings, &ready.id, arrival, digests, copies, rng),
            };
            let changes = done.clashes.is_empty() && !rehearsal;
            for (arrival, digests, ready, token) in lacking.into_iter().filter(|_| changes) {
                add_copies(work, &token, in_time(arrival, digests, ready)?)?;
            }
            for (count, (arrival, digests, ready)) in new.into_iter().enumerate() {
                step(count);
                let token = becoming(admission.policy(), arrival, ready.id.clone(), copies, moment)?;
                let mut kept = in_time(arrival, digests, ready)?;
                if !copies {
                    kept.iter_mut().for_each(|kept| kept.sealed = None);
                }
                done.new.push(match done.clashes.is_empty() {
                    true => admit(work, &mut admission, token, kept, source)?,
                    false => token,
                });
            }
            Ok(done)
        };
        if rehearsal { self.rehearse(moment, work) } else { self.change(moment, work) }
    }
}

fn lacks_copies(token: &Token) -> bool {
    token.secrets.iter().any(|secret| !secret.recoverable)
}

/// Keeps the copies that a token lacks.
fn add_copies(work: &mut Work<'_>, token: &Token, kept: Vec<KeptSecret>) -> Result<(), Error> {
    for KeptSecret { digest, sealed } in kept {
        if let Some(sealed) = sealed {
            work.change.keep_copy(&digest, &sealed)?;
        }
    }
    work.log(Action::Import, Some(token), "sealed copy")
}

/// What is to be kept of a token's secrets.
fn kept(
    settings: &Settings,
    id: &Id,
    arrival: &Arrival,
    digests: &[Digest],
    copies: bool,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<KeptSecret>, Error> {
    let keep = |(key, digest): (&Bearer, &Digest)| match &key.secret {
        Some(secret) if copies => keep(settings, id, secret, true, rng),
        _ => Ok(KeptSecret { digest: *digest, sealed: None }),
    };
    arrival.keys.iter().zip(digests).map(keep).collect()
}

/// The token that one becomes: what was not said is as the policy has it.
fn becoming(policy: &Policy, arrival: &Arrival, id: Id, copies: bool, moment: &Moment) -> Result<Token, Error> {
    let end = match arrival.ends {
        Ends::Unsaid => policy::default_end(policy, arrival.kind, moment.now)?,
        Ends::At(end) => end,
    };
    Ok(as_token(arrival, id, end, copies, moment))
}

/// Lets one in, if the policy does.
fn admit(
    work: &mut Work<'_>,
    admission: &mut Admission,
    token: Token,
    kept: Vec<KeptSecret>,
    source: Source,
) -> Result<Token, Error> {
    admission.take_in(work, &token)?;
    let whole = Whole { token, kept };
    work.change.insert_whole(&whole)?;
    work.log(Action::Import, Some(&whole.token), source.word())?;
    Ok(whole.token)
}

/// The token that one becomes; `copies` tells whether the vault keeps them.
fn as_token(arrival: &Arrival, id: Id, expires_at: Option<Timestamp>, copies: bool, moment: &Moment) -> Token {
    let created_at = arrival.created_at.unwrap_or(moment.now);
    let info = |key: &Bearer| SecretInfo {
        created_at: key.created_at.unwrap_or(created_at),
        retires_at: key.retires_at,
        last_used_at: key.last_used_at,
        recoverable: copies && key.secret.is_some(),
    };
    Token {
        id,
        name: arrival.name.clone(),
        kind: arrival.kind,
        owner: arrival.owner.clone(),
        scopes: arrival.scopes.clone(),
        labels: arrival.labels.clone(),
        description: arrival.description.clone(),
        created_at,
        expires_at,
        max_uses: arrival.max_uses,
        uses: arrival.uses,
        revoked_at: arrival.revoked_at,
        secrets: arrival.keys.iter().map(info).collect(),
    }
}
