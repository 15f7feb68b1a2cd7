//! Webhook signatures: the `X-Twilio-Signature` header.
//!
//! The header is the base64 of an HMAC-SHA1, keyed with the account's auth token, over the URL and each parameter's
//! name and value, sorted; a repeated parameter counts each distinct value once. A JSON body isn't signed itself: the
//! signed URL contains its SHA-256 as `bodySHA256`. Source: Twilio's "Webhooks security" page and its Python and Node
//! libraries, whose known answers are in the tests.
//!
//! The URL must be the **configured public** one, byte for byte as Twilio got it. Never rebuild it from `Host` or
//! `X-Forwarded-*`, which the sender controls.
//!
//! A weakness of the scheme: names and values are joined without a separator, so anyone who has seen a signed request
//! can move the border between a name and its value. Use only parameters with names you know.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Header name in lower case, as HTTP libraries write it.
pub const HEADER: &str = "x-twilio-signature";

/// Why a webhook isn't trusted. Don't tell the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header is empty or isn't the base64 of 20 bytes.
    #[error("the signature is missing or malformed")]
    Malformed,
    /// Signed with another token, URL or parameters.
    #[error("the signature does not match the request")]
    Mismatch,
    /// The URL of a JSON request has no `bodySHA256`.
    #[error("the URL carries no hash of the body")]
    NoBodyHash,
    /// The body doesn't match the signed hash.
    #[error("the body does not match its signed hash")]
    BodyMismatch,
}

/// The auth token is empty: anyone could sign with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the auth token is empty")]
pub struct EmptyAuthToken;

/// Signs a request like Twilio: returns the header for a form with these decoded parameters. A JSON request has none,
/// and its body's hash in the URL.
#[must_use]
pub fn sign<N: AsRef<str>, V: AsRef<str>>(auth_token: &SecretString, url: &str, params: &[(N, V)]) -> String {
    encoded(keyed::<Sha1>(auth_token), url, params)
}

/// Signs with a shared key (HMAC-SHA256, a beta of Twilio's) instead of the auth token.
#[must_use]
pub fn sign_with_shared_key<N: AsRef<str>, V: AsRef<str>>(
    secret: &SecretString,
    url: &str,
    params: &[(N, V)],
) -> String {
    encoded(keyed::<Sha256>(secret), url, params)
}

/// Checks signatures of one auth token. Prepares the key once, so a check costs only the request's own bytes.
#[derive(Clone)]
pub struct Validator {
    keyed: Hmac<Sha1>,
}

impl Validator {
    /// Prepares the key.
    ///
    /// # Errors
    /// If the token is empty: every forgery would pass.
    pub fn new(auth_token: &SecretString) -> Result<Self, EmptyAuthToken> {
        if auth_token.expose_secret().is_empty() {
            return Err(EmptyAuthToken);
        }
        Ok(Self { keyed: keyed(auth_token) })
    }

