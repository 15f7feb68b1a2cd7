//! Counts the history for statistics.

use benspamsphones_core::Mode;
use benspamsphones_core::statistics::Statistics;
use rusqlite::Connection;

use super::{StoreError, quarter_rows, spend_rows};

pub(crate) fn count(
    connection: &Connection,
    mode: Mode,
    mut statistics: Statistics,
) -> Result<Statistics, StoreError> {
    quarter_rows::each_since(connection, mode, statistics.counts_from(), |begins_at, endings| {
        statistics.add_quarter(begins_at, endings);
    })?;
    for month in statistics.month_spans() {
        for sum in spend_rows::between(connection, mode, None, month.from, month.to)? {
            statistics.add_spent(&month, sum.spent);
        }
    }
    Ok(statistics)
}
