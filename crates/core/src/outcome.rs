//! How calls ended, as histories are filtered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::status::CallStatus;

/// How a call ended, or `open`. The other names are Twilio's, except `confirmed`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It isn't over.
    Open,
    /// It was answered, the person pressed the key that confirms, and it is over.
    Confirmed,
    /// It was answered without that, and is over.
    Completed,
    /// The line was busy.
    Busy,
    /// It rang and nobody answered.
    NoAnswer,
    /// It was hung up before it was answered.
    Canceled,
    /// It could not be made.
    Failed,
}

impl Outcome {
    /// All variants.
    pub const ALL: [Outcome; 7] = [
        Self::Open,
        Self::Confirmed,
        Self::Completed,
        Self::Busy,
        Self::NoAnswer,
        Self::Canceled,
        Self::Failed,
    ];

    /// Name in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }
}

impl Outcome {
    /// Of a call with this status that was confirmed, or wasn't.
    pub fn of(status: CallStatus, confirmed: bool) -> Self {
        match status {
            CallStatus::Requested
            | CallStatus::Unknown
            | CallStatus::Queued
            | CallStatus::Initiated
            | CallStatus::Ringing
            | CallStatus::InProgress => Self::Open,
            CallStatus::Completed if confirmed => Self::Confirmed,
            CallStatus::Completed => Self::Completed,
            CallStatus::Busy => Self::Busy,
            CallStatus::NoAnswer => Self::NoAnswer,
            CallStatus::Canceled => Self::Canceled,
            CallStatus::Failed => Self::Failed,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not an outcome's name.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not one of open, confirmed, completed, busy, no-answer, canceled, failed")]
pub struct UnknownOutcome(String);

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.as_str() == text);
        found.ok_or_else(|| UnknownOutcome(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_json_and_back() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse::<Outcome>().unwrap(), outcome);
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn an_ending_keeps_its_name_and_everything_else_is_open() {
        for status in CallStatus::ALL {
            let name = if status.is_ending() { status.as_str() } else { "open" };
            assert_eq!(Outcome::of(status, false).as_str(), name);
            let confirmed = if status == CallStatus::Completed { "confirmed" } else { name };
            assert_eq!(Outcome::of(status, true).as_str(), confirmed);
        }
    }
}
