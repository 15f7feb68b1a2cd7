//! The Call resource.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::redact::Party;
use crate::{CallSid, time};

/// A call's status.
///
/// Source: `call_enum_status` of Twilio's OpenAPI document, and the values of `CallStatus` in status callbacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    /// Accepted by Twilio, not dialed yet.
    Queued,
    /// Dialing has begun. Only in status callbacks.
    Initiated,
    /// The far end rings.
    Ringing,
    /// Answered and connected, by a person or a machine.
    InProgress,
    /// Was answered and has ended, perhaps by a machine.
    Completed,
    /// The far end was busy.
    Busy,
    /// Couldn't be connected.
    Failed,
    /// Rang and wasn't answered in time.
    NoAnswer,
    /// Ended through the API before it was answered.
    Canceled,
}

impl CallStatus {
    /// In the order of a call's life.
    pub const ALL: [Self; 9] = [
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

    /// Twilio's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
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

    /// Whether the call is over. Final statuses never change.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Initiated | Self::Ringing | Self::InProgress => false,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled => true,
        }
    }
}

impl fmt::Display for CallStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not one of Twilio's call statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a call status of Twilio's")]
pub struct UnknownCallStatus;

impl FromStr for CallStatus {
    type Err = UnknownCallStatus;

    fn from_str(text: &str) -> Result<Self, UnknownCallStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownCallStatus)
    }
}

/// The two ways to end a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndCall {
    /// Only while queued or ringing; a call answered in the meantime continues.
    Cancel,
    /// Also while in progress.
    Complete,
}

impl EndCall {
    /// The value of the `Status` field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "canceled",
            Self::Complete => "completed",
        }
    }
}

/// A call as the REST API returns it, without the fields this crate's users don't need.
///
/// Its `Debug` text keeps only the last two digits of the numbers.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Call {
    /// Twilio's identifier.
    pub sid: CallSid,
    /// Current status.
    pub status: CallStatus,
    /// Called party, in E.164 for a phone number. Empty if Twilio gives none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub to: String,
    /// Caller, in E.164 for a phone number. Empty if Twilio gives none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub from: String,
    /// `outbound-api` for a call created through the API.
    #[serde(default)]
    pub direction: Option<String>,
    /// When Twilio accepted the call. Absent in the answer to its creation.
    #[serde(default, deserialize_with = "time::optional")]
    pub date_created: Option<Timestamp>,
    /// When dialing began.
    #[serde(default, deserialize_with = "time::optional")]
    pub start_time: Option<Timestamp>,
    /// When the call ended.
    #[serde(default, deserialize_with = "time::optional")]
    pub end_time: Option<Timestamp>,
    /// Length of the connected call in seconds, once it is over.
    #[serde(default, rename = "duration", deserialize_with = "seconds")]
    pub duration_s: Option<u32>,
    /// Price in [`price_unit`](Self::price_unit), negative. Known only some time after the end.
    #[serde(default, deserialize_with = "price")]
    pub price: Option<Decimal>,
    /// ISO 4217.
    #[serde(default)]
    pub price_unit: Option<String>,
    /// Who answered (`human`, `machine_start`, `fax` …), if machine detection was on.
    #[serde(default)]
    pub answered_by: Option<String>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .field("to", &Party(&self.to))
            .field("from", &Party(&self.from))
            .field("direction", &self.direction)
            .field("date_created", &self.date_created)
            .field("start_time", &self.start_time)
            .field("end_time", &self.end_time)
            .field("duration_s", &self.duration_s)
            .field("price", &self.price)
            .field("price_unit", &self.price_unit)
            .field("answered_by", &self.answered_by)
            .finish()
    }
}

/// Twilio's schema allows `null` for nearly every field.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Twilio sends the duration as a string.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    parsed(deserializer, "seconds")
}

/// Twilio sends the price as a string, which keeps every digit.
fn price<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    parsed(deserializer, "a price")
}

fn parsed<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
    what: &'static str,
) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if !text.is_empty() => {
            text.parse().map(Some).map_err(|_| serde::de::Error::custom(format_args!("not {what}")))
        }
        Some(_) | None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_has_one_spelling() {
        for status in CallStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).expect("serializes"), json!(status.as_str()));
            assert_eq!(serde_json::from_value::<CallStatus>(json!(status.as_str())).expect("parses"), status);
        }
        for bad in ["", "Queued", "in_progress", "cancelled", "answered", " busy"] {
            assert_eq!(bad.parse::<CallStatus>(), Err(UnknownCallStatus), "{bad}");
        }
    }

    #[test]
    fn a_finished_call_is_read_whole() {
        let call: Call = serde_json::from_value(json!({
            "sid": "CA00000000000000000000000000000001", "status": "completed", "to": "+15005550010",
            "from": "+15005550006", "direction": "outbound-api", "date_created": "Sun, 25 Mar 2018 09:52:20 +0000",
            "start_time": "Sun, 25 Mar 2018 09:52:30 +0000", "end_time": "Sun, 25 Mar 2018 09:53:19 +0000",
            "duration": "49", "price": "-0.01300", "price_unit": "USD", "answered_by": "human", "to_formatted": "ignored"
        }))
        .expect("a call");
        assert_eq!(call.duration_s, Some(49));
        assert_eq!(call.price.map(|price| price.to_string()).as_deref(), Some("-0.01300"));
        assert_eq!(call.end_time.map(|time| time.to_string()).as_deref(), Some("2018-03-25T09:53:19Z"));
        assert_eq!(call.answered_by.as_deref(), Some("human"));

        let debug = format!("{call:?}");
        assert!(
            debug.contains("…10") && !debug.contains("5005550010") && !debug.contains("5005550006"),
            "{debug}"
        );
    }

    #[test]
    fn a_fresh_call_is_mostly_null() {
        let call: Call = serde_json::from_value(json!({
            "sid": "CA00000000000000000000000000000001", "status": "queued", "to": "+15005550010", "from": null,
            "date_created": null, "start_time": "", "duration": "", "price": null, "price_unit": "USD"
        }))
        .expect("a call");
        assert_eq!(
            (call.from.as_str(), call.start_time, call.duration_s, call.price),
            ("", None, None, None)
        );
    }

    #[test]
    fn nonsense_is_not_a_call() {
        let sid = "CA00000000000000000000000000000001";
        for bad in [
            json!({}),
            json!({"sid": sid}),
            json!({"sid": sid, "status": "exploded"}),
            json!({"sid": "../x", "status": "queued"}),
            json!({"sid": sid, "status": "queued", "duration": "-1"}),
            json!({"sid": sid, "status": "queued", "price": "free"}),
            json!({"sid": sid, "status": "queued", "start_time": "soon"}),
        ] {
            assert!(serde_json::from_value::<Call>(bad.clone()).is_err(), "{bad}");
        }
    }
}
