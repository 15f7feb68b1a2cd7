//! `bsp access`: who may come in from the network, and who was refused.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use reqwest::Method;
use serde_json::{Value, json};

use crate::args::Access;
use crate::client::Client;
use crate::exit::Failure;

pub(crate) async fn run(arguments: Option<Access>, data_dir: &Path) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments.unwrap_or(Access::List) {
        Access::List => list(&client).await?,
        Access::Pair => pair(&client).await?,
        Access::Add { name } => add(&client, &name).await?,
        Access::Rename { id, name } => rename(&client, &id, &name).await?,
        Access::Revoke { id } => revoke(&client, &id).await?,
        Access::Refused => refused(&client).await?,
        Access::Forgive { source } => forgive(&client, &source).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn items(client: &Client, path: &str) -> Result<Vec<Value>, Failure> {
    let mut list = client.json(client.request(Method::GET, path)?).await?;
    Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
}

async fn list(client: &Client) -> Result<(), Failure> {
    let mut out = Vec::new();
    for (path, kind) in [("/api/v1/devices", "device"), ("/api/v1/sessions", "session")] {
        for item in items(client, path).await? {
            let field = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let [id, seen, source, name] = ["id", "seen_at", "source", "name"].map(field);
            writeln!(out, "{id} {kind:<8} {seen} {source:<16} {name}")?;
        }
    }
    Ok(io::stdout().write_all(&out)?)
}

async fn pair(client: &Client) -> Result<(), Failure> {
    let pairing = client.json(client.request(Method::POST, "/api/v1/pairings")?).await?;
    let url = pairing["url"].as_str().unwrap_or_default();
    let picture = QrCode::new(url).map_err(Failure::other)?;
    let mut out = io::stdout().lock();
    // Light on dark, as most terminals are; cameras read either.
    writeln!(
        out,
        "{}",
        picture.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build()
    )?;
    writeln!(out, "Open this on the phone, once, within five minutes:\n  {url}")?;
    if pairing["shared"] == false {
        writeln!(out, "The network can't reach it: start with --listen 0.0.0.0:9001 --https to share it.")?;
    }
    Ok(())
}

async fn add(client: &Client, name: &str) -> Result<(), Failure> {
    let request = client.request(Method::POST, "/api/v1/devices")?.json(&json!({ "name": name }));
    let device = client.json(request).await?;
    // Alone on its line, for scripts.
    writeln!(io::stdout(), "{}", device["token"].as_str().unwrap_or_default())?;
    writeln!(io::stderr(), "Shown this once. Send it as: Authorization: Bearer")?;
    Ok(())
}

async fn rename(client: &Client, id: &str, name: &str) -> Result<(), Failure> {
    let request = client.request(Method::PUT, &path("devices", id))?.json(&json!({ "name": name }));
    client.send(request).await.map(drop)
}

/// Of a device or of a session: ids are one of a kind.
async fn revoke(client: &Client, id: &str) -> Result<(), Failure> {
    let end = async |list: &str| client.send(client.request(Method::DELETE, &path(list, id))?).await;
    match end("devices").await {
        Err(Failure::Problem { status: 404, .. }) => end("sessions").await.map(drop),
        ended => ended.map(drop),
    }
}

fn path(list: &str, id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/api/v1/{list}/{id}")
}

async fn refused(client: &Client) -> Result<(), Failure> {
    let mut out = Vec::new();
    for item in items(client, "/api/v1/refusals").await? {
        let field = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let [at, source, why] = ["last_at", "source", "why"].map(field);
        let waits = item["waits_s"].as_u64().map(|wait| format!(", waits {wait} s")).unwrap_or_default();
        writeln!(out, "{at} {source:<20} {why}, {} times{waits}", item["count"])?;
    }
    Ok(io::stdout().write_all(&out)?)
}

async fn forgive(client: &Client, source: &str) -> Result<(), Failure> {
    let request = client.request(Method::DELETE, "/api/v1/refusals")?.query(&[("source", source)]);
    client.send(request).await.map(drop)
}
