//! What a keyring entry holds: the parts of a connection as JSON.

use benspamsphones_app::accounts::{PusherKeys, TwilioAccount};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use twilio::AccountSid;
use url::Url;

use super::keyring::Secret;

/// A Twilio account: the SID with the auth token, with an API key, or with both.
#[derive(Debug, Clone)]
pub struct TwilioKeys {
    account_sid: AccountSid,
    auth_token: Option<SecretString>,
    api_key: Option<(String, SecretString)>,
}

/// Why the input is not a valid account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// Not an account SID.
    #[error("An account SID is AC and 32 hexadecimal digits.")]
    Sid,
    /// Only one of an API key's SID and secret.
    #[error("An API key needs both its SID and its secret.")]
    HalfAKey,
    /// Not an API key SID.
    #[error("An API key SID is SK and 32 hexadecimal digits.")]
    KeySid,
    /// Neither auth token nor API key.
    #[error("Enter the auth token, or an API key and its secret, or all three.")]
    Nothing,
}

impl TwilioKeys {
    /// Checks the parts; empty ones count as missing.
    ///
    /// # Errors
    /// When they aren't a valid account.
    pub fn new(
        account_sid: &str,
        auth_token: Option<SecretString>,
        api_key: Option<String>,
        api_secret: Option<SecretString>,
    ) -> Result<Self, BadKeys> {
        let given = |secret: Option<SecretString>| secret.filter(|secret| !secret.expose_secret().is_empty());
        let account_sid = AccountSid::parse(account_sid.trim()).map_err(|_| BadKeys::Sid)?;
        let key = api_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        let api_key = match (key, given(api_secret)) {
            (None, None) => None,
            (Some(key), Some(secret)) => Some((key, secret)),
            (Some(_), None) | (None, Some(_)) => return Err(BadKeys::HalfAKey),
        };
        let is_key = |key: &str| {
            key.strip_prefix("SK")
                .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        if api_key.as_ref().is_some_and(|(key, _)| !is_key(key)) {
            return Err(BadKeys::KeySid);
        }
        let auth_token = given(auth_token);
        if auth_token.is_none() && api_key.is_none() {
            return Err(BadKeys::Nothing);
        }
        Ok(Self { account_sid, auth_token, api_key })
    }

    /// The account, at Twilio's API unless `api_base` is given. Never `None` for keys that [`Self::new`] accepted.
    pub fn account(&self, api_base: Option<&Url>) -> Option<TwilioAccount> {
        let sid = self.account_sid.clone();
        TwilioAccount::of(sid, self.auth_token.clone(), self.api_key.clone(), api_base)
    }
}

/// The token of an ngrok account.
#[derive(Debug, Clone)]
pub struct NgrokToken(SecretString);

/// The input can't be a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("An ngrok authtoken contains letters, digits and underscores. Copy it from ngrok's dashboard.")]
pub struct BadToken;

impl NgrokToken {
    /// In characters; longer than any token.
    const LONGEST: usize = 200;

    /// Checks the token's form.
    ///
    /// # Errors
    /// When it can't be a token.
    pub fn new(token: &SecretString) -> Result<Self, BadToken> {
        let token = token.expose_secret().trim();
        let sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
        if token.is_empty() || token.len() > Self::LONGEST || !token.chars().all(sign) {
            return Err(BadToken);
        }
        Ok(Self(token.into()))
    }

