//! Rows of `quarters`: the number of calls by outcome, for each quarter of an hour in which they were requested.

use benspamsphones_core::statistics::Endings;
use benspamsphones_core::{Call, Mode, Outcome};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::StoreError;
use super::columns::timestamp;

const QUARTER_MS: i64 = 15 * 60 * 1_000;

const ADD: &str =
    "INSERT INTO quarters (mode, quarter, completed, busy, no_answer, canceled, failed, confirmed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT DO UPDATE SET completed = completed + ?3, busy = busy + ?4, no_answer = no_answer + ?5,
    canceled = canceled + ?6, failed = failed + ?7, confirmed = confirmed + ?8";
const CLEAR: &str = "DELETE FROM quarters WHERE mode = ?1 AND quarter = ?2
    AND completed + busy + no_answer + canceled + failed + confirmed = 0";
const SINCE: &str = "SELECT quarter, completed, busy, no_answer, canceled, failed, confirmed FROM quarters
    WHERE mode = ?1 AND quarter >= ?2";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ADD, CLEAR, SINCE];

/// When it ends. Its outcome can only become confirmed later, or no longer be so.
pub(super) fn count(connection: &Connection, call: &Call) -> Result<(), StoreError> {
    add(connection, call.mode, call.requested_at.as_millisecond(), call.outcome(), 1)
}

pub(super) fn uncount(
    connection: &Connection,
    mode: Mode,
    requested_ms: i64,
    outcome: Outcome,
) -> Result<(), StoreError> {
    add(connection, mode, requested_ms, outcome, -1)?;
    connection.prepare_cached(CLEAR)?.execute(params![mode.as_str(), requested_ms.div_euclid(QUARTER_MS)])?;
    Ok(())
}

fn add(
    connection: &Connection,
    mode: Mode,
    requested_ms: i64,
    outcome: Outcome,
    calls: i32,
) -> Result<(), StoreError> {
    let of = |counted: Outcome| if outcome == counted { calls } else { 0 };
    connection.prepare_cached(ADD)?.execute(params![
        mode.as_str(),
        requested_ms.div_euclid(QUARTER_MS),
        of(Outcome::Completed),
        of(Outcome::Busy),
        of(Outcome::NoAnswer),
        of(Outcome::Canceled),
        of(Outcome::Failed),
        of(Outcome::Confirmed),
    ])?;
    Ok(())
}

/// Oldest first: the start of each quarter, and the outcomes of its calls.
pub(super) fn each_since(
    connection: &Connection,
    mode: Mode,
    since: Timestamp,
    mut tell: impl FnMut(Timestamp, Endings),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(SINCE)?;
    let first = since.as_millisecond().div_euclid(QUARTER_MS);
    let mut rows = statement.query(params![mode.as_str(), first])?;
    while let Some(row) = rows.next()? {
        let endings = Endings {
            completed: row.get(1)?,
            busy: row.get(2)?,
            no_answer: row.get(3)?,
            canceled: row.get(4)?,
            failed: row.get(5)?,
            confirmed: row.get(6)?,
        };
        tell(timestamp(row.get::<_, i64>(0)? * QUARTER_MS)?, endings);
    }
    Ok(())
}
