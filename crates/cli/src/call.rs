//! `bsp call`: places a call, and follows it to its end if asked to.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use futures::{Stream, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::args::Call;
use crate::client::{Client, text};
use crate::exit::{self, Failure};
use crate::follow::{self, News};
use crate::output::Output;

/// More than any message may have, in bytes; the server says by how much.
const LONGEST_INPUT: u64 = 64 * 1024;

pub(crate) async fn run(arguments: Call, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    let message = arguments.message.map(read_message).transpose()?;
    // Subscribe before the call, so that nothing is missed.
    let news = if arguments.follow { Some(follow::news(&client).await?) } else { None };
    let request = client
        .request(Method::POST, "/api/v1/calls")?
        .header("Idempotency-Key", Uuid::new_v4().to_string())
        .json(&json!({"protocol": arguments.protocol, "to": arguments.number, "message": message}));
    let call = client.json(request).await.map_err(|failure| match failure {
        // The request has reached the server and perhaps Twilio, so a retry could ring twice.
        lost @ Failure::NoAnswer(_) => Failure::MayRing(Box::new(lost)),
        other => other,
    })?;
    let id = text(&call, "id")?.to_owned();
    let Some(news) = news else {
        print(&call, output)?;
        return Ok(if call["status"] == "unknown" { exit::unknown() } else { ExitCode::SUCCESS });
    };
    let ended = watch(&client, &id, news, output).await?;
    Ok(if is_reached(&ended) { ExitCode::SUCCESS } else { exit::not_answered() })
}

/// Whether the call did what it was for: somebody answered, and confirmed it if the protocol asks for that.
fn is_reached(call: &Value) -> bool {
    call["status"] == "completed"
        && (call["acknowledge_requested"] != true || call["acknowledged_at"].is_string())
}

/// `-` reads standard input, without the line break that most programs end with.
fn read_message(given: String) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST_INPUT).read_to_string(&mut text);
    read.map_err(|error| Failure::Other(format!("the message can't be read: {error}").into()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

async fn watch(
    client: &Client,
    id: &str,
    mut news: impl Stream<Item = Result<News, Failure>> + Unpin,
    output: Output,
) -> Result<Value, Failure> {
    while let Some(event) = news.next().await {
        let call = match event? {
            News::Call(mut news) if news["call"]["id"] == id => {
                match news["event"]["kind"].as_str() {
                    Some("silence") => {
                        output.note("No update from Twilio for a while. Asking Twilio instead.")?
                    }
                    Some("opted_out") => {
                        output.note("The person pressed 9: this number is not called again.")?;
                    }
                    Some("acknowledged") => output.note("The person confirmed the call.")?,
                    Some(_) | None => {}
                }
                news["call"].take()
            }
            News::Call(_) => continue,
            News::Resync => client.json(client.request(Method::GET, &format!("/api/v1/calls/{id}"))?).await?,
        };
        print(&call, output)?;
        if call["ended"] == true {
            return Ok(call);
        }
    }
    Err(Failure::Other("the server stopped during the call; check the call later with: bsp calls".into()))
}

fn print(call: &Value, output: Output) -> Result<(), Failure> {
    output.data(call, |out| {
        let field = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
        writeln!(out, "{:<12} {}  (call {})", field("status"), field("summary"), field("id"))
    })
}
