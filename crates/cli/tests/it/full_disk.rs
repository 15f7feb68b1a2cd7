//! The disk is full while the program runs: no phone rings without a record, the reason is reported, and it continues
//! once there is space.

use std::path::Path;
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use twilio_sandbox::{Sandbox, SandboxConfig};

use crate::harness::Serving;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Each is called once: a repeated call would be refused for another reason.
const FIRST: &str = "+15005550142";
const SECOND: &str = "+15005550143";

/// The largest file that the process may write, which simulates a full disk. Only the soft limit, so that it can be
/// lifted again.
fn limit(serving: &Serving, bytes: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &serving.child.id().to_string(), &format!("--fsize={bytes}:unlimited")])
        .status();
    assert!(limited.unwrap().success());
}

#[tokio::test]
async fn a_call_that_cannot_be_written_down_is_not_dialled() {
    let config = SandboxConfig { auth_token: TOKEN.into(), speed: 100.0, ..SandboxConfig::default() };
    let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(folder.path()).join("data");
    let serving = Serving::start(&data, |command| {
        let bsp = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let environment: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        // The system sends a signal to a process over its limit; this makes it ignore the signal.
        *command = Command::new("/bin/sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
            .arg(bsp)
            .args(arguments)
            .args(["--mode", "sandbox", "--twilio-api-base", sandbox.base_url().as_str()])
            .env_clear()
            .envs(environment)
            .env("TWILIO_SID", sandbox.account_sid().as_str())
            .env("TWILIO_TOKEN", TOKEN)
            .current_dir(folder.path())
    });
    let place = async |to: &str| {
        let body = json!({"protocol": "protocol1", "to": to});
        let answer = serving.request(Method::POST, "/api/v1/calls").json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(place(FIRST).await.0, 201);
    let ended = |news: &Value| news["call"]["ended"] == true;
    serving.news_until(ended).await;

    limit(&serving, "4096");
    let (status, problem) = place(SECOND).await;
    assert_eq!((status, &problem["code"]), (507, &json!("disk_full")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("no phone rings"), "{problem}");
    let documented = serving.request(Method::POST, "/api/call");
    let documented =
        documented.form(&[("protocol", "protocol1"), ("target_number", SECOND)]).send().await.unwrap();
    assert_eq!(documented.status(), 500);
    let message = documented.text().await.unwrap();
    assert!(message.contains("disk is full"), "{message}");
    assert_eq!(sandbox.dials_to(SECOND), 0, "nobody was rung");

    limit(&serving, "unlimited");
    let (status, call) = place(SECOND).await;
    assert_eq!(status, 201, "{call}");
    serving.news_until(|news| news["call"]["id"] == call["id"] && ended(news)).await;
    assert_eq!(sandbox.dials_to(SECOND), 1);
}
