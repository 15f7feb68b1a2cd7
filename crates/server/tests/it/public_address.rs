//! Testing the public address: each failure, from a server that fails that way.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::post;
use benspamsphones_server::config::PublicAddress;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Setup, TestServer};

const ROUTE: &str = "/api/twilio_update/{channel}";

async fn tried(public_address: PublicAddress) -> Value {
    let server = TestServer::start_with(Setup { public_address, ..Setup::default() }).await;
    let (status, verdict) = server.as_owner(Method::POST, "/api/v1/public-address/test", None).await;
    assert_eq!(status, 200);
    verdict
}

async fn tried_at(routes: Router, scheme: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{scheme}://{}", listener.local_addr().unwrap()).parse().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let verdict = tried(PublicAddress::At(url)).await;
    serving.abort();
    assert_eq!(verdict["good"], false, "{verdict}");
    assert!(verdict["next_step"].is_string());
    verdict["sentence"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_here() {
    let verdict = tried(PublicAddress::WebhookListener).await;
    assert_eq!(verdict["good"], true, "{verdict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_lead_elsewhere() {
    let none = tried(PublicAddress::None).await;
    assert!(none["sentence"].as_str().unwrap().contains("no public address"), "{none}");
    let closed = tried(PublicAddress::At("http://127.0.0.1:1".parse().unwrap())).await;
    assert!(closed["sentence"].as_str().unwrap().contains("refuses the connection"), "{closed}");

    let other = Router::new();
    assert!(tried_at(other.clone(), "http").await.starts_with("Route: "));
    assert!(tried_at(other, "https").await.starts_with("TLS: "));
    let people = Router::new().route(ROUTE, post(async || StatusCode::MISDIRECTED_REQUEST));
    assert!(tried_at(people, "http").await.contains("the listener for people"));
    let proxy = Router::new().route(ROUTE, post(async || StatusCode::BAD_GATEWAY));
    assert!(tried_at(proxy, "http").await.contains("502"));
    let sent_on = Router::new().route(ROUTE, post(async || Redirect::permanent("https://x.example/")));
    assert!(tried_at(sent_on, "http").await.contains("redirects the request"));
    // Any server can answer 200; only this one returns the probe.
    let liar = Router::new().route(ROUTE, post(async || r#"{"success": true, "probe": "0"}"#));
    assert!(tried_at(liar, "http").await.contains("isn’t this program"));
    let alike = r#"{"message": "not signed by Twilio"}"#;
    let alike = Router::new().route(ROUTE, post(async move || (StatusCode::FORBIDDEN, alike)));
    assert!(tried_at(alike, "http").await.contains("answers 403"));
}

/// A proxy that changes the path: the request arrives here but was signed for another path.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_changed_on_the_way() {
    let here = TestServer::start().await;
    let target = here.webhook();
    let client = TestServer::client();
    let proxy = Router::new().fallback(async move |request: axum::extract::Request| {
        let signature = request.headers()["x-twilio-signature"].clone();
        let path = request.uri().path().to_owned();
        let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
        let sent =
            client.post(target.join(&path).unwrap()).header("x-twilio-signature", signature).body(body);
        let answer = sent.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        (StatusCode::from_u16(answer.status().as_u16()).unwrap(), answer.text().await.unwrap())
    });
    assert!(tried_at(proxy, "http").await.starts_with("Signature: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_address_may_have_a_path() {
    for (told, taken_off) in
        [("/phones", true), ("/phones/", false), ("/a/b", false), ("/api", true), ("/media", false)]
    {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{told}", listener.local_addr().unwrap());
        let public_address = PublicAddress::At(url.parse().unwrap());
        let server = TestServer::start_with(Setup { public_address, ..Setup::default() }).await;
        let (target, client) = (server.webhook(), TestServer::client());
        let base = told.trim_end_matches('/').to_owned();
        let proxy = Router::new().fallback(async move |request: axum::extract::Request| {
            let path = request.uri().path();
            let kept = path.strip_prefix(&base).unwrap();
            let path = if taken_off { kept } else { path }.to_owned();
            let headers = request.headers().clone();
            let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
            let mut sent = client.post(target.join(&path).unwrap()).body(body);
            for name in ["x-twilio-signature", "content-type"] {
                sent = sent.header(name, headers[name].as_bytes());
            }
            let answer = sent.send().await.unwrap();
            (StatusCode::from_u16(answer.status().as_u16()).unwrap(), answer.text().await.unwrap())
        });
        let serving = tokio::spawn(async move { axum::serve(listener, proxy).await.unwrap() });
        let (_, verdict) = server.as_owner(Method::POST, "/api/v1/public-address/test", None).await;
        assert_eq!(verdict["good"], true, "{told}: {verdict}");
        let placed = server.place("protocol1", crate::harness::ORDINARY).await;
        let call = server.ended(crate::harness::id(&placed)).await;
        assert_eq!((&call["status"], &call["news"]), (&"completed".into(), &"callbacks".into()), "{call}");
        let below = format!("{}/api/twilio_update/", url.trim_end_matches('/'));
        let callbacks = server.sandbox.callbacks();
        assert!(
            !callbacks.is_empty() && callbacks.iter().all(|told| told.url.starts_with(&below)),
            "{below}"
        );
        assert!(server.callbacks_answered(200) > 0, "{told}");
        serving.abort();
    }
}
