//! Reads, ends and deletes calls, and starts and stops the sandbox.

use std::time::Duration;

use twilio::{CallStatus, CreateCall, EndCall, Instructions};
use twilio_sandbox::{Sandbox, SandboxConfig, TimedOut};

use crate::world::{MINE, ORDINARY, Receiver, call_to, is_over, sequence, statuses, world};

fn endless() -> CreateCall {
    CreateCall::new(
        ORDINARY,
        MINE,
        Instructions::Twiml("<Response><Play loop=\"0\">x</Play></Response>".to_owned()),
    )
}

#[tokio::test]
async fn a_new_call_has_twilios_shape() {
    let world = world().await;
    let (status, call) = world
        .post("/Calls.json", &[("To", "+1 (415) 555-0123"), ("From", MINE), ("Twiml", "<Response/>")])
        .await;
    assert_eq!(status, 201);
    let sid = call["sid"].as_str().expect("a SID");
    let account = world.sandbox.account_sid().as_str();
    for (name, value) in [
        ("status", "queued"),
        ("to", ORDINARY),
        ("to_formatted", "(415) 555-0123"),
        ("direction", "outbound-api"),
        ("account_sid", account),
        ("api_version", "2010-04-01"),
        ("price_unit", "USD"),
    ] {
        assert_eq!(call[name], value, "{name}");
    }
    assert_eq!(call["uri"], format!("/2010-04-01/Accounts/{account}/Calls/{sid}.json"));
    for name in ["duration", "price", "end_time", "start_time", "answered_by", "parent_call_sid"] {
        assert!(call[name].is_null() && call.get(name).is_some(), "{name}");
    }
    twilio::time::parse_rfc2822(call["date_created"].as_str().expect("a date")).expect("RFC 2822");
    assert_eq!(world.settled(sid).await.duration_s, Some(0));
}

#[tokio::test]
async fn a_call_in_progress_is_hung_up() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..endless() };
    let call = world.client.create_call(&wish).await.expect("placed");
    world.reached(call.sid.as_str(), is_over(CallStatus::InProgress)).await;
    assert_eq!(world.client.fetch_call(&call.sid).await.expect("fetched").status, CallStatus::InProgress);

    // "canceled" is for unanswered calls.
    let still = world.client.end_call(&call.sid, EndCall::Cancel).await.expect("answered");
    assert_eq!(still.status, CallStatus::InProgress);

    let ended = world.client.end_call(&call.sid, EndCall::Complete).await.expect("ended");
    assert_eq!(ended.status, CallStatus::Completed);
    let received = receiver.take(4).await;
    assert_eq!(statuses(&received).last(), Some(&"completed"));
    assert_eq!(sequence(&received), ["0", "1", "2", "3"]);

    let error = world.client.end_call(&call.sid, EndCall::Complete).await.expect_err("over");
    assert_eq!(error.code(), Some(21220));
}

#[tokio::test]
async fn a_ringing_call_is_canceled() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall {
        status_callback: receiver.all_events(),
        timeout_s: Some(600),
        ..call_to("+15005550111")
    };
    let call = world.client.create_call(&wish).await.expect("placed");
    world.reached(call.sid.as_str(), is_over(CallStatus::Ringing)).await;
    assert_eq!(
        world.client.end_call(&call.sid, EndCall::Cancel).await.expect("ended").status,
        CallStatus::Canceled
    );
    let received = receiver.take(3).await;
    assert_eq!(statuses(&received), ["initiated", "ringing", "canceled"]);
    assert_eq!((received[2].param("SipResponseCode"), received[2].param("CallDuration")), ("487", "0"));
}

#[tokio::test]
async fn a_change_that_is_none_is_refused() {
    let world = world().await;
    let call = world.client.create_call(&endless()).await.expect("placed");
    let path = format!("/Calls/{}.json", call.sid);
    for form in [&[("Status", "busy")][..], &[], &[("FallbackUrl", "http://127.0.0.1:1/")], &[("To", MINE)]] {
        let (status, body) = world.post(&path, form).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(20001)), "{form:?}");
    }
    let (status, body) = world.post(&path, &[("Url", "no address")]).await;
    assert_eq!((status, body["code"].as_u64()), (400, Some(21205)));
}

const HANGUP: &str = "<Response><Hangup/></Response>";

