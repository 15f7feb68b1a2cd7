//! Rows of `explanations`: what Twilio recorded about a call.

use benspamsphones_core::CallId;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;

const GET: &str = "SELECT twilio FROM explanations WHERE call = ?1";
// The call may be deleted during the request to Twilio.
const PUT: &str = "INSERT OR REPLACE INTO explanations (call, twilio) SELECT id, ?2 FROM calls WHERE id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, PUT];

/// As JSON.
pub(crate) fn get(connection: &Connection, call: CallId) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([call.0], |row| row.get(0)).optional()?)
}

pub(crate) fn put(connection: &Connection, call: CallId, twilio: &str) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute(params![call.0, twilio])?;
    Ok(())
}
