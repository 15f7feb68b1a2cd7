//! Calls and events as those outside are shown them: by the API, on its stream, on Pusher's channels and in the export.

use benspamsphones_core::{
    AskedBy, Call, CallEvent, CallId, CallStatus, Extension, Failure, FailureReason, Mode, Money,
    UpdateRoute, sip,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// A call.
#[derive(Serialize, ToSchema)]
#[schema(title = "Call")]
pub struct CallView {
    /// Our id.
    pub id: CallId,
    /// Id of the protocol it was placed with.
    pub protocol: String,
    /// The name of that protocol; if it was deleted, its last one.
    #[schema(example = "Reminder")]
    pub protocol_name: Option<String>,
    /// The number the call comes from, in E.164.
    #[schema(example = "+15005550006")]
    pub from: String,
    /// The number called, in E.164.
    #[schema(example = "+15005550100")]
    pub to: String,
    /// The extension that is dialed once the call is answered; a comma is a pause of two seconds.
    #[schema(value_type = Option<String>, example = "9")]
    pub extension: Option<Extension>,
    /// Whether a phone rang.
    pub mode: Mode,
    /// Where it was placed from.
    pub asked_by: AskedBy,
    /// Name of the browser or device it was placed from.
    pub asker_name: Option<String>,
    /// The status of the call.
    pub status: CallStatus,
    /// Its place in the queue to Twilio, while it waits: 1 is next.
    pub queue_position: Option<usize>,
    /// The same as a sentence for people.
    pub summary: String,
    /// Whether the call has ended; that is final.
    pub ended: bool,
    /// Someone asked to hang up.
    pub hangup_requested: bool,
    /// The person pressed 9 and is not called again.
    pub opted_out: bool,
    /// Whether the person is asked to press a key to confirm.
    pub acknowledge_requested: bool,
    /// When the person pressed that key. A machine confirms nothing.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub acknowledged_at: Option<Timestamp>,
    /// How its status reaches this program.
    pub news: UpdateRoute,
    /// Twilio's id.
    pub sid: Option<String>,
    /// When it was requested.
    #[schema(value_type = String, format = "date-time")]
    pub requested_at: Timestamp,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub answered_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub ended_at: Option<Timestamp>,
    /// Length of the answered part, in seconds.
    pub duration_s: Option<u32>,
    /// What each started minute was expected to cost when it was dialed: Twilio's price, or the highest price of
    /// recent calls to that country code. `null` if nothing was known.
    pub estimate_per_minute: Option<MoneyView>,
    /// What it cost, once Twilio knows.
    pub price: Option<MoneyView>,
    /// Who answered, in Twilio's words.
    pub answered_by: Option<String>,
    /// The carrier's SIP response at the end.
    pub sip_response_code: Option<u16>,
    /// What that response means, as a sentence.
    #[schema(example = "there is no such number")]
    pub sip_meaning: Option<&'static str>,
    /// Why it failed.
    pub failure: Option<FailureView>,
}

/// A call in a file of the history.
#[derive(Serialize, ToSchema)]
#[schema(title = "ExportedCall")]
pub struct ExportedCall {
    /// The call.
    #[serde(flatten)]
    pub call: CallView,
    /// The message that it brought along.
    pub message: Option<String>,
    /// The note on it.
    pub note: Option<String>,
}

/// Why a call failed.
#[derive(Serialize, ToSchema)]
#[schema(title = "Failure")]
pub struct FailureView {
    /// Twilio's error code, if there is one.
    pub code: Option<u32>,
    /// The reason, if Twilio has no code for it.
    pub reason: Option<FailureReason>,
    /// What went wrong, for people.
    pub message: String,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
#[schema(title = "Money")]
pub struct MoneyView {
    /// A decimal number.
    #[schema(example = "0.013")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
}

/// A call and its events.
#[derive(Serialize, ToSchema)]
pub struct CallWithEvents {
    /// The call.
    #[serde(flatten)]
    pub call: CallView,
    /// The private Pusher channel for this call.
    #[schema(example = "private-call-0199a0f000007000800000000000001")]
    pub channel: Option<String>,
    /// The message that it brought along.
    #[schema(example = "The cellar is flooded.")]
    pub message: Option<String>,
    /// The note on it.
    pub note: Option<String>,
    /// In order.
    pub events: Vec<CallEvent>,
}

/// What the event stream sends as `call`.
#[derive(Serialize, ToSchema)]
pub struct NewsView {
    /// What happened.
    pub event: CallEvent,
    /// The call after it, or later.
    pub call: CallView,
}

impl From<&Money> for MoneyView {
    fn from(money: &Money) -> Self {
        Self { amount: money.amount().to_string(), currency: money.currency().to_owned() }
    }
}

impl From<&Failure> for FailureView {
    fn from(failure: &Failure) -> Self {
        Self { code: failure.code(), reason: failure.reason(), message: failure.message().to_owned() }
    }
}

impl App {
    /// The call as it is shown, without its place in the queue.
    pub fn view(&self, call: &Call) -> CallView {
        CallView::of(call, self.protocol_name(call.protocol.as_str()))
    }
}

impl CallView {
    /// The call as it is shown, without its place in the queue.
    pub fn of(call: &Call, protocol_name: Option<String>) -> Self {
        Self {
            id: call.id,
            protocol: call.protocol.to_string(),
            protocol_name,
            from: call.from.to_string(),
            to: call.to.to_string(),
            extension: call.extension.clone(),
            mode: call.mode,
            asked_by: call.asked_by,
            asker_name: call.asker_name.clone(),
            status: call.status,
            queue_position: None,
            summary: call.summary(),
            ended: !call.is_open(),
            hangup_requested: call.hangup_requested,
            opted_out: call.opted_out,
            acknowledge_requested: call.acknowledge_key.is_some(),
            acknowledged_at: call.acknowledged_at,
            news: call.news,
            sid: call.sid.clone(),
            requested_at: call.requested_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            duration_s: call.duration_s,
            estimate_per_minute: call.estimate.as_ref().map(|estimate| MoneyView::from(&estimate.per_minute)),
            price: call.price.as_ref().map(MoneyView::from),
            answered_by: call.answered_by.clone(),
            sip_response_code: call.sip_response_code,
            sip_meaning: call.sip_response_code.and_then(sip::response).map(|response| response.meaning),
            failure: call.failure.as_ref().map(FailureView::from),
        }
    }
}
