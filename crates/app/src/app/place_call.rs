//! Placing a call: checked, written down, sent once, and never sent again.

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
/// As much is kept of a text that is no number, in characters.
const MAX_SHOWN: usize = 64;

/// Somebody's wish to ring somebody.
#[derive(Debug, Clone, Default)]
pub struct NewCall {
    /// Id of the protocol.
    pub protocol: String,
    /// The number, as it was typed.
    pub to: String,
    /// The number that the asker was shown for this text, where one was. It is rung only if it is read so here as well;
    /// an empty one was shown none.
    pub read_as: Option<String>,
    /// A key chosen by the asker: the same key again returns the same call.
    pub idempotency_key: Option<String>,
    /// What the protocol's text takes in as `{message}`; a blank one is none.
    pub message: Option<String>,
    /// An address of the asker's that Twilio is to report to instead of us.
    pub update_callback: Option<String>,
    /// A private channel of Pusher's on which the asker wants to hear of the call, beside the call's own.
    pub watch_channel: Option<String>,
    /// By which way it is asked for.
    pub asked_by: AskedBy,
    /// Name of the browser or device that asks.
    pub asker_name: Option<String>,
    /// The guard's rules that the owner overrides for this call. They count only from the window.
    pub overriding: Vec<Rule>,
    /// The owner says that whoever is called knows them and is fine with it.
    pub consent: bool,
    /// Whoever asks wants an answer at once when the call has to wait for its turn, rather than Twilio's.
    pub answer_when_queued: bool,
}

/// A call that was placed, or tried.
#[derive(Debug)]
pub struct Placed {
    /// The call; its status tells how far it came.
    pub call: Call,
    /// Whether it had been placed before, with the same key.
    pub replayed: bool,
}

/// Why there is no call to show.
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
    /// It plays a sound file, and Twilio can't fetch that.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The channel isn't one.
    #[error("the channel in update_callback is not the name of a private channel")]
    BadWatchChannel,
    /// The key isn't one.
    #[error("an Idempotency-Key has 1 to {MAX_KEY_CHARS} printable ASCII characters")]
    BadIdempotencyKey,
    /// The key made another call before.
    #[error(
        "this Idempotency-Key was used for another call; a key is for one protocol, one number and one \
             message"
    )]
    IdempotencyKeyReused,
    /// The asker was shown another number for the text, or none.
    #[error("this number is read as {}, which is not what was shown; check it before you call", .0.text())]
    ReadOtherwise(Box<WrittenNumber>),
    /// The number's extension and what the protocol presses are more than Twilio presses.
    #[error("the extension and the protocol's send_digits have more than 32 keys and pauses in total")]
    TooManyKeys,
    /// A message is missing, or can't be said.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The database, before anything was sent.
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
    /// Rings somebody.
    ///
    /// The call is written down before the request leaves. What Twilio refused comes back as a call that failed;
    /// a request without a certain answer as one that is `unknown`, which is looked up and never sent again.
    ///
    /// # Errors
    /// When nothing was tried; and [`PlaceCallError::Interrupted`], after which nobody knows.
    pub async fn place_call(&self, new_call: NewCall) -> Result<Placed, PlaceCallError> {
        let app = self.clone();
        let (queued, is_queued) = oneshot::channel();
        let queued = new_call.answer_when_queued.then_some(queued);
        // In a task of its own: an asker who hangs up must not leave a request half sent and its answer unread.
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
            // Before everything else: what the key has placed stays so, whatever became of protocol and rules.
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
        let opt_out_url = self.opt_out_url(&own);
        let channels = Channels { own, watch: new_call.watch_channel.clone() };

        let estimated = self.estimate(&protocol, candidate.to(), &further, self.now()).await;
        let Estimated { estimate, further: per_minute } = estimated;
        let document = Document { further, per_minute, unchecked: protocol.unchecked() };
        self.notice_clock_step().await?;
        let asked = self.moment();
        let extension = candidate.extension().cloned();
        let call = Call { estimate, extension, ..self.requested(&new_call, &protocol, candidate.to(), news) };
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
        let ours = Addresses { sound: sound_url, status_callback, opt_out: opt_out_url };
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

    /// Where Twilio is told to report to about the call of this channel, if it can reach us.
    fn callback_url(&self, channel: &str) -> Option<String> {
        self.inner.callbacks.as_ref()?;
        self.public_url().map(|public_url| callbacks::url_of(&public_url, channel))
    }
}

/// A channel that nobody can guess. It begins with the time, so a new one goes to the end of the index of all channels, whose page
/// is in memory. A random one would change a page anywhere in it.
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

/// The address goes to Twilio as it was given; parsing it only tells whether it is one.
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
    fn channels_are_in_the_order_of_their_calls_and_never_the_same() {
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
