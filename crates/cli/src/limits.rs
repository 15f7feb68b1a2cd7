//! `bsp limits`: how much calling is allowed.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::args::LimitsCommand;
use crate::client::Client;
use crate::exit::Failure;

const PATH: &str = "/api/v1/limits";

/// The limits by name, with what they do.
const LIMITS: [(&str, &str); 8] = [
    ("number_gap_min", "minutes between two calls to one number"),
    ("number_per_day", "calls to one number in 24 hours"),
    ("calls_per_hour", "calls to all numbers in an hour"),
    ("calls_at_once", "calls under way at one time"),
    ("quiet_hours", "hours in which nobody is called, by their own clock"),
    ("countries", "countries whose numbers may be called"),
    ("spend_per_day", "what calls may cost in a day"),
    ("spend_per_month", "what calls may cost in a month"),
];

pub(crate) async fn run(command: Option<LimitsCommand>, data_dir: &Path) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    let mut limits = client.json(client.request(Method::GET, PATH)?).await?;
    if let Some(LimitsCommand::Set { limits: wanted }) = &command {
        let fields =
            limits.as_object_mut().ok_or_else(|| Failure::Other("the server sent no limits".into()))?;
        for setting in wanted {
            set(fields, setting)?;
        }
        limits = client.json(client.request(Method::PUT, PATH)?.json(&limits)).await?;
    }
    let mut out = io::stdout();
    if matches!(command, Some(LimitsCommand::Show { json: true })) {
        writeln!(out, "{limits}")?;
        return Ok(ExitCode::SUCCESS);
    }
    for (name, meaning) in LIMITS {
        writeln!(out, "{name:<16} {:<14} {meaning}", shown(&limits[name]))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes `name=value` into the limits; `none` is no limit.
fn set(limits: &mut Map<String, Value>, setting: &str) -> Result<(), Failure> {
    let usage = |what: &str| Failure::Usage(format!("{setting:?}: {what}"));
    let (name, value) = setting.split_once('=').ok_or_else(|| usage("a limit is set by name=value"))?;
    if !LIMITS.iter().any(|(known, _)| *known == name) {
        return Err(usage("there is no such limit; bsp limits lists them"));
    }
    let value = match (name, value) {
        ("countries", "own" | "any") => json!(value),
        ("countries", listed) => json!({"listed": listed.split(',').map(str::trim).collect::<Vec<_>>()}),
        (_, "none") => Value::Null,
        ("quiet_hours", hours) => {
            let (from, until) = hours.split_once('-').ok_or_else(|| usage("write them as 21:00-09:00"))?;
            json!({"from": from, "until": until})
        }
        ("spend_per_day" | "spend_per_month", amount) => json!(amount),
        (_, count) => json!(count.parse::<u32>().map_err(|_| usage("this takes a number, or none"))?),
    };
    limits.insert(name.to_owned(), value);
    Ok(())
}

fn shown(limit: &Value) -> String {
    match limit {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => match (&fields.get("from"), &fields.get("until"), fields.get("listed")) {
            (Some(Value::String(from)), Some(Value::String(until)), _) => format!("{from}-{until}"),
            (_, _, Some(Value::Array(listed))) => {
                listed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
            }
            _ => limit.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_set_and_shown_in_the_same_words() {
        let mut limits = Map::new();
        for setting in [
            "number_gap_min=5",
            "quiet_hours=22:00-07:30",
            "countries=US,DE",
            "spend_per_day=2.50",
            "calls_at_once=none",
        ] {
            set(&mut limits, setting).unwrap();
            let (name, value) = setting.split_once('=').unwrap();
            assert_eq!(shown(&limits[name]), value);
        }
        for setting in ["number_gap_min", "number_gap_min=often", "gap=1", "quiet_hours=night"] {
            assert!(set(&mut limits, setting).is_err(), "{setting}");
        }
    }
}
