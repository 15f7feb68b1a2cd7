//! Placing a call: check it, record it, send it once, and never again.

use benspamsphones_core::is_private_channel;
use benspamsphones_core::{
    AskedBy, Call, CallRequest, Filling, Message, MessageError, PhoneNumber, Plays, Protocol, Refusal,
    Request, Rule, UpdateRoute, WrittenNumber, guard,
};
use jiff::Timestamp;
use tokio::sync::oneshot;
use url::Url;

use super::estimate::Estimated;
use super::reserve::{Document, KnownCall, Reservation, Reserving};
use super::send::Sending;
use super::{App, SoundError, callbacks};
use crate::dial::{self, Addresses};
use crate::random::random_hex;
use crate::store::StoreError;
use crate::store::call_rows::Channels;

/// Longest idempotency key, in characters.
pub const MAX_KEY_CHARS: usize = 255;
/// How much is kept of a text that isn't a number, in characters.
const MAX_SHOWN: usize = 64;

/// A request to place a call.
#[derive(Debug, Clone, Default)]
pub struct NewCall {
    /// Id of the protocol.
    pub protocol: String,
    /// The number, as typed.
    pub to: String,
    /// The number that the client showed for this text. The call is refused if it is read differently here; an empty
    /// text means that no number was shown.
    pub read_as: Option<String>,
    /// A key chosen by the client: the same key again returns the same call.
    pub idempotency_key: Option<String>,
    /// Replaces `{message}` in the protocol's text; blank means none.
    pub message: Option<String>,
    /// The client's own address for Twilio's status callbacks, instead of ours.
    pub update_callback: Option<String>,
    /// A private Pusher channel on which the client wants updates, in addition to the call's own.
    pub watch_channel: Option<String>,
    /// How the call was requested.
    pub asked_by: AskedBy,
    /// Name of the browser or device that requested it.
    pub asker_name: Option<String>,
    /// Rules that the owner overrides for this call. Only the window's count.
    pub overriding: Vec<Rule>,
    /// The owner confirms that the person has agreed to be called.
    pub consent: bool,
    /// If the call has to wait in the queue, answer at once instead of waiting for Twilio.
    pub answer_when_queued: bool,
}

/// A call that was placed, or at least tried.
#[derive(Debug)]
pub struct Placed {
    /// The call, with its status.
    pub call: Call,
    /// Whether this key had already placed it.
    pub replayed: bool,
}

/// Why there is no call.
#[derive(Debug, thiserror::Error)]
pub enum PlaceCallError {
    /// There is no such protocol.
    #[error("Protocol {0} does not exist")]
    UnknownProtocol(String),
    /// The number may not be called.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// `update_callback` isn't a web address.
    #[error("update_callback is not a web address that starts with http:// or https://")]
    BadUpdateCallback,
    /// It plays a sound file, which Twilio can't fetch.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The channel's name is invalid.
    #[error("the channel in update_callback is not the name of a private channel")]
    BadWatchChannel,
    /// The key is invalid.
    #[error("an Idempotency-Key has 1 to {MAX_KEY_CHARS} printable ASCII characters")]
    BadIdempotencyKey,
    /// The key belongs to another call.
    #[error(
        "this Idempotency-Key was used for another call; a key is for one protocol, one number and one \
             message"
    )]
    IdempotencyKeyReused,
    /// The client showed another number for this text, or none.
    #[error("this number is read as {}, which is not what was shown; check it before you call", .0.text())]
    ReadOtherwise(Box<WrittenNumber>),
    /// The extension and the protocol's digits are more than Twilio accepts.
    #[error("the extension and the protocol's send_digits have more than 32 keys and pauses in total")]
    TooManyKeys,
    /// It asks the person to confirm, and no key could be received.
    #[error(
        "This protocol asks the person to press a key to confirm. Twilio reports keys to a public address, and there is \
         none. Choose one in Settings"
    )]
    NotConfirmable,
    /// The message is missing, or can't be said.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// A database error, before anything was sent.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program failed or stopped half way.
    #[error(
        "The program stopped while it placed the call, so the phone may ring. Check the history before you \
         call again"
    )]
    Interrupted,
}

