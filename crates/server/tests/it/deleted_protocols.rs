//! How the history shows a deleted protocol.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestServer, id, send};

async fn keep(server: &TestServer, name: &str) {
    let say = json!({"text": "Dinner is ready."});
    let protocol = json!({"id": "bell", "name": name, "phone_number": "+15005550006", "say": say});
    assert_eq!(server.post_json("/api/v1/protocols", &protocol).await.status, 201);
}

async fn delete(server: &TestServer) {
    let request = server.request(Method::DELETE, "/api/v1/protocols/bell").header("if-match", "*");
    assert_eq!(send(request).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_protocol_keeps_its_name_in_the_history() {
    let mut server = TestServer::start().await;
    keep(&server, " Dinner bell ").await;
    let placed = server.place("bell", "+15005550142").await;
    assert_eq!(placed["protocol_name"], "Dinner bell");
    let call = id(&placed);
    server.events_until(call, |event| event.data["call"]["price"].is_object()).await;
    delete(&server).await;

    let named = async |server: &TestServer, name: &Value| {
        assert_eq!(server.call(call).await["protocol_name"], *name);
        assert_eq!(server.calls("?protocol=bell").await["items"][0]["protocol_name"], *name);
        let file = server.get("/api/v1/calls/export?protocol=bell&format=json").await;
        assert_eq!(file.json()[0]["protocol_name"], *name);
        let spent = server.get("/api/v1/spend?by=protocol").await.json();
        assert_eq!((&spent["items"][0]["key"], &spent["items"][0]["name"]), (&json!("bell"), name));
    };
    named(&server, &json!("Dinner bell")).await;
    assert_eq!(server.calls("?q=0142%20BELL%20dinner").await["items"][0]["id"], call);
    let file = server.get("/api/v1/calls/export?protocol=bell").await;
    let mut lines = csv::Reader::from_reader(file.body.as_slice());
    let column = lines.headers().unwrap().iter().position(|column| column == "protocol_name").unwrap();
    assert_eq!(&lines.records().next().unwrap().unwrap()[column], "Dinner bell");
    server.stop().await;
    server.start_again().await;
    named(&server, &json!("Dinner bell")).await;

    keep(&server, "Alarm").await;
    named(&server, &json!("Alarm")).await;
    let import = server.request(Method::POST, "/api/v1/protocols/import?replace=true").json(&json!({}));
    assert_eq!(send(import).await.status, 200);
    named(&server, &json!("Alarm")).await;
    keep(&server, " ").await;
    named(&server, &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_it_among_refused_calls() {
    let server = TestServer::start().await;
    keep(&server, "Dinner bell").await;
    assert_eq!(send(server.placing("bell", "112")).await.status, 403);
    delete(&server).await;
    let refused = server.get("/api/v1/refused-calls").await.json();
    assert_eq!(refused["items"][0]["protocol_name"], "Dinner bell");
}
