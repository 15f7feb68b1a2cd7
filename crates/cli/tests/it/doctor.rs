//! `bsp doctor`: asks a running server for its settings, and tests the shell's own without one.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Serving, bsp, run, text};

const ACCOUNT: [(&str, &str); 2] =
    [("TWILIO_SID", "AC00000000000000000000000000000001"), ("TWILIO_TOKEN", "t")];

fn findings(command: &mut std::process::Command) -> (Option<i32>, Vec<Value>) {
    let ended = run(command.args(["doctor", "--json"]));
    let said: Value =
        serde_json::from_slice(&ended.stdout).unwrap_or_else(|_| panic!("{}", text(&ended.stderr)));
    (ended.status.code(), said["findings"].as_array().unwrap().clone())
}

fn about<'a>(findings: &'a [Value], what: &str) -> Vec<(&'a str, &'a str)> {
    let those = findings.iter().filter(|finding| finding["about"] == what);
    those.map(|finding| (finding["state"].as_str().unwrap(), finding["sentence"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_server_in_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let serving = Serving::start(&data_dir, |command| command.env("BSP_PUBLIC_URL", "https://calls.example"));
    let (code, found) = findings(bsp(&data_dir).env("PUSHER_KEY", "k"));
    assert_eq!(code, Some(0), "{found:?}");
    assert!(about(&found, "server")[0].1.contains("answers at http://127.0.0.1:"), "{found:?}");
    assert_eq!(about(&found, "callbacks")[0].0, "ok", "{found:?}");
    assert!(about(&found, "callbacks")[1].1.contains("not used"), "{found:?}");
    assert!(about(&found, "Pusher")[0].1.contains("not set up"), "{found:?}");
    assert!(about(&found, "proxy").is_empty(), "{found:?}");

    // A tunnel to the webhook listener is no proxy in front of the interface.
    let webhook = serving.greeting.lines().find_map(|line| line.trim().strip_prefix("Callbacks")).unwrap();
    let webhook = webhook.split_whitespace().next().unwrap();
    let tunnelled = serving.request(Method::POST, &format!("{webhook}api/twilio_update/x"));
    let answer = tunnelled.header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
    assert!(answer.status().is_client_error(), "{answer:?}");
    assert!(about(&findings(&mut bsp(&data_dir)).1, "proxy").is_empty());

    let forwarded = serving.request(Method::GET, "/api/v1/status").header("x-forwarded-for", "203.0.113.7");
    assert_eq!(forwarded.send().await.unwrap().status(), 200);
    let (_, found) = findings(&mut bsp(&data_dir));
    let [("note", sentence)] = about(&found, "proxy")[..] else { panic!("{found:?}") };
    assert!(sentence.contains("--trust-proxy 127.0.0.1"), "{sentence}");
}

#[test]
fn a_server_whose_account_cannot_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let _serving = Serving::start(&data_dir, |command| {
        let live =
            ["--mode", "live", "--twilio-api-base", "http://127.0.0.1:9", "--credentials", "environment"];
        command.envs(ACCOUNT).args(live)
    });
    // This shell has no account, and would report no problem.
    let (code, found) = findings(&mut bsp(&data_dir));
    assert_eq!(code, Some(1), "{found:?}");
    assert_eq!(about(&found, "Twilio")[0].0, "problem", "{found:?}");
}

#[test]
fn without_a_server_it_is_what_one_would_have() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bsp(&folder.path().join("data"));
    let (code, found) = findings(command.env("PUSHER_KEY", "k").env("BSP_CREDENTIALS", "environment"));
    assert_eq!(code, Some(1), "{found:?}");
    assert!(about(&found, "Pusher")[0].1.contains("PUSHER_SECRET"), "{found:?}");
    assert!(about(&found, "Twilio")[0].1.contains("no credentials"), "{found:?}");
}

#[test]
fn it_names_the_files_that_credentials_come_from_and_shows_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (token, key) = (file("token", "hush-token\n"), file("PUSHER_KEY", "hush-key\n"));
    let secret = file("secret", "hush-secret");
    let command = || {
        let mut command = bsp(&folder.path().join("data"));
        command
            .env("TWILIO_SID", ACCOUNT[0].1)
            .env("TWILIO_TOKEN_FILE", &token)
            .env("BSP_TWILIO_API_BASE", "http://127.0.0.1:9")
            .env("CREDENTIALS_DIRECTORY", folder.path())
            .env("PUSHER_APPID", "1")
            .env("PUSHER_SECRET_FILE", &secret)
            .env("PUSHER_CLUSTER", "eu");
        command
    };
    let (_, found) = findings(&mut command());
    let [(_, twilio)] = about(&found, "Twilio")[..] else { panic!("{found:?}") };
    assert!(twilio.contains(&format!("TWILIO_TOKEN_FILE ({})", token.display())), "{twilio}");
    let [("ok", pusher)] = about(&found, "Pusher")[..] else { panic!("{found:?}") };
    assert!(pusher.contains(&format!("credential {}", key.display())), "{pusher}");
    assert!(!format!("{found:?}").contains("hush"), "{found:?}");

    // The same token from two places might be two tokens.
    let (code, found) = findings(command().env("TWILIO_TOKEN", "hush-token"));
    assert_eq!(code, Some(1), "{found:?}");
    let [("problem", twilio)] = about(&found, "Twilio")[..] else { panic!("{found:?}") };
    assert!(twilio.contains("TWILIO_TOKEN is set twice"), "{twilio}");
}
