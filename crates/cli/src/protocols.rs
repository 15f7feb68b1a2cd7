//! `bsp protocols`: list, import, export, allow.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use benspamsphones_app::whole_file::{self, Readers};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use serde_json::{Value, json};

use crate::args::Protocols;
use crate::client::Client;
use crate::exit::Failure;
use crate::file;
use crate::output::Output;

pub(crate) async fn run(arguments: Protocols, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments {
        Protocols::List => list(&client, output).await?,
        Protocols::Import { file, replace } => import(&client, &file, replace, output).await?,
        Protocols::Export { file } => export(&client, file.as_deref(), output).await?,
        Protocols::Allow { id } => allow(&client, &id, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let (list, protocols) = client.list(client.request(Method::GET, "/api/v1/protocols")?).await?;
    output.data(&list, |out| {
        protocols.iter().try_for_each(|protocol| {
            let field = |name: &str| protocol[name].as_str().unwrap_or_default();
            let (plays, asks) = (plays(protocol), acknowledge(protocol));
            writeln!(out, "{:<16} {:<16} {plays}{asks}", field("id"), field("phone_number"))
        })
    })
}

fn plays(protocol: &Value) -> String {
    let text =
        |value: &Value| value.as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    // In the server's order of precedence.
    if let Some(url) = text(&protocol["callback"]) {
        return format!("plays what {url} returns");
    }
    if let Some(twiml) = text(&protocol["twiml"]) {
        return format!("plays its own TwiML: {twiml}");
    }
    if let Some(words) = text(&protocol["say"]["text"]) {
        return format!("says \"{words}\"");
    }
    match text(&protocol["sound"]) {
        Some(sound) => format!("plays the sound file {sound}"),
        None => "plays something this version of bsp doesn't know".into(),
    }
}

/// Which key confirms, if one does.
fn acknowledge(protocol: &Value) -> String {
    let asked = &protocol["acknowledge"];
    if *asked != true && !asked.is_object() {
        return String::new();
    }
    format!(", asks for {} to confirm", asked["digit"].as_str().unwrap_or("1"))
}

async fn import(client: &Client, file: &Path, replace: bool, output: Output) -> Result<(), Failure> {
    let request = client
        .request(Method::POST, "/api/v1/protocols/import")?
        .query(&[("replace", replace)])
        .header(CONTENT_TYPE, "application/json")
        .body(file::read(file)?);
    let imported = client.json(request).await?;
    let Some(count) = imported["imported"].as_u64() else {
        return Err(Failure::StrangeAnswer("a number is missing"));
    };
    for warning in imported["warnings"].as_array().map(Vec::as_slice).unwrap_or_default() {
        output.note(format!("warning: {}", warning["sentence"].as_str().unwrap_or_default()))?;
    }
    output.sentence(&imported, format!("{count} protocols imported"))
}

/// Allows exactly the TwiML that was shown: if it was changed in between, the request fails.
async fn allow(client: &Client, id: &str, output: Output) -> Result<(), Failure> {
    let part: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("/api/v1/protocols/{}", part.replace('+', "%20"));
    let read = client.answer(client.request(Method::GET, &path)?, "application/json").await?;
    let tag = read.headers().get(ETAG).cloned().ok_or(Failure::StrangeAnswer("it has no ETag"))?;
    let mut protocol: Value = read.json().await.map_err(Failure::NoAnswer)?;
    let Some(twiml) = protocol["twiml"].as_str().map(str::to_owned) else {
        return Err(Failure::Usage(format!(
            "protocol {id:?} has no TwiML of its own, so there is nothing to allow"
        )));
    };
    protocol["allow_unchecked_twiml"] = true.into();
    let change = client.request(Method::PUT, &path)?.header(IF_MATCH, tag).json(&protocol);
    let kept = client.json(change).await?;
    output.sentence(&kept, format!("{twiml}\n\nAllowed for protocol {id}."))
}

async fn export(client: &Client, file: Option<&Path>, output: Output) -> Result<(), Failure> {
    let request = client.request(Method::GET, "/api/v1/protocols/export")?;
    let answer = client.answer(request, "application/json").await?;
    let text = answer.bytes().await.map_err(Failure::NoAnswer)?;
    let Some(file) = file else { return Ok(io::stdout().write_all(&text)?) };
    whole_file::write(file, &text, Readers::AsBefore)
        .map_err(|error| Failure::Other(format!("{} can't be written: {error}", file.display()).into()))?;
    output.done(&json!({"file": file}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_as_what_it_is() {
        for (protocol, said) in [
            (json!({"say": {"text": "Hello,\n  Ben"}}), "says \"Hello, Ben\""),
            (
                json!({"callback": "https://example.com/twiml"}),
                "plays what https://example.com/twiml returns",
            ),
            (
                json!({"twiml": "<Response><Hangup/></Response>"}),
                "plays its own TwiML: <Response><Hangup/></Response>",
            ),
            (json!({"sound": "0199a0f0"}), "plays the sound file 0199a0f0"),
            (json!({"hologram": "x"}), "plays something this version of bsp doesn't know"),
        ] {
            assert_eq!(plays(&protocol), said);
        }
    }

    #[test]
    fn the_key_that_confirms_is_listed() {
        for (protocol, said) in [
            (json!({}), ""),
            (json!({"acknowledge": false}), ""),
            (json!({"acknowledge": true}), ", asks for 1 to confirm"),
            (json!({"acknowledge": {"required": false}}), ", asks for 1 to confirm"),
            (json!({"acknowledge": {"digit": "4"}}), ", asks for 4 to confirm"),
        ] {
            assert_eq!(acknowledge(&protocol), said, "{protocol}");
        }
    }
}
