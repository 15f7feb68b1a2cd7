//! `bsp access`: who may access the switchboard from the network, and rejected attempts.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use reqwest::Method;
use serde_json::json;

use crate::args::Access;
use crate::client::{Client, text};
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(
    arguments: Option<Access>,
    data_dir: &Path,
    output: Output,
) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments.unwrap_or(Access::List) {
        Access::List => list(&client, output).await?,
        Access::Pair => pair(&client, output).await?,
        Access::Add { name } => add(&client, &name, output).await?,
        Access::Rename { id, name } => rename(&client, &id, &name, output).await?,
        Access::Revoke { id } => revoke(&client, &id, output).await?,
        Access::Refused => refused(&client, output).await?,
        Access::Forgive { source } => forgive(&client, &source, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let (_, devices) = client.list(client.request(Method::GET, "/api/v1/devices")?).await?;
    let (_, sessions) = client.list(client.request(Method::GET, "/api/v1/sessions")?).await?;
    output.data(&json!({"devices": devices, "sessions": sessions}), |out| {
        for (items, kind) in [(&devices, "device"), (&sessions, "session")] {
            for item in items {
                let field = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
                let [id, seen, source, name] = ["id", "seen_at", "source", "name"].map(field);
                writeln!(out, "{id} {kind:<8} {seen} {source:<16} {name}")?;
            }
        }
        Ok(())
    })
}

async fn pair(client: &Client, output: Output) -> Result<(), Failure> {
    let pairing = client.json(client.request(Method::POST, "/api/v1/pairings")?).await?;
    let url = text(&pairing, "url")?;
    let picture = QrCode::new(url).map_err(Failure::other)?;
    output.data(&pairing, |out| {
        // Light on dark, like most terminals; cameras read either.
        let picture =
            picture.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        writeln!(
            out,
            "{picture}\nScan the code with the phone's camera, or open this address on it. It works \
                       once and expires in five minutes:\n  {url}"
        )?;
        let others = pairing["ways"].as_array().map(Vec::as_slice).unwrap_or_default().iter().skip(1);
        let others: Vec<_> = others.filter_map(|way| way["url"].as_str()).collect();
        if !others.is_empty() {
            writeln!(out, "If the phone can't open it, it may be in another network. Try:")?;
            others.iter().try_for_each(|url| writeln!(out, "  {url}"))?;
        }
        if let Some(fingerprint) = pairing["fingerprint"].as_str() {
            writeln!(
                out,
                "\nThe certificate that the phone is shown has this SHA-256 fingerprint:\n  {fingerprint}"
            )?;
        }
        Ok(())
    })?;
    if pairing["shared"] == false {
        output.note(
            "The network can't reach the switchboard yet. Start it with --listen 0.0.0.0:9001 --https \
                     to share it.",
        )?;
    }
    Ok(())
}

async fn add(client: &Client, name: &str, output: Output) -> Result<(), Failure> {
    let request = client.request(Method::POST, "/api/v1/devices")?.json(&json!({ "name": name }));
    let device = client.json(request).await?;
    output.sentence(&device, text(&device, "token")?)?;
    output.note("This token is shown only once. Send it as: Authorization: Bearer")
}

async fn rename(client: &Client, id: &str, name: &str, output: Output) -> Result<(), Failure> {
    client.done(client.request(Method::PUT, &path("devices", id))?.json(&json!({ "name": name }))).await?;
    output.done(&json!({"id": id, "name": name}))
}

/// Devices and sessions never share an id.
async fn revoke(client: &Client, id: &str, output: Output) -> Result<(), Failure> {
    let end = async |list: &str| client.done(client.request(Method::DELETE, &path(list, id))?).await;
    match end("devices").await {
        Err(Failure::Problem { status: 404, .. }) => end("sessions").await?,
        ended => ended?,
    }
    output.done(&json!({"revoked": id}))
}

fn path(list: &str, id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/api/v1/{list}/{id}")
}

async fn refused(client: &Client, output: Output) -> Result<(), Failure> {
    let (answer, refused) = client.list(client.request(Method::GET, "/api/v1/refusals")?).await?;
    output.data(&answer, |out| {
        refused.iter().try_for_each(|item| {
            let field = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let [at, source, why] = ["last_at", "source", "why"].map(field);
            let waits = item["waits_s"].as_u64().map(|wait| format!(", waits {wait} s")).unwrap_or_default();
            writeln!(out, "{at} {source:<20} {why}, {} times{waits}", item["count"])
        })
    })
}

async fn forgive(client: &Client, source: &str, output: Output) -> Result<(), Failure> {
    client.done(client.request(Method::DELETE, "/api/v1/refusals")?.query(&[("source", source)])).await?;
    output.done(&json!({"forgiven": source}))
}
