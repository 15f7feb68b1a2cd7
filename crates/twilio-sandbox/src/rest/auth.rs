//! Who may use the API: HTTP Basic with the account's token or an API key.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::refusal::Refusal;
use crate::SandboxConfig;
use crate::account::Account;

/// The `Authorization` headers that are accepted, made once: every request is compared with them.
pub(crate) struct Keys {
    main: SecretString,
    standard: Option<SecretString>,
}

/// What a request signed in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The account's SID and auth token: may do everything.
    Main,
    /// A standard API key: may not read the account itself.
    Standard,
}

impl Keys {
    pub(crate) fn of(config: &SandboxConfig) -> Self {
        Self {
            main: credentials(&config.account_sid, &config.auth_token),
            standard: config.api_key.as_ref().map(|(sid, secret)| credentials(sid, secret)),
        }
    }

    /// What an `Authorization` header signs in as.
    fn check(&self, header: &[u8]) -> Option<Key> {
        let (scheme, given) = header.split_at_checked(b"Basic ".len())?;
        if !scheme.eq_ignore_ascii_case(b"Basic ") {
            return None;
        }
        let is = |key: &SecretString| bool::from(key.expose_secret().as_bytes().ct_eq(given));
        if is(&self.main) {
            Some(Key::Main)
        } else if self.standard.as_ref().is_some_and(is) {
            Some(Key::Standard)
        } else {
            None
        }
    }
}

fn credentials(user: &str, password: &SecretString) -> SecretString {
    SecretString::from(STANDARD.encode(format!("{user}:{}", password.expose_secret())))
}

/// A request that signed in and asks for this account.
pub(crate) struct SignedIn;

/// A request that signed in with the account's own token.
pub(crate) struct SignedInAsOwner;

/// A request that signed in, to a path that names no account.
pub(crate) struct SignedInAnywhere;

impl FromRequestParts<Arc<Account>> for SignedInAnywhere {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, account: &Arc<Account>) -> Result<Self, Refusal> {
        sign_in(parts, account).map(|_| Self)
    }
}

impl FromRequestParts<Arc<Account>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, account: &Arc<Account>) -> Result<Self, Refusal> {
        sign_in(parts, account)?;
        let path: Result<Path<HashMap<String, String>>, _> = Path::from_request_parts(parts, account).await;
        let asked = path.ok().and_then(|Path(mut path)| path.remove("account_sid"));
        if asked.as_deref() == Some(&account.config.account_sid) {
            Ok(Self)
        } else {
            Err(Refusal::NotFound { path: parts.uri.path().to_owned() })
        }
    }
}

impl FromRequestParts<Arc<Account>> for SignedInAsOwner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, account: &Arc<Account>) -> Result<Self, Refusal> {
        match sign_in(parts, account)? {
            Key::Main => Ok(Self),
            Key::Standard => Err(Refusal::NotAuthenticated),
        }
    }
}

fn sign_in(parts: &Parts, account: &Account) -> Result<Key, Refusal> {
    parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|header| account.keys.check(header.as_bytes()))
        .ok_or(Refusal::NotAuthenticated)
}
