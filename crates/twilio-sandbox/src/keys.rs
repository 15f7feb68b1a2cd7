//! Credentials of requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::config::SandboxConfig;

pub(crate) struct Keys {
    main: SecretString,
    standard: Option<SecretString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Account SID and auth token: may do everything.
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

    pub(crate) fn check(&self, header: &[u8]) -> Option<Key> {
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
