//! What calls cost, added up. Triggers keep the sums (`0008_money.sql`); here they are read.
//!
//! Sums over time are made of quarter hours and days of UTC, so a year is some hundred rows however many calls it had.
//! Sums by protocol and by person are made of months of UTC, and of the calls between a month's end and the moment that
//! was asked for.

use std::collections::BTreeMap;

use benspamsphones_core::spending::Span;
use benspamsphones_core::{Mode, Money, PersonId};
use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::first_id;

/// The shortest span that sums are kept for, in milliseconds.
pub(crate) const QUARTER_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;
/// How far the time in a call's id may be from the time it was asked for.
const ID_SKEW: SignedDuration = SignedDuration::from_secs(60);

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
const OF_PROTOCOLS: &str = "SELECT protocol, currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY protocol, currency";
const OF_PROTOCOLS_EDGE: &str = "SELECT protocol, price_currency, sum(price_micros), count(*) FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL GROUP BY protocol, price_currency";
/// A number of two people counts for one of them, or their sums would be more than there is.
const OF_PEOPLE: &str = "SELECT person, currency, sum(spent_micros), sum(calls)
    FROM (SELECT number, min(person) AS person FROM person_numbers GROUP BY number) AS known
    CROSS JOIN number_spend ON number_spend.mode = ?1 AND number_spend.number = known.number
        AND number_spend.month >= ?2 AND number_spend.month < ?3
    GROUP BY person, currency";
const OF_PEOPLE_EDGE: &str = "SELECT person, currency, sum(spent), sum(calls) FROM (
    SELECT (SELECT min(person) FROM person_numbers WHERE number = to_number) AS person, price_currency AS currency,
        price_micros AS spent, 1 AS calls FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL)
    WHERE person IS NOT NULL GROUP BY person, currency";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[BETWEEN, SPANS, OF_PROTOCOLS, OF_PROTOCOLS_EDGE, OF_PEOPLE, OF_PEOPLE_EDGE];

/// What calls of one currency cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// What Twilio has told.
    pub spent: Money,
    /// What is expected of calls whose price isn't known yet.
    pub held: Money,
}

/// What calls since then cost or, where no price is known yet, are held to cost (`Call::held`): one sum for each
/// currency, for the guard.
///
/// It runs in the transaction that reserves a call and reads a row for each day, and at most 95 quarter hours, however
/// many calls there are. A `since` within a quarter hour counts from that quarter's beginning; the beginning of a day or
/// a month is exact in every time zone. A call without an estimate counts for nothing until its price is known. What the
/// call costs that is about to be reserved isn't in it: that is its own `Call::held`.
pub(crate) fn committed_since(
    connection: &Connection,
    mode: Mode,
    account_sid: &str,
    since: Timestamp,
) -> Result<Vec<Money>, StoreError> {
    let sums = between(connection, mode, Some(account_sid), since, Timestamp::MAX)?;
    Ok(sums.into_iter().map(|sum| sum.spent.plus(&sum.held)).collect())
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
    let mut whole = OfDays::new();
    let ends = [first.from, last.to].map(nearest_day);
    let mut rows = statement.query(params![mode.as_str(), 86_400, ends[0], ends[1]])?;
    let mut day = 0;
    while let Some(row) = rows.next()? {
        let starts_at: i64 = row.get(0)?;
        // Days are in order, and so are the rows.
        while days.get(day).is_some_and(|day| nearest_day(day.to) <= starts_at) {
            day += 1;
        }
        add_row(&mut whole, day, row, 1)?;
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
            add_row(&mut whole, next, row, sign)?;
            if let Some(before) = next.checked_sub(1) {
                add_row(&mut whole, before, row, -sign)?;
            }
        }
    }
    let mut told = vec![Vec::new(); days.len()];
    for ((at, currency), (spent_micros, held_micros)) in whole {
        let (Some(day), Some(sums)) = (days.get(at), told.get_mut(at)) else { continue };
        if (spent_micros, held_micros) == (0, 0) {
            // Calls that cost nothing, or none at all.
            let sums_of_day = between(connection, mode, None, day.from, day.to)?;
            if sums_of_day.iter().all(|sum| sum.spent.currency() != currency) {
                continue;
            }
        }
        sums.push(spent(&currency, spent_micros, held_micros)?);
    }
    Ok(told)
}

/// Millionths spent and held, by the day's place and the currency.
type OfDays = BTreeMap<(usize, String), (i64, i64)>;

