//! A report for support: what this installation is and what went wrong, without personal data.
//!
//! It is made of values that identify no one; the few texts among them are redacted ([`Blanks`]).

use std::fs;
use std::path::Path;

use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::backup;
use benspamsphones_app::store::{
    Store, StoreError, blocked_rows, call_message_rows, every_call, group_rows, people_rows, protocol_rows,
    quick_dial_rows, refusal_rows, setting_rows, sound_rows, token_rows,
};
use benspamsphones_core::{Blanks, CallStatus, Plays, Region};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::startup_settings::StartupSettings;

/// The most failed calls in the report.
const FAILURES: u32 = 50;
/// How many messages of calls are redacted. None is ever logged; this is in case one is.
const MESSAGES: u32 = 200;
const LINES: usize = 500;
/// Longest line, in characters.
const LINE_CHARS: usize = 1_000;

/// Makes the report from a data folder and the lines of a log, latest last. If the database can't be read, the report
/// says so.
pub fn make(data_dir: &Path, log: &[String]) -> Value {
    let database = Store::path(data_dir);
    let size = fs::metadata(&database).ok().map(|file| file.len());
    let region = super::region(data_dir);
    let connection = backup::open_to_read(&database);
    let blanks = match &connection {
        Ok(connection) => known_words(connection, region),
        Err(_) => Ok(Blanks::default()),
    };
    let (told, blanks) = match (&connection, blanks) {
        (Ok(connection), Ok(blanks)) => match tell(connection, region, &blanks) {
            Ok(told) => (told, Some(blanks)),
            Err(error) => (json!({"problem": blanks.blank(&error.to_string())}), Some(blanks)),
        },
        // Without the names it isn't known what to redact, so the log is left out.
        (Ok(_), Err(error)) => (json!({"problem": Blanks::default().blank(&error.to_string())}), None),
        (Err(error), _) => (json!({"problem": Blanks::default().blank(&error.to_string())}), None),
    };
    let log: Option<Vec<String>> = blanks.map(|blanks| {
        let latest = &log[log.len().saturating_sub(LINES)..];
        latest.iter().map(|line| blank_line(&blanks, line)).collect()
    });
    let choices = StartupSettings::read(data_dir).ok().map(|found| {
        let choices = found.choices;
        json!({
            "lost": found.lost,
            "mode": choices.mode,
            "default_region": choices.default_region.map(|region| region.to_string()),
            "share": choices.share,
            "https": choices.https,
        })
    });
    json!({
        "made_at": Clock::default().now(),
        "version": env!("CARGO_PKG_VERSION"),
        "platform": {"os": std::env::consts::OS, "arch": std::env::consts::ARCH},
        "choices": choices,
        "database": {"size": size, "told": told},
        "log": log,
    })
}

fn known_words(connection: &Connection, region: Region) -> Result<Blanks, StoreError> {
    let mut words = Vec::new();
    for person in people_rows::list(connection)? {
        words.extend(person.name.split_whitespace().map(str::to_owned));
        words.push(person.name);
        words.extend(person.numbers.into_iter().filter_map(|number| number.label));
    }
    words.extend(group_rows::list(connection)?.into_iter().map(|group| group.name));
    // Browsers and devices have their owners' names.
    words.extend(token_rows::list(connection)?.into_iter().map(|token| token.name));
    words.extend(blocked_rows::list(connection)?.into_iter().filter_map(|blocked| blocked.note));
    words.extend(sound_rows::list(connection)?.into_iter().map(|sound| sound.name));
    for protocol in protocol_rows::list(connection, region)? {
        words.push(protocol.id.to_string());
        words.extend(protocol.name);
        match protocol.plays {
            Plays::Callback { url, .. } => words.push(url),
            Plays::Twiml(text) => words.push(text),
            Plays::Say(say) => words.extend([Some(say.text), say.message].into_iter().flatten()),
            Plays::Sound(_) => {}
        }
    }
    words.extend(call_message_rows::latest(connection, MESSAGES)?);
    Ok(Blanks::new(words))
}

fn tell(connection: &Connection, region: Region, blanks: &Blanks) -> Result<Value, StoreError> {
    let mut counts = Map::new();
    let mut tables =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    for name in tables.query_map([], |row| row.get::<_, String>(0))? {
        let name = name?;
        // The name comes from the schema.
        let count: i64 =
            connection.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0))?;
        counts.insert(name, count.into());
    }
    let mut by_status = Map::new();
    for status in CallStatus::ALL {
        let sql = "SELECT count(*) FROM calls WHERE status = ?1";
        let count: i64 = connection.query_row(sql, [status.as_str()], |row| row.get(0))?;
        by_status.insert(status.as_str().to_owned(), count.into());
    }
    let failures = every_call::failed(connection, FAILURES)?;
    let failures = failures.iter().map(|call| {
        json!({
            "requested_at": call.requested_at,
            "mode": call.mode,
            "status": call.status,
            "news": call.news,
            "sip_response_code": call.sip_response_code,
            "code": call.failure.as_ref().and_then(|failure| failure.code()),
            "message": call.failure.as_ref().map(|failure| blanks.blank(failure.message())),
        })
    });
    let plays = protocol_rows::list(connection, region)?;
    let plays = plays.iter().map(|protocol| match protocol.plays {
        Plays::Callback { .. } => "callback",
        Plays::Twiml(_) => "twiml",
        Plays::Say(_) => "say",
        Plays::Sound(_) => "sound",
    });
    let refusals = refusal_rows::list(connection)?;
    let refusals = refusals
        .iter()
        .map(|refused| json!({"why": refused.why, "count": refused.count, "last_at": refused.last_at}));
    Ok(json!({
        "schema": backup::version(connection)?,
        "check": connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?,
        "rows": counts,
        "calls": by_status,
        "failures": failures.collect::<Vec<_>>(),
        "protocols_play": plays.collect::<Vec<_>>(),
        "quick_dials": quick_dial_rows::list(connection)?.len(),
        "refusals": refusals.collect::<Vec<_>>(),
        "keep_calls_months": setting_rows::get(connection, setting_rows::KEEP_CALLS_MONTHS)?,
    }))
}

/// A time at the beginning of a line isn't a phone number.
fn blank_line(blanks: &Blanks, line: &str) -> String {
    let line: String = line.chars().take(LINE_CHARS).collect();
    match line.split_once(' ') {
        Some((time, rest)) if time.parse::<Timestamp>().is_ok() => format!("{time} {}", blanks.blank(rest)),
        _ => blanks.blank(&line),
    }
}
