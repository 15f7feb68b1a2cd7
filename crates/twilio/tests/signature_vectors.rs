//! Known answers for webhook signatures, from Twilio's own libraries; each names its source.

#![expect(clippy::expect_used, reason = "test support ends a test at the first thing that isn't so")]

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use twilio::signature::{SignatureError, Validator, sign, sign_with_shared_key};

type Params = Vec<(String, String)>;

#[derive(Deserialize)]
struct Vectors {
    signatures: Vec<Vector>,
    shared_key: Vec<SharedKey>,
    status_callback: StatusCallback,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    #[serde(deserialize_with = "secret")]
    auth_token: SecretString,
    received_url: String,
    signed_url: String,
    params: Params,
    raw_body: Option<String>,
    header: String,
    expect_valid: bool,
}

#[derive(Deserialize)]
struct SharedKey {
    name: String,
    #[serde(deserialize_with = "secret")]
    secret: SecretString,
    url: String,
    params: Params,
    header: String,
}

#[derive(Deserialize)]
struct StatusCallback {
    #[serde(deserialize_with = "secret")]
    auth_token: SecretString,
    url: String,
    params: Params,
    header: String,
}

/// secrecy requires an explicit call to read secrets.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("signature_vectors.json")).expect("the vectors are valid JSON")
}

fn validator(auth_token: &SecretString) -> Validator {
    Validator::new(auth_token).expect("the vectors have tokens")
}

fn form(params: &Params) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

#[test]
fn every_vector_is_judged_as_twilios_libraries_judge_it() {
    let Vectors { signatures, .. } = vectors();
    assert_eq!(signatures.len(), 12);
    for vector in &signatures {
        let validator = validator(&vector.auth_token);
        let valid = match &vector.raw_body {
            Some(body) => {
                validator.validate_json(&vector.received_url, body.as_bytes(), &vector.header).is_ok()
            }
            None => validator
                .validate_form(&vector.received_url, form(&vector.params).as_bytes(), &vector.header)
                .is_ok_and(|params| params == vector.params),
        };
        assert_eq!(valid, vector.expect_valid, "{}", vector.name);
        let signed = sign(&vector.auth_token, &vector.signed_url, &vector.params);
        assert_eq!(signed == vector.header, vector.expect_valid, "{}", vector.name);
    }
}

#[test]
fn a_changed_json_body_or_a_missing_hash_is_refused() {
    let Vectors { signatures, .. } = vectors();
    let mut judged = 0;
    for vector in &signatures {
        let Some(body) = &vector.raw_body else { continue };
        let validator = validator(&vector.auth_token);
        let changed = format!("{body} ");
        assert_eq!(
            validator.validate_json(&vector.received_url, changed.as_bytes(), &vector.header),
            Err(SignatureError::BodyMismatch),
            "{}",
            vector.name
        );
        let bare = "https://mycompany.com/myapp.php";
        let header = sign::<&str, &str>(&vector.auth_token, bare, &[]);
        assert_eq!(
            validator.validate_json(bare, body.as_bytes(), &header),
            Err(SignatureError::NoBodyHash),
            "{}",
            vector.name
        );
        judged += 1;
    }
    assert_eq!(judged, 2);
}

#[test]
fn a_real_status_callback_passes_and_a_changed_one_does_not() {
    let callback = vectors().status_callback;
    let validator = validator(&callback.auth_token);
    assert_eq!(sign(&callback.auth_token, &callback.url, &callback.params), callback.header);
    assert_eq!(
        validator.validate_form(&callback.url, form(&callback.params).as_bytes(), &callback.header).as_ref(),
        Ok(&callback.params)
    );
    for index in 0..callback.params.len() {
        let mut forged = callback.params.clone();
        forged[index].1.push('x');
        assert_eq!(
            validator.validate_form(&callback.url, form(&forged).as_bytes(), &callback.header),
            Err(SignatureError::Mismatch),
            "{}",
            forged[index].0
        );
    }
}

#[test]
fn a_shared_key_signs_with_sha256() {
    for vector in vectors().shared_key {
        assert_eq!(
            sign_with_shared_key(&vector.secret, &vector.url, &vector.params),
            vector.header,
            "{}",
            vector.name
        );
    }
}

const LONG_64: (usize, &str) = (64, "705lHeAUPMrJayxQwovla+1C8HE=");
const LONG_65: (usize, &str) = (65, "4H4qY3Rt/OaEifg9nbQKvJ6yFQE=");

/// RFC 2104: a key longer than HMAC-SHA1's block of 64 bytes is hashed, one of 64 isn't. Expected values from Python's
/// `hmac`.
#[test]
fn long_tokens_are_hashed_as_hmac_wants_it() {
    for (length, expected) in [LONG_64, LONG_65] {
        let token = SecretString::from("k".repeat(length));
        assert_eq!(sign::<&str, &str>(&token, "https://example.com/", &[]), expected, "{length}");
    }
}
