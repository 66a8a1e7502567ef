//! The vault's key pair, and the wrapping of its private half.
//!
//! ```text
//! kek     = Argon2id(passphrase, salt, m = 64 MiB, t = 3, p = 4)     RFC 9106, second recommended option
//! wrapped = nonce || XChaCha20-Poly1305(kek, nonce, private key, aad)
//! aad     = "jeton wrap 1" || vault id || m || t || p || salt || public key
//! ```
//!
//! Everything that unwrapping needs is bound by the tag, so that nobody who can write the file can weaken the
//! parameters or exchange the public key unnoticed. Integers are 32-bit big-endian.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const LABEL: &[u8] = b"jeton wrap 1";
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
/// What a file may ask of this machine, so that a forged one cannot exhaust it: 1 GiB, 16 passes, 16 lanes.
const MOST: Cost = Cost { memory_kib: 1 << 20, passes: 16, lanes: 16 };

/// An X25519 public key. Secrets are sealed to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

/// An X25519 private key: whoever holds it can reveal. Wiped when dropped, never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey([u8; 32]);

impl PrivateKey {
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in the clear, to be kept where only its owner can read.
    pub fn reveal(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_vec())
    }

    /// The key that was revealed, if it is the one of `public`.
    pub fn of(bytes: &[u8], public: &PublicKey) -> Option<PrivateKey> {
        let private = PrivateKey(bytes.try_into().ok()?);
        let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&private.0).ok()?;
        let fits: bool = X25519HkdfSha256::sk_to_pk(&key).to_bytes().ct_eq(&public.0).into();
        fits.then_some(private)
    }
}

/// Argon2id's parameters (RFC 9106, section 3.1): m in KiB, t, p.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// RFC 9106, section 4, second recommended option.
    pub const RECOMMENDED: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    fn within(&self, most: &Cost) -> bool {
        self.memory_kib <= most.memory_kib && self.passes <= most.passes && self.lanes <= most.lanes
    }
}

/// A wrapped private key with all that is needed to unwrap it, except the passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    pub cost: Cost,
    pub salt: [u8; 16],
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
}

impl Wrapped {
    /// Whether it has the form of what [`wrap`] makes, and asks for no more than [`unwrap`] gives.
    pub fn is_well_formed(&self) -> bool {
        self.sealed.len() == NONCE_LEN + 32 + TAG_LEN && self.cost.within(&MOST)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotUnwrap {
    /// The passphrase is wrong; or somebody changed the wrapped key, its parameters or the public key. The two cannot
    /// be told apart.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("the key of the vault asks for more memory or time than any jeton would")]
    Excessive,
    #[error("there is not enough memory to derive the key")]
    NoMemory,
}

/// A new key pair.
pub fn generate(mut rng: &mut dyn CryptoRng) -> (PublicKey, PrivateKey) {
    let (private, public) = X25519HkdfSha256::gen_keypair_with_rng(&mut rng);
    let private = Zeroizing::new(<[u8; 32]>::from(private.to_bytes()));
    (PublicKey(public.to_bytes().into()), PrivateKey(*private))
}

/// Wraps a private key under a passphrase with a fresh salt and nonce.
///
/// # Errors
/// [`CannotUnwrap::NoMemory`] if the machine cannot give Argon2 its memory.
pub fn wrap(
    private: &PrivateKey,
    public: &PublicKey,
    vault_id: &[u8],
    passphrase: &str,
    rng: &mut dyn CryptoRng,
) -> Result<Wrapped, CannotUnwrap> {
    let cost = Cost::RECOMMENDED;
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let aad = bound(vault_id, &cost, &salt, public);
    let cipher = cipher(passphrase, &cost, &salt)?;
    let payload = Payload { msg: &private.0, aad: &aad };
    let ciphertext = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| CannotUnwrap::NoMemory)?;
    Ok(Wrapped { cost, salt, sealed: [&nonce[..], &ciphertext].concat() })
}

/// Gives the private key back, and makes sure that it is the one of `public`.
///
/// # Errors
/// [`CannotUnwrap`] says which of the three ways it failed.
pub fn unwrap(
    wrapped: &Wrapped,
    public: &PublicKey,
    vault_id: &[u8],
    passphrase: &str,
) -> Result<PrivateKey, CannotUnwrap> {
    if !wrapped.cost.within(&MOST) {
        return Err(CannotUnwrap::Excessive);
    }
    let (nonce, ciphertext) = wrapped.sealed.split_first_chunk::<NONCE_LEN>().ok_or(CannotUnwrap::WrongPassphrase)?;
    let aad = bound(vault_id, &wrapped.cost, &wrapped.salt, public);
    let cipher = cipher(passphrase, &wrapped.cost, &wrapped.salt)?;
    let payload = Payload { msg: ciphertext, aad: &aad };
    let opened = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| CannotUnwrap::WrongPassphrase)?;
    PrivateKey::of(&Zeroizing::new(opened), public).ok_or(CannotUnwrap::WrongPassphrase)
}

