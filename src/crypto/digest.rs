//! `digest = SHA-256(secret string)` (FIPS 180-4). A fast hash is right here: a secret of jeton's making carries 256
//! random bits, so there is nothing to guess, and every verification computes it.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::token::secret::{Digest, Secret};

/// What the vault knows a secret by.
pub fn digest(secret: &Secret) -> Digest {
    Digest(Sha256::digest(secret.expose().as_bytes()).into())
}

/// Compares in constant time.
pub fn same(a: &Digest, b: &Digest) -> bool {
    a.0.ct_eq(&b.0).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer() {
        // FIPS 180-4 example: SHA-256 of the 56 letters below.
        let secret = Secret::parse(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").unwrap();
        let expected = [
            0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39, 0xa3, 0x3c,
            0xe4, 0x59, 0x64, 0xff, 0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1,
        ];
        assert_eq!(digest(&secret).0, expected);
        assert!(same(&digest(&secret), &Digest(expected)));
        assert!(!same(&digest(&secret), &Digest([0; 32])));
    }
}
