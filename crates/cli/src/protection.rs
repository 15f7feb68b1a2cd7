//! `bsp protection`: numbers and people that must not be called. Everyone with access can add to it; only the owner can
//! remove entries.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::ProtectionCommand;
use crate::client::Client;
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(
    command: Option<ProtectionCommand>,
    data_dir: &Path,
    output: Output,
) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match command.unwrap_or(ProtectionCommand::List) {
        ProtectionCommand::List => list(&client, output).await?,
        ProtectionCommand::Block { number, note } => {
            let request = client.request(Method::PUT, &blocked(&number))?.json(&json!({ "note": note }));
            let blocked = client.json(request).await?;
            let number = blocked["number"].as_str().unwrap_or(&number);
            output.sentence(&blocked, format!("{number} is blocked"))?;
        }
        ProtectionCommand::Unblock { number } => {
            client.done(client.request(Method::DELETE, &blocked(&number))?).await?;
            output.sentence(&json!({ "number": number }), format!("{number} is no longer blocked"))?;
        }
        ProtectionCommand::Allow { person } => allow(&client, &person, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn blocked(number: &str) -> String {
    // In a path a blank is %20; the plus is only for forms.
    let number: String = form_urlencoded::byte_serialize(number.as_bytes()).collect();
    format!("/api/v1/blocked-numbers/{}", number.replace('+', "%20"))
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let blocked = client.json(client.request(Method::GET, "/api/v1/blocked-numbers")?).await?;
    let people = not_to_be_called(client).await?;
    let all = json!({ "blocked_numbers": blocked["items"], "people": people });
    output.data(&all, |out| {
        for number in items(&blocked) {
            let note = number["note"].as_str().unwrap_or("");
            let why = if number["opted_out"] == true { "pressed 9" } else { note };
            let line = format!("{:<16} {why}", number["number"].as_str().unwrap_or_default());
            writeln!(out, "{}", line.trim_end())?;
        }
        for person in &people {
            let numbers: Vec<_> =
                items_of(&person["numbers"]).filter_map(|number| number["number"].as_str()).collect();
            writeln!(out, "{}: {}", person["name"].as_str().unwrap_or_default(), numbers.join(", "))?;
        }
        Ok(())
    })
}

async fn allow(client: &Client, wanted: &str, output: Output) -> Result<(), Failure> {
    let people = not_to_be_called(client).await?;
    let is_wanted = |person: &&Value| person["id"] == wanted || person["name"] == wanted;
    let mut found: Vec<&Value> = people.iter().filter(is_wanted).collect();
    let (Some(person), true) = (found.pop(), found.is_empty()) else {
        let how = "several people with that name are marked as do not call; use an id from bsp protection \
                   list --json";
        let none = "no person with that name or id is marked as do not call; bsp protection lists them";
        return Err(Failure::Usage(if found.is_empty() { none } else { how }.into()));
    };
    let fields = json!({
        "name": person["name"],
        "may_call": true,
        "usual_protocol": person["usual_protocol"],
        "numbers": person["numbers"],
    });
    let path = format!("/api/v1/people/{}", person["id"].as_str().unwrap_or_default());
    let kept = client.json(client.request(Method::PUT, &path)?.json(&fields)).await?;
    let name = person["name"].as_str().unwrap_or(wanted);
    output.sentence(&kept, format!("{name} can be called again"))
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
