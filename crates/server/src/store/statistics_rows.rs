//! The history, counted.

use benspamsphones_core::Mode;
use benspamsphones_core::statistics::Statistics;
use jiff::Timestamp;
use rusqlite::Connection;

use super::{StoreError, quarter_rows, spend_rows};

/// Counts the calls of one mode.
pub(crate) fn count(
    connection: &Connection,
    mode: Mode,
    mut statistics: Statistics,
) -> Result<Statistics, StoreError> {
    quarter_rows::each_since(connection, mode, statistics.counts_from(), |begins_at, endings| {
        statistics.add_quarter(begins_at, endings);
    })?;
    for (begins_at, spent) in spend_rows::quarters(connection, mode, statistics.costs_from(), Timestamp::MAX)?
    {
        statistics.add_price(begins_at, spent.spent);
    }
    Ok(statistics)
}
