//! What calls cost, added up. Triggers keep the sums (`0008_money.sql`); here they are read.
//!
//! Sums over time are made of quarter hours and days of UTC, so a year is some hundred rows however many calls it had.
//! Sums by protocol and by person are made of months of UTC, and of the calls between a month's end and the moment that
//! was asked for.

use std::collections::BTreeMap;

use benspamsphones_core::{Mode, Money, PersonId};
use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::StoreError;
use super::call_rows::{first_id, timestamp};

/// The shortest span that sums are kept for, in milliseconds.
pub(crate) const QUARTER_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;
/// How far the time in a call's id may be from the time it was asked for.
const ID_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Quarter hours to the first whole day, whole days, and quarter hours after the last one.
const BETWEEN: &str = "SELECT currency, sum(spent_micros), sum(held_micros) FROM (
    SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 900 AND starts_at >= ?2 AND starts_at < ?3
    UNION ALL SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 86400 AND starts_at >= ?3 AND starts_at < ?4
    UNION ALL SELECT account_sid, currency, spent_micros, held_micros FROM spend
        WHERE mode = ?1 AND span_s = 900 AND starts_at >= ?4 AND starts_at < ?5
    ) WHERE ?6 IS NULL OR account_sid = ?6 GROUP BY currency";
const QUARTERS: &str = "SELECT starts_at, currency, sum(spent_micros), sum(held_micros) FROM spend
    WHERE mode = ?1 AND span_s = 900 AND starts_at >= ?2 AND starts_at < ?3 GROUP BY starts_at, currency";
const OF_PROTOCOLS: &str = "SELECT protocol, currency, sum(spent_micros), sum(calls) FROM protocol_spend
    WHERE mode = ?1 AND month >= ?2 AND month < ?3 GROUP BY protocol, currency";
const OF_PROTOCOLS_EDGE: &str = "SELECT protocol, price_currency, sum(price_micros), count(*) FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL GROUP BY protocol, price_currency";
/// A number of two people counts for one of them, or their sums would be more than there is.
const OF_PEOPLE: &str = "SELECT person, currency, sum(spent_micros), sum(calls)
    FROM (SELECT number, min(person) AS person FROM person_numbers GROUP BY number) AS known
    CROSS JOIN number_spend ON number_spend.mode = ?1 AND number_spend.number = known.number
        AND number_spend.month >= ?2 AND number_spend.month < ?3
    GROUP BY person, currency";
const OF_PEOPLE_EDGE: &str = "SELECT person, currency, sum(spent), sum(calls) FROM (
    SELECT (SELECT min(person) FROM person_numbers WHERE number = to_number) AS person, price_currency AS currency,
        price_micros AS spent, 1 AS calls FROM calls
    WHERE id >= ?1 AND id < ?2 AND requested_at >= ?3 AND requested_at < ?4 AND mode = ?5
        AND price_micros IS NOT NULL)
    WHERE person IS NOT NULL GROUP BY person, currency";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[BETWEEN, QUARTERS, OF_PROTOCOLS, OF_PROTOCOLS_EDGE, OF_PEOPLE, OF_PEOPLE_EDGE];

/// What calls of one currency cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// What Twilio has told.
    pub spent: Money,
    /// What is expected of calls whose price isn't known yet.
    pub held: Money,
}

/// What calls since then cost or, where no price is known yet, are held to cost (`Call::held`): one sum for each
/// currency, for the guard.
///
/// It runs in the transaction that reserves a call and reads a row for each day, and at most 95 quarter hours, however
/// many calls there are. A `since` within a quarter hour counts from that quarter's beginning; the beginning of a day or
/// a month is exact in every time zone. A call without an estimate counts for nothing until its price is known. What the
/// call costs that is about to be reserved isn't in it: that is its own `Call::held`.
pub(crate) fn committed_since(
    connection: &Connection,
    mode: Mode,
    account_sid: &str,
    since: Timestamp,
) -> Result<Vec<Money>, StoreError> {
    let sums = between(connection, mode, Some(account_sid), since, Timestamp::MAX)?;
    Ok(sums.into_iter().map(|sum| sum.spent.plus(&sum.held)).collect())
}

