//! Status callbacks: their content and timing.

use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use tokio::net::{TcpListener, TcpSocket};
use twilio::{CallEvent, CallStatus, CreateCall, StatusCallback};
use twilio_sandbox::Verdict;
use url::Url;

use crate::world::{MINE, ORDINARY, Receiver, TWIML, call_to, statuses, world};

#[tokio::test]
async fn only_what_was_asked_for_is_told() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let events = vec![CallEvent::Answered, CallEvent::Completed];
    let status_callback = Some(StatusCallback { url: receiver.url("/status").into(), events });
    let call =
        world.client.create_call(&CreateCall { status_callback, ..call_to(ORDINARY) }).await.expect("placed");
    let received = receiver.take(2).await;
    world.settled(call.sid.as_str()).await;
    assert!(receiver.is_empty());
    assert_eq!(statuses(&received), ["in-progress", "completed"]);
    assert_eq!(received[0].param("SequenceNumber"), "0");
}

#[tokio::test]
async fn without_events_the_ending_alone_is_told() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let url = receiver.url("/status");
    let form = [("To", ORDINARY), ("From", MINE), ("Twiml", TWIML), ("StatusCallback", url.as_str())];
    assert_eq!(world.post("/Calls.json", &form).await.0, 201);
    assert_eq!(receiver.next().await.param("CallStatus"), "completed");
    world.only_call_settled().await;
    assert!(receiver.is_empty());
}

#[tokio::test]
async fn every_field_is_there() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), record: true, ..call_to(ORDINARY) };
    let call = world.client.create_call(&wish).await.expect("placed");
    let ending = receiver.take(4).await.remove(3);
    let expected = [
        ("CallSid", call.sid.as_str()),
        ("AccountSid", world.sandbox.account_sid().as_str()),
        ("From", MINE),
        ("Caller", MINE),
        ("To", ORDINARY),
        ("Called", ORDINARY),
        ("ApiVersion", "2010-04-01"),
        ("Direction", "outbound-api"),
        ("CallbackSource", "call-progress-events"),
        ("ToCountry", "US"),
        ("CalledCountry", "US"),
    ];
    for (name, value) in expected {
        assert_eq!(ending.param(name), value, "{name}");
    }
    for party in ["To", "From", "Called", "Caller"] {
        for part in ["City", "State", "Zip", "Country"] {
            assert!(ending.params.contains_key(&format!("{party}{part}")), "{party}{part}");
        }
    }
    let at = twilio::time::parse_rfc2822(ending.param("Timestamp")).expect("RFC 2822");
    assert!(at >= call.date_created.expect("a date"));
    assert!(ending.param("RecordingUrl").contains("/Recordings/RE"));
}

#[tokio::test]
async fn get_carries_everything_in_its_address() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let url = receiver.url("/status?channel=1");
    let form = [
        ("To", "+15005550110"),
        ("From", MINE),
        ("Twiml", TWIML),
        ("StatusCallback", url.as_str()),
        ("StatusCallbackMethod", "GET"),
    ];
    assert_eq!(world.post("/Calls.json", &form).await.0, 201);
    let received = receiver.next().await;
    assert_eq!(
        (&received.method, received.param("CallStatus"), received.param("channel")),
        (&Method::GET, "busy", "1")
    );
    assert!(received.is_signed);
}

#[tokio::test]
async fn a_refused_connection_is_tried_once_more() {
    let world = world().await;
    // Bound but not listening for the whole test: another process could take a free port.
    let deaf = TcpSocket::new_v4().expect("a socket");
    deaf.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let url =
        Url::parse(&format!("http://{}/status", deaf.local_addr().expect("an address"))).expect("a URL");
    let status_callback = Some(StatusCallback { url: url.into(), events: vec![CallEvent::Completed] });
    world
        .client
        .create_call(&CreateCall { status_callback, ..call_to("+15005550110") })
        .await
        .expect("placed");
    world.only_call_settled().await;
    let attempts: Vec<_> =
        world.sandbox.callbacks().iter().map(|record| (record.attempt, record.verdict)).collect();
    assert_eq!(attempts, [(1, Verdict::Unreachable), (2, Verdict::Unreachable)]);
}

