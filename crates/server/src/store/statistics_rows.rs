//! The rows of `calls`, counted.

use benspamsphones_core::statistics::Statistics;
use benspamsphones_core::{CallStatus, Mode};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::{price, timestamp};

/// Ids are of UUID's version 7, which begins with the time: the table itself is in the order of time.
const SINCE: &str =
    "SELECT requested_at, status, price_micros, price_currency FROM calls WHERE id >= ?1 AND mode = ?2";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SINCE];

/// Counts the calls of one mode.
pub(crate) fn count(
    connection: &Connection,
    mode: Mode,
    mut statistics: Statistics,
) -> Result<Statistics, StoreError> {
    let earliest = u64::try_from(statistics.earliest().as_millisecond()).unwrap_or(0);
    let first_id: Uuid = uuid::Builder::from_unix_timestamp_millis(earliest, &[0; 10]).into_uuid();
    let mut statement = connection.prepare_cached(SINCE)?;
    let mut rows = statement.query(params![first_id, mode.as_str()])?;
    while let Some(row) = rows.next()? {
        let status: CallStatus = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?.parse()?;
        statistics.add(timestamp(row.get(0)?)?, status, price(row.get(2)?, row.get(3)?)?);
    }
    Ok(statistics)
}
