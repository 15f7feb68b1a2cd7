//! `bsp limits`: how much calling is allowed.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use benspamsphones_core::Limits;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::args::LimitsCommand;
use crate::client::Client;
use crate::exit::Failure;
use crate::output::Output;

const PATH: &str = "/api/v1/limits";

const LIMITS: [(&str, &str); 8] = [
    ("number_gap_min", "minutes between two calls to one number"),
    ("number_per_day", "calls to one number in 24 hours"),
    ("calls_per_hour", "calls to all numbers in an hour"),
    ("calls_at_once", "calls at the same time"),
    ("quiet_hours", "quiet hours, by the clock of the person you call"),
    ("countries", "countries you may call"),
    ("spend_per_day", "what calls may cost per day"),
    ("spend_per_month", "what calls may cost per month"),
];

pub(crate) async fn run(
    command: Option<LimitsCommand>,
    data_dir: &Path,
    output: Output,
) -> Result<ExitCode, Failure> {
    let wanted = match command {
        Some(LimitsCommand::Set { limits }) => limits,
        Some(LimitsCommand::Show) | None => Vec::new(),
    };
    // Finds invalid values before the server is asked: a limit's validity doesn't depend on the current ones.
    changed(&Limits::default(), &wanted)?;
    let client = Client::find(data_dir)?;
    let mut limits = read(client.json(client.request(Method::GET, PATH)?).await?)?;
    if !wanted.is_empty() {
        limits = changed(&limits, &wanted)?;
        limits = read(client.json(client.request(Method::PUT, PATH)?.json(&limits)).await?)?;
    }
    let limits = serde_json::to_value(limits).map_err(Failure::other)?;
    output.data(&limits, |out| {
        LIMITS.iter().try_for_each(|(name, meaning)| {
            writeln!(out, "{name:<16} {:<14} {meaning}", shown(&limits[*name]))
        })
    })?;
    Ok(ExitCode::SUCCESS)
}

fn read(answer: Value) -> Result<Limits, Failure> {
    serde_json::from_value(answer).map_err(|_| Failure::StrangeAnswer("these are not limits"))
}

fn changed(limits: &Limits, wanted: &[String]) -> Result<Limits, Failure> {
    let mut fields = match serde_json::to_value(limits).map_err(Failure::other)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let mut changed = limits.clone();
    for setting in wanted {
        let usage = |what: &dyn std::fmt::Display| Failure::Usage(format!("{setting:?}: {what}"));
        set(&mut fields, setting)?;
        changed = serde_json::from_value(Value::Object(fields.clone())).map_err(|error| usage(&error))?;
        changed = changed.checked().map_err(|error| usage(&error))?;
    }
    Ok(changed)
}

fn set(limits: &mut Map<String, Value>, setting: &str) -> Result<(), Failure> {
    let usage = |what: &str| Failure::Usage(format!("{setting:?}: {what}"));
    let (name, value) = setting.split_once('=').ok_or_else(|| usage("set a limit as name=value"))?;
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

    #[test]
    fn what_means_nothing_is_never_sent() {
        for setting in [
            "number_gap_min=0",
            "number_per_day=4294967295",
            "quiet_hours=25:00-07:00",
            "quiet_hours=7-8",
            "quiet_hours=07:00-07:00",
            "countries=",
            "countries=Germany",
            "spend_per_day=much",
            "spend_per_month=-1",
        ] {
            let error = changed(&Limits::default(), &[setting.to_owned()]).unwrap_err();
            assert!(matches!(error, Failure::Usage(_)), "{setting}: {error}");
        }
        let good = ["quiet_hours=22:00-07:30", "countries=US,DE", "spend_per_day=2.50"].map(str::to_owned);
        assert!(changed(&Limits::default(), &good).is_ok());
    }
}
