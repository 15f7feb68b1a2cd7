//! Updates of calls, whatever their source.

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
    /// All variants.
    pub const ALL: [Source; 6] =
        [Self::Local, Self::Dial, Self::Callback, Self::Poll, Self::Lookup, Self::HangUp];

    /// Name in JSON and in the database.
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

/// An update of a call. Fields that are `None` change nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct StatusUpdate {
    /// Where it came from.
    pub source: Source,
    /// When it arrived here.
    pub at: Timestamp,
    /// When it happened by Twilio's clock, if Twilio says so; see [`happened_at`](Self::happened_at).
    pub told_at: Option<Timestamp>,
    /// The reported status.
    pub status: CallStatus,
    /// Call SID.
    pub sid: Option<String>,
    /// Length of the answered part, in seconds.
    pub duration_s: Option<u32>,
    /// Cost of the call, which Twilio knows only some time after the end.
    pub price: Option<Money>,
    /// Who answered, Twilio's value (`human`, `machine_start` …), if detection was on.
    pub answered_by: Option<String>,
    /// Final SIP response of the carrier.
    pub sip_response_code: Option<u16>,
    /// Why the call failed.
    pub failure: Option<Failure>,
}

impl StatusUpdate {
    /// With only a status.
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

    /// When it happened, for a call sent at `earliest` or later. Uses Twilio's time unless it is before the call was
    /// sent or after the update arrived.
    pub fn happened_at(&self, earliest: Timestamp) -> Timestamp {
        let told = self.told_at.filter(|told| {
            // Twilio's times are whole seconds.
            told.duration_since(earliest) > SignedDuration::from_secs(-1) && *told <= self.at
        });
        told.unwrap_or(self.at).max(earliest)
    }
}
