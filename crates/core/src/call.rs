//! A call and its status machine.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::acknowledge::AcknowledgeKey;
use crate::asked_by::AskedBy;
use crate::estimate::Estimate;
use crate::extension::Extension;
use crate::failure::Failure;
use crate::money::Money;
use crate::outcome::Outcome;
use crate::phone_number::PhoneNumber;
use crate::protocol::ProtocolId;
use crate::status::CallStatus;
use crate::status_update::StatusUpdate;

/// Our name for a call: a UUID of version 7, so that ids sort by the time of the request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid")]
pub struct CallId(pub Uuid);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CallId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(CallId)
    }
}

/// How the status of a call reaches this program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NewsRoute)]
pub enum UpdateRoute {
    /// Twilio calls back; we ask only when it stays silent.
    Callbacks,
    /// We ask Twilio, since it can't reach us or reports to another address.
    Polling,
}

impl UpdateRoute {
    /// Name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Callbacks => "callbacks",
            Self::Polling => "polling",
        }
    }
}

/// Whether phones ring.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Calls go to a small Twilio on this machine; nothing rings and nothing costs.
    Sandbox,
    /// Calls go to Twilio.
    Live,
}

impl Mode {
    /// Name in JSON, in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }
}

/// What is known before dialing.
#[derive(Clone, PartialEq, Debug)]
pub struct CallRequest {
    /// The new call's id.
    pub id: CallId,
    /// Protocol to play.
    pub protocol: ProtocolId,
    /// Caller.
    pub from: PhoneNumber,
    /// Called number.
    pub to: PhoneNumber,
    /// Sandbox or live.
    pub mode: Mode,
    /// The Twilio account that pays.
    pub account_sid: String,
    /// How its status will be reported.
    pub news: UpdateRoute,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// Where it was requested.
    pub asked_by: AskedBy,
    /// Name of the browser or device it was placed from.
    pub asker_name: Option<String>,
}

/// A call, from the request to its end.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The call's id.
    pub id: CallId,
    /// Protocol id at the time of the call.
    pub protocol: ProtocolId,
    /// Caller.
    pub from: PhoneNumber,
    /// Called number.
    pub to: PhoneNumber,
    /// Keys to press after the answer, if the number had an extension.
    pub extension: Option<Extension>,
    /// Sandbox or live.
    pub mode: Mode,
    /// The Twilio account that pays; other accounts don't know the call.
    pub account_sid: String,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// When the request was sent, if it had to wait.
    pub sent_at: Option<Timestamp>,
    /// Where it was placed from.
    pub asked_by: AskedBy,
    /// Name of the browser or device it was placed from.
    pub asker_name: Option<String>,
    /// Current status.
    pub status: CallStatus,
    /// Call SID, once Twilio has sent it.
    pub sid: Option<String>,
    /// How its status is reported.
    pub news: UpdateRoute,
    /// Someone asked to hang up. Stored, because that may happen before the SID is known.
    pub hangup_requested: bool,
    /// The person called pressed 9 to opt out.
    pub opted_out: bool,
    /// The key that the person called was asked to confirm with, if they were.
    pub acknowledge_key: Option<AcknowledgeKey>,
    /// When the person called pressed that key.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Length of the answered part, in seconds, by Twilio's count.
    pub duration_s: Option<u32>,
    /// Expected cost when it was dialed, if a price was known.
    pub estimate: Option<Estimate>,
    /// Actual cost.
    pub price: Option<Money>,
    /// Who answered, Twilio's value.
    pub answered_by: Option<String>,
    /// Final SIP response of the carrier.
    pub sip_response_code: Option<u16>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// What an update changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[must_use]
pub struct Advance {
    /// The status changed.
    pub status: bool,
    /// A new detail became known.
    pub details: bool,
}

impl Advance {
    /// Whether there is anything to store.
    pub fn changed(self) -> bool {
        self.status || self.details
    }
}

impl Call {
    /// What the call counts for until its price is known: its deposit while it is open, its minutes after an answered
    /// call. Twilio charges nothing for unanswered calls.
    pub fn held(&self) -> Option<Money> {
        let estimate = self.estimate.as_ref().filter(|_| self.price.is_none())?;
        match self.status {
            CallStatus::Requested
            | CallStatus::Unknown
            | CallStatus::Queued
            | CallStatus::Initiated
            | CallStatus::Ringing
            | CallStatus::InProgress => Some(estimate.deposit()),
            CallStatus::Completed => Some(estimate.for_answered(self.duration_s.unwrap_or(0))),
            CallStatus::Busy | CallStatus::Failed | CallStatus::NoAnswer | CallStatus::Canceled => None,
        }
    }

