//! Rows of `further_numbers`: the numbers that a call's TwiML dials. Triggers write them (`0014_further_numbers.sql`).

use benspamsphones_core::{CallId, Mode, Money, PhoneNumber};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::Value;
use uuid::Uuid;

use super::StoreError;
use super::columns::{price, timestamp};

const SET: &str = "UPDATE calls SET further_numbers = ?2, further_micros = ?3 WHERE id = ?1";
// A call that was never answered dialed none of them.
const TO_NUMBER: &str = "SELECT coalesce(counted_at, requested_at) FROM further_numbers JOIN calls ON calls.id = call \
     WHERE number = ?1 AND call >= ?2 AND mode = ?3 AND status NOT IN ('failed', 'canceled', 'busy', 'no-answer')";
const TO_ALL: &str = "SELECT coalesce(counted_at, requested_at) FROM calls JOIN further_numbers ON call = calls.id \
     WHERE calls.id >= ?1 AND mode = ?2 AND status NOT IN ('failed', 'canceled', 'busy', 'no-answer')";
const UNDER_WAY: &str =
    "SELECT count(*) FROM calls JOIN further_numbers ON call = calls.id WHERE open = 1 AND mode = ?1";
const PER_MINUTE: &str = "SELECT further_micros, estimate_currency FROM calls WHERE id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SET, TO_NUMBER, TO_ALL, UNDER_WAY, PER_MINUTE];

pub(crate) fn set(
    connection: &Connection,
    call: CallId,
    numbers: &[PhoneNumber],
    per_minute: Option<&Money>,
) -> Result<(), StoreError> {
    let list: Value = numbers.iter().map(PhoneNumber::as_str).collect();
    let values = params![call.0, list.to_string(), per_minute.map(Money::micros)];
    connection.prepare_cached(SET)?.execute(values)?;
    Ok(())
}

/// In this spelling.
pub(crate) fn to_number(
    connection: &Connection,
    number: &PhoneNumber,
    since: Uuid,
    mode: Mode,
) -> Result<Vec<Timestamp>, StoreError> {
    let mut statement = connection.prepare_cached(TO_NUMBER)?;
    let values = params![number.as_str(), since, mode.as_str()];
    let rows = statement.query_and_then(values, |row| timestamp(row.get(0)?))?;
    rows.collect()
}

/// Once for each number.
pub(crate) fn to_all(connection: &Connection, since: Uuid, mode: Mode) -> Result<Vec<Timestamp>, StoreError> {
    let mut statement = connection.prepare_cached(TO_ALL)?;
    let rows = statement.query_and_then(params![since, mode.as_str()], |row| timestamp(row.get(0)?))?;
    rows.collect()
}

pub(crate) fn under_way(connection: &Connection, mode: Mode) -> Result<u32, StoreError> {
    Ok(connection.prepare_cached(UNDER_WAY)?.query_row([mode.as_str()], |row| row.get(0))?)
}

pub(crate) fn per_minute(connection: &Connection, call: CallId) -> Result<Option<Money>, StoreError> {
    let (micros, currency) = connection
        .prepare_cached(PER_MINUTE)?
        .query_row([call.0], |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<String>>(1)?)))?;
    price(micros, currency)
}
