//! The history, counted.

use benspamsphones_core::Mode;
use benspamsphones_core::statistics::Statistics;
use rusqlite::{Connection, params};

use super::call_rows::{first_id, price, timestamp};
use super::{StoreError, quarter_rows};

/// Ids are of UUID's version 7, which begins with the time: the table itself is in the order of time.
const PRICES_SINCE: &str = "SELECT requested_at, price_amount, price_currency FROM calls \
     WHERE id >= ?1 AND mode = ?2 AND price_amount IS NOT NULL";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[PRICES_SINCE];

/// Counts the calls of one mode.
pub(crate) fn count(
    connection: &Connection,
    mode: Mode,
    mut statistics: Statistics,
) -> Result<Statistics, StoreError> {
    quarter_rows::each_since(connection, mode, statistics.counts_from(), |begins_at, endings| {
        statistics.add_quarter(begins_at, endings);
    })?;
    let mut statement = connection.prepare_cached(PRICES_SINCE)?;
    let mut rows = statement.query(params![first_id(statistics.costs_from()).0, mode.as_str()])?;
    while let Some(row) = rows.next()? {
        if let Some(price) = price(row.get(1)?, row.get(2)?)? {
            statistics.add_price(timestamp(row.get(0)?)?, price);
        }
    }
    Ok(statistics)
}
