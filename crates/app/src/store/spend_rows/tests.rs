//! Compares the sums with the calls they add up.

use benspamsphones_core::{
    AskedBy, Call, CallId, CallRequest, CallStatus, Estimate, PhoneNumber, ProtocolId, Source, StatusUpdate,
    UpdateRoute,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use proptest::prelude::*;

use super::super::call_rows::{self, Channels, Key};
use super::super::whose_spend_rows::{OfPeople, nearest_month, of_people, of_protocols};
use super::*;

const ACCOUNT: &str = "AC1";

fn store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    super::super::schema::MIGRATIONS.to_latest(&mut connection).unwrap();
    connection
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn place(connection: &Connection, requested_at: Timestamp, to: &str, estimate: Option<Estimate>) -> Call {
    let millisecond = u64::try_from(requested_at.as_millisecond()).unwrap();
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    let id = uuid::Builder::from_unix_timestamp_millis(millisecond, &bytes).into_uuid();
    let mut call = Call::requested(CallRequest {
        id: CallId(id),
        protocol: ProtocolId::new("dinner").unwrap(),
        from: PhoneNumber::from_e164("+15005550006").unwrap(),
        to: PhoneNumber::from_e164(to).unwrap(),
        mode: Mode::Live,
        account_sid: ACCOUNT.into(),
        news: UpdateRoute::Polling,
        requested_at,
        asked_by: AskedBy::Unknown,
        asker_name: None,
    });
    call.estimate = estimate;
    let channels = Channels { own: id.to_string(), watch: None };
    call_rows::insert(connection, &call, &channels, None, None).unwrap();
    call
}

fn hear(connection: &Connection, id: CallId, status: CallStatus, price: Option<Money>) {
    let before = call_rows::find(connection, &Key::Id(id)).unwrap().unwrap();
    let mut call = before.clone();
    let mut news = StatusUpdate::of(Source::Poll, status, before.requested_at);
    (news.price, news.duration_s) = (price, Some(61));
    let _ = call.advance(&news);
    call_rows::update(connection, &before, &call).unwrap();
}

fn usd(micros: i64) -> Money {
    Money::of_micros(micros, "USD").unwrap()
}

fn eur(micros: i64) -> Money {
    Money::of_micros(micros, "EUR").unwrap()
}

fn committed(connection: &Connection, since: &str) -> Vec<Money> {
    committed_between(connection, Mode::Live, ACCOUNT, at(since), Timestamp::MAX).unwrap()
}

const NOON: &str = "2026-03-29T12:00:00Z";

#[test]
fn an_estimate_counts_until_the_price_is_known() {
    let connection = store();
    assert_eq!(committed(&connection, NOON), []);
    let estimate = Some(Estimate::new(usd(14_000), Some(600)));
    let call = place(&connection, at("2026-03-29T12:10:00Z"), "+14158675309", estimate);
    assert_eq!(committed(&connection, NOON), [usd(140_000)], "ten minutes, as long as it may last");
    hear(&connection, call.id, CallStatus::Ringing, None);
    assert_eq!(committed(&connection, NOON), [usd(140_000)]);
    hear(&connection, call.id, CallStatus::Completed, None);
    assert_eq!(committed(&connection, NOON), [usd(28_000)], "the two minutes that it took");
    hear(&connection, call.id, CallStatus::Completed, Some(usd(27_000)));
    assert_eq!(committed(&connection, NOON), [usd(27_000)], "the price, and not both");
    assert_eq!(committed(&connection, "2026-03-29T12:15:00Z"), [], "since the next quarter hour");
    assert_eq!(committed(&connection, "2026-03-29T12:14:59Z"), [usd(27_000)]);
    let other = committed_between(&connection, Mode::Live, "AC2", at(NOON), Timestamp::MAX).unwrap();
    let sandbox = committed_between(&connection, Mode::Sandbox, ACCOUNT, at(NOON), Timestamp::MAX).unwrap();
    assert_eq!((other, sandbox), (vec![], vec![]));
}

#[test]
fn refused_and_unanswered_calls_cost_nothing() {
    let connection = store();
    for ending in [CallStatus::Failed, CallStatus::Busy, CallStatus::NoAnswer, CallStatus::Canceled] {
        let call = place(&connection, at(NOON), "+14158675309", Some(Estimate::new(usd(14_000), None)));
        assert_eq!(committed(&connection, NOON), [usd(14_000 * 240)], "as long as Twilio lets it last");
        hear(&connection, call.id, ending, None);
        assert_eq!(committed(&connection, NOON), [usd(0)], "{ending}");
    }
}

#[test]
fn the_share_of_a_call_is_held_until_it_ends() {
    let connection = store();
    let estimate = Estimate::new(usd(14_000), None).permitted(Some(180));
    let call = place(&connection, at(NOON), "+14158675309", Some(estimate));
    place(&connection, at(NOON), "+14158675310", Some(Estimate::new(usd(10_000), Some(60))));
    assert_eq!(committed(&connection, NOON), [usd(52_000)]);
    hear(&connection, call.id, CallStatus::Completed, None);
    assert_eq!(committed(&connection, NOON), [usd(38_000)], "two minutes had begun");
    let later = "2026-03-30T00:00:00Z";
    assert_eq!(committed(&connection, later), [], "it counts on its own day");
}

#[test]
fn currencies_are_summed_separately_and_a_price_may_come_in_another() {
    let connection = store();
    let call = place(&connection, at(NOON), "+14158675309", Some(Estimate::new(usd(14_000), None)));
    hear(&connection, call.id, CallStatus::Completed, Some(eur(11_000)));
    assert_eq!(committed(&connection, NOON), [eur(11_000), usd(0)]);
    place(&connection, at(NOON), "+14158675309", None);
    assert_eq!(committed(&connection, NOON), [eur(11_000), usd(0)], "its price is unknown");
}

#[test]
fn corrected_prices_change_the_sums_and_deletion_keeps_the_total() {
    let connection = store();
    let call = place(&connection, at(NOON), "+14158675309", Some(Estimate::new(usd(14_000), None)));
    hear(&connection, call.id, CallStatus::Completed, Some(usd(14_000)));
    for (micros, currency) in [(13_000, "USD"), (9_000, "EUR"), (15_000, "USD")] {
        connection
            .execute("UPDATE calls SET price_micros = ?1, price_currency = ?2", params![micros, currency])
            .unwrap();
        let now = Money::of_micros(micros, currency).unwrap();
        let told: Vec<Money> =
            committed(&connection, NOON).into_iter().filter(|sum| sum.micros() != 0).collect();
        assert_eq!(told, std::slice::from_ref(&now));
        assert_eq!(protocols(&connection, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), [now]);
    }
    connection.execute("DELETE FROM calls", []).unwrap();
    let told: Vec<Money> = committed(&connection, NOON).into_iter().filter(|sum| sum.micros() != 0).collect();
    assert_eq!(told, [usd(15_000)], "what was spent is spent");
    for table in ["protocol_spend", "number_spend"] {
        let rows: i64 =
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}: it is no longer known who was called");
    }
}

