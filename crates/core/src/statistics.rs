//! Statistics of the history: calls per day by outcome, answer rates, monthly spending.
//!
//! Days and hours are in the viewer's time zone.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Money;
use crate::spending::{self, Span};

/// Number of days, including today.
pub const DAYS: usize = 30;
/// Days that count for the rates by hour and weekday.
const RATE_DAYS: i64 = 90;
/// Number of months, including this one.
pub const MONTHS: usize = 12;

/// How the calls of one day ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(title = "DayOfCalls")]
pub struct Day {
    /// The day.
    #[schema(value_type = String, format = "date", example = "2026-03-29")]
    pub day: Date,
    /// Answered, and confirmed with a key.
    pub confirmed: u32,
    /// Answered without that.
    pub completed: u32,
    /// The line was busy.
    pub busy: u32,
    /// Nobody answered.
    pub no_answer: u32,
    /// Hung up before anybody answered.
    pub canceled: u32,
    /// Failed.
    pub failed: u32,
}

/// How many calls ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endings {
    /// Answered, and confirmed with a key.
    pub confirmed: u32,
    /// Answered without that.
    pub completed: u32,
    /// The line was busy.
    pub busy: u32,
    /// Not answered.
    pub no_answer: u32,
    /// Hung up before the answer.
    pub canceled: u32,
    /// Failed.
    pub failed: u32,
}

/// How many calls reached a phone, and how many of those were answered. Calls that failed or were hung up earlier
/// aren't counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(title = "AnswerRate")]
pub struct Rate {
    /// Calls that were answered, busy, or not answered.
    pub calls: u32,
    /// Those that were answered.
    pub answered: u32,
}

/// Spending of one month, by currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// The first of the month.
    pub first_day: Date,
    /// One amount per currency, sorted by its letters.
    pub spent: Vec<Money>,
}

/// Collects counts and sums.
#[derive(Clone, Debug)]
pub struct Statistics {
    zone: TimeZone,
    days: BTreeMap<Date, Day>,
    rates_from: Date,
    hours: [Rate; 24],
    weekdays: [Rate; 7],
    months: BTreeMap<Date, BTreeMap<String, Money>>,
}

