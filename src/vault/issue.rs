//! Issuing: a request becomes a token with its first secret.

use jiff::Timestamp;
use rand::CryptoRng;

use super::policy::Admission;
use super::{Error, Moment, Vault, place, policy};
use crate::crypto::key::PublicKey;
use crate::crypto::{digest, mint, seal};
use crate::store::{self, KeptSecret, Key, Settings};
use crate::token::event::Action;
use crate::token::name::Name;
use crate::token::record::{SecretInfo, Token, Type};
use crate::token::request::{Naming, Request};
use crate::token::scope::MOST_GRANTS;
use crate::token::secret::{Id, Secret};
use crate::token::span::Expiry;

/// What was made. The secret is in the clear here and nowhere else.
#[derive(Debug)]
pub struct Issued {
    pub token: Token,
    pub secret: Secret,
}

/// One more secret like another, with an id of its own.
pub(super) struct Made {
    pub id: Id,
    pub secret: Secret,
    pub kept: KeptSecret,
}

/// A token that is made and not yet in the vault: nobody can use its secret.
#[must_use = "a token that is not kept is none"]
pub struct Prepared {
    pub(super) issued: Issued,
    pub(super) kept: KeptSecret,
    pub(super) sealed_to: Option<Vec<u8>>,
    naming: Naming,
}

impl Prepared {
    /// The secret, to be brought to safety before it counts. A name with a number in it is not final.
    pub fn issued(&self) -> &Issued {
        &self.issued
    }
}

impl Vault {
    /// Whether a request could be met by a vault that allows everything; asked before one is made for it.
    ///
    /// # Errors
    /// [`Error::Expiry`] for an end that is not ahead, [`Error::EndlessSession`] for a session without one,
    /// [`Error::Name`] for a name that becomes too long.
    pub fn must_be_possible(request: &Request, now: Timestamp) -> Result<(), Error> {
        request.expires.map(|expires| expires.resolve(now)).transpose()?;
        if request.kind == Type::Session && request.expires == Some(Expiry::Never) {
            return Err(Error::EndlessSession);
        }
        if request.scopes.as_slice().len() > MOST_GRANTS {
            return Err(Error::TooManyScopes);
        }
        match &request.naming {
            Naming::As(_) => Ok(()),
            Naming::Next(beginning) => numbered(beginning, 1).map(drop),
        }
    }

    /// Makes a token ready: what was not said is as the policy has it, and within what the caller may give.
    ///
    /// # Errors
    /// [`Error::Expiry`] for an end that is not ahead.
    pub fn prepare(
        &mut self,
        mut request: Request,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
    ) -> Result<Prepared, Error> {
        let settings = self.settings()?;
        let policy = policy::read(&settings.policy)?;
        let expires_at = match request.expires {
            Some(expiry) => expiry.resolve(moment.now)?,
            None => {
                let end = policy::default_end(&policy, request.kind, moment.now)?;
                moment.by.as_ref().map_or(end, |by| by.earlier_end(end))
            }
        };
        if let Some(by) = &moment.by {
            by.complete(&mut request);
        }
        let copies = policy.keeps_copies();
        let prefix = request.prefix.or(policy.prefix).unwrap_or_default();
        let (id, secret) = mint::mint(&prefix, rng);
        let kept = keep(settings, &id, &secret, !request.once && copies, rng)?;
        let sealed_to = settings.keys.as_ref().map(|keys| keys.public.clone());
        let name = match &request.naming {
            Naming::As(name) => name.clone(),
            Naming::Next(beginning) => numbered(beginning, 1)?,
        };
        let token = Token {
            id,
            name,
            kind: request.kind,
            owner: request.owner,
            scopes: request.scopes,
            labels: request.labels,
            description: request.description,
            created_at: moment.now,
            expires_at,
            max_uses: request.max_uses,
            uses: 0,
            revoked_at: None,
            secrets: vec![fresh(&kept, moment.now)],
        };
        Ok(Prepared { issued: Issued { token, secret }, kept, sealed_to, naming: request.naming })
    }

