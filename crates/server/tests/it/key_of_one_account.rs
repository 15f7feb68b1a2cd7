//! An idempotency key belongs to one account in one mode, and so does the call it placed.

use benspamsphones_core::Mode;
use reqwest::Method;

use crate::answer::Answer;
use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, sandbox, send};

async fn keyed(server: &TestServer) -> (Answer, bool) {
    let answer = send(server.placing("protocol1", ORDINARY).header("idempotency-key", "one")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let replayed = answer.header("idempotency-replayed") == Some("true");
    (answer, replayed)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_or_mode_places_its_own() {
    let mut server = TestServer::start().await;
    let mut seen = Vec::new();
    for (mode, other_account) in [(Mode::Sandbox, false), (Mode::Live, false), (Mode::Live, true)] {
        server.stop().await;
        server.setup.mode = mode;
        if other_account {
            server.sandbox = sandbox(200.0, PATIENCE).await;
        }
        server.start_again().await;
        let (first, replayed) = keyed(&server).await;
        assert!(!replayed, "{first:?}");
        let call = server.ended(id(&first.json())).await;
        assert_eq!(call["status"], "completed", "{call}");
        seen.push(id(&call).to_owned());
        let (again, replayed) = keyed(&server).await;
        assert_eq!((replayed, id(&again.json())), (true, id(&call)));
    }
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1, "by the other account");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "three calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn also_after_its_protocol_is_gone() {
    let server = TestServer::start_with(Setup::default()).await;
    let (first, _) = keyed(&server).await;
    assert_eq!(send(server.request(Method::DELETE, "/api/v1/protocols/protocol1")).await.status, 204);
    let (again, replayed) = keyed(&server).await;
    assert_eq!((replayed, &again.json()["id"]), (true, &first.json()["id"]));
    let other = send(server.placing("protocol1", ORDINARY).header("idempotency-key", "two")).await;
    assert!(other.status >= 400, "a new call needs its protocol: {other:?}");
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}
