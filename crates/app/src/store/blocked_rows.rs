//! Rows of `blocked_numbers`.

use benspamsphones_core::PhoneNumber;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::StoreError;
use super::columns::{line, of_line, timestamp};

const LIST: &str =
    "SELECT number, note, blocked_at, opted_out FROM blocked_numbers ORDER BY blocked_at DESC, number";
const PUT: &str = "INSERT INTO blocked_numbers (number, note, blocked_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT (number) DO UPDATE SET note = ?2 RETURNING blocked_at, opted_out";
// The owner's note stays; the date is that of the opt-out.
const OPT_OUT: &str = "INSERT INTO blocked_numbers (number, blocked_at, opted_out) VALUES (?1, ?2, 1) \
     ON CONFLICT (number) DO UPDATE SET opted_out = 1, blocked_at = ?2 WHERE opted_out = 0";
const OPTED_OUT: &str =
    concat!("SELECT EXISTS (SELECT 1 FROM blocked_numbers WHERE ", of_line!(), " AND opted_out = 1)");
const BLOCKED: &str = concat!("SELECT EXISTS (SELECT 1 FROM blocked_numbers WHERE ", of_line!(), ")");
const DELETE: &str = concat!("DELETE FROM blocked_numbers WHERE ", of_line!());
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, PUT, OPT_OUT, OPTED_OUT, BLOCKED, DELETE];

/// A number that may not be called, regardless of who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedNumber {
    /// The number.
    pub number: PhoneNumber,
    /// The owner's note.
    pub note: Option<String>,
    /// When it was blocked or opted out.
    pub blocked_at: Timestamp,
    /// Whether the person at this number pressed 9; otherwise the owner blocked it.
    pub opted_out: bool,
}

/// All blocked numbers, latest first.
pub fn list(connection: &Connection) -> Result<Vec<BlockedNumber>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, i64>(2)?, row.get(3)?))
    })?;
    rows.map(|row| {
        let (number, note, blocked_at, opted_out) = row?;
        let parsed = PhoneNumber::from_e164(&number);
        let number = parsed.map_err(|_| StoreError::bad_row("blocked number", number))?;
        Ok(BlockedNumber { number, note, blocked_at: timestamp(blocked_at)?, opted_out })
    })
    .collect()
}

/// Changes the note of a blocked number.
pub(crate) fn put(
    connection: &Connection,
    number: PhoneNumber,
    note: Option<String>,
    now: Timestamp,
) -> Result<BlockedNumber, StoreError> {
    let mut statement = connection.prepare_cached(PUT)?;
    let (blocked_at, opted_out) = statement
        .query_row(params![number.as_str(), note, now.as_millisecond()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(BlockedNumber { number, note, blocked_at: timestamp(blocked_at)?, opted_out })
}

pub(crate) fn opt_out(
    connection: &Connection,
    number: &PhoneNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.prepare_cached(OPT_OUT)?.execute(params![number.as_str(), now.as_millisecond()])?;
    Ok(())
}

/// Under any of the line's numbers.
pub(crate) fn is_opted_out(connection: &Connection, number: &PhoneNumber) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(OPTED_OUT)?.query_row(line(number), |row| row.get(0))?)
}

/// Under any of the line's numbers.
pub(crate) fn is_blocked(connection: &Connection, number: &PhoneNumber) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(BLOCKED)?.query_row(line(number), |row| row.get(0))?)
}

/// Under all of the line's numbers; `false` if none was blocked.
pub(crate) fn delete(connection: &Connection, number: &PhoneNumber) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(DELETE)?.execute(line(number))? > 0)
}
