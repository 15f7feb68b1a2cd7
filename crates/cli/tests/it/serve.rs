//! `bsp serve`: the first start, the next one, the stop, and what prevents a start.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use reqwest::Method;

use crate::harness::{PATIENCE, Serving, bsp, run, text};

#[tokio::test]
async fn a_password_is_made_up_and_shown_once() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let ask = async |serving: &Serving, password: &str| {
        let request = serving.request(Method::GET, "/api/call").build().unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(request.url().clone()).basic_auth("user", Some(password)).send().await.unwrap().status()
    };
    let first = Serving::start(&data_dir, |command| command);
    let shown =
        first.greeting.split("password ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(ask(&first, &shown).await, 200);
    drop(first);

    let second = Serving::start(&data_dir, |command| command);
    assert!(!second.greeting.contains("password"), "{}", second.greeting);
    assert_eq!(ask(&second, &shown).await, 200, "the same password, out of its hash");
    assert_eq!(ask(&second, "guess").await, 401);
    drop(second);

    let third = Serving::start(&data_dir, |command| command.arg("--new-password"));
    assert!(third.greeting.contains("password"), "{}", third.greeting);
    assert_eq!(ask(&third, &shown).await, 401, "the lost one is worth nothing any more");
}

#[tokio::test]
async fn control_c_ends_open_streams() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let mut serving = Serving::start(&data_dir, |command| command);
        let stream = serving.request(Method::GET, "/api/v1/events").send().await.unwrap();
        assert_eq!(stream.status(), 200);
        serving.signal(signal);
        let rest = tokio::time::timeout(PATIENCE, stream.text()).await.unwrap().unwrap();
        assert!(rest.contains("retry"), "the stream ended, and was not broken off: {rest:?}");
        assert_eq!(serving.wait(), Some(0));
        assert!(!data_dir.join("owner.json").exists(), "nobody is told to come here any more");
    }
}

#[test]
fn a_taken_port_is_said_plainly() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let ended = run(bsp(&folder.path().join("data")).args([
        "serve",
        "--listen",
        &address,
        "--webhook-listen",
        "127.0.0.1:0",
    ]));
    assert_eq!(ended.status.code(), Some(1));
    let said = text(&ended.stderr);
    assert!(said.contains(&address) && said.contains("Another program uses that port"), "{said}");
}

#[test]
fn one_folder_serves_one_program() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let _first = Serving::start(&data_dir, |command| command);
    let second = run(bsp(&data_dir).args(["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]));
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("in use by another"), "{}", text(&second.stderr));
}

#[test]
fn credentials_mean_live_and_half_of_them_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let refused = |arrange: &dyn for<'a> Fn(&'a mut Command) -> &'a mut Command| {
        let mut command = bsp(&data_dir);
        command.args(["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]);
        arrange(&mut command);
        let ended = run(&mut command);
        assert_eq!(ended.status.code(), Some(2), "{}", text(&ended.stderr));
        text(&ended.stderr)
    };
    let sid = "AC00000000000000000000000000000001";
    assert!(refused(&|command| command.env("TWILIO_SID", sid)).contains("TWILIO_TOKEN"));
    assert!(refused(&|command| command.env("TWILIO_TOKEN", "t")).contains("TWILIO_SID"));
    let environment_alone = ["--mode", "live", "--credentials", "environment"];
    assert!(refused(&|command| command.args(environment_alone)).contains("bsp credentials set twilio"));
    assert!(
        refused(&|command| command.env("TWILIO_SID", sid).env("BSP_TWILIO_API_KEY", "SK1"))
            .contains("SECRET")
    );
    assert!(refused(&|command| command.env("PUSHER_KEY", "k")).contains("PUSHER_SECRET"));
    assert!(refused(&|command| command.args(["--protocols", "nowhere.json"])).contains("nowhere.json"));

    let live = Serving::start(&data_dir, |command| command.env("TWILIO_SID", sid).env("TWILIO_TOKEN", "t"));
    assert!(live.greeting.contains("LIVE"), "{}", live.greeting);
    drop(live);
    let told = Serving::start(&data_dir, |command| {
        command.env("TWILIO_SID", sid).env("TWILIO_TOKEN", "t").args(["--mode", "sandbox"])
    });
    assert!(told.greeting.contains("sandbox"), "{}", told.greeting);
}

