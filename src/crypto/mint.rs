//! New ids and secrets. `id = prefix _ 12 base62`, `secret = id 43 base62 check`; every base62 character is uniform
//! and independent, so the 43 carry 43 * log2(62) = 256.03 bits.

use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::token::secret::{BASE62, BODY_LEN, ID_LEN, Id, Prefix, Secret};

/// A new id and its first secret.
pub fn mint(prefix: &Prefix, rng: &mut dyn CryptoRng) -> (Id, Secret) {
    let id = id(prefix, rng);
    let secret = renew(&id, rng);
    (id, secret)
}

/// A new id alone, for a secret that is there.
pub fn id(prefix: &Prefix, rng: &mut dyn CryptoRng) -> Id {
    Id::assemble(prefix, &base62::<ID_LEN>(rng))
}

/// Another secret for an id that is there.
pub fn renew(id: &Id, rng: &mut dyn CryptoRng) -> Secret {
    Secret::assemble(id, &base62::<BODY_LEN>(rng))
}

/// `N` uniform base62 characters. Bytes from 248 on are thrown away: 248 = 4 * 62, so the rest has no bias.
fn base62<const N: usize>(rng: &mut dyn CryptoRng) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(N));
    let mut pool = Zeroizing::new([0u8; 64]);
    while text.len() < N {
        rng.fill_bytes(&mut pool[..]);
        let fair = pool.iter().filter(|byte| **byte < 248);
        let missing = N - text.len();
        text.extend(fair.take(missing).map(|byte| char::from(BASE62[usize::from(byte % 62)])));
    }
    text
}

#[cfg(test)]
mod tests {
    use rand::{rand_core::UnwrapErr, rngs::SysRng};

    use super::*;

    #[test]
    fn what_is_minted_is_a_secret_of_its_id() {
        let prefix = Prefix::parse("acme_live").unwrap();
        let (id, secret) = mint(&prefix, &mut UnwrapErr(SysRng));
        assert!(secret.expose().starts_with(id.as_str()));
        assert_eq!(secret.expose().len(), "acme_live_".len() + 61);
        assert!(Secret::parse(secret.expose().as_bytes()).is_ok());
        let renewed = renew(&id, &mut UnwrapErr(SysRng));
        assert!(renewed.expose().starts_with(id.as_str()) && renewed.expose() != secret.expose());
        let (other, _) = mint(&prefix, &mut UnwrapErr(SysRng));
        assert_ne!(id, other);
    }

    #[test]
    fn every_character_is_as_likely_as_every_other() {
        let mut rng = Steps(0);
        let mut counts = [0u32; 128];
        for _ in 0..62 {
            for byte in base62::<248>(&mut rng).bytes() {
                counts[usize::from(byte)] += 1;
            }
        }
        // 62 * 248 characters drawn from every byte value in turn: each of the 62 exactly as often.
        assert!(BASE62.iter().all(|c| counts[usize::from(*c)] == 248), "{counts:?}");
    }

    /// Hands out 0, 1, 2, ... 255 and again, 64 at a time.
    struct Steps(u8);

    impl rand::TryRng for Steps {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            unreachable!("base62 fills bytes")
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            unreachable!("base62 fills bytes")
        }
        fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
            for byte in dst {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }
    impl rand::TryCryptoRng for Steps {}
}
