//! What a restore carries over, compared with the database that is replaced: with the calls of both, the new one has the
//! counts and sums of the old one.
//!
//! A long file, because calls, consents and damage are tested on the same databases of any version.

use std::path::Path;

use benspamsphones_core::{
    AskedBy, Call, CallStatus, Estimate, EventKind, Mode, Money, Person, PersonId, PersonNumber, PhoneNumber,
    Source,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::super::sample::{self, NUMBERS};
use super::super::schema::MIGRATIONS;
use super::super::{blocked_rows, call_rows, consent_rows, event_rows, people_rows, restore};
use super::*;

const NOW: i64 = 1_764_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn usd(micros: i64) -> Money {
    Money::of_micros(micros, "USD").unwrap()
}

fn database(path: &Path, version: usize) -> Connection {
    let mut connection = connect(path, OpenFlags::default()).unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    MIGRATIONS.to_version(&mut connection, version).unwrap();
    connection
}

fn told(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap()));
        Ok(values.collect::<Vec<_>>().join(" "))
    };
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}

const ALL: [&str; 6] = [
    "SELECT * FROM calls ORDER BY id",
    "SELECT * FROM events ORDER BY id",
    "SELECT * FROM quarters ORDER BY mode, quarter",
    "SELECT * FROM spend WHERE spent_micros <> 0 OR held_micros <> 0 ORDER BY mode, span_s, starts_at",
    "SELECT * FROM protocol_spend ORDER BY protocol, month",
    "SELECT * FROM number_spend ORDER BY number, month",
];

fn assert_same(one: &Connection, other: &Connection) {
    for sql in ALL {
        assert_eq!(told(one, sql), told(other, sql), "{sql}");
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A call is requested so many seconds ago.
    Place(i64),
    /// The call at this index gets this status, if it still may.
    Advance(usize, CallStatus),
    /// The call at this index gets a price, if it is over.
    Price(usize, i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0_i64..9_000).prop_map(Step::Place),
        8 => (any::<usize>(), prop::sample::select(&CallStatus::ALL)).prop_map(|(at, to)| Step::Advance(at, to)),
        4 => (any::<usize>(), 1_i64..90_000).prop_map(|(at, micros)| Step::Price(at, micros)),
    ]
}

fn at_place(calls: &mut [Call], place: usize) -> Option<&mut Call> {
    let place = place.checked_rem(calls.len())?;
    calls.get_mut(place)
}

