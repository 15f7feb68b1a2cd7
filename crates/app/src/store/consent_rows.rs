//! Rows of `consents`.

use benspamsphones_core::{AskedBy, Mode, PhoneNumber};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::columns::{line, of_line, timestamp};

const PUT: &str =
    "INSERT INTO consents (mode, number, given_at, asked_by) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const DELETE: &str = concat!("DELETE FROM consents WHERE ", of_line!());
const TAKE_BACK: &str = "DELETE FROM consents WHERE mode = ?1 AND number = ?2";
pub(super) const LIST: &str = "SELECT mode, number, given_at FROM consents";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[PUT, DELETE, TAKE_BACK, LIST];

/// Mode and number.
pub(super) type ConsentKey = (String, String);

pub(super) fn consent(row: &Row<'_>) -> Result<(ConsentKey, Timestamp), StoreError> {
    Ok(((row.get(0)?, row.get(1)?), timestamp(row.get(2)?)?))
}

pub(super) fn list(connection: &Connection) -> Result<Vec<(ConsentKey, Timestamp)>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_and_then([], consent)?;
    rows.collect()
}

pub(super) fn take_back(connection: &Connection, (mode, number): &ConsentKey) -> Result<(), StoreError> {
    connection.prepare_cached(TAKE_BACK)?.execute([mode, number])?;
    Ok(())
}

/// An existing consent keeps its date.
pub(crate) fn put(
    connection: &Connection,
    mode: Mode,
    number: &PhoneNumber,
    at: Timestamp,
    by: AskedBy,
) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute(params![
        mode.as_str(),
        number.as_str(),
        at.as_millisecond(),
        by.as_str()
    ])?;
    Ok(())
}

/// In both modes: the person no longer wants to be called.
pub(crate) fn delete(connection: &Connection, number: &PhoneNumber) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute(line(number))?;
    Ok(())
}
