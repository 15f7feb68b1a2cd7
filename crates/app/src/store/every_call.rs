//! Iterates over all calls, for a backup's check, an export or a report.

use benspamsphones_core::{Call, CallId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::{self, Key};

const BEFORE: &str = "SELECT id FROM calls WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
const FAILED: &str = "SELECT id FROM calls WHERE status IN ('failed', 'unknown') ORDER BY id DESC LIMIT ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BEFORE, FAILED];

/// Rows per query.
const PAGE: u32 = 500;

/// Passes each call to `take`, newest first, and returns how many there were.
pub fn each<E: From<StoreError>>(
    connection: &Connection,
    mut take: impl FnMut(Call) -> Result<(), E>,
) -> Result<usize, E> {
    let (mut before, mut count) = (Uuid::max(), 0);
    loop {
        let page = ids(connection, BEFORE, params![before, PAGE])?;
        let Some(last) = page.last() else { return Ok(count) };
        before = last.0;
        for id in page {
            if let Some(call) = call_rows::find(connection, &Key::Id(id))? {
                take(call)?;
                count += 1;
            }
        }
    }
}

/// The latest calls that failed, or whose outcome is unknown.
pub fn failed(connection: &Connection, most: u32) -> Result<Vec<Call>, StoreError> {
    let ids = ids(connection, FAILED, params![most])?;
    ids.into_iter().filter_map(|id| call_rows::find(connection, &Key::Id(id)).transpose()).collect()
}

fn ids(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<CallId>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, |row| row.get(0).map(CallId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
