//! What a call plays: fetched, followed, or with errors.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpSocket;
use twilio::{CallStatus, CreateCall, Instructions};
use twilio_sandbox::{CallRecord, Purpose, Verdict};
use url::Url;

use crate::world::{MINE, ORDINARY, Receiver, TWIML, World, world};

fn site(uri: &Uri) -> Response {
    let xml =
        |text: &'static str| ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response();
    match uri.path() {
        "/good" => xml("<Response><Say>a b c d e</Say></Response>"),
        "/chain" => xml(
            "<Response><Pause/><Redirect method=\"GET\">/good?from=chain</Redirect><Pause length=\"60\"/></Response>",
        ),
        "/loop" => xml("<Response><Redirect>loop</Redirect></Response>"),
        "/unknown" => xml("<Response><Shout/><Pause/></Response>"),
        "/broken" => xml("<Response><Say>"),
        "/moved" => (StatusCode::FOUND, [(header::LOCATION, "/good")]).into_response(),
        "/away" => (StatusCode::FOUND, [(header::LOCATION, "http://example.invalid/x")]).into_response(),
        "/json" => ([(header::CONTENT_TYPE, "application/json")], "{}").into_response(),
        "/plain" => ([(header::CONTENT_TYPE, "text/plain")], "a b c d e f g h i j").into_response(),
        "/audio" => ([(header::CONTENT_TYPE, "audio/mpeg")], "…").into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn played(world: &World, url: Url) -> CallRecord {
    let instructions = Instructions::Url { url: url.into(), method: twilio::Method::Post };
    let call =
        world.client.create_call(&CreateCall::new(ORDINARY, MINE, instructions)).await.expect("placed");
    world.settled(call.sid.as_str()).await
}

fn codes(call: &CallRecord) -> Vec<u32> {
    call.notices.iter().map(|notice| notice.code).collect()
}

#[tokio::test]
async fn documents_are_fetched_and_followed() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    for (path, seconds) in [("/good", 2), ("/chain", 3), ("/moved", 2), ("/plain", 4), ("/audio", 10)] {
        let call = played(&world, receiver.url(path)).await;
        assert_eq!((call.status, codes(&call)), (CallStatus::Completed, vec![]), "{path}");
        assert_eq!(call.duration_s, Some(seconds), "{path}");
    }
    let requests = receiver.take(7).await;
    assert!(requests.iter().all(|request| request.is_signed && request.param("CallStatus") == "in-progress"));
    assert_eq!((&requests[0].method, &requests[2].method), (&Method::POST, &Method::GET));
    assert!(requests[2].url.contains("/good?from=chain&CallSid=CA"));
}

#[tokio::test]
async fn faults_are_told_and_end_the_call_completed() {
    let world = world().await;
    let receiver = Receiver::answering(&world, site).await;
    for (path, expected) in
        [("/missing", 11200), ("/broken", 12100), ("/json", 12300), ("/loop", 11205), ("/unknown", 12200)]
    {
        let call = played(&world, receiver.url(path)).await;
        assert_eq!((call.status, codes(&call)), (CallStatus::Completed, vec![expected]), "{path}");
        assert_eq!(call.notices[0].is_warning, expected == 12200);
        let (_, page) = world.get(&format!("/Calls/{}/Notifications.json", call.sid)).await;
        assert_eq!(page["notifications"][0]["error_code"], expected.to_string());
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_11200() {
    let world = world().await;
    // Bound but not listening for the whole test: another process could take a free port.
    let deaf = TcpSocket::new_v4().expect("a socket");
    deaf.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let nobody = deaf.local_addr().expect("an address");
    let call = played(&world, Url::parse(&format!("http://{nobody}/twiml")).expect("a URL")).await;
    assert_eq!(codes(&call), [11200]);
    assert_eq!(call.notices[0].url.as_deref(), Some(format!("http://{nobody}/twiml").as_str()));
}

#[tokio::test]
async fn a_fallback_hears_of_the_fault() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let (url, fallback) = (receiver.url("/missing"), receiver.url("/good"));
    let form = [("To", ORDINARY), ("From", MINE), ("Url", url.as_str()), ("FallbackUrl", fallback.as_str())];
    let (_, call) = world.post("/Calls.json", &form).await;
    let requests = receiver.take(2).await;
    assert_eq!((requests[1].param("ErrorCode"), requests[1].param("ErrorUrl")), ("11200", url.as_str()));
    assert_eq!(codes(&world.settled(call["sid"].as_str().expect("a SID")).await), [11200]);
}

#[tokio::test]
async fn an_address_elsewhere_counts_as_played() {
    let world = world().await;
    let receiver = Receiver::answering(&world, site).await;
    for url in [Url::parse("https://example.invalid/voice.xml").expect("a URL"), receiver.url("/away")] {
        let call = played(&world, url).await;
        assert_eq!((call.status, codes(&call)), (CallStatus::Completed, vec![]));
        let requests = world.sandbox.callbacks();
        let last = requests.last().expect("a request");
        assert_eq!((last.purpose, last.verdict), (Purpose::Twiml, Verdict::NotSent));
    }
}

#[tokio::test]
async fn an_application_counts_as_played() {
    let world = world().await;
    let form = [("To", ORDINARY), ("From", MINE), ("ApplicationSid", "AP00000000000000000000000000000001")];
    let (status, call) = world.post("/Calls.json", &form).await;
    assert_eq!(status, 201);
    let call = world.settled(call["sid"].as_str().expect("a SID")).await;
    assert_eq!((call.status, codes(&call)), (CallStatus::Completed, vec![]));
}

#[tokio::test]
async fn inline_twiml_that_is_none_is_12100() {
    let world = world().await;
    for (twiml, expected) in [("hello", 12100), ("<Response><Redirect>next</Redirect></Response>", 11100)] {
        let (_, call) =
            world.post("/Calls.json", &[("To", ORDINARY), ("From", MINE), ("Twiml", twiml)]).await;
        assert_eq!(codes(&world.settled(call["sid"].as_str().expect("a SID")).await), [expected]);
    }
}

#[tokio::test]
async fn url_wins_over_twiml() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let url = receiver.url("/good");
    let form = [("To", ORDINARY), ("From", MINE), ("Url", url.as_str()), ("Method", "GET"), ("Twiml", TWIML)];
    assert_eq!(world.post("/Calls.json", &form).await.0, 201);
    assert_eq!(receiver.next().await.method, Method::GET);
}
