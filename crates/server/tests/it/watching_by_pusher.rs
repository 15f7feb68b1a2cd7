//! Browsers with live updates from Pusher: who may join their channel, and what is published there.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{ORDINARY, PUSHER_KEY, PUSHER_SECRET, Setup, TestServer, id, send};
use crate::pusher_server::{Pusher, Told};

const CALL: &str = "BenSpamsPhones:call";
const CLOSED: &str = "BenSpamsPhones:closed";

async fn watched(setup: impl FnOnce(&Pusher) -> Setup) -> (Pusher, TestServer, String) {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(setup(&pusher)).await;
    let channel = channel(&server).await;
    assert_eq!(join(user(&server), &channel).await.status, 200);
    (pusher, server, channel)
}

async fn channel(server: &TestServer) -> String {
    server.get("/api/v1/status").await.json()["pusher"]["channel"].as_str().unwrap().to_owned()
}

fn asking(server: &TestServer) -> RequestBuilder {
    server.anonymous(Method::POST, "/api/pusher_auth")
}

fn user(server: &TestServer) -> RequestBuilder {
    server.request(Method::POST, "/api/pusher_auth")
}

async fn join(request: RequestBuilder, channel: &str) -> Answer {
    send(request.form(&[("socket_id", "1234.1234"), ("channel_name", channel)])).await
}

fn on<'a>(told: &'a [Told], channel: &str) -> Vec<&'a Told> {
    told.iter().filter(|told| told.channels == [channel]).collect()
}

