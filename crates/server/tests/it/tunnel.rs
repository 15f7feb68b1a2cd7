//! The public address through ngrok, against a stand-in for ngrok's server.

use std::time::Duration;

use benspamsphones_server::Server;
use benspamsphones_server::config::PublicAddress;
use benspamsphones_server::tunnel::{NgrokTunnel, TunnelError, TunnelState};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;
use twilio::signature::sign;

use crate::harness::{self, PATIENCE, Setup, TestServer, id, send};
use crate::ngrok_stand_in::{NgrokStandIn, TOKEN};
use crate::openapi;

const ONE: &str = "https://one.ngrok.example";
const OTHER: &str = "https://other.ngrok.example";
/// Lasts five minutes.
const LONG: &str = "+15005550114";

fn setup(tunnel: NgrokTunnel) -> Setup {
    // Slow enough for calls to be in progress when the tunnel changes.
    let mut setup = Setup { public_address: PublicAddress::Ngrok(tunnel), speed: 10.0, ..Setup::default() };
    setup.tunnel_pace.pause = Duration::from_millis(20);
    setup
}

async fn start(ngrok: &NgrokStandIn) -> TestServer {
    start_with(setup(ngrok.tunnel())).await
}

async fn start_with(setup: Setup) -> TestServer {
    let server = TestServer::start_with(setup).await;
    let state = server.server().tunnel(PATIENCE).await;
    assert!(matches!(state, TunnelState::Up(_)), "{state:?}");
    shown(&server, "up").await;
    server
}

