//! Where Twilio reports to, and how its reports are believed.

use benspamsphones_core::CallStatus;
use secrecy::SecretString;
use twilio::signature::{EmptyAuthToken, SignatureError, Validator};
use url::Url;

use super::{About, App};
use crate::news;
use crate::store::StoreError;

/// Path of the callback route; the channel follows.
pub const PATH: &str = "/api/twilio_update/";

/// What the channel of a trial of the public address begins with, in the place of a call's.
pub(super) const PROBE: &str = "private-probe-";

/// What is answered to whoever isn't believed. A trial of the public address knows this program by it.
pub const NOT_SIGNED: &str = "This request is not signed by Twilio for this address";

/// What it takes to believe callbacks: the token that signs them.
pub(crate) struct Callbacks {
    validator: Validator,
    auth_token: SecretString,
}

/// The address that something was signed for, and its fields.
pub(super) type Believed = (String, Vec<(String, String)>);

/// Why something isn't believed that claims to be from Twilio.
#[derive(Debug, thiserror::Error)]
pub(super) enum Disbelief {
    /// No public address or no auth token: nothing that comes here can be believed.
    #[error("callbacks are not set up")]
    NotSetUp,
    /// Not signed by Twilio for an address of ours.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// Why a callback was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// No public address or no auth token: nothing that comes here can be believed.
    #[error("callbacks are not set up")]
    NotSetUp,
    /// Not signed by Twilio for this address.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Signed, and without `CallStatus`.
    #[error("Call status not specified")]
    NoStatus,
    /// Signed, and with a status that no call has.
    #[error("{0:?} is not the status of a call")]
    UnknownStatus(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a signed request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// News of a call, and the status that it told.
    Status(CallStatus),
    /// A trial of the public address, and what tells it from others.
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

    /// The signature that Twilio would send along.
    pub(crate) fn sign(&self, url: &str, form: &[(&str, &str)]) -> String {
        twilio::signature::sign(&self.auth_token, url, form)
    }
}

/// The address for one channel, as Twilio is given it and as Twilio signs it.
pub(crate) fn url_of(public_url: &Url, channel: &str) -> String {
    below(public_url, &format!("{PATH}{channel}"))
}

/// A path as Twilio reaches it.
pub(crate) fn below(public_url: &Url, path: &str) -> String {
    format!("{}{path}", public_url.as_str().trim_end_matches('/'))
}

impl App {
    /// The fields of a form, once it is sure that Twilio signed it for an address of ours, and that address; the address of
    /// now is tried first.
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

    /// Takes in a status callback, or a trial of the public address. Nothing of it is read before the signature is
    /// checked, against the addresses that Twilio was told and never one that the request claims.
    ///
    /// # Errors
    /// When it is not from Twilio, tells no status, or can't be written down.
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