    /// When its request was sent, or may have been: at once, unless it had to wait.
    pub fn left_at(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.requested_at)
    }

    /// A call that was requested but not sent.
    pub fn requested(request: CallRequest) -> Self {
        let CallRequest {
            id,
            protocol,
            from,
            to,
            mode,
            account_sid,
            news,
            requested_at,
            asked_by,
            asker_name,
        } = request;
        Self {
            id,
            protocol,
            from,
            to,
            extension: None,
            mode,
            account_sid,
            requested_at,
            sent_at: None,
            asked_by,
            asker_name,
            status: CallStatus::Requested,
            sid: None,
            news,
            hangup_requested: false,
            opted_out: false,
            acknowledge_key: None,
            acknowledged_at: None,
            answered_at: None,
            ended_at: None,
            duration_s: None,
            estimate: None,
            price: None,
            answered_by: None,
            sip_response_code: None,
            failure: None,
        }
    }

    /// Applies an update.
    ///
    /// Callbacks arrive late, twice, in any order or never, and polls overlap them. So the status only moves forward, a
    /// final status never changes, and a known detail keeps its first value. Other updates are ignored.
    pub fn advance(&mut self, news: &StatusUpdate) -> Advance {
        let mut advance = Advance::default();
        let happened_at = news.happened_at(self.left_at());
        if news.status.station() > self.status.station() {
            self.status = news.status;
            advance.status = true;
            if news.status.is_ending() {
                self.ended_at = Some(happened_at);
            }
        }
        let details = &mut advance.details;
        fill(&mut self.sid, news.sid.as_ref(), details);
        if news.status == CallStatus::InProgress {
            fill(&mut self.answered_at, Some(&happened_at), details);
        }
        fill(&mut self.duration_s, news.duration_s.as_ref(), details);
        fill(&mut self.price, news.price.as_ref(), details);
        fill(&mut self.answered_by, news.answered_by.as_ref(), details);
        if self.is_answered_by_machine() {
            // The key may have been reported before who answered.
            self.acknowledged_at = None;
        }
        fill(&mut self.sip_response_code, news.sip_response_code.as_ref(), details);
        // A failure belongs to a failed ending: a late "failed" must not mark a completed call.
        if self.status == news.status {
            fill(&mut self.failure, news.failure.as_ref(), details);
        }
        if let (CallStatus::Completed, None, Some(ended_at), Some(duration_s)) =
            (self.status, self.answered_at, self.ended_at, self.duration_s)
        {
            // The "answered" update was lost; compute it from the end.
            let answered_at = ended_at.checked_sub(SignedDuration::from_secs(duration_s.into())).ok();
            self.answered_at = answered_at.map(|at| at.max(self.left_at()));
            *details |= self.answered_at.is_some();
        }
        advance
    }

    /// Takes the key that confirms; `false` if that changes nothing. It counts once, and whatever the status: its report
    /// may be overtaken by that of the end. A machine confirms nothing.
    pub fn acknowledge(&mut self, at: Timestamp) -> bool {
        let is_new = self.acknowledged_at.is_none() && !self.is_answered_by_machine();
        if is_new {
            self.acknowledged_at = Some(at);
        }
        is_new
    }

    /// Whether a machine answered, as far as Twilio has reported.
    pub fn is_answered_by_machine(&self) -> bool {
        self.answered_by.as_deref().is_some_and(|who| who == "fax" || who.starts_with("machine"))
    }

    /// How it ended, or that it hasn't.
    pub fn outcome(&self) -> Outcome {
        Outcome::of(self.status, self.acknowledged_at.is_some())
    }

    /// Whether the status may still change.
    pub fn is_open(&self) -> bool {
        !self.status.is_ending()
    }
}

fn fill<T: Clone>(known: &mut Option<T>, news: Option<&T>, changed: &mut bool) {
    if known.is_none()
        && let Some(news) = news
    {
        *known = Some(news.clone());
        *changed = true;
    }
}
