//! The signature of a webhook: a signed body is read whole and in order, and nothing else is read at all.
//!
//! The input is four lines: auth token, URL, header, body. The body may hold further line ends.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use secrecy::SecretString;
use twilio::signature::{SignatureError, Validator, sign};

fuzz_target!(|input: &[u8]| -> Corpus {
    let mut parts = input.splitn(4, |byte| *byte == b'\n');
    let mut text = || parts.next().and_then(|part| str::from_utf8(part).ok());
    let (Some(token), Some(url), Some(forged)) = (text(), text(), text()) else { return Corpus::Reject };
    let Some(body) = parts.next() else { return Corpus::Reject };
    let token_text = token;
    let token = SecretString::from(token);
    let Ok(validator) = Validator::new(&token) else {
        assert!(token_text.is_empty(), "only an empty token is refused");
        return Corpus::Keep;
    };
    let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let signature = sign(&token, url, &fields);

    assert_eq!(
        validator.validate_form(url, body, &signature),
        Ok(fields.clone()),
        "what Twilio signs is read"
    );

    // The scheme written differently: everything joined, sorted and without repetitions, signed as one text.
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    sorted.dedup();
    let joined = sorted.iter().fold(url.to_owned(), |joined, (name, value)| joined + name + value);
    assert_eq!(sign::<&str, &str>(&token, &joined, &[]), signature, "the documented way to sign");
    let reversed: Vec<_> = fields.iter().rev().chain(&fields).collect();
    let reversed: Vec<(&str, &str)> = reversed.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(sign(&token, url, &reversed), signature, "neither order nor repetition is signed");

    // A forged signature passes only if it is what Twilio would have sent, for the URL with or without its port.
    let passes = validator.validate_form(url, body, forged).is_ok();
    assert_eq!(passes, forged == signature || is_of_other_port(&token, url, &fields, forged));

    // A signature with one bit changed, of another token, of another address, or of one more field.
    let mut off = signature.clone().into_bytes();
    off[0] = if off[0] == b'A' { b'B' } else { b'A' };
    let off = String::from_utf8(off).expect("base64");
    let others = [
        (url.to_owned(), body.to_vec(), off),
        (url.to_owned(), body.to_vec(), sign(&SecretString::from(format!("{token_text}x")), url, &fields)),
        (format!("{url}x"), body.to_vec(), signature.clone()),
        (url.to_owned(), [body, b"&x=y"].concat(), signature.clone()),
    ];
    for (at, (url, body, header)) in others.into_iter().enumerate() {
        // That field, or that letter at the end of a port, may have been there already: then the signed text is the
        // same.
        let same = match at {
            2 => is_of_other_port(&token, &url, &fields, &header),
            3 => fields.iter().any(|(name, value)| name == "x" && value == "y"),
            _ => false,
        };
        let answer = validator.validate_form(&url, &body, &header);
        assert_eq!(answer.is_err(), !same, "{at}: {answer:?}");
        assert!(same || answer == Err(SignatureError::Mismatch));
    }
    Corpus::Keep
});

/// Whether this is the signature of the same URL with its scheme's default port added or removed.
fn is_of_other_port(token: &SecretString, url: &str, fields: &[(String, String)], header: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let after_brackets = host.rsplit_once(']').map_or(host, |(_, after)| after);
    let other = match after_brackets.split_once(':') {
        Some((_, port)) => format!("{scheme}://{}{path}", &authority[..authority.len() - port.len() - 1]),
        None if scheme.eq_ignore_ascii_case("https") => format!("{scheme}://{authority}:443{path}"),
        None => format!("{scheme}://{authority}:80{path}"),
    };
    sign(token, &other, fields) == header
}
