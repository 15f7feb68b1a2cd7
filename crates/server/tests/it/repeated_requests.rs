//! A request that is repeated, or whose client disconnects, rings one phone once.

use futures::future::join_all;

use crate::gate::{Gate, Way};
use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, sandbox, send};

const KEY: &str = "idempotency-key";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_is_the_same_call() {
    let mut server = TestServer::start().await;
    let first = send(server.placing("protocol1", ORDINARY).header(KEY, "one")).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    server.ended(id(&first.json())).await;
    // Also after a restart, and in another notation of the number.
    server.stop().await;
    server.start_again().await;
    let second = send(server.placing("protocol1", "(500) 555-0142").header(KEY, "one")).await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.json()["id"], first.json()["id"]);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);

    let other = send(server.placing("protocol1", ORDINARY).header(KEY, "two")).await;
    assert_ne!(other.json()["id"], first.json()["id"], "another key is another call");
    assert_eq!(server.sandbox.dials_to(ORDINARY), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_ring_once() {
    let server = TestServer::start().await;
    let askers = (0..20).map(|_| send(server.placing("protocol1", ORDINARY).header(KEY, "one")));
    let answers = join_all(askers).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    let locations: std::collections::HashSet<_> =
        answers.iter().map(|answer| answer.header("location")).collect();
    assert_eq!(locations.len(), 1);
    let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_some());
    assert_eq!(replayed.count(), 19);
    server.ended(id(&answers[0].json())).await;
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
    assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_request() {
    let server = TestServer::start().await;
    assert_eq!(send(server.placing("protocol1", ORDINARY).header(KEY, "one")).await.status, 201);
    for (protocol, to) in [("protocol1", "+15005550143"), ("protocol2", ORDINARY)] {
        let answer = send(server.placing(protocol, to).header(KEY, "one")).await;
        answer.problem(422, "idempotency_key_reused");
    }
    assert_eq!(server.sandbox.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none() {
    let server = TestServer::start().await;
    for key in [&b""[..], b"two words", &[b'x'; 256], b"caf\xc3\xa9", b"\xff"] {
        let answer = send(server.placing("protocol1", ORDINARY).header(KEY, key)).await;
        answer.problem(400, "bad_idempotency_key");
    }
    assert!(server.sandbox.calls().is_empty());
    let longest = send(server.placing("protocol1", ORDINARY).header(KEY, "x".repeat(255))).await;
    assert_eq!(longest.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_number_uses_no_key_up() {
    let server = TestServer::start().await;
    send(server.placing("protocol1", "911").header(KEY, "one")).await.problem(403, "emergency_number");
    assert_eq!(send(server.placing("protocol1", ORDINARY).header(KEY, "one")).await.status, 201);
    assert!(server.sandbox.calls().iter().all(|call| call.to == ORDINARY));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asker_who_leaves() {
    let sandbox = sandbox(200.0, PATIENCE).await;
    let gate = Gate::before(&sandbox.base_url(), Way::HoldsAnswers).await;
    let setup = Setup { twilio_base: Some(gate.url.clone()), ..Setup::default() };
    let server = TestServer::start_beside(sandbox, setup).await;

    let asker = tokio::spawn(send(server.placing("protocol1", ORDINARY)));
    gate.answer_came().await;
    asker.abort();
    assert!(asker.await.unwrap_err().is_cancelled(), "its connection is closed");
    let call = server.calls("").await["items"][0].clone();
    gate.open();

    let events = server.events_until(id(&call), |event| !event.data["call"]["sid"].is_null()).await;
    assert!(events.iter().all(|event| event.status() != "unknown"), "the answer was read: {events:?}");
    assert_eq!(server.ended(id(&call)).await["status"], "completed");
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}
