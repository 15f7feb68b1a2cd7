//! What the guard needs to know about a number, and about calls and money in total.
//!
//! Reads only what a limit needs, because it runs in the transaction that reserves the call.

use benspamsphones_core::{Ledger, Mode, PhoneNumber, Policy};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::call_rows;
use super::columns::timestamp;
use super::{StoreError, further_rows, spend_rows};

// Each query is about one number. For `IN` with several, SQLite builds a table first, which takes longer than a second
// query for the few lines with two numbers.
const WISHES: &str = "SELECT EXISTS (SELECT 1 FROM blocked_numbers WHERE number = ?1),
    EXISTS (SELECT 1 FROM blocked_numbers WHERE number = ?1 AND opted_out = 1),
    EXISTS (SELECT 1 FROM person_numbers JOIN people ON people.id = person WHERE number = ?1 AND may_call = 0)";
const OWN_OR_CONSENTED: &str =
    "SELECT EXISTS (SELECT 1 FROM account_numbers WHERE mode = ?2 AND account_sid = ?3 AND number = ?1),
    EXISTS (SELECT 1 FROM consents WHERE mode = ?2 AND number = ?1)";
const FORGET_OWN: &str = "DELETE FROM account_numbers WHERE mode = ?1 AND account_sid = ?2";
const PUT_OWN: &str = "INSERT OR IGNORE INTO account_numbers (mode, account_sid, number) VALUES (?1, ?2, ?3)";
// Only as many as the limit, newest first: the guard needs to know when that many expire. Calls that certainly rang
// nobody don't count: refused by Twilio, or canceled before they were sent.
const TO_NUMBER: &str = "SELECT coalesce(counted_at, requested_at) FROM calls \
     WHERE to_number = ?1 AND id >= ?2 AND mode = ?3 \
     AND NOT (sid IS NULL AND status IN ('failed', 'canceled')) ORDER BY id DESC LIMIT ?4";
const TO_ALL: &str = "SELECT coalesce(counted_at, requested_at) FROM calls WHERE id >= ?1 AND mode = ?2 \
     AND NOT (sid IS NULL AND status IN ('failed', 'canceled')) ORDER BY id DESC LIMIT ?3";
const UNDER_WAY: &str = "SELECT count(*) FROM calls WHERE open = 1 AND mode = ?1";
const DATE_ANEW: &str = "UPDATE calls SET counted_at = coalesce(counted_at, requested_at) + ?1 \
     WHERE id >= ?2 AND coalesce(counted_at, requested_at) > ?3";
const DATE_FUTURE_CALLS: &str =
    "UPDATE calls SET counted_at = ?1 WHERE id >= ?2 AND coalesce(counted_at, requested_at) > ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    WISHES,
    OWN_OR_CONSENTED,
    FORGET_OWN,
    PUT_OWN,
    TO_NUMBER,
    TO_ALL,
    UNDER_WAY,
    DATE_ANEW,
    DATE_FUTURE_CALLS,
];

/// The longest gap that the owner can set (`limits::MAX_GAP_MIN`).
pub(crate) const COUNTED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Clone, Copy)]
pub(crate) struct Account<'a> {
    pub mode: Mode,
    pub account_sid: &'a str,
}

/// In a write transaction, the result stays true until the transaction ends. By its id, a recent call may look older
/// than it is by `looks_older`, because the clock was set forward since.
pub(crate) fn read(
    connection: &Connection,
    policy: &Policy,
    account: Account<'_>,
    number: &PhoneNumber,
    now: Timestamp,
    looks_older: &dyn Fn(SignedDuration) -> SignedDuration,
) -> Result<Ledger, StoreError> {
    let (since, limits) = (policy.since(now), &policy.limits);
    let mode = account.mode.as_str();
    let mut ledger = of_number(connection, policy, account, number, now, looks_older)?;
    if let Some(most) = limits.calls_per_hour {
        let since = first_looking(since.all, now, looks_older);
        ledger.to_all = moments(connection, TO_ALL, params![since, mode, most])?;
        ledger.to_all.append(&mut further_rows::to_all(connection, since, account.mode)?);
    }
    if limits.calls_at_once.is_some() {
        let calls: u32 = connection.prepare_cached(UNDER_WAY)?.query_row([mode], |row| row.get(0))?;
        ledger.under_way = calls.saturating_add(further_rows::under_way(connection, account.mode)?);
    }
    let Account { mode, account_sid } = account;
    let committed = |from, to| spend_rows::committed_between(connection, mode, account_sid, from, to);
    if limits.spend_per_day.is_some() {
        ledger.spent_in_day = committed(since.day, since.next_day)?;
    }
    if limits.spend_per_month.is_some() {
        ledger.spent_in_month = committed(since.month, since.next_month)?;
    }
    Ok(ledger)
}

