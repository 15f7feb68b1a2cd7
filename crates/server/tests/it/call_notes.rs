//! Notes on calls.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{TestServer, id, send};

async fn note(server: &TestServer, call: &str, note: &Value) -> Answer {
    let path = format!("/api/v1/calls/{call}/note");
    send(server.request(Method::PUT, &path).json(&json!({"note": note}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_stays_with_its_call_until_it_is_taken_away() {
    let mut server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550142").await;
    let call = id(&placed);
    let ended = server.ended(call).await;
    assert_eq!(ended["note"], Value::Null);

    let mut changes = server.watch().await;
    let kept = note(&server, call, &json!("  Call again on Monday\n")).await;
    assert_eq!((kept.status, kept.json()), (200, json!({"note": "Call again on Monday"})));
    changes.until(|event| event.name == "changed" && event.data["what"] == "calls").await;
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.call(call).await["note"], "Call again on Monday");

    note(&server, call, &json!("x".repeat(2_001))).await.problem(422, "long_note");
    assert_eq!(server.call(call).await["note"], "Call again on Monday", "nothing is cut off");
    assert_eq!(note(&server, call, &json!("é".repeat(2_000))).await.status, 200);
    assert_eq!(note(&server, call, &json!(" ")).await.json(), json!({"note": null}));
    assert_eq!(server.call(call).await["note"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_was_changed_meanwhile_is_not_overwritten() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550142").await;
    let path = format!("/api/v1/calls/{}/note", id(&placed));
    let replace = async |old: &str, new: &str| {
        send(server.request(Method::PUT, &path).json(&json!({"note": new, "replaces": old}))).await
    };
    assert_eq!(replace("", "Ada: call again").await.status, 200);
    replace("", "Grace: done").await.problem(412, "changed_meanwhile");
    assert_eq!(server.call(id(&placed)).await["note"], "Ada: call again");
    assert_eq!(replace("Ada: call again", "").await.json(), json!({"note": null}));
    assert_eq!(replace("", "Grace: done").await.json(), json!({"note": "Grace: done"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_note_without_a_call() {
    let server = TestServer::start().await;
    note(&server, "00000000-0000-7000-8000-000000000001", &json!("hello")).await.problem(404, "unknown_call");
    note(&server, "x", &json!("hello")).await.problem(404, "unknown_call");
    let placed = server.place("protocol1", "+15005550142").await;
    note(&server, id(&placed), &Value::Null).await.problem(400, "bad_field");
    let path = format!("/api/v1/calls/{}/note", id(&placed));
    let anonymous = server.anonymous(Method::PUT, &path).json(&json!({"note": "hello"}));
    assert_eq!(send(anonymous).await.status, 401);
}