#[tokio::test]
async fn an_answer_of_500_is_not_tried_again() {
    let world = world().await;
    let mut receiver =
        Receiver::answering(&world, |_| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..call_to(ORDINARY) };
    world.client.create_call(&wish).await.expect("placed");
    receiver.take(4).await;
    world.only_call_settled().await;
    assert!(receiver.is_empty());
    assert!(
        world.sandbox.callbacks().iter().all(|record| record.verdict == Verdict::Answered { status: 500 })
    );
}

#[tokio::test]
async fn an_address_elsewhere_is_never_contacted() {
    let world = world().await;
    // 0.0.0.0 reaches this machine on Linux, so a request there would be noticed; names in .invalid never resolve.
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    let elsewhere = [format!("http://0.0.0.0:{port}/status"), "https://example.invalid/status".to_owned()];
    for (count, url) in elsewhere.iter().enumerate() {
        let url = Url::parse(url).expect("a URL");
        let status_callback = Some(StatusCallback { url: url.into(), events: CallEvent::ALL.to_vec() });
        let call = world
            .client
            .create_call(&CreateCall { status_callback, ..call_to(ORDINARY) })
            .await
            .expect("placed");
        assert_eq!(world.settled(call.sid.as_str()).await.status, CallStatus::Completed);
        assert_eq!(world.sandbox.callbacks().len(), 4 * (count + 1));
    }
    assert!(world.sandbox.callbacks().iter().all(|record| record.verdict == Verdict::NotSent));
    let knock = tokio::select! {
        biased;
        knock = listener.accept() => Some(knock.expect("accepts")),
        () = std::future::ready(()) => None,
    };
    assert!(knock.is_none(), "somebody knocked");
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let port = receiver.base.port().expect("a port");
    let url = Url::parse(&format!("http://localhost:{port}/status")).expect("a URL");
    let status_callback = Some(StatusCallback { url: url.into(), events: vec![CallEvent::Completed] });
    world
        .client
        .create_call(&CreateCall { status_callback, ..call_to("+15005550110") })
        .await
        .expect("placed");
    assert_eq!(receiver.next().await.param("CallStatus"), "busy");
}

#[tokio::test]
async fn a_wrong_event_silences_them_all_and_is_told() {
    let world = world().await;
    let receiver = Receiver::start(&world).await;
    let url = receiver.url("/status");
    let form = [
        ("To", ORDINARY),
        ("From", MINE),
        ("Twiml", TWIML),
        ("StatusCallback", url.as_str()),
        ("StatusCallbackEvent", "initiated ringing answered completed"),
    ];
    let (status, call) = world.post("/Calls.json", &form).await;
    assert_eq!(status, 201);
    let sid = call["sid"].as_str().expect("a SID");
    world.settled(sid).await;
    assert!(receiver.is_empty() && world.sandbox.callbacks().is_empty());
    let (_, page) = world.get(&format!("/Calls/{sid}/Notifications.json")).await;
    assert_eq!(
        (page["notifications"][0]["error_code"].as_str(), page["notifications"][0]["log"].as_str()),
        (Some("21626"), Some("1"))
    );
}

#[tokio::test]
async fn the_address_is_signed_as_it_was_given() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    // Libraries would normalize this to the same URL, but the text differs.
    let url = format!("HTTP://127.0.0.1:{}/a/../status", receiver.base.port().expect("a port"));
    let form = [("To", "+15005550110"), ("From", MINE), ("Twiml", TWIML), ("StatusCallback", url.as_str())];
    assert_eq!(world.post("/Calls.json", &form).await.0, 201);
    let received = receiver.next().await;
    assert!(received.url.ends_with("/status") && !received.is_signed);
    let params: Vec<_> = received.params.iter().collect();
    assert_eq!(twilio::signature::sign(world.sandbox.auth_token(), &url, &params), received.signature);
}