#[tokio::test]
async fn a_call_in_progress_takes_another_document() {
    let world = world().await;
    for number in [ORDINARY, "+15005550114"] {
        let wish = CreateCall { to: number.to_owned(), ..endless() };
        let call = world.client.create_call(&wish).await.expect("placed");
        let path = format!("/Calls/{}.json", call.sid);
        world.reached(call.sid.as_str(), is_over(CallStatus::InProgress)).await;
        let pause = "<Response><Pause length=\"3600\"/></Response>";
        let (status, body) = world.post(&path, &[("Twiml", pause)]).await;
        assert_eq!((status, body["status"].as_str()), (200, Some("in-progress")), "{body}");
        let record = world.sandbox.call(call.sid.as_str()).expect("it is remembered");
        assert_eq!(record.twiml.as_deref(), Some(pause));

        assert_eq!(world.post(&path, &[("Twiml", HANGUP), ("Method", "GET")]).await.0, 200);
        world.reached(call.sid.as_str(), is_over(CallStatus::Completed)).await;
        let (status, body) = world.post(&path, &[("Twiml", pause)]).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(21220)), "it is over: {body}");
    }
}

#[tokio::test]
async fn another_document_is_fetched_from_its_address() {
    let world = world().await;
    let call = world.client.create_call(&endless()).await.expect("placed");
    let path = format!("/Calls/{}.json", call.sid);
    world.reached(call.sid.as_str(), is_over(CallStatus::InProgress)).await;
    // Nothing listens there: the call gets the error, and the fallback plays.
    let other = [("Url", "http://127.0.0.1:1/twiml"), ("FallbackUrl", "http://127.0.0.1:1/fallback")];
    assert_eq!(world.post(&path, &other).await.0, 200);
    let ended = world.settled(call.sid.as_str()).await;
    assert_eq!(ended.status, CallStatus::Completed);
    let at: Vec<_> = ended.notices.iter().filter_map(|notice| notice.url.as_deref()).collect();
    assert_eq!(at, ["http://127.0.0.1:1/twiml", "http://127.0.0.1:1/fallback"]);
}

#[tokio::test]
async fn only_a_call_in_progress_takes_another_document() {
    let world = world().await;
    let wish = CreateCall { timeout_s: Some(600), ..call_to("+15005550111") };
    let call = world.client.create_call(&wish).await.expect("placed");
    let path = format!("/Calls/{}.json", call.sid);
    world.reached(call.sid.as_str(), is_over(CallStatus::Ringing)).await;
    let (status, body) = world.post(&path, &[("Twiml", HANGUP)]).await;
    assert_eq!((status, body["code"].as_u64()), (400, Some(21220)), "{body}");
}

#[tokio::test]
async fn a_call_under_way_takes_another_limit_and_another_listener() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let listener = receiver.all_events().expect("an address").url.to_string();
    let call = world.client.create_call(&endless()).await.expect("placed");
    let path = format!("/Calls/{}.json", call.sid);
    world.reached(call.sid.as_str(), is_over(CallStatus::InProgress)).await;
    assert_eq!(world.post(&path, &[("TimeLimit", "1"), ("StatusCallback", &listener)]).await.0, 200);
    let ended = world.settled(call.sid.as_str()).await;
    assert_eq!((ended.status, ended.duration_s), (CallStatus::Completed, Some(1)));
    assert_eq!(statuses(&receiver.take(1).await), ["completed"]);
}

#[tokio::test]
async fn a_method_that_a_resource_lacks_is_named() {
    let world = world().await;
    let call = world.client.create_call(&endless()).await.expect("placed");
    let numbers = "/IncomingPhoneNumbers.json";
    for path in [&format!("/Calls/{}.json", call.sid), "/Calls.json", numbers] {
        let put = world.answer(world.http.put(world.url(path)).form(&[("Status", "completed")])).await;
        assert_eq!((put.0, put.1["code"].as_u64()), (405, Some(20004)), "{path}: {}", put.1);
        let options =
            world.http.request(reqwest::Method::OPTIONS, world.url(path)).send().await.expect("answered");
        assert_eq!(options.status(), 204, "{path}");
        let header = |name| options.headers().get(name).map(|value| value.to_str().expect("text"));
        assert_eq!(header("access-control-allow-origin"), Some("*"));
        assert!(
            header("allow").is_some_and(|allow| allow.contains("GET")),
            "{path}: {:?}",
            options.headers()
        );
    }
    assert_eq!(world.answer(world.http.put(world.url("/Nothing.json"))).await.0, 404);
}

