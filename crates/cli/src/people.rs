//! `bsp people`: list, import, undo an import.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::args::People;
use crate::client::Client;
use crate::exit::Failure;
use crate::file;
use crate::output::Output;

pub(crate) async fn run(arguments: People, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments {
        People::List => list(&client, output).await?,
        People::Import { file, dry_run } => import(&client, &file, dry_run, output).await?,
        People::Undo { id } => undo(&client, id, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let list = client.json(client.request(Method::GET, "/api/v1/people")?).await?;
    output.data(&list, |out| {
        for person in items(&list["items"]) {
            let name = person["name"].as_str().unwrap_or_default();
            let may = if person["may_call"] == false { "  (do not call)" } else { "" };
            writeln!(out, "{name:<30} {}{may}", numbers(person))?;
        }
        Ok(())
    })
}

async fn import(client: &Client, file: &Path, dry_run: bool, output: Output) -> Result<(), Failure> {
    let request = client
        .request(Method::POST, "/api/v1/people/import")?
        .query(&[("dry_run", dry_run)])
        // The server detects the format from the content.
        .header(CONTENT_TYPE, "application/octet-stream")
        .body(file::read(file)?);
    let taken = client.json(request).await?;
    output.data(&taken, |out| {
        for person in items(&taken["people"]) {
            let what = match person["outcome"].as_str() {
                Some("added") => "new",
                Some("kept_apart") => "new, kept separate",
                Some("merged") => "updated",
                _ => continue,
            };
            let name = person["name"].as_str().unwrap_or_default();
            writeln!(out, "{what:<16} {name:<30} {}", numbers(person))?;
        }
        Ok(())
    })?;
    for sentence in items(&taken["left_out"]).iter().filter_map(Value::as_str) {
        output.note(format!("left out: {sentence}"))?;
    }
    let (added, changed) = (&taken["added"], &taken["changed"]);
    output.note(format!("{added} added, {changed} updated, {} unchanged", taken["unchanged"]))?;
    if dry_run {
        output.note("Nothing was changed. To import, leave out --dry-run.")?;
    } else if let Some(id) = taken["import"]["id"].as_str() {
        output.note(format!("To undo it within a day: bsp people undo {id}"))?;
    }
    Ok(())
}

async fn undo(client: &Client, id: Option<String>, output: Output) -> Result<(), Failure> {
    let id = match id {
        Some(id) => id,
        None => {
            let imports = client.json(client.request(Method::GET, "/api/v1/people/imports")?).await?;
            let latest = imports["items"][0]["id"].as_str().map(str::to_owned);
            latest.ok_or_else(|| Failure::Problem {
                status: 404,
                title: "There is no import to undo".into(),
                detail: "An import can be undone once, within a day".into(),
                members: Map::new(),
            })?
        }
    };
    let part: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("/api/v1/people/imports/{}/undo", part.replace('+', "%20"));
    let undone = client.json(client.request(Method::POST, &path)?).await?;
    output.data(&undone, |out| {
        writeln!(out, "{} removed, {} with fewer numbers", undone["removed"], undone["changed"])?;
        for person in items(&undone["kept"]) {
            let why = match person["why"].as_str() {
                Some("not_to_be_called") => "now marked as do not call",
                _ => "changed since then",
            };
            writeln!(out, "kept: {} ({why})", person["name"].as_str().unwrap_or_default())?;
        }
        Ok(())
    })
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn numbers(person: &Value) -> String {
    let numbers = items(&person["numbers"]).iter().filter_map(|number| number["number"].as_str());
    numbers.collect::<Vec<_>>().join(", ")
}
