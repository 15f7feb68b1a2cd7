//! `bsp health`: whether the running switchboard can do its work, for the health check of a container.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::client::Client;
use crate::exit::Failure;
use crate::output::Output;

/// Longer than the server takes to find out.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn run(data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match client.status_of(client.anonymous(Method::GET, "/readyz")?.timeout(PATIENCE)).await? {
        StatusCode::OK => {
            output.sentence(&json!({"ready": true}), "ready")?;
            Ok(ExitCode::SUCCESS)
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Err(Failure::Other("not ready: its database does not answer. Its log says why".into()))
        }
        _ => Err(client.stranger()),
    }
}
