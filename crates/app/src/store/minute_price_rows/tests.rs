//! Compares the rows with the calls themselves.

use benspamsphones_core::{Call, CallStatus, Mode, PhoneNumber};
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::OpenFlags;

use super::super::deletion_rows::delete_oldest;
use super::super::{call_rows, connect, sample, schema};
use super::*;

/// Three countries, two of them with the same code.
const NUMBERS: [&str; 4] = ["+14158675309", "+16135550123", "+4930901820", "+35314151234"];
const ACCOUNTS: [&str; 2] = ["AC1", "AC2"];

fn code(number: &PhoneNumber) -> &str {
    number.country_code().unwrap()
}

const NAIVE: &str = "SELECT max(minute) FROM (
        SELECT estimate_micros AS minute FROM calls WHERE requested_at >= ?1 AND mode = ?2 AND account_sid = ?3
            AND to_number GLOB ?4 || '*'
        UNION ALL SELECT price_micros / max((duration_s + 59) / 60, 1) FROM calls
            WHERE requested_at >= ?1 AND mode = ?2 AND account_sid = ?3 AND to_number GLOB ?4 || '*'
    ) WHERE minute > 0";
const RECOUNT: &str = "SELECT mode, account_sid, day, minute, currency, count(*) FROM (
        SELECT mode, account_sid, requested_at / 86400000 AS day, estimate_micros AS minute, estimate_currency AS currency
            FROM calls
        UNION ALL SELECT mode, account_sid, requested_at / 86400000, price_micros / max((duration_s + 59) / 60, 1),
            price_currency FROM calls
    ) WHERE minute > 0 AND currency IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5";
const KEPT: &str = "SELECT mode, account_sid, day, per_minute_micros, currency, sum(calls) FROM minute_prices
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5";

type Row = (String, String, i64, i64, String, i64);

fn rows(connection: &Connection, sql: &str) -> Vec<Row> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn money(micros: i64, is_euro: bool) -> Money {
    Money::of_micros(micros, if is_euro { "EUR" } else { "USD" }).unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    /// The estimate is per minute.
    Place { to: &'static str, live: bool, account: &'static str, estimate: Option<(i64, bool)> },
    /// Ends the call at this index after so many seconds, if Twilio reports them.
    End(usize, Option<u32>),
    /// Sets or changes its price.
    Price(usize, i64, bool),
    /// In hours.
    Wait(i64),
    /// In hours.
    SetBack(i64),
    /// By age in hours.
    Delete(i64),
}

fn micros() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0_i64), 4 => (1_i64..6).prop_map(|cents| cents * 10_000), 2 => 1..90_000_i64]
}

