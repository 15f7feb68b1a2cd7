//! Health checks: what strangers are told, and when.

use std::time::Instant;

use reqwest::Method;
use serde_json::json;

use crate::harness::{PATIENCE, TestServer, send};

#[tokio::test]
async fn it_is_ready_as_long_as_the_database_can_be_used() {
    let server = TestServer::start().await;
    for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = send(server.anonymous(Method::GET, path)).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"status": status})), "{path}");
        assert_eq!(send(server.at_webhook(Method::GET, path)).await.status, 404, "{path} is not for Twilio");
    }
    server.server().app().store().close().await;
    let begun = Instant::now();
    // An answer is kept for a second, so that strangers can't make the database work.
    let answer = loop {
        let answer = send(server.anonymous(Method::GET, "/readyz")).await;
        if answer.status != 200 || begun.elapsed() > PATIENCE {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((answer.status, answer.json()), (503, json!({"status": "not_ready"})));
    assert_eq!(send(server.anonymous(Method::GET, "/healthz")).await.status, 200, "the program runs");
}