#[tokio::test]
async fn a_number_is_fetched_by_its_sid() {
    let world = world().await;
    let (_, list) = world.answer(world.http.get(world.url("/IncomingPhoneNumbers.json"))).await;
    let listed = &list["incoming_phone_numbers"][0];
    let sid = listed["sid"].as_str().expect("a SID");
    let path = format!("/IncomingPhoneNumbers/{sid}.json");
    let (status, number) = world.answer(world.http.get(world.url(&path))).await;
    assert_eq!((status, &number), (200, listed));
    let other = world.url("/IncomingPhoneNumbers/PN00000000000000000000000000000000.json");
    assert_eq!(world.answer(world.http.get(other)).await.0, 404);
}

#[tokio::test]
async fn only_an_ended_call_is_deleted() {
    let world = world().await;
    let running = world.client.create_call(&endless()).await.expect("placed");
    let delete = |sid: &str| world.http.delete(world.url(&format!("/Calls/{sid}.json")));
    assert_eq!(world.answer(delete(running.sid.as_str())).await.0, 409);
    let busy = world.client.create_call(&call_to("+15005550110")).await.expect("placed");
    world.settled(busy.sid.as_str()).await;
    assert_eq!(world.answer(delete(busy.sid.as_str())).await.0, 204);
    assert_eq!(world.answer(delete(busy.sid.as_str())).await.0, 404);
}

#[tokio::test]
async fn the_requests_of_a_call_are_its_events() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..call_to("+15005550110") };
    let call = world.client.create_call(&wish).await.expect("placed");
    receiver.take(2).await;
    let recorded = |sandbox: &Sandbox| sandbox.callbacks().len() == 2;
    world.sandbox.wait_until(recorded, crate::world::PATIENCE).await.expect("recorded");
    let (_, page) = world.get(&format!("/Calls/{}/Events.json?PageSize=1", call.sid)).await;
    let event = &page["events"][0];
    assert_eq!(
        (event["request"]["method"].as_str(), event["response"]["response_code"].as_u64()),
        (Some("POST"), Some(204))
    );
    assert_eq!(event["request"]["parameters"]["CallStatus"], "initiated");
    assert!(page["next_page_uri"].is_string());
}

#[tokio::test]
async fn a_stopped_sandbox_is_gone() {
    let world = world().await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..endless() };
    world.client.create_call(&wish).await.expect("placed");
    receiver.take(3).await;
    let address = world.sandbox.base_url();
    world.sandbox.stop().await;
    let error = world.client.create_call(&call_to(ORDINARY)).await.expect_err("nobody there");
    assert_eq!(error.outcome(), twilio::Outcome::NotCarriedOut, "{error:?}");
    let socket = (address.host_str().expect("a host").to_owned(), address.port().expect("a port"));
    tokio::net::TcpListener::bind(socket).await.expect("free");
    assert!(receiver.is_empty());
}

#[tokio::test]
async fn dropping_a_sandbox_stops_it() {
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), SandboxConfig::default()).await.expect("starts");
    let address = sandbox.base_url().socket_addrs(|| None).expect("an address")[0];
    drop(sandbox);
    let gone = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::world::PATIENCE, gone).await.expect("stops");
}

#[tokio::test]
async fn waiting_in_vain_ends() {
    let world = world().await;
    let waited = Duration::from_millis(20);
    assert_eq!(world.sandbox.wait_until(|_| false, waited).await, Err(TimedOut { waited }));
}

#[tokio::test]
async fn nonsense_does_not_start() {
    let start = async |address: [u8; 4], config| Sandbox::start((address, 0).into(), config).await.is_ok();
    assert!(!start([0, 0, 0, 0], SandboxConfig::default()).await);
    assert!(!start([127, 0, 0, 1], SandboxConfig { speed: 0.0, ..SandboxConfig::default() }).await);
    assert!(!start([127, 0, 0, 1], SandboxConfig { speed: f64::NAN, ..SandboxConfig::default() }).await);
    assert!(
        !start([127, 0, 0, 1], SandboxConfig { account_sid: "AC1".to_owned(), ..SandboxConfig::default() })
            .await
    );
    assert!(start([127, 0, 0, 1], SandboxConfig::default()).await);
}

#[tokio::test]
async fn no_secret_is_in_debug() {
    let world = world().await;
    let token = secrecy::ExposeSecret::expose_secret(world.sandbox.auth_token()).to_owned();
    let config = SandboxConfig { auth_token: token.clone().into(), ..SandboxConfig::default() };
    for text in [format!("{:?}", world.sandbox), format!("{config:?}")] {
        assert!(!text.contains(&token), "{text}");
    }
}
