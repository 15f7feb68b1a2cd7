//! Times as Twilio writes them.

use jiff::Timestamp;

/// A time as Twilio writes it. Only a year beyond 9999 can't be written so.
pub(crate) fn rfc2822(time: Timestamp) -> String {
    twilio::time::format_rfc2822(time).unwrap_or_default()
}
