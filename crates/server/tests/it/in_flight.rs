//! What happens to a call while its answer is still on the way, or is wrong.

use std::time::Duration;

use benspamsphones_server::config::PublicAddress;
use serde_json::Value;
use twilio::CallStatus;

use crate::gate::{Gate, Way};
use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, sandbox, send};

/// Rings for 60 s of call time, unanswered.
const RINGS: &str = "+15005550111";
const TWILIOS_NOT_FOUND: &str =
    r#"{"code":20404,"message":"The requested resource was not found","status":404}"#;

async fn behind_gate(way: Way, speed: f64, mut setup: Setup) -> (TestServer, Gate) {
    let sandbox = sandbox(speed, PATIENCE).await;
    let gate = Gate::before(&sandbox.base_url(), way).await;
    setup.twilio_base = Some(gate.url.clone());
    (TestServer::start_beside(sandbox, setup).await, gate)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_is_not_taken_for_one_under_way() {
    let mut setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    setup.pace.twilio_timeout = Duration::from_secs(3);
    let (server, gate) = behind_gate(Way::CutsDials, 200.0, setup).await;
    let lost = server.place("protocol1", ORDINARY).await;
    assert_eq!(lost["status"], "unknown");

    gate.turn(Way::HoldsDials);
    let placing = tokio::spawn(send(server.placing("protocol1", ORDINARY)));
    server.sandbox_until(|sandbox| sandbox.dials_to(ORDINARY) == 1).await;
    // Look-ups are sequential: by the third list, an earlier list with the other call has been processed.
    gate.lists_came(3).await;
    let seen = server.call(id(&lost)).await;
    assert_eq!((&seen["status"], &seen["sid"]), (&"unknown".into(), &Value::Null), "{seen}");
    gate.open();

    let placed = placing.await.unwrap();
    assert_eq!(placed.status, 201, "{placed:?}");
    let placed = server.ended(id(&placed.json())).await;
    assert_eq!(placed["status"], "completed", "{placed}");
    assert_eq!(placed["sid"], server.sandbox.calls()[0].sid.as_str());
    let lost = server.ended(id(&lost)).await;
    assert_eq!((&lost["status"], &lost["sid"]), (&"failed".into(), &Value::Null), "{lost}");
    let words = "Twilio has no record of this call, so no phone rang. You can call again.";
    assert_eq!(lost["failure"]["message"], words);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn hung_up_as_soon_as_a_callback_names_it() {
    let (server, gate) = behind_gate(Way::HoldsRequests, 10.0, Setup::default()).await;
    let placing = tokio::spawn(send(server.placing("protocol1", RINGS)));
    gate.request_came().await;
    let call = server.calls("").await["items"][0].clone();
    let wish = server.hang_up(id(&call)).await;
    assert_eq!((wish.status, &wish.json()["sid"]), (200, &Value::Null), "nothing to hang up yet");

    gate.turn(Way::HoldsDials);
    let ended = |sandbox: &twilio_sandbox::Sandbox| {
        sandbox.calls().first().is_some_and(|call| call.status == CallStatus::Canceled)
    };
    server.sandbox_until(ended).await;
    let call = server.ended(id(&call)).await;
    assert_eq!(call["status"], "canceled", "{call}");
    assert!(!placing.is_finished(), "Twilio's answer is still at the gate");
    gate.open();

    let placed = placing.await.unwrap();
    assert_eq!((placed.status, &placed.json()["id"]), (201, &call["id"]));
    assert_eq!(server.call(id(&call)).await["status"], "canceled");
    assert_eq!(server.sandbox.dials_to(RINGS), 1);
}

/// Twilio may answer a read before its own write is visible, and a proxy may be in between.
#[tokio::test(flavor = "multi_thread")]
async fn one_not_found_ends_no_fresh_call() {
    for body in [TWILIOS_NOT_FOUND, ""] {
        let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
        let (server, gate) = behind_gate(Way::SaysNotFoundOnce(body), 50.0, setup).await;
        let placed = server.place("protocol1", ORDINARY).await;
        let call = server.ended(id(&placed)).await;
        assert!(gate.is_open(), "it was told once that there is no such call");
        assert_eq!((&call["status"], &call["failure"]), (&"completed".into(), &Value::Null), "{call}");
        assert_eq!(call["sid"], placed["sid"]);
    }
}
