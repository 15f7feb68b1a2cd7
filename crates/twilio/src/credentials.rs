//! How requests authenticate.

use secrecy::SecretString;

use crate::AccountSid;

/// An account and a credential for it.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account to act for. Part of every path.
    pub account_sid: AccountSid,
    /// Sent as HTTP Basic authentication.
    pub auth: Auth,
}

/// Kinds of credentials. Webhooks are always signed with the account's auth token.
#[derive(Debug, Clone)]
pub enum Auth {
    /// The account's auth token: full rights, and the key for webhook signatures.
    AuthToken(SecretString),
    /// An API key, which Twilio recommends because it can be revoked separately. A standard key can't read the account
    /// itself.
    ApiKey {
        /// Key SID, `SK…`.
        sid: String,
        /// Key secret, which Twilio shows only once.
        secret: SecretString,
    },
}

impl Credentials {
    #[cfg(feature = "client")]
    pub(crate) fn basic(&self) -> (&str, &SecretString) {
        match &self.auth {
            Auth::AuthToken(token) => (self.account_sid.as_str(), token),
            Auth::ApiKey { sid, secret } => (sid, secret),
        }
    }
}
