//! Requests that the API refuses, and its errors.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use twilio_sandbox::{OwnedNumbers, SandboxConfig};

use crate::world::{MINE, ORDINARY, TWIML, world, world_with};

#[tokio::test]
async fn every_fault_has_its_code_and_dials_nobody() {
    let world = world().await;
    let good = [("To", ORDINARY), ("From", MINE), ("Twiml", TWIML)];
    let long_twiml = format!("<Response><Say>{}</Say></Response>", "é".repeat(4000));
    let long_digits = "1".repeat(33);
    let long_number = "+1".repeat(500_000 / 8);
    // Fields that replace or extend the valid ones, and the code; an empty value removes the field.
    let faults: &[(&str, &str, u64)] = &[
        ("To", "", 21201),
        ("To", "abc", 21211),
        ("To", "4155550123", 21211),
        ("To", "client:joe", 21211),
        ("To", "+1415\0", 21211),
        ("To", &long_number, 21211),
        ("To", "+12005550", 21217),
        ("To", "+15005550001", 21217),
        ("To", "+15005550002", 21214),
        ("To", "+15005550003", 21215),
        ("To", "+15005550004", 21216),
        ("To", "+1 (500) 555-0001", 21217),
        ("To", "+1 500 555 0002", 21214),
        ("To", "+1-500-555-0003", 21215),
        ("To", "+1.500.555.0004", 21216),
        ("From", "", 21213),
        ("From", "nobody", 21212),
        ("From", "+15005550001", 21212),
        ("From", "+1 (500) 555-0001", 21212),
        ("From", "+15005550007", 21210),
        ("Twiml", "", 21205),
        ("Twiml", &long_twiml, 21205),
        ("Url", "not a url", 21205),
        ("Url", "ftp://example.com/", 21205),
        ("FallbackUrl", "/relative", 21205),
        ("ApplicationSid", "AP1", 21218),
        ("StatusCallback", "nowhere", 21609),
        ("StatusCallback", "https://my_host.example.com/", 21609),
        ("SendDigits", "12x", 21206),
        ("SendDigits", &long_digits, 21206),
        ("Timeout", "601", 21208),
        ("Timeout", "soon", 21208),
        ("TimeLimit", "0", 20001),
        ("Record", "yes", 20001),
        ("MachineDetection", "Maybe", 20001),
        ("Statuscallback", "https://example.com/", 20001),
        ("a\0b", "c", 20001),
    ];
    for (name, value, code) in faults {
        let mut form: Vec<_> = good.iter().filter(|(given, _)| given != name).copied().collect();
        if !value.is_empty() {
            form.push((name, value));
        }
        let (status, body) = world.post("/Calls.json", &form).await;
        let shown: String = value.chars().take(40).collect();
        assert_eq!((status, body["code"].as_u64()), (400, Some(*code)), "{name}={shown}");
        assert_eq!(body["more_info"], format!("https://www.twilio.com/docs/errors/{code}"));
        assert_eq!(body["status"], 400);
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let (_, body) = world
        .post(
            "/Calls.json",
            &[("To", ORDINARY), ("From", MINE), ("Url", "http://127.0.0.1:1/"), ("Method", "PUT")],
        )
        .await;
    assert_eq!(body["code"], 21209);
    assert!(world.sandbox.calls().is_empty());
}

#[tokio::test]
async fn twiml_of_4000_characters_is_not_too_long() {
    let world = world().await;
    let twiml = format!("<Response><Say>{}</Say></Response>", "é".repeat(4000 - 32));
    let form = [("To", ORDINARY), ("From", MINE), ("Twiml", twiml.as_str())];
    assert_eq!((twiml.chars().count(), world.post("/Calls.json", &form).await.0), (4000, 201));
}

#[tokio::test]
async fn bodies_that_are_no_form_are_refused() {
    let world = world().await;
    let post = |body: Vec<u8>| world.http.post(world.url("/Calls.json")).body(body);
    assert_eq!(world.answer(post(vec![b'a'; 1_000_000])).await.0, 413);
    for body in [b"{\"To\": 1}".to_vec(), b"\xff\xfe=\xff".to_vec(), Vec::new(), b"%%%=%zz&&&".to_vec()] {
        let (status, answer) = world.answer(post(body)).await;
        assert_eq!(status, 400, "{answer}");
    }
}

#[tokio::test]
async fn who_does_not_sign_in_is_refused() {
    let world = world().await;
    let url = world.url("/Calls.json");
    let sid = world.sandbox.account_sid().to_string();
    let token = world.sandbox.auth_token().expose_secret();
    let get = || world.http.get(url.clone());
    let attempts = [
        get(),
        get().basic_auth(&sid, Some("wrong")),
        get().basic_auth("AC00000000000000000000000000000000", Some(token)),
        get().basic_auth(&sid, None::<&str>),
        get().bearer_auth(token),
        get().header("authorization", "Basic"),
        get().header("authorization", "Basic ????"),
    ];
    for attempt in attempts {
        let response = attempt.send().await.expect("an answer");
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"Twilio API\"");
        let expected = json!({
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        });
        assert_eq!(response.json::<serde_json::Value>().await.expect("JSON"), expected);
    }
    assert_eq!(get().basic_auth(&sid, Some(token)).send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn an_api_key_does_everything_but_read_the_account() {
    let key = ("SK00000000000000000000000000000001", "the secret");
    let api_key = Some((key.0.to_owned(), SecretString::from(key.1)));
    let world = world_with(SandboxConfig { api_key, ..SandboxConfig::default() }).await;
    let status = async |path: &str| {
        let request = world.http.get(world.url(path)).basic_auth(key.0, Some(key.1));
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!((status("/Calls.json").await, status("/IncomingPhoneNumbers.json").await), (200, 200));
    assert_eq!(status(".json").await, 401);
    let (own, account) = world.get(".json").await;
    assert_eq!(
        (own, account["status"].as_str(), account["auth_token"].as_str()),
        (200, Some("active"), None)
    );
}

#[tokio::test]
async fn what_is_not_there_is_20404() {
    let world = world().await;
    for path in [
        "/Calls/CA00000000000000000000000000000001.json",
        "/Calls/CA00000000000000000000000000000001/Events.json",
        "/Calls/CA00000000000000000000000000000001/Notifications.json",
        "/Messages.json",
        "/Calls",
        "/Calls/x",
    ] {
        let (status, body) = world.get(path).await;
        assert_eq!((status, body["code"].as_u64()), (404, Some(20404)), "{path}");
        assert!(body["message"].as_str().is_some_and(|message| message.contains(path)), "{body}");
    }
    let other = world
        .url("/Calls.json")
        .as_str()
        .replace(world.sandbox.account_sid().as_str(), "AC00000000000000000000000000000000");
    assert_eq!(world.answer(world.http.get(other)).await.0, 404);
}

#[tokio::test]
async fn only_owned_numbers_call() {
    let mine = "+14155550199";
    let owned_numbers = OwnedNumbers::Only(vec![mine.to_owned()]);
    let world = world_with(SandboxConfig { owned_numbers, ..SandboxConfig::default() }).await;
    for (from, expected) in [(mine, 201), (MINE, 201), ("+1 (415) 555-0199", 201), ("+14155550198", 400)] {
        let (status, body) =
            world.post("/Calls.json", &[("To", ORDINARY), ("From", from), ("Twiml", TWIML)]).await;
        assert_eq!(status, expected, "{from}");
        if expected == 400 {
            assert_eq!(body["code"], 21210);
        }
    }
}

#[tokio::test]
async fn more_than_the_rate_is_refused_and_not_dialled() {
    let world = world_with(SandboxConfig { calls_per_second: Some(3), ..SandboxConfig::default() }).await;
    let mut admitted = 0;
    // All within four seconds, so not all ten can succeed.
    for _ in 0..10 {
        let (status, body) =
            world.post("/Calls.json", &[("To", ORDINARY), ("From", MINE), ("Twiml", TWIML)]).await;
        match status {
            201 => admitted += 1,
            _ => assert_eq!((status, body["code"].as_u64()), (429, Some(20429))),
        }
    }
    assert!((3..10).contains(&admitted), "{admitted}");
    assert_eq!(world.sandbox.dials_to(ORDINARY), admitted);
}
