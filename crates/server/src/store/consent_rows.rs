//! Rows of `consents`.

use benspamsphones_core::{AskedBy, PhoneNumber};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::columns::timestamp;

const GET: &str = "SELECT given_at FROM consents WHERE number = ?1";
const PUT: &str =
    "INSERT INTO consents (number, given_at, asked_by) VALUES (?1, ?2, ?3) ON CONFLICT (number) DO NOTHING";
const DELETE: &str = "DELETE FROM consents WHERE number = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, PUT, DELETE];

/// When the owner said that whoever has the number is fine with being called.
pub(crate) fn given_at(
    connection: &Connection,
    number: &PhoneNumber,
) -> Result<Option<Timestamp>, StoreError> {
    let found: Option<i64> =
        connection.prepare_cached(GET)?.query_row([number.as_str()], |row| row.get(0)).optional()?;
    found.map(timestamp).transpose()
}

/// Writes it down. The first answer keeps its date.
pub(crate) fn put(
    connection: &Connection,
    number: &PhoneNumber,
    at: Timestamp,
    by: AskedBy,
) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute(params![number.as_str(), at.as_millisecond(), by.as_str()])?;
    Ok(())
}

/// Forgets it: whoever has the number no longer wants to be called.
pub(crate) fn delete(connection: &Connection, number: &PhoneNumber) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([number.as_str()])?;
    Ok(())
}