fn is_over(told: &Told) -> bool {
    told.name == CALL && !told.data["call"]["price"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_hears_nothing() {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(pusher.setup()).await;
    let name = channel(&server).await;
    send(server.anonymous(Method::GET, "/api/v1/status")).await.problem(401, "unauthorized");
    for request in
        [asking(&server), asking(&server).bearer_auth("bsp_0"), asking(&server).basic_auth("ben", Some("no"))]
    {
        let refused = join(request, &name).await;
        assert_eq!((refused.status, refused.text()), (401, "Nope\n"));
    }
    let call = server.place("protocol1", ORDINARY).await;
    server.ended(id(&call)).await;
    let told = pusher.until(|told| told.iter().any(|told| told.data["ended"] == true)).await;
    assert!(told.iter().all(|told| told.name == "BenSpamsPhones:update_event"), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_channel_of_its_kind_is_signed() {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(pusher.setup()).await;
    let name = channel(&server).await;
    for wrong in ["private-calls-", "private-calls-0123456789abcdef0123456789abcdef", &name[..name.len() - 1]]
    {
        let refused = join(user(&server), wrong).await;
        assert_eq!(refused.status, 403, "{wrong}");
        assert!(refused.json()["message"]["channel_name"].is_string(), "{refused:?}");
    }
    let bad_socket = [("socket_id", "1234.1234:private-x"), ("channel_name", &*name)];
    assert_eq!(send(user(&server).form(&bad_socket)).await.status, 400);
    let signed = join(user(&server), &name).await;
    assert_eq!(signed.status, 200);
    assert!(signed.json()["auth"].as_str().unwrap().starts_with(&format!("{PUSHER_KEY}:")));
}

/// As in the event stream, in order, and each message names the one before it.
#[tokio::test(flavor = "multi_thread")]
async fn all_that_happens_is_told() {
    let (pusher, server, channel) = watched(Pusher::setup).await;
    let mut stream = server.watch().await;
    stream.next_block().await.unwrap();
    for to in [ORDINARY, "+15005550143"] {
        let call = server.place("protocol1", to).await;
        pusher
            .until(|told| told.iter().any(|told| told.data["call"]["id"] == call["id"] && is_over(told)))
            .await;
    }
    let told = pusher.told();
    let news: Vec<_> = on(&told, &channel).into_iter().filter(|told| told.name == CALL).collect();
    let last = news.last().unwrap().data["event"]["id"].as_i64().unwrap();
    let streamed = stream.until(|event| event.id == last).await;
    assert_eq!(news.len(), streamed.len());
    let mut before = Value::Null;
    for (told, streamed) in news.iter().zip(&streamed) {
        assert_eq!(told.data["event"], streamed.data["event"]);
        assert_eq!(told.data["call"], streamed.data["call"]);
        assert_eq!(told.data["after"], before, "{told:?}");
        before = told.data["event"]["id"].clone();
    }

    let person = json!({"name": "Ada", "numbers": [{"number": "+12025550142"}]});
    assert_eq!(server.post_json("/api/v1/people", &person).await.status, 201);
    let told = pusher.until(|told| told.iter().any(|told| told.name == "BenSpamsPhones:changed")).await;
    assert_eq!(told.last().unwrap().data, json!({"what": "people"}));
    assert_eq!(told.last().unwrap().channels, [channel]);
}

/// Pusher never removes a member, so everyone else moves to another channel.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_put_out_hears_nothing_more() {
    let (pusher, server, channel_before) = watched(Pusher::setup).await;
    let (_, device) =
        server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "Ada's phone"}))).await;
    let token = device["token"].as_str().unwrap();
    for _ in 0..3 {
        assert_eq!(join(asking(&server).bearer_auth(token), &channel_before).await.status, 200);
    }
    assert_eq!(channel(&server).await, channel_before, "a device that joins changes nothing");
    let path = format!("/api/v1/devices/{}", device["id"].as_str().unwrap());
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    pusher.until(|told| told.iter().any(|told| told.name == CLOSED)).await;

    let channel_after = channel(&server).await;
    assert_ne!(channel_after, channel_before);
    assert_eq!(join(asking(&server).bearer_auth(token), &channel_after).await.status, 401);
    assert_eq!(join(user(&server), &channel_before).await.status, 403, "it is closed");
    assert_eq!(join(user(&server), &channel_after).await.status, 200);
    server.place("protocol1", ORDINARY).await;
    let told = pusher.until(|told| told.iter().any(is_over)).await;
    assert!(on(&told, &channel_after).len() > 3);
    let before = on(&told, &channel_before);
    assert_eq!(before.len(), 1, "its last word alone: {before:#?}");
    assert_eq!((before[0].name.as_str(), &before[0].data), (CLOSED, &json!({})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signs_out_leaves_the_others_their_updates() {
    let (pusher, server, channel_before) = watched(Pusher::setup).await;
    let form = [("user", crate::harness::USER), ("password", crate::harness::PASSWORD)];
    let signed_in = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(join(asking(&server).header("cookie", &cookie), &channel_before).await.status, 200);
    let out = server.anonymous(Method::DELETE, "/api/v1/session").header("cookie", &cookie);
    assert_eq!(send(out).await.status, 204);
    pusher.until(|told| on(told, &channel_before).iter().any(|told| told.name == CLOSED)).await;
    let next = channel(&server).await;
    assert_eq!(join(user(&server), &next).await.status, 200);
    server.place("protocol1", ORDINARY).await;
    pusher.until(|told| on(told, &next).iter().any(|told| is_over(told))).await;
}

/// The resync needs no further event.
#[tokio::test(flavor = "multi_thread")]
async fn what_pusher_missed_is_made_good() {
    let (pusher, server, channel) = watched(Pusher::setup).await;
    let address = pusher.url.strip_prefix("http://").unwrap().to_owned();
    pusher.serving.abort();
    let call = server.place("protocol1", ORDINARY).await;
    server.events_until(id(&call), |event| !event.data["call"]["price"].is_null()).await;
    let gone = pusher.told().len();
    drop(pusher);

    let pusher = Pusher::start_at(&address, Duration::ZERO).await;
    let told = pusher.until(|told| !on(told, &channel).is_empty()).await;
    let first = on(&told, &channel)[0];
    assert_eq!((first.name.as_str(), &first.data), ("BenSpamsPhones:resync", &json!({})), "{gone} before");
    server.place("protocol1", "+15005550110").await;
    let told = pusher.until(|told| told.iter().any(|told| told.name == CALL)).await;
    let news = told.iter().find(|told| told.name == CALL).unwrap();
    assert_eq!(news.data["after"], Value::Null, "after what was read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_told_and_the_next_start_has_a_channel_of_its_own() {
    let (pusher, mut server, before) = watched(Pusher::setup).await;
    server.stop().await;
    let told = pusher.until(|told| !told.is_empty()).await;
    assert_eq!(on(&told, &before)[0].name, CLOSED);
    server.start_again().await;
    assert_ne!(channel(&server).await, before);
    assert_eq!(join(user(&server), &before).await.status, 403);
}

/// A Pusher that never answers delays neither calls nor the shutdown.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_pusher_holds_up_no_stop() {
    let pusher = Pusher::start(Duration::from_secs(3_600)).await;
    let mut server = TestServer::start_with(pusher.setup()).await;
    let name = channel(&server).await;
    assert_eq!(join(user(&server), &name).await.status, 200);
    let call = server.place("protocol1", ORDINARY).await;
    server.ended(id(&call)).await;
    let begun = std::time::Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_tells_how_to_listen_and_no_secret() {
    let pusher = Pusher::start(Duration::ZERO).await;
    let server = TestServer::start_with(pusher.setup()).await;
    let status = server.get("/api/v1/status").await;
    assert!(!status.text().contains(PUSHER_SECRET));
    let mut told = status.json()["pusher"].clone();
    let name = told.as_object_mut().unwrap().remove("channel").unwrap();
    assert!(name.as_str().unwrap().starts_with("private-calls-"));
    assert_eq!(told, json!({"key": PUSHER_KEY, "cluster": "eu", "host": pusher.url}));
}

/// Pages may connect to Pusher, but nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_may_ask_pusher_where_an_app_is_set() {
    for (pusher, allowed) in [(true, "connect-src 'self' ws://127.0.0.1:1;"), (false, "connect-src 'self';")]
    {
        let server = TestServer::start_with(Setup { pusher, ..Setup::default() }).await;
        let policy = server.get("/").await.header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains(allowed), "{policy}");
        let sign_in = send(server.anonymous(Method::GET, "/sign-in")).await;
        assert_eq!(sign_in.header("content-security-policy"), Some(&*policy));
        let webhook = send(server.at_webhook(Method::GET, "/")).await;
        assert!(webhook.header("content-security-policy").unwrap().contains("connect-src 'self';"));
    }
}
