//! What a protocol's own TwiML does besides playing: the guard checks the numbers it calls, when it is saved and before
//! each call, and whatever the rules can't check needs the owner's permission.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use benspamsphones_app::store::Store;
use benspamsphones_core::Limits;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

const FURTHER: &str = "+15005550143";
const SIP: &str = "<Dial><Sip>sip:ada@example.com</Sip></Dial>";

fn document(verbs: &str) -> Value {
    json!({"phone_number": "+15005550006", "twiml": format!("<Response>{verbs}</Response>")})
}

fn with(mut fields: Value, name: &str, value: Value) -> Value {
    fields[name] = value;
    fields
}

fn rings(number: &str) -> Value {
    document(&format!("<Say>One moment</Say><Dial>{number}</Dial>"))
}

async fn device(server: &TestServer) -> String {
    let (_, device) = server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "phone"}))).await;
    device["token"].as_str().unwrap().to_owned()
}

/// Saves it on every route, without being the owner; the answers are the same.
async fn refused_by_every_way(server: &TestServer, fields: &Value, status: u16, code: &str, words: &str) {
    let token = device(server).await;
    let put = |path: &str| server.request(Method::PUT, path);
    let import = |file: &Value| server.request(Method::POST, "/api/v1/protocols/import").json(file);
    let added = with(fields.clone(), "id", json!("new"));
    for request in [
        server.request(Method::POST, "/api/v1/protocols").json(&added),
        server.anonymous(Method::POST, "/api/v1/protocols").bearer_auth(&token).json(&added),
        put("/api/v1/protocols/protocol1").json(fields),
        import(&json!({"fine": rings(FURTHER), "new": fields})),
    ] {
        let answer = send(request).await;
        let problem = answer.json();
        assert!(problem["detail"].as_str().unwrap().contains(words), "{fields} {problem}");
        answer.problem(status, code);
    }
    let kept = server.get("/api/v1/protocols/export").await.json();
    assert!(kept.get("new").is_none() && kept.get("fine").is_none(), "{kept}");
    assert!(kept["protocol1"]["twiml"].as_str().unwrap().contains("Hello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_rings_is_asked_of_the_guard_when_it_is_saved() {
    let server = TestServer::start().await;
    let german = json!({"number": "+15005550145"});
    let unwilling = json!({"name": "Ada", "may_call": false, "numbers": [german]});
    server.post_json("/api/v1/people", &unwilling).await;
    send(server.request(Method::PUT, "/api/v1/blocked-numbers/+15005550144").json(&json!({}))).await;
    for (verbs, words) in [
        ("<Dial>911</Dial>", "emergency"),
        ("<Dial>9<!-- -->1<![CDATA[1]]></Dial>", "emergency"),
        ("<Gather><Dial>&#57;11</Dial></Gather>", "emergency"),
        ("<dial>911</dial>", "emergency"),
        ("<Dial><Number>+19005551234</Number></Dial>", "premium-rate"),
        ("<Dial><Number>+15005550143</Number><Number>+15005550144</Number></Dial>", "blocked"),
        ("<Dial>+15005550145</Dial>", "do not call"),
        ("<Dial>+1</Dial>", "not a number"),
    ] {
        let code = if verbs.starts_with("<dial>") { "invalid_protocol" } else { "further_number" };
        let words = if verbs.starts_with("<dial>") { "write <Dial>" } else { words };
        refused_by_every_way(&server, &document(verbs), 422, code, words).await;
    }
    let mut own = Limits::none();
    own.countries = benspamsphones_core::Countries::Own;
    let own = serde_json::to_value(own).unwrap();
    assert_eq!(server.as_owner(Method::PUT, "/api/v1/limits", Some(&own)).await.0, 200);
    refused_by_every_way(&server, &rings("+4930901820"), 422, "further_number", "list of allowed countries")
        .await;
    let allowed = with(rings("911"), "allow_unchecked_twiml", json!(true));
    let (status, problem) = server.as_owner(Method::PUT, "/api/v1/protocols/protocol1", Some(&allowed)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("further_number")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_the_document_is_refused() {
    let server = TestServer::start().await;
    for (verbs, words) in [
        (SIP, "<Sip>"),
        ("<Dial><Client>ada</Client></Dial>", "<Client>"),
        ("<Dial><Conference>Room</Conference></Dial>", "<Conference>"),
        ("<Dial><Queue>support</Queue></Dial>", "<Queue>"),
        ("<Redirect>https://x.example/twiml</Redirect>", "<Redirect>"),
        ("<Record action=\"https://x.example\"/>", "<Record>"),
        ("<Pay/>", "<Pay>"),
        ("<Refer><Sip>sip:ada@example.com</Sip></Refer>", "<Refer>"),
        ("<Connect><Stream url=\"wss://x.example\"/></Connect>", "<Connect>, <Stream>"),
        ("<Gather action=\"https://x.example\"/>", "<Gather action>"),
        ("<Dial action=\"/x\">+15005550143</Dial>", "<Dial action>"),
        ("<Dial><Number url=\"/x\">+15005550143</Number></Dial>", "<Number url>"),
        ("<Dial>5005550143</Dial>", "needs + and a country code"),
        ("<Teleport/>", "<Teleport>"),
    ] {
        let fields = with(document(verbs), "allow_unchecked_twiml", json!(true));
        refused_by_every_way(&server, &fields, 403, "unchecked_twiml", words).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_word_is_for_one_document() {
    let server = TestServer::start().await;
    let path = "/api/v1/protocols/protocol1";
    let sip = document(SIP);
    let (status, problem) = server.as_owner(Method::PUT, path, Some(&sip)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("unchecked_twiml")), "the owner has to say so");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("protocol \"protocol1\": the TwiML does more"), "{detail}");
    let allowed = with(sip.clone(), "allow_unchecked_twiml", json!(true));
    let (status, kept) = server.as_owner(Method::PUT, path, Some(&allowed)).await;
    assert_eq!((status, &kept["allow_unchecked_twiml"]), (200, &json!(true)));
    let placed = server.place("protocol1", ORDINARY).await;
    server.ended(id(&placed)).await;

    let token = device(&server).await;
    let put = async |fields: &Value| {
        send(server.anonymous(Method::PUT, path).bearer_auth(&token).json(fields)).await
    };
    // Anyone may change its name, and the permission stays, whether the request repeats it or not.
    for fields in [with(sip.clone(), "name", json!("Ada")), with(allowed.clone(), "name", json!("Grace"))] {
        let kept = put(&fields).await;
        assert_eq!((kept.status, &kept.json()["allow_unchecked_twiml"]), (200, &json!(true)));
    }
    let other = document("<Dial><Sip>sip:eve@example.com</Sip></Dial>");
    put(&with(other, "allow_unchecked_twiml", json!(true))).await.problem(403, "unchecked_twiml");
    // Harmless TwiML withdraws the permission, and the earlier TwiML needs it again.
    let harmless = with(document("<Say>Hi</Say>"), "allow_unchecked_twiml", json!(true));
    let kept = put(&harmless).await;
    assert_eq!((kept.status, kept.json().get("allow_unchecked_twiml")), (200, None));
    put(&allowed).await.problem(403, "unchecked_twiml");
    let deleted = send(server.anonymous(Method::DELETE, path).bearer_auth(&token)).await;
    assert_eq!(deleted.status, 204);
    let again = with(allowed, "id", json!("protocol1"));
    let added = server.anonymous(Method::POST, "/api/v1/protocols").bearer_auth(&token).json(&again);
    send(added).await.problem(403, "unchecked_twiml");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_rings_is_asked_before_each_call() {
    let server = TestServer::start().await;
    let path = "/api/v1/protocols/protocol1";
    assert_eq!(send(server.request(Method::PUT, path).json(&rings(FURTHER))).await.status, 200);
    let placed = server.place("protocol1", ORDINARY).await;
    server.ended(id(&placed)).await;
    assert_eq!(
        server.sandbox.calls()[0].time_limit_s,
        3_600,
        "it doesn't last for as long as Twilio lets it"
    );

    let blocked = format!("/api/v1/blocked-numbers/{FURTHER}");
    send(server.request(Method::PUT, &blocked).json(&json!({}))).await;
    let refused = send(server.placing("protocol1", ORDINARY)).await;
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.starts_with(&format!("What plays also calls {FURTHER}. This number is blocked")),
        "{detail}"
    );
    refused.problem(403, "further_number");
    let documented = server.place_documented("protocol1", ORDINARY).await;
    assert_eq!((documented.status, &documented.json()["message"]), (403, &json!(detail)));
    let wish = json!({"protocol": "protocol1", "to": ORDINARY, "consent": true, "setting_aside": ["further_number"]});
    let (status, _) = server.as_owner(Method::POST, "/api/v1/calls", Some(&wish)).await;
    assert_eq!(status, 403, "not to be set aside");
    assert_eq!(server.sandbox.calls().len(), 1);
    let listed = server.get("/api/v1/refused-calls").await.json();
    assert_eq!(listed["items"][0]["code"], "further_number");

    assert_eq!(server.as_owner(Method::DELETE, &blocked, None).await.0, 204);
    server.place("protocol1", ORDINARY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_while_the_call_waits_is_not_rung_by_it() {
    let mut setup = Setup { speed: 1.0, ..Setup::default() };
    setup.pace.between_calls = std::time::Duration::from_millis(1_500);
    let server = TestServer::start_with(setup).await;
    send(server.request(Method::PUT, "/api/v1/protocols/protocol3").json(&rings(FURTHER))).await;
    server.place("protocol1", ORDINARY).await;
    let waits =
        send(server.placing("protocol3", "+15005550144").header("prefer", "respond-async")).await.json();
    assert_eq!(waits["status"], "requested", "{waits}");
    let path = format!("/api/v1/blocked-numbers/{FURTHER}");
    assert_eq!(send(server.request(Method::PUT, &path).json(&json!({}))).await.status, 200);
    let ended = server.ended(id(&waits)).await;
    assert_eq!(
        (&ended["status"], &ended["failure"]["reason"]),
        (&json!("canceled"), &json!("document_no_longer_allowed"))
    );
    assert_eq!(server.sandbox.dials_to("+15005550144"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_rang_counts_as_called() {
    let server = TestServer::start().await;
    send(server.request(Method::PUT, "/api/v1/protocols/protocol1").json(&rings(FURTHER))).await;
    let mut limits = Limits::none();
    limits.number_gap_min = Some(10);
    let limits = serde_json::to_value(limits).unwrap();
    server.as_owner(Method::PUT, "/api/v1/limits", Some(&limits)).await;
    // A busy line triggers no further call.
    let busy = server.place("protocol1", "+15005550110").await;
    server.ended(id(&busy)).await;
    let placed = server.place("protocol1", ORDINARY).await;
    server.ended(id(&placed)).await;
    send(server.placing("protocol3", FURTHER)).await.problem(429, "number_too_soon");
    let again = send(server.placing("protocol1", "+15005550144")).await;
    assert!(again.header("retry-after").is_some());
    again.problem(429, "further_number");
    let itself = rings("+15005550145");
    send(server.request(Method::PUT, "/api/v1/protocols/protocol1").json(&itself)).await;
    send(server.placing("protocol1", "+15005550145")).await.problem(403, "further_number");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_rings_costs_too() {
    let server = TestServer::start_with(Setup { speed: 20.0, ..Setup::default() }).await;
    let plain = server.place("protocol3", ORDINARY).await;
    let minute = plain["estimate_per_minute"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    send(server.request(Method::PUT, "/api/v1/protocols/protocol1").json(&rings(FURTHER))).await;
    let placed = server.place("protocol1", "+15005550144").await;
    let both = placed["estimate_per_minute"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    assert!((both - 2.0 * minute).abs() < 1e-9, "{both} {minute}");
    let told = server.get("/api/v1/estimate?protocol=protocol1&to=%2B15005550144").await.json();
    assert_eq!(
        told["per_minute"], placed["estimate_per_minute"],
        "the same before anybody is rung: {told:#}"
    );
    assert_eq!(told["further_per_minute"], plain["estimate_per_minute"]);
    assert_eq!(told["at_least"], false);
    let alone = server.get("/api/v1/estimate?protocol=protocol3&to=%2B15005550144").await.json();
    assert_eq!((&alone["further_per_minute"], &alone["at_least"]), (&Value::Null, &json!(false)));
    server.events_until(id(&placed), |event| !event.data["call"]["price"].is_null()).await;
    let priced = server.call(id(&placed)).await;
    let price = priced["price"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    let minutes = f64::from(u32::try_from(priced["duration_s"].as_u64().unwrap().div_ceil(60)).unwrap());
    assert!((price - 2.0 * minute * minutes).abs() < 1e-9, "what it rang is paid for as well: {priced:#}");
}

/// While price requests for such numbers are paused, an estimate makes none either.
#[tokio::test(flavor = "multi_thread")]
async fn a_further_price_is_not_asked_for_while_asking_is_paused() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pricing_base = Some(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap());
    let numbers = asked.clone();
    let router = Router::new().fallback(move |request: Request| {
        let path = request.uri().path().to_owned();
        let prices = if path.contains("49") {
            r#"[{"current_price": "0.02", "origination_prefixes": ["ALL"]}]"#
        } else {
            "[]"
        };
        numbers.lock().push(path);
        std::future::ready(format!(r#"{{"outbound_call_prices": {prices}, "price_unit": "USD"}}"#))
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let server = TestServer::start_with(Setup { pricing_base, ..Setup::default() }).await;
    send(server.request(Method::PUT, "/api/v1/protocols/protocol1").json(&rings(FURTHER))).await;
    for to in ["15005550140", "15005550141", "15005550142"] {
        let estimate = format!("/api/v1/estimate?protocol=protocol3&to=%2B{to}");
        assert_eq!(server.get(&estimate).await.status, 404, "{to}");
    }
    let told = server.get("/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await.json();
    assert_eq!((&told["per_minute"]["amount"], &told["at_least"]), (&json!("0.02"), &json!(true)), "{told}");
    let asked = asked.lock();
    assert!(!asked.iter().any(|path| path.contains(&FURTHER[1..])), "{asked:?}");
}

/// Earlier versions saved anything. It stays saved, but calls nothing until the owner allows it.
#[tokio::test(flavor = "multi_thread")]
async fn protocols_of_old_are_kept_and_ring_nobody() {
    let mut server = TestServer::start().await;
    server.stop().await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    for (id, fields) in [
        ("protocol1", document(SIP)),
        ("protocol2", rings("911")),
        ("protocol3", document("<say>Hi</say><Play>hello.mp3</Play><Message>Hi</Message>")),
    ] {
        let values = (id, fields.to_string());
        database.execute("UPDATE protocols SET source = ?2 WHERE id = ?1", values).unwrap();
    }
    drop(database);
    server.start_again().await;
    let kept = server.get("/api/v1/protocols/export").await.json();
    assert_eq!(kept["protocol1"], document(SIP));
    let refused = send(server.placing("protocol1", ORDINARY)).await;
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("<Sip>") && detail.contains("bsp protocols allow"), "{detail}");
    refused.problem(403, "unchecked_twiml");
    send(server.placing("protocol2", ORDINARY)).await.problem(403, "further_number");
    let told = server.get("/api/v1/estimate?protocol=protocol2&to=%2B15005550144").await.json();
    assert_eq!(
        (&told["further_per_minute"], &told["at_least"]),
        (&Value::Null, &json!(true)),
        "there is no price of all of it: {told}"
    );
    send(server.placing("protocol3", ORDINARY)).await.problem(403, "unchecked_twiml");
    assert!(server.sandbox.calls().is_empty());
    let allowed = with(document(SIP), "allow_unchecked_twiml", json!(true));
    assert_eq!(server.as_owner(Method::PUT, "/api/v1/protocols/protocol1", Some(&allowed)).await.0, 200);
    server.place("protocol1", ORDINARY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_twilio_would_not_play_is_pointed_out() {
    let server = TestServer::start().await;
    for (verbs, words) in [
        ("<Play>hello.mp3</Play>", "whole web address"),
        ("<Play>/media/hello.mp3</Play>", "whole web address"),
        ("<Say></Say>", "without words"),
        ("<Message>Hi</Message>", "text message"),
        ("<say>Hi</say>", "write <Say>"),
        ("<Gather><PAUSE/></Gather>", "write <Pause>"),
    ] {
        refused_by_every_way(&server, &document(verbs), 422, "invalid_protocol", words).await;
    }
}
