//! Twilio failing: nothing is dialed twice, and the outcome is reported.

use std::net::TcpListener;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use benspamsphones_server::config::PublicAddress;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

/// Places a call whose request gets no certain answer, and returns it once it has ended. No callbacks.
async fn settled(mut setup: Setup, to: &str, dials: usize) -> Value {
    setup.public_address = PublicAddress::None;
    let server = TestServer::start_with(setup).await;
    let placed = server.place("protocol1", to).await;
    let unknown = server.events_until(id(&placed), |event| event.status() == "unknown").await;
    assert_eq!(unknown.last().unwrap().source(), "dial");
    let call = server.ended(id(&placed)).await;
    assert_eq!(server.sandbox.dials_to(to), dials, "it was never sent again");
    let looked_up = call["events"].as_array().unwrap().iter().any(|event| event["source"] == "lookup");
    assert!(looked_up, "{call}");
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_reach() {
    // Bound and closed again, so no server listens there.
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let twilio_base = Some(format!("http://{nowhere}").parse().unwrap());
    let server = TestServer::start_with(Setup { twilio_base, ..Setup::default() }).await;

    let problem = send(server.placing("protocol1", "+15005550142")).await.problem(502, "not_dialled");
    let call = server.call(problem["call"].as_str().unwrap()).await;
    assert_eq!(call["status"], "failed");
    let words = "Twilio could not be reached, so nothing was sent. \
                 Check the internet connection and Twilio's address, then try again.";
    assert_eq!(call["failure"], json!({"code": null, "reason": "unreachable", "message": words}));
    assert_eq!(problem["detail"], words);

    let answer = server.place_documented("protocol1", "+15005550142").await;
    assert_eq!((answer.status, &answer.json()["message"]), (500, &json!(words)));
    assert_eq!(server.sandbox.dials_to("+15005550142"), 0);
}

/// A firewall's page is not an answer from Twilio, and says nothing about a call.
#[tokio::test(flavor = "multi_thread")]
async fn something_on_the_way_answers_in_twilios_place() {
    let page = async || (StatusCode::FORBIDDEN, Html("<html>Your organisation has blocked this page</html>"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let firewall = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(page)).await });
    let twilio_base = Some(format!("http://{firewall}").parse().unwrap());
    let server = TestServer::start_with(Setup { twilio_base, ..Setup::default() }).await;

    let problem = send(server.placing("protocol1", ORDINARY)).await.problem(502, "not_dialled");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("Something between here and Twilio answered"), "{detail}");
    assert!(!detail.contains("organisation") && detail.contains("proxy"), "{detail}");
    let call = server.call(problem["call"].as_str().unwrap()).await;
    assert_eq!(
        (&call["status"], &call["failure"]["reason"]),
        (&json!("failed"), &json!("not_twilio")),
        "{call}"
    );
    assert_eq!((&call["failure"]["code"], &call["summary"]), (&Value::Null, &json!(detail)), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slower_than_the_time_out() {
    let mut setup = Setup::default();
    setup.pace.twilio_timeout = Duration::from_millis(800);
    let call = settled(setup, "+15005550120", 1).await;
    assert_eq!(call["status"], "completed", "the phone rang all the same: {call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_500_after_dialling() {
    let call = settled(Setup::default(), "+15005550123", 1).await;
    assert_eq!(call["status"], "completed", "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_dropped_after_dialling() {
    let call = settled(Setup::default(), "+15005550125", 1).await;
    assert_eq!(call["status"], "completed", "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_can_read() {
    let call = settled(Setup::default(), "+15005550126", 1).await;
    assert_eq!(call["status"], "completed", "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_500_without_dialling() {
    let mut setup = Setup::default();
    setup.pace.twilio_timeout = Duration::from_secs(1);
    let call = settled(setup, "+15005550124", 0).await;
    assert_eq!(call["status"], "failed");
    let words = "Twilio has no record of this call, so no phone rang. You can call again.";
    assert_eq!(call["failure"], json!({"code": null, "reason": "no_record", "message": words}));
}

/// Twilio's time to show a call counts from when its request was sent. If the call counted as failed too early, it
/// would be placed again while it rings.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_its_turn_is_given_the_same_patience() {
    let mut setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    (setup.pace.twilio_timeout, setup.pace.lookup_patience) =
        (Duration::from_secs(1), Duration::from_millis(500));
    setup.pace.between_calls = Duration::from_secs(3);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", ORDINARY).await;
    let placed = server.place("protocol1", "+15005550124").await;
    assert_eq!(placed["status"], "unknown", "it left a moment ago: {placed}");
    let ended = server.ended(id(&placed)).await;
    assert_eq!((&ended["status"], &ended["failure"]["reason"]), (&json!("failed"), &json!("no_record")));
}

/// The callbacks supply what the lost answer would have said.
#[tokio::test(flavor = "multi_thread")]
async fn slower_than_the_callbacks() {
    let mut setup = Setup { speed: 50.0, slow_answer: Duration::from_secs(3), ..Setup::default() };
    setup.pace.twilio_timeout = Duration::from_secs(2);
    let server = TestServer::start_with(setup).await;
    let placed = server.place("protocol1", "+15005550120").await;
    assert_eq!(placed["status"], "completed", "the call was over before the time-out: {placed}");
    assert_eq!(server.sandbox.dials_to("+15005550120"), 1);
    let call = server.call(id(&placed)).await;
    assert!(call["events"].as_array().unwrap().iter().all(|event| event["status"] != "unknown"), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_unknown_calls_to_one_number_are_two_calls() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let (first, second) =
        tokio::join!(server.place("protocol1", "+15005550123"), server.place("protocol1", "+15005550123"));
    let first = server.ended(id(&first)).await;
    let second = server.ended(id(&second)).await;
    assert_eq!((&first["status"], &second["status"]), (&json!("completed"), &json!("completed")));
    assert_ne!(first["sid"], second["sid"], "each is one of Twilio's calls");
    assert_eq!(server.sandbox.dials_to("+15005550123"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_once() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550122").await;
    assert_eq!(server.ended(id(&placed)).await["status"], "completed");
    assert_eq!(server.sandbox.dials_to("+15005550122"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_always() {
    let server = TestServer::start().await;
    let problem = send(server.placing("protocol1", "+15005550121")).await.problem(429, "twilio_busy");
    assert_eq!(problem["twilio_code"], 20_429);
    let call = server.call(problem["call"].as_str().unwrap()).await;
    assert_eq!((&call["status"], &call["failure"]["code"]), (&json!("failed"), &json!(20_429)), "{call}");
    assert_eq!(server.sandbox.dials_to("+15005550121"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_route_of_old_says_that_it_does_not_know() {
    let server = TestServer::start().await;
    // Twilio has no such call, so the immediate look-up can't settle it.
    let answer = server.place_documented("protocol1", "+15005550124").await;
    assert_eq!(answer.status, 500);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("do not call again before its status is known"), "{message}");
    assert!(answer.header("location").is_some(), "where its status can be read");
}
