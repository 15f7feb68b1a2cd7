//! Twilio's explanation of a call, fetched on demand.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer, id};

async fn explained(server: &TestServer, call: &str) -> Value {
    let answer = server.get(&format!("/api/v1/calls/{call}/explanation")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn server_with_a_dead_address() -> TestServer {
    let server = TestServer::start().await;
    let dead = json!({"id": "dead", "phone_number": "+15005550006",
        "callback": "http://127.0.0.1:1/twiml?token=secret"});
    let added = server.post_json("/api/v1/protocols", &dead).await;
    assert_eq!(added.status, 201, "{added:?}");
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn twilio_tells_what_went_wrong_and_what_it_asked() {
    let server = server_with_a_dead_address().await;
    let placed = server.place("dead", "+15005550142").await;
    server.ended(id(&placed)).await;
    let told = explained(&server, id(&placed)).await;
    let note = &told["twilio"]["notes"][0];
    assert_eq!((&note["code"], &note["warning"]), (&json!(11_200), &json!(false)), "{told:#}");
    assert!(note["words"].as_str().unwrap().starts_with("HTTP retrieval failure"), "{note}");
    assert_eq!(note["meaning"], "Twilio could not fetch what the call should say.");
    assert_eq!(note["address"], "http://127.0.0.1:1/twiml", "without its secrets");
    assert_eq!(told["sentence"], note["meaning"], "the first error is why");
    assert!(told["next_step"].as_str().unwrap().starts_with("Open the TwiML address"));
    let requests = told["twilio"]["requests"].as_array().unwrap();
    assert!(requests.iter().any(|made| made["address"] == "http://127.0.0.1:1/twiml"), "{requests:#?}");
    assert!(requests.iter().any(|made| made["status"] == 200), "our own callbacks among them: {requests:#?}");
    assert!(!told.to_string().contains("secret"), "{told}");
}

/// Later answers come from the database, without Twilio.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_kept_once_the_call_is_over() {
    let mut server = server_with_a_dead_address().await;
    let placed = server.place("dead", "+15005550142").await;
    server.ended(id(&placed)).await;
    let kept = |server: &TestServer| -> i64 {
        let connection = Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
        connection.query_row("SELECT count(*) FROM explanations", [], |row| row.get(0)).unwrap()
    };
    explained(&server, id(&placed)).await;
    assert_eq!(kept(&server), 0, "Twilio may still add to it");

    server.stop().await;
    let connection = Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
    connection.execute("UPDATE calls SET ended_at = ended_at - 3600000", []).unwrap();
    drop(connection);
    server.start_again().await;
    let told = explained(&server, id(&placed)).await;
    assert_eq!(kept(&server), 1);

    server.stop().await;
    server.setup.twilio_base = Some("http://127.0.0.1:1/".parse().unwrap());
    server.start_again().await;
    assert_eq!(explained(&server, id(&placed)).await, told, "Twilio is out of reach by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_twilio_never_took_is_explained_by_us() {
    let server = TestServer::start().await;
    let wish = json!({"protocol": "protocol1", "to": "+15005550121"});
    let refused = server.post_json("/api/v1/calls", &wish).await;
    let told = explained(&server, refused.json()["call"].as_str().unwrap()).await;
    assert_eq!(told["twilio"], Value::Null, "{told:#}");
    assert!(told["sentence"].as_str().unwrap().contains("too many requests"), "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_call_has_nothing_noted() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550142").await;
    let call = server.ended(id(&placed)).await;
    let told = explained(&server, id(&placed)).await;
    assert_eq!(told["sentence"], call["summary"]);
    assert_eq!(told["twilio"]["notes"], json!([]));
    server
        .get("/api/v1/calls/0199a0f0-0000-7000-8000-000000000001/explanation")
        .await
        .problem(404, "unknown_call");
}

#[tokio::test(flavor = "multi_thread")]
async fn twilio_out_of_reach_is_said_so() {
    let mut server = TestServer::start_with(Setup::default()).await;
    let placed = server.place("protocol1", "+15005550142").await;
    server.ended(id(&placed)).await;
    server.stop().await;
    server.setup.twilio_base = Some("http://127.0.0.1:1/".parse().unwrap());
    server.start_again().await;
    let path = format!("/api/v1/calls/{}/explanation", id(&placed));
    server.get(&path).await.problem(502, "twilio");
}