    /// Checks a form request and returns its parameters in the body's order.
    ///
    /// # Errors
    /// If the signature doesn't match `url` and the body's parameters. Then nothing of the body is returned.
    pub fn validate_form(
        &self,
        url: &str,
        raw_form_body: &[u8],
        header: &str,
    ) -> Result<Vec<(String, String)>, SignatureError> {
        let params: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(raw_form_body).collect();
        self.check(url, &sorted(&params), header)?;
        Ok(params.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Checks a request whose body isn't a form: the signature of the URL, then the body's hash against `bodySHA256`.
    ///
    /// # Errors
    /// If the signature doesn't match `url`, or the body doesn't match its hash.
    pub fn validate_json(&self, url: &str, raw_body: &[u8], header: &str) -> Result<(), SignatureError> {
        self.check(url, &[], header)?;
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let (_, signed_hash) = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "bodySHA256")
            .ok_or(SignatureError::NoBodyHash)?;
        // No constant time needed: the sender knows both sides.
        if hex::encode(Sha256::digest(raw_body)).eq_ignore_ascii_case(&signed_hash) {
            Ok(())
        } else {
            Err(SignatureError::BodyMismatch)
        }
    }

    /// Accepts the URL with and without its port: Twilio may sign either, whichever was configured.
    fn check(&self, url: &str, params: &[(&str, &str)], header: &str) -> Result<(), SignatureError> {
        let mut signature = [0; 20];
        // `decode_slice` also needs room for the padding, so a little more than 20 bytes.
        let mut room = [0; 24];
        match STANDARD.decode_slice(header, &mut room) {
            Ok(length) if length == signature.len() => signature.copy_from_slice(&room[..length]),
            Ok(_) | Err(_) => return Err(SignatureError::Malformed),
        }
        let passes = |url: [&str; 3]| {
            let mut mac = self.keyed.clone();
            feed(&mut mac, &url, params);
            // In constant time.
            mac.verify_slice(&signature).is_ok()
        };
        if passes([url, "", ""]) || passes(with_port_toggled(url)) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

impl std::fmt::Debug for Validator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Validator").finish_non_exhaustive()
    }
}

/// Pads or hashes the key to one block, as HMAC itself does (RFC 2104), so that no key length can be rejected.
fn keyed<D>(key: &SecretString) -> Hmac<D>
where
    D: EagerHash + Digest,
    Hmac<D>: KeyInit,
{
    let key = key.expose_secret().as_bytes();
    let mut block = hmac::digest::Key::<Hmac<D>>::default();
    if key.len() <= block.len() {
        block[..key.len()].copy_from_slice(key);
    } else {
        let hash = D::digest(key);
        block[..hash.len()].copy_from_slice(&hash);
    }
    Hmac::new(&block)
}

fn encoded<M: Mac, N: AsRef<str>, V: AsRef<str>>(mut mac: M, url: &str, params: &[(N, V)]) -> String {
    feed(&mut mac, &[url], &sorted(params));
    STANDARD.encode(mac.finalize().into_bytes())
}

/// By name, then value, without duplicates. UTF-8 bytes sort like code points.
fn sorted<N: AsRef<str>, V: AsRef<str>>(params: &[(N, V)]) -> Vec<(&str, &str)> {
    let mut sorted: Vec<_> = params.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

fn feed(mac: &mut impl Mac, url: &[&str], params: &[(&str, &str)]) {
    for part in url {
        mac.update(part.as_bytes());
    }
    for (name, value) in params {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
}

/// Removes the URL's port or adds its scheme's default; returns three parts to concatenate. A URL parser might change
/// other bytes.
fn with_port_toggled(url: &str) -> [&str; 3] {
    let Some((scheme, rest)) = url.split_once("://") else { return [url, "", ""] };
    let rest_start = url.len() - rest.len();
    let authority_end = rest_start + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &url[rest_start..authority_end];
    let host_start = rest_start + authority.rfind('@').map_or(0, |at| at + 1);
    let host = &url[host_start..authority_end];
    // Colons inside an IPv6 address's brackets don't begin a port.
    let name_length = host.rfind(']').map_or(0, |bracket| bracket + 1);
    match host[name_length..].find(':') {
        Some(colon) => [&url[..host_start + name_length + colon], "", &url[authority_end..]],
        None => {
            let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
            [&url[..authority_end], port, &url[authority_end..]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_taken_away_or_put_in() {
        for (url, toggled) in [
            ("https://example.com/a?b=:1@c", "https://example.com:443/a?b=:1@c"),
            ("http://example.com", "http://example.com:80"),
            ("http://example.com?x", "http://example.com:80?x"),
            ("https://example.com:8443/a", "https://example.com/a"),
            ("https://user:p@ss@example.com/a", "https://user:p@ss@example.com:443/a"),
            ("https://user:pass@example.com:1/a", "https://user:pass@example.com/a"),
            ("http://[::1]/a", "http://[::1]:80/a"),
            ("http://[::1]:9/a", "http://[::1]/a"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(with_port_toggled(url).concat(), toggled);
        }
    }

    #[test]
    fn an_empty_token_checks_nothing_and_debug_shows_no_key() {
        assert_eq!(Validator::new(&SecretString::from("")).err(), Some(EmptyAuthToken));
        let validator = Validator::new(&SecretString::from("12345")).expect("a token");
        assert_eq!(format!("{validator:?}"), "Validator { .. }");
    }
}
