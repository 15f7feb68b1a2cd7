//! Formats times like Twilio.

use jiff::Timestamp;

/// Fails only for years beyond 9999.
pub(crate) fn rfc2822(time: Timestamp) -> String {
    twilio::time::format_rfc2822(time).unwrap_or_default()
}
