//! The protocol that a person is usually called with.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{TestServer, send};

fn ada(usual: &Value) -> Value {
    json!({"name": "Ada", "usual_protocol": usual, "numbers": [{"number": "+15005550142"}]})
}

async fn change(server: &TestServer, path: &str, usual: &Value) -> Answer {
    send(server.request(Method::PUT, path).json(&ada(usual))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_kept_with_the_person_until_it_is_deleted() {
    let mut server = TestServer::start().await;
    let added = server.post_json("/api/v1/people", &ada(&json!("protocol2"))).await;
    assert_eq!((added.status, &added.json()["usual_protocol"]), (201, &json!("protocol2")));
    let path = format!("/api/v1/people/{}", added.json()["id"].as_str().unwrap());
    let usual = async |server: &TestServer| server.get(&path).await.json()["usual_protocol"].clone();
    server.stop().await;
    server.start_again().await;
    assert_eq!(usual(&server).await, "protocol2");
    assert_eq!(change(&server, &path, &json!("protocol1")).await.status, 200);

    let delete = async |id: &str| {
        let request = server.request(Method::DELETE, &format!("/api/v1/protocols/{id}"));
        assert_eq!(send(request).await.status, 204);
    };
    delete("protocol2").await;
    assert_eq!(usual(&server).await, "protocol1");
    let mut changes = server.watch().await;
    delete("protocol1").await;
    changes.until(|event| event.name == "changed" && event.data["what"] == "people").await;
    assert_eq!(usual(&server).await, Value::Null);
    assert_eq!(server.get("/api/v1/people").await.json()["items"][0]["usual_protocol"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_isn_t_there_is_refused() {
    let server = TestServer::start().await;
    let added = server.post_json("/api/v1/people", &ada(&Value::Null)).await.json();
    assert_eq!(added["usual_protocol"], Value::Null);
    let path = format!("/api/v1/people/{}", added["id"].as_str().unwrap());
    for unknown in ["nothing", "", "a\u{0}b", &"x".repeat(101)] {
        change(&server, &path, &json!(unknown)).await.problem(422, "unknown_protocol");
        let person = server.post_json("/api/v1/people", &ada(&json!(unknown))).await;
        person.problem(422, "unknown_protocol");
    }
    assert_eq!(server.get("/api/v1/people").await.json()["items"], json!([added]));
    // Leaving the field out clears it.
    change(&server, &path, &json!("protocol1")).await;
    let fields = json!({"name": "Ada", "numbers": []});
    let without = send(server.request(Method::PUT, &path).json(&fields)).await;
    assert_eq!(without.json()["usual_protocol"], Value::Null);
}
