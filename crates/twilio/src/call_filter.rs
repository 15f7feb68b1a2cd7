//! Filters for lists of calls, and their pages.

use std::fmt;

use form_urlencoded::Serializer;
use jiff::{Timestamp, Unit};
use serde::Deserialize;

use crate::redact::Party;
use crate::{Call, CallStatus};

pub(crate) const PAGE_SIZE_MAX: usize = 1_000;

/// Which calls to list; Twilio returns the newest first. Its `Debug` text keeps only the last two digits of the
/// numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct CallFilter {
    /// Only calls to this number, in E.164.
    pub to: Option<String>,
    /// Only calls from this number, in E.164.
    pub from: Option<String>,
    /// Only calls with this status.
    pub status: Option<CallStatus>,
    /// Only calls that started at or after this time, to the second. A queued call has no start time.
    pub started_from: Option<Timestamp>,
    /// Only calls that started at or before this time, to the second.
    pub started_until: Option<Timestamp>,
    /// Most calls to collect. A page holds at most 1,000.
    pub limit: usize,
}

impl Default for CallFilter {
    /// Twilio's own default page size.
    fn default() -> Self {
        Self { to: None, from: None, status: None, started_from: None, started_until: None, limit: 50 }
    }
}

impl CallFilter {
    pub(crate) fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(to) = &self.to {
            query.append_pair("To", to);
        }
        if let Some(from) = &self.from {
            query.append_pair("From", from);
        }
        if let Some(status) = self.status {
            query.append_pair("Status", status.as_str());
        }
        // `StartTime>` and `=` together mean "not before".
        if let Some(time) = self.started_from {
            query.append_pair("StartTime>", &whole_second(time));
        }
        if let Some(time) = self.started_until {
            query.append_pair("StartTime<", &whole_second(time));
        }
        query.append_pair("PageSize", &self.limit.clamp(1, PAGE_SIZE_MAX).to_string());
        query.finish()
    }
}

/// ISO 8601 to the second, as Twilio's own libraries send times.
fn whole_second(time: Timestamp) -> String {
    let rounded = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    // Rounding fails only past the last representable second; then send the time unrounded.
    time.round(rounded).unwrap_or(time).to_string()
}

impl fmt::Debug for CallFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFilter")
            .field("to", &self.to.as_deref().map(Party))
            .field("from", &self.from.as_deref().map(Party))
            .field("status", &self.status)
            .field("started_from", &self.started_from)
            .field("started_until", &self.started_until)
            .field("limit", &self.limit)
            .finish()
    }
}

/// One page of a list of calls.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CallPage {
    /// The calls, newest first.
    pub calls: Vec<Call>,
    /// Path and query of the next page, relative to the base URL.
    #[serde(default)]
    pub(crate) next_page_uri: Option<String>,
}

impl CallPage {
    /// Whether there is another page.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.next_page_uri.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds_rounded_down() {
        let time: Timestamp = "2025-01-02T03:04:05.999Z".parse().expect("a time");
        let filter = CallFilter { started_from: Some(time), limit: 5_000, ..CallFilter::default() };
        assert_eq!(filter.query(), "StartTime%3E=2025-01-02T03%3A04%3A05Z&PageSize=1000");
    }
}
