//! Who may not be called: blocked numbers, opt-outs and unwilling people; and revoked consents.
//!
//! The wishes in both databases count: better to revive one that was withdrawn since the backup than to lose a valid
//! one.

use std::collections::BTreeMap;

use benspamsphones_core::{Person, PersonId, PersonNumber, PhoneNumber};
use jiff::Timestamp;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::super::blocked_rows::{self, BlockedNumber};
use super::super::columns::timestamp;
use super::super::{StoreError, consent_rows, people_rows};
use super::damaged_rows::find;

// All columns, by name: an old database may lack some.
const BLOCKED: &str = "SELECT * FROM blocked_numbers";
const UNWILLING: &str = "SELECT id, name FROM people WHERE may_call = 0";
const FIRST_CALL: &str = "SELECT min(requested_at) FROM calls";
const NUMBERS: &str = "SELECT person, position, number, label, extension FROM person_numbers";
/// Longest time between a call and its consent, in milliseconds.
const MOMENT_MS: i64 = 60_000;
const NAMELESS: &str = "?";

/// `false` if some could not be read.
pub(super) fn carry_over(into: &Connection, old: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let blocked = find(old, BLOCKED, &["number"], &[], |row| {
        blocked(row, now).map(|blocked| (blocked.number.clone(), blocked))
    });
    for BlockedNumber { number, note, blocked_at, opted_out } in blocked.rows.into_values() {
        consent_rows::delete(into, &number)?;
        if opted_out {
            blocked_rows::opt_out(into, &number, blocked_at)?;
        }
        blocked_rows::put(into, number, note, blocked_at)?;
    }
    let unwilling = find(old, UNWILLING, &["id"], &[], |row| {
        let name = row.get(1).unwrap_or_else(|_| NAMELESS.to_owned());
        row.get::<_, Uuid>(0).ok().map(|id| (id, name))
    });
    let numbers = find(old, NUMBERS, &["person", "position"], &[], |row| {
        let key: (Uuid, i64) = (row.get(0).ok()?, row.get(1).ok()?);
        let number = PhoneNumber::from_e164(&row.get::<_, String>(2).ok()?).ok()?;
        let extension =
            row.get::<_, Option<String>>(4).unwrap_or_default().and_then(|keys| keys.parse().ok());
        Some((key, PersonNumber { number, label: row.get(3).unwrap_or_default(), extension }))
    });
    let mut of_person: BTreeMap<Uuid, Vec<PersonNumber>> = BTreeMap::new();
    for ((person, _), number) in numbers.rows {
        of_person.entry(person).or_default().push(number);
    }
    for (id, name) in unwilling.rows {
        let mut numbers = of_person.remove(&id).unwrap_or_default();
        for number in &numbers {
            consent_rows::delete(into, &number.number)?;
        }
        // Merge the numbers of both: none of them may be called.
        let then = people_rows::find(into, PersonId(id))?;
        let usual_protocol = then.as_ref().and_then(|then| then.usual_protocol.clone());
        for number in then.map(|then| then.numbers).unwrap_or_default() {
            if numbers.iter().all(|now| now.number != number.number) {
                numbers.push(number);
            }
        }
        people_rows::put(into, &Person { id: PersonId(id), name, may_call: false, usual_protocol, numbers })?;
    }
    take_consents_back(into, old)?;
    Ok(blocked.all && unwilling.all && numbers.all)
}

/// Revokes consents that the old database lacks, if they are from a time when it had calls: older ones come from another
/// computer. An unreadable consent counts as lacking; then the owner is asked again.
fn take_consents_back(into: &Connection, old: &Connection) -> Result<(), StoreError> {
    let still_given =
        find(old, consent_rows::LIST, &["mode", "number"], &[], |row| consent_rows::consent(row).ok());
    let first_call: Option<i64> = old.query_row(FIRST_CALL, [], |row| row.get(0)).unwrap_or(Some(i64::MIN));
    let Some(first_call) = first_call else { return Ok(()) };
    for (consent, given_at) in consent_rows::list(into)? {
        // It is given with a call, and saved a moment before or after it.
        let was_there = given_at.as_millisecond().saturating_add(MOMENT_MS) >= first_call;
        if was_there && !still_given.rows.contains_key(&consent) {
            consent_rows::take_back(into, &consent)?;
        }
    }
    Ok(())
}

/// Only the number is required; other unreadable columns get a default.
fn blocked(row: &Row<'_>, now: Timestamp) -> Option<BlockedNumber> {
    let at = row.get("blocked_at").ok().and_then(|at| timestamp(at).ok());
    Some(BlockedNumber {
        number: PhoneNumber::from_e164(&row.get::<_, String>("number").ok()?).ok()?,
        note: row.get("note").unwrap_or_default(),
        blocked_at: at.unwrap_or(now),
        opted_out: row.get("opted_out").unwrap_or_default(),
    })
}