fn protocols(connection: &Connection, from: &str, to: &str) -> Vec<Money> {
    let mut sums = of_protocols(connection, Mode::Live, at(from), at(to)).unwrap();
    sums.remove("dinner").unwrap_or_default()
}

#[test]
fn the_nearest_month_is_found() {
    for (moment, month) in [
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-03-10T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-03-25T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("2026-02-28T23:00:00Z", "2026-03-01T00:00:00Z"),
    ] {
        assert_eq!(nearest_month(at(moment)), at(month), "{moment}");
    }
}

fn some_price() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0_i64), 4 => 0..5_000_000_i64]
}

/// One hundred days of calls, each at its own time, and their prices.
fn history() -> impl Strategy<Value = Vec<(i64, i64, bool)>> {
    proptest::collection::vec((0..8_640_000_i64, some_price(), any::<bool>()), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn sums_are_exact(calls in history(), from in 0..9_600_i64, length in 0..9_600_i64) {
        let connection = store();
        let begin = at("2026-01-01T00:00:00Z");
        let moment = |second| begin + SignedDuration::from_secs(second);
        // Every third call goes to an unknown number.
        let is_known = |second: i64| second % 3 != 0;
        for (second, micros, is_euro) in &calls {
            let to = if is_known(*second) { "+14158675309" } else { "+14158675310" };
            let call = place(&connection, moment(*second), to, None);
            let price = if *is_euro { eur(*micros) } else { usd(*micros) };
            hear(&connection, call.id, CallStatus::Completed, Some(price));
        }
        let (from, to) = (from * 900, (from + length) * 900);
        let sums = |counts: &dyn Fn(i64) -> bool| -> Vec<Money> {
            ["EUR", "USD"].into_iter().filter_map(|currency| {
                let mine: Vec<i64> = calls.iter()
                    .filter(|(second, _, is_euro)| (from..to).contains(second) && (currency == "EUR") == *is_euro)
                    .filter(|(second, ..)| counts(*second))
                    .map(|(_, micros, _)| *micros).collect();
                let sum = mine.iter().sum();
                (!mine.is_empty()).then(|| Money::of_micros(sum, currency).unwrap())
            }).collect()
        };
        let (expected, of_known) = (sums(&|_| true), sums(&is_known));
        let (from, to) = (moment(from), moment(to));
        let told = between(&connection, Mode::Live, None, from, to).unwrap();
        prop_assert_eq!(told.into_iter().map(|sum| sum.spent).collect::<Vec<_>>(), expected.clone());
        let by_protocol = of_protocols(&connection, Mode::Live, from, to).unwrap();
        prop_assert_eq!(by_protocol.into_values().flatten().collect::<Vec<_>>(), expected.clone());
        // Two people have this number; it counts once.
        for person in [uuid::Uuid::nil(), uuid::Uuid::max()] {
            connection.execute("INSERT INTO people (id, name, may_call) VALUES (?1, 'Ada', 1)", [person]).unwrap();
            connection.execute("INSERT INTO person_numbers (person, position, number) VALUES (?1, 0, '+14158675309')", [person]).unwrap();
        }
        let OfPeople { people, all } = of_people(&connection, Mode::Live, from, to).unwrap();
        prop_assert_eq!(people.into_values().flatten().collect::<Vec<_>>(), of_known);
        prop_assert_eq!(all, expected.clone());
    }

    #[test]
    fn days_are_exact(calls in history(), quarters in -48..=56_i32, first in 0..90_i8, length in 0..90_i8) {
        let connection = store();
        let begin = at("2026-01-01T00:00:00Z");
        for (second, micros, is_euro) in &calls {
            let call = place(&connection, begin + SignedDuration::from_secs(*second), "+14158675309", None);
            let price = if *is_euro { eur(*micros) } else { usd(*micros) };
            hear(&connection, call.id, CallStatus::Completed, Some(price));
        }
        let zone = TimeZone::fixed(jiff::tz::Offset::from_seconds(quarters * 900).unwrap());
        let first = jiff::civil::date(2025, 12, 25) + i64::from(first).days();
        let days = benspamsphones_core::spending::days(first, first + i64::from(length).days(), &zone);
        let told = of_days(&connection, Mode::Live, &days).unwrap();
        prop_assert_eq!(told.len(), days.len());
        for (day, told) in days.iter().zip(told) {
            let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
            for (second, micros, is_euro) in &calls {
                let moment = begin + SignedDuration::from_secs(*second);
                if (day.from..day.to).contains(&moment) {
                    *expected.entry(if *is_euro { "EUR" } else { "USD" }).or_default() += micros;
                }
            }
            let told: BTreeMap<&str, i64> =
                told.iter().map(|sum| (sum.spent.currency(), sum.spent.micros())).collect();
            prop_assert_eq!(told, expected, "{:?}", day);
        }
    }

    /// The same for the days on which clocks change.
    #[test]
    fn days_of_other_lengths_are_exact(seconds in prop::collection::vec(0..400_000_i64, 0..40)) {
        let connection = store();
        for begin in ["2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z"] {
            for second in &seconds {
                let call = place(&connection, at(begin) + SignedDuration::from_secs(*second), "+14158675309", None);
                hear(&connection, call.id, CallStatus::Completed, Some(usd(1_000)));
            }
        }
        for zone in ["CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0"] {
            let zone = TimeZone::posix(zone).unwrap();
            let date = jiff::civil::date;
            let days = benspamsphones_core::spending::days(date(2026, 3, 20), date(2026, 11, 9), &zone);
            let told = of_days(&connection, Mode::Live, &days).unwrap();
            for (day, told) in days.iter().zip(told) {
                prop_assert_eq!(told, between(&connection, Mode::Live, None, day.from, day.to).unwrap(), "{:?}", day);
            }
        }
    }
}
