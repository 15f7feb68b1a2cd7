//! The owner's limits: each refuses in the same words on every route, and nothing reaches Twilio.

use benspamsphones_app::app::{NewCall, PlaceCallError};
use benspamsphones_core::{AskedBy, Limits};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

const OTHER: &str = "+15005550143";

fn only(limits: Value) -> Value {
    let mut all = serde_json::to_value(Limits::none()).unwrap();
    all.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    all
}

async fn set(server: &TestServer, limits: Value) {
    let (status, answer) = server.as_owner(Method::PUT, "/api/v1/limits", Some(&only(limits))).await;
    assert_eq!(status, 200, "{answer}");
}

/// Tries every route and compares the answers. `bsp call` has its own tests.
async fn refused_everywhere(server: &TestServer, to: &str, code: &str, status: u16) {
    let before = server.sandbox.calls().len();
    let answer = send(server.placing("protocol1", to)).await;
    assert_eq!((answer.status, answer.header("content-type").unwrap()), (status, "application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{problem}");
    let words = problem["detail"].as_str().unwrap().to_owned();
    let documented = server.place_documented("protocol1", to).await;
    assert_eq!(documented.status, status, "{documented:?}");
    // The remaining seconds may differ.
    let told = documented.json()["message"].as_str().unwrap().to_owned();
    assert_eq!(told.split(" Try again").next(), words.split(" Try again").next());
    for answer in [&answer, &documented] {
        assert_eq!(answer.header("retry-after").is_some(), !problem["lifts_at"].is_null(), "{answer:?}");
    }
    let wish = json!({"protocol": "protocol1", "to": to, "consent": true});
    let (by_window, problem) = server.as_owner(Method::POST, "/api/v1/calls", Some(&wish)).await;
    assert_eq!((by_window, &problem["code"]), (status, &json!(code)), "{problem}");
    let by_tray = NewCall {
        protocol: "protocol1".into(),
        to: to.into(),
        asked_by: AskedBy::Tray,
        ..NewCall::default()
    };
    let refused = server.server().app().place_call(by_tray).await;
    let rule = matches!(&refused, Err(PlaceCallError::Refused(refusal)) if refusal.rule().as_str() == code);
    assert!(rule, "{refused:?}");
    assert_eq!(server.sandbox.calls().len(), before, "nothing reached Twilio");
}

async fn refusals(server: &TestServer) -> Vec<(String, u64, String)> {
    let list = server.get("/api/v1/refused-calls").await.json();
    let items = list["items"].as_array().unwrap();
    let row = |item: &Value| {
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        (text("code"), item["count"].as_u64().unwrap(), text("asked_by"))
    };
    items.iter().map(row).collect()
}

#[tokio::test]
async fn a_new_installation_has_limits() {
    let server = TestServer::start_with(Setup { limitless: false, ..Setup::default() }).await;
    let (status, limits) = server.as_owner(Method::GET, "/api/v1/limits", None).await;
    assert_eq!(status, 200);
    assert_eq!(limits, serde_json::to_value(Limits::default()).unwrap());
    let call = server.place("protocol1", ORDINARY).await;
    server.ended(id(&call)).await;
    refused_everywhere(&server, ORDINARY, "number_too_soon", 429).await;
    refused_everywhere(&server, "+4930901820", "country_not_allowed", 403).await;
    for (to, code) in
        [("911", "emergency_number"), ("+49116117", "short_number"), ("+19002345678", "premium_number")]
    {
        refused_everywhere(&server, to, code, 403).await;
    }
    refused_everywhere(&server, "+15005550006", "own_number", 403).await;
}

#[tokio::test]
async fn what_would_be_refused_is_said_before() {
    let server = TestServer::start_with(Setup { limitless: false, ..Setup::default() }).await;
    let check = async |to: &str| {
        let path = format!("/api/v1/call-check?protocol=protocol1&to={}", to.replace('+', "%2B"));
        let answer = server.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let codes = |check: &Value| -> Vec<String> {
        let objections = check["objections"].as_array().unwrap().iter();
        objections.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
    };
    let before = check(ORDINARY).await;
    assert_eq!((codes(&before), &before["to"]), (Vec::new(), &json!(ORDINARY)), "{before:#}");
    assert_eq!(before["limits"], serde_json::to_value(Limits::default()).unwrap());
    assert_eq!((&before["used"]["number_in_day"], &before["used"]["all_in_hour"]), (&json!(0), &json!(0)));
    assert!(before["most"]["minutes"].as_u64().unwrap() >= 1, "{before:#}");
    let call = server.place("protocol1", ORDINARY).await;
    server.ended(id(&call)).await;

    let dialled = server.sandbox.calls().len();
    let after = check(ORDINARY).await;
    assert_eq!(codes(&after), ["number_too_soon"]);
    assert_eq!((&after["used"]["number_in_day"], &after["used"]["all_in_hour"]), (&json!(1), &json!(1)));
    let objection = &after["objections"][0];
    assert_eq!((&objection["can_be_set_aside"], objection["lifts_at"].is_string()), (&json!(true), true));
    let abroad = check("+4930901820").await;
    assert!(codes(&abroad).contains(&"country_not_allowed".to_owned()), "{abroad:#}");
    let (from, until) = (&abroad["local_time"]["from"], &abroad["local_time"]["until"]);
    assert_eq!((from, from.as_str().map(str::len)), (until, Some(5)), "one clock: {abroad:#}");
    let emergency = check("911").await;
    assert_eq!((codes(&emergency), &emergency["to"]), (vec!["emergency_number".to_owned()], &Value::Null));
    server.get("/api/v1/call-check?protocol=none&to=911").await.problem(404, "unknown_protocol");

    // A check isn't an attempt.
    assert_eq!((server.sandbox.calls().len(), refusals(&server).await), (dialled, Vec::new()));
    let words = objection["detail"].as_str().unwrap().split(" Try again").next().unwrap().to_owned();
    let refused = send(server.placing("protocol1", ORDINARY)).await.json();
    assert!(refused["detail"].as_str().unwrap().starts_with(&words), "the same words: {refused:#}");
}

#[tokio::test]
async fn a_number_is_called_so_often_a_day() {
    let server = TestServer::start().await;
    set(&server, json!({"number_per_day": 2})).await;
    for _ in 0..2 {
        let call = server.place("protocol1", ORDINARY).await;
        server.ended(id(&call)).await;
    }
    refused_everywhere(&server, ORDINARY, "number_too_often", 429).await;
    let call = server.place("protocol1", OTHER).await;
    assert_eq!(call["asked_by"], "program");
}

#[tokio::test]
async fn all_numbers_are_called_so_often_an_hour() {
    let server = TestServer::start().await;
    set(&server, json!({"calls_per_hour": 1})).await;
    server.place("protocol1", ORDINARY).await;
    refused_everywhere(&server, OTHER, "too_many_calls", 429).await;
}

#[tokio::test]
async fn so_many_calls_are_under_way_at_once() {
    // Slow enough that the first call is still in progress.
    let server = TestServer::start_with(Setup { speed: 1.0, ..Setup::default() }).await;
    set(&server, json!({"calls_at_once": 1})).await;
    let call = server.place("protocol1", ORDINARY).await;
    refused_everywhere(&server, OTHER, "too_many_at_once", 429).await;
    assert_eq!(server.hang_up(id(&call)).await.status, 200);
    server.ended(id(&call)).await;
    server.place("protocol1", OTHER).await;
}

#[tokio::test]
async fn it_is_night_for_somebody() {
    let server = TestServer::start().await;
    // Quiet all day except for one minute that has just passed, so the time of day doesn't matter.
    let now = jiff::Timestamp::now().in_tz("Europe/Berlin").unwrap();
    let until = now.time().saturating_sub(jiff::Span::new().minutes(2)).strftime("%H:%M").to_string();
    let from = now.time().saturating_sub(jiff::Span::new().minutes(3)).strftime("%H:%M").to_string();
    if from < until {
        set(&server, json!({"quiet_hours": {"from": until, "until": from}})).await;
        refused_everywhere(&server, "+4930901820", "quiet_hours", 429).await;
    }
    let call = server.place("protocol1", ORDINARY).await;
    assert_eq!(call["to"], ORDINARY, "it is never night for a number that is nobody's");
}

#[tokio::test]
async fn a_days_and_a_months_money_is_spent() {
    let server = TestServer::start().await;
    set(&server, json!({"spend_per_month": "0.013"})).await;
    refused_everywhere(&server, OTHER, "month_spent", 429).await;
    // A minute costs 1.4 ¢: one call fits, and its estimate counts until its price is known.
    set(&server, json!({"spend_per_month": "0.02"})).await;
    let call = server.place("protocol1", ORDINARY).await;
    refused_everywhere(&server, OTHER, "month_spent", 429).await;
    server.events_until(id(&call), |event| !event.data["call"]["price"].is_null()).await;
    refused_everywhere(&server, OTHER, "month_spent", 429).await;
    set(&server, json!({"spend_per_day": "0.02"})).await;
    refused_everywhere(&server, OTHER, "day_spent", 429).await;
    set(&server, json!({"spend_per_day": "1000", "spend_per_month": "1000"})).await;
    server.place("protocol1", OTHER).await;
}

#[tokio::test]
async fn a_call_that_twilio_refused_takes_no_allowance() {
    let server = TestServer::start().await;
    set(&server, json!({"number_per_day": 1, "calls_per_hour": 1})).await;
    for _ in 0..2 {
        // Twilio's magic number that can't be routed.
        let answer = send(server.placing("protocol1", "+15005550002")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (422, &json!("twilio_refused")), "{answer:?}");
    }
}

#[tokio::test]
async fn only_the_window_sets_a_rule_aside_and_it_is_kept() {
    let server = TestServer::start().await;
    set(&server, json!({"number_gap_min": 10})).await;
    server.place("protocol1", ORDINARY).await;
    let wish = json!({
        "protocol": "protocol1", "to": ORDINARY, "consent": true, "setting_aside": ["number_too_soon"],
    });
    let by_network = server.post_json("/api/v1/calls", &wish).await;
    assert_eq!((by_network.status, &by_network.json()["code"]), (429, &json!("number_too_soon")));
    let refused = json!({"protocol": "protocol1", "to": ORDINARY, "consent": true});
    let (status, problem) = server.as_owner(Method::POST, "/api/v1/calls", Some(&refused)).await;
    assert_eq!((status, &problem["can_be_set_aside"]), (429, &json!(true)), "{problem}");
    let (status, call) = server.as_owner(Method::POST, "/api/v1/calls", Some(&wish)).await;
    assert_eq!((status, &call["asked_by"]), (201, &json!("window")), "{call}");
    let list = server.get("/api/v1/refused-calls").await.json();
    assert_eq!(list["items"][0]["set_aside"], call["id"], "{list}");
    let (status, _) = server.as_owner(Method::POST, "/api/v1/calls", Some(&refused)).await;
    assert_eq!(status, 429);
}

#[tokio::test]
async fn the_window_asks_once_whether_they_are_fine_with_it() {
    let server = TestServer::start().await;
    let wish = |consent: bool| json!({"protocol": "protocol1", "to": ORDINARY, "consent": consent});
    let ask = async |consent| server.as_owner(Method::POST, "/api/v1/calls", Some(&wish(consent))).await;
    let (status, problem) = ask(false).await;
    assert_eq!((status, &problem["code"]), (403, &json!("consent_needed")), "{problem}");
    assert_eq!(ask(true).await.0, 201);
    assert_eq!(ask(false).await.0, 201, "the answer is kept");
    let path = format!("/api/v1/blocked-numbers/{ORDINARY}");
    assert_eq!(send(server.request(Method::PUT, &path).json(&json!({}))).await.status, 200);
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    assert_eq!(ask(false).await.0, 403);
}

#[tokio::test]
async fn refusals_are_kept_counted_and_told() {
    let server = TestServer::start().await;
    set(&server, json!({"number_gap_min": 10})).await;
    server.place("protocol1", ORDINARY).await;
    for _ in 0..3 {
        send(server.placing("protocol1", ORDINARY)).await;
    }
    send(server.placing("protocol1", "911")).await;
    let kept = refusals(&server).await;
    let program = "program".to_owned();
    assert_eq!(
        kept,
        [("emergency_number".to_owned(), 1, program.clone()), ("number_too_soon".to_owned(), 3, program)]
    );
    let bad = server.get("/api/v1/refused-calls?cursor=nonsense").await;
    assert_eq!(bad.status, 400);
}

#[tokio::test]
async fn limits_are_the_owners_and_outlive_a_start() {
    let mut server = TestServer::start().await;
    assert_eq!(server.get("/api/v1/limits").await.status, 404, "not for the network");
    let wrong = only(json!({"number_per_day": 0}));
    let (status, problem) = server.as_owner(Method::PUT, "/api/v1/limits", Some(&wrong)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_limits")), "{problem}");
    let (status, _) =
        server.as_owner(Method::PUT, "/api/v1/limits", Some(&json!({"quiet_hours": "always"}))).await;
    assert!(matches!(status, 400 | 422), "{status}");
    set(&server, json!({"number_per_day": 7, "countries": {"listed": ["DE", "US"]}})).await;
    server.stop().await;
    server.setup.limitless = false;
    server.start_again().await;
    let (_, limits) = server.as_owner(Method::GET, "/api/v1/limits", None).await;
    assert_eq!(
        (&limits["number_per_day"], &limits["countries"]),
        (&json!(7), &json!({"listed": ["DE", "US"]}))
    );
}

#[tokio::test]
async fn two_at_the_same_time_never_share_one_allowance() {
    let server = TestServer::start().await;
    for limits in [json!({"number_per_day": 5}), json!({"calls_per_hour": 5}), json!({"calls_at_once": 5})] {
        let server =
            if limits.get("number_per_day").is_some() { &server } else { &TestServer::start().await };
        set(server, limits.clone()).await;
        let asked = (0..64).map(|_| async { send(server.placing("protocol1", ORDINARY)).await.status });
        let answers = futures::future::join_all(asked).await;
        let placed = answers.iter().filter(|status| **status == 201).count();
        let refused = answers.iter().filter(|status| **status == 429).count();
        // Calls that end meanwhile make room for others.
        let ended_too = limits.get("calls_at_once").is_some();
        assert!(placed == 5 || ended_too && placed > 5, "{limits}: {placed}");
        assert_eq!(placed + refused, 64, "{limits}");
        assert_eq!(server.sandbox.calls().len(), placed, "{limits}");
    }
}