impl Statistics {
    /// Without calls; ends now, in this time zone.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        let today = now.to_zoned(zone.clone()).date();
        let this_month = today.first_of_month();
        let back = |days: i64| today.saturating_sub(days.days());
        let day =
            |day| Day { day, confirmed: 0, completed: 0, busy: 0, no_answer: 0, canceled: 0, failed: 0 };
        let days = (0..DAYS).map(|ago| back(i64::try_from(ago).unwrap_or(0)));
        let months =
            (0..MONTHS).map(|ago| this_month.saturating_sub(i64::try_from(ago).unwrap_or(0).months()));
        Self {
            zone,
            days: days.map(|date| (date, day(date))).collect(),
            rates_from: back(RATE_DAYS - 1),
            hours: [Rate::default(); 24],
            weekdays: [Rate::default(); 7],
            months: months.map(|month| (month, BTreeMap::new())).collect(),
        }
    }

    /// Calls before this moment don't count.
    pub fn counts_from(&self) -> Timestamp {
        self.midnight(self.days.keys().next().copied().unwrap_or(self.rates_from).min(self.rates_from))
    }

    /// The months whose spending counts, oldest first.
    pub fn month_spans(&self) -> Vec<Span> {
        let [first, last] = [self.months.keys().next(), self.months.keys().next_back()]
            .map(|month| month.copied().unwrap_or(date(1970, 1, 1)));
        spending::months(first, last.last_of_month(), &self.zone)
    }

    fn midnight(&self, date: Date) -> Timestamp {
        date.to_zoned(self.zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned: Zoned| zoned.timestamp())
    }

    /// Adds the ended calls that were requested within one quarter of an hour. In every time zone, hours and days begin
    /// on a quarter of UTC, so a quarter belongs to one hour of one day.
    pub fn add_quarter(&mut self, begins_at: Timestamp, calls: Endings) {
        let local = begins_at.to_zoned(self.zone.clone());
        let date = local.date();
        if let Some(day) = self.days.get_mut(&date) {
            day.confirmed += calls.confirmed;
            day.completed += calls.completed;
            day.busy += calls.busy;
            day.no_answer += calls.no_answer;
            day.canceled += calls.canceled;
            day.failed += calls.failed;
        }
        if date >= self.rates_from {
            let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
            let hour = usize::try_from(local.hour()).unwrap_or(0);
            let answered = calls.confirmed + calls.completed;
            for rate in [&mut self.hours[hour], &mut self.weekdays[weekday]] {
                rate.calls += answered + calls.busy + calls.no_answer;
                rate.answered += answered;
            }
        }
    }

    /// Adds spending of one of [`Statistics::month_spans`]; ignores other spans.
    pub fn add_spent(&mut self, month: &Span, spent: Money) {
        if let Some(month) = self.months.get_mut(&month.first_day) {
            match month.get_mut(spent.currency()) {
                Some(sum) => *sum = sum.plus(&spent),
                None => _ = month.insert(spent.currency().to_owned(), spent),
            }
        }
    }

    /// Oldest first.
    pub fn days(&self) -> impl Iterator<Item = &Day> {
        self.days.values()
    }

    /// By hour of the day, from midnight.
    pub fn hours(&self) -> &[Rate; 24] {
        &self.hours
    }

    /// By day of the week, from Monday.
    pub fn weekdays(&self) -> &[Rate; 7] {
        &self.weekdays
    }

    /// Oldest first.
    pub fn months(&self) -> impl Iterator<Item = Month> {
        self.months
            .iter()
            .map(|(&first_day, spent)| Month { first_day, spent: spent.values().cloned().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        // Germany's rule in POSIX format, so that tests don't depend on system files.
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_call_belongs_to_the_day_of_whoever_looks() {
        let mut statistics = Statistics::new(at("2026-03-30T10:00:00Z"), berlin());
        let one = Endings::default();
        // Clocks go forward this night: Sunday ends at 22:00 UTC, an hour earlier than Saturday.
        statistics.add_quarter(at("2026-03-28T23:30:00Z"), Endings { completed: 1, ..one });
        statistics.add_quarter(at("2026-03-29T21:45:00Z"), Endings { busy: 1, ..one });
        statistics.add_quarter(at("2026-03-29T22:00:00Z"), Endings { no_answer: 1, ..one });
        let days: Vec<_> = statistics.days().collect();
        assert_eq!(days.len(), DAYS);
        let [sunday, monday] = days[DAYS - 2..] else { panic!("two days") };
        assert_eq!(
            (sunday.day, sunday.completed, sunday.busy, sunday.no_answer),
            (date(2026, 3, 29), 1, 1, 0)
        );
        assert_eq!((monday.day, monday.no_answer), (date(2026, 3, 30), 1));
        assert_eq!(statistics.hours()[0], Rate { calls: 2, answered: 1 });
        assert_eq!(statistics.hours()[23], Rate { calls: 1, answered: 0 });
        assert_eq!(statistics.weekdays()[6], Rate { calls: 2, answered: 1 });
    }

    #[test]
    fn hours_and_days_of_every_zone_begin_with_a_quarter() {
        // Nepal is 5 h 45 min ahead of UTC, the Chatham Islands 12 h 45 min.
        for (zone, midnight) in
            [("NPT-5:45", "2026-06-14T18:15:00Z"), ("CHAST-12:45", "2026-06-14T11:15:00Z")]
        {
            let mut statistics = Statistics::new(at("2026-06-15T10:00:00Z"), TimeZone::posix(zone).unwrap());
            let before = at(midnight).checked_sub(jiff::SignedDuration::from_mins(15)).unwrap();
            statistics.add_quarter(before, Endings { busy: 1, ..Endings::default() });
            statistics.add_quarter(at(midnight), Endings { completed: 2, ..Endings::default() });
            let days: Vec<_> = statistics.days().filter(|day| day.busy + day.completed > 0).collect();
            assert_eq!((days[0].day, days[0].busy, days[0].completed), (date(2026, 6, 14), 1, 0), "{zone}");
            assert_eq!((days[1].day, days[1].busy, days[1].completed), (date(2026, 6, 15), 0, 2), "{zone}");
            assert_eq!(statistics.hours()[0], Rate { calls: 2, answered: 2 }, "{zone}");
            assert_eq!(statistics.hours()[23], Rate { calls: 1, answered: 0 }, "{zone}");
        }
    }

    #[test]
    fn what_was_never_in_anybodys_hand_says_nothing_about_answering() {
        let mut statistics = Statistics::new(at("2026-06-15T10:00:00Z"), berlin());
        statistics.add_quarter(
            at("2026-06-15T08:00:00Z"),
            Endings { failed: 1, canceled: 1, ..Endings::default() },
        );
        assert!(statistics.hours().iter().chain(statistics.weekdays()).all(|rate| rate.calls == 0));
        let today = statistics.days().last().unwrap();
        assert_eq!((today.failed, today.canceled), (1, 1));
    }

    #[test]
    fn money_is_added_by_currency_and_month() {
        let money = |amount: &str, currency| Money::new(amount.parse().unwrap(), currency).unwrap();
        let mut statistics = Statistics::new(at("2026-06-15T10:00:00Z"), berlin());
        let spans = statistics.month_spans();
        let [.., may, june] = spans.as_slice() else { panic!("twelve months") };
        assert_eq!((june.from, june.to), (at("2026-05-31T22:00:00Z"), at("2026-06-30T22:00:00Z")));
        assert_eq!(may.to, june.from);
        assert_eq!(spans[0].from, at("2025-06-30T22:00:00Z"));
        statistics.add_spent(june, money("0.1", "usd"));
        statistics.add_spent(june, money("0.2", "usd"));
        statistics.add_spent(june, money("1", "eur"));
        let before = Span { first_day: date(2025, 6, 1), ..*june };
        statistics.add_spent(&before, money("9", "usd"));
        let months: Vec<_> = statistics.months().collect();
        assert_eq!(months.len(), MONTHS);
        assert_eq!(months[0].first_day, date(2025, 7, 1), "the oldest that is told");
        let june = &months[MONTHS - 1];
        let spent: Vec<_> = june.spent.iter().map(ToString::to_string).collect();
        assert_eq!(spent, ["1 EUR", "0.3 USD"]);
        assert!(months[..MONTHS - 1].iter().all(|month| month.spent.is_empty()));
        assert_eq!(statistics.counts_from(), at("2026-03-17T23:00:00Z"), "ninety days with today");
    }
}
