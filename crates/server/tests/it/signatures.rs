//! Callbacks are only trusted for their signature.

use benspamsphones_server::config::PublicAddress;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use twilio::signature::sign;

use crate::answer::Answer;
use crate::harness::{Setup, TestServer, id, send};
use crate::openapi;

const HEADER: &str = "x-twilio-signature";
/// Rings for six seconds at the speed of these tests.
const RINGS: &str = "+15005550111";

struct Ringing {
    server: TestServer,
    call: Value,
    url: String,
}

impl Ringing {
    async fn start() -> Self {
        let server = TestServer::start_with(Setup { speed: 10.0, ..Setup::default() }).await;
        let placed = server.place("protocol1", RINGS).await;
        let call = server.reached(id(&placed), "ringing").await;
        let url = server.sandbox.callbacks()[0].url.clone();
        Self { server, call, url }
    }

    fn channel(&self) -> &str {
        self.url.rsplit('/').next().unwrap()
    }

    fn ending(&self) -> Vec<(&str, &str)> {
        vec![
            ("CallSid", self.call["sid"].as_str().unwrap()),
            ("CallStatus", "completed"),
            ("CallDuration", "7"),
        ]
    }

    fn signed(&self, url: &str, form: &[(&str, &str)]) -> String {
        sign(self.server.sandbox.auth_token(), url, form)
    }

    async fn send(&self, channel: &str, form: &[(&str, &str)], signature: Option<&str>) -> Answer {
        let path = format!("/api/twilio_update/{channel}");
        let mut request = self.server.at_webhook(Method::POST, &path).form(form);
        if let Some(signature) = signature {
            request = request.header(HEADER, signature);
        }
        send(request).await
    }

    async fn unchanged(&self, answer: Answer) {
        assert_eq!(answer.status, 403, "{answer:?}");
        let sentence = "{\"message\": \"This request is not signed by Twilio for this address\"}\n";
        assert_eq!(answer.text(), sentence);
        assert_eq!(self.server.call(id(&self.call)).await, self.call);
    }
}