    /// Makes an id and a secret ready that differ from those of a prepared token in nothing but their letters.
    pub(super) fn prepare_another(&mut self, like: &Prepared, rng: &mut dyn CryptoRng) -> Result<Made, Error> {
        let (id, secret) = mint::mint(&like.issued.token.id.prefix(), rng);
        let kept = keep(self.settings()?, &id, &secret, like.kept.sealed.is_some(), rng)?;
        Ok(Made { id, secret, kept })
    }

    /// Puts a prepared token into the vault. When this returns, it survives a power cut.
    ///
    /// # Errors
    /// [`Error::Exists`] for a name in use, [`Error::Policy`] for what the vault does not allow, [`Error::Beyond`] for
    /// what the caller may not give.
    pub fn keep(&mut self, prepared: Prepared, moment: &Moment) -> Result<Issued, Error> {
        let Prepared { mut issued, mut kept, sealed_to, naming } = prepared;
        let token = &mut issued.token;
        self.change(moment, |work| {
            match &naming {
                Naming::As(name) if work.is_named(name)? => return Err(Error::Exists { name: name.to_string() }),
                Naming::As(_) => {}
                Naming::Next(beginning) => {
                    let mut number = work.change.last_number(beginning)? + 1;
                    token.name = numbered(beginning, number)?;
                    // One of more digits than are counted may have been made by hand.
                    while work.is_named(&token.name)? {
                        number += 1;
                        token.name = numbered(beginning, number)?;
                    }
                }
            }
            let mut admission = Admission::begin(work)?;
            if !admission.policy().keeps_copies() || !work.seals_to(sealed_to.as_deref())? {
                drop_copy(token, &mut kept);
            }
            admission.admit(work, token)?;
            work.change.insert(token, &kept)?;
            work.log(Action::Create, Some(token), "")
        })?;
        Ok(issued)
    }

    /// Whether a name is free, asked before anything is made ready for it.
    ///
    /// # Errors
    /// [`Error::Exists`] if it is not.
    pub fn must_be_free(&mut self, name: &Name) -> Result<(), Error> {
        match self.store.token(Key::Name(name.as_str())) {
            Ok(None) | Err(store::Error::Absent(_)) => Ok(()),
            Ok(Some(_)) => Err(Error::Exists { name: name.to_string() }),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is kept of a new secret: its digest, and a sealed copy where one is wanted and the vault has a key for it.
pub(super) fn keep(
    settings: &Settings,
    id: &Id,
    secret: &Secret,
    copy: bool,
    rng: &mut dyn CryptoRng,
) -> Result<KeptSecret, Error> {
    let digest = digest(secret);
    let sealed = match &settings.keys {
        Some(keys) if copy => {
            let public = keys.public.as_slice().try_into().map_err(|_| Error::KeysDamaged)?;
            let place = place(&settings.vault_id, id, &digest);
            Some(seal::seal(&PublicKey(public), place, secret, rng).map_err(|_| Error::KeysDamaged)?)
        }
        _ => None,
    };
    Ok(KeptSecret { digest, sealed })
}

/// What is known of a new secret.
pub(super) fn fresh(kept: &KeptSecret, now: Timestamp) -> SecretInfo {
    SecretInfo { created_at: now, retires_at: None, last_used_at: None, recoverable: kept.sealed.is_some() }
}

/// Keeps no copy after all: that was forbidden since the token was made ready.
pub(super) fn drop_copy(token: &mut Token, kept: &mut KeptSecret) {
    kept.sealed = None;
    token.secrets = vec![fresh(kept, token.created_at)];
}

pub(super) fn numbered(beginning: &str, number: u64) -> Result<Name, Error> {
    Ok(Name::parse(&format!("{beginning}{number}"))?)
}
