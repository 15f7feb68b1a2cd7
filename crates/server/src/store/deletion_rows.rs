//! Calls that are deleted, with all that was kept about them.

use benspamsphones_core::{CallId, CallStatus, Outcome};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::call_rows::mode;
use super::{StoreError, event_rows, quarter_rows};

const ENDED: &str = "SELECT id, mode, requested_at, status FROM calls \
     WHERE id > ?1 AND id < ?2 AND open = 0 ORDER BY id LIMIT ?3";
// Its events and what Twilio told about it go with it.
const DELETE: &str = "DELETE FROM calls WHERE id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ENDED, DELETE];

/// Deletes the oldest calls that are over and lie between two ids, `limit` at most; which, oldest first.
pub(crate) fn delete_oldest(
    connection: &Connection,
    after: CallId,
    before: CallId,
    limit: usize,
) -> Result<Vec<CallId>, StoreError> {
    let newest_event = event_rows::latest(connection)?;
    let calls = {
        let mut statement = connection.prepare_cached(ENDED)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_and_then(params![after.0, before.0, limit], |row| {
            let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            let status: CallStatus = text(3)?.parse()?;
            Ok((CallId(row.get::<_, Uuid>(0)?), mode(text(1)?)?, row.get::<_, i64>(2)?, Outcome::from(status)))
        })?;
        rows.collect::<Result<Vec<_>, StoreError>>()?
    };
    for (id, mode, requested_ms, outcome) in &calls {
        connection.prepare_cached(DELETE)?.execute([id.0])?;
        quarter_rows::uncount(connection, *mode, *requested_ms, *outcome)?;
    }
    event_rows::stay_above(connection, newest_event)?;
    Ok(calls.into_iter().map(|(id, ..)| id).collect())
}