impl App {
    /// Places a call.
    ///
    /// The call is recorded before the request is sent. If Twilio refuses, it comes back as `failed`. If the outcome
    /// isn't known, it comes back as `unknown`, is looked up later, and is never sent again.
    ///
    /// # Errors
    /// When nothing was sent, except for [`PlaceCallError::Interrupted`], after which the outcome isn't known.
    pub async fn place_call(&self, new_call: NewCall) -> Result<Placed, PlaceCallError> {
        let app = self.clone();
        let (queued, is_queued) = oneshot::channel();
        let queued = new_call.answer_when_queued.then_some(queued);
        // In a task of its own: a client that hangs up must not cut off a request whose answer matters.
        let placing = self.inner.tasks.spawn(async move { app.place(new_call, queued).await });
        tokio::select! {
            Ok(call) = is_queued => Ok(Placed { call, replayed: false }),
            placed = placing => placed.map_err(|_| PlaceCallError::Interrupted)?,
        }
    }

    async fn place(
        &self,
        new_call: NewCall,
        queued: Option<oneshot::Sender<Call>>,
    ) -> Result<Placed, PlaceCallError> {
        let key = new_call.idempotency_key.as_deref().map(checked_key).transpose()?;
        let message = new_call.message.as_deref().map(Message::new).transpose()?.flatten();
        if let Some(key) = &key
            && let Some(known) = self.placed_with(key.clone()).await?
        {
            // Before everything else: the key's call stands, even if protocols or rules have changed since.
            return self.replay(known, &new_call, message.as_ref());
        }
        let protocol = self.find_protocol(&new_call.protocol);
        let protocol = protocol.ok_or_else(|| PlaceCallError::UnknownProtocol(new_call.protocol.clone()))?;
        let update_callback = new_call.update_callback.clone().map(checked_callback).transpose()?;
        let policy = self.policy();
        let screened = guard::screen(&policy, &new_call.to).and_then(|candidate| {
            Ok((candidate, guard::screen_further(&policy, protocol.document().rings())?))
        });
        let (candidate, further) = match screened {
            Ok(screened) => screened,
            Err(refusal) => {
                self.note_refusal(self.refused(
                    new_call.to.chars().take(MAX_SHOWN).collect(),
                    &new_call,
                    &refusal,
                ))
                .await;
                return Err(refusal.into());
            }
        };
        let read =
            WrittenNumber { number: candidate.to().clone(), extension: candidate.extension().cloned() };
        if new_call.read_as.as_ref().is_some_and(|shown| !self.reads(shown, &read)) {
            return Err(PlaceCallError::ReadOtherwise(Box::new(read)));
        }
        if !dial::can_press(candidate.extension(), &protocol) {
            return Err(PlaceCallError::TooManyKeys);
        }
        let name = self.name_for(&protocol, candidate.to()).await?;
        let filling = Filling { message: message.as_ref(), name: name.as_deref() };
        protocol.check_message(&filling)?;
        let sound_url = match protocol.plays {
            Plays::Sound(id) => Some(self.sound_url(id).await?),
            Plays::Callback { .. } | Plays::Twiml(_) | Plays::Say(_) => None,
        };
        if new_call.watch_channel.as_deref().is_some_and(|channel| !is_private_channel(channel)) {
            return Err(PlaceCallError::BadWatchChannel);
        }
        let own = channel_name(self.now());
        let own_callback = self.callback_url(&own).filter(|_| update_callback.is_none());
        let news = if own_callback.is_some() { UpdateRoute::Callbacks } else { UpdateRoute::Polling };
        let status_callback = update_callback.or(own_callback);
        let key_url = self.key_url(&own);
        let acknowledge_key = match protocol.acknowledge() {
            Some(acknowledge) if key_url.is_none() && acknowledge.is_required() => {
                return Err(PlaceCallError::NotConfirmable);
            }
            Some(acknowledge) => key_url.is_some().then(|| acknowledge.key()),
            None => None,
        };
        let channels = Channels { own, watch: new_call.watch_channel.clone() };

        let estimated = self.estimate(&protocol, candidate.to(), &further, self.now()).await;
        let Estimated { estimate, further: per_minute } = estimated;
        let document = Document { further, per_minute, unchecked: protocol.unchecked() };
        self.notice_clock_step().await?;
        let asked = self.moment();
        let extension = candidate.extension().cloned();
        let call = Call {
            estimate,
            extension,
            acknowledge_key,
            ..self.requested(&new_call, &protocol, candidate.to(), news)
        };
        let request = Request {
            candidate,
            by: new_call.asked_by,
            overriding: new_call.overriding.clone(),
            consent: new_call.consent,
            estimate: call.estimate.clone(),
        };
        let ticket = self.inner.dial_queue.queue(call.id);
        let underway = self.inner.in_flight.begin(&call);
        let message = message.clone();
        let reserving =
            Reserving { call, request, document, channels, key, message, new_call: new_call.clone() };
        let (call, permit) = match self.reserve(reserving).await? {
            Reservation::Known(known) => return self.replay(*known, &new_call, filling.message),
            Reservation::Refused(refusal) => return Err((*refusal).into()),
            Reservation::New(call, permit) => (call, permit),
        };
        let ours = Addresses { sound: sound_url, status_callback, keys: key_url };
        let protocol = &protocol;
        let sending = Sending { call, asked, permit, protocol, filling, ours, ticket, underway, queued };
        Ok(Placed { call: self.send(sending).await, replayed: false })
    }

