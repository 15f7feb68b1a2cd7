//! Quiet hours across time zones.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::limits::QuietHours;

/// Ends of quiet hours to try until no time zone is quiet. Within three days every time zone has had its morning; if
/// none of them works, none ever will.
const NIGHTS: usize = 24;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Night {
    /// Not quiet in any of the time zones.
    Day,
    /// Quiet in at least one, and in none from this moment on; `None` if there is no such moment.
    Until(Option<Timestamp>),
}

pub(crate) fn night(quiet: QuietHours, zones: &[TimeZone], now: Timestamp) -> Night {
    let mut moment = now;
    for _ in 0..NIGHTS {
        // Before the last of the mornings, it is quiet somewhere.
        let morning = zones.iter().filter_map(|zone| end_of_night(quiet, zone, moment)).max();
        match morning {
            None if moment == now => return Night::Day,
            None => return Night::Until(Some(moment)),
            Some(morning) => moment = morning,
        }
    }
    Night::Until(None)
}

/// When the quiet hours end in this time zone; `None` outside of them.
fn end_of_night(quiet: QuietHours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = zone.to_datetime(now);
    let (from, until) = (quiet.from.0, quiet.until.0);
    if !is_between(local.time(), from, until) {
        return None;
    }
    let over_midnight = from > until && local.time() >= from;
    let date = if over_midnight { local.date().checked_add(1.day()).ok()? } else { local.date() };
    let morning = zone.to_ambiguous_timestamp(date.to_datetime(until));
    // When clocks are set back, the end can occur twice. Between the two, wait for the second.
    let first = morning.compatible().ok()?;
    if first > now { Some(first) } else { morning.later().ok().filter(|second| *second > now) }
}

fn is_between(time: Time, from: Time, until: Time) -> bool {
    if from < until { from <= time && time < until } else { time >= from || time < until }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn asked(zones: &[&str], quiet: QuietHours, now: &str) -> Option<Option<String>> {
        let zones: Vec<_> = zones.iter().map(|name| zone(name)).collect();
        match night(quiet, &zones, at(now)) {
            Night::Day => None,
            Night::Until(moment) => Some(moment.map(|moment| moment.to_string())),
        }
    }

    fn hours(from: &str, until: &str) -> QuietHours {
        QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() }
    }

    #[test]
    fn the_night_goes_over_midnight() {
        let quiet = QuietHours::default();
        let berlin = |now| asked(&["Europe/Berlin"], quiet, now);
        assert_eq!(berlin("2026-01-15T19:59:59Z"), None);
        assert_eq!(berlin("2026-01-15T20:00:00Z"), Some(Some("2026-01-16T08:00:00Z".into())));
        assert_eq!(berlin("2026-01-16T07:59:59Z"), Some(Some("2026-01-16T08:00:00Z".into())));
        assert_eq!(berlin("2026-01-16T08:00:00Z"), None);
        assert_eq!(
            asked(&["Europe/Berlin"], hours("12:00", "14:00"), "2026-01-16T12:30:00Z"),
            Some(Some("2026-01-16T13:00:00Z".into()))
        );
    }

    #[test]
    fn clocks_are_changed_at_both_ends_of_summer() {
        let quiet = QuietHours::default();
        // 2026-03-29 01:00 UTC: Berlin goes from +1 to +2. The morning comes an hour earlier.
        assert_eq!(
            asked(&["Europe/Berlin"], quiet, "2026-03-28T20:00:00Z"),
            Some(Some("2026-03-29T07:00:00Z".into()))
        );
        // 2026-10-25 01:00 UTC: back again.
        assert_eq!(
            asked(&["Europe/Berlin"], quiet, "2026-10-24T19:00:00Z"),
            Some(Some("2026-10-25T08:00:00Z".into()))
        );
        // Quiet hours that end within the skipped hour: 02:30 is 03:30 on that day.
        assert_eq!(
            asked(&["Europe/Berlin"], hours("22:00", "02:30"), "2026-03-29T00:00:00Z"),
            Some(Some("2026-03-29T01:30:00Z".into()))
        );
        // And within the repeated hour. Between the two, quiet hours end and begin again.
        let twice = |now| asked(&["Europe/Berlin"], hours("22:00", "02:30"), now);
        assert_eq!(twice("2026-10-25T00:10:00Z"), Some(Some("2026-10-25T00:30:00Z".into())));
        assert_eq!(twice("2026-10-25T00:40:00Z"), None);
        assert_eq!(twice("2026-10-25T01:10:00Z"), Some(Some("2026-10-25T01:30:00Z".into())));
        assert_eq!(twice("2026-10-25T01:30:00Z"), None);
        // Lord Howe Island shifts by only half an hour.
        assert_eq!(
            asked(&["Australia/Lord_Howe"], quiet, "2026-04-04T12:00:00Z"),
            Some(Some("2026-04-04T22:30:00Z".into()))
        );
    }

    #[test]
    fn of_several_clocks_all_must_show_day() {
        let quiet = QuietHours::default();
        let coasts = ["America/New_York", "Pacific/Honolulu"];
        assert_eq!(
            asked(&coasts, quiet, "2026-01-15T18:59:00Z"),
            Some(Some("2026-01-15T19:00:00Z".into())),
            "9:00 in Hawaii"
        );
        assert_eq!(asked(&coasts, quiet, "2026-01-16T01:59:00Z"), None, "20:59 in New York");
        assert_eq!(asked(&coasts, quiet, "2026-01-16T02:00:00Z"), Some(Some("2026-01-16T19:00:00Z".into())));
        assert_eq!(asked(&[], quiet, "2026-01-16T02:00:00Z"), None, "nobody's clock");
        let everywhere = ["Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo"];
        assert_eq!(asked(&everywhere, quiet, "2026-01-16T02:00:00Z"), Some(None), "never day on all of them");
    }
}
