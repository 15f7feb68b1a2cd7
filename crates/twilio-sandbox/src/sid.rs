//! SIDs: two letters for the kind, then 32 hex digits.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// `prefix` is the kind, such as `CA` for a call.
pub(crate) fn random(prefix: &str) -> String {
    format!("{prefix}{}", random_hex())
}

pub(crate) fn random_hex() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Only without a random source in the kernel. The sandbox only needs unique values, which the standard
        // library's seeded hasher provides.
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&RandomState::new().build_hasher().finish().to_be_bytes());
        }
    }
    hex::encode(bytes)
}

pub(crate) fn is(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_identifiers_are_well_formed_and_differ() {
        let (one, other) = (random("CA"), random("CA"));
        assert!(is("CA", &one));
        assert_ne!(one, other);
    }

    #[test]
    fn other_shapes_are_not_identifiers() {
        let sid = random("CA");
        for bad in [&sid[..33], &format!("{sid}0"), &sid.replace("CA", "AC"), "CA", "", "CAé"] {
            assert!(!is("CA", bad), "{bad}");
        }
    }
}
