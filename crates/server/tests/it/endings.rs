//! Other ways in which a call ends.

use serde_json::{Value, json};

use crate::harness::{TestServer, id};

async fn ending(protocol: &str, to: &str) -> Value {
    let server = TestServer::start().await;
    let placed = server.place(protocol, to).await;
    let call = server.ended(id(&placed)).await;
    assert_eq!(server.sandbox.dials_to(to), 1);
    assert_eq!((&call["ended"], call["ended_at"].is_string()), (&json!(true), true), "{call}");
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn busy() {
    let call = ending("protocol1", "+15005550110").await;
    assert_eq!((&call["status"], &call["summary"]), (&json!("busy"), &json!("The line was busy.")));
    assert_eq!((&call["answered_at"], &call["sip_response_code"]), (&Value::Null, &json!(486)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer() {
    let call = ending("protocol1", "+15005550111").await;
    assert_eq!((&call["status"], &call["summary"]), (&json!("no-answer"), &json!("Nobody answered.")));
    assert_eq!(call["answered_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed() {
    let call = ending("protocol1", "+15005550112").await;
    assert_eq!(call["status"], "failed");
    assert_eq!(call["summary"], "The call could not be connected: there is no such number (SIP 404).");
    assert_eq!(
        (&call["sip_response_code"], &call["sip_meaning"]),
        (&json!(404), &json!("there is no such number"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine() {
    let call = ending("protocol3", "+15005550113").await;
    assert_eq!((&call["status"], &call["answered_by"]), (&json!("completed"), &json!("machine_start")));
    assert!(call["summary"].as_str().unwrap().starts_with("A machine answered; "), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person() {
    let call = ending("protocol3", "+15005550142").await;
    assert_eq!(call["answered_by"], "human");
    assert!(call["summary"].as_str().unwrap().starts_with("A person answered; "), "{call}");
}

/// Twilio's own magic numbers: Twilio refuses the request, so the call failed and no phone rang.
#[tokio::test(flavor = "multi_thread")]
async fn refused_by_twilio() {
    let server = TestServer::start().await;
    for (to, code) in [
        ("+15005550001", 21_217),
        ("+15005550002", 21_214),
        ("+15005550003", 21_215),
        ("+15005550004", 21_216),
    ] {
        let problem = crate::harness::send(server.placing("protocol1", to)).await;
        let location = problem.header("location").unwrap().to_owned();
        let problem = problem.problem(422, "twilio_refused");
        assert_eq!(problem["twilio_code"], code);
        assert_eq!(problem["more_info"], format!("https://www.twilio.com/docs/api/errors/{code}"));
        assert_eq!(location, format!("/api/v1/calls/{}", problem["call"].as_str().unwrap()));
        let call = server.call(problem["call"].as_str().unwrap()).await;
        assert_eq!((&call["status"], &call["failure"]["code"]), (&json!("failed"), &json!(code)), "{call}");
        assert_eq!(call["failure"]["message"], problem["detail"]);
        assert_eq!(server.sandbox.dials_to(to), 0);
    }
}
