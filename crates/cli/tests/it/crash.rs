//! The program dies by `kill -9` between the request and its answer. At the next start the call is settled, and nothing
//! is dialed twice.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use twilio_sandbox::{Sandbox, SandboxConfig};

use crate::harness::{PATIENCE, Serving};

/// The sandbox dials, but answers after every timeout.
const SLOW_ANSWER: &str = "+15005550120";
/// At least five minutes, six seconds at this speed, so it surely outlives the program.
const LONG_CALL: &str = "+15005550114";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn against<'a>(sandbox: &Sandbox, command: &'a mut Command) -> &'a mut Command {
    command
        .args(["--mode", "sandbox", "--twilio-api-base", sandbox.base_url().as_str()])
        .env("TWILIO_SID", sandbox.account_sid().as_str())
        .env("TWILIO_TOKEN", TOKEN)
}

async fn sandbox() -> Sandbox {
    let config = SandboxConfig {
        auth_token: TOKEN.into(),
        speed: 50.0,
        slow_answer: Duration::from_secs(600),
        ..SandboxConfig::default()
    };
    Sandbox::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap()
}

/// Doesn't wait for the answer, which never comes.
fn place(serving: &Serving) -> tokio::task::JoinHandle<()> {
    let body = json!({"protocol": "protocol1", "to": SLOW_ANSWER});
    let request = serving.request(Method::POST, "/api/v1/calls").json(&body);
    tokio::spawn(async move {
        let _ = request.send().await;
    })
}

pub(crate) fn kill(mut serving: Serving) {
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();
}

pub(crate) fn data_dir(folder: &tempfile::TempDir) -> std::path::PathBuf {
    Path::new(folder.path()).join("data")
}

#[tokio::test]
async fn killed_between_the_request_and_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = data_dir(&folder);
    let sandbox = sandbox().await;
    let serving = Serving::start(&data_dir, |command| against(&sandbox, command));
    let asking = place(&serving);
    sandbox.wait_until(|sandbox| sandbox.dials_to(SLOW_ANSWER) == 1, PATIENCE).await.unwrap();
    kill(serving);
    asking.await.unwrap();

    let serving = Serving::start(&data_dir, |command| against(&sandbox, command));
    let news =
        serving.news_until(|news| news["call"]["ended"] == true && news["call"]["sid"].is_string()).await;
    let last = news.last().unwrap();
    assert_eq!(last["call"]["to"], SLOW_ANSWER);
    assert_eq!(last["call"]["status"], "completed", "{news:#?}");
    let sources: Vec<_> = news.iter().map(|news| news["event"]["source"].as_str().unwrap()).collect();
    assert!(sources.contains(&"lookup"), "found by looking it up: {sources:?}");
    assert_eq!(sandbox.dials_to(SLOW_ANSWER), 1, "nothing was dialled twice");
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn killed_while_a_call_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = data_dir(&folder);
    let sandbox = sandbox().await;
    let serving = Serving::start(&data_dir, |command| against(&sandbox, command));
    let body = json!({"protocol": "protocol1", "to": LONG_CALL});
    let placed = serving.request(Method::POST, "/api/v1/calls").json(&body).send().await.unwrap();
    assert_eq!(placed.status(), 201);
    kill(serving);
    assert!(sandbox.calls().iter().all(|call| !call.status.is_final()), "it was killed first");
    // Until the final callback is lost too: the next start must not receive it.
    let settled = |sandbox: &Sandbox| sandbox.calls().iter().all(|call| call.settled);
    sandbox.wait_until(settled, PATIENCE).await.unwrap();

    let serving = Serving::start(&data_dir, |command| against(&sandbox, command));
    let news = serving.news_until(|news| news["call"]["ended"] == true).await;
    let last = news.last().unwrap();
    assert_eq!(last["call"]["status"], "completed");
    assert_ne!(last["event"]["source"], "callback", "{last:#}");
    assert_eq!(sandbox.calls().len(), 1);
}
