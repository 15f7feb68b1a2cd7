//! A Twilio account: what signs its requests and callbacks.

use secrecy::SecretString;
use twilio::{AccountSid, Auth, Credentials};
use url::Url;

/// A Twilio account.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// Base address of the REST API.
    pub base_url: Url,
    /// Base address of the Pricing API; `None` for the one that belongs to the REST API.
    pub pricing_base: Option<Url>,
    /// What signs the requests.
    pub credentials: Credentials,
    /// The account's auth token, which signs callbacks even when an API key signs requests. Without it no callback can
    /// be verified, so none is requested.
    pub auth_token: Option<SecretString>,
}

impl TwilioAccount {
    /// An account at `base_url`, or at Twilio's own address. `None` without anything that can sign.
    pub fn of(
        account_sid: AccountSid,
        auth_token: Option<SecretString>,
        api_key: Option<(String, SecretString)>,
        api_base: Option<&Url>,
    ) -> Option<Self> {
        // Prefer the API key: it can be revoked separately.
        let auth = match (api_key, &auth_token) {
            (Some((sid, secret)), _) => Auth::ApiKey { sid, secret },
            (None, Some(token)) => Auth::AuthToken(token.clone()),
            (None, None) => return None,
        };
        let base_url = api_base.cloned().or_else(|| Url::parse(twilio::DEFAULT_BASE_URL).ok())?;
        Some(Self {
            base_url,
            pricing_base: None,
            credentials: Credentials { account_sid, auth },
            auth_token,
        })
    }
}
