//! Rows of `blocked_numbers`.

use benspamsphones_core::PhoneNumber;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::StoreError;

const LIST: &str = "SELECT number, note, blocked_at FROM blocked_numbers ORDER BY blocked_at DESC, number";
const PUT: &str = "INSERT INTO blocked_numbers (number, note, blocked_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT (number) DO UPDATE SET note = ?2";
const DELETE: &str = "DELETE FROM blocked_numbers WHERE number = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, PUT, DELETE];

/// A number that is not to be called, whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedNumber {
    /// The number.
    pub number: PhoneNumber,
    /// Why, in the owner's words.
    pub note: Option<String>,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// All of them, the latest first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<BlockedNumber>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, i64>(2)?))
    })?;
    rows.map(|row| {
        let (number, note, blocked_at) = row?;
        let parsed = PhoneNumber::from_e164(&number);
        let number = parsed.map_err(|_| StoreError::bad_row("blocked number", number))?;
        let blocked_at = Timestamp::from_millisecond(blocked_at)
            .map_err(|_| StoreError::bad_row("time", blocked_at.to_string()))?;
        Ok(BlockedNumber { number, note, blocked_at })
    })
    .collect()
}

/// Blocks a number, or changes its note.
pub(crate) fn put(connection: &Connection, blocked: &BlockedNumber) -> Result<(), StoreError> {
    let BlockedNumber { number, note, blocked_at } = blocked;
    connection.prepare_cached(PUT)?.execute(params![number.as_str(), note, blocked_at.as_millisecond()])?;
    Ok(())
}

/// Takes a number off; `false` when it wasn't blocked.
pub(crate) fn delete(connection: &Connection, number: &PhoneNumber) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(DELETE)?.execute([number.as_str()])? > 0)
}
