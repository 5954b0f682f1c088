//! Randomness for codes, tokens and request ids.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};

/// A generator seeded by the operating system.
pub(crate) struct Random(Mutex<StdRng>);

impl Random {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut bytes);
        bytes
    }

    /// 43 URL-safe characters with 256 bits.
    pub(crate) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// Several hundred characters of standard base64, which may hold `+`, `/` and `=`.
    pub(crate) fn long_token(&self) -> String {
        STANDARD.encode(self.bytes::<241>())
    }

    /// A random number in `0..below`.
    pub(crate) fn below(&self, below: i64) -> i64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .random_range(0..below.max(1))
    }

    /// A random GUID (RFC 9562 version 4) in lower case.
    pub(crate) fn guid(&self) -> String {
        let value = u128::from_be_bytes(self.bytes());
        let value = (value & !(0xf << 76) | (0x4 << 76)) & !(0x3 << 62) | (0x2 << 62);
        let hex = format!("{value:032x}");
        let mut guid = String::with_capacity(36);
        for (at, digit) in hex.chars().enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                guid.push('-');
            }
            guid.push(digit);
        }
        guid
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn guids_have_version_and_variant() {
        let guid = Random::new().guid();
        let groups: Vec<usize> = guid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(guid.as_bytes()[14], b'4');
        assert!(matches!(guid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }

    #[test]
    fn tokens_differ() {
        let random = Random::new();
        assert_ne!(random.token(), random.token());
    }
}
