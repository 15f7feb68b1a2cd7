//! Pressed keys: anyone who presses 9 is never called again, from that moment on.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_core::{Call, EventKind, OptOut, PhoneNumber, Source, opt_out};
use parking_lot::{Mutex, MutexGuard};
use twilio::signature::SignatureError;

use super::callbacks::{Disbelief, below};
use super::{About, App};
use crate::live::Change;
use crate::news;
use crate::store::call_rows::{self, Key};
use crate::store::{StoreError, blocked_rows, consent_rows};

/// Path of the route for pressed keys; the channel follows.
pub const PATH: &str = "/api/twilio_gather/";

const AGAIN: Duration = Duration::from_secs(2);

/// Opt-outs that can't be saved yet, for example because the disk is full.
#[derive(Default)]
pub(crate) struct Unwritten(Mutex<HashSet<PhoneNumber>>);

impl Unwritten {
    fn add(&self, number: PhoneNumber) -> bool {
        self.numbers().insert(number)
    }

    fn remove(&self, number: &PhoneNumber) {
        self.numbers().remove(number);
    }

    fn contains(&self, number: &PhoneNumber) -> bool {
        self.numbers().contains(number)
    }

    fn numbers(&self) -> MutexGuard<'_, HashSet<PhoneNumber>> {
        self.0.lock()
    }
}

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

impl App {
    /// `None` if Twilio can't reach us.
    pub(crate) fn opt_out_url(&self, channel: &str) -> Option<String> {
        let public_url = self.public_url().filter(|_| self.has_public_address())?;
        Some(below(&public_url, &format!("{PATH}{channel}")))
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
        // In its own task: 9 takes effect even if the connection breaks.
        let taking =
            self.inner.tasks.spawn(async move { app.take_believed_key(channel, &action, &fields).await });
        Ok(taking.await.unwrap_or_else(|_| OptOut::default().goodbye()))
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
        let sid = field("CallSid");
        let is_opt_out = field("Digits").as_deref() == Some(opt_out::KEY);
        match self.key_pressed(channel.clone(), sid.clone(), is_opt_out).await {
            Ok(Some(call)) if is_opt_out => self.offer_of(&call).confirmed(),
            Ok(Some(call)) => self.offer_of(&call).once_more(action),
            Ok(None) => {
                tracing::warn!("a signed key came for a call that was not placed here");
                OptOut::default().goodbye()
            }
            Err(error) => {
                // Confirm an opt-out only once it is saved; they may press again.
                tracing::error!(%error, "a pressed key could not be saved");
                if is_opt_out {
                    self.write_opt_out_later(channel, sid).await;
                }
                OptOut::default().once_more(action)
            }
        }
    }

    /// Finds the channel's call if its SID matches. With 9, blocks its number once: repeats change nothing, even after
    /// the owner unblocked the number.
    async fn key_pressed(
        &self,
        channel: String,
        sid: Option<String>,
        is_opt_out: bool,
    ) -> Result<Option<Call>, StoreError> {
        let (hub, now) = (self.inner.hub.clone(), self.now());
        let written = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let Some(mut call) = call_rows::find(connection, &Key::Channel(&channel))? else {
                return Ok(None);
            };
            if call.sid.is_some() && call.sid != sid {
                return Ok(None);
            }
            if !is_opt_out || call.opted_out {
                return Ok(Some(call));
            }
            call.opted_out = true;
            blocked_rows::opt_out(connection, &call.to, now)?;
            // If they are ever called again, the owner must confirm consent again.
            consent_rows::delete(connection, &call.to)?;
            call_rows::set_opted_out(connection, call.id)?;
            let call = Arc::new(call);
            tx.record(&call, EventKind::OptedOut, Source::Callback, now)?;
            tx.after_commit(move || hub.announce(Change::BlockedNumbers));
            Ok(Some(Arc::unwrap_or_clone(call)))
        });
        written.await
    }

    /// Blocks the number from now on and retries saving it: the person may have hung up, and won't press again.
    async fn write_opt_out_later(&self, channel: String, sid: Option<String>) {
        let key = channel.clone();
        let found = self.inner.store.read(move |connection| call_rows::find(connection, &Key::Channel(&key)));
        let number = match found.await {
            Ok(Some(call)) if call.sid.is_none() || call.sid == sid => call.to,
            Ok(_) => return,
            Err(error) => {
                return tracing::error!(%error, "the call whose person pressed 9 could not be found");
            }
        };
        if !self.inner.unwritten_opt_outs.add(number.clone()) {
            return;
        }
        let app = self.clone();
        self.inner.tasks.spawn(async move {
            // The last attempt is at shutdown, before the database is closed.
            let mut goes_on = true;
            while goes_on {
                goes_on = app.stopping().run_until_cancelled(tokio::time::sleep(AGAIN)).await.is_some();
                if let Ok(Some(_)) = app.key_pressed(channel.clone(), sid.clone(), true).await {
                    app.inner.unwritten_opt_outs.remove(&number);
                    return tracing::info!("9 was pressed a while ago, and is saved now");
                }
            }
            tracing::error!("9 was pressed, and the program ends before it could be saved");
        });
    }

    /// Whether this number's opt-out isn't saved yet. Check this before the database: in the other order, an opt-out
    /// saved in between would be missed.
    pub(super) fn has_unwritten_opt_out(&self, number: &PhoneNumber) -> bool {
        number.spellings().iter().any(|spelling| self.inner.unwritten_opt_outs.contains(spelling))
    }

    /// The default if the protocol is gone.
    fn offer_of(&self, call: &Call) -> OptOut {
        let protocol = self.protocol(call.protocol.as_str()).ok();
        protocol.and_then(|protocol| protocol.opt_out).unwrap_or_default()
    }
}
