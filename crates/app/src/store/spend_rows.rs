//! Total costs of calls over time. Triggers maintain the sums (`0008_money.sql`); this module reads them.
//!
//! The sums are by quarter hours and UTC days, so a year is some hundred rows, however many calls it had.

use std::collections::BTreeMap;

use benspamsphones_core::spending::Span;
use benspamsphones_core::{Mode, Money};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::columns::price;

/// In milliseconds.
pub(crate) const QUARTER_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;

/// Quarter hours up to the first whole day, whole days, and quarter hours after the last one.
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
/// What calls in progress may cost beyond the amount held for them.
const PROMISED: &str =
    "SELECT estimate_currency, sum(estimate_micros * (estimate_most_minutes - estimate_minutes)) FROM calls
    WHERE open = 1 AND mode = ?1 AND account_sid = ?2 AND requested_at >= ?3
        AND estimate_most_minutes > estimate_minutes GROUP BY estimate_currency";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BETWEEN, SPANS, PROMISED];

/// The cost of calls in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The prices that Twilio reported.
    pub spent: Money,
    /// The estimates for calls whose price isn't known yet.
    pub held: Money,
}

/// For the guard: prices, the amounts held until they are known (`Call::held`), and what calls in progress may still
/// add (`Estimate::most_minutes`). Without the call being reserved; a call with neither price nor estimate counts
/// nothing.
///
/// Reads a row per day, at most 95 quarter hours and the calls in progress, however many calls there are. Times are
/// rounded down to quarter hours, so the start of a day or month is exact in every time zone.
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

/// Both times are rounded down to quarter hours.
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

/// For consecutive days. A day in another time zone is the nearest UTC day, minus its extra quarter hours, plus the
/// missing ones. So in Berlin this reads eight quarter hours a day rather than 96.
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
        // Both days and rows are in order.
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
        // Quarter hours before the end of a UTC day belong to the next day; those after it were already counted there.
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
                // Either the calls cost nothing, or there were none.
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

/// By currency, sorted.
#[derive(Default)]
struct OfDays(Vec<(String, OfOneCurrency)>);

/// Millionths spent and held, by the day's index.
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

/// In milliseconds.
fn quarter(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(QUARTER_MS) * QUARTER_MS
}

/// In milliseconds.
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
