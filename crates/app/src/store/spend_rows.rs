//! What calls cost over time, added up. Triggers keep the sums (`0008_money.sql`); here they are read.
//!
//! They are made of quarter hours and days of UTC, so a year is some hundred rows however many calls it had.

use std::collections::BTreeMap;

use benspamsphones_core::spending::Span;
use benspamsphones_core::{Mode, Money};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::columns::price;

/// The shortest span that sums are kept for, in milliseconds.
pub(crate) const QUARTER_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;

/// Quarter hours to the first whole day, whole days, and quarter hours after the last one.
const BETWEEN: &str = "SELECT currency, sum(spent_micros), sum(held_micros) FROM (
    SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 900 AND starts_at >= ?2 AND starts_at < ?3
    UNION ALL SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 86400 AND starts_at >= ?3 AND starts_at < ?4
    UNION ALL SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 900 AND starts_at >= ?4 AND starts_at < ?5
    ) WHERE ?6 IS NULL OR account_sid = ?6 GROUP BY currency";
const SPANS: &str = "SELECT starts_at, currency, spent_micros, held_micros FROM spend
    WHERE mode = ?1 AND span_s = ?2 AND starts_at >= ?3 AND starts_at < ?4";
/// What calls under way can take beyond what they are held to cost.
const PROMISED: &str =
    "SELECT estimate_currency, sum(estimate_micros * (estimate_most_minutes - estimate_minutes)) FROM calls
    WHERE open = 1 AND mode = ?1 AND account_sid = ?2 AND requested_at >= ?3
        AND estimate_most_minutes > estimate_minutes GROUP BY estimate_currency";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BETWEEN, SPANS, PROMISED];

/// What calls of one currency cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// What Twilio has told.
    pub spent: Money,
    /// What is expected of calls whose price isn't known yet.
    pub held: Money,
}