async fn public_address(server: &TestServer) -> Value {
    let (status, mut settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    assert_eq!(status, 200);
    settings["public_address"].take()
}

async fn shown(server: &TestServer, state: &str) -> Value {
    let mut changes = server.server().app().live().changes();
    let reached = async {
        loop {
            let shown = public_address(server).await;
            if shown["state"] == state {
                return shown;
            }
            changes.recv().await.unwrap();
        }
    };
    timeout(PATIENCE, reached).await.unwrap()
}

/// A call in progress, and the callback address that Twilio got for it.
async fn long_call(server: &TestServer) -> (Value, String) {
    let placed = server.place("protocol1", LONG).await;
    let call = server.call(id(&placed)).await;
    let channel = call["channel"].as_str().unwrap();
    let told = || server.sandbox.callbacks().into_iter().find(|record| record.url.ends_with(channel));
    server.sandbox_until(|_| told().is_some()).await;
    let url = told().unwrap().url.clone();
    (call, url)
}

fn ending(call: &Value) -> &Value {
    call["events"].as_array().unwrap().iter().find(|event| event["status"] == "completed").unwrap()
}

/// A callback as Twilio would send it through the tunnel, signed for the given address.
fn report(server: &TestServer, url: &str, sid: &Value, status: &str, host: &str) -> String {
    let form = [("CallSid", sid.as_str().unwrap()), ("CallStatus", status)];
    let signature = sign(server.sandbox.auth_token(), url, &form);
    let body = format!("CallSid={}&CallStatus={status}", sid.as_str().unwrap());
    let path = &url[url.find("/api/").unwrap()..];
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: https\r\n\
         x-twilio-signature: {signature}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn twilio_reports_by_the_tunnel_and_is_believed_for_its_address_alone() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    // The call must not end before the callback ends it, however busy this machine is.
    let server = start_with(Setup { speed: 2.0, ..setup(ngrok.tunnel()) }).await;
    assert_eq!(server.server().public_url().unwrap().as_str(), "https://one.ngrok.example/");
    assert_eq!(public_address(&server).await["url"], "https://one.ngrok.example/");
    assert_eq!(server.get("/api/v1/status").await.json()["public_address"], true);
    let binding = &ngrok.bindings()[0];
    assert_eq!((&binding["Proto"], &binding["Opts"]["Domain"]), (&json!("https"), &json!("")));
    assert_eq!(binding["ForwardsTo"], "BenSpamsPhones", "and not this program's path");

    let (call, url) = long_call(&server).await;
    assert_eq!(call["news"], "callbacks");
    assert!(url.starts_with("https://one.ngrok.example/api/twilio_update/private-call-"), "{url}");
    // Signed for the Host header, which any client can set.
    let elsewhere = url.replace(ONE, OTHER);
    let forged = report(&server, &elsewhere, &call["sid"], "completed", "other.ngrok.example");
    assert!(ngrok.request(&forged).await.starts_with("HTTP/1.1 403"));
    assert!(server.call(id(&call)).await["ended"] != true);
    // The tunnel's own address, whatever Host says.
    let right = report(&server, &url, &call["sid"], "completed", "localhost");
    let answer = ngrok.request(&right).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let ended = server.ended(id(&call)).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let told =
        ended["events"].as_array().unwrap().iter().rfind(|event| event["status"] == "completed").unwrap();
    assert_eq!(told["source"], "callback");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_routes_for_twilio_answers_there() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    let server = start(&ngrok).await;
    let routes = openapi::operations().into_iter().chain(openapi::owner_operations());
    let pages = ["/", "/sign-in", "/healthz", "/api/openapi.json", "/api/docs/"];
    let pages = pages.map(|path| (Method::GET, path.to_owned()));
    for (method, path) in routes.chain(pages) {
        if path.starts_with("/api/twilio_update") {
            continue;
        }
        // Neither the right password nor a claim to come from this machine changes anything.
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 127.0.0.1\r\nauthorization: Basic \
             YmVuOmNvcnJlY3QtaG9yc2UtYmF0dGVyeS1zdGFwbGU=\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let answer = ngrok.request(&request).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{method} {path}: {answer}");
    }
    let refused = ngrok.request(
        "POST /api/twilio_update/x HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    assert!(refused.await.starts_with("HTTP/1.1 403"));
    // The source is what ngrok reports, not what the client claims.
    server.refusal("203.0.113.9", "forged_callback").await;
    let refusals = server.refusals().await;
    assert!(refusals.iter().all(|one| one["source"] == "203.0.113.9"), "{refusals:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_said_once_and_not_repeated() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    let wrong = "2hushAnotherToken";
    let server = TestServer::start_with(setup(ngrok.tunnel_with(Ok(wrong)))).await;
    let failed = shown(&server, "failed").await;
    assert!(failed["problem"].as_str().unwrap().contains("ERR_NGROK_107"), "{failed}");
    assert!(failed["help"].as_str().unwrap().contains("dashboard.ngrok.com"), "{failed}");
    assert!(!failed.to_string().contains("hush"), "{failed}");
    let state = server.server().tunnel(PATIENCE).await;
    assert!(!format!("{state:?}").contains("hush"), "{state:?}");
    assert_eq!(failed["url"], json!(null));
    let call = server.place("protocol1", "+15005550110").await;
    assert_eq!(call["news"], "polling");
    server.ended(id(&call)).await;
    assert_eq!(ngrok.introductions().len(), 1, "the same token would be refused again");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_refusal_is_told_in_ngroks_words_and_tried_again() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    ngrok.refuse_next(&format!("The account of {TOKEN} has been suspended.\n\nERR_NGROK_103\n"));
    ngrok.refuse_next("The endpoint is already online.\n\nERR_NGROK_334\n");
    let mut tunnel = ngrok.tunnel();
    tunnel.domain = Some("calls.example.com".into());
    let server = TestServer::start_with(setup(tunnel)).await;
    let TunnelState::Connecting(Some(first)) = server.server().tunnel(PATIENCE).await else {
        panic!("it was refused");
    };
    assert_eq!(first.to_string(), "ngrok refuses: The account of … has been suspended.");
    assert!(first.help().contains("err_ngrok_103"));
    shown(&server, "up").await;
    assert_eq!(ngrok.bindings().len(), 3);
    assert!(ngrok.bindings().iter().all(|binding| binding["Opts"]["Domain"] == "calls.example.com"));
    ngrok.until(|counts| counts.here == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_that_is_cut_is_opened_again_and_no_call_is_lost() {
    let ngrok = NgrokStandIn::start(&[ONE, OTHER]).await;
    let server = start(&ngrok).await;
    let (call, old) = long_call(&server).await;
    assert!(old.starts_with(ONE), "{old}");
    let (waiting, _) = long_call(&server).await;
    assert_eq!(
        server.call(id(&waiting)).await["status"],
        "queued",
        "its reports can't come, and nobody asks"
    );

    // Both calls are polled as soon as it is cut; nothing else triggers that, because silence would be noticed much
    // later.
    ngrok.cut();
    for one in [&call, &waiting] {
        let seen = server.reached(id(one), "in-progress").await;
        assert!(seen["events"].as_array().unwrap().iter().all(|event| event["kind"] != "silence"), "{seen}");
    }
    ngrok.until(|counts| counts.bound == 2).await;
    let up = shown(&server, "up").await;
    assert_eq!(up["url"], "https://other.ngrok.example/");

    // A late callback for the old address is still accepted.
    let late = report(&server, &old, &call["sid"], "completed", "one.ngrok.example");
    assert!(ngrok.request(&late).await.starts_with("HTTP/1.1 200"));
    let ended = server.ended(id(&call)).await;
    assert_eq!(ending(&ended)["source"], "callback", "{ended}");
    let (_, new) = long_call(&server).await;
    assert!(new.starts_with(OTHER), "{new}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_followed_by_asking_while_there_is_no_tunnel() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    ngrok.refuse_next("Not now.");
    let mut setup = setup(ngrok.tunnel());
    // The next attempt is hours away.
    setup.tunnel_pace.pause = PATIENCE * 1_000;
    let server = TestServer::start_with(setup).await;
    let connecting = shown(&server, "connecting").await;
    ngrok.until(|counts| counts.refused == 1).await;
    assert_eq!(connecting["url"], json!(null));
    assert_eq!(server.get("/api/v1/status").await.json()["public_address"], false);
    let call = server.place("protocol1", "+15005550110").await;
    assert_eq!(call["news"], "polling");
    assert_eq!(server.ended(id(&call)).await["status"], "busy");
    assert!(server.sandbox.callbacks().is_empty(), "no address was told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_without_a_word_is_noticed() {
    let ngrok = NgrokStandIn::start(&[ONE, OTHER]).await;
    ngrok.fall_silent();
    let mut setup = setup(ngrok.tunnel());
    setup.tunnel_pace.heartbeat = Duration::from_millis(100);
    let server = TestServer::start_with(setup).await;
    ngrok.until(|counts| counts.bound >= 2).await;
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn ngrok_can_end_the_tunnel() {
    let ngrok = NgrokStandIn::start(&[ONE, OTHER]).await;
    let server = start(&ngrok).await;
    ngrok.end_tunnel("Stopped in the dashboard.", "ERR_NGROK_3013").await;
    ngrok.until(|counts| counts.bound == 2).await;
    assert_eq!(shown(&server, "up").await["url"], "https://other.ngrok.example/");
    ngrok.until(|counts| counts.here == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_says_farewell() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    let mut server = start(&ngrok).await;
    server.stop().await;
    ngrok.until(|counts| counts.here == 0).await;
    for _ in 0..3 {
        ngrok.refuse_next("Not now.");
    }
    server.start_again().await;
    ngrok.until(|counts| counts.refused > 0).await;
    server.stop().await;
    ngrok.until(|counts| counts.here == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_auth_token_nobody_is_let_in() {
    let ngrok = NgrokStandIn::start(&[ONE]).await;
    let (folder, sandbox) = (tempfile::tempdir().unwrap(), harness::sandbox(10.0, PATIENCE).await);
    let setup = setup(ngrok.tunnel());
    let mut config = setup.config(folder.path(), sandbox.base_url(), sandbox.credentials());
    config.app.twilio.auth_token = None;
    let server = Server::start(config, setup.owner(&sandbox.base_url())).await.unwrap();
    let state = server.tunnel(PATIENCE).await;
    assert!(matches!(state, TunnelState::Failed(TunnelError::NoAuthToken)), "{state:?}");
    assert!(ngrok.introductions().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_ngrok_gets_no_token() {
    let [ngrok, other] = [NgrokStandIn::start(&[ONE]).await, NgrokStandIn::start(&[ONE]).await];
    let mut tunnel = other.tunnel();
    // An impostor with its own certificate.
    tunnel.server.as_mut().unwrap().authority = ngrok.tunnel().server.unwrap().authority;
    let server = TestServer::start_with(setup(tunnel)).await;
    let TunnelState::Connecting(Some(error)) = server.server().tunnel(PATIENCE).await else {
        panic!("it was believed");
    };
    assert!(matches!(error, TunnelError::Tls(_)), "{error:?}");
    assert!(other.introductions().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_chooses_how_twilio_gets_in() {
    let mut server = TestServer::start().await;
    let before = public_address(&server).await;
    assert_eq!((&before["state"], &before["choice"]), (&json!("here"), &json!({"by": "none"})));
    let choose = async |server: &TestServer, choice: Value| {
        server.as_owner(Method::PUT, "/api/v1/settings/public-address", Some(&choice)).await
    };
    let bad = json!({"by": "forwarding", "url": "https://calls.example.com/?a=b"});
    assert_eq!(choose(&server, bad).await.1["code"], "bad_public_address");
    let (status, problem) = choose(&server, json!({"by": "ngrok", "domain": "calls.ngrok.app"})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("no_ngrok_token")), "{problem}");
    let own = json!({"by": "forwarding", "url": "https://calls.example.com/phones"});
    assert_eq!(choose(&server, own.clone()).await.0, 204);
    timeout(PATIENCE, server.server().owner().restart_wanted()).await.unwrap();
    let kept = std::fs::read_to_string(server.dir.path().join("choices.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap()["public_address"], own);
    // Not while a phone is ringing.
    let call = server.place("protocol1", LONG).await;
    assert_eq!(choose(&server, json!({"by": "none"})).await.1["code"], "calls_under_way");
    assert_eq!(server.hang_up(id(&call)).await.status, 200);
    server.ended(id(&call)).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_and_never_told() {
    let server = TestServer::start().await;
    let keep = async |token: &str| {
        let body = json!({"authtoken": token});
        server.as_owner(Method::PUT, "/api/v1/credentials/ngrok", Some(&body)).await
    };
    let (status, problem) = keep("hush, it is no token").await;
    assert_eq!((status, &problem["code"]), (400, &json!("bad_credentials")));
    assert!(!problem.to_string().contains("hush"), "{problem}");
    // This server saves credentials nowhere, and says so.
    let (status, problem) = keep(TOKEN).await;
    assert_eq!((status, &problem["code"]), (503, &json!("keyring")));
    assert!(!problem.to_string().contains("hush"), "{problem}");
    let answer =
        send(server.request(Method::PUT, "/api/v1/credentials/ngrok").json(&json!({"authtoken": TOKEN})));
    assert_eq!(answer.await.status, 404, "the network can't");
}