fn take(databases: &[&Connection], calls: &mut Vec<Call>, serial: u8, step: Step) {
    let (before, after) = match step {
        Step::Place(ago) => {
            let call = sample::call(at(NOW - ago), serial, "dinner", NUMBERS[usize::from(serial) % 4]);
            let estimate = Estimate { per_minute: usd(13_000), minutes: 2, most_minutes: 5 };
            let call = Call { estimate: Some(estimate), sid: Some(format!("CA{serial}")), ..call };
            calls.push(call.clone());
            (None, call)
        }
        Step::Advance(place, to) => {
            let Some(call) = at_place(calls, place).filter(|call| call.is_open()) else { return };
            let before = call.clone();
            *call = sample::at_station(&before, to);
            (Some(before), call.clone())
        }
        Step::Price(place, micros) => {
            let Some(call) = at_place(calls, place).filter(|call| !call.is_open()) else { return };
            let before = call.clone();
            call.price = Some(usd(micros));
            (Some(before), call.clone())
        }
    };
    for connection in databases {
        match &before {
            Some(before) => call_rows::update(connection, before, &after).unwrap(),
            None => {
                let channels = call_rows::Channels { own: after.id.to_string(), watch: None };
                let unsent = Call { sid: None, ..after.clone() };
                call_rows::insert(connection, &unsent, &channels, Some(&format!("key {serial}")), None)
                    .unwrap();
                call_rows::update(connection, &unsent, &after).unwrap();
            }
        }
        let now = at(NOW + i64::from(serial));
        event_rows::insert(connection, &after, EventKind::Status, Source::Local, now).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A backup of any moment, and what came after it.
    #[test]
    fn calls_and_sums_match_the_replaced_database(
        before in prop::collection::vec(step(), 0..30),
        after in prop::collection::vec(step(), 0..30),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let old = database(&path, STEPS.len());
        let mut into = sample::database();
        let (mut calls, mut serial) = (Vec::new(), 0);
        let mut known = 0;
        for (databases, steps) in [(vec![&old, &into], before), (vec![&old], after)] {
            known = if databases.len() == 2 { 0 } else { calls.len() };
            for step in steps {
                take(&databases, &mut calls, serial, step);
                serial += 1;
            }
        }
        into.execute_batch("UPDATE calls SET channel = NULL").unwrap();
        let expected = CarriedOver { calls: calls.len() - known, lost: Vec::new() };
        prop_assert_eq!(carry_over(&mut into, &path, at(NOW)).unwrap(), expected);
        // Calls that are over and paid for are unchanged, except for their channel.
        for connection in [&old, &into] {
            connection.execute_batch("UPDATE calls SET channel = NULL WHERE price_micros IS NOT NULL").unwrap();
        }
        assert_same(&into, &old);
        // A second time, as after a power cut.
        prop_assert_eq!(carry_over(&mut into, &path, at(NOW)).unwrap(), CarriedOver::default());
        assert_same(&into, &old);
    }
}

#[test]
fn calls_that_no_limit_counts_stay_behind_and_a_key_belongs_to_the_latest_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    let mut into = sample::database();
    let ago = |days: i64| at(NOW) - SignedDuration::from_hours(24 * days);
    let keep = |connection: &Connection, call: &Call, key: &str| {
        let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
        call_rows::insert(connection, call, &channels, Some(key), None).unwrap();
        let over = sample::at_station(call, CallStatus::Completed);
        call_rows::update(connection, call, &over).unwrap();
        event_rows::insert(connection, &over, EventKind::Status, Source::Local, call.requested_at).unwrap();
    };
    // Deleted since the backup, so its key was free again.
    let forgotten = sample::call(ago(40), 1, "dinner", NUMBERS[0]);
    keep(&into, &forgotten, "supper");
    let long_ago = sample::call(ago(33), 2, "dinner", NUMBERS[0]);
    keep(&old, &long_ago, "breakfast");
    let lately = sample::call(ago(31), 3, "dinner", NUMBERS[0]);
    keep(&old, &lately, "supper");
    let carried_over = carry_over(&mut into, &path, at(NOW)).unwrap();
    assert_eq!(carried_over, CarriedOver { calls: 1, lost: Vec::new() });
    let of_key = |key: &str| {
        let found = call_rows::find(
            &into,
            &call_rows::Key::Idempotency { key, mode: Mode::Sandbox, account_sid: "AC1" },
        );
        found.unwrap().map(|call| call.id)
    };
    assert_eq!((of_key("supper"), of_key("breakfast")), (Some(lately.id), None));
    let found = |call: &Call| call_rows::find(&into, &call_rows::Key::Id(call.id)).unwrap().is_some();
    assert_eq!([&forgotten, &long_ago, &lately].map(found), [true, false, true]);
    // The first events of the two calls had the same id.
    let events = |call: &Call| event_rows::of_call(&into, call.id).unwrap().len();
    assert_eq!((events(&forgotten), events(&lately)), (1, 1));
    let newest = event_rows::latest(&old).unwrap();
    assert!(event_rows::latest(&into).unwrap() >= newest);
    assert_eq!(told(&into, "SELECT sum(completed) FROM quarters"), ["Integer(2)"]);
}

/// A call's key keeps it from being placed twice.
#[test]
fn a_clock_that_is_ahead_leaves_no_call_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    for days in [1, 20, 70] {
        let call = sample::call(at(NOW) - SignedDuration::from_hours(24 * days), 1, "dinner", NUMBERS[0]);
        sample::keep(&old, &sample::at_station(&call, CallStatus::Completed));
    }
    for years_ahead in [0, 1, 10] {
        let mut into = sample::database();
        let now = at(NOW) + SignedDuration::from_hours(24 * 366 * years_ahead);
        let carried_over = carry_over(&mut into, &path, now).unwrap();
        assert_eq!(carried_over, CarriedOver { calls: 2, lost: Vec::new() }, "{years_ahead}");
    }
}

