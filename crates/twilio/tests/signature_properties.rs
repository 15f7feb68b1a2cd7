//! Properties of signatures for arbitrary requests.

#![expect(clippy::expect_used, reason = "test support ends a test at the first thing that isn't so")]

use proptest::collection::vec;
use proptest::prelude::*;
use secrecy::SecretString;
use twilio::signature::{SignatureError, Validator, sign};

const URL: &str = "https://example.com/api/twilio_update/private-call-1";

type Params = Vec<(String, String)>;

/// Arbitrary characters, including empty names and values and duplicates.
fn params() -> impl Strategy<Value = Params> {
    let name = prop_oneof![Just("CallSid".to_owned()), Just("A".to_owned()), "\\PC{1,8}"];
    vec((name, any::<String>()), 0..12)
}

fn form(params: &Params) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

fn token() -> SecretString {
    SecretString::from("12345")
}

fn validator() -> Validator {
    Validator::new(&token()).expect("a token")
}

proptest! {
    #[test]
    fn what_was_signed_passes_in_any_order_and_comes_back_whole(
        (params, shuffled) in params().prop_flat_map(|params| (Just(params.clone()), Just(params).prop_shuffle()))
    ) {
        let header = sign(&token(), URL, &params);
        prop_assert_eq!(validator().validate_form(URL, form(&shuffled).as_bytes(), &header), Ok(shuffled));
    }

    #[test]
    fn a_changed_character_fails(params in params(), at in any::<prop::sample::Index>(), to in any::<char>()) {
        let header = sign(&token(), URL, &params);
        let mut changed = params;
        prop_assume!(!changed.is_empty());
        let index = at.index(changed.len());
        // Change a name's only value, because duplicates are dropped before signing.
        prop_assume!(changed.iter().filter(|(name, _)| *name == changed[index].0).count() == 1);
        let value: Vec<char> = changed[index].1.chars().collect();
        prop_assume!(!value.is_empty());
        let position = at.index(value.len());
        prop_assume!(value[position] != to);
        changed[index].1 =
            value.iter().enumerate().map(|(i, c)| if i == position { to } else { *c }).collect();
        prop_assert_eq!(
            validator().validate_form(URL, form(&changed).as_bytes(), &header),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_flipped_bit_of_the_url_fails(params in params(), at in 0..URL.len(), bit in 0..7_u8) {
        let header = sign(&token(), URL, &params);
        let mut bytes = URL.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let changed = String::from_utf8(bytes).expect("still ASCII");
        prop_assert_eq!(
            validator().validate_form(&changed, form(&params).as_bytes(), &header),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_flipped_bit_of_the_header_fails(params in params(), at in 0..28_usize, bit in 0..7_u8) {
        let mut bytes = sign(&token(), URL, &params).into_bytes();
        bytes[at] ^= 1 << bit;
        let header = String::from_utf8(bytes).expect("still ASCII");
        prop_assert!(validator().validate_form(URL, form(&params).as_bytes(), &header).is_err());
    }

    #[test]
    fn another_token_fails(params in params(), other in "\\PC{1,80}") {
        prop_assume!(other != "12345");
        let header = sign(&SecretString::from(other), URL, &params);
        prop_assert_eq!(
            validator().validate_form(URL, form(&params).as_bytes(), &header),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn nonsense_never_panics(url in any::<String>(), body in vec(any::<u8>(), 0..200), header in any::<String>()) {
        prop_assert!(validator().validate_form(&url, &body, &header).is_err());
        prop_assert!(validator().validate_json(&url, &body, &header).is_err());
    }
}