    fn requested(
        &self,
        new_call: &NewCall,
        protocol: &Protocol,
        to: &PhoneNumber,
        news: UpdateRoute,
    ) -> Call {
        let now = self.now();
        Call::requested(CallRequest {
            id: self.inner.call_ids.next(now),
            protocol: protocol.id.clone(),
            from: protocol.from.clone(),
            to: to.clone(),
            mode: self.inner.mode,
            account_sid: self.inner.account_sid.clone(),
            news,
            requested_at: now,
            asked_by: new_call.asked_by,
            asker_name: new_call.asker_name.clone(),
        })
    }

    fn reads(&self, text: &str, number: &WrittenNumber) -> bool {
        WrittenNumber::parse(text, self.default_region()).is_ok_and(|read| read == *number)
    }

    fn replay(
        &self,
        known: KnownCall,
        new_call: &NewCall,
        message: Option<&Message>,
    ) -> Result<Placed, PlaceCallError> {
        let KnownCall { call, message: said } = known;
        let to = WrittenNumber::parse(&new_call.to, self.default_region());
        let is_same = |to: WrittenNumber| to.number == call.to && to.extension == call.extension;
        let is_same_message = said.as_deref() == message.map(Message::as_str);
        if call.protocol.as_str() == new_call.protocol && to.is_ok_and(is_same) && is_same_message {
            Ok(Placed { call, replayed: true })
        } else {
            Err(PlaceCallError::IdempotencyKeyReused)
        }
    }

    /// The address for Twilio's callbacks about this channel's call, if there is a public one.
    fn callback_url(&self, channel: &str) -> Option<String> {
        self.inner.callbacks.as_ref()?;
        self.public_url().map(|public_url| callbacks::url_of(&public_url, channel))
    }
}

/// An unguessable channel. It begins with the time, so new ones go to the end of the index, whose page is in memory; a
/// random one would change a page anywhere in it.
fn channel_name(now: Timestamp) -> String {
    format!("private-call-{:012x}{}", now.as_millisecond().unsigned_abs(), random_hex::<16>())
}

fn checked_key(key: &str) -> Result<String, PlaceCallError> {
    let printable = key.bytes().all(|byte| matches!(byte, 0x21..=0x7e));
    if printable && (1..=MAX_KEY_CHARS).contains(&key.len()) {
        Ok(key.to_owned())
    } else {
        Err(PlaceCallError::BadIdempotencyKey)
    }
}

/// Twilio gets the address as given; parsing only checks it.
fn checked_callback(text: String) -> Result<String, PlaceCallError> {
    let scheme = Url::parse(&text).map(|url| url.scheme().to_owned());
    if scheme.is_ok_and(|scheme| matches!(scheme.as_str(), "http" | "https")) {
        Ok(text)
    } else {
        Err(PlaceCallError::BadUpdateCallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_unique_and_in_the_order_of_their_calls() {
        let at = |text: &str| channel_name(text.parse().unwrap());
        let names = [
            at("2026-11-27T12:00:00Z"),
            at("2026-11-27T12:00:00.001Z"),
            at("2026-11-28T12:00:00Z"),
            at("2100-01-01T00:00:00Z"),
        ];
        assert!(names.is_sorted(), "{names:?}");
        assert_ne!(names[0], at("2026-11-27T12:00:00Z"));
        assert!(names.iter().all(|name| is_private_channel(name)));
    }
}
