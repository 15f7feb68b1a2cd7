//! As old programs do it: open a Pusher socket, join a channel, place a call with that channel's address, and listen.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::harness::{Setup, TestServer, id, send};
use crate::pusher_server::{Pusher, Told};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_old_hears_of_its_call() {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(pusher.setup()).await;
    let channel = "private-12341234";
    let form = [("socket_id", "1234.1234"), ("channel_name", channel)];
    assert_eq!(server.post_form("/api/pusher_auth", &form).await.status, 200);
    let callback = format!("{}api/twilio_update/{channel}", server.lan());
    let form = [("protocol", "protocol1"), ("target_number", "+15005550142"), ("update_callback", &callback)];
    let placed = server.post_form("/api/call", &form).await;
    assert_eq!(placed.text(), "\"protocol1\"\n");

    let is_there = |told: &Told| told.channels == [channel];
    // The call's own channel also gets its price, which comes last.
    let priced = |told: &[Told]| told.iter().any(|told| !is_there(told) && told.data["price"].is_object());
    let mut told = pusher.until(priced).await;
    assert!(told.iter().all(|told| told.name == "BenSpamsPhones:update_event"));
    told.retain(is_there);
    let sentences: Vec<_> = told.iter().map(|told| told.data["message"].as_str().unwrap()).collect();
    // Callbacks may overtake each other. Outdated ones aren't published, and none is published twice.
    let mut in_order = ["initiated", "ringing", "in-progress", "completed"]
        .map(|status| format!("Your call is {status}."))
        .into_iter();
    assert!(sentences.iter().all(|told| in_order.any(|status| status == *told)), "{sentences:?}");
    assert!(sentences.ends_with(&["Your call is in-progress.", "Your call is completed."]), "{sentences:?}");
    let last = &told.last().unwrap().data;
    assert_eq!((&last["status"], &last["ended"]), (&json!("completed"), &json!(true)));
    // Members stay on this channel after their access is revoked, so it never carries a number.
    assert!(told.iter().all(|told| !told.data.to_string().contains("5550142")), "{told:#?}");
    // Twilio gets an unguessable address, and its callbacks are only accepted there.
    let call = server.call(last["id"].as_str().unwrap()).await;
    assert_eq!(call["news"], "callbacks");
    assert!(call["channel"].as_str().unwrap().starts_with("private-call-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_has_a_channel_of_its_own() {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(pusher.setup()).await;
    let call = server.place("protocol1", "+15005550110").await;
    let channel = server.call(id(&call)).await["channel"].as_str().unwrap().to_owned();
    let join = |channel: &str| {
        let form = [("socket_id", "1234.1234"), ("channel_name", channel)];
        server.request(Method::POST, "/api/pusher_auth").form(&form)
    };
    assert_eq!(send(join(&channel)).await.status, 200);
    assert_eq!(send(join("private-call-0123456789abcdef0123456789abcdef")).await.status, 403, "of no call");
    let told = pusher.until(|told| told.iter().any(|told| told.data["status"] == "busy")).await;
    assert!(told.iter().all(|told| told.channels == [channel.clone()]), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_pusher_delays_nobody_and_a_dead_one_neither() {
    for slow in [Some(Duration::from_secs(3_600)), None] {
        let pusher = Pusher::start(slow.unwrap_or_default()).await;
        if slow.is_none() {
            pusher.serving.abort();
        }
        let server = TestServer::start_with(pusher.setup()).await;
        let calls = ["+15005550142", "+15005550110", "+15005550111"];
        for to in calls {
            let call = server.place("protocol1", to).await;
            server.ended(id(&call)).await;
        }
        assert!(server.callbacks_answered(200) >= calls.len(), "each was taken in");
    }
}

/// The connection is refused, then breaks during an answer; once Pusher recovers, publishing resumes.
#[tokio::test(flavor = "multi_thread")]
async fn a_pusher_that_was_away_is_told_what_happens_afterwards() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let setup = Setup { pusher_host: format!("http://{address}"), ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    server.ended(id(&server.place("protocol1", "+15005550110").await)).await;

    let rude = tokio::net::TcpListener::bind(&address).await.unwrap();
    let breaking = tokio::spawn(async move {
        let (mut connection, _) = rude.accept().await.unwrap();
        let _ = connection.read(&mut [0; 100]).await;
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await;
    });
    server.ended(id(&server.place("protocol1", "+15005550110").await)).await;
    breaking.await.unwrap();

    let pusher = Pusher::start_at(&address, Duration::ZERO).await;
    let call = server.place("protocol1", "+15005550142").await;
    pusher.until(|told| told.iter().any(|told| told.data["id"] == call["id"])).await;
}
