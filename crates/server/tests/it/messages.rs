//! A message that comes with one call: accepted by every route, spoken unchanged, and stored only with the call.

use benspamsphones_server::backup_files::support_bundle;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{ORDINARY, TestServer, id, send};

const FLOOD: &str = "The <cellar> is flooded & dark,\r\n\tas {name} said: \u{1f6a8} ]]>";

async fn server() -> TestServer {
    let server = TestServer::start().await;
    for (id, say) in [
        ("alert", json!({"text": "Hello {name}. {message}", "repeat": 2})),
        ("alarm", json!({"text": "{message}", "message": "Alarm", "voice": "Polly.Amy"})),
    ] {
        let protocol = json!({"id": id, "phone_number": "+15005550006", "say": say});
        let added = server.post_json("/api/v1/protocols", &protocol).await;
        assert_eq!(added.status, 201, "{}", added.text());
    }
    server
}

async fn place(server: &TestServer, protocol: &str, message: &Value) -> Answer {
    server
        .post_json("/api/v1/calls", &json!({"protocol": protocol, "to": ORDINARY, "message": message}))
        .await
}

/// The first text of the latest call.
fn said(server: &TestServer) -> String {
    let twiml = server.sandbox.calls().pop().unwrap().twiml.unwrap();
    let say = twiml.split("<Say").nth(1).unwrap().split("</Say>").next().unwrap();
    let text = say.split_once('>').unwrap().1;
    assert!(!text.contains(['<', '>', '\r']), "{twiml}");
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#13;", "\r"), ("&amp;", "&")];
    marks.iter().fold(text.to_owned(), |text, (mark, sign)| text.replace(mark, sign))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_said_kept_found_and_exported() {
    let mut server = server().await;
    let person = json!({"name": "Ada <Lovelace>", "numbers": [{"number": ORDINARY}]});
    assert_eq!(server.post_json("/api/v1/people", &person).await.status, 201);
    let placed = place(&server, "alert", &json!(FLOOD)).await.json();
    assert_eq!(said(&server), format!("Hello Ada <Lovelace>. {FLOOD}"));
    assert!(server.sandbox.calls()[0].twiml.as_ref().unwrap().contains("loop=\"2\""));
    let ended = server.ended(id(&placed)).await;
    assert_eq!((&ended["status"], &ended["message"]), (&json!("completed"), &json!(FLOOD)));
    let other = server.place("protocol1", ORDINARY).await;
    assert_eq!(server.ended(id(&other)).await["message"], Value::Null);

    server.stop().await;
    server.start_again().await;
    assert_eq!(server.call(id(&placed)).await["message"], FLOOD);
    let found = server.calls("?q=FLOODED").await;
    assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["id"]), (1, &placed["id"]));
    let exported = server.get("/api/v1/calls/export?format=json").await.json();
    assert_eq!((&exported[1]["message"], &exported[0]["message"]), (&json!(FLOOD), &Value::Null));
    let log = format!("said: {FLOOD} twice");
    let report = support_bundle::make(server.dir.path(), &[log]).to_string();
    assert!(!report.contains("cellar"), "{report}");
    let lines = server.get("/api/v1/calls/export").await;
    let lines = lines.text();
    assert!(lines.lines().next().unwrap().contains(",message,"), "{lines}");
    assert!(lines.contains("\"The <cellar> is flooded & dark,\r\n\tas {name}"), "{lines}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_accepts_a_message() {
    let server = server().await;
    let both = [("protocol", "alarm"), ("target_number", ORDINARY)];
    let with = |message| [both[0], both[1], ("message", message)];
    let request = || server.request(Method::POST, "/api/call");
    let part = |(name, value): (&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = with("by multipart\nin two lines").map(part).concat() + "--x--\r\n";
    let multipart = request().header("content-type", "multipart/form-data; boundary=x").body(parts);
    let json = json!({"protocol": "alarm", "target_number": ORDINARY, "message": "by JSON"});
    for (asked, heard) in [
        (request().form(&with("by form\r\n2")), "by form\r\n2"),
        (request().query(&with("by query")), "by query"),
        (request().json(&json), "by JSON"),
        (multipart, "by multipart\nin two lines"),
        (request().form(&both), "Alarm"),
        (request().form(&with("")), "Alarm"),
    ] {
        let answer = send(asked).await;
        assert_eq!((answer.status, said(&server).as_str()), (200, heard), "{}", answer.text());
    }
    let before = server.sandbox.calls().len();
    for (protocol, message, words) in [
        ("alert", "", "There is no message"),
        ("alert", "a\u{7}b", "control characters"),
        ("alert", &*"<".repeat(900), "too long by"),
        ("protocol3", "Hi", "takes no message"),
        ("protocol1", "Hi", "takes no message"),
    ] {
        let form = [("protocol", protocol), ("target_number", ORDINARY), ("message", message)];
        let answer = send(request().form(&form)).await;
        let field = answer.json()["message"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == 400 && field.contains(words), "{}", answer.text());
    }
    assert_eq!(server.sandbox.calls().len(), before, "nobody was rung");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cant_be_said_places_no_call() {
    let server = server().await;
    place(&server, "alert", &Value::Null).await.problem(422, "message_missing");
    place(&server, "alert", &json!(" \n")).await.problem(422, "message_missing");
    place(&server, "protocol2", &json!("Hi")).await.problem(422, "message_not_taken");
    place(&server, "alert", &json!("a\u{0}")).await.problem(422, "bad_message");
    place(&server, "alert", &json!("x".repeat(4_000))).await.problem(422, "long_message");
    let protocol = server.get("/api/v1/protocols/alert").await.json();
    let room = usize::try_from(protocol["takes_message"]["room"].as_u64().unwrap()).unwrap();
    place(&server, "alert", &json!("&".repeat(room / 5 + 1))).await.problem(422, "long_message");
    assert_eq!(server.sandbox.calls().len(), 0);
    assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 0);
    assert_eq!(place(&server, "alert", &json!("&".repeat(room / 5))).await.status, 201);
}

/// A client can send back a protocol as it read it; that adds nothing to the file.
#[tokio::test(flavor = "multi_thread")]
async fn takes_message_is_not_saved_with_the_protocol() {
    let server = server().await;
    let read = server.get("/api/v1/protocols/alarm").await.json();
    assert_eq!(read["takes_message"]["default"], "Alarm");
    assert_eq!(server.get("/api/v1/protocols/protocol3").await.json()["takes_message"], Value::Null);
    let changed = send(server.request(Method::PUT, "/api/v1/protocols/alarm").json(&read)).await;
    assert_eq!((changed.status, changed.json()), (200, read.clone()));
    let mut copy = read;
    copy["id"] = json!("copy");
    assert_eq!(server.post_json("/api/v1/protocols", &copy).await.status, 201);
    let file = server.get("/api/v1/protocols/export").await;
    let file = file.text();
    assert!(!file.contains("takes_message"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_message() {
    let server = server().await;
    let ask = |protocol: &str, message: Option<&str>| {
        let body = json!({"protocol": protocol, "to": ORDINARY, "message": message});
        send(server.request(Method::POST, "/api/v1/calls").header("idempotency-key", "one").json(&body))
    };
    assert_eq!(ask("alarm", Some("Fire")).await.status, 201);
    assert_eq!(ask("alarm", Some("Fire")).await.header("idempotency-replayed"), Some("true"));
    ask("alarm", Some("fire")).await.problem(422, "idempotency_key_reused");
    ask("alarm", None).await.problem(422, "idempotency_key_reused");
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}
