//! The statuses of a call, in the order it can pass them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The status of a call. The names are Twilio's, except `requested` (not yet confirmed by Twilio) and `unknown` (Twilio
/// gave no clear answer).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    /// Written down here; the request to Twilio has not been answered.
    Requested,
    /// The request left and no certain answer came: a phone may ring. It is looked up, never sent again.
    Unknown,
    /// Twilio took the call and will dial when it is its turn.
    Queued,
    /// Twilio is dialling.
    Initiated,
    /// The phone rings.
    Ringing,
    /// A person or a machine answered.
    InProgress,
    /// The call was answered and is over.
    Completed,
    /// The line was busy.
    Busy,
    /// The call could not be made.
    Failed,
    /// It rang and nobody answered.
    NoAnswer,
    /// It was hung up before it was answered.
    Canceled,
}

impl CallStatus {
    /// In the order of a call's life.
    pub const ALL: [CallStatus; 11] = [
        Self::Requested,
        Self::Unknown,
        Self::Queued,
        Self::Initiated,
        Self::Ringing,
        Self::InProgress,
        Self::Completed,
        Self::Busy,
        Self::Failed,
        Self::NoAnswer,
        Self::Canceled,
    ];

    /// Whether the call has ended. Final statuses never change.
    pub fn is_ending(self) -> bool {
        match self {
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled => true,
            Self::Requested
            | Self::Unknown
            | Self::Queued
            | Self::Initiated
            | Self::Ringing
            | Self::InProgress => false,
        }
    }

    /// Position in a call's life. Updates that aren't further along are stale.
    pub(crate) fn station(self) -> u8 {
        match self {
            Self::Requested => 0,
            Self::Unknown => 1,
            Self::Queued => 2,
            Self::Initiated => 3,
            Self::Ringing => 4,
            Self::InProgress => 5,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled => 6,
        }
    }

    /// Name in JSON and in the database, mostly Twilio's.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Unknown => "unknown",
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }
}

impl fmt::Display for CallStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not a status's name.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not the status of a call")]
pub struct UnknownStatus(String);

impl FromStr for CallStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_json_and_back() {
        for status in CallStatus::ALL {
            assert_eq!(status.as_str().parse::<CallStatus>().unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
