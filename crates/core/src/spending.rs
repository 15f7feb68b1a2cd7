//! Time spans for spending by day and month, in the viewer's time zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How sums are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(title = "SpendBy")]
pub enum SpendBy {
    /// By day.
    Day,
    /// By month.
    Month,
    /// By what was played.
    Protocol,
    /// By who was called.
    Person,
}

/// A day or month as a time span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The day, or the first requested day of the month.
    pub first_day: Date,
    /// Start, inclusive.
    pub from: Timestamp,
    /// End, exclusive.
    pub to: Timestamp,
}

/// From the start of one day to the end of another.
pub fn whole(first: Date, last: Date, zone: &TimeZone) -> Span {
    Span { first_day: first, from: begins(first, zone), to: begins(last.saturating_add(1.day()), zone) }
}

/// Each day from first to last.
pub fn days(first: Date, last: Date, zone: &TimeZone) -> Vec<Span> {
    let days = std::iter::successors(Some(first), |day| day.checked_add(1.day()).ok());
    days.take_while(|day| *day <= last).map(|day| whole(day, day, zone)).collect()
}

/// Each month from first to last; the first and last month may be partial.
pub fn months(first: Date, last: Date, zone: &TimeZone) -> Vec<Span> {
    let months = std::iter::successors(Some(first), |day| day.first_of_month().checked_add(1.month()).ok());
    months.take_while(|day| *day <= last).map(|day| whole(day, day.last_of_month().min(last), zone)).collect()
}

/// Where clocks go forward at midnight, a day begins at one o'clock.
fn begins(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn days_have_the_length_that_the_clocks_give_them() {
        let days = days(date(2026, 3, 28), date(2026, 3, 30), &berlin());
        let hours: Vec<i64> = days.iter().map(|day| day.to.duration_since(day.from).as_hours()).collect();
        assert_eq!(hours, [24, 23, 24], "the clocks go forward on the second");
        assert!(days.windows(2).all(|two| two[0].to == two[1].from), "no gap and no overlap");
        let autumn = super::days(date(2026, 10, 25), date(2026, 10, 25), &berlin());
        assert_eq!(autumn[0].to.duration_since(autumn[0].from).as_hours(), 25);
    }

    #[test]
    fn months_are_cut_to_what_was_asked_for() {
        let told = |first, last| -> Vec<(String, String)> {
            let months = months(first, last, &TimeZone::UTC);
            months.iter().map(|month| (month.first_day.to_string(), month.to.to_string())).collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), format!("{b}T00:00:00Z"))).collect()
        };
        assert_eq!(
            told(date(2026, 1, 30), date(2026, 3, 2)),
            pairs(&[
                ("2026-01-30", "2026-02-01"),
                ("2026-02-01", "2026-03-01"),
                ("2026-03-01", "2026-03-03")
            ])
        );
        assert_eq!(told(date(2026, 1, 3), date(2026, 1, 3)), pairs(&[("2026-01-03", "2026-01-04")]));
        assert!(told(date(2026, 1, 3), date(2026, 1, 2)).is_empty());
    }
}