fn bound(vault_id: &[u8], cost: &Cost, salt: &[u8; 16], public: &PublicKey) -> Vec<u8> {
    let numbers = [cost.memory_kib, cost.passes, cost.lanes].map(u32::to_be_bytes).concat();
    [LABEL, vault_id, &numbers, salt, &public.0].concat()
}

fn cipher(passphrase: &str, cost: &Cost, salt: &[u8; 16]) -> Result<XChaCha20Poly1305, CannotUnwrap> {
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| CannotUnwrap::Excessive)?;
    let mut kek = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut kek[..])
        .map_err(|_| CannotUnwrap::NoMemory)?;
    Ok(XChaCha20Poly1305::new((&*kek).into()))
}

#[cfg(test)]
mod tests {
    use rand::{rand_core::UnwrapErr, rngs::SysRng};

    use super::*;

    #[test]
    fn only_the_passphrase_and_the_untouched_file_unwrap() {
        let mut rng = UnwrapErr(SysRng);
        let (public, private) = generate(&mut rng);
        let (other_public, _) = generate(&mut rng);
        let wrapped = wrap(&private, &public, b"vault", "correct horse", &mut rng).unwrap();

        assert_eq!(unwrap(&wrapped, &public, b"vault", "correct horse").unwrap().0, private.0);
        let wrong = Some(CannotUnwrap::WrongPassphrase);
        assert_eq!(unwrap(&wrapped, &public, b"vault", "correct hors").err(), wrong);
        assert_eq!(unwrap(&wrapped, &public, b"other", "correct horse").err(), wrong);
        assert_eq!(unwrap(&wrapped, &other_public, b"vault", "correct horse").err(), wrong);
        let cheaper = Wrapped { cost: Cost { passes: 1, ..wrapped.cost }, ..wrapped.clone() };
        assert_eq!(unwrap(&cheaper, &public, b"vault", "correct horse").err(), wrong);
        let greedy = Wrapped { cost: Cost { memory_kib: u32::MAX, ..wrapped.cost }, ..wrapped.clone() };
        assert_eq!(unwrap(&greedy, &public, b"vault", "correct horse").err(), Some(CannotUnwrap::Excessive));
        let cut = Wrapped { sealed: wrapped.sealed[..10].to_vec(), ..wrapped };
        assert_eq!(unwrap(&cut, &public, b"vault", "correct horse").err(), wrong);
    }

    #[test]
    fn argon2_with_these_parameters_has_a_known_answer() {
        // Computed once with the reference implementation: argon2 -id -v 13 -m 16 -t 3 -p 4 -l 32.
        let mut out = [0u8; 32];
        let params = Params::new(64 * 1024, 3, 4, Some(32)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"correct horse", b"0123456789abcdef", &mut out)
            .unwrap();
        let hex: String = out.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "2f56f5363a695288ff28810e46ad69a1fe3068bc6494cd26a8a673b7d9c2b0a2");
    }
}
