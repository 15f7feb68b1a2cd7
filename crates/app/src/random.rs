//! Secrets out of the operating system's randomness.

/// `BYTES` random bytes.
///
/// An operating system without randomness can't run anything that needs a secret, so there is nothing to fall
/// back to.
#[expect(clippy::expect_used, reason = "no secret is better than a weak one")]
pub fn random_bytes<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// As [`random_bytes`], in hexadecimal digits.
pub fn random_hex<const BYTES: usize>() -> String {
    hex::encode(random_bytes::<BYTES>())
}
