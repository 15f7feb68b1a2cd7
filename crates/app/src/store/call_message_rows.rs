//! The message of a call, a column of `calls` that few readers need.

use benspamsphones_core::CallId;
use rusqlite::{Connection, OptionalExtension as _};

use super::StoreError;
use super::columns::each_text;

const GET: &str = "SELECT message FROM calls WHERE id = ?1";
const EACH: &str = "SELECT id, message FROM calls WHERE message IS NOT NULL ORDER BY id DESC";
const LATEST: &str = "SELECT message FROM calls WHERE message IS NOT NULL ORDER BY id DESC LIMIT ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, EACH, LATEST];

/// The message that came with a call.
pub fn get(connection: &Connection, call: CallId) -> Result<Option<String>, StoreError> {
    let found = connection.prepare_cached(GET)?.query_row([call.0], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// Newest call first.
pub(crate) fn each(connection: &Connection, tell: impl FnMut(CallId, &str)) -> Result<(), StoreError> {
    each_text(connection, EACH, tell)
}

/// The latest messages, at most this many.
pub fn latest(connection: &Connection, most: u32) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(LATEST)?;
    let rows = statement.query_map([most], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