/// What calls between two moments cost, one sum for each currency; both moments are taken back to their quarter hour.
pub(crate) fn between(
    connection: &Connection,
    mode: Mode,
    account_sid: Option<&str>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Spent>, StoreError> {
    let quarter = |at: Timestamp| at.as_millisecond().div_euclid(QUARTER_MS) * QUARTER_MS;
    let (from, to) = (quarter(from), quarter(to));
    let to = to.max(from);
    let first_day = ((from + DAY_MS - 1).div_euclid(DAY_MS) * DAY_MS).min(to);
    let after_last_day = (to.div_euclid(DAY_MS) * DAY_MS).max(first_day);
    let mut statement = connection.prepare_cached(BETWEEN)?;
    let mut rows =
        statement.query(params![mode.as_str(), from, first_day, after_last_day, to, account_sid])?;
    let mut sums = Vec::new();
    while let Some(row) = rows.next()? {
        let currency: String = row.get(0)?;
        sums.push(spent(&currency, row.get(1)?, row.get(2)?)?);
    }
    Ok(sums)
}

/// What each quarter hour's calls cost, in the order of time.
pub(crate) fn quarters(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(Timestamp, Spent)>, StoreError> {
    let mut statement = connection.prepare_cached(QUARTERS)?;
    let mut rows = statement.query(params![mode.as_str(), from.as_millisecond(), to.as_millisecond()])?;
    let mut sums = Vec::new();
    while let Some(row) = rows.next()? {
        let currency: String = row.get(1)?;
        sums.push((timestamp(row.get(0)?)?, spent(&currency, row.get(2)?, row.get(3)?)?));
    }
    Ok(sums)
}

/// What calls of the history between two moments cost, by the protocol that was played.
pub(crate) fn of_protocols(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<String, Vec<Money>>, StoreError> {
    let key = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    Sums::of(connection, mode, (from, to), (OF_PROTOCOLS, OF_PROTOCOLS_EDGE), key)
}

/// The same by the people whose numbers were called; what nobody has whose number was called isn't in it.
pub(crate) fn of_people(
    connection: &Connection,
    mode: Mode,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<PersonId, Vec<Money>>, StoreError> {
    let key = |row: &rusqlite::Row<'_>| row.get::<_, Uuid>(0).map(PersonId);
    Sums::of(connection, mode, (from, to), (OF_PEOPLE, OF_PEOPLE_EDGE), key)
}

/// Sums of whole months, mended by the calls at both ends.
struct Sums<K> {
    /// By whose they are and currency: millionths, and how many calls.
    found: BTreeMap<(K, String), (i64, i64)>,
}

impl<K: Ord + Clone> Sums<K> {
    fn of(
        connection: &Connection,
        mode: Mode,
        (from, to): (Timestamp, Timestamp),
        (months, edge): (&str, &str),
        key: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<BTreeMap<K, Vec<Money>>, StoreError> {
        let mut sums = Self { found: BTreeMap::new() };
        let [first, end] = [nearest_month(from), nearest_month(to)];
        let mut statement = connection.prepare_cached(months)?;
        let whole = params![mode.as_str(), first.as_millisecond(), end.as_millisecond()];
        sums.add(statement.query(whole)?, 1, &key)?;
        let mut statement = connection.prepare_cached(edge)?;
        // Between the month's beginning and the moment: too much, or what is missing.
        for (a, b, sign) in [(from, first, 1), (first, from, -1), (end, to, 1), (to, end, -1)] {
            if a < b {
                let [first_id, last_id] = [a.checked_sub(ID_SKEW), b.checked_add(ID_SKEW)]
                    .map(|at| at.map_or(Uuid::max(), first_id));
                let range = params![first_id, last_id, a.as_millisecond(), b.as_millisecond(), mode.as_str()];
                sums.add(statement.query(range)?, sign, &key)?;
            }
        }
        let mut told: BTreeMap<K, Vec<Money>> = BTreeMap::new();
        for ((key, currency), (micros, calls)) in sums.found {
            if calls > 0 {
                told.entry(key).or_default().push(money(micros, &currency)?);
            }
        }
        Ok(told)
    }

    fn add(
        &mut self,
        mut rows: rusqlite::Rows<'_>,
        sign: i64,
        key: &impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<(), StoreError> {
        while let Some(row) = rows.next()? {
            let (micros, calls): (i64, i64) = (row.get(2)?, row.get(3)?);
            let sum = self.found.entry((key(row)?, row.get(1)?)).or_default();
            sum.0 += sign * micros;
            sum.1 += sign * calls;
        }
        Ok(())
    }
}

/// The beginning of a month of UTC that is nearest.
fn nearest_month(at: Timestamp) -> Timestamp {
    let zoned = at.to_zoned(TimeZone::UTC);
    let begins = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).map_or(at, |zoned| zoned.timestamp());
    let this = zoned.date().first_of_month();
    let [this, next] = [this, this.saturating_add(1.month())].map(begins);
    if at.duration_since(this) <= next.duration_since(at) { this } else { next }
}

fn spent(currency: &str, spent: i64, held: i64) -> Result<Spent, StoreError> {
    Ok(Spent { spent: money(spent, currency)?, held: money(held, currency)? })
}

fn money(micros: i64, currency: &str) -> Result<Money, StoreError> {
    Money::of_micros(micros, currency).ok_or_else(|| StoreError::bad_row("currency", currency))
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{
        AskedBy, Call, CallId, CallRequest, CallStatus, Estimate, NewsRoute, Observation, PhoneNumber,
        ProtocolId, Source,
    };
    use proptest::prelude::*;

    use super::super::call_rows::{self, Channels, Key};
    use super::*;

    const ACCOUNT: &str = "AC1";

    fn store() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        super::super::MIGRATIONS.to_latest(&mut connection).unwrap();
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
            news: NewsRoute::Polling,
            requested_at,
            asked_by: AskedBy::Unknown,
            asker_name: None,
        });
        call.estimate = estimate;
        let channels = Channels { own: id.to_string(), watch: None };
        call_rows::insert(connection, &call, &channels, None).unwrap();
        call
    }

    fn hear(connection: &Connection, id: CallId, status: CallStatus, price: Option<Money>) {
        let before = call_rows::find(connection, &Key::Id(id)).unwrap().unwrap();
        let mut call = before.clone();
        let mut news = Observation::of(Source::Poll, status, before.requested_at);
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
        committed_since(connection, Mode::Live, ACCOUNT, at(since)).unwrap()
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
        let other = committed_since(&connection, Mode::Live, "AC2", at(NOON)).unwrap();
        let sandbox = committed_since(&connection, Mode::Sandbox, ACCOUNT, at(NOON)).unwrap();
        assert_eq!((other, sandbox), (vec![], vec![]));
    }

    #[test]
    fn what_twilio_refuses_and_what_nobody_answers_costs_nothing() {
        let connection = store();
        for ending in [CallStatus::Failed, CallStatus::Busy, CallStatus::NoAnswer, CallStatus::Canceled] {
            let call = place(&connection, at(NOON), "+14158675309", Some(Estimate::new(usd(14_000), None)));
            assert_eq!(committed(&connection, NOON).last(), Some(&usd(14_000)));
            hear(&connection, call.id, ending, None);
            assert_eq!(committed(&connection, NOON), [usd(0)], "{ending}");
        }
    }

    #[test]
    fn currencies_are_kept_apart_and_a_price_may_come_in_another() {
        let connection = store();
        let call = place(&connection, at(NOON), "+14158675309", Some(Estimate::new(usd(14_000), None)));
        hear(&connection, call.id, CallStatus::Completed, Some(eur(11_000)));
        assert_eq!(committed(&connection, NOON), [eur(11_000), usd(0)]);
        place(&connection, at(NOON), "+14158675309", None);
        assert_eq!(committed(&connection, NOON), [eur(11_000), usd(0)], "nobody knows what it costs");
    }

    #[test]
    fn a_corrected_price_and_deleted_calls() {
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
            assert_eq!(told, [now.clone()]);
            assert_eq!(protocols(&connection, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), [now]);
        }
        connection.execute("DELETE FROM calls", []).unwrap();
        let told: Vec<Money> =
            committed(&connection, NOON).into_iter().filter(|sum| sum.micros() != 0).collect();
        assert_eq!(told, [usd(15_000)], "what was spent is spent");
        for table in ["protocol_spend", "number_spend"] {
            let rows: i64 =
                connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
            assert_eq!(rows, 0, "{table}: nobody knows any more who was called");
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

    /// A hundred days, a call each at a moment of its own, and what it cost.
    fn history() -> impl Strategy<Value = Vec<(i64, i64, bool)>> {
        proptest::collection::vec((0..8_640_000_i64, 0..5_000_000_i64, any::<bool>()), 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        /// Whatever is asked for, the sums are those of the calls themselves.
        #[test]
        fn sums_are_exact(calls in history(), from in 0..9_600_i64, length in 0..9_600_i64) {
            let connection = store();
            let begin = at("2026-01-01T00:00:00Z");
            let moment = |second| begin + SignedDuration::from_secs(second);
            for (second, micros, is_euro) in &calls {
                let call = place(&connection, moment(*second), "+14158675309", None);
                let price = if *is_euro { eur(*micros) } else { usd(*micros) };
                hear(&connection, call.id, CallStatus::Completed, Some(price));
            }
            let (from, to) = (from * 900, (from + length) * 900);
            let expected: Vec<Money> = ["EUR", "USD"].into_iter().filter_map(|currency| {
                let mine: Vec<i64> = calls.iter()
                    .filter(|(second, _, is_euro)| (from..to).contains(second) && (currency == "EUR") == *is_euro)
                    .map(|(_, micros, _)| *micros).collect();
                let sum = mine.iter().sum();
                (!mine.is_empty()).then(|| Money::of_micros(sum, currency).unwrap())
            }).collect();
            let (from, to) = (moment(from), moment(to));
            let told = between(&connection, Mode::Live, None, from, to).unwrap();
            prop_assert_eq!(told.into_iter().map(|sum| sum.spent).collect::<Vec<_>>(), expected.clone());
            let by_protocol = of_protocols(&connection, Mode::Live, from, to).unwrap();
            prop_assert_eq!(by_protocol.into_values().flatten().collect::<Vec<_>>(), expected.clone());
            let person = Uuid::max();
            connection.execute("INSERT INTO people VALUES (?1, 'Ada', 1)", [person]).unwrap();
            connection.execute("INSERT INTO person_numbers VALUES (?1, 0, '+14158675309', NULL)", [person]).unwrap();
            let by_person = of_people(&connection, Mode::Live, from, to).unwrap();
            prop_assert_eq!(by_person.into_values().flatten().collect::<Vec<_>>(), expected.clone());
            let quarters = quarters(&connection, Mode::Live, from, to).unwrap();
            let in_all: i64 = quarters.iter().map(|(_, sum)| sum.spent.micros()).sum();
            prop_assert_eq!(in_all, expected.iter().map(Money::micros).sum::<i64>());
        }
    }
}