fn step() -> impl Strategy<Value = Step> {
    let place =
        (select(&NUMBERS), any::<bool>(), select(&ACCOUNTS), prop::option::of((micros(), any::<bool>())));
    prop_oneof![
        6 => place.prop_map(|(to, live, account, estimate)| Step::Place { to, live, account, estimate }),
        4 => (any::<usize>(), prop::option::of(0_u32..400)).prop_map(|(at, seconds)| Step::End(at, seconds)),
        5 => (any::<usize>(), micros(), any::<bool>()).prop_map(|(at, micros, euro)| Step::Price(at, micros, euro)),
        3 => (1_i64..400).prop_map(Step::Wait),
        1 => (1_i64..100).prop_map(Step::SetBack),
        1 => (0_i64..1_500).prop_map(Step::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_dearest_is_that_of_the_calls_themselves(steps in prop::collection::vec(step(), 0..60)) {
        let connection = sample::database();
        let mut now = Timestamp::from_second(1_780_000_000).unwrap();
        let mut calls: Vec<Call> = Vec::new();
        for (serial, step) in (0_u8..).zip(steps) {
            match step {
                Step::Place { to, live, account, estimate } => {
                    let mut call = sample::call(now, serial, "dinner", to);
                    call.mode = if live { Mode::Live } else { Mode::Sandbox };
                    account.clone_into(&mut call.account_sid);
                    call.estimate = estimate.map(|(micros, euro)| benspamsphones_core::Estimate::new(money(micros, euro), None));
                    sample::keep(&connection, &call);
                    calls.push(call);
                }
                Step::End(at, duration_s) if !calls.is_empty() => {
                    let at = at % calls.len();
                    let before = calls[at].clone();
                    if before.is_open() {
                        calls[at] = Call { duration_s, ..sample::at_station(&before, CallStatus::Completed) };
                        call_rows::update(&connection, &before, &calls[at]).unwrap();
                    }
                }
                Step::Price(at, micros, euro) if !calls.is_empty() => {
                    let at = at % calls.len();
                    let before = calls[at].clone();
                    calls[at].price = Some(money(micros, euro));
                    call_rows::update(&connection, &before, &calls[at]).unwrap();
                }
                Step::End(..) | Step::Price(..) => {}
                Step::Wait(hours) => now += SignedDuration::from_hours(hours),
                Step::SetBack(hours) => now -= SignedDuration::from_hours(hours),
                Step::Delete(hours) => {
                    let before = call_rows::first_id(now - SignedDuration::from_hours(hours));
                    let first = benspamsphones_core::CallId(uuid::Uuid::nil());
                    let gone = delete_oldest(&connection, first, before, 100).unwrap();
                    calls.retain(|call| !gone.contains(&call.id));
                }
            }
            prop_assert_eq!(rows(&connection, KEPT), rows(&connection, RECOUNT));
            for number in NUMBERS {
                for (mode, account_sid) in [(Mode::Live, "AC1"), (Mode::Live, "AC2"), (Mode::Sandbox, "AC1")] {
                    let number = PhoneNumber::from_e164(number).unwrap();
                    let since = first_day(now) * DAY_MS;
                    let values = params![since, mode.as_str(), account_sid, number.country_code()];
                    let naive: Option<i64> = connection.query_row(NAIVE, values, |row| row.get(0)).unwrap();
                    let account = Account { mode, account_sid };
                    let told = dearest_lately(&connection, account, code(&number), now).unwrap();
                    prop_assert_eq!(told.map(|money| money.micros()), naive);
                }
            }
        }
    }
}

#[test]
fn it_counts_for_32_days_and_what_has_gone_by_of_today() {
    let connection = sample::database();
    let called: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let mut call = sample::call(called, 1, "dinner", NUMBERS[0]);
    call.estimate = Some(benspamsphones_core::Estimate::new(money(14_000, false), None));
    sample::keep(&connection, &call);
    let number = PhoneNumber::from_e164("+12125550123").unwrap();
    let account = Account { mode: call.mode, account_sid: &call.account_sid };
    let told = |at: &str| dearest_lately(&connection, account, code(&number), at.parse().unwrap()).unwrap();
    assert_eq!(told("2026-04-02T23:59:59Z"), Some(money(14_000, false)));
    assert_eq!(told("2026-04-03T00:00:00Z"), None);
    let elsewhere = PhoneNumber::from_e164("+4930901820").unwrap();
    assert_eq!(dearest_lately(&connection, account, code(&elsewhere), called).unwrap(), None);
}

#[test]
fn sql_knows_the_country_codes_that_there_are() {
    let connection = sample::database();
    let mut known = 0;
    for code in 1..=999 {
        let number = PhoneNumber::from_e164(&format!("+{code}2025550123")).unwrap();
        let Some(told) = number.country_code().filter(|told| *told == format!("+{code}")) else { continue };
        let entry = "INSERT INTO minute_price_entries VALUES ('live', 'AC1', ?1, 0, 5, 'USD', ?2)";
        connection.execute(entry, params![number.as_str(), 1]).unwrap();
        let kept: String =
            connection.query_row("SELECT country_code FROM minute_prices", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, told);
        connection.execute(entry, params![number.as_str(), -1]).unwrap();
        let left: i64 =
            connection.query_row("SELECT count(*) FROM minute_prices", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "+{code}");
        known += 1;
    }
    assert!(known > 200, "{known} codes");
}

#[test]
fn calls_of_an_older_version_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = connect(&folder.path().join("test.db"), OpenFlags::default()).unwrap();
    let before = schema::STEPS.iter().position(|step| format!("{step:?}").contains("minute_prices")).unwrap();
    schema::MIGRATIONS.to_version(&mut connection, before).unwrap();
    let columns = "id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, news,
        estimate_micros, estimate_currency, price_micros, price_currency, duration_s";
    let insert = format!(
        "INSERT INTO calls ({columns}) VALUES (?1, 'p', '+1', ?2, 'live', 'AC1', 1780000000000, 'completed', 0, 'polling',
            ?3, 'USD', ?4, 'USD', ?5)"
    );
    for (to, estimate, price, duration) in [
        ("+4930901820", Some(14_000), Some(60_000), Some(121)),
        ("+4930901821", Some(14_000), None, None),
        ("+35314151234", None, Some(7_000), None),
        ("+14158675309", Some(0), Some(9_000), Some(0)),
    ] {
        connection.execute(&insert, params![uuid::Uuid::now_v7(), to, estimate, price, duration]).unwrap();
    }
    schema::MIGRATIONS.to_latest(&mut connection).unwrap();
    assert_eq!(rows(&connection, KEPT), rows(&connection, RECOUNT));
    let dearest = |number| {
        let account = Account { mode: Mode::Live, account_sid: "AC1" };
        let number = PhoneNumber::from_e164(number).unwrap();
        dearest_lately(&connection, account, code(&number), Timestamp::from_second(1_780_000_000).unwrap())
            .unwrap()
    };
    let told = ["+4930901820", "+35314151234", "+14158675309"].map(dearest);
    assert_eq!(told, [Some(money(20_000, false)), None, Some(money(9_000, false))]);
}
