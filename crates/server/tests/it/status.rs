//! What a client reads before its first call, and the page that serves it.

use benspamsphones_server::config::PublicAddress;
use serde_json::json;

use crate::harness::{Setup, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_status_tells_what_runs_here() {
    let server = TestServer::start_with(Setup { pusher: false, ..Setup::default() }).await;
    let status = server.get("/api/v1/status").await;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        status.json(),
        json!({
            "mode": "sandbox",
            "version": version,
            "public_address": true,
            "default_region": "US",
            "pusher": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_it_says_so() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    assert_eq!(server.get("/api/v1/status").await.json()["public_address"], false);
}

/// With and without the interface in the binary.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_is_never_kept() {
    let server = TestServer::start().await;
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(
        page.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self';"))
    );
    assert!(page.text().contains("BenSpamsPhones"));
}
