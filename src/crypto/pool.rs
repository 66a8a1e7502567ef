//! Random bytes in bulk. Asking the operating system costs more than all else that is done for one of many secrets, so
//! it is asked for many at once. What is handed out is wiped here.

use std::convert::Infallible;

use rand::{CryptoRng, TryCryptoRng, TryRng};
use zeroize::{Zeroize, Zeroizing};

const SIZE: usize = 4096;

/// Hands out the bytes of another source, in their order.
pub struct Pool<'a> {
    source: &'a mut dyn CryptoRng,
    bytes: Zeroizing<[u8; SIZE]>,
    used: usize,
}

impl<'a> Pool<'a> {
    pub fn new(source: &'a mut dyn CryptoRng) -> Pool<'a> {
        Pool { source, bytes: Zeroizing::new([0; SIZE]), used: SIZE }
    }
}

impl TryRng for Pool<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, mut wanted: &mut [u8]) -> Result<(), Infallible> {
        while !wanted.is_empty() {
            if self.used == SIZE {
                self.source.fill_bytes(&mut self.bytes[..]);
                self.used = 0;
            }
            let count = wanted.len().min(SIZE - self.used);
            let (now, later) = wanted.split_at_mut(count);
            let taken = &mut self.bytes[self.used..self.used + count];
            now.copy_from_slice(taken);
            taken.zeroize();
            self.used += count;
            wanted = later;
        }
        Ok(())
    }
}

impl TryCryptoRng for Pool<'_> {}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    /// Counts the bytes it gives, from 0 to 255 and again.
    struct Steps(usize);

    impl TryRng for Steps {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            unreachable!("a pool fills bytes")
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            unreachable!("a pool fills bytes")
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            for byte in bytes {
                *byte = (self.0 % 251) as u8;
                self.0 += 1;
            }
            Ok(())
        }
    }
    impl TryCryptoRng for Steps {}

    #[test]
    fn every_byte_of_the_source_is_handed_out_once_and_in_order() {
        let mut source = Steps(0);
        let mut pool = Pool::new(&mut source);
        let mut expected = 0;
        for length in [1, 64, 43, 4096, 0, 12, 10_000, 64] {
            let mut bytes = vec![0; length];
            pool.fill_bytes(&mut bytes);
            for byte in bytes {
                assert_eq!(byte, (expected % 251) as u8);
                expected += 1;
            }
        }
        pool.next_u64();
        assert!(pool.bytes[..pool.used].iter().all(|byte| *byte == 0), "what was handed out is wiped");
    }
}
