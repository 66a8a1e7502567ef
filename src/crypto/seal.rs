//! `sealed = enc || HPKE.Seal(public key, info, aad, secret)`, RFC 9180 base mode, single shot, with
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305.
//!
//! `info` is the vault id; `aad` is the token id followed by the 32 bytes of the digest. So a copy that is moved to
//! another row, another token or another vault does not open. `enc` has 32 bytes, the tag 16.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::key::{PrivateKey, PublicKey};
use crate::token::secret::{Digest, Id, Secret};

const ENC_LEN: usize = 32;

/// Where a sealed copy belongs; it opens nowhere else.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub vault_id: &'a [u8],
    pub token_id: &'a Id,
    pub digest: &'a Digest,
}

impl Place<'_> {
    fn aad(&self) -> Vec<u8> {
        [self.token_id.as_str().as_bytes(), &self.digest.0].concat()
    }
}

/// The key does not fit, or the copy was changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed copy does not open")]
pub struct DoesNotOpen;

/// Encrypts a secret so that only the private key reveals it.
///
/// # Errors
/// [`DoesNotOpen`] if the public key is no key at all; then nothing could ever open the copy.
pub fn seal(
    key: &PublicKey,
    place: Place<'_>,
    secret: &Secret,
    mut rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, DoesNotOpen> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&key.0).map_err(|_| DoesNotOpen)?;
    let (enc, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &key,
        place.vault_id,
        secret.expose().as_bytes(),
        &place.aad(),
        &mut rng,
    )
    .map_err(|_| DoesNotOpen)?;
    Ok([&enc.to_bytes()[..], &ciphertext].concat())
}

/// Reveals a secret.
///
/// # Errors
/// [`DoesNotOpen`] for any other key, place or content than those it was sealed with.
pub fn open(key: &PrivateKey, place: Place<'_>, sealed: &[u8]) -> Result<Secret, DoesNotOpen> {
    let (enc, ciphertext) = sealed.split_at_checked(ENC_LEN).ok_or(DoesNotOpen)?;
    let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(key.bytes()).map_err(|_| DoesNotOpen)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).map_err(|_| DoesNotOpen)?;
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key,
        &enc,
        place.vault_id,
        ciphertext,
        &place.aad(),
    );
    let opened = Zeroizing::new(opened.map_err(|_| DoesNotOpen)?);
    Secret::parse(&opened).map_err(|_| DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use rand::{rand_core::UnwrapErr, rngs::SysRng};

    use super::super::{digest, key, mint};
    use super::*;
    use crate::token::secret::Prefix;

    #[test]
    fn it_opens_in_its_place_and_nowhere_else() {
        let mut rng = UnwrapErr(SysRng);
        let (public, private) = key::generate(&mut rng);
        let (id, secret) = mint::mint(&Prefix::default(), &mut rng);
        let (other_id, other_secret) = mint::mint(&Prefix::default(), &mut rng);
        let (digest, other_digest) = (digest(&secret), digest(&other_secret));
        let place = Place { vault_id: b"this vault", token_id: &id, digest: &digest };
        let sealed = seal(&public, place, &secret, &mut rng).unwrap();

        assert_eq!(sealed.len(), secret.expose().len() + 48);
        assert_eq!(open(&private, place, &sealed).unwrap().expose(), secret.expose());
        let wrong_places = [
            Place { vault_id: b"that vault", ..place },
            Place { token_id: &other_id, ..place },
            Place { digest: &other_digest, ..place },
        ];
        for place in wrong_places {
            assert_eq!(open(&private, place, &sealed).unwrap_err(), DoesNotOpen);
        }
        let (_, other_private) = key::generate(&mut rng);
        assert!(open(&other_private, place, &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&private, place, &changed).is_err(), "byte {at}");
        }
        assert!(open(&private, place, &sealed[..20]).is_err());
    }

    /// RFC 9180, A.2.1 (X25519, HKDF-SHA256, ChaCha20-Poly1305, base mode), the recipient's private key and the first
    /// encryption: the suite named in this file is the suite that is used.
    #[test]
    fn the_suite_is_the_one_of_the_rfc() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let key = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let enc = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let aad = hex("436f756e742d30");
        let ciphertext =
            hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28");
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &<X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&key).unwrap(),
            &<X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&enc).unwrap(),
            &info,
            &ciphertext,
            &aad,
        );
        assert_eq!(opened.unwrap(), b"Beauty is truth, truth beauty");
    }
}