    /// The token as it is sent to ngrok.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// The entry as it is written, used only between the keyring and the secret types.
#[derive(Serialize, Deserialize)]
struct TwilioEntry {
    account_sid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_secret: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PusherEntry {
    app_id: String,
    key: String,
    secret: String,
    cluster: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct NgrokEntry {
    authtoken: String,
}

pub(super) fn read_ngrok(entry: &[u8]) -> Option<NgrokToken> {
    let NgrokEntry { authtoken } = serde_json::from_slice(entry).ok()?;
    NgrokToken::new(&authtoken.into()).ok()
}

pub(super) fn write_ngrok(token: &NgrokToken) -> Secret {
    let entry = NgrokEntry { authtoken: token.secret().expose_secret().to_owned() };
    Secret::new(serde_json::to_vec(&entry).unwrap_or_default())
}

pub(super) fn read_twilio(entry: &[u8]) -> Option<TwilioKeys> {
    let entry: TwilioEntry = serde_json::from_slice(entry).ok()?;
    let [auth_token, api_secret] = [entry.auth_token, entry.api_secret].map(|secret| secret.map(Into::into));
    TwilioKeys::new(&entry.account_sid, auth_token, entry.api_key, api_secret).ok()
}

pub(super) fn write_twilio(keys: &TwilioKeys) -> Secret {
    let exposed = |secret: &SecretString| secret.expose_secret().to_owned();
    let entry = TwilioEntry {
        account_sid: keys.account_sid.to_string(),
        auth_token: keys.auth_token.as_ref().map(exposed),
        api_key: keys.api_key.as_ref().map(|(key, _)| key.clone()),
        api_secret: keys.api_key.as_ref().map(|(_, secret)| exposed(secret)),
    };
    Secret::new(serde_json::to_vec(&entry).unwrap_or_default())
}

pub(super) fn read_pusher(entry: &[u8]) -> Option<PusherKeys> {
    let PusherEntry { app_id, key, secret, cluster, host } = serde_json::from_slice(entry).ok()?;
    PusherKeys::new(&app_id, &key, secret.into(), &cluster, host.as_deref()).ok()
}

pub(super) fn write_pusher(keys: &PusherKeys) -> Secret {
    let entry = PusherEntry {
        app_id: keys.app_id.clone(),
        key: keys.key.clone(),
        secret: keys.secret.expose_secret().to_owned(),
        cluster: keys.cluster.clone(),
        host: keys.host.as_ref().map(ToString::to_string),
    };
    Secret::new(serde_json::to_vec(&entry).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SID: &str = "AC00000000000000000000000000000001";
    const KEY: &str = "SK00000000000000000000000000000002";

    fn keys(token: &str, key: &str, secret: &str) -> Result<TwilioKeys, BadKeys> {
        TwilioKeys::new(SID, Some(token.into()), Some(key.into()), Some(secret.into()))
    }

    #[test]
    fn an_account_is_a_sid_and_something_that_signs() {
        assert_eq!(keys("", "", "").unwrap_err(), BadKeys::Nothing);
        assert_eq!(keys("token", KEY, "").unwrap_err(), BadKeys::HalfAKey);
        assert_eq!(keys("", "", "secret").unwrap_err(), BadKeys::HalfAKey);
        assert_eq!(keys("", "SKshort", "secret").unwrap_err(), BadKeys::KeySid);
        let nobody = TwilioKeys::new("AC1", Some("token".into()), None, None);
        assert_eq!(nobody.unwrap_err(), BadKeys::Sid);
        let both = keys("token", KEY, "secret").unwrap().account(None).unwrap();
        assert!(matches!(both.credentials.auth, twilio::Auth::ApiKey { .. }), "a key can be revoked alone");
        assert!(both.auth_token.is_some(), "callbacks are signed by the token");
    }

    #[test]
    fn what_is_written_is_read_again_and_debug_tells_no_secret() {
        let kept = keys("hush-token", KEY, "hush-secret").unwrap();
        let read = read_twilio(&write_twilio(&kept)).unwrap();
        assert_eq!(write_twilio(&read), write_twilio(&kept));
        assert!(!format!("{read:?}").contains("hush"), "{read:?}");
        assert!(read_twilio(b"{}").is_none());

        let token = NgrokToken::new(&" 2hush_Token\n".into()).unwrap();
        let read = read_ngrok(&write_ngrok(&token)).unwrap();
        assert_eq!(read.secret().expose_secret(), "2hush_Token");
        assert!(!format!("{read:?}").contains("hush"), "{read:?}");
        for bad in ["", "two words", "ngrok config add-authtoken 2hush", "tökn"] {
            assert_eq!(NgrokToken::new(&bad.into()).unwrap_err(), BadToken, "{bad:?}");
        }
    }
}
