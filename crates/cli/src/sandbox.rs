//! `bsp sandbox`: only the built-in Twilio, for testing other programs against it.

use std::env;
use std::io::Write as _;
use std::process::ExitCode;

use benspamsphones_host::stop_signals::StopSignals;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use twilio_sandbox::{Sandbox, SandboxConfig};

use crate::args;
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(arguments: args::Sandbox, output: Output) -> Result<ExitCode, Failure> {
    let mut config = SandboxConfig { speed: arguments.speed, ..SandboxConfig::default() };
    if let Some(sid) = arguments.account_sid.filter(|sid| !sid.is_empty()) {
        let wrong = |_| Failure::Usage("--account-sid must be AC and 32 hexadecimal digits".into());
        config.account_sid = twilio::AccountSid::parse(&sid).map_err(wrong)?.to_string();
    }
    if let Some(token) = env::var("TWILIO_TOKEN").ok().filter(|token| !token.is_empty()) {
        config.auth_token = SecretString::from(token);
    }
    let sandbox = Sandbox::start(arguments.listen, config).await.map_err(|error| {
        Failure::Other(format!("the sandbox can't listen on {}: {error}", arguments.listen).into())
    })?;
    let mut stop = StopSignals::listen().map_err(Failure::other)?;
    // The token gives access only to this sandbox, and without it the sandbox is useless.
    let (url, sid, token) =
        (sandbox.base_url(), sandbox.account_sid().as_str(), sandbox.auth_token().expose_secret());
    output.data(&json!({"url": url.as_str(), "account_sid": sid, "auth_token": token}), |out| {
        writeln!(out, "The Twilio sandbox answers at {url}")?;
        writeln!(out, "  TWILIO_SID={sid}")?;
        writeln!(out, "  TWILIO_TOKEN={token}")?;
        writeln!(out, "Ctrl-C stops it.")
    })?;
    stop.recv().await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}
