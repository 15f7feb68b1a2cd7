//! The program is killed between recording a call and Twilio's answer, then restarted: the call is settled and nothing
//! is dialed twice. The program is this test binary itself, run as a process that can be killed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use benspamsphones_server::Server;
use benspamsphones_server::owner::Owner;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::time::timeout;
use twilio::{AccountSid, Auth, Credentials};
use twilio_sandbox::Sandbox;
use url::Url;

use crate::gate::{Gate, Way};
use crate::harness::{ORDINARY, PASSWORD, PATIENCE, Setup, TestServer, USER, id, sandbox};

const PARENT: &str = "TEST_PARENT";

struct Process {
    child: Child,
    lan: Url,
    /// Closing it ends the child, so a failed test leaves no process behind.
    _line: BufReader<tokio::net::TcpStream>,
}

impl Process {
    async fn start(data_dir: &Path, twilio: &Url, sandbox: &Sandbox) -> Self {
        let parent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["killed::the_program", "--exact", "--ignored", "--nocapture"])
            .env(PARENT, parent.local_addr().unwrap().to_string())
            .env("TEST_DATA_DIR", data_dir)
            .env("TEST_TWILIO", twilio.as_str())
            .env("TEST_SID", sandbox.account_sid().to_string())
            .env("TEST_TOKEN", sandbox.auth_token().expose_secret())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (line, _) = timeout(PATIENCE, parent.accept()).await.unwrap().unwrap();
        let mut line = BufReader::new(line);
        let mut lan = String::new();
        timeout(PATIENCE, line.read_line(&mut lan)).await.unwrap().unwrap();
        Self { child, lan: lan.trim().parse().unwrap(), _line: line }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Not a test: the process that [`Process::start`] runs.
#[ignore = "run by the other tests of this file, in a process of its own"]
#[test]
fn the_program() {
    let Ok(parent) = std::env::var(PARENT) else { return };
    let var = |name: &str| std::env::var(name).unwrap();
    let credentials = Credentials {
        account_sid: AccountSid::parse(&var("TEST_SID")).unwrap(),
        auth: Auth::AuthToken(var("TEST_TOKEN").into()),
    };
    let base = var("TEST_TWILIO").parse().unwrap();
    let config = Setup::default().config(Path::new(&var("TEST_DATA_DIR")), base, credentials);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(config, Owner::default())).unwrap();
    let mut line = TcpStream::connect(parent).unwrap();
    writeln!(line, "http://{}", server.lan()).unwrap();
    let _ = line.read(&mut [0]);
}

/// Kills the program while its request to Twilio is at the gate, and restarts it on the same folder.
async fn killed_at(way: Way) -> TestServer {
    let mut setup = Setup::default();
    // Short, because a lost request is given this time to arrive.
    setup.pace.twilio_timeout = std::time::Duration::from_secs(2);
    let sandbox = sandbox(setup.speed, PATIENCE).await;
    let gate = Gate::before(&sandbox.base_url(), way).await;
    let dir = tempfile::tempdir().unwrap();
    let process = Process::start(dir.path(), &gate.url, &sandbox).await;

    let url = process.lan.join("/api/v1/calls").unwrap();
    let form = json!({"protocol": "protocol1", "to": ORDINARY});
    let stopped = TestServer::client();
    let asking =
        stopped.post(url).basic_auth(USER, Some(PASSWORD)).header("idempotency-key", "k").json(&form);
    let asking = tokio::spawn(asking.send());
    match way {
        Way::LosesRequests => gate.request_came().await,
        _ => gate.answer_came().await,
    }
    process.kill();
    assert!(asking.await.unwrap().is_err(), "nobody was told anything");
    TestServer::start_on(dir, sandbox, setup).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_twilio_dialled() {
    let server = killed_at(Way::HoldsAnswers).await;
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
    let call = server.calls("").await["items"][0].clone();
    let call = server.ended(id(&call)).await;
    assert_eq!(call["status"], "completed", "{call}");
    assert_eq!(call["sid"], server.sandbox.calls()[0].sid.as_str());
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1, "not dialled again");
    assert_eq!(server.sandbox.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_request_arrived() {
    let server = killed_at(Way::LosesRequests).await;
    let call = server.calls("").await["items"][0].clone();
    let call = server.ended(id(&call)).await;
    assert_eq!(call["status"], "failed");
    let words = "Twilio has no record of this call, so no phone rang. You can call again.";
    assert_eq!(call["failure"]["message"], words);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 0, "it is not sent by itself");

    // The client, which got no answer, retries with the same key and gets the same call.
    let again =
        crate::harness::send(server.placing("protocol1", ORDINARY).header("idempotency-key", "k")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json()["call"], call["id"]);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 0);
}
