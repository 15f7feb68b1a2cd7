//! `bsp calls`: the history.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use benspamsphones_core::lasted;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::Value;

use crate::args::{Calls, MAX_CALLS};
use crate::client::Client;
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(arguments: Calls, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    let mut query = vec![("limit", arguments.limit.to_string())];
    query.extend(arguments.outcome.map(|outcome| ("outcome", outcome.to_string())));
    query.extend(arguments.protocol.map(|id| ("protocol", id)));
    if let Some(person) = arguments.person {
        query.push(("person", person_id(&client, &person).await?));
    }
    query.extend(arguments.from.map(|day| ("from", day.0)));
    query.extend(arguments.to.map(|day| ("to", day.0)));
    query.extend(arguments.asked_by.map(|way| ("asked_by", way.as_str().to_owned())));
    query.extend(arguments.query.map(|text| ("q", text)));
    // Days are in the user's time zone, even if the server's clock is set to another one.
    query.extend(TimeZone::system().iana_name().map(|name| ("time_zone", name.to_owned())));
    let request = client.request(Method::GET, "/api/v1/calls")?.query(&query);
    let (page, calls) = client.list(request).await?;
    output.data(&page, |out| calls.iter().try_for_each(|call| writeln!(out, "{}", line(call))))?;
    if page["next_cursor"].is_string() {
        let more = arguments.limit.saturating_mul(2).min(MAX_CALLS);
        output.note(if more > arguments.limit {
            format!("(older ones: --limit {more})")
        } else {
            "(older ones: --from and --to, or bsp export)".to_owned()
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The id of the person with this name, in any case, or with this id.
async fn person_id(client: &Client, wanted: &str) -> Result<String, Failure> {
    let (_, people) = client.list(client.request(Method::GET, "/api/v1/people")?).await?;
    let mut matching = people.iter().filter(|person| {
        let name = person["name"].as_str().unwrap_or_default();
        person["id"] == wanted || name.to_lowercase() == wanted.to_lowercase()
    });
    match (matching.next().and_then(|person| person["id"].as_str()), matching.next()) {
        (Some(id), None) => Ok(id.to_owned()),
        (Some(_), Some(_)) => {
            Err(Failure::Usage(format!("there are several people called {wanted}; give an id")))
        }
        (None, _) => Err(Failure::Usage(format!("there is no person called {wanted}"))),
    }
}

fn line(call: &Value) -> String {
    let field = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
    let duration = call["duration_s"].as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    let duration = duration.map(lasted).unwrap_or_default();
    let price = match (call["price"]["amount"].as_str(), call["price"]["currency"].as_str()) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        _ => String::new(),
    };
    let is_confirmed = call["status"] == "completed" && call["acknowledged_at"].is_string();
    let sandbox = if call["mode"] == "sandbox" { "sandbox" } else { "" };
    let name = call["protocol_name"].as_str().map(|name| format!("  {name}")).unwrap_or_default();
    format!(
        "{}  {:<11} {:<16} {:<14} {:>11} {:>11} {:<7} {}{}",
        local_time(&field("requested_at")),
        if is_confirmed { "confirmed".to_owned() } else { field("status") },
        field("to"),
        field("protocol"),
        duration,
        price,
        sandbox,
        field("id"),
        name
    )
}

fn local_time(text: &str) -> String {
    let time: Result<Timestamp, _> = text.parse();
    time.map(|time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}
