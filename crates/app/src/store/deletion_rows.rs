//! Deletes calls, with everything stored about them.

use benspamsphones_core::{CallId, CallStatus, Outcome};
use jiff::SignedDuration;
use rusqlite::{Connection, ToSql, params};
use uuid::Uuid;

use super::columns::{mode, text};
use super::{StoreError, event_rows, quarter_rows};

/// Younger calls are kept: the rules count the calls of a day and the costs of a month, and a call's `Idempotency-Key`
/// prevents a duplicate. A month and a day, because months begin at different times across time zones.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(32 * 24);

const ENDED: &str = "SELECT id, mode, requested_at, status, acknowledged_at IS NOT NULL FROM calls \
     WHERE id > ?1 AND id < ?2 AND open = 0 ORDER BY id LIMIT ?3";
const ENDED_CALL: &str = "SELECT id, mode, requested_at, status, acknowledged_at IS NOT NULL FROM calls \
     WHERE id = ?1 AND open = 0";
// Its events and Twilio's explanation are deleted with it.
const DELETE: &str = "DELETE FROM calls WHERE id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ENDED, ENDED_CALL, DELETE];

/// Oldest first.
pub(crate) fn delete_oldest(
    connection: &Connection,
    after: CallId,
    before: CallId,
    limit: usize,
) -> Result<Vec<CallId>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    delete_found(connection, ENDED, params![after.0, before.0, limit])
}

/// `false` if it hasn't ended.
pub(crate) fn delete(connection: &Connection, call: CallId) -> Result<bool, StoreError> {
    Ok(!delete_found(connection, ENDED_CALL, params![call.0])?.is_empty())
}