pub(crate) fn of_number(
    connection: &Connection,
    policy: &Policy,
    account: Account<'_>,
    number: &PhoneNumber,
    now: Timestamp,
    looks_older: &dyn Fn(SignedDuration) -> SignedDuration,
) -> Result<Ledger, StoreError> {
    let limits = &policy.limits;
    let since = first_looking(policy.since(now).number, now, looks_older);
    let mode = account.mode.as_str();
    let spellings = number.spellings();
    let mut ledger = wishes_about(connection, &spellings)?;
    let counts = limits.number_gap_min.is_some() || limits.number_per_day.is_some();
    for number in &spellings {
        let (own, consented): (bool, bool) = connection
            .prepare_cached(OWN_OR_CONSENTED)?
            .query_row([number.as_str(), mode, account.account_sid], |row| Ok((row.get(0)?, row.get(1)?)))?;
        ledger.own |= own;
        ledger.consented |= consented;
        if counts {
            let most = limits.number_per_day.unwrap_or(1);
            let values = params![number.as_str(), since, mode, most];
            ledger.to_number.append(&mut moments(connection, TO_NUMBER, values)?);
            ledger.to_number.append(&mut further_rows::to_number(connection, number, since, account.mode)?);
        }
    }
    Ok(ledger)
}

/// Includes calls that look older than they are.
fn first_looking(
    since: Timestamp,
    now: Timestamp,
    looks_older: &dyn Fn(SignedDuration) -> SignedDuration,
) -> Uuid {
    let may_look = since.checked_sub(looks_older(now.duration_since(since)));
    first_id(may_look.unwrap_or(Timestamp::MIN))
}

/// Under any number of the line.
pub(crate) fn wishes(connection: &Connection, number: &PhoneNumber) -> Result<Ledger, StoreError> {
    wishes_about(connection, &number.spellings())
}

fn wishes_about(connection: &Connection, spellings: &[PhoneNumber]) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::default();
    for number in spellings {
        let (blocked, opted_out, do_not_call): (bool, bool, bool) = connection
            .prepare_cached(WISHES)?
            .query_row([number.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        ledger.blocked |= blocked;
        ledger.opted_out |= opted_out;
        ledger.do_not_call |= do_not_call;
    }
    Ok(ledger)
}

/// Calls that no longer count stay unchanged; recent ones may look older by `looks_older`.
pub(crate) fn date_anew(
    connection: &Connection,
    now: Timestamp,
    step: SignedDuration,
    looks_older: SignedDuration,
) -> Result<(), StoreError> {
    let before = |at: Timestamp, by| at.checked_sub(by).unwrap_or(Timestamp::MIN);
    let then = before(now, step);
    let first = first_id(before(before(then.min(now), COUNTED_FOR), looks_older));
    let values = params![
        i64::try_from(step.as_millis()).unwrap_or(0),
        first,
        before(then, COUNTED_FOR).as_millisecond()
    ];
    connection.prepare_cached(DATE_ANEW)?.execute(values)?;
    Ok(())
}

pub(crate) fn date_future_calls(connection: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let values = params![now.as_millisecond(), first_id(now)];
    Ok(connection.prepare_cached(DATE_FUTURE_CALLS)?.execute(values)?)
}

/// Replaces what was known.
pub(crate) fn set_own<'a>(
    connection: &Connection,
    account: Account<'_>,
    numbers: impl IntoIterator<Item = &'a PhoneNumber>,
) -> Result<(), StoreError> {
    let Account { mode, account_sid } = account;
    connection.prepare_cached(FORGET_OWN)?.execute(params![mode.as_str(), account_sid])?;
    for number in numbers {
        connection.prepare_cached(PUT_OWN)?.execute(params![mode.as_str(), account_sid, number.as_str()])?;
    }
    Ok(())
}

fn moments(
    connection: &Connection,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Timestamp>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_and_then(values, |row| timestamp(row.get(0)?))?;
    rows.collect()
}

/// With a second to spare: an id is generated just before the call's own time. The guard checks the exact times.
fn first_id(at: Timestamp) -> Uuid {
    call_rows::first_id(at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MIN)).0
}
