//! The requests that the client sends.

use axum::http::Method;
use secrecy::SecretString;
use twilio::{
    Auth, CallEvent, CallStatus, Client, ClientConfig, CreateCall, Credentials, EndCall, Instructions,
    MachineDetection, StatusCallback,
};

use crate::fake_twilio::{
    ACCOUNT, CALL, CALLS, FakeTwilio, Reply, TOKEN, call_json, call_sid, client, credentials, wish,
};

/// `printf AC00000000000000000000000000000001:a-token-nobody-may-see | base64`
const TOKEN_BASIC: &str =
    "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTphLXRva2VuLW5vYm9keS1tYXktc2Vl";
/// `printf SK1:key-secret | base64`
const KEY_BASIC: &str = "Basic U0sxOmtleS1zZWNyZXQ=";

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_call_with_everything_sends_every_field_and_repeats_the_events() {
    let fake = FakeTwilio::start([Reply::Json(201, call_json(1, "queued"))]).await;
    let wish = CreateCall {
        instructions: Instructions::Url {
            url: "https://example.com/twiml?a=b&c=d".parse().expect("a URL"),
            method: twilio::Method::Get,
        },
        status_callback: Some(StatusCallback {
            url: "https://example.com/api/news".parse().expect("a URL"),
            events: CallEvent::ALL.to_vec(),
        }),
        timeout_s: Some(30),
        time_limit_s: Some(90),
        send_digits: Some("ww12#".into()),
        record: true,
        machine_detection: Some(MachineDetection::DetectMessageEnd),
        ..wish()
    };

    let call = fake.client().create_call(&wish).await.expect("created");

    assert_eq!((call.sid, call.status), (call_sid(), CallStatus::Queued));
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!((request.method.clone(), request.uri.to_string()), (Method::POST, CALLS.to_owned()));
    assert_eq!(request.authorization, TOKEN_BASIC);
    assert_eq!(request.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        request.fields(),
        owned(&[
            ("To", "+15005550010"),
            ("From", "+15005550006"),
            ("Url", "https://example.com/twiml?a=b&c=d"),
            ("Method", "GET"),
            ("StatusCallback", "https://example.com/api/news"),
            ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "ringing"),
            ("StatusCallbackEvent", "answered"),
            ("StatusCallbackEvent", "completed"),
            ("StatusCallbackMethod", "POST"),
            ("Timeout", "30"),
            ("TimeLimit", "90"),
            ("SendDigits", "ww12#"),
            ("Record", "true"),
            ("MachineDetection", "DetectMessageEnd"),
        ])
    );
}

#[tokio::test]
async fn a_plain_call_sends_only_what_it_needs() {
    let fake = FakeTwilio::start([Reply::Json(201, call_json(1, "queued"))]).await;
    let twiml = "<Response><Say>Grüße & 1+1=2</Say></Response>";
    let wish = CreateCall { instructions: Instructions::Twiml(twiml.into()), ..wish() };
    fake.client().create_call(&wish).await.expect("created");
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!(
        request.fields(),
        owned(&[("To", "+15005550010"), ("From", "+15005550006"), ("Twiml", twiml)])
    );
}

#[tokio::test]
async fn an_api_key_signs_in_for_the_account() {
    let fake = FakeTwilio::start([Reply::Json(200, call_json(1, "ringing"))]).await;
    let auth = Auth::ApiKey { sid: "SK1".into(), secret: SecretString::from("key-secret") };
    let config = ClientConfig::new(fake.url.clone(), Credentials { auth, ..credentials() });
    let call = Client::new(config).expect("a client").fetch_call(&call_sid()).await.expect("found");
    assert_eq!(call.status, CallStatus::Ringing);
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!(request.authorization, KEY_BASIC);
    assert_eq!(
        (request.method, request.uri.to_string()),
        (Method::GET, format!("/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"))
    );
}

#[tokio::test]
async fn a_call_is_canceled_or_completed() {
    let fake = FakeTwilio::start([
        Reply::Json(200, call_json(1, "canceled")),
        Reply::Json(200, call_json(1, "completed")),
    ])
    .await;
    let client = fake.client();
    client.end_call(&call_sid(), EndCall::Cancel).await.expect("canceled");
    client.end_call(&call_sid(), EndCall::Complete).await.expect("completed");
    let sent: Vec<_> = fake.requests().into_iter().map(|request| (request.method, request.body)).collect();
    assert_eq!(
        sent,
        [(Method::POST, "Status=canceled".to_owned()), (Method::POST, "Status=completed".to_owned())]
    );
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let fake = FakeTwilio::start([Reply::Json(201, call_json(1, "queued"))]).await;
    let base = fake.url.join("/some/where/").expect("a URL");
    client(base).create_call(&wish()).await.expect("created");
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!(request.uri.to_string(), format!("/some/where{CALLS}"));
}

#[test]
fn a_base_url_that_can_not_be_one_is_refused() {
    for bad in [
        "ftp://example.com",
        "data:text/plain,x",
        "http://user@127.0.0.1",
        "http://:pass@127.0.0.1",
        "http://127.0.0.1/?a",
        "http://127.0.0.1/#a",
    ] {
        let config = ClientConfig::new(bad.parse().expect("a URL"), credentials());
        assert!(Client::new(config).is_err(), "{bad} was taken");
    }
}

#[test]
fn debug_texts_hold_no_secret_and_no_whole_number() {
    let config = ClientConfig::new("http://127.0.0.1".parse().expect("a URL"), credentials());
    let wish = CreateCall {
        send_digits: Some("4711".into()),
        instructions: Instructions::Twiml("<Say>secret</Say>".into()),
        ..wish()
    };
    let text = format!("{config:?} {:?} {wish:?}", Client::new(config.clone()).expect("a client"));
    for hidden in [TOKEN, "5005550010", "5005550006", "4711", "secret</Say>"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(text.contains("…10"), "{text}");
}

/// Every response has Twilio's time, whatever its status.
#[tokio::test]
async fn every_answer_tells_what_time_it_is_there() {
    let dated = |status, date: &str, body: &[u8]| Reply::Raw(status, "date", date.to_owned(), body.to_vec());
    let call = call_json(1, "queued").to_string();
    let fake = FakeTwilio::start([
        dated(201, "Sun, 25 Mar 2018 09:53:19 GMT", call.as_bytes()),
        dated(404, "Sun, 25 Mar 2018 09:53:21 GMT", b"{}"),
        dated(200, "yesterday", call.as_bytes()),
    ])
    .await;
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let client = fake.client().telling_time({
        let heard = heard.clone();
        move |told| heard.lock().expect("no test panicked in here").push(told.to_string())
    });
    assert!(client.create_call(&wish()).await.is_ok());
    assert!(client.fetch_call(&call_sid()).await.is_err());
    assert!(client.fetch_call(&call_sid()).await.is_ok());
    let heard = heard.lock().expect("no test panicked in here").clone();
    assert_eq!(heard, ["2018-03-25T09:53:19Z", "2018-03-25T09:53:21Z"]);
    fake.requests();
}