/// What calls between two moments cost or, where no price is known yet, are held to cost (`Call::held`) and, while they are under
/// way, can take beyond that (`Estimate::most_minutes`): one sum for each currency, for the guard.
///
/// It runs in the transaction that reserves a call and reads a row for each day, at most 95 quarter hours and the calls
/// under way, however many calls there are. Moments within a quarter hour count as that quarter's beginning; the beginning of a day or
/// a month is exact in every time zone. A call without an estimate counts for nothing until its price is known. What the
/// call costs that is about to be reserved isn't in it: that is its own `Call::held`.
pub(crate) fn committed_between(
    connection: &Connection,
    mode: Mode,
    account_sid: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Money>, StoreError> {
    let mut all = promised_since(connection, mode, account_sid, from)?;
    for Spent { spent, held } in between(connection, mode, Some(account_sid), from, to)? {
        let committed = spent.plus(&held);
        match all.iter_mut().find(|sum| sum.currency() == committed.currency()) {
            Some(sum) => *sum = sum.plus(&committed),
            None => all.push(committed),
        }
    }
    Ok(all)
}

fn promised_since(
    connection: &Connection,
    mode: Mode,
    account_sid: &str,
    since: Timestamp,
) -> Result<Vec<Money>, StoreError> {
    let mut statement = connection.prepare_cached(PROMISED)?;
    let values = params![mode.as_str(), account_sid, quarter(since)];
    let sums = statement.query_and_then(values, |row| price(row.get(1)?, row.get(0)?))?;
    sums.filter_map(Result::transpose).collect()
}

/// What calls between two moments cost, one sum for each currency; both moments are taken back to their quarter hour.
pub(crate) fn between(
    connection: &Connection,
    mode: Mode,
    account_sid: Option<&str>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Spent>, StoreError> {
    let [from, to] = [from, to].map(quarter);
    let to = to.max(from);
    let first_day = ((from + DAY_MS - 1).div_euclid(DAY_MS) * DAY_MS).min(to);
    let after_last_day = (to.div_euclid(DAY_MS) * DAY_MS).max(first_day);
    let mut statement = connection.prepare_cached(BETWEEN)?;
    let mut rows =
        statement.query(params![mode.as_str(), from, first_day, after_last_day, to, account_sid])?;
    let mut sums = Vec::new();
    while let Some(row) = rows.next()? {
        let currency: String = row.get(0)?;
        sums.push(spent(&currency, row.get(1)?, row.get(2)?)?);
    }
    Ok(sums)
}

/// What calls of each day cost, as [`between`] tells it, for days that follow each other.
///
/// A day of another zone is the day of UTC that is nearest, without the quarter hours that it has too many, with those
/// that it lacks: so in Berlin eight quarter hours a day are read rather than 96.
pub(crate) fn of_days(
    connection: &Connection,
    mode: Mode,
    days: &[Span],
) -> Result<Vec<Vec<Spent>>, StoreError> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(SPANS)?;
    let mut whole = OfDays::default();
    let ends = [first.from, last.to].map(nearest_day);
    let mut rows = statement.query(params![mode.as_str(), 86_400, ends[0], ends[1]])?;
    let mut day = 0;
    while let Some(row) = rows.next()? {
        let starts_at: i64 = row.get(0)?;
        // Days are in order, and so are the rows.
        while days.get(day).is_some_and(|day| nearest_day(day.to) <= starts_at) {
            day += 1;
        }
        whole.add(day, row, 1)?;
    }
    drop(rows);
    let ends = days.iter().map(|day| day.from).chain([last.to]);
    for (next, end) in ends.enumerate() {
        let (end, near) = (quarter(end), nearest_day(end));
        if end == near {
            continue;
        }
        // Before the end of a day of UTC they are the next day's; after it they were counted with that one.
        let sign = if end < near { 1 } else { -1 };
        let mut rows = statement.query(params![mode.as_str(), 900, end.min(near), end.max(near)])?;
        while let Some(row) = rows.next()? {
            whole.add(next, row, sign)?;
            if let Some(before) = next.checked_sub(1) {
                whole.add(before, row, -sign)?;
            }
        }
    }
    let mut told = vec![Vec::new(); days.len()];
    for (currency, sums) in &whole.0 {
        for (at, (spent_micros, held_micros)) in sums {
            let (Some(day), Some(sums)) = (days.get(*at), told.get_mut(*at)) else { continue };
            if (*spent_micros, *held_micros) == (0, 0) {
                // Calls that cost nothing, or none at all.
                let sums_of_day = between(connection, mode, None, day.from, day.to)?;
                if sums_of_day.iter().all(|sum| sum.spent.currency() != currency) {
                    continue;
                }
            }
            sums.push(spent(currency, *spent_micros, *held_micros)?);
        }
    }
    Ok(told)
}

/// What was spent on which day, for each of the few currencies in its order.
#[derive(Default)]
struct OfDays(Vec<(String, OfOneCurrency)>);

/// Millionths spent and held, by the day's place.
type OfOneCurrency = BTreeMap<usize, (i64, i64)>;

impl OfDays {
    fn add(&mut self, day: usize, row: &Row<'_>, sign: i64) -> Result<(), StoreError> {
        let currency = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let at = match self.0.binary_search_by(|(known, _)| known.as_str().cmp(currency)) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (currency.to_owned(), OfOneCurrency::new()));
                at
            }
        };
        let (spent_micros, held_micros): (i64, i64) = (row.get(2)?, row.get(3)?);
        if let Some((_, sums)) = self.0.get_mut(at) {
            let sum = sums.entry(day).or_default();
            sum.0 += sign * spent_micros;
            sum.1 += sign * held_micros;
        }
        Ok(())
    }
}

/// The quarter hour of a moment, by its beginning in milliseconds.
fn quarter(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(QUARTER_MS) * QUARTER_MS
}

/// The beginning of a day of UTC that is nearest, in milliseconds.
fn nearest_day(at: Timestamp) -> i64 {
    (quarter(at) + DAY_MS / 2).div_euclid(DAY_MS) * DAY_MS
}

fn spent(currency: &str, spent: i64, held: i64) -> Result<Spent, StoreError> {
    Ok(Spent { spent: money(spent, currency)?, held: money(held, currency)? })
}

pub(super) fn money(micros: i64, currency: &str) -> Result<Money, StoreError> {
    Money::of_micros(micros, currency).ok_or_else(|| StoreError::bad_row("currency", currency))
}

#[cfg(test)]
mod tests;
