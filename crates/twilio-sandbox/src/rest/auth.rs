//! HTTP Basic authentication with the auth token or an API key.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;

use super::refusal::Refusal;
use crate::account::Account;
use crate::keys::Key;

/// Authenticated, for this account.
pub(crate) struct SignedIn;

/// Authenticated with the auth token, for this account.
pub(crate) struct SignedInAsOwner;

/// Authenticated, for a path without an account.
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
