//! Twilio's log of a call: errors, and the requests that Twilio made.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::call::null_as_default;
use crate::time;

/// An error or warning about a call.
///
/// Source: `Calls/{Sid}/Notifications.json`. Its text may contain a phone number, so `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Twilio's error code, see [`explain`](crate::explain()).
    #[serde(default, deserialize_with = "number")]
    pub error_code: Option<u32>,
    /// `0` is an error, `1` a warning.
    #[serde(default)]
    pub log: Option<String>,
    /// Twilio's text; sometimes fields in the form of a query.
    #[serde(default, deserialize_with = "null_as_default")]
    pub message_text: String,
    /// Twilio's page about the error.
    #[serde(default)]
    pub more_info: Option<String>,
    /// When it happened.
    #[serde(default, deserialize_with = "time::optional", serialize_with = "time::write_optional")]
    pub message_date: Option<Timestamp>,
    /// The URL that caused it.
    #[serde(default)]
    pub request_url: Option<String>,
}

impl Notification {
    /// Whether it is only a warning.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.log.as_deref() == Some("1")
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("error_code", &self.error_code)
            .field("log", &self.log)
            .field("message_date", &self.message_date)
            .finish_non_exhaustive()
    }
}

/// A request that Twilio made for a call: for its TwiML, or a status callback.
///
/// Source: `Calls/{Sid}/Events.json`. Its parameters are left out; status callbacks have them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRequestLog {
    /// What Twilio sent.
    pub request: LoggedRequest,
    /// What it received; empty without a response.
    #[serde(default, deserialize_with = "null_as_default")]
    pub response: LoggedResponse,
}

/// The request.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// `GET` or `POST`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub method: String,
    /// Full URL.
    #[serde(default, deserialize_with = "null_as_default")]
    pub url: String,
}

/// The response.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedResponse {
    /// The HTTP status.
    #[serde(default, deserialize_with = "number")]
    pub response_code: Option<u32>,
    /// Response time in milliseconds.
    #[serde(default, rename = "request_duration", deserialize_with = "number")]
    pub request_duration_ms: Option<u32>,
    /// When it arrived.
    #[serde(default, deserialize_with = "time::optional", serialize_with = "time::write_optional")]
    pub date_created: Option<Timestamp>,
}

impl fmt::Debug for CallRequestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // URLs may contain secrets.
        f.debug_struct("CallRequestLog")
            .field("method", &self.request.method)
            .field("response_code", &self.response.response_code)
            .finish_non_exhaustive()
    }
}

/// Twilio sends some numbers as strings.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    match Option::<Either>::deserialize(deserializer)? {
        Some(Either::Number(number)) => Ok(Some(number)),
        Some(Either::Text(text)) if !text.is_empty() => {
            text.parse().map(Some).map_err(|_| serde::de::Error::custom("not a number"))
        }
        Some(Either::Text(_)) | None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_notification_is_read_and_kept() {
        let told = json!({
            "sid": "NO00000000000000000000000000000001", "error_code": "11200", "log": "0",
            "message_text": "HTTP retrieval failure: +15005550100", "message_date": "Sun, 25 Mar 2018 09:53:19 +0000",
            "more_info": "https://www.twilio.com/docs/errors/11200", "request_url": "https://example.com/twiml",
            "request_method": null
        });
        let read: Notification = serde_json::from_value(told).expect("a notification");
        assert_eq!((read.error_code, read.is_warning()), (Some(11_200), false));
        let kept = serde_json::to_string(&read).expect("JSON");
        assert_eq!(serde_json::from_str::<Notification>(&kept).expect("the same"), read);
        assert!(!format!("{read:?}").contains("5550100"), "{read:?}");
    }

    #[test]
    fn a_request_without_an_answer_is_one_all_the_same() {
        for response in [json!(null), json!({"response_code": null, "request_duration": "15000"})] {
            let told =
                json!({"request": {"method": "POST", "url": "https://example.com/"}, "response": response});
            let read: CallRequestLog = serde_json::from_value(told).expect("a request");
            assert_eq!(read.response.response_code, None);
            let kept = serde_json::to_string(&read).expect("JSON");
            assert_eq!(serde_json::from_str::<CallRequestLog>(&kept).expect("the same"), read);
        }
    }
}
