//! The time, as it is kept.

use jiff::Timestamp;

/// Now, in whole milliseconds: what is told live is then what the database tells later.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
