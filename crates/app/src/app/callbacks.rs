//! Twilio's status callbacks, and how they are verified.

use benspamsphones_core::CallStatus;
use secrecy::SecretString;
use twilio::signature::{EmptyAuthToken, SignatureError, Validator};
use url::Url;

use super::{About, App};
use crate::news;
use crate::store::StoreError;

/// Path of the callback route; the channel follows.
pub const PATH: &str = "/api/twilio_update/";

pub(super) const PROBE: &str = "private-probe-";

/// The response to an unverified request; the test of the public address recognizes this program by it.
pub const NOT_SIGNED: &str = "This request is not signed by Twilio for this address";

pub(crate) struct Callbacks {
    validator: Validator,
    auth_token: SecretString,
}

/// The signed URL, and the form fields.
pub(super) type Believed = (String, Vec<(String, String)>);

#[derive(Debug, thiserror::Error)]
pub(super) enum Disbelief {
    /// No public address or no auth token.
    #[error("callbacks are not set up")]
    NotSetUp,
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// Why a callback was rejected.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// There is no public address or no auth token, so nothing can be verified.
    #[error("callbacks are not set up")]
    NotSetUp,
    /// Twilio did not sign it for this address.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signed request has no `CallStatus`.
    #[error("Call status not specified")]
    NoStatus,
    /// The signed request has an unknown call status.
    #[error("{0:?} is not the status of a call")]
    UnknownStatus(String),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a signed request contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A call's status.
    Status(CallStatus),
    /// A test of the public address, with its nonce.
    Probe(String),
}

impl From<Disbelief> for CallbackError {
    fn from(disbelief: Disbelief) -> Self {
        match disbelief {
            Disbelief::NotSetUp => Self::NotSetUp,
            Disbelief::Signature(error) => Self::Signature(error),
        }
    }
}

impl Callbacks {
    pub(crate) fn new(auth_token: &SecretString) -> Result<Self, EmptyAuthToken> {
        Ok(Self { validator: Validator::new(auth_token)?, auth_token: auth_token.clone() })
    }

    pub(crate) fn sign(&self, url: &str, form: &[(&str, &str)]) -> String {
        twilio::signature::sign(&self.auth_token, url, form)
    }
}

pub(crate) fn url_of(public_url: &Url, channel: &str) -> String {
    below(public_url, &format!("{PATH}{channel}"))
}

pub(crate) fn below(public_url: &Url, path: &str) -> String {
    format!("{}{path}", public_url.as_str().trim_end_matches('/'))
}

impl App {
    /// Tries our current public address first, then the earlier ones.
    pub(super) fn believe(
        &self,
        address: impl Fn(&Url) -> String,
        body: &[u8],
        signature: &str,
    ) -> Result<Believed, Disbelief> {
        let callbacks = self.inner.callbacks.as_ref().ok_or(Disbelief::NotSetUp)?;
        let validate = |public_url: &Url| -> Result<Believed, SignatureError> {
            let url = address(public_url);
            let fields = callbacks.validator.validate_form(&url, body, signature)?;
            Ok((url, fields))
        };
        let addresses = self.inner.addresses.all();
        let (now, earlier) = addresses.split_first().ok_or(Disbelief::NotSetUp)?;
        let believed =
            validate(now).or_else(|error| earlier.iter().find_map(|url| validate(url).ok()).ok_or(error));
        Ok(believed?)
    }

    /// Handles a status callback, or a test of the public address. Reads nothing before the signature is verified
    /// against our own addresses; an address that the request claims is ignored.
    ///
    /// # Errors
    /// When Twilio did not sign it, it has no known status, or it can't be saved.
    pub async fn take_callback(
        &self,
        channel: &str,
        body: &[u8],
        signature: &str,
    ) -> Result<Taken, CallbackError> {
        let (_, fields) = self.believe(|public_url| url_of(public_url, channel), body, signature)?;
        if let Some(nonce) = channel.strip_prefix(PROBE) {
            return Ok(Taken::Probe(nonce.to_owned()));
        }
        let Some(news) = news::from_callback(&fields, self.now()) else {
            let told = fields.into_iter().find(|(name, _)| name == "CallStatus");
            return Err(
                told.map_or(CallbackError::NoStatus, |(_, value)| CallbackError::UnknownStatus(value))
            );
        };
        let status = news.status;
        if self.observe(About::Channel(channel.to_owned()), news).await?.is_none() {
            tracing::info!("a signed callback came for a call that was not placed here");
        }
        Ok(Taken::Status(status))
    }
}