fn add_row(days: &mut OfDays, day: usize, row: &rusqlite::Row<'_>, sign: i64) -> Result<(), StoreError> {
    let (spent_micros, held_micros): (i64, i64) = (row.get(2)?, row.get(3)?);
    let sum = days.entry((day, row.get(1)?)).or_default();
    sum.0 += sign * spent_micros;
    sum.1 += sign * held_micros;
    Ok(())
}

/// The quarter hour of a moment, by its beginning in milliseconds.
fn quarter(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(QUARTER_MS) * QUARTER_MS
}

/// The beginning of a day of UTC that is nearest, in milliseconds.
fn nearest_day(at: Timestamp) -> i64 {
    (quarter(at) + DAY_MS / 2).div_euclid(DAY_MS) * DAY_MS
}

/// What calls of the history between two moments cost, by the protocol that was played.
pub(crate) fn of_protocols(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<String, Vec<Money>>, StoreError> {
    let key = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    Sums::of(connection, mode, (from, to), (OF_PROTOCOLS, OF_PROTOCOLS_EDGE), key)
}

/// The same by the people whose numbers were called; what nobody has whose number was called isn't in it.
pub(crate) fn of_people(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<PersonId, Vec<Money>>, StoreError> {
    let key = |row: &rusqlite::Row<'_>| row.get::<_, Uuid>(0).map(PersonId);
    Sums::of(connection, mode, (from, to), (OF_PEOPLE, OF_PEOPLE_EDGE), key)
}

/// Sums of whole months, mended by the calls at both ends.
struct Sums<K> {
    /// By whose they are and currency: millionths, and how many calls.
    found: BTreeMap<(K, String), (i64, i64)>,
}

impl<K: Ord + Clone> Sums<K> {
    fn of(
        connection: &Connection,
        mode: Mode,
        (from, to): (Timestamp, Timestamp),
        (months, edge): (&str, &str),
        key: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<BTreeMap<K, Vec<Money>>, StoreError> {
        let mut sums = Self { found: BTreeMap::new() };
        let [first, end] = [nearest_month(from), nearest_month(to)];
        let mut statement = connection.prepare_cached(months)?;
        let whole = params![mode.as_str(), first.as_millisecond(), end.as_millisecond()];
        sums.add(statement.query(whole)?, 1, &key)?;
        let mut statement = connection.prepare_cached(edge)?;
        // Between the month's beginning and the moment: too much, or what is missing.
        for (a, b, sign) in [(from, first, 1), (first, from, -1), (end, to, 1), (to, end, -1)] {
            if a < b {
                let [first_id, last_id] = [a.checked_sub(ID_SKEW), b.checked_add(ID_SKEW)]
                    .map(|at| at.map_or(Uuid::max(), |at| first_id(at).0));
                let range = params![first_id, last_id, a.as_millisecond(), b.as_millisecond(), mode.as_str()];
                sums.add(statement.query(range)?, sign, &key)?;
            }
        }
        let mut told: BTreeMap<K, Vec<Money>> = BTreeMap::new();
        for ((key, currency), (micros, calls)) in sums.found {
            if calls > 0 {
                told.entry(key).or_default().push(money(micros, &currency)?);
            }
        }
        Ok(told)
    }

    fn add(
        &mut self,
        mut rows: rusqlite::Rows<'_>,
        sign: i64,
        key: &impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<(), StoreError> {
        while let Some(row) = rows.next()? {
            let (micros, calls): (i64, i64) = (row.get(2)?, row.get(3)?);
            let sum = self.found.entry((key(row)?, row.get(1)?)).or_default();
            sum.0 += sign * micros;
            sum.1 += sign * calls;
        }
        Ok(())
    }
}

/// The beginning of a month of UTC that is nearest.
fn nearest_month(at: Timestamp) -> Timestamp {
    let zoned = at.to_zoned(TimeZone::UTC);
    let begins = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).map_or(at, |zoned| zoned.timestamp());
    let this = zoned.date().first_of_month();
    let [this, next] = [this, this.saturating_add(1.month())].map(begins);
    if at.duration_since(this) <= next.duration_since(at) { this } else { next }
}

fn spent(currency: &str, spent: i64, held: i64) -> Result<Spent, StoreError> {
    Ok(Spent { spent: money(spent, currency)?, held: money(held, currency)? })
}

fn money(micros: i64, currency: &str) -> Result<Money, StoreError> {
    Money::of_micros(micros, currency).ok_or_else(|| StoreError::bad_row("currency", currency))
}

#[cfg(test)]
mod tests;
