//! Long answers are compressed if the client supports it.

use reqwest::Method;
use serde_json::json;

use crate::harness::{TestServer, send};

async fn encoding(server: &TestServer, path: &str) -> Option<String> {
    let answer = send(server.request(Method::GET, path).header("accept-encoding", "gzip")).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.header("content-encoding").map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_longer_than_a_kilobyte_is_packed() {
    let server = TestServer::start().await;
    for _ in 0..4 {
        server.place("protocol1", "+15005550142").await;
    }
    let gzip = Some("gzip".to_owned());
    assert_eq!(encoding(&server, "/api/v1/calls").await, gzip);
    assert_eq!(encoding(&server, "/api/v1/calls/export").await, gzip);
    assert_eq!(encoding(&server, "/api/v1/status").await, None, "too short");
    let plain = server.get("/api/v1/calls").await;
    assert_eq!(plain.header("content-encoding"), None, "not asked for");
    assert!(plain.header("vary").is_some_and(|vary| vary.to_lowercase().contains("accept-encoding")));

    let packed = send(server.request(Method::GET, "/api/v1/calls").header("accept-encoding", "gzip")).await;
    assert!(packed.body.len() * 2 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());

    // Each update must arrive at once.
    let updates = server.request(Method::GET, "/api/v1/events").header("accept-encoding", "gzip");
    let updates = updates.send().await.unwrap();
    assert_eq!(updates.headers().get("content-encoding"), None);
}

/// A strong tag describes the exact bytes; both forms match when a client sends them back.
#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_answer_has_a_tag_of_its_own() {
    let server = TestServer::start().await;
    let twiml = format!("<Response><Say>{}</Say></Response>", "Hello. ".repeat(300));
    let protocol = json!({"id": "long", "phone_number": "+15005550006", "twiml": twiml});
    assert_eq!(server.post_json("/api/v1/protocols", &protocol).await.status, 201);
    let path = "/api/v1/protocols/long";
    let plain = server.get(path).await.header("etag").unwrap().to_owned();
    let packed = send(server.request(Method::GET, path).header("accept-encoding", "gzip")).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let packed = packed.header("etag").unwrap().to_owned();
    assert_ne!(packed, plain);

    let change = json!({"phone_number": "+15005550006", "twiml": "<Response/>"});
    let put =
        async |tag: &str| send(server.request(Method::PUT, path).header("if-match", tag).json(&change)).await;
    put("\"other-gzip\"").await.problem(412, "changed_meanwhile");
    assert_eq!(put(&packed).await.status, 200);
    put(&packed).await.problem(412, "changed_meanwhile");
    put(&plain).await.problem(412, "changed_meanwhile");
}
