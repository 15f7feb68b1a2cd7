//! Numbers as people and programs write them: the number that was shown is called, with its extension, and all
//! notations of a line count as one line.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{ORDINARY, TestServer, id, send};

const KEY: &str = "idempotency-key";

async fn documented(server: &TestServer, path: &str, body: &str) -> Answer {
    let request = server.request(Method::POST, path).header("content-type", "application/json");
    send(request.body(body.to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quantity_is_no_telephone_number() {
    let server = TestServer::start().await;
    for target in ["4930901820.0", "1.2025550145e10", "-12025550144", "\"+4930901820.0\""] {
        let body = format!("{{\"protocol\": \"protocol1\", \"target_number\": {target}}}");
        let answer = documented(&server, "/api/call", &body).await;
        assert_eq!(answer.status, 400, "{target}: {}", answer.text());
    }
    let socket = r#"{"socket_id": 1234.50, "channel_name": "private-12341234"}"#;
    assert_eq!(documented(&server, "/api/pusher_auth", socket).await.status, 400);
    assert!(server.sandbox.calls().is_empty());
    let whole = r#"{"protocol": "protocol1", "target_number": 15005550142}"#;
    assert_eq!(documented(&server, "/api/call", whole).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_pressed_kept_and_belongs_to_the_key() {
    let server = TestServer::start().await;
    let first = send(server.placing("protocol1", "(500) 555-0142 x 9").header(KEY, "one")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let call = first.json();
    assert_eq!((&call["to"], &call["extension"]), (&json!(ORDINARY), &json!("9")));
    assert_eq!(server.sandbox.calls()[0].send_digits.as_deref(), Some("9"));
    let again = send(server.placing("protocol1", "+15005550142;ext=9").header(KEY, "one")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    for other in [ORDINARY, "+15005550142;ext=8"] {
        send(server.placing("protocol1", other).header(KEY, "one"))
            .await
            .problem(422, "idempotency_key_reused");
    }
    let kept = server.get(&format!("/api/v1/calls/{}", id(&call))).await.json();
    assert_eq!(kept["extension"], "9");

    assert_eq!(server.place_documented("protocol1", "+15005550143,,82044#").await.status, 200);
    let pressed: Vec<_> = server.sandbox.calls().iter().filter_map(|call| call.send_digits.clone()).collect();
    assert!(pressed.contains(&"wwwwwwww82044#".to_owned()), "{pressed:?}");
    let file = server.get("/api/v1/calls/export").await;
    let mut lines = csv::Reader::from_reader(file.body.as_slice());
    let column = lines.headers().unwrap().iter().position(|name| name == "extension").unwrap();
    let told: Vec<_> = lines.records().map(|line| line.unwrap()[column].to_owned()).collect();
    assert_eq!(told, [",,82044#", "9"], "a spreadsheet has it as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_protocol_presses_comes_after_the_extension() {
    let server = TestServer::start().await;
    for (name, digits) in [("short", "w1"), ("long", "12345678901234567890")] {
        let from = "+15005550006";
        let protocol =
            json!({ "id": name, "phone_number": from, "twiml": "<Response/>", "send_digits": digits });
        assert_eq!(server.post_json("/api/v1/protocols", &protocol).await.status, 201);
    }
    assert_eq!(send(server.placing("short", "+15005550142 x 12")).await.status, 201);
    assert_eq!(server.sandbox.calls()[0].send_digits.as_deref(), Some("12wwwww1"));
    send(server.placing("long", "+15005550142 x 123456789")).await.problem(400, "too_many_keys");
    assert_eq!(server.sandbox.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn address_books_keep_extensions() {
    let server = TestServer::start().await;
    let card =
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nTEL;VALUE=uri:tel:+1-415-867-5309;ext=9\r\nEND:VCARD\r\n";
    let taken = server.post_json("/api/v1/people/import", &json!({ "vcard": card })).await;
    assert_eq!(taken.json()["added"], 1, "{}", taken.text());
    let ada = server.get("/api/v1/people").await.json()["items"][0].clone();
    let number = json!({ "number": "+14158675309", "extension": "9" });
    assert_eq!(ada["numbers"], json!([number]));
    let path = format!("/api/v1/people/{}", id(&ada));
    let body = json!({ "name": "Ada", "numbers": ada["numbers"] });
    let kept = send(server.request(Method::PUT, &path).json(&body)).await;
    assert_eq!((kept.status, &kept.json()["numbers"]), (200, &ada["numbers"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_is_rung_or_nothing() {
    let server = TestServer::start().await;
    let place = async |to: &str, shown: &str| -> Answer {
        let body = json!({ "protocol": "protocol1", "to": to, "read_as": shown });
        server.post_json("/api/v1/calls", &body).await
    };
    for (to, shown) in [
        ("(500) 555-0142", "+15005550143"),
        ("(500) 555-0142", ""),
        ("(500) 555-0142 x 9", "+15005550142"),
        ("(500) 555-0142", "+15005550142;ext=9"),
    ] {
        let problem = place(to, shown).await.problem(409, "read_otherwise");
        assert!(problem["number"].as_str().unwrap().starts_with(ORDINARY), "{problem}");
    }
    assert!(server.sandbox.calls().is_empty());
    assert_eq!(place("(500) 555-0142 x 9", "+15005550142;ext=9").await.status, 201);
    // The interface's tests use the same cases: the number called is the number shown.
    let cases = include_str!("../../../core/tests/reference/prefix_twice.json");
    let cases: Value = serde_json::from_str(cases).unwrap();
    for case in cases["cases"].as_array().unwrap().iter().filter(|case| case[0] == "US") {
        let (written, e164) = (case[1].as_str().unwrap(), case[2].as_str().unwrap());
        let answer = place(written, "+15005550199").await;
        assert_eq!(answer.json()["number"], e164, "{written}");
    }
    assert_eq!(server.sandbox.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_blocked_under_each_of_its_numbers() {
    let server = TestServer::start().await;
    for (blocked, also) in [
        ("+3780549886377", "+390549886377"),
        ("+390549886378", "+3780549886378"),
        ("+541123456789", "+5491123456789"),
        ("+972599123456", "+970599123456"),
    ] {
        let path = format!("/api/v1/blocked-numbers/{blocked}");
        let put = send(server.request(Method::PUT, &path).json(&json!({}))).await;
        assert!(put.status < 300, "{}", put.text());
        send(server.placing("protocol1", also)).await.problem(403, "blocked_number");
        let path = format!("/api/v1/blocked-numbers/{also}");
        assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
        assert_eq!(server.get("/api/v1/blocked-numbers").await.json()["items"], json!([]));
    }
    let person = json!({ "name": "Ada", "may_call": false, "numbers": [{ "number": "+39 0549 886377" }] });
    server.post_json("/api/v1/people", &person).await;
    send(server.placing("protocol1", "+378 0549 886377")).await.problem(403, "not_to_be_called");
    assert!(server.sandbox.calls().is_empty());
}
