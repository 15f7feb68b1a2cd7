//! Made-up calls, identical in every run.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Statement, params};

pub(crate) const NUMBERS: u64 = 2_000;
pub(crate) const PROTOCOLS: u64 = 12;
const PEOPLE: u64 = 400;
const DAYS: i64 = 730;
/// This many protocols were played only in the first year.
pub(crate) const RETIRED: u64 = 2;
const STATIONS: [&str; 6] = ["requested", "queued", "initiated", "ringing", "in-progress", "completed"];

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub(crate) fn number(rank: u64) -> String {
    format!("+1415{:07}", 2_000_000 + rank * 3_511 % 7_999_999)
}

pub(crate) fn protocol(rank: u64) -> String {
    format!("protocol{rank}")
}

pub(crate) fn person(rank: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0199_a0f0_0000_7000_8000_0000_0000_0000 + u128::from(rank))
}

pub(crate) fn fill(database: &Path, count: i64) -> Timestamp {
    let mut connection = Connection::open(database).unwrap();
    // None of this has to survive a power cut, and a journal would be just as large.
    connection.pragma_update(None, "journal_mode", "OFF").unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    connection.pragma_update(None, "cache_size", -400_000).unwrap();
    let newest = Timestamp::now().as_millisecond() - 60_000;
    let transaction = connection.transaction().unwrap();
    {
        let mut insert_call = transaction
            .prepare(
                "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open,
                 sid, news, answered_at, ended_at, duration_s, price_micros, price_currency, sip_response_code,
                 failure_code, failure_message, channel, asked_by, asker_name)
                 VALUES (?1, ?2, ?3, ?4, 'sandbox', 'AC00000000000000000000000000000001', ?5, ?6, 0, ?7, 'callbacks',
                 ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            )
            .unwrap();
        let mut insert_event = transaction
            .prepare("INSERT INTO events (call_id, at, kind, source, status) VALUES (?1, ?2, ?3, ?4, ?5)")
            .unwrap();
        let mut random = Random(2_026);
        // Zipf's law: the number of rank n is called 1/n as often as the first.
        let mut sum = 0.0;
        let reach: Vec<f64> = (1..=NUMBERS)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        for n in 0..count {
            let at = newest - (count - 1 - n) * (DAYS * 86_400_000 / count);
            let wanted = random.share() * sum;
            let rank = reach.partition_point(|reach| *reach < wanted) as u64;
            insert(&mut insert_call, &mut insert_event, &mut random, at, n >= count / 2, rank);
        }
        let mut insert_person =
            transaction.prepare("INSERT INTO people (id, name, may_call) VALUES (?1, ?2, 1)").unwrap();
        let mut insert_number = transaction
            .prepare("INSERT INTO person_numbers (person, position, number) VALUES (?1, ?2, ?3)")
            .unwrap();
        for rank in 0..PEOPLE {
            let id = person(rank);
            insert_person.execute(params![id, format!("Person {rank:03} Example")]).unwrap();
            for (position, rank) in [(0, rank), (1, NUMBERS - 1 - rank)] {
                insert_number.execute(params![id, position, number(rank)]).unwrap();
            }
        }
    }
    // Counts the calls with the migration's own statement, and names the columns, to which later migrations add more.
    let migration = include_str!("../../../app/src/store/migrations/0007_history.sql");
    let begin = migration.find("INSERT INTO quarters").unwrap();
    let end = begin + migration[begin..].find(';').unwrap();
    let counting = migration[begin..end].replacen(
        "INTO quarters",
        "INTO quarters (mode, quarter, completed, busy, no_answer, canceled, failed)",
        1,
    );
    transaction.execute(&counting, []).unwrap();
    transaction.commit().unwrap();
    Timestamp::from_millisecond(newest).unwrap()
}

fn insert(
    call: &mut Statement<'_>,
    event: &mut Statement<'_>,
    random: &mut Random,
    at: i64,
    is_second_year: bool,
    rank: u64,
) {
    let (outcome, sip) = match random.below(100) {
        0..62 => ("completed", 200),
        62..84 => ("no-answer", 487),
        84..93 => ("busy", 486),
        93..97 => ("failed", 404),
        _ => ("canceled", 487),
    };
    let asked_by = ["window", "window", "tray", "browser", "device", "program", "command_line"]
        [usize::try_from(random.below(7)).unwrap()];
    let first = if is_second_year { RETIRED } else { 0 };
    let protocol = protocol(first + random.below(PROTOCOLS - first));
    let is_answered = outcome == "completed";
    let is_failed = outcome == "failed";
    let millisecond = at.unsigned_abs();
    let tail = random.next().to_be_bytes();
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&tail);
    let id = uuid::Builder::from_unix_timestamp_millis(millisecond, &bytes).into_uuid();
    let duration = random.below(180);
    let ended = at + 12_000 + if is_answered { i64::try_from(duration).unwrap() * 1_000 } else { 0 };
    call.execute(params![
        id,
        protocol,
        "+15005550006",
        number(rank),
        at,
        outcome,
        format!("CA{:016x}{:016x}", millisecond, random.next()),
        is_answered.then_some(at + 9_000),
        ended,
        is_answered.then_some(i64::try_from(duration).unwrap()),
        is_answered.then_some((1 + i64::try_from(duration).unwrap() / 60) * 13_000),
        is_answered.then_some("USD"),
        sip,
        is_failed.then_some(13_224),
        is_failed.then_some("Twilio cannot call this kind of number."),
        format!("private-call-{:016x}{:016x}", random.next(), random.next()),
        asked_by,
        (asked_by == "browser").then_some("Firefox on Linux"),
    ])
    .unwrap();
    let between = if is_answered { &STATIONS[..5] } else { &STATIONS[..4] };
    for (step, status) in (0..).zip(between.iter().chain([&outcome])) {
        let source = if step == 0 {
            "local"
        } else if step == 1 {
            "dial"
        } else {
            "callback"
        };
        event.execute(params![id, at + step * 2_000, "status", source, status]).unwrap();
    }
}