/// Twilio's timestamps are only accepted within the possible range.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_happens_before_it_was_asked_for_nor_later_than_now() {
    for told in ["Sun, 25 Oct 2020 09:53:19 +0000", "Fri, 01 Jan 2100 00:00:00 +0000"] {
        let ringing = Ringing::start().await;
        for status in ["in-progress", "completed"] {
            let mut form = ringing.ending();
            form[1].1 = status;
            form.push(("Timestamp", told));
            let signature = ringing.signed(&ringing.url, &form);
            assert!(ringing.send(ringing.channel(), &form, Some(&signature)).await.status < 300);
        }
        let call = ringing.server.call(id(&ringing.call)).await;
        let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
        let asked = time(&call["requested_at"]);
        for moment in [&call["answered_at"], &call["ended_at"]] {
            assert!(time(moment) >= asked && time(moment) <= Timestamp::now(), "{told}: {call}");
        }
        for event in call["events"].as_array().unwrap() {
            assert!(time(&event["at"]) >= asked && time(&event["at"]) <= Timestamp::now(), "{told}: {event}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_twilios_own_is_taken() {
    let ringing = Ringing::start().await;
    let (channel, form) = (ringing.channel(), ringing.ending());
    let right = ringing.signed(&ringing.url, &form);

    ringing.unchanged(ringing.send(channel, &form, None).await).await;
    for forged in ["", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", &right.to_lowercase()] {
        ringing.unchanged(ringing.send(channel, &form, Some(forged)).await).await;
    }
    let other_token = sign(&SecretString::from("another token"), &ringing.url, &form);
    ringing.unchanged(ringing.send(channel, &form, Some(&other_token)).await).await;
    let other_host = ringing.signed(&format!("https://evil.example/api/twilio_update/{channel}"), &form);
    ringing.unchanged(ringing.send(channel, &form, Some(&other_host)).await).await;

    for other in ["private-call-00000000000000000000000000000000", "x", "%70rivate", "%FF", "a%2Fb"] {
        ringing.unchanged(ringing.send(other, &form, Some(&right)).await).await;
    }
    let mut tampered = form.clone();
    tampered[2].1 = "70";
    ringing.unchanged(ringing.send(channel, &tampered, Some(&right)).await).await;
    ringing.unchanged(ringing.send(channel, &form[..2], Some(&right)).await).await;
    tampered = form.clone();
    tampered.push(("CallStatus", "busy"));
    ringing.unchanged(ringing.send(channel, &tampered, Some(&right)).await).await;

    // The body as JSON, and the address with a query: neither was signed.
    let path = format!("/api/twilio_update/{channel}");
    let body = json!({"CallStatus": "completed"});
    let request = ringing.server.at_webhook(Method::POST, &path).json(&body).header(HEADER, &right);
    ringing.unchanged(send(request).await).await;
    let request = ringing.server.at_webhook(Method::POST, &format!("{path}?a=b")).form(&form);
    let with_query = ringing.signed(&format!("{}?a=b", ringing.url), &form);
    ringing.unchanged(send(request.header(HEADER, with_query)).await).await;

    // The user's password isn't a signature, and forwarding headers don't change the signed address.
    let request = ringing.server.request(Method::POST, &path).form(&form);
    let forwarded = ringing.signed(&format!("https://evil.example{path}"), &form);
    let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https");
    ringing.unchanged(send(request.header(HEADER, forwarded)).await).await;

    let answer = ringing.send(channel, &form, Some(&right)).await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, "{\"success\": true, \"call_status\": \"completed\"}\n")
    );
    let call = ringing.server.call(id(&ringing.call)).await;
    assert_eq!(
        (&call["status"], &call["duration_s"]),
        (&json!("completed"), &json!(7)),
        "the right one is taken"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_listeners_take_it() {
    let ringing = Ringing::start().await;
    let form = ringing.ending();
    let signature = ringing.signed(&ringing.url, &form);
    let path = format!("/api/twilio_update/{}", ringing.channel());
    let request = ringing.server.anonymous(Method::POST, &path).form(&form).header(HEADER, signature);
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_and_without_a_status() {
    let ringing = Ringing::start().await;
    let form = [("CallSid", ringing.call["sid"].as_str().unwrap())];
    let answer = ringing.send(ringing.channel(), &form, Some(&ringing.signed(&ringing.url, &form))).await;
    let words = "{\"message\": {\"CallStatus\": \"Call status not specified\"}}\n";
    assert_eq!((answer.status, answer.text()), (400, words));
    let form = [("CallStatus", "exploded")];
    let answer = ringing.send(ringing.channel(), &form, Some(&ringing.signed(&ringing.url, &form))).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(ringing.server.call(id(&ringing.call)).await, ringing.call);
}

/// A callback for one call, signed for its channel, that names another call: it applies to neither.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_belongs_to_its_call() {
    let ringing = Ringing::start().await;
    let form = [("CallSid", "CA00000000000000000000000000000001"), ("CallStatus", "completed")];
    let answer = ringing.send(ringing.channel(), &form, Some(&ringing.signed(&ringing.url, &form))).await;
    assert_eq!(answer.status, 200, "it is Twilio's: {answer:?}");
    assert_eq!(ringing.server.call(id(&ringing.call)).await, ringing.call);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_nothing_is_believed() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let form = [("CallStatus", "completed")];
    for url in [server.webhook(), server.lan()] {
        let url = url.join("/api/twilio_update/private-call-1").unwrap();
        let signature = sign(server.sandbox.auth_token(), url.as_str(), &form);
        let request = TestServer::client().post(url).form(&form).header(HEADER, signature);
        assert_eq!(send(request).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_of_the_internet_has_no_other_route() {
    let server = TestServer::start().await;
    let mut paths = openapi::operations().into_iter().map(|(_, path)| path).collect::<Vec<_>>();
    paths.dedup();
    paths.extend(
        ["/", "/healthz", "/api/docs/", "/api/openapi.json", "/page.css", "/api/twilio_update/"]
            .map(String::from),
    );
    for path in paths {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS]
        {
            let answer = send(server.at_webhook(method.clone(), &path).basic_auth("ben", Some("x"))).await;
            assert_eq!((answer.status, answer.text()), (404, ""), "{method} {path}");
        }
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let answer = send(server.at_webhook(method.clone(), "/api/twilio_update/private-call-1")).await;
        assert_eq!((answer.status, answer.text()), (405, ""), "{method}");
    }
}
