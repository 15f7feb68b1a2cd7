//! Total costs of calls by protocol and by person. Triggers maintain the sums (`0008_money.sql`); this module reads
//! them.
//!
//! The sums are by UTC months, corrected by the calls between a month's boundary and the requested time.

use std::collections::BTreeMap;

use benspamsphones_core::{Mode, Money, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::first_id;
use super::spend_rows::money;

/// Between the time in a call's id and its request time.
const ID_SKEW: SignedDuration = SignedDuration::from_secs(60);

const OF_PROTOCOLS: &str = "SELECT protocol, currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY protocol, currency";
const OF_PROTOCOLS_EDGE: &str = "SELECT protocol, price_currency, sum(price_micros), count(*) FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL GROUP BY protocol, price_currency";
const OF_ALL: &str = "SELECT currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY currency";
/// A number of two people counts for only one of them, so that the sums match the total. People are looked up once per
/// number called, and sums follow the key's order, without sorting.
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

pub(crate) struct OfPeople {
    /// By person.
    pub people: BTreeMap<PersonId, Vec<Money>>,
    /// All of them, including numbers that no one in People has.
    pub all: Vec<Money>,
}

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

/// Whole UTC months, plus or minus the calls at both ends.
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

    /// With the sign by which they count.
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

struct Amount {
    currency: String,
    micros: i64,
    calls: i64,
}

impl Amount {
    fn of(row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        Ok(Self { currency: row.get(at)?, micros: row.get(at + 1)?, calls: row.get(at + 2)? })
    }
}

/// Millionths and the number of calls.
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

pub(super) fn nearest_month(at: Timestamp) -> Timestamp {
    let zoned = at.to_zoned(TimeZone::UTC);
    let begins = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).map_or(at, |zoned| zoned.timestamp());
    let this = zoned.date().first_of_month();
    let [this, next] = [this, this.saturating_add(1.month())].map(begins);
    if at.duration_since(this) <= next.duration_since(at) { this } else { next }
}
