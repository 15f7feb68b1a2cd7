//! The calls that a request selects, with the same parameters for the history and its export.

use benspamsphones_core::{AskedBy, Outcome, PersonId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use benspamsphones_app::app::CallFilter;

pub(crate) const MAX_TEXT_CHARS: usize = 100;
/// In characters; twice the longest name that exists.
pub(crate) const MAX_ZONE_CHARS: usize = 64;

/// Which calls. What is left out matches every call.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallFilterParameters {
    /// Only calls with this outcome, or calls that haven't ended (`open`).
    #[param(inline)]
    outcome: Option<Outcome>,
    /// Only calls with this protocol.
    protocol: Option<String>,
    /// Only calls to this person's numbers.
    #[param(value_type = Option<String>, format = "uuid")]
    person: Option<String>,
    /// Only calls placed on this day or later: a date, or a date with time and offset (RFC 3339).
    #[param(example = "2026-03-01")]
    from: Option<String>,
    /// Only calls placed on this day or earlier, or before a date with time and offset.
    #[param(example = "2026-03-31")]
    to: Option<String>,
    /// The time zone of the days; by default this computer's.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Only calls placed from here.
    asked_by: Option<AskedBy>,
    /// Only calls whose number, protocol, person and note contain each of these words, together.
    q: Option<String>,
}

impl CallFilterParameters {
    pub(crate) fn read(self) -> Result<CallFilter, CallFilterError> {
        let text = self.q.filter(|text| !text.trim().is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT_CHARS) {
            return Err(CallFilterError::LongText);
        }
        let zone = time_zone(self.time_zone.as_deref())?;
        let person = self.person.map(|id| hyphenated(&id).map(PersonId).ok_or(CallFilterError::Person));
        Ok(CallFilter {
            outcome: self.outcome,
            protocol: self.protocol,
            person: person.transpose()?,
            since: self.from.map(|text| Ok(Moment::read("from", &text)?.begin(&zone))).transpose()?,
            until: self.to.map(|text| Ok(Moment::read("to", &text)?.end(&zone))).transpose()?,
            asked_by: self.asked_by,
            text,
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFilterError {
    #[error("q takes at most {MAX_TEXT_CHARS} characters")]
    LongText,
    #[error("person must be the id of a person")]
    Person,
    #[error("{0} must be a date such as 2026-03-29, or one with time and offset")]
    Day(&'static str),
    #[error("time_zone must be a name such as Europe/Berlin")]
    TimeZone,
    #[error("There is no time zone {0}; a name such as Europe/Berlin is meant")]
    UnknownTimeZone(String),
}

/// The named time zone; this computer's by default.
pub(crate) fn time_zone(name: Option<&str>) -> Result<TimeZone, CallFilterError> {
    let Some(name) = name else { return Ok(TimeZone::system()) };
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-/".contains(&byte);
    if name.is_empty() || name.len() > MAX_ZONE_CHARS || !name.bytes().all(sign) {
        return Err(CallFilterError::TimeZone);
    }
    TimeZone::get(name).map_err(|_| CallFilterError::UnknownTimeZone(name.to_owned()))
}

/// Accepts only the hyphenated form that this API writes.
pub(crate) fn hyphenated(text: &str) -> Option<Uuid> {
    text.parse::<Hyphenated>().ok().map(Hyphenated::into_uuid)
}

/// A day as in RFC 3339. Rejects anything after it, because a truncated time would pass as a day.
pub(crate) fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| text.len() == 10 && day.to_string() == text)
}

/// A time as in RFC 3339.
fn instant(text: &str) -> Option<Timestamp> {
    let digits = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let (date, rest) = text.split_at_checked(10)?;
    let (time, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let whole = date.len() == 10
        && time.starts_with(['T', 't'])
        && [11..13, 14..16, 17..19].into_iter().all(digits)
        && (matches!(offset, "Z" | "z") || (offset.len() == 6 && offset.as_bytes()[3] == b':'));
    text.parse().ok().filter(|_| whole)
}

/// A day, or an instant to the second.
pub(crate) enum Moment {
    Day(Date),
    Instant(Timestamp),
}

impl Moment {
    pub(crate) fn read(name: &'static str, text: &str) -> Result<Self, CallFilterError> {
        let read = instant(text).map(Self::Instant).or_else(|| day(text).map(Self::Day));
        read.ok_or(CallFilterError::Day(name))
    }

    pub(crate) fn begin(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => *instant,
            Self::Day(day) => midnight(*day, zone),
        }
    }

    /// For a day, the next midnight.
    fn end(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => *instant,
            Self::Day(day) => midnight(day.saturating_add(1.day()), zone),
        }
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    // The last days of the year 9999 are out of range.
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn a_day_is_whole_also_when_the_clocks_change() {
        let day = Moment::read("from", "2026-03-29").unwrap();
        let (begin, end) = (day.begin(&berlin()), day.end(&berlin()));
        assert_eq!(begin.to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(end.to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn a_moment_is_exact() {
        let moment = Moment::read("from", "2026-03-29T12:00:00+02:00").unwrap();
        assert_eq!(moment.begin(&berlin()).to_string(), "2026-03-29T10:00:00Z");
        for good in ["2026-03-29t12:00:00z", "2026-03-29T12:00:00.5-00:30", "9999-12-31", "0001-01-01"] {
            assert!(Moment::read("from", good).is_ok(), "{good}");
        }
        for bad in [
            "2026-03-29T12:00",
            "yesterday",
            "2026-3-29",
            "20260329",
            "2026-02-30",
            "",
            "2026-03-29T12:00Z",
            "2026-03-29 12:00:00Z",
            "20260329T120000Z",
            "2026-03-29T12:00:00+02",
            "2026-03-29T12:00:00+02:00[Europe/Berlin]",
            "+002026-03-29T12:00:00Z",
            "-000001-01-01",
        ] {
            assert!(Moment::read("from", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_zone_that_is_none_is_not_found_and_what_can_t_be_one_is_refused() {
        assert!(time_zone(Some("Europe/Berlin")).is_ok() && time_zone(None).is_ok());
        assert!(matches!(time_zone(Some("Europe/Atlantis")), Err(CallFilterError::UnknownTimeZone(_))));
        for bad in ["", "Europe Berlin", "Europe/Zürich", &"x".repeat(65)] {
            assert!(matches!(time_zone(Some(bad)), Err(CallFilterError::TimeZone)), "{bad}");
        }
    }

    #[test]
    fn an_id_has_one_notation() {
        assert!(hyphenated("0199a0f0-0000-7000-8000-000000000001").is_some());
        for bad in ["0199a0f0000070008000000000000001", "{0199a0f0-0000-7000-8000-000000000001}", "", "1"] {
            assert!(hyphenated(bad).is_none(), "{bad}");
        }
    }
}