#[test]
fn do_not_call_data_and_calls_are_carried_over_from_every_version() {
    for version in 1..=STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("benspamsphones.db");
        let old = database(&path, version);
        let call = sample::call(at(NOW - 60), 1, "dinner", NUMBERS[0]);
        let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, \
            open, news, idempotency_key) VALUES (?1, 'dinner', '+15005550006', ?2, 'sandbox', 'AC1', ?3, 'completed', 0, \
            'polling', 'supper')";
        let requested_ms = call.requested_at.as_millisecond();
        old.execute(insert, params![call.id.0, NUMBERS[0], requested_ms]).unwrap();
        let set_price = if version < 8 {
            "UPDATE calls SET price_amount = '0.013', price_currency = 'USD'"
        } else {
            "UPDATE calls SET price_micros = 13000, price_currency = 'USD'"
        };
        old.execute_batch(set_price).unwrap();
        let has_people = version >= 2;
        if has_people {
            old.execute_batch(
                "INSERT INTO blocked_numbers (number, note, blocked_at) VALUES ('+15005550186', 'no', 1)",
            )
            .unwrap();
            let ada = Uuid::from_u128(1);
            old.execute("INSERT INTO people (id, name, may_call) VALUES (?1, 'Ada', 0)", [ada]).unwrap();
            let number = "INSERT INTO person_numbers (person, position, number) VALUES (?1, 0, ?2)";
            old.execute(number, params![ada, NUMBERS[1]]).unwrap();
        }
        if version >= 9 {
            old.execute_batch("UPDATE blocked_numbers SET opted_out = 1").unwrap();
        }
        drop(old);
        let carried_over = restore::begin_anew(&path, at(NOW)).unwrap().carried_over;
        assert_eq!(carried_over, CarriedOver { calls: 1, lost: Vec::new() }, "version {version}");
        let new = connect(&path, OpenFlags::default()).unwrap();
        assert_eq!(told(&new, "SELECT idempotency_key FROM calls").len(), 1, "version {version}");
        let spent = "SELECT sum(spent_micros) FROM spend WHERE span_s = 900";
        assert_eq!(told(&new, spent), ["Integer(13000)"], "version {version}");
        let blocked = blocked_rows::list(&new).unwrap();
        assert_eq!(blocked.len(), usize::from(has_people), "version {version}");
        assert!(blocked.iter().all(|blocked| blocked.opted_out == (version >= 9)), "version {version}");
        let people = people_rows::list(&new).unwrap();
        assert_eq!(people.len(), usize::from(has_people), "version {version}");
        assert!(people.iter().all(|person| !person.may_call && person.numbers.len() == 1));
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        let temporary = left.iter().any(|name| name.to_string_lossy().contains("-restore"));
        assert!(!temporary, "{left:?}");
    }
}

#[test]
fn consent_does_not_come_back_for_numbers_that_must_not_be_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    let mut into = sample::database();
    let numbers = NUMBERS.map(|number| PhoneNumber::from_e164(number).unwrap());
    for number in &numbers {
        consent_rows::put(&into, Mode::Live, number, at(1), AskedBy::Window).unwrap();
    }
    blocked_rows::opt_out(&old, &numbers[0], at(2)).unwrap();
    blocked_rows::put(&old, numbers[1].clone(), None, at(2)).unwrap();
    let person = Person {
        id: PersonId(Uuid::from_u128(1)),
        name: "Ada".into(),
        may_call: false,
        usual_protocol: None,
        numbers: vec![PersonNumber { number: numbers[2].clone(), label: None, extension: None }],
    };
    people_rows::put(&old, &person).unwrap();
    carry_over(&mut into, &path, at(NOW)).unwrap();
    let given = numbers.map(|number| is_given(&into, &number));
    assert_eq!(given, [false, false, false, true]);
}

fn is_given(connection: &Connection, number: &PhoneNumber) -> bool {
    let key = (Mode::Live.as_str().to_owned(), number.to_string());
    consent_rows::list(connection).unwrap().iter().any(|(given, _)| *given == key)
}

#[test]
fn a_withdrawn_consent_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    let mut into = sample::database();
    let numbers = NUMBERS.map(|number| PhoneNumber::from_e164(number).unwrap());
    let give = |connection: &Connection, number: &PhoneNumber, then: i64| {
        consent_rows::put(connection, Mode::Live, number, at(then), AskedBy::Window).unwrap();
    };
    let call = sample::call(at(NOW - 600), 1, "dinner", NUMBERS[0]);
    sample::keep(&old, &call);
    // Still given; withdrawn since the backup; from a time before this database.
    for (number, then) in [(&numbers[0], NOW - 500), (&numbers[1], NOW - 500), (&numbers[2], NOW - 5_000)] {
        give(&into, number, then);
    }
    give(&old, &numbers[0], NOW - 500);
    carry_over(&mut into, &path, at(NOW)).unwrap();
    let given = numbers.map(|number| is_given(&into, &number));
    assert_eq!(given, [true, false, true, false]);
}

