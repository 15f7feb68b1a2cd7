//! `bsp protection`: which numbers and people are not to be called. Everybody who may come in can add to it; taking it back
//! is the owner's.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::ProtectionCommand;
use crate::client::Client;
use crate::exit::Failure;

pub(crate) async fn run(command: Option<ProtectionCommand>, data_dir: &Path) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match command.unwrap_or(ProtectionCommand::List { json: false }) {
        ProtectionCommand::List { json } => list(&client, json).await?,
        ProtectionCommand::Block { number, note } => {
            let request = client.request(Method::PUT, &blocked(&number))?.json(&json!({ "note": note }));
            let blocked = client.json(request).await?;
            writeln!(io::stdout(), "{} is blocked", blocked["number"].as_str().unwrap_or(&number))?;
        }
        ProtectionCommand::Unblock { number } => {
            client.send(client.request(Method::DELETE, &blocked(&number))?).await?;
            writeln!(io::stdout(), "{number} is no longer blocked")?;
        }
        ProtectionCommand::Allow { person } => allow(&client, &person).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn blocked(number: &str) -> String {
    // In a path a blank is %20; the plus is for forms.
    let number: String = form_urlencoded::byte_serialize(number.as_bytes()).collect();
    format!("/api/v1/blocked-numbers/{}", number.replace('+', "%20"))
}

async fn list(client: &Client, as_json: bool) -> Result<(), Failure> {
    let blocked = client.json(client.request(Method::GET, "/api/v1/blocked-numbers")?).await?;
    let people = not_to_be_called(client).await?;
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", json!({ "blocked_numbers": blocked["items"], "people": people }))?;
        return Ok(());
    }
    for number in items(&blocked) {
        let why =
            if number["opted_out"] == true { "pressed 9" } else { number["note"].as_str().unwrap_or("") };
        writeln!(
            out,
            "{}",
            format!("{:<16} {why}", number["number"].as_str().unwrap_or_default()).trim_end()
        )?;
    }
    for person in &people {
        let numbers: Vec<_> =
            items_of(&person["numbers"]).filter_map(|number| number["number"].as_str()).collect();
        writeln!(out, "{}: {}", person["name"].as_str().unwrap_or_default(), numbers.join(", "))?;
    }
    Ok(())
}

/// Lets somebody be called again.
async fn allow(client: &Client, wanted: &str) -> Result<(), Failure> {
    let people = not_to_be_called(client).await?;
    let is_wanted = |person: &&Value| person["id"] == wanted || person["name"] == wanted;
    let mut found: Vec<&Value> = people.iter().filter(is_wanted).collect();
    let (Some(person), true) = (found.pop(), found.is_empty()) else {
        let how = "several people of that name are not to be called; say which by its id, from bsp protection list --json";
        let none = "nobody of that name or id is marked as not to be called; bsp protection lists them";
        return Err(Failure::Usage(if found.is_empty() { none } else { how }.into()));
    };
    let fields = json!({ "name": person["name"], "may_call": true, "numbers": person["numbers"] });
    let path = format!("/api/v1/people/{}", person["id"].as_str().unwrap_or_default());
    client.json(client.request(Method::PUT, &path)?.json(&fields)).await?;
    writeln!(io::stdout(), "{} may be called again", person["name"].as_str().unwrap_or(wanted))?;
    Ok(())
}

async fn not_to_be_called(client: &Client) -> Result<Vec<Value>, Failure> {
    let people = client.json(client.request(Method::GET, "/api/v1/people")?).await?;
    Ok(items(&people).filter(|person| person["may_call"] == false).cloned().collect())
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    items_of(&list["items"])
}

fn items_of(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}
