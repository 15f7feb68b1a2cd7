//! Keys: gathered, sent, and what plays after them.

use axum::http::{Method, Uri, header};
use axum::response::{IntoResponse, Response};
use twilio::{CallStatus, CreateCall, Instructions};
use twilio_sandbox::{CallRecord, Purpose, Verdict};

use crate::world::{MINE, ORDINARY, Receiver, World, world};

const NINE: &str = "+15005550128";
const FIVE: &str = "+15005550129";

fn site(uri: &Uri) -> Response {
    let xml = |text: &'static str| ([(header::CONTENT_TYPE, "text/xml")], text).into_response();
    match uri.path() {
        "/document" => xml("<Response><Gather numDigits=\"1\"><Say>a b c d e</Say></Gather></Response>"),
        // The keys are pressed only once, so this plays to its end.
        "/again" => {
            xml("<Response><Gather action=\"again\" timeout=\"1\"><Pause length=\"7\"/></Gather></Response>")
        }
        _ => xml("<Response><Pause length=\"20\"/></Response>"),
    }
}

async fn played(world: &World, to: &str, twiml: String) -> CallRecord {
    let call = CreateCall::new(to, MINE, Instructions::Twiml(twiml));
    let call = world.client.create_call(&call).await.expect("placed");
    world.settled(call.sid.as_str()).await
}

/// Says five words in two seconds while it waits for keys, then a minute of silence.
fn gather(receiver: &Receiver, attributes: &str) -> String {
    let action = receiver.url("/keys");
    format!(
        "<Response><Gather action=\"{action}\" {attributes}><Say>a b c d e</Say></Gather><Pause length=\"60\"/></Response>"
    )
}

#[tokio::test]
async fn a_pressed_key_is_posted_and_leads_elsewhere() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    for (to, key) in [(NINE, "9"), (FIVE, "5")] {
        let call = played(&world, to, gather(&receiver, "numDigits=\"1\" finishOnKey=\"\"")).await;
        // A second until the key, then the answered TwiML; nothing else.
        assert_eq!((call.status, call.duration_s), (CallStatus::Completed, Some(21)));
        assert!(call.notices.is_empty(), "{:?}", call.notices);
        let request = receiver.next().await;
        assert!(request.is_signed && request.method == Method::POST);
        assert_eq!((request.param("Digits"), request.param("FinishedOnKey")), (key, ""));
        assert_eq!(
            (request.param("CallSid"), request.param("CallStatus")),
            (call.sid.as_str(), "in-progress")
        );
        assert_eq!((request.param("To"), request.param("From")), (to, MINE));
    }
    let records = world.sandbox.callbacks();
    assert!(records.iter().all(|record| record.purpose == Purpose::Gather));
    assert!(records.iter().all(|record| record.verdict == Verdict::Answered { status: 200 }));
}

#[tokio::test]
async fn without_a_key_the_next_verb_follows() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let call = played(&world, ORDINARY, gather(&receiver, "timeout=\"3\"")).await;
    assert_eq!(call.duration_s, Some(65), "two seconds, three of silence, and the minute");
    assert!(receiver.is_empty());
    let call =
        played(&world, ORDINARY, gather(&receiver, "timeout=\"3\" actionOnEmptyResult=\"true\"")).await;
    assert_eq!(call.duration_s, Some(25));
    assert_eq!(receiver.next().await.param("Digits"), "");
}

#[tokio::test]
async fn digits_end_by_their_count_by_a_key_or_by_silence() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let call = played(&world, NINE, gather(&receiver, "timeout=\"3\"")).await;
    assert_eq!((call.duration_s, receiver.next().await.param("Digits")), (Some(24), "9"));
    // The finishing key is no input, and with speech input there are no keys.
    for attributes in ["finishOnKey=\"9\"", "input=\"speech\" timeout=\"1\""] {
        let call = played(&world, NINE, gather(&receiver, attributes)).await;
        assert!(call.duration_s >= Some(60), "{attributes}: {:?}", call.duration_s);
        assert!(receiver.is_empty(), "{attributes}");
    }
}

#[tokio::test]
async fn without_an_action_the_document_itself_is_asked() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let instructions =
        Instructions::Url { url: receiver.url("/document").into(), method: twilio::Method::Get };
    let call = CreateCall::new(NINE, MINE, instructions);
    let call = world.client.create_call(&call).await.expect("placed");
    let call = world.settled(call.sid.as_str()).await;
    let requests = receiver.take(2).await;
    assert_eq!((&requests[0].method, &requests[1].method), (&Method::GET, &Method::POST));
    assert_eq!(requests[1].param("Digits"), "9");
    // A second until the key, then all of it, and its silence.
    assert_eq!(call.duration_s, Some(8));
    assert!(receiver.is_empty());

    let nowhere = "<Response><Gather numDigits=\"1\"/></Response>".to_owned();
    let call = played(&world, NINE, nowhere).await;
    assert_eq!(call.notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [11100]);
}

#[tokio::test]
async fn a_key_is_pressed_once() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let action = receiver.url("/again");
    let twiml = format!(
        "<Response><Gather action=\"{action}\" numDigits=\"1\"><Pause length=\"4\"/></Gather></Response>"
    );
    let call = played(&world, FIVE, twiml).await;
    assert_eq!(call.duration_s, Some(10), "two seconds, then seven, and one of silence");
    assert_eq!(receiver.next().await.param("Digits"), "5");
    assert!(receiver.is_empty());
}

#[tokio::test]
async fn several_keys_are_pressed_one_at_each_gather() {
    let world = world().await;
    let mut receiver = Receiver::answering(&world, site).await;
    let call =
        played(&world, "+15005550132", gather(&receiver, "numDigits=\"1\"").replace("/keys", "/again")).await;
    let requests = receiver.take(2).await;
    assert_eq!((requests[0].param("Digits"), requests[1].param("Digits")), ("5", "1"));
    // A second until 5, three and a half until 1 and one of silence, then seven, and one of silence.
    assert_eq!(call.duration_s, Some(14));
    assert!(receiver.is_empty());
    let call = played(&world, "+15005550131", gather(&receiver, "numDigits=\"1\" timeout=\"3\"")).await;
    assert_eq!(call.duration_s, Some(65));
    let twiml = gather(&receiver, "numDigits=\"1\"");
    let mut call = CreateCall::new("+15005550133", MINE, Instructions::Twiml(twiml));
    call.machine_detection = Some(twilio::MachineDetection::Enable);
    let call = world.client.create_call(&call).await.expect("placed");
    world.settled(call.sid.as_str()).await;
    let pressed = receiver.next().await;
    assert_eq!((pressed.param("Digits"), pressed.param("AnsweredBy")), ("1", "machine_start"));
}
