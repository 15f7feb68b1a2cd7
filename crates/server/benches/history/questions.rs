//! The questions about a long history.

use jiff::{Timestamp, ToSpan as _};

use super::made_up::{NUMBERS, PROTOCOLS, number, person, protocol};

const SPANS: [i64; 2] = [30, 730];

pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) path: String,
}

pub(crate) fn all(count: i64, newest: Timestamp) -> Vec<Question> {
    let day = |ago: i64| (newest - (ago * 24).hours()).to_zoned(jiff::tz::TimeZone::UTC).date();
    let deep = |share: f64| {
        let ago = (730.0 * 86_400_000.0 * share) as i64;
        let at = u64::try_from(newest.as_millisecond() - ago).unwrap();
        uuid::Builder::from_unix_timestamp_millis(at, &[0; 10]).into_uuid()
    };
    let (top, rare) = (person(0), person(399));
    let seldom = &number(NUMBERS - 1)[5..];
    let lists = [
        ("the first page".to_owned(), String::new()),
        ("a page in the middle".into(), format!("cursor={}", deep(0.5))),
        (format!("the last page of {count}"), format!("cursor={}", deep(0.9999))),
        ("200 calls".into(), "limit=200".into()),
        ("outcome: answered".into(), "outcome=completed".into()),
        ("outcome: failed".into(), "outcome=failed".into()),
        ("outcome: not over".into(), "outcome=open".into()),
        ("outcome: failed, deep".into(), format!("outcome=failed&cursor={}", deep(0.9))),
        ("protocol".into(), format!("protocol={}", protocol(PROTOCOLS - 1))),
        ("protocol, retired a year ago".into(), format!("protocol={}", protocol(0))),
        ("protocol, unknown".into(), "protocol=none".into()),
        ("person, called most".into(), format!("person={top}")),
        ("person, called seldom".into(), format!("person={rare}")),
        ("dates: a week".into(), format!("from={}&to={}&time_zone=UTC", day(200), day(194))),
        ("dates: the first year".into(), format!("to={}&time_zone=UTC", day(365))),
        ("dates: before all".into(), "to=2001-01-01&time_zone=UTC".into()),
        ("asked for by the tray".into(), "asked_by=tray".into()),
        ("asked for by nobody".into(), "asked_by=unknown".into()),
        ("search: part of a number, many".into(), "q=415".into()),
        ("search: part of a number, some".into(), "q=867".into()),
        ("search: a number called seldom".into(), format!("q={seldom}")),
        ("search: a number that nobody has".into(), "q=5550123999".into()),
        ("search: a name".into(), "q=person+042".into()),
        ("search: a name that all have".into(), "q=example".into()),
        ("search: a protocol".into(), "q=protocol7".into()),
        ("search: nothing like it".into(), "q=zzzz".into()),
        ("search in the middle".into(), format!("q=867&cursor={}", deep(0.5))),
        ("failed and by the tray".into(), "outcome=failed&asked_by=tray".into()),
        ("protocol, person, outcome".into(), format!("protocol={}&person={top}&outcome=busy", protocol(5))),
        (
            "all filters and a search".into(),
            format!(
                "outcome=no-answer&protocol={}&person={top}&asked_by=browser&from={}&to={}&time_zone=UTC&q=415",
                protocol(4),
                day(600),
                day(10)
            ),
        ),
        (
            "all filters, nothing found".into(),
            format!("outcome=open&protocol={}&person={top}&asked_by=unknown&q=415", protocol(4)),
        ),
        (
            "retired protocol within the last year".into(),
            format!("protocol={}&from={}&time_zone=UTC", protocol(0), day(360)),
        ),
    ];
    let lists = lists.map(|(name, query)| Question { name, path: format!("/api/v1/calls?{query}") });
    let zones = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu"];
    let plots = zones.map(|zone| Question {
        name: format!("every plot, days of {zone}"),
        path: format!("/api/v1/statistics?time_zone={zone}"),
    });
    let spent = |by: &str, zone: &str, first: i64| Question {
        name: format!("spent by {by} in {} days, {zone}", first + 1),
        path: format!("/api/v1/spend?by={by}&from={}&to={}&time_zone={zone}", day(first), day(0)),
    };
    let mut spend = Vec::new();
    for by in ["day", "month", "protocol", "person"] {
        for (days, zone) in SPANS.into_iter().flat_map(|days| zones[..3].iter().map(move |zone| (days, zone)))
        {
            spend.push(spent(by, zone, days - 1));
        }
    }
    lists.into_iter().chain(plots).chain(spend).collect()
}