#[test]
fn an_earlier_loss_is_still_reported_after_another_restore() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    note_lost(&old, &[Lost::Wishes], at(NOW - 86_400)).unwrap();
    let mut into = sample::database();
    assert_eq!(
        carry_over(&mut into, &path, at(NOW)).unwrap(),
        CarriedOver::default(),
        "nothing else is lost"
    );
    assert_eq!(lost_lately(&into, at(NOW + 1)).unwrap(), [Lost::Wishes]);
}

#[test]
fn a_damaged_page_loses_only_its_own_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old = database(&path, STEPS.len());
    old.execute_batch("BEGIN").unwrap();
    for number in 0..3_000 {
        let number = PhoneNumber::from_e164(&format!("+1415555{number:04}")).unwrap();
        blocked_rows::opt_out(&old, &number, at(2)).unwrap();
    }
    let call = sample::call(at(NOW - 60), 1, "dinner", NUMBERS[0]);
    sample::keep(&old, &call);
    old.execute_batch("COMMIT").unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'tokens'";
    let tokens: i64 = old.query_row(root, [], |row| row.get(0)).unwrap();
    let tokens = usize::try_from(tokens).unwrap();
    drop(old);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.windows(12).position(|bytes| bytes == b"+14155551500").unwrap();
    for page in [middle / 4_096, tokens - 1] {
        bytes[page * 4_096..][..4_096].fill(0xa5);
    }
    fs::write(&path, &bytes).unwrap();
    let mut into = sample::database();
    let carried_over = carry_over(&mut into, &path, at(NOW)).unwrap();
    assert_eq!(carried_over, CarriedOver { calls: 1, lost: vec![Lost::Wishes, Lost::Access] });
    let blocked = blocked_rows::list(&into).unwrap();
    assert!((2_800..3_000).contains(&blocked.len()), "{}", blocked.len());
    assert!(blocked.iter().all(|blocked| blocked.opted_out));
    let ends = ["+14155550000", "+14155552999"].map(|number| PhoneNumber::from_e164(number).unwrap());
    assert!(ends.iter().all(|end| blocked_rows::is_opted_out(&into, end).unwrap()));

    fs::write(&path, "nothing of the kind".repeat(300)).unwrap();
    let carried_over = carry_over(&mut into, &path, at(NOW)).unwrap();
    assert_eq!(carried_over.lost, [Lost::Wishes, Lost::Calls, Lost::Access]);
    fs::write(&path, "").unwrap();
    assert_eq!(carry_over(&mut into, &path, at(NOW)).unwrap(), CarriedOver::default());
}

/// A migration that reads all calls fails on one damaged page. The calls on the other pages still count: a repeated
/// request must not place a second call.
#[test]
fn a_damaged_page_in_an_older_version_loses_no_key_of_another_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let before = STEPS.iter().position(|step| format!("{step:?}").contains("failure_reason")).unwrap();
    let old = database(&path, before);
    let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, \
        news, idempotency_key, asked_by) VALUES (?1, ?2, '+15005550006', ?3, 'sandbox', 'AC1', ?4, 'completed', 0, \
        'polling', ?2, 'program')";
    old.execute_batch("BEGIN").unwrap();
    for second in (0..400).rev() {
        let protocol = format!("protocol-{second:04}");
        let call = sample::call(at(NOW - 60 - second), 1, &protocol, NUMBERS[0]);
        let values = params![call.id.0, protocol, NUMBERS[0], call.requested_at.as_millisecond()];
        old.execute(insert, values).unwrap();
    }
    old.execute_batch("COMMIT").unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'calls'";
    let root: i64 = old.query_row(root, [], |row| row.get(0)).unwrap();
    old.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(old);
    let mut bytes = fs::read(&path).unwrap();
    // A leaf of the table itself, with data that no index has.
    let leaf = (0..bytes.len() / 4_096).find(|page| {
        let page = &bytes[page * 4_096..][..4_096];
        matches!(page[0], 10 | 13)
            && page.windows(13).any(|bytes| bytes == b"protocol-0200")
            && page.windows(7).any(|bytes| bytes == b"polling")
    });
    let leaf = leaf.unwrap();
    assert_ne!(i64::try_from(leaf).unwrap() + 1, root);
    bytes[leaf * 4_096..][..4_096].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let mut into = sample::database();
    let carried_over = carry_over(&mut into, &path, at(NOW)).unwrap();
    assert!(carried_over.lost.contains(&Lost::Calls), "{carried_over:?}");
    assert!((300..400).contains(&carried_over.calls), "{carried_over:?}");
    let keys = "SELECT count(*) FROM calls WHERE idempotency_key IN ('protocol-0000', 'protocol-0399')";
    assert_eq!(told(&into, keys), ["Integer(2)"]);
}
