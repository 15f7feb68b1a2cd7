//! Rows of `quotes`: Twilio's prices per minute, kept for a day.

use benspamsphones_core::{Mode, Money, PhoneNumber, Quote, estimate};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::columns::{number, price, timestamp};
use super::ledger_rows::Account;

const FIND: &str = "SELECT per_minute_micros, currency, country, as_of FROM quotes \
     WHERE mode = ?1 AND account_sid = ?2 AND to_number = ?3 AND from_number = ?4";
const LIST: &str = "SELECT from_number, to_number, per_minute_micros, currency, country, as_of FROM quotes \
     WHERE mode = ?1 AND account_sid = ?2";
const PUT: &str = "INSERT OR REPLACE INTO quotes \
     (mode, account_sid, to_number, from_number, per_minute_micros, currency, country, as_of) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const FORGET: &str = "DELETE FROM quotes WHERE as_of <= ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[FIND, LIST, PUT, FORGET];

#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub mode: Mode,
    pub account_sid: String,
    pub from: PhoneNumber,
    pub to: PhoneNumber,
}

/// Fresh or not. An unreadable price counts as missing, so it is requested again and overwritten.
pub(crate) fn find(connection: &Connection, route: &Route) -> Result<Option<Quote>, StoreError> {
    let key = params![route.mode.as_str(), route.account_sid, route.to.as_str(), route.from.as_str()];
    let found = connection
        .prepare_cached(FIND)?
        .query_row(key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((micros, currency, country, as_of)) = found else { return Ok(None) };
    Ok(readable(quote(micros, currency, country, as_of)))
}

/// Unreadable prices are skipped, so that one of them can't block the others or the start.
pub(crate) fn list(connection: &Connection, account: Account<'_>) -> Result<Vec<(Route, Quote)>, StoreError> {
    let Account { mode, account_sid } = account;
    let mut statement = connection.prepare_cached(LIST)?;
    let mut rows = statement.query(params![mode.as_str(), account_sid])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some((from, to, quote)) = readable(listed(row)) {
            all.push((Route { mode, account_sid: account_sid.to_owned(), from, to }, quote));
        }
    }
    Ok(all)
}

fn listed(row: &Row<'_>) -> Result<Option<(PhoneNumber, PhoneNumber, Quote)>, StoreError> {
    let Some(quote) = quote(row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)? else { return Ok(None) };
    Ok(Some((number(row, 0)?, number(row, 1)?, quote)))
}

fn quote(
    micros: Option<i64>,
    currency: Option<String>,
    country: Option<String>,
    as_of: i64,
) -> Result<Option<Quote>, StoreError> {
    let Some(per_minute) = price(micros, currency)? else { return Ok(None) };
    Ok(Some(Quote { per_minute, country, as_of: timestamp(as_of)? }))
}

fn readable<T>(read: Result<Option<T>, StoreError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        tracing::error!(%error, "a price that was kept can't be read");
        None
    })
}

/// Also deletes prices older than a day, so that no number looked up stays here.
pub(crate) fn put(connection: &Connection, route: &Route, quote: &Quote) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute(params![
        route.mode.as_str(),
        route.account_sid,
        route.to.as_str(),
        route.from.as_str(),
        quote.per_minute.micros(),
        Money::currency(&quote.per_minute),
        quote.country,
        quote.as_of.as_millisecond(),
    ])?;
    forget_old(connection, quote.as_of)
}

pub(crate) fn forget_old(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let too_old = now.checked_sub(estimate::KEPT).unwrap_or(Timestamp::MIN);
    connection.prepare_cached(FORGET)?.execute([too_old.as_millisecond()])?;
    Ok(())
}
