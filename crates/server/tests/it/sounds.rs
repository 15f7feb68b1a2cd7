//! Sound files: saved, played by a protocol, and fetched only by Twilio.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use benspamsphones_server::config::PublicAddress;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{ORDINARY, Setup, TestServer, id, send};

/// A tenth of a second of silence, 8 kHz, 8 bits.
fn wav() -> Vec<u8> {
    let mut wav =
        b"RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x20\x03\0\0"
            .to_vec();
    wav.extend([0x80; 800]);
    wav
}

async fn upload(server: &TestServer, audio: &[u8]) -> Answer {
    let body = json!({"name": "Dinner bell", "audio": BASE64_STANDARD.encode(audio)});
    server.post_json("/api/v1/sounds", &body).await
}

async fn protocol(server: &TestServer, sound: &Value) -> Answer {
    let body = json!({"id": "bell", "phone_number": "+15005550006", "sound": sound});
    server.post_json("/api/v1/protocols", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protocol_plays_a_sound_that_twilio_fetches() {
    let server = TestServer::start().await;
    let kept = upload(&server, &wav()).await;
    assert_eq!(kept.status, 201, "{kept:?}");
    let sound = kept.json();
    assert_eq!(
        (&sound["name"], &sound["kind"], &sound["size"]),
        (&json!("Dinner bell"), &json!("wav"), &json!(844))
    );
    assert_eq!(protocol(&server, &sound["id"]).await.status, 201);
    let path = format!("/api/v1/sounds/{}", sound["id"].as_str().unwrap());
    let heard = server.get(&path).await.json();
    assert_eq!(BASE64_STANDARD.decode(heard["audio"].as_str().unwrap()).unwrap(), wav());

    let call = server.place("bell", ORDINARY).await;
    server.ended(id(&call)).await;
    let twiml = server.sandbox.calls().pop().unwrap().twiml.unwrap();
    let url = twiml
        .strip_prefix("<Response><Play>")
        .unwrap()
        .strip_suffix("</Play></Response>")
        .unwrap()
        .to_owned();
    assert!(url.starts_with(server.webhook().as_str()), "{url}");
    let media: reqwest::Url = url.parse().unwrap();
    let fetched = send(TestServer::client().get(media.clone())).await;
    assert_eq!((fetched.status, fetched.header("content-type")), (200, Some("audio/wav")));
    assert_eq!(fetched.body, wav());
    let tag = fetched.header("etag").unwrap().to_owned();
    assert_eq!(fetched.header("accept-ranges"), Some("bytes"));
    let fetch = |name: &'static str, value: &str| {
        send(TestServer::client().get(media.clone()).header("range", "bytes=40-49").header(name, value))
    };
    for had in [tag.as_str(), "\"x\", *", &format!("\"x\", W/{tag}")] {
        let known = fetch("if-none-match", had).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{had}");
        assert_eq!(known.header("etag"), Some(tag.as_str()));
    }
    for (name, value) in [("if-none-match", "\"x\""), ("if-range", tag.as_str())] {
        let part = fetch(name, value).await;
        assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 40-49/844")), "{name}");
        assert_eq!(part.body, wav()[40..50]);
    }
    let changed = fetch("if-range", "\"x\"").await;
    assert_eq!((changed.status, changed.body), (200, wav()), "part of something else");
    let beyond = send(TestServer::client().get(media.clone()).header("range", "bytes=844-")).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */844")));
    assert_eq!(send(server.at_webhook(Method::GET, "/media/0123.wav")).await.status, 404);
    assert_eq!(send(server.at_webhook(Method::GET, "/media/")).await.status, 404);
    assert_eq!(server.get(media.path()).await.status, 404, "the network's listener has none of it");
    let listed = server.get("/api/v1/sounds").await.text().to_owned();
    assert!(!listed.contains(media.path().trim_start_matches("/media/")), "its name is told Twilio alone");

    let delete = || send(server.request(Method::DELETE, &path));
    delete().await.problem(409, "sound_in_use");
    assert_eq!(send(server.request(Method::DELETE, "/api/v1/protocols/bell")).await.status, 204);
    assert_eq!(delete().await.status, 204);
    delete().await.problem(404, "unknown_sound");
    assert_eq!(send(TestServer::client().get(media)).await.status, 404);
}

async fn send_bytes(server: &TestServer, query: &str, kind: &str, file: &[u8]) -> Answer {
    let request = server.request(Method::POST, &format!("/api/v1/sounds{query}"));
    send(request.header("content-type", kind).body(file.to_vec())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_recorded_is_converted_on_the_way_in() {
    let server = TestServer::start().await;
    let memo = include_bytes!("../../../sound/tests/files/tone.m4a");
    for (query, kind) in [("?name=Memo", "audio/mp4"), ("?name=Memo", "application/octet-stream")] {
        let kept = send_bytes(&server, query, kind, memo).await;
        assert_eq!(kept.status, 201, "{kept:?}");
        let sound = kept.json();
        assert_eq!((&sound["name"], &sound["kind"]), (&json!("Memo"), &json!("wav")));
        assert_eq!(sound["converted"], true);
        let heard = server.get(&format!("/api/v1/sounds/{}", id(&sound))).await.json();
        let audio = BASE64_STANDARD.decode(heard["audio"].as_str().unwrap()).unwrap();
        assert_eq!(
            audio[20..36],
            *b"\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0",
            "8 kHz, 16 bits, one channel"
        );
        assert_eq!(audio.len(), usize::try_from(sound["size"].as_u64().unwrap()).unwrap());
    }
    let mp3 = include_bytes!("../../../sound/tests/files/tone.mp3");
    let kept = send_bytes(&server, "", "audio/mpeg", mp3).await.json();
    assert_eq!((&kept["converted"], &kept["size"]), (&json!(false), &json!(mp3.len())));
    let opus = include_bytes!("../../../sound/tests/files/opus.ogg");
    let problem = send_bytes(&server, "", "audio/ogg", opus).await.problem(422, "unsupported_sound");
    assert!(problem["detail"].as_str().unwrap().contains("Opus"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_is_not_kept() {
    let server = TestServer::start().await;
    let tag = b"ID3\x04\0\0\0\0\0\x05abcde";
    for silent in [&tag[..], &wav()[..44]] {
        send_bytes(&server, "", "audio/mpeg", silent).await.problem(422, "not_sound");
    }
    let page = [&tag[..], b"<html>"].concat();
    send_bytes(&server, "", "audio/mpeg", &page).await.problem(422, "not_sound");
    send_bytes(&server, "", "text/plain", &wav()).await.problem(415, "not_json");
    upload(&server, b"<html>").await.problem(422, "not_sound");
    upload(&server, b"").await.problem(422, "not_sound");
    upload(&server, &[wav(), vec![0; 10 * 1024 * 1024]].concat()).await.problem(413, "too_large");
    let body = json!({"name": "x", "audio": "%%%"});
    server.post_json("/api/v1/sounds", &body).await.problem(400, "bad_field");
    assert_eq!(server.get("/api/v1/sounds").await.json(), json!({"items": []}));
    protocol(&server, &json!("bell.mp3")).await.problem(422, "invalid_protocol");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_it_is_said_and_nobody_is_rung() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let sound = upload(&server, &wav()).await.json();
    assert_eq!(protocol(&server, &sound["id"]).await.status, 201);
    send(server.placing("bell", ORDINARY)).await.problem(409, "no_public_address");
    let documented = server.place_documented("bell", ORDINARY).await;
    assert_eq!(documented.status, 500);
    assert!(documented.text().contains("no public address"), "{}", documented.text());
    assert!(server.sandbox.calls().is_empty());
}
