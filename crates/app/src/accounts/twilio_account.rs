//! A Twilio account: what signs its requests and its callbacks.

use secrecy::SecretString;
use twilio::{AccountSid, Auth, Credentials};
use url::Url;

/// A Twilio account as the application uses it.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// Base address of the REST API.
    pub base_url: Url,
    /// Base address of the Pricing API; the one that belongs to the REST API if there is none.
    pub pricing_base: Option<Url>,
    /// What signs the requests.
    pub credentials: Credentials,
    /// The account's auth token, which signs callbacks whatever signs requests. Without it no callback can be
    /// believed, and so none is asked for.
    pub auth_token: Option<SecretString>,
}

impl TwilioAccount {
    /// An account of these parts, at Twilio's own address unless another is given; `None` when nothing of them can sign.
    pub fn of(
        account_sid: AccountSid,
        auth_token: Option<SecretString>,
        api_key: Option<(String, SecretString)>,
        api_base: Option<&Url>,
    ) -> Option<Self> {
        // An API key can be revoked alone, so it signs requests where there is one.
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
