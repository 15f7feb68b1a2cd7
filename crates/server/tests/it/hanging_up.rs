//! Hanging up at every stage of a call.

use benspamsphones_server::config::PublicAddress;
use serde_json::json;
use twilio::CallStatus;

use crate::gate::{Gate, Way};
use crate::harness::{PATIENCE, Setup, TestServer, id, sandbox, send};

/// Rings for 60 s of call time, unanswered.
const RINGS: &str = "+15005550111";
/// Answered, and lasts 300 s of call time.
const LONG: &str = "+15005550114";

async fn unhurried() -> TestServer {
    TestServer::start_with(Setup { speed: 10.0, ..Setup::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_rings() {
    let server = unhurried().await;
    let placed = server.place("protocol1", RINGS).await;
    server.reached(id(&placed), "ringing").await;
    let answer = server.hang_up(id(&placed)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["hangup_requested"], true);
    let call = server.ended(id(&placed)).await;
    assert_eq!(call["status"], "canceled");
    assert_eq!(call["summary"], "Hung up before anybody answered.");
    let kinds: Vec<_> = call["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert!(
        kinds.contains(&&json!("hang_up_requested")),
        "the history tells that somebody wanted it: {call}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_talks() {
    let server = unhurried().await;
    let placed = server.place("protocol1", LONG).await;
    server.reached(id(&placed), "in-progress").await;
    assert_eq!(server.hang_up(id(&placed)).await.status, 200);
    let call = server.ended(id(&placed)).await;
    assert_eq!(call["status"], "completed");
    assert!(call["duration_s"].as_u64().unwrap() < 300, "it was cut short: {call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_twilio_answered() {
    let sandbox = sandbox(10.0, PATIENCE).await;
    let gate = Gate::before(&sandbox.base_url(), Way::HoldsAnswers).await;
    // A callback would reveal Twilio's id of the call before the answer does.
    let public_address = PublicAddress::None;
    let setup = Setup { twilio_base: Some(gate.url.clone()), public_address, ..Setup::default() };
    let server = TestServer::start_beside(sandbox, setup).await;

    let placing = tokio::spawn(send(server.placing("protocol1", RINGS)));
    gate.answer_came().await;
    let call = server.calls("").await["items"][0].clone();
    let answer = server.hang_up(id(&call)).await;
    assert_eq!(answer.status, 200, "the wish is written down: {answer:?}");
    assert_eq!(answer.json()["hangup_requested"], true);
    gate.open();

    assert_eq!(placing.await.unwrap().status, 201);
    assert_eq!(server.ended(id(&call)).await["status"], "canceled");
    server.sandbox_until(|sandbox| sandbox.calls()[0].status == CallStatus::Canceled).await;
    assert_eq!(server.sandbox.dials_to(RINGS), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_at_once() {
    let server = unhurried().await;
    let placed = server.place("protocol1", RINGS).await;
    server.reached(id(&placed), "ringing").await;
    let (first, second) = tokio::join!(server.hang_up(id(&placed)), server.hang_up(id(&placed)));
    for answer in [first, second] {
        assert!(matches!(answer.status, 200 | 409), "done, or over already: {answer:?}");
    }
    let call = server.ended(id(&placed)).await;
    assert_eq!(call["status"], "canceled");
    let wishes =
        call["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "hang_up_requested");
    assert_eq!(wishes.count(), 1, "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_over() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550110").await;
    let before = server.ended(id(&placed)).await;
    let problem = server.hang_up(id(&placed)).await.problem(409, "call_over");
    let detail = "It ended before it could be hung up. The line was busy.";
    assert_eq!((&problem["call"], &problem["detail"]), (&placed["id"], &json!(detail)));
    assert_eq!(problem["title"], "The call has already ended", "and that once");
    assert_eq!(server.call(id(&placed)).await, before, "nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_never_was() {
    let server = TestServer::start().await;
    for unknown in ["0199a0f0-0000-7000-8000-000000000001", "nonsense", "%20"] {
        server.hang_up(unknown).await.problem(404, "unknown_call");
    }
}
