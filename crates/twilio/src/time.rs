//! Twilio's times: RFC 2822 in UTC, to the second (`Sun, 25 Mar 2018 09:53:19 +0000`).

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
#[cfg(feature = "client")]
use serde::Serializer;
use serde::{Deserialize, Deserializer};

/// Formats `time` like Twilio, without fractions of a second.
///
/// # Errors
/// For a year before 0 or after 9999, which RFC 2822 can't express.
pub fn format_rfc2822(time: Timestamp) -> Result<String, jiff::Error> {
    // A bare timestamp gets "-0000", which means an unknown local offset; Twilio writes "+0000".
    rfc2822::to_string(&time.to_zoned(TimeZone::UTC))
}

/// Parses any form that RFC 2822 allows.
///
/// # Errors
/// If `text` is no such time, or its weekday doesn't match its date.
pub fn parse_rfc2822(text: &str) -> Result<Timestamp, jiff::Error> {
    rfc2822::DateTimeParser::new().parse_timestamp(text)
}

/// For serde: `null` and the empty string are `None`.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if !text.is_empty() => parse_rfc2822(&text).map(Some).map_err(serde::de::Error::custom),
        Some(_) | None => Ok(None),
    }
}

#[cfg(feature = "client")]
pub(crate) fn write_optional<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time.map(format_rfc2822).transpose() {
        Ok(Some(text)) => serializer.serialize_str(&text),
        Ok(None) => serializer.serialize_none(),
        Err(error) => Err(serde::ser::Error::custom(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twilios_form_is_read_and_written() {
        let text = "Sun, 25 Mar 2018 09:53:19 +0000";
        let time = parse_rfc2822(text).expect("a time");
        assert_eq!(time, "2018-03-25T09:53:19Z".parse().expect("the same time"));
        assert_eq!(format_rfc2822(time).expect("in range"), text);
        assert!(parse_rfc2822("2018-03-25T09:53:19Z").is_err());
        assert!(parse_rfc2822("Mon, 25 Mar 2018 09:53:19 +0000").is_err());
    }
}
