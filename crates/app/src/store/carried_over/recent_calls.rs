//! The calls that the rules count: for the frequency limits, spending and idempotency keys.
//!
//! Triggers keep the sums of money (`0008_money.sql`). The backup's sums lack only calls that it doesn't have. Calls
//! this recent are never deleted, so with them the sums of the month are complete.

use std::iter;

use benspamsphones_core::{Call, CallId};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params, params_from_iter};
use uuid::Uuid;

use super::super::call_rows::{self, Key, first_id};
use super::super::deletion_rows::KEPT_FOR;
use super::super::{StoreError, event_rows, quarter_rows};
use super::damaged_rows::find;

const RECENT: &str = "SELECT id FROM calls WHERE id >= ?1";
const NEWEST: &str = "SELECT max(id) FROM calls";
const COLUMNS: &str = "SELECT name FROM pragma_table_info('calls')";
const KEY: &str = "SELECT idempotency_key, mode, account_sid FROM calls WHERE id = ?1";
// The key may belong to a call in the backup that was deleted since, which freed the key.
const FREE_KEY: &str = "UPDATE calls SET idempotency_key = NULL
    WHERE id <> ?1 AND idempotency_key = ?2 AND mode = ?3 AND account_sid = ?4";
#[cfg(test)]
pub(in super::super) const STATEMENTS: &[&str] = &[RECENT, NEWEST, COLUMNS, KEY, FREE_KEY];

pub(super) struct Carried {
    /// Calls that the new database did not have.
    pub new: usize,
    /// Whether all of them could be read.
    pub all: bool,
}

/// A call that is also in the backup, perhaps still open there, gets its latest state.
pub(super) fn carry_over(into: &Connection, old: &Connection, now: Timestamp) -> Result<Carried, StoreError> {
    let newest = old.query_row(NEWEST, [], |row| row.get::<_, Option<Uuid>>(0)).ok().flatten();
    let newest = newest.and_then(asked_at).unwrap_or(now);
    // If the clock is far ahead no call would be recent, and retries with their keys would place calls again.
    let since = first_id(if newest < now - KEPT_FOR { newest - KEPT_FOR } else { now - KEPT_FOR });
    let recent =
        find(old, RECENT, &["id"], &[&since.0], |row| row.get::<_, Uuid>(0).ok().map(|id| (CallId(id), ())));
    let copying = Copying::new(into)?;
    let mut carried_over = Carried { new: 0, all: recent.all };
    for id in recent.rows.into_keys() {
        // Check with the same code that reads it later.
        let readable = call_rows::find(old, &Key::Id(id)).is_ok_and(|call| call.is_some());
        let values = copying.read(old, id).ok().filter(|_| readable);
        let Some(values) = values else {
            carried_over.all = false;
            continue;
        };
        let before = call_rows::find(into, &Key::Id(id))?;
        free_key(into, old, id)?;
        if !copying.write(into, &values)? {
            carried_over.all = false;
            continue;
        }
        count(into, before.as_ref(), id)?;
        carried_over.new += usize::from(before.is_none());
        // The call counts even without its events.
        for event in event_rows::of_call(old, id).unwrap_or_default() {
            event_rows::take_over(into, &event)?;
        }
    }
    // Listeners request events after the last one they know.
    if let Ok(newest) = event_rows::latest(old) {
        event_rows::stay_above(into, newest)?;
    }
    Ok(carried_over)
}

fn asked_at(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

fn free_key(into: &Connection, old: &Connection, id: CallId) -> Result<(), StoreError> {
    let key = old.prepare_cached(KEY)?.query_row([id.0], |row| {
        Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    if let (Some(key), mode, account_sid) = key {
        into.prepare_cached(FREE_KEY)?.execute(params![id.0, key, mode, account_sid])?;
    }
    Ok(())
}

fn count(connection: &Connection, before: Option<&Call>, id: CallId) -> Result<(), StoreError> {
    let Some(call) = call_rows::find(connection, &Key::Id(id))? else { return Ok(()) };
    let counted = before.filter(|before| !before.is_open());
    match counted {
        Some(before) if before.outcome() == call.outcome() => return Ok(()),
        Some(before) => {
            let requested_ms = before.requested_at.as_millisecond();
            quarter_rows::uncount(connection, before.mode, requested_ms, before.outcome())?;
        }
        None => {}
    }
    if call.is_open() { Ok(()) } else { quarter_rows::count(connection, &call) }
}

/// Has what `Call` doesn't have: the key, and the callback channel.
struct Copying {
    select: String,
    insert: String,
    columns: usize,
}

impl Copying {
    fn new(into: &Connection) -> Result<Self, StoreError> {
        let mut statement = into.prepare(COLUMNS)?;
        let columns: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let names = columns.join(", ");
        let places = iter::repeat_n("?", columns.len()).collect::<Vec<_>>().join(", ");
        let news: Vec<String> =
            columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        // A call's data only becomes more complete.
        let insert = format!(
            "INSERT INTO calls ({names}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {}
            WHERE calls.open = 1 OR (excluded.open = 0 AND (calls.price_micros IS NULL OR excluded.price_micros IS NOT NULL))",
            news.join(", ")
        );
        let select = format!("SELECT {names} FROM calls WHERE id = ?1");
        Ok(Self { select, insert, columns: columns.len() })
    }

    fn read(&self, old: &Connection, id: CallId) -> rusqlite::Result<Vec<Value>> {
        let mut statement = old.prepare_cached(&self.select)?;
        statement.query_row([id.0], |row| (0..self.columns).map(|column| row.get(column)).collect())
    }

    /// `false` if the row violates a constraint, which takes damage.
    fn write(&self, into: &Connection, values: &[Value]) -> Result<bool, StoreError> {
        match into.prepare_cached(&self.insert)?.execute(params_from_iter(values)) {
            Ok(_) => Ok(true),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
