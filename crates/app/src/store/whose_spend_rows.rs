//! What calls cost by the protocol that was played and by who was called, added up. Triggers keep the sums
//! (`0008_money.sql`); here they are read.
//!
//! They are made of months of UTC, and of the calls between a month's end and the moment that was asked for.

use std::collections::BTreeMap;

use benspamsphones_core::{Mode, Money, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::first_id;
use super::spend_rows::money;

/// How far the time in a call's id may be from the time it was asked for.
const ID_SKEW: SignedDuration = SignedDuration::from_secs(60);

const OF_PROTOCOLS: &str = "SELECT protocol, currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY protocol, currency";
const OF_PROTOCOLS_EDGE: &str = "SELECT protocol, price_currency, sum(price_micros), count(*) FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL GROUP BY protocol, price_currency";
const OF_ALL: &str = "SELECT currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY currency";
/// A number of two people counts for one of them, or their sums would be more than there is. People are looked for once
/// for each number that was called, and the sums are made in the order of the key, without sorting.
const OF_PEOPLE: &str =
    "SELECT (SELECT min(person) FROM person_numbers WHERE number = called), currency, spent, calls
    FROM (SELECT number AS called, currency, sum(spent_micros) AS spent, sum(calls) AS calls FROM number_spend
        WHERE mode = ?1 AND number IN (SELECT number FROM person_numbers) AND month >= ?2 AND month < ?3
        GROUP BY number, currency)";
const OF_PEOPLE_EDGE: &str = "SELECT (SELECT min(person) FROM person_numbers WHERE number = called), currency, spent, calls
    FROM (SELECT to_number AS called, price_currency AS currency, sum(price_micros) AS spent, count(*) AS calls FROM calls
        WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
            AND price_micros IS NOT NULL
        GROUP BY to_number, price_currency)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_PROTOCOLS, OF_PROTOCOLS_EDGE, OF_ALL, OF_PEOPLE, OF_PEOPLE_EDGE];

/// What calls of the history between two moments cost, by the protocol that was played.
pub(crate) fn of_protocols(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<String, Vec<Money>>, StoreError> {
    let range = Range::between(mode, from, to);
    let mut sums = Sums::default();
    range.months(connection, OF_PROTOCOLS, |row| sums.add(row.get(0)?, &Amount::of(row, 1)?, 1))?;
    range.edges(connection, OF_PROTOCOLS_EDGE, |row, sign| {
        sums.add(row.get(0)?, &Amount::of(row, 1)?, sign)
    })?;
    sums.told()
}

/// What calls of the history cost, by who was called.
pub(crate) struct OfPeople {
    /// By the people whose numbers were called.
    pub people: BTreeMap<PersonId, Vec<Money>>,
    /// All of them, whoever has the number.
    pub all: Vec<Money>,
}

/// The same by the people whose numbers were called.
pub(crate) fn of_people(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<OfPeople, StoreError> {
    let range = Range::between(mode, from, to);
    let (mut people, mut all) = (Sums::default(), Sums::default());
    range.months(connection, OF_ALL, |row| all.add((), &Amount::of(row, 0)?, 1))?;
    let mut add = |row: &Row<'_>, amount: &Amount, sign| match row.get::<_, Option<Uuid>>(0)? {
        Some(person) => people.add(PersonId(person), amount, sign),
        None => Ok(()),
    };
    range.months(connection, OF_PEOPLE, |row| add(row, &Amount::of(row, 1)?, 1))?;
    range.edges(connection, OF_PEOPLE_EDGE, |row, sign| {
        let amount = Amount::of(row, 1)?;
        all.add((), &amount, sign)?;
        add(row, &amount, sign)
    })?;
    Ok(OfPeople { people: people.told()?, all: all.told()?.remove(&()).unwrap_or_default() })
}

/// A time as whole months of UTC, and what has to be added or taken away at both ends.
struct Range {
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
    first_month: Timestamp,
    end_month: Timestamp,
}

impl Range {
    fn between(mode: Mode, from: Timestamp, to: Timestamp) -> Self {
        Self { mode, from, to, first_month: nearest_month(from), end_month: nearest_month(to) }
    }

    fn months(
        &self,
        connection: &Connection,
        sql: &str,
        mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (first, end) = (self.first_month.as_millisecond(), self.end_month.as_millisecond());
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.mode.as_str(), first, end])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    /// The calls between a month's beginning and the moment: too much, or what is missing, as the sign says.
    fn edges(
        &self,
        connection: &Connection,
        sql: &str,
        mut take: impl FnMut(&Row<'_>, i64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Self { mode, from, to, first_month: first, end_month: end } = *self;
        let mut statement = connection.prepare_cached(sql)?;
        for (a, b, sign) in [(from, first, 1), (first, from, -1), (end, to, 1), (to, end, -1)] {
            if a >= b {
                continue;
            }
            let [first_id, last_id] = [a.checked_sub(ID_SKEW), b.checked_add(ID_SKEW)]
                .map(|at| at.map_or(Uuid::max(), |at| first_id(at).0));
            let range = params![first_id, last_id, a.as_millisecond(), b.as_millisecond(), mode.as_str()];
            let mut rows = statement.query(range)?;
            while let Some(row) = rows.next()? {
                take(row, sign)?;
            }
        }
        Ok(())
    }
}

/// What some calls cost together.
struct Amount {
    currency: String,
    micros: i64,
    calls: i64,
}

impl Amount {
    /// Three columns of a row.
    fn of(row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        Ok(Self { currency: row.get(at)?, micros: row.get(at + 1)?, calls: row.get(at + 2)? })
    }
}

/// Millionths and how many calls, by whose they are and the currency.
struct Sums<K>(BTreeMap<(K, String), (i64, i64)>);

impl<K> Default for Sums<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Sums<K> {
    fn add(&mut self, key: K, amount: &Amount, sign: i64) -> Result<(), StoreError> {
        let sum = self.0.entry((key, amount.currency.clone())).or_default();
        sum.0 += sign * amount.micros;
        sum.1 += sign * amount.calls;
        Ok(())
    }

    /// Of those that have calls.
    fn told(self) -> Result<BTreeMap<K, Vec<Money>>, StoreError> {
        let mut told: BTreeMap<K, Vec<Money>> = BTreeMap::new();
        for ((key, currency), (micros, calls)) in self.0 {
            if calls > 0 {
                told.entry(key).or_default().push(money(micros, &currency)?);
            }
        }
        Ok(told)
    }
}

/// The beginning of a month of UTC that is nearest.
pub(super) fn nearest_month(at: Timestamp) -> Timestamp {
    let zoned = at.to_zoned(TimeZone::UTC);
    let begins = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).map_or(at, |zoned| zoned.timestamp());
    let this = zoned.date().first_of_month();
    let [this, next] = [this, this.saturating_add(1.month())].map(begins);
    if at.duration_since(this) <= next.duration_since(at) { this } else { next }
}
