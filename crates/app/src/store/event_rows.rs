//! Rows of `events`.

use benspamsphones_core::{Call, CallEvent, CallId, EventId, EventKind, Source};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::StoreError;
use super::columns::{event_kind, source, text, timestamp};

// SQLite would reuse deleted ids, but a reconnecting listener requests events after the last id it has seen.
const INSERT: &str = "INSERT INTO events (id, call_id, at, kind, source, status) VALUES (1 + max(
    coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT newest FROM deleted_events), 0)), ?1, ?2, ?3, ?4, ?5)";
// Keeps its id, unless another event has it, as in the database of another installation.
const TAKE_OVER: &str = "INSERT INTO events (id, call_id, at, kind, source, status)
    SELECT iif(EXISTS (SELECT 1 FROM events WHERE id = ?1), 1 + max(
        coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT newest FROM deleted_events), 0)), ?1),
        ?2, ?3, ?4, ?5, ?6
    WHERE NOT EXISTS (SELECT 1 FROM events
        WHERE call_id = ?2 AND at = ?3 AND kind = ?4 AND source = ?5 AND status = ?6)";
const OF_CALL: &str =
    "SELECT id, call_id, at, kind, source, status FROM events WHERE call_id = ?1 ORDER BY id";
const AFTER: &str =
    "SELECT id, call_id, at, kind, source, status FROM events WHERE id > ?1 ORDER BY id LIMIT ?2";
const LATEST: &str = "SELECT max(
    coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT newest FROM deleted_events), 0))";
const FORGET_DELETED: &str = "DELETE FROM deleted_events";
const NOTE_DELETED: &str = "INSERT INTO deleted_events (newest) VALUES (?1)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[INSERT, TAKE_OVER, OF_CALL, AFTER, LATEST, FORGET_DELETED, NOTE_DELETED];

pub(super) fn insert(
    connection: &Connection,
    call: &Call,
    kind: EventKind,
    source: Source,
    at: Timestamp,
) -> Result<EventId, StoreError> {
    connection.prepare_cached(INSERT)?.execute(params![
        call.id.0,
        at.as_millisecond(),
        kind.as_str(),
        source.as_str(),
        call.status.as_str()
    ])?;
    Ok(connection.last_insert_rowid())
}

/// Unless it is already here.
pub(super) fn take_over(connection: &Connection, event: &CallEvent) -> Result<(), StoreError> {
    connection.prepare_cached(TAKE_OVER)?.execute(params![
        event.id,
        event.call_id.0,
        event.at.as_millisecond(),
        event.kind.as_str(),
        event.source.as_str(),
        event.status.as_str()
    ])?;
    Ok(())
}

/// The events of a call, in order.
pub fn of_call(connection: &Connection, call: CallId) -> Result<Vec<CallEvent>, StoreError> {
    let mut statement = connection.prepare_cached(OF_CALL)?;
    let rows = statement.query_and_then([call.0], event)?;
    rows.collect()
}

pub(crate) fn after(connection: &Connection, id: EventId, limit: u32) -> Result<Vec<CallEvent>, StoreError> {
    let mut statement = connection.prepare_cached(AFTER)?;
    let rows = statement.query_and_then(params![id, limit], event)?;
    rows.collect()
}

/// Even if deleted; 0 before the first.
pub(crate) fn latest(connection: &Connection) -> Result<EventId, StoreError> {
    Ok(connection.prepare_cached(LATEST)?.query_row([], |row| row.get(0))?)
}

/// Even if this event is deleted.
pub(super) fn stay_above(connection: &Connection, newest: EventId) -> Result<(), StoreError> {
    if latest(connection)? < newest {
        connection.prepare_cached(FORGET_DELETED)?.execute([])?;
        connection.prepare_cached(NOTE_DELETED)?.execute([newest])?;
    }
    Ok(())
}

fn event(row: &Row<'_>) -> Result<CallEvent, StoreError> {
    Ok(CallEvent {
        id: row.get(0)?,
        call_id: CallId(row.get::<_, Uuid>(1)?),
        at: timestamp(row.get(2)?)?,
        kind: event_kind(text(row, 3)?)?,
        source: source(text(row, 4)?)?,
        status: text(row, 5)?.parse()?,
    })
}
