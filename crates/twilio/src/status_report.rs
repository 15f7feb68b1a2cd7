//! Status callbacks.

use jiff::Timestamp;

use crate::{CallStatus, time};

/// A parsed status callback. Missing, empty or undocumented values become `None`; without a status there is no report.
/// Source: "StatusCallback" of Twilio's page about the Call resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The call's status.
    pub status: CallStatus,
    /// Call SID, unchecked.
    pub sid: Option<String>,
    /// When it happened, by Twilio's clock.
    pub told_at: Option<Timestamp>,
    /// Length of the answered part, in seconds.
    pub duration_s: Option<u32>,
    /// Who answered, Twilio's value.
    pub answered_by: Option<String>,
    /// Final SIP response of the carrier.
    pub sip_response_code: Option<u16>,
    /// Twilio's error code and its text.
    pub error: Option<(u32, String)>,
}

impl StatusReport {
    /// Reads a callback's fields. Verify them with [`crate::signature`] first.
    ///
    /// If a field is repeated, the first non-empty value counts.
    #[must_use]
    pub fn read<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> Option<Self> {
        let field = |name: &str| {
            let mut values = fields.iter().map(|(field, value)| (field.as_ref(), value.as_ref()));
            values.find(|(field, value)| *field == name && !value.is_empty()).map(|(_, value)| value)
        };
        let code: Option<u32> = field("ErrorCode").and_then(|code| code.parse().ok());
        Some(Self {
            status: field("CallStatus")?.parse().ok()?,
            sid: field("CallSid").map(str::to_owned),
            told_at: field("Timestamp").and_then(|told| time::parse_rfc2822(told).ok()),
            duration_s: field("CallDuration").and_then(|seconds| seconds.parse().ok()),
            answered_by: field("AnsweredBy").map(str::to_owned),
            sip_response_code: field("SipResponseCode").and_then(|code| code.parse().ok()),
            error: code.map(|code| (code, field("ErrorMessage").unwrap_or_default().to_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_what_it_can() {
        let report = StatusReport::read(&[
            ("CallStatus", ""),
            ("CallStatus", "completed"),
            ("CallSid", "CA1"),
            ("Timestamp", "Sun, 25 Mar 2018 09:53:19 +0000"),
            ("CallDuration", "12"),
            ("AnsweredBy", ""),
            ("SipResponseCode", "200"),
            ("ErrorCode", "13224"),
        ]);
        let expected = StatusReport {
            status: CallStatus::Completed,
            sid: Some("CA1".into()),
            told_at: "2018-03-25T09:53:19Z".parse().ok(),
            duration_s: Some(12),
            answered_by: None,
            sip_response_code: Some(200),
            error: Some((13_224, String::new())),
        };
        assert_eq!(report, Some(expected));
    }

    #[test]
    fn nothing_is_told_without_a_status() {
        assert_eq!(StatusReport::read(&[("CallSid", "CA1")]), None);
        assert_eq!(StatusReport::read(&[("CallStatus", "asleep")]), None);
        let odd =
            [("CallStatus", "ringing"), ("CallDuration", "-1"), ("Timestamp", "soon"), ("ErrorCode", "x")];
        let report = StatusReport::read(&odd).expect("a status");
        assert_eq!((report.duration_s, report.told_at, report.error), (None, None, None));
    }
}
