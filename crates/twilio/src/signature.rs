//! Webhook signatures: the `X-Twilio-Signature` header.
//!
//! The header is the base64 of an HMAC-SHA1, keyed with the account's auth token, over the URL and then, sorted, each
//! parameter's name directly followed by its value; a repeated parameter counts each distinct value once. A JSON body
//! isn't signed itself: the signed URL carries its SHA-256 as `bodySHA256`. Source: Twilio's "Webhooks security" page
//! and its Python and Node libraries, whose known answers the tests hold.
//!
//! The URL must be the **configured public** one, byte for byte as Twilio was given it. Never rebuild it from `Host` or
//! `X-Forwarded-*`, which the sender chooses.
//!
//! What the scheme doesn't protect: names and values are joined without a mark between them, so who has seen one
//! signed request could move the border between a name and its value. Take only parameters whose names you know.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The header's name, as HTTP libraries write it.
pub const HEADER: &str = "x-twilio-signature";

/// Why a webhook isn't trusted. Tell the sender none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header isn't the base64 of 20 bytes, or is empty.
    #[error("the signature is missing or malformed")]
    Malformed,
    /// The signature is not that of this request: another token, URL or parameter.
    #[error("the signature does not match the request")]
    Mismatch,
    /// The URL of a JSON request has no `bodySHA256`.
    #[error("the URL carries no hash of the body")]
    NoBodyHash,
    /// The body is not the one whose hash was signed.
    #[error("the body does not match its signed hash")]
    BodyMismatch,
}

/// The auth token is empty: anyone could sign with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the auth token is empty")]
pub struct EmptyAuthToken;

/// Signs a request as Twilio does: the header's value for a form with these parameters, already decoded. A JSON
/// request has none, and its body's hash in the URL.
#[must_use]
pub fn sign<N: AsRef<str>, V: AsRef<str>>(auth_token: &SecretString, url: &str, params: &[(N, V)]) -> String {
    encoded(keyed::<Sha1>(auth_token), url, params)
}

/// Signs with a shared key (HMAC-SHA256, a beta of Twilio's) where [`sign`] uses the auth token.
#[must_use]
pub fn sign_with_shared_key<N: AsRef<str>, V: AsRef<str>>(
    secret: &SecretString,
    url: &str,
    params: &[(N, V)],
) -> String {
    encoded(keyed::<Sha256>(secret), url, params)
}

/// Checks signatures made with one auth token. The key is prepared once, so that a check costs only the request's own bytes.
#[derive(Clone)]
pub struct Validator {
    keyed: Hmac<Sha1>,
}

impl Validator {
    /// Prepares the key.
    ///
    /// # Errors
    /// When the token is empty: with it every forgery would pass.
    pub fn new(auth_token: &SecretString) -> Result<Self, EmptyAuthToken> {
        if auth_token.expose_secret().is_empty() {
            return Err(EmptyAuthToken);
        }
        Ok(Self { keyed: keyed(auth_token) })
    }

    /// Checks a form request and gives its parameters, in the order of the body.
    ///
    /// # Errors
    /// When the signature isn't that of `url` and the body's parameters. Nothing of the body comes out then.
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

    /// Checks a request whose body isn't a form: the signature of the URL, then the body against the URL's `bodySHA256`.
    ///
    /// # Errors
    /// When the signature isn't that of `url`, or the body isn't the one that was signed.
    pub fn validate_json(&self, url: &str, raw_body: &[u8], header: &str) -> Result<(), SignatureError> {
        self.check(url, &[], header)?;
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let (_, signed_hash) = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "bodySHA256")
            .ok_or(SignatureError::NoBodyHash)?;
        // An ordinary comparison: both sides are known to the sender, so its time betrays nothing.
        if hex::encode(Sha256::digest(raw_body)).eq_ignore_ascii_case(&signed_hash) {
            Ok(())
        } else {
            Err(SignatureError::BodyMismatch)
        }
    }

    /// Twilio signs the URL with or without its port, whichever of the two was configured: either will do.
    fn check(&self, url: &str, params: &[(&str, &str)], header: &str) -> Result<(), SignatureError> {
        let mut signature = [0; 20];
        // `decode_slice` wants room for the padding's worth of bytes too, so decode into a little more than 20.
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

/// An HMAC with its key. Padding or hashing the key to one block is what HMAC does itself (RFC 2104); done here, no
/// length is left that could be refused.
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

/// Sorted by name and then by value, without repetitions. The order of UTF-8's bytes is that of the code points.
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

/// The same URL without its port, or with its scheme's, in three parts to be read one after the other. Everything else
/// stays byte for byte, which a URL parser wouldn't grant.
fn with_port_toggled(url: &str) -> [&str; 3] {
    let Some((scheme, rest)) = url.split_once("://") else { return [url, "", ""] };
    let rest_start = url.len() - rest.len();
    let authority_end = rest_start + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &url[rest_start..authority_end];
    let host_start = rest_start + authority.rfind('@').map_or(0, |at| at + 1);
    let host = &url[host_start..authority_end];
    // The colons inside the brackets of an IPv6 address aren't a port's.
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