fn delete_found(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
) -> Result<Vec<CallId>, StoreError> {
    let newest_event = event_rows::latest(connection)?;
    let calls = {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_and_then(values, |row| {
            let status: CallStatus = text(row, 3)?.parse()?;
            Ok((
                CallId(row.get::<_, Uuid>(0)?),
                mode(text(row, 1)?)?,
                row.get::<_, i64>(2)?,
                Outcome::of(status, row.get(4)?),
            ))
        })?;
        rows.collect::<Result<Vec<_>, StoreError>>()?
    };
    for (id, mode, requested_ms, outcome) in &calls {
        connection.prepare_cached(DELETE)?.execute([id.0])?;
        quarter_rows::uncount(connection, *mode, *requested_ms, *outcome)?;
    }
    event_rows::stay_above(connection, newest_event)?;
    Ok(calls.into_iter().map(|(id, ..)| id).collect())
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{Call, EventKind, Source, StatusUpdate};
    use jiff::Timestamp;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::sample::{self, NUMBERS};
    use super::super::{call_note_rows, call_rows, explanation_rows};
    use super::*;

    const RECOUNT: &str =
        "SELECT mode, requested_at / 900000, sum(status = 'completed' AND acknowledged_at IS NULL), sum(status = 'busy'),
        sum(status = 'no-answer'), sum(status = 'canceled'), sum(status = 'failed'),
        sum(status = 'completed' AND acknowledged_at IS NOT NULL)
        FROM calls WHERE open = 0 GROUP BY 1, 2 ORDER BY 1, 2";
    const COUNTED: &str = "SELECT mode, quarter, completed, busy, no_answer, canceled, failed, confirmed
        FROM quarters ORDER BY mode, quarter";

    type Quarter = (String, i64, [i64; 6]);

    fn quarters(connection: &Connection, sql: &str) -> Vec<Quarter> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let counts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            Ok((row.get(0)?, row.get(1)?, counts))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    fn record(connection: &Connection, call: &Call) -> i64 {
        event_rows::insert(connection, call, EventKind::Status, Source::Local, call.requested_at).unwrap()
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// Requests a call at this second.
        Place(i64),
        /// Advances the call at this index, if its status allows it.
        Advance(usize, CallStatus),
        /// Confirms the call at this index, or learns that a machine answered.
        Confirm(usize, bool),
        /// Deletes calls requested before this second, in batches of this size.
        Delete(i64, usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            5 => (0_i64..9_000).prop_map(Step::Place),
            8 => (any::<usize>(), select(&CallStatus::ALL)).prop_map(|(at, to)| Step::Advance(at, to)),
            4 => (any::<usize>(), any::<bool>()).prop_map(|(at, machine)| Step::Confirm(at, machine)),
            1 => ((0_i64..9_000), (1_usize..5)).prop_map(|(before, limit)| Step::Delete(before, limit)),
        ]
    }

    proptest! {
        #[test]
        fn the_tally_equals_a_recount_and_open_calls_stay(steps in prop::collection::vec(step(), 0..120)) {
            let connection = sample::database();
            let mut calls: Vec<Call> = Vec::new();
            let mut newest = 0;
            for (serial, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Place(second) => {
                        let serial = u8::try_from(serial).unwrap();
                        let call = sample::call(at(second), serial, "dinner", NUMBERS[0]);
                        sample::keep(&connection, &call);
                        let id = record(&connection, &call);
                        prop_assert!(id > newest, "{id} after {newest}");
                        newest = id;
                        calls.push(call);
                    }
                    Step::Advance(place, to) if !calls.is_empty() => {
                        let place = place % calls.len();
                        let call = &mut calls[place];
                        if call.is_open() {
                            let after = sample::at_station(call, to);
                            call_rows::update(&connection, call, &after).unwrap();
                            *call = after;
                            newest = record(&connection, call);
                        }
                    }
                    Step::Confirm(place, machine) if !calls.is_empty() => {
                        let place = place % calls.len();
                        let call = &mut calls[place];
                        let mut after = call.clone();
                        if machine {
                            let mut news = StatusUpdate::of(Source::Poll, call.status, at(9_000));
                            news.answered_by = Some("machine_start".into());
                            let _ = after.advance(&news);
                        } else {
                            after.acknowledge(at(9_000));
                        }
                        call_rows::update(&connection, call, &after).unwrap();
                        *call = after;
                        newest = record(&connection, call);
                    }
                    Step::Advance(..) | Step::Confirm(..) => {}
                    Step::Delete(second, limit) => {
                        let before = call_rows::first_id(at(second));
                        let mut after = CallId(Uuid::nil());
                        let mut gone: Vec<CallId> = Vec::new();
                        while let Some(last) = {
                            let ids = delete_oldest(&connection, after, before, limit).unwrap();
                            prop_assert!(ids.len() <= limit);
                            gone.extend(&ids);
                            ids.last().copied()
                        } {
                            after = last;
                        }
                        let (deleted, left): (Vec<_>, Vec<_>) = calls
                            .drain(..)
                            .partition(|call| !call.is_open() && call.requested_at < at(second));
                        let mut expected: Vec<_> = deleted.iter().map(|call| call.id).collect();
                        expected.sort_unstable();
                        prop_assert_eq!(gone, expected);
                        calls = left;
                        prop_assert_eq!(event_rows::latest(&connection).unwrap(), newest);
                    }
                }
                prop_assert_eq!(quarters(&connection, COUNTED), quarters(&connection, RECOUNT));
            }
            let left: i64 = connection.query_row("SELECT count(*) FROM calls", [], |row| row.get(0)).unwrap();
            prop_assert_eq!(usize::try_from(left).unwrap(), calls.len());
            prop_assert_eq!(call_rows::count(&connection).unwrap(), calls.len() as u64);
            let astray = "SELECT count(*) FROM events WHERE call_id NOT IN (SELECT id FROM calls)";
            let astray: i64 = connection.query_row(astray, [], |row| row.get(0)).unwrap();
            prop_assert_eq!(astray, 0);
        }
    }

    #[test]
    fn all_that_was_kept_about_a_call_goes_with_it() {
        let connection = sample::database();
        let call = sample::at_station(&sample::call(at(0), 1, "dinner", NUMBERS[0]), CallStatus::Failed);
        sample::keep(&connection, &call);
        let last = record(&connection, &call);
        explanation_rows::put(&connection, call.id, "{}").unwrap();
        call_note_rows::put(&connection, call.id, "try again").unwrap();
        let other = sample::call(at(0), 2, "dinner", NUMBERS[0]);
        assert!(!delete(&connection, other.id).unwrap(), "there is none");
        assert!(delete(&connection, call.id).unwrap());
        for table in ["calls", "events", "explanations", "call_notes", "quarters"] {
            let left = format!("SELECT count(*) FROM {table}");
            let left: i64 = connection.query_row(&left, [], |row| row.get(0)).unwrap();
            assert_eq!(left, 0, "{table}");
        }
        explanation_rows::put(&connection, call.id, "{}").unwrap();
        assert_eq!(explanation_rows::get(&connection, call.id).unwrap(), None, "told too late");
        let next = sample::call(at(2), 1, "dinner", NUMBERS[0]);
        sample::keep(&connection, &next);
        assert_eq!(record(&connection, &next), last + 1, "who was away asks for what came after {last}");
    }
}
