//! What is on record about a number that somebody wants to ring, for the guard.

use benspamsphones_core::{Ledger, PhoneNumber};
use rusqlite::Connection;

use super::{StoreError, blocked_rows};

const BLOCKED: &str = "SELECT EXISTS (SELECT 1 FROM blocked_numbers WHERE number = ?1)";
const UNWILLING: &str = "SELECT EXISTS (SELECT 1 FROM person_numbers JOIN people ON people.id = person \
     WHERE number = ?1 AND may_call = 0)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BLOCKED, UNWILLING];

/// Reads it. Within a transaction that writes, it is true until that transaction ends.
pub(crate) fn read(connection: &Connection, number: &PhoneNumber) -> Result<Ledger, StoreError> {
    let ask = |sql: &str| -> Result<bool, StoreError> {
        Ok(connection.prepare_cached(sql)?.query_row([number.as_str()], |row| row.get(0))?)
    };
    Ok(Ledger {
        blocked: ask(BLOCKED)?,
        unwilling: ask(UNWILLING)?,
        opted_out: blocked_rows::is_opted_out(connection, number)?,
    })
}
