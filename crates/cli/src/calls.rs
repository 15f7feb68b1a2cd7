//! `bsp calls`: the history.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::Value;

use crate::args::Calls;
use crate::client::Client;
use crate::exit::Failure;

pub(crate) async fn run(arguments: Calls, data_dir: &Path) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    let mut query = vec![("limit", arguments.limit.to_string())];
    query.extend(arguments.status.map(|status| ("status", status.to_string())));
    query.extend(arguments.query.map(|text| ("q", text)));
    let request = client.request(Method::GET, "/api/v1/calls")?.query(&query);
    let page = client.json(request).await?;
    let calls = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut out = io::stdout().lock();
    if arguments.json {
        writeln!(out, "{page}")?;
        return Ok(ExitCode::SUCCESS);
    }
    for call in calls {
        writeln!(out, "{}", line(call))?;
    }
    if page["next_cursor"].is_string() {
        writeln!(out, "(older ones: --limit {})", arguments.limit.saturating_mul(2).min(200))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn line(call: &Value) -> String {
    let field = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
    let duration = call["duration_s"].as_u64().map(|seconds| format!("{seconds} s")).unwrap_or_default();
    let price = match (call["price"]["amount"].as_str(), call["price"]["currency"].as_str()) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        _ => String::new(),
    };
    let sandbox = if call["mode"] == "sandbox" { "sandbox" } else { "" };
    format!(
        "{}  {:<11} {:<16} {:<14} {:>7} {:>11} {:<7} {}",
        local_time(&field("requested_at")),
        field("status"),
        field("to"),
        field("protocol"),
        duration,
        price,
        sandbox,
        field("id")
    )
}

fn local_time(text: &str) -> String {
    let time: Result<Timestamp, _> = text.parse();
    time.map(|time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}
