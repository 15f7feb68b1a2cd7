//! Callbacks that are late, repeated, out of order, forged or missing, and calls without any.

use std::time::Duration;

use benspamsphones_core::Mode;
use benspamsphones_server::config::PublicAddress;
use serde_json::{Value, json};
use twilio_sandbox::{Purpose, Verdict};

use crate::event_stream::Event;
use crate::harness::{ORDINARY, Setup, TestServer, id};

/// Waits for callbacks for less time than a call takes.
fn impatient() -> Setup {
    let mut setup = Setup { speed: 20.0, ..Setup::default() };
    setup.pace.silence = Duration::from_millis(250);
    setup
}

fn over(event: &Event) -> bool {
    event.data["call"]["ended"] == true && event.status() == event.data["call"]["status"]
}

fn stations(call: &Value) -> Vec<&str> {
    let events = call["events"].as_array().unwrap().iter();
    events.filter(|event| event["kind"] == "status").map(|event| event["status"].as_str().unwrap()).collect()
}

fn ending(call: &Value) -> &Value {
    call["events"].as_array().unwrap().iter().rfind(|event| event["kind"] == "status").unwrap()
}

async fn silent_call(server: &TestServer, to: &str) -> Value {
    let placed = server.place("protocol1", to).await;
    server.events_until(id(&placed), over).await;
    let call = server.call(id(&placed)).await;
    let silence = call["events"].as_array().unwrap().iter().find(|event| event["kind"] == "silence");
    assert!(silence.is_some(), "the silence is said: {call}");
    assert_eq!(ending(&call)["source"], "poll", "{call}");
    assert_eq!((&call["status"], &call["news"]), (&json!("completed"), &json!("callbacks")));
    assert_eq!(server.sandbox.dials_to(to), 1);
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn all_lost() {
    let server = TestServer::start_with(impatient()).await;
    silent_call(&server, "+15005550119").await;
    assert!(server.sandbox.callbacks().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_lost() {
    let server = TestServer::start_with(impatient()).await;
    let call = silent_call(&server, "+15005550118").await;
    assert_eq!(server.callbacks_answered(200), 3);
    assert!(stations(&call).contains(&"in-progress"), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_by_somebody_else() {
    let server = TestServer::start_with(impatient()).await;
    let call = silent_call(&server, "+15005550127").await;
    let sources = call["events"].as_array().unwrap().iter().map(|event| &event["source"]);
    assert_eq!(sources.filter(|source| *source == "callback").count(), 0, "{call}");
    assert_eq!(server.callbacks_answered(200), 0);
    server.sandbox_until(|sandbox| sandbox.callbacks().len() == 4).await;
    assert_eq!(server.callbacks_answered(403), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn late() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550115").await;
    server.events_until(id(&placed), over).await;
    let call = server.call(id(&placed)).await;
    assert_eq!(
        (&call["status"], &ending(&call)["source"]),
        (&json!("completed"), &json!("callback")),
        "{call}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_three_times() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550116").await;
    server.sandbox_until(|sandbox| sandbox.callbacks().len() == 12).await;
    assert_eq!(server.callbacks_answered(200), 12, "a repetition is no error");
    let call = server.ended(id(&placed)).await;
    let mut stations = stations(&call);
    stations.retain(|station| *station != "queued");
    assert_eq!(stations, ["requested", "initiated", "ringing", "in-progress", "completed"], "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_first() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550117").await;
    server.sandbox_until(|sandbox| sandbox.callbacks().len() == 4).await;
    assert_eq!(server.callbacks_answered(200), 4);
    let call = server.call(id(&placed)).await;
    assert_eq!(stations(&call), ["requested", "queued", "completed"], "an ending is never left: {call}");
    assert!(
        call["answered_at"].is_string(),
        "and what only the late ones told is taken all the same: {call}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_twilio_is_asked() {
    let setup = Setup { speed: 20.0, public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let placed = server.place("protocol1", ORDINARY).await;
    assert_eq!(placed["news"], "polling");
    server.events_until(id(&placed), |event| !event.data["call"]["price"].is_null()).await;
    let call = server.call(id(&placed)).await;
    assert_eq!((&call["status"], &ending(&call)["source"]), (&json!("completed"), &json!("poll")), "{call}");
    assert!(
        call["events"].as_array().unwrap().iter().all(|event| event["kind"] != "silence"),
        "none is missed"
    );
    assert!(server.sandbox.callbacks().is_empty(), "none was asked for");
}

/// Twilio gets the caller's own address unchanged, and this program polls the call.
#[tokio::test(flavor = "multi_thread")]
async fn reported_to_somebody_else() {
    let server = TestServer::start().await;
    let theirs = "HTTPS://Hooks.Example.com:443/twilio?call=%7Bx%7D&b=a+b#end";
    let form = [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", theirs)];
    let answer = server.post_form("/api/call", &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let call = server.ended(answer.header("location").unwrap().trim_start_matches("/api/v1/calls/")).await;
    assert_eq!((&call["status"], &call["news"]), (&json!("completed"), &json!("polling")), "{call}");
    server.sandbox_until(|sandbox| sandbox.callbacks().len() == 4).await;
    for record in server.sandbox.callbacks() {
        assert_eq!((record.purpose, record.verdict), (Purpose::StatusCallback, Verdict::NotSent));
        assert_eq!(record.url, theirs);
    }
}

/// Old programs use whatever name they know the switchboard by. For each name, Twilio gets the unguessable address.
#[tokio::test(flavor = "multi_thread")]
async fn each_of_our_names_is_ours() {
    let server = TestServer::start().await;
    let [lan, webhook] = [server.lan(), server.webhook()].map(|url| url.port().unwrap());
    let mut names = vec![
        format!("http://localhost:{lan}"),
        format!("HTTP://LocalHost.:{lan}"),
        format!("http://127.0.0.1:{lan}"),
        format!("http://127.0.0.1:{webhook}"),
        format!("http://[::1]:{lan}"),
        format!("https://user:password@127.0.0.1:{lan}"),
    ];
    if let Ok(name) = gethostname::gethostname().into_string() {
        names.push(format!("http://{name}:{lan}"));
        names.push(format!("http://{}.local:{lan}", name.split('.').next().unwrap().to_uppercase()));
    }
    for name in &names {
        for end in ["", "/"] {
            let theirs = format!("{name}/api/twilio_update/private-12345678{end}");
            let form = [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", &theirs)];
            let answer = server.post_form("/api/call", &form).await;
            assert_eq!((answer.status, answer.header("warning")), (200, None), "{theirs}: {answer:?}");
            let id = answer.header("location").unwrap().trim_start_matches("/api/v1/calls/").to_owned();
            assert_eq!(server.call(&id).await["news"], "callbacks", "{theirs}");
            server.ended(&id).await;
        }
    }
    let ours = format!("{}api/twilio_update/private-call-", server.webhook());
    assert!(server.sandbox.callbacks().iter().all(|record| record.url.starts_with(&ours)));
    for nothing in ["api/twilio_update/public", "api/twilio_update/", "other"] {
        let theirs = format!("http://localhost:{lan}/{nothing}");
        let form = [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", &theirs)];
        let refused = server.post_form("/api/call", &form).await;
        assert_eq!(refused.status, 400, "{theirs}");
        let told = refused.json()["message"]["update_callback"].as_str().unwrap().to_owned();
        assert!(told.contains("an address of this switchboard"), "{told}");
    }
}

/// The call is still placed, as it always was, but the answer says that nothing will be reported there.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_twilio_can_not_reach_is_said_so() {
    let server = TestServer::start_with(Setup { mode: Mode::Live, ..Setup::default() }).await;
    for (theirs, is_lost) in [
        ("http://192.168.77.1:8080/api/twilio_update/private-1", true),
        ("http://nas.local/hook", true),
        ("https://hooks.example.com/api/twilio_update/private-1", false),
    ] {
        let form = [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", theirs)];
        let answer = server.post_form("/api/call", &form).await;
        assert_eq!((answer.status, answer.text()), (200, "\"protocol1\"\n"), "{theirs}");
        let warned =
            answer.header("warning").is_some_and(|told| told.contains("can't reach update_callback"));
        assert_eq!(warned, is_lost, "{theirs}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_address_can_not_be_guessed() {
    let server = TestServer::start().await;
    for to in [ORDINARY, "+15005550143"] {
        let placed = server.place("protocol1", to).await;
        server.ended(id(&placed)).await;
    }
    let mut urls: Vec<String> = server.sandbox.callbacks().iter().map(|record| record.url.clone()).collect();
    urls.dedup();
    assert_eq!(urls.len(), 2, "one for each call: {urls:?}");
    let ours = format!("{}api/twilio_update/private-call-", server.webhook());
    let random = urls.iter().map(|url| {
        let (time, random) = url.strip_prefix(&ours).unwrap().split_at(12);
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_hex(time) && is_hex(random) && random.len() == 32, "the time and 128 bits: {url}");
        random
    });
    let random: std::collections::HashSet<_> = random.collect();
    assert_eq!(random.len(), 2, "{urls:?}");
}
