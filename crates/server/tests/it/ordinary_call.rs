//! A call from the request to its price, as seen live and as seen later in the history.

use benspamsphones_core::lasted;
use serde_json::{Value, json};

use crate::event_stream::Event;
use crate::harness::{ORDINARY, Setup, TestServer, id};

fn priced(event: &Event) -> bool {
    !event.data["call"]["price"].is_null()
}

fn stations(events: &[Event]) -> Vec<&str> {
    events.iter().filter(|event| event.kind() == "status").map(Event::status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_request_to_the_price() {
    // Slow enough that Twilio's answer arrives before the phone rings.
    let server = TestServer::start_with(Setup { speed: 10.0, ..Setup::default() }).await;
    let mut stream = server.watch().await;

    let placed = server.place("protocol1", ORDINARY).await;
    assert_eq!((&placed["status"], &placed["ended"]), (&json!("queued"), &json!(false)), "{placed}");
    assert_eq!((&placed["mode"], &placed["news"]), (&json!("sandbox"), &json!("callbacks")));

    let events = stream.until(priced).await;
    assert!(events.iter().all(|event| event.name == "call" && event.call_id() == id(&placed)));
    assert!(events.is_sorted_by(|a, b| a.id < b.id), "ids grow: {events:?}");
    assert_eq!(
        stations(&events),
        ["requested", "queued", "initiated", "ringing", "in-progress", "completed"]
    );
    let sources: Vec<&str> = events.iter().map(Event::source).collect();
    assert_eq!(sources, ["local", "dial", "callback", "callback", "callback", "callback", "poll"]);

    let call = server.call(id(&placed)).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["ended"], true);
    assert_eq!((&call["from"], &call["to"]), (&json!("+15005550006"), &json!(ORDINARY)));
    assert_eq!(call["price"], json!({"amount": "0.014", "currency": "USD"}));
    assert_eq!(call["failure"], Value::Null);
    let at_twilio = server.sandbox.call(call["sid"].as_str().unwrap()).unwrap();
    assert_eq!(call["duration_s"], at_twilio.duration_s.unwrap());
    assert!(call["answered_at"].as_str() <= call["ended_at"].as_str(), "{call}");
    let summary = format!("Answered; the call took {}.", lasted(at_twilio.duration_s.unwrap()));
    assert_eq!(call["summary"], summary.as_str());
    let told: Vec<i64> = events.iter().map(|event| event.id).collect();
    let kept = call["events"].as_array().unwrap();
    assert_eq!(kept.iter().map(|event| event["id"].as_i64().unwrap()).collect::<Vec<_>>(), told);

    let history = server.calls("").await;
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    assert_eq!(history["items"][0]["id"], call["id"]);
    assert_eq!(history["next_cursor"], Value::Null);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
    assert_eq!(server.callbacks_answered(200), 4, "every callback was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_route_of_old() {
    let server = TestServer::start().await;
    for (number, body) in [
        ("+15005550142", r#"{"protocol": "protocol1", "target_number": "+15005550142"}"#),
        ("(500) 555-0143", r#"{"protocol": "protocol1", "target_number": "(500) 555-0143"}"#),
        ("15005550144", r#"{"protocol": "protocol1", "target_number": 15005550144}"#),
    ] {
        let json = server
            .request(reqwest::Method::POST, "/api/call")
            .header("content-type", "application/json; charset=utf-8")
            .body(body);
        for answer in [server.place_documented("protocol1", number).await, crate::harness::send(json).await] {
            assert_eq!((answer.status, answer.text()), (200, "\"protocol1\"\n"));
            let location = answer.header("location").unwrap();
            let call = server.ended(location.strip_prefix("/api/v1/calls/").unwrap()).await;
            assert_eq!(call["status"], "completed", "{call}");
        }
    }
    for number in ["+15005550142", "+15005550143", "+15005550144"] {
        assert_eq!(server.sandbox.dials_to(number), 2, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_outlives_a_restart() {
    let mut server = TestServer::start().await;
    let placed = server.place("protocol2", ORDINARY).await;
    let before = server.events_until(id(&placed), priced).await;
    let known = server.call(id(&placed)).await;
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.call(id(&placed)).await, known);
    let mut stream = server.watch_after(0).await;
    let after = stream.until(|event| event.id == before.last().unwrap().id).await;
    assert_eq!(stations(&after), stations(&before));
}
