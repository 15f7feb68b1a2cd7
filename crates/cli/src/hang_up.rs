//! `bsp hangup`: ends a call.

use std::path::Path;
use std::process::ExitCode;

use benspamsphones_core::CallId;
use reqwest::Method;

use crate::args::Hangup;
use crate::client::{Client, text};
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(arguments: &Hangup, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let id: CallId = arguments
        .id
        .parse()
        .map_err(|_| Failure::Usage(format!("{} is not the id of a call; see: bsp calls", arguments.id)))?;
    let client = Client::find(data_dir)?;
    let request = client.request(Method::POST, &format!("/api/v1/calls/{id}/hangup"))?;
    let call = client.json(request).await?;
    let summary = text(&call, "summary")?;
    let ended = call["ended"] == true;
    let sentence = if ended { summary } else { "It ends as soon as Twilio confirms it." };
    output.sentence(&call, sentence)?;
    Ok(ExitCode::SUCCESS)
}
