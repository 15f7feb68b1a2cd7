//! `bsp sounds`: list, add, remove.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::args::Sounds;
use crate::client::Client;
use crate::exit::Failure;
use crate::file;
use crate::output::Output;

pub(crate) async fn run(arguments: Sounds, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments {
        Sounds::List => list(&client, output).await?,
        Sounds::Add { file, name } => add(&client, &file, name, output).await?,
        Sounds::Remove { id } => remove(&client, &id, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let list = client.json(client.request(Method::GET, "/api/v1/sounds")?).await?;
    output.data(&list, |out| {
        for sound in list["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let field = |name: &str| sound[name].as_str().unwrap_or_default();
            let kilobytes = sound["size"].as_u64().unwrap_or_default().div_ceil(1_000);
            writeln!(out, "{}  {:<4} {kilobytes:>6} kB  {}", field("id"), field("kind"), field("name"))?;
        }
        Ok(())
    })
}

async fn add(client: &Client, file: &Path, name: Option<String>, output: Output) -> Result<(), Failure> {
    let stem = || file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
    let request = client
        .request(Method::POST, "/api/v1/sounds")?
        .query(&[("name", name.or_else(stem).unwrap_or_default())])
        // The server detects the format from the content.
        .header(CONTENT_TYPE, "application/octet-stream")
        .body(file::read(file)?);
    let added = client.json(request).await?;
    output.sentence(&added, added["id"].as_str().unwrap_or_default())?;
    if added["converted"] == true {
        output.note("converted to telephone quality: WAV, 8 kHz, one channel")?;
    }
    Ok(())
}

async fn remove(client: &Client, id: &str, output: Output) -> Result<(), Failure> {
    let part: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("/api/v1/sounds/{}", part.replace('+', "%20"));
    client.done(client.request(Method::DELETE, &path)?).await?;
    output.done(&json!({ "id": id }))
}
