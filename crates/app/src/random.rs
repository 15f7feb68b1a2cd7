//! Secrets from the operating system's random numbers.

/// `BYTES` random bytes.
///
/// Panics without randomness: no program that needs a secret can run then, so there is no fallback.
#[expect(clippy::expect_used, reason = "no secret is better than a weak one")]
pub fn random_bytes<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// `BYTES` random bytes in hexadecimal digits.
pub fn random_hex<const BYTES: usize>() -> String {
    hex::encode(random_bytes::<BYTES>())
}
