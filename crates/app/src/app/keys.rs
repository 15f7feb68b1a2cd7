//! Pressed keys, as Twilio reports them: 9 opts out, another one confirms.

use benspamsphones_core::{Call, Keys, keys};
use rusqlite::Connection;
use twilio::signature::SignatureError;

use super::acknowledge::{Pressed, PressedKey};
use super::callbacks::{Disbelief, below};
use super::{About, App};
use crate::news;
use crate::store::StoreError;
use crate::store::call_rows::{self, Key};

/// Path of the route for pressed keys; the channel follows.
pub const PATH: &str = "/api/twilio_gather/";

/// Why a pressed key was rejected.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no public address or no auth token, so nothing can be verified.
    #[error("keys are not set up")]
    NotSetUp,
    /// Twilio did not sign it for this address.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl From<Disbelief> for KeyError {
    fn from(disbelief: Disbelief) -> Self {
        match disbelief {
            Disbelief::NotSetUp => Self::NotSetUp,
            Disbelief::Signature(error) => Self::Signature(error),
        }
    }
}

/// The channel's call, unless a request about another one claims to be about it.
pub(super) fn call_of(
    connection: &Connection,
    channel: &str,
    sid: Option<&str>,
) -> Result<Option<Call>, StoreError> {
    let call = call_rows::find(connection, &Key::Channel(channel))?;
    Ok(call.filter(|call| call.sid.is_none() || call.sid.as_deref() == sid))
}

impl App {
    /// Where Twilio posts the keys; `None` if it can't reach us.
    pub(crate) fn key_url(&self, channel: &str) -> Option<String> {
        let public_url = self.public_url().filter(|_| self.has_public_address())?;
        Some(below(&public_url, &format!("{PATH}{channel}"))).filter(|url| keys::takes(url))
    }

    /// Handles a key pressed by the person called, and returns the TwiML to continue with. Reads nothing before the
    /// signature is verified against our own addresses.
    ///
    /// 9 blocks the number that was dialed, as saved in the history, not as the request claims.
    ///
    /// # Errors
    /// When Twilio did not sign it.
    pub async fn take_key(&self, channel: &str, body: &[u8], signature: &str) -> Result<String, KeyError> {
        let path = format!("{PATH}{channel}");
        let (action, fields) = self.believe(|public_url| below(public_url, &path), body, signature)?;
        let (app, channel) = (self.clone(), channel.to_owned());
        // In its own task: a key takes effect even if the connection breaks.
        let taking =
            self.inner.tasks.spawn(async move { app.take_believed_key(channel, &action, &fields).await });
        Ok(taking.await.unwrap_or_else(|_| Keys::default().goodbye()))
    }

    async fn take_believed_key(&self, channel: String, action: &str, fields: &[(String, String)]) -> String {
        let field = |name: &str| {
            let mut values = fields.iter().filter(|(field, _)| field == name);
            values.next().map(|(_, value)| value.clone())
        };
        // A pressed key means the call was answered, which may not have been reported yet.
        if let Some(news) = news::from_callback(fields, self.now())
            && let Err(error) = self.observe(About::Channel(channel.clone()), news).await
        {
            tracing::error!(%error, "an update could not be saved");
        }
        let (sid, digits) = (field("CallSid"), field("Digits").unwrap_or_default());
        if digits == keys::OPT_OUT {
            return match self.opt_out(channel.clone(), sid.clone()).await {
                Ok(Some(call)) => self.keys_of(&call).opted_out(),
                Ok(None) => not_placed_here(),
                Err(error) => {
                    // Confirm an opt-out only once it is saved; they may press again.
                    tracing::error!(%error, "a pressed key could not be saved");
                    self.write_opt_out_later(channel, sid).await;
                    Keys::default().once_more(action)
                }
            };
        }
        let key = PressedKey { channel, sid, digits, at: self.now() };
        match self.acknowledge(key).await {
            Ok(Some(Pressed::Confirmed(call))) => self.keys_of(&call).acknowledged(),
            Ok(Some(Pressed::ByMachine(call))) => self.keys_of(&call).goodbye(),
            Ok(Some(Pressed::NotAskedFor(call))) => self.keys_of(&call).once_more(action),
            Ok(None) => not_placed_here(),
            Err(error) => {
                // As with 9: only what is saved is confirmed to them.
                tracing::error!(%error, "a pressed key could not be saved");
                Keys::default().once_more(action)
            }
        }
    }

    /// The default if the protocol is gone.
    fn keys_of(&self, call: &Call) -> Keys {
        let protocol = self.protocol(call.protocol.as_str()).ok();
        let keys = protocol.and_then(|protocol| protocol.keys).unwrap_or_default();
        keys.of_call(call.acknowledge_key)
    }
}

fn not_placed_here() -> String {
    tracing::warn!("a signed key came for a call that was not placed here");
    Keys::default().goodbye()
}
