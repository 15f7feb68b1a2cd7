//! Which calls, in the parameters of a request: the same for a page of the history and for a file of it.

use benspamsphones_core::{AskedBy, Outcome};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use utoipa::IntoParams;

use benspamsphones_app::app::CallFilter;

/// Longest text to look for, in characters.
const MAX_TEXT_CHARS: usize = 100;

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
    /// Only calls placed on this day or later: a date, or a date with time and offset.
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
    /// Only calls whose number, protocol or person contains this text.
    #[param(max_length = 100)]
    q: Option<String>,
}

impl CallFilterParameters {
    pub(crate) fn read(self) -> Result<CallFilter, CallFilterError> {
        let text = self.q.filter(|text| !text.trim().is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT_CHARS) {
            return Err(CallFilterError::LongText);
        }
        let zone = time_zone(self.time_zone.as_deref())?;
        let person = self.person.map(|id| id.parse()).transpose();
        Ok(CallFilter {
            outcome: self.outcome,
            protocol: self.protocol,
            person: person.map_err(|_| CallFilterError::Person)?,
            since: self.from.map(|text| Moment::read("from", &text)?.begin(&zone)).transpose()?,
            until: self.to.map(|text| Moment::read("to", &text)?.end(&zone)).transpose()?,
            asked_by: self.asked_by,
            text,
        })
    }
}

/// Why nobody knows which calls are meant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFilterError {
    /// A text that nobody looks for.
    #[error("q takes at most {MAX_TEXT_CHARS} characters")]
    LongText,
    /// Not an id.
    #[error("person must be the id of a person")]
    Person,
    /// The parameter of this name is no day.
    #[error("{0} must be a date such as 2026-03-29, or one with time and offset")]
    Day(&'static str),
    /// No zone has this name.
    #[error("time_zone must be a name such as Europe/Berlin")]
    TimeZone,
    /// A day that no clock shows.
    #[error("{0} is too far in the past or future")]
    FarAway(Date),
}

/// The time zone of that name; this machine's without one.
pub(crate) fn time_zone(name: Option<&str>) -> Result<TimeZone, CallFilterError> {
    let Some(name) = name else { return Ok(TimeZone::system()) };
    TimeZone::get(name).map_err(|_| CallFilterError::TimeZone)
}

/// A day, or a moment to the second.
pub(crate) enum Moment {
    Day(Date),
    Instant(Timestamp),
}

impl Moment {
    pub(crate) fn read(name: &'static str, text: &str) -> Result<Self, CallFilterError> {
        if let Ok(instant) = text.parse() {
            return Ok(Self::Instant(instant));
        }
        // Nothing behind the day: half a time would be taken for all of it.
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        day.map(Self::Day).ok_or(CallFilterError::Day(name))
    }

    /// When it begins.
    pub(crate) fn begin(&self, zone: &TimeZone) -> Result<Timestamp, CallFilterError> {
        match self {
            Self::Instant(instant) => Ok(*instant),
            Self::Day(day) => midnight(*day, zone),
        }
    }

    /// When it is over: for a day, the next midnight.
    fn end(&self, zone: &TimeZone) -> Result<Timestamp, CallFilterError> {
        match self {
            Self::Instant(instant) => Ok(*instant),
            Self::Day(day) => midnight(day.saturating_add(1.day()), zone),
        }
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Result<Timestamp, CallFilterError> {
    let zoned = day.to_zoned(zone.clone());
    zoned.map(|zoned| zoned.timestamp()).map_err(|_| CallFilterError::FarAway(day))
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
        let (begin, end) = (day.begin(&berlin()).unwrap(), day.end(&berlin()).unwrap());
        assert_eq!(begin.to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(end.to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn a_moment_is_exact() {
        let moment = Moment::read("from", "2026-03-29T12:00:00+02:00").unwrap();
        assert_eq!(moment.begin(&berlin()).unwrap().to_string(), "2026-03-29T10:00:00Z");
        for bad in ["2026-03-29T12:00", "yesterday", "2026-3-29", "20260329", "2026-02-30", ""] {
            assert!(Moment::read("from", bad).is_err(), "{bad}");
        }
    }
}
