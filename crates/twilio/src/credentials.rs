//! What signs a request in.

use secrecy::SecretString;

use crate::AccountSid;

/// An account and the right to act for it.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account whose calls are placed and read. It is part of every path.
    pub account_sid: AccountSid,
    /// What is sent as HTTP Basic authentication.
    pub auth: Auth,
}

/// The two ways to sign in. Webhooks are signed with the account's auth token, whichever is used here.
#[derive(Debug, Clone)]
pub enum Auth {
    /// The account's own auth token: full rights, and the key of the webhook signatures.
    AuthToken(SecretString),
    /// An API key, which Twilio recommends: it can be revoked alone. A standard key can't read the account itself.
    ApiKey {
        /// The key's identifier, `SK…`.
        sid: String,
        /// The key's secret, shown once when the key was made.
        secret: SecretString,
    },
}

impl Credentials {
    /// User and password of the Basic scheme.
    #[cfg(feature = "client")]
    pub(crate) fn basic(&self) -> (&str, &SecretString) {
        match &self.auth {
            Auth::AuthToken(token) => (self.account_sid.as_str(), token),
            Auth::ApiKey { sid, secret } => (sid, secret),
        }
    }
}
