//! Shared by the contract tests: the tools' paths, a sandbox, and drivers for Twilio's libraries.
#![allow(clippy::expect_used, reason = "the helpers of a test fail like the test itself")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::process::Command;
use twilio_sandbox::{Sandbox, SandboxConfig};

/// More than any of the tools needs, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A file of the tools in this folder. They are third-party, so they are installed rather than committed.
pub fn tool(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract").join(path);
    assert!(path.exists(), "{} is missing: run ./dev setup", path.display());
    path
}

pub async fn sandbox() -> Sandbox {
    let config = SandboxConfig { speed: 100.0, ..SandboxConfig::default() };
    Sandbox::start(([127, 0, 0, 1], 0).into(), config).await.expect("starts")
}

/// Runs a driver against a sandbox and returns its output. The driver is killed when the test ends.
#[allow(dead_code, reason = "each test is a crate of its own, and one of them runs no driver")]
pub async fn drive(interpreter: &Path, driver: &str, sandbox: &Sandbox) -> Value {
    let run = Command::new(interpreter)
        .arg(tool(driver))
        .env("SANDBOX_URL", sandbox.base_url().as_str())
        .env("SANDBOX_SID", sandbox.account_sid().as_str())
        .env("SANDBOX_TOKEN", sandbox.auth_token().expose_secret())
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, run).await.expect("it ends").expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&said).expect("JSON")
}

/// A driver's output if the sandbox behaves like Twilio. The fetched duration has the library's own type.
#[allow(dead_code, reason = "each test is a crate of its own, and one of them runs no driver")]
pub fn like_twilio() -> Value {
    json!({
        "created": "queued",
        "callbacks": [["initiated", true], ["ringing", true], ["in-progress", true], ["completed", true]],
        "fetched": ["completed", "2", "+14155550123", "outbound-api", "UTC"],
        "events": 4,
        "notifications": 0,
        "answered": ["in-progress", true],
        "changed": ["in-progress", "completed"],
        "ended": "completed",
        "ended_again": [400, 21220],
        "listed": true,
        "limited": 3,
        "since": 1,
        "back": true,
        "numbers": ["+15005550006"],
        "number": "+15005550006",
        "account": "active",
        "deleted": true,
        "refused": [400, 21211],
        "stranger": [401, 20003],
    })
}
