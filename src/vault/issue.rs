//! Issuing: a request becomes a token with its first secret.

use rand::CryptoRng;

use super::{Error, Moment, Vault, log, place};
use crate::crypto::key::PublicKey;
use crate::crypto::{digest, mint, seal};
use crate::store::{self, KeptSecret, Key};
use crate::token::event::Action;
use crate::token::name::Name;
use crate::token::record::{Labels, SecretInfo, Token, Type};
use crate::token::scope::Scopes;
use crate::token::secret::{Prefix, Secret};
use crate::token::span::Expiry;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    pub name: Name,
    pub kind: Type,
    pub owner: String,
    pub scopes: Scopes,
    pub labels: Labels,
    pub description: String,
    pub expires: Expiry,
    pub max_uses: Option<u64>,
    pub prefix: Prefix,
    /// Keep no sealed copy.
    pub once: bool,
}

/// What was made. The secret is in the clear here and nowhere else.
#[derive(Debug)]
pub struct Issued {
    pub token: Token,
    pub secret: Secret,
}

/// A token that is made and not yet in the vault: nobody can use its secret.
#[must_use = "a token that is not kept is none"]
pub struct Prepared {
    issued: Issued,
    kept: KeptSecret,
}

impl Prepared {
    /// The secret, to be brought to safety before it counts.
    pub fn issued(&self) -> &Issued {
        &self.issued
    }
}

impl Vault {
    /// Makes a token ready.
    ///
    /// # Errors
    /// [`Error::Expiry`] for an end that is not ahead.
    pub fn prepare(&mut self, request: Request, moment: &Moment, rng: &mut dyn CryptoRng) -> Result<Prepared, Error> {
        let expires_at = request.expires.resolve(moment.now)?;
        let (id, secret) = mint::mint(&request.prefix, rng);
        let digest = digest(&secret);
        let settings = self.settings()?;
        let sealed = match &settings.keys {
            Some(keys) if !request.once => {
                let public = keys.public.as_slice().try_into().map_err(|_| Error::KeysDamaged)?;
                let place = place(&settings.vault_id, &id, &digest);
                Some(seal::seal(&PublicKey(public), place, &secret, rng).map_err(|_| Error::KeysDamaged)?)
            }
            _ => None,
        };
        let token = Token {
            id,
            name: request.name,
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
            secrets: vec![SecretInfo {
                created_at: moment.now,
                retires_at: None,
                last_used_at: None,
                recoverable: sealed.is_some(),
            }],
        };
        let kept = KeptSecret { digest, sealed };
        Ok(Prepared { issued: Issued { token, secret }, kept })
    }

    /// Puts a prepared token into the vault. When this returns, it survives a power cut.
    ///
    /// # Errors
    /// [`Error::Exists`] for a name in use.
    pub fn keep(&mut self, prepared: Prepared, moment: &Moment) -> Result<Issued, Error> {
        let Prepared { issued, kept } = prepared;
        let token = &issued.token;
        self.change(|change, vault_id| {
            if change.token(Key::Name(token.name.as_str()))?.is_some() {
                return Err(Error::Exists { name: token.name.to_string() });
            }
            change.insert(token, &kept)?;
            log(change, vault_id, &moment.event(Action::Create, Some(token), ""))
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
