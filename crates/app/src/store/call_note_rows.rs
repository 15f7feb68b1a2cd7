//! Rows of `call_notes`.

use benspamsphones_core::CallId;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use super::columns::each_text;

const GET: &str = "SELECT note FROM call_notes WHERE call = ?1";
const EACH: &str = "SELECT call, note FROM call_notes ORDER BY call DESC";
const PUT: &str = "INSERT OR REPLACE INTO call_notes (call, note) VALUES (?1, ?2)";
const DELETE: &str = "DELETE FROM call_notes WHERE call = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, EACH, PUT, DELETE];

/// The note on a call.
pub fn get(connection: &Connection, call: CallId) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([call.0], |row| row.get(0)).optional()?)
}

/// Newest call first.
pub(crate) fn each(connection: &Connection, tell: impl FnMut(CallId, &str)) -> Result<(), StoreError> {
    each_text(connection, EACH, tell)
}

/// An empty text removes the note.
pub(crate) fn put(connection: &Connection, call: CallId, note: &str) -> Result<(), StoreError> {
    if note.is_empty() {
        connection.prepare_cached(DELETE)?.execute([call.0])?;
    } else {
        connection.prepare_cached(PUT)?.execute(params![call.0, note])?;
    }
    Ok(())
}
