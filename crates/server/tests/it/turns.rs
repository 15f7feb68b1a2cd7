//! Queued calls: shown, cancelled, and checked again before they are sent.

use std::time::{Duration, Instant};

use benspamsphones_core::Limits;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, send};

const OTHER: &str = "+15005550143";
/// Answered 429 at the first request, dialed at the second.
const BUSY_ONCE: &str = "+15005550122";

async fn block(server: &TestServer, number: &str) {
    let path = format!("/api/v1/blocked-numbers/{number}");
    assert_eq!(send(server.request(Method::PUT, &path).json(&json!({}))).await.status, 200);
}

fn reason(call: &Value) -> (&str, &str) {
    (call["status"].as_str().unwrap(), call["failure"]["reason"].as_str().unwrap_or("none"))
}

async fn calls(server: &TestServer, count: usize) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let calls = server.calls("").await["items"].as_array().unwrap().clone();
        if calls.len() == count {
            return calls;
        }
        assert!(begun.elapsed() < PATIENCE, "{calls:#?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn calls_wait_for_their_turn_and_can_be_cancelled_meanwhile() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    // Longer than the test, so queued calls stay queued.
    setup.pace.between_calls = Duration::from_secs(600);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let waiting =
        async |to| send(server.placing("protocol1", to).header("prefer", "respond-async")).await.json();
    let second = waiting(OTHER).await;
    let third = waiting("+15005550144").await;
    assert_eq!((&second["status"], &second["queue_position"]), (&json!("requested"), &json!(1)));
    assert_eq!(server.call(id(&third)).await["queue_position"], 2);
    let cancelled = server.hang_up(id(&second)).await.json();
    assert_eq!(cancelled["status"], "canceled", "{cancelled}");
    assert_eq!(server.call(id(&third)).await["queue_position"], 1, "the next moves up");
    assert_eq!(server.sandbox.calls().len(), 1, "what was cancelled never left");
    let events = server.call(id(&second)).await["events"].as_array().unwrap().len();
    assert_eq!(events, 3, "requested, hang-up, cancelled");
}

#[tokio::test]
async fn who_is_blocked_while_a_call_waits_is_not_rung() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = Duration::from_millis(1_500);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let waits = send(server.placing("protocol1", OTHER).header("prefer", "respond-async")).await.json();
    assert_eq!(waits["status"], "requested", "{waits}");
    let path = format!("/api/v1/blocked-numbers/{OTHER}");
    assert_eq!(send(server.request(Method::PUT, &path).json(&json!({}))).await.status, 200);
    let ended = server.ended(id(&waits)).await;
    assert_eq!(
        (&ended["status"], &ended["failure"]["reason"]),
        (&json!("canceled"), &json!("no_longer_willing"))
    );
    assert_eq!(server.sandbox.dials_to(OTHER), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_calls_that_come_together_none_goes_without_a_last_look() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = Duration::from_millis(1_500);
    let server = TestServer::start_with(setup).await;
    let asked = async {
        tokio::join!(send(server.placing("protocol1", ORDINARY)), send(server.placing("protocol1", OTHER)))
    };
    let meanwhile = async {
        calls(&server, 2).await;
        // One call may have been sent already; otherwise this block stops it too.
        block(&server, ORDINARY).await;
        block(&server, OTHER).await;
    };
    tokio::join!(asked, meanwhile);
    let calls = calls(&server, 2).await;
    let kept_back = calls.iter().filter(|call| reason(call) == ("canceled", "no_longer_willing")).count();
    let rung = server.sandbox.dials_to(ORDINARY) + server.sandbox.dials_to(OTHER);
    assert!(rung <= 1 && kept_back == 2 - rung, "{calls:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_twilio_sent_back_can_be_hung_up() {
    let mut setup = Setup::default();
    setup.pace.between_calls = Duration::from_secs(600);
    let server = TestServer::start_with(setup).await;
    let hang_up = async {
        let call = calls(&server, 1).await.remove(0);
        server.hang_up(id(&call)).await;
    };
    let (_, ()) = tokio::join!(send(server.placing("protocol1", BUSY_ONCE)), hang_up);
    let call = calls(&server, 1).await.remove(0);
    assert_eq!(reason(&call), ("canceled", "none"), "{call}");
    assert_eq!(server.sandbox.dials_to(BUSY_ONCE), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_program_ends_is_never_sent() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = Duration::from_secs(600);
    let mut server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let waits = send(server.placing("protocol1", OTHER).header("prefer", "respond-async")).await.json();
    assert_eq!(waits["queue_position"], 1, "{waits}");
    server.stop().await;
    server.start_again().await;
    let ended = server.ended(id(&waits)).await;
    assert_eq!(reason(&ended), ("canceled", "stopped"), "{ended}");
    assert_eq!(ended["summary"], ended["failure"]["message"], "the reason on record is what people read");
    assert_eq!(server.sandbox.dials_to(OTHER), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_too_long_is_never_sent() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = Duration::from_millis(900);
    setup.pace.longest_wait = Duration::from_millis(200);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let waits = send(server.placing("protocol1", OTHER).header("prefer", "respond-async")).await.json();
    let ended = server.ended(id(&waits)).await;
    assert_eq!(reason(&ended), ("canceled", "waited_too_long"), "{ended}");
    assert_eq!(server.sandbox.dials_to(OTHER), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_country_is_taken_off_the_list_meanwhile_is_not_rung() {
    const IN_CALIFORNIA: &str = "+14158675309";
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = Duration::from_millis(1_500);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let waits =
        send(server.placing("protocol1", IN_CALIFORNIA).header("prefer", "respond-async")).await.json();
    let mut limits = serde_json::to_value(Limits::none()).unwrap();
    limits["countries"] = json!({"listed": ["DE"]});
    let (status, answer) = server.as_owner(Method::PUT, "/api/v1/limits", Some(&limits)).await;
    assert_eq!(status, 200, "{answer}");
    let ended = server.ended(id(&waits)).await;
    assert_eq!(reason(&ended), ("canceled", "no_longer_allowed"), "{ended}");
    assert_eq!(server.sandbox.dials_to(IN_CALIFORNIA), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_an_answer_at_once_has_it_when_twilio_sends_the_call_back() {
    let mut setup = Setup::default();
    setup.pace.between_calls = Duration::from_secs(600);
    let server = TestServer::start_with(setup).await;
    let answer = send(server.placing("protocol1", BUSY_ONCE).header("prefer", "respond-async")).await.json();
    assert_eq!((&answer["status"], &answer["queue_position"]), (&json!("requested"), &json!(1)), "{answer}");
    server.hang_up(id(&answer)).await;
    assert_eq!(server.sandbox.dials_to(BUSY_ONCE), 0);
}
