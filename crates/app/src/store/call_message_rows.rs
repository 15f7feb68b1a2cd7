//! The message of a call: a column of `calls` that most readers of a call have no use for.

use benspamsphones_core::CallId;
use rusqlite::{Connection, OptionalExtension as _};

use super::StoreError;
use super::columns::text;

const GET: &str = "SELECT message FROM calls WHERE id = ?1";
const EACH: &str = "SELECT id, message FROM calls WHERE message IS NOT NULL ORDER BY id DESC";
const LATEST: &str = "SELECT message FROM calls WHERE message IS NOT NULL ORDER BY id DESC LIMIT ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, EACH, LATEST];

/// The message that a call brought along.
pub fn get(connection: &Connection, call: CallId) -> Result<Option<String>, StoreError> {
    let found = connection.prepare_cached(GET)?.query_row([call.0], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// Tells of each message, that of the newest call first.
pub(crate) fn each(connection: &Connection, mut tell: impl FnMut(CallId, &str)) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(EACH)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        tell(CallId(row.get(0)?), text(row, 1)?);
    }
    Ok(())
}

/// The latest messages, so many at most.
pub fn latest(connection: &Connection, most: u32) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(LATEST)?;
    let rows = statement.query_map([most], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
