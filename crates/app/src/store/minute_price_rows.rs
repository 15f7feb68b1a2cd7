//! Rows of `minute_prices`: prices per minute by country code and day. Triggers maintain them
//! (`0015_minute_prices.sql`); this module reads them.

use benspamsphones_core::Money;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use super::columns::price;
use super::ledger_rows::Account;

/// This many days, and today so far.
const LATELY: SignedDuration = SignedDuration::from_hours(32 * 24);
const DAY_MS: i64 = 86_400_000;

// Steps from one day with rows to the next, and takes the most expensive row of each: a few steps per day, however many
// prices it has. A clock that was set back leaves rows in the future, which count too.
const DEAREST: &str = "WITH RECURSIVE days (day) AS (
        SELECT min(day) FROM minute_prices WHERE mode = ?1 AND account_sid = ?2 AND country_code = ?3 AND day >= ?4
        UNION ALL
        SELECT (SELECT min(later.day) FROM minute_prices AS later
            WHERE mode = ?1 AND account_sid = ?2 AND country_code = ?3 AND later.day > days.day)
        FROM days WHERE days.day IS NOT NULL
    )
    SELECT per_minute_micros, currency FROM days CROSS JOIN minute_prices AS prices
    WHERE mode = ?1 AND account_sid = ?2 AND country_code = ?3 AND prices.day = days.day
        AND per_minute_micros = (SELECT max(per_minute_micros) FROM minute_prices AS of_day
            WHERE mode = ?1 AND account_sid = ?2 AND country_code = ?3 AND of_day.day = days.day)
    ORDER BY per_minute_micros DESC, currency LIMIT 1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[DEAREST];

/// Both estimated and actual, to a country code such as `+1`.
pub(crate) fn dearest_lately(
    connection: &Connection,
    account: Account<'_>,
    code: &str,
    now: Timestamp,
) -> Result<Option<Money>, StoreError> {
    let values = params![account.mode.as_str(), account.account_sid, code, first_day(now)];
    let found = connection
        .prepare_cached(DEAREST)?
        .query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map_or(Ok(None), |(micros, currency)| price(micros, currency))
}

/// In days since 1970.
pub(crate) fn first_day(now: Timestamp) -> i64 {
    day(now.checked_sub(LATELY).unwrap_or(Timestamp::MIN))
}

/// In days since 1970.
pub(crate) fn day(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests;
