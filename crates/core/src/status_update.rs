//! Something learned about a call, wherever it came from.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::money::Money;
use crate::status::CallStatus;

/// Where an update of a call came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// This program itself: the call was written down, or the owner asked for something.
    Local,
    /// Twilio's answer to the request that placed the call.
    Dial,
    /// A signed status callback.
    Callback,
    /// We asked Twilio how the call is.
    Poll,
    /// We asked Twilio whether it knows a call whose request was never answered.
    Lookup,
    /// Twilio's answer to our hanging up.
    HangUp,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 6] =
        [Self::Local, Self::Dial, Self::Callback, Self::Poll, Self::Lookup, Self::HangUp];

    /// The source as it is written in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Dial => "dial",
            Self::Callback => "callback",
            Self::Poll => "poll",
            Self::Lookup => "lookup",
            Self::HangUp => "hang_up",
        }
    }
}

/// One piece of news. What it doesn't tell is `None` and changes nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct StatusUpdate {
    /// Where it came from.
    pub source: Source,
    /// When we heard.
    pub at: Timestamp,
    /// When it happened by Twilio's clock, where Twilio says; see [`happened_at`](Self::happened_at).
    pub told_at: Option<Timestamp>,
    /// The station the call was seen at.
    pub status: CallStatus,
    /// Twilio's id of the call.
    pub sid: Option<String>,
    /// Length of the answered part, in seconds.
    pub duration_s: Option<u32>,
    /// What the call cost; Twilio knows it some time after the end.
    pub price: Option<Money>,
    /// Who answered, in Twilio's words (`human`, `machine_start` …), if detection was asked for.
    pub answered_by: Option<String>,
    /// The carrier's SIP response at the end.
    pub sip_response_code: Option<u16>,
    /// Why the call failed.
    pub failure: Option<Failure>,
}

impl StatusUpdate {
    /// News of a station and nothing else.
    pub fn of(source: Source, status: CallStatus, at: Timestamp) -> Self {
        Self {
            source,
            at,
            told_at: None,
            status,
            sid: None,
            duration_s: None,
            price: None,
            answered_by: None,
            sip_response_code: None,
            failure: None,
        }
    }

    /// When it happened to a call that was not sent before `earliest`. Twilio is believed as far as it can be true: nothing
    /// happens to a call before it leaves, nor after we heard of it.
    pub fn happened_at(&self, earliest: Timestamp) -> Timestamp {
        let told = self.told_at.filter(|told| {
            // Twilio tells whole seconds.
            told.duration_since(earliest) > SignedDuration::from_secs(-1) && *told <= self.at
        });
        told.unwrap_or(self.at).max(earliest)
    }
}