#[test]
fn the_sandbox_rings_nobody_whatever_the_environment_holds() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let _serving = Serving::start(&data_dir, |command| {
        command
            .env("TWILIO_SID", "AC00000000000000000000000000000001")
            .env("TWILIO_TOKEN", "t")
            .env("BSP_TWILIO_API_BASE", "https://api.dublin.ie1.twilio.example")
            .env("BSP_PUBLIC_URL", "https://calls.example")
            .args(["--mode", "sandbox", "--sandbox-speed", "50"])
    });
    let ended = run(bsp(&data_dir).args(["call", "protocol1", "+15005550110", "--follow"]));
    let said = text(&ended.stdout);
    assert!(said.contains("The line was busy."), "{said}{}", text(&ended.stderr));
    assert!(!said.contains("No news"), "its callbacks come to the listener itself: {said}");
}

#[test]
fn ngrok_without_a_token_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let serve = ["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0", "--mode", "live", "--ngrok"];
    let mut command = bsp(&folder.path().join("data"));
    command.args(serve).args(["--twilio-api-base", "http://127.0.0.1:9", "--credentials", "environment"]);
    command.env("TWILIO_SID", "AC00000000000000000000000000000001").env("TWILIO_TOKEN", "token");
    let ended = run(&mut command);
    assert_eq!(ended.status.code(), Some(2), "{}", text(&ended.stderr));
    assert!(text(&ended.stderr).contains("NGROK_AUTHTOKEN"), "{}", text(&ended.stderr));
    // An invalid token is neither sent nor repeated.
    let ended = run(command.env("NGROK_AUTHTOKEN", "hush hush"));
    assert_eq!(ended.status.code(), Some(2), "{}", text(&ended.stderr));
    assert!(!text(&ended.stderr).contains("hush"), "{}", text(&ended.stderr));
}

#[tokio::test]
async fn secrets_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (token, password) = (file("token", "hush-token\n"), file("password", "hush-password\n"));
    let arrange = |command: &mut Command| {
        command
            .env("TWILIO_SID_FILE", file("sid", "AC00000000000000000000000000000001"))
            .env("TWILIO_TOKEN_FILE", &token)
            .env("BENSPAMSPHONES_PASS_FILE", &password)
            .args(["--twilio-api-base", "http://127.0.0.1:9", "--log", "trace"]);
    };
    let mut serving = Serving::start(&data_dir, |command| {
        arrange(command);
        command.stderr(Stdio::piped())
    });
    assert!(serving.greeting.contains("LIVE"), "{}", serving.greeting);
    let mut log = serving.child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut said = String::new();
        log.read_to_string(&mut said).unwrap();
        said
    });
    let request = serving.request(Method::GET, "/api/call").build().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(request.url().clone()).basic_auth("user", Some("hush-password")).send().await;
    assert_eq!(answer.unwrap().status(), 200);
    serving.signal("TERM");
    assert_eq!(serving.wait(), Some(0));
    let log = log.join().unwrap();
    assert!(log.contains("stopping") && !log.contains("hush"), "{log}");

    let refused = |name: &str, value: &str| {
        let mut command = bsp(&data_dir);
        command.args(["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]);
        arrange(&mut command);
        let ended = run(command.env(name, value));
        assert_eq!(ended.status.code(), Some(2), "{}", text(&ended.stderr));
        assert!(!text(&ended.stderr).contains("hush"), "{}", text(&ended.stderr));
        text(&ended.stderr)
    };
    let twice = refused("TWILIO_TOKEN", "t");
    assert!(
        twice.contains("TWILIO_TOKEN is set twice") && twice.contains(token.to_str().unwrap()),
        "{twice}"
    );
    let missing = refused("PUSHER_SECRET_FILE", "/nonexistent/secret");
    assert!(missing.contains("PUSHER_SECRET_FILE (/nonexistent/secret) can't be read"), "{missing}");
}
