//! `bsp protocols`: list, import, export, allow.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::args::Protocols;
use crate::client::Client;
use crate::exit::Failure;

pub(crate) async fn run(arguments: Protocols, data_dir: &Path) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments {
        Protocols::List { json } => list(&client, json).await?,
        Protocols::Import { file, replace } => import(&client, &file, replace).await?,
        Protocols::Export { file } => export(&client, file.as_deref()).await?,
        Protocols::Allow { id } => allow(&client, &id).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, as_json: bool) -> Result<(), Failure> {
    let list = client.json(client.request(Method::GET, "/api/v1/protocols")?).await?;
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{list}")?;
        return Ok(());
    }
    for protocol in list["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let field = |name: &str| protocol[name].as_str().unwrap_or_default();
        writeln!(out, "{:<16} {:<16} {}", field("id"), field("phone_number"), plays(protocol))?;
    }
    Ok(())
}

fn plays(protocol: &Value) -> String {
    if let Some(callback) = protocol["callback"].as_str() {
        return format!("plays {callback}");
    }
    match protocol["say"]["text"].as_str() {
        Some(text) => format!("says \"{text}\""),
        None => "plays its own TwiML".into(),
    }
}

async fn import(client: &Client, file: &Path, replace: bool) -> Result<(), Failure> {
    let unreadable = |error| Failure::Other(format!("{} can't be read: {error}", file.display()).into());
    let text = if file == Path::new("-") {
        let mut text = Vec::new();
        io::stdin().read_to_end(&mut text).map_err(unreadable)?;
        text
    } else {
        fs::read(file).map_err(unreadable)?
    };
    let request = client
        .request(Method::POST, "/api/v1/protocols/import")?
        .query(&[("replace", replace)])
        .header(CONTENT_TYPE, "application/json")
        .body(text);
    let imported = client.json(request).await?;
    writeln!(io::stdout(), "{} protocols taken", imported["imported"])?;
    Ok(())
}

/// Gives the owner's word for what was shown: another change in between would be another TwiML, and is not allowed by it.
async fn allow(client: &Client, id: &str) -> Result<(), Failure> {
    let part: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("/api/v1/protocols/{}", part.replace('+', "%20"));
    let mut protocol = client.json(client.request(Method::GET, &path)?).await?;
    let Some(twiml) = protocol["twiml"].as_str().map(str::to_owned) else {
        return Err(Failure::Usage(format!(
            "protocol {id:?} plays no TwiML of its own, so there is nothing to allow"
        )));
    };
    protocol["allow_unchecked_twiml"] = true.into();
    client.json(client.request(Method::PUT, &path)?.json(&protocol)).await?;
    writeln!(io::stdout(), "{twiml}\n\nAllowed for protocol {id}.")?;
    Ok(())
}

async fn export(client: &Client, file: Option<&Path>) -> Result<(), Failure> {
    let answer = client.send(client.request(Method::GET, "/api/v1/protocols/export")?).await?;
    let text = answer.bytes().await.map_err(Failure::other)?;
    match file {
        Some(file) => fs::write(file, &text)
            .map_err(|error| Failure::Other(format!("{} can't be written: {error}", file.display()).into())),
        None => Ok(io::stdout().write_all(&text)?),
    }
}
