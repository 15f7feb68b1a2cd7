//! Money before and after a call: what a minute costs, what was spent, what is left. And none of it delays a call.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use benspamsphones_app::store::Store;
use benspamsphones_core::Limits;
use benspamsphones_server::config::PublicAddress;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use twilio_sandbox::{Sandbox, SandboxConfig};
use url::Url;

use crate::event_stream::Event;
use crate::harness::{ORDINARY, Setup, TestServer, id};

const BERLIN: &str = "+4930901820";

fn priced(event: &Event) -> bool {
    !event.data["call"]["price"].is_null()
}

async fn read(server: &TestServer, path: &str) -> Value {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

async fn prices(answer: impl Fn() -> axum::response::Response + Clone + Send + Sync + 'static) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let router = Router::new().fallback(move || std::future::ready(answer()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn goes_on(setup: Setup) -> Value {
    let server = TestServer::start_with(setup).await;
    let placed = server.place("protocol1", ORDINARY).await;
    let last = server.events_until(id(&placed), priced).await;
    let call = last.last().unwrap().data["call"].clone();
    assert_eq!((&call["status"], &call["estimate_per_minute"]), (&json!("completed"), &Value::Null));
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_has_its_price_before_anybody_is_rung() {
    let server = TestServer::start().await;
    let estimate = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B49+30+901820").await;
    assert_eq!(
        (&estimate["to"], &estimate["country"], &estimate["per_minute"]),
        (&json!(BERLIN), &json!("DE"), &usd("0.0161"))
    );
    let again = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    assert_eq!(again, estimate, "kept, with the time at which Twilio said so");
    assert!(server.sandbox.calls().is_empty());
    let ask = async |query: &str| server.get(&format!("/api/v1/estimate?{query}")).await;
    ask("protocol=nonesuch&to=%2B4930901820").await.problem(404, "unknown_protocol");
    ask("protocol=protocol1&to=mother").await.problem(422, "not_a_number");
    ask("protocol=protocol1").await.problem(400, "bad_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_over_a_restart() {
    let mut server = TestServer::start().await;
    let before = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    server.stop().await;
    server.setup.pricing_base = Some("http://127.0.0.1:1".parse().unwrap());
    server.start_again().await;
    let after = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    assert_eq!(after, before);
    server.get("/api/v1/estimate?protocol=protocol1&to=%2B442079460958").await.problem(502, "twilio");
}

/// An unreadable price counts as unknown: the program starts, and fetches it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_price_in_the_database_is_passed_over() {
    const LONDON: &str = "/api/v1/estimate?protocol=protocol1&to=%2B442079460958";
    let mut server = TestServer::start().await;
    let before = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    let london = read(&server, LONDON).await;
    server.stop().await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    let spoil = "UPDATE quotes SET currency = '?' WHERE to_number = '+442079460958';
        INSERT INTO quotes SELECT mode, account_sid, 'mother', from_number, 1, 'USD', NULL, as_of FROM quotes LIMIT 1";
    database.execute_batch(spoil).unwrap();
    drop(database);
    server.start_again().await;
    let after = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    assert_eq!(after, before, "the others count");
    assert_eq!(read(&server, LONDON).await["per_minute"], london["per_minute"]);
    server.stop().await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    let find = "SELECT currency FROM quotes WHERE to_number = '+442079460958'";
    let currency: String = database.query_row(find, [], |row| row.get(0)).unwrap();
    assert_eq!(currency, "USD", "and what was told now takes its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_expected_gives_way_to_what_it_cost() {
    // Slow enough that the call lasts as long as the test needs.
    let server = TestServer::start_with(Setup { speed: 20.0, ..Setup::default() }).await;
    let placed = server.place("protocol1", BERLIN).await;
    assert_eq!((&placed["estimate_per_minute"], &placed["price"]), (&usd("0.0161"), &Value::Null));
    let total = read(&server, "/api/v1/spend").await["total"].clone();
    assert_eq!(total, json!([{"spent": usd("0"), "expected": usd("0.0161")}]));

    server.events_until(id(&placed), priced).await;
    let person = json!({"name": "Ada", "numbers": [{"number": BERLIN}]});
    assert_eq!(server.post_json("/api/v1/people", &person).await.status, 201);
    let other = server.place("protocol2", ORDINARY).await;
    server.events_until(id(&other), priced).await;
    let busy = server.place("protocol1", "+15005550110").await;
    server.ended(id(&busy)).await;

    let sum = |amount: &str| json!([{"spent": usd(amount), "expected": usd("0")}]);
    for by in ["day", "month", "protocol", "person"] {
        let told = read(&server, &format!("/api/v1/spend?by={by}&time_zone=Asia/Kathmandu")).await;
        assert_eq!(told["total"], sum("0.0301"), "{by}: what nobody answers costs nothing");
        assert_eq!(told["deleted"], json!([]));
        let items = told["items"].as_array().unwrap();
        let costly: Vec<_> = items.iter().filter(|item| item["sums"] != json!([])).collect();
        match by {
            // The two calls may be on both sides of midnight in Nepal.
            "day" | "month" => assert!((1..=2).contains(&costly.len()), "{told}"),
            _ => {
                let sums: Vec<_> = costly.iter().map(|item| (&item["key"], &item["sums"])).collect();
                let keys = if by == "protocol" {
                    [json!("protocol1"), json!("protocol2")]
                } else {
                    assert_eq!(costly[0]["name"], "Ada");
                    [costly[0]["key"].clone(), Value::Null]
                };
                assert_eq!(sums, [(&keys[0], &sum("0.0161")), (&keys[1], &sum("0.014"))], "{by}");
            }
        }
    }
    assert_eq!(read(&server, "/api/v1/spend?by=day").await["items"].as_array().unwrap().len(), 30);
    assert_eq!(read(&server, "/api/v1/spend?by=month").await["items"].as_array().unwrap().len(), 12);
    assert_eq!(read(&server, "/api/v1/spend?mode=live").await["total"], json!([]));
    for bad in ["by=hour", "time_zone=", "from=yesterday", "from=20260301", "to=2026-03-01T00:00:00Z"] {
        server.get(&format!("/api/v1/spend?{bad}")).await.problem(400, "bad_parameter");
    }
    server.get("/api/v1/spend?time_zone=Mars/Olympus").await.problem(422, "unknown_time_zone");
    server.get("/api/v1/spend?from=2026-03-02&to=2026-03-01").await.problem(422, "bad_period");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_an_earlier_run_did_not_learn() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let mut server = TestServer::start_with(setup).await;
    let placed = server.place("protocol1", ORDINARY).await;
    server.ended(id(&placed)).await;
    // Stopped before the next poll; if the poll was faster, the price is already known.
    server.stop().await;
    server.start_again().await;
    server.events_until(id(&placed), priced).await;
    assert_eq!(server.call(id(&placed)).await["price"], usd("0.014"));
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_out_of_reach() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let pricing_base = Some(format!("http://{nowhere}").parse().unwrap());
    goes_on(Setup { pricing_base, ..Setup::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_that_never_come() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pricing_base = Some(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap());
    let mut setup = Setup { pricing_base, ..Setup::default() };
    setup.pace.estimate = Duration::from_millis(50);
    goes_on(setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_that_are_refused_broken_or_none() {
    let answers: [fn() -> axum::response::Response; 4] = [
        || (StatusCode::FORBIDDEN, r#"{"code": 20403, "message": "no", "status": 403}"#).into_response(),
        || (StatusCode::INTERNAL_SERVER_ERROR, "down").into_response(),
        || (StatusCode::OK, "<html>").into_response(),
        || (StatusCode::OK, r#"{"outbound_call_prices": [], "price_unit": "USD"}"#).into_response(),
    ];
    for answer in answers {
        let pricing_base = Some(prices(answer).await);
        goes_on(Setup { pricing_base, ..Setup::default() }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_goes_down_by_what_calls_cost() {
    let server = TestServer::start().await;
    let before = read(&server, "/api/v1/balance").await;
    assert_eq!((&before["balance"], &before["low"]), (&usd("20"), &json!(false)));
    let placed = server.place("protocol1", BERLIN).await;
    server.events_until(id(&placed), priced).await;
    assert_eq!(read(&server, "/api/v1/balance").await["balance"], usd("19.9839"));
}

#[tokio::test(flavor = "multi_thread")]
async fn little_is_left() {
    let config = SandboxConfig { speed: 200.0, balance: 0, ..SandboxConfig::default() };
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), config).await.unwrap();
    let server = TestServer::start_beside(sandbox, Setup::default()).await;
    let left = read(&server, "/api/v1/balance").await;
    assert_eq!((&left["balance"], &left["low"]), (&usd("0"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_is_not_for_every_key() {
    let key = ("SK00000000000000000000000000000001".to_owned(), SecretString::from("secret"));
    let config = SandboxConfig { api_key: Some(key.clone()), ..SandboxConfig::default() };
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), config).await.unwrap();
    let setup = Setup { api_key: Some(key), ..Setup::default() };
    let server = TestServer::start_beside(sandbox, setup).await;
    let left = read(&server, "/api/v1/balance").await;
    assert_eq!((&left["balance"], &left["low"]), (&Value::Null, &json!(false)));
    let estimate = read(&server, "/api/v1/estimate?protocol=protocol1&to=%2B4930901820").await;
    assert_eq!(estimate["per_minute"], usd("0.0161"), "prices are");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_the_money_does() {
    // Lasts five minutes, but the money lasts two.
    const TALKATIVE: &str = "+15005550114";
    let server = TestServer::start().await;
    let estimate =
        read(&server, &format!("/api/v1/estimate?protocol=protocol1&to=%2B{}", &TALKATIVE[1..])).await;
    assert_eq!(estimate["per_minute"], usd("0.014"), "{estimate}");
    let mut limits = serde_json::to_value(Limits::none()).unwrap();
    limits["spend_per_day"] = json!("0.03");
    limits["calls_at_once"] = json!(1);
    let (status, answer) = server.as_owner(Method::PUT, "/api/v1/limits", Some(&limits)).await;
    assert_eq!(status, 200, "{answer}");
    let call = server.place("protocol1", TALKATIVE).await;
    let ended = server.ended(id(&call)).await;
    assert_eq!((&ended["status"], &ended["duration_s"]), (&json!("completed"), &json!(120)), "{ended}");
}

/// Each call alone would have got the rest of the money; together they would have cost three times the limit.
#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_share_the_money() {
    // They last five minutes each, but the money lasts five in total.
    const TALKATIVE: &str = "+15005550114";
    let server = TestServer::start_with(Setup { speed: 20.0, ..Setup::default() }).await;
    let mut limits = serde_json::to_value(Limits::none()).unwrap();
    limits["spend_per_day"] = json!("0.07");
    limits["calls_at_once"] = json!(3);
    assert_eq!(server.as_owner(Method::PUT, "/api/v1/limits", Some(&limits)).await.0, 200);
    let placed: Vec<_> =
        futures::future::join_all([1, 2, 3].map(|_| server.place("protocol1", TALKATIVE))).await;
    let mut minutes = Vec::new();
    for call in &placed {
        let ended = server.ended(id(call)).await;
        minutes.push(ended["duration_s"].as_u64().unwrap() / 60);
    }
    minutes.sort_unstable();
    assert_eq!(minutes, [1, 2, 2]);
}

/// Otherwise a spending limit would have no effect while the Pricing API is down.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_price_nobody_tells_is_taken_for_as_dear_as_the_dearest_of_late() {
    const SAME_COUNTRY: &str = "+4940123456";
    let mut server = TestServer::start().await;
    for to in [BERLIN, ORDINARY] {
        let call = server.place("protocol1", to).await;
        server.events_until(id(&call), priced).await;
    }
    server.stop().await;
    server.setup.pricing_base = Some("http://127.0.0.1:1".parse().unwrap());
    server.start_again().await;
    let call = server.place("protocol1", SAME_COUNTRY).await;
    assert_eq!(call["estimate_per_minute"], usd("0.0161"), "{call}");
    server.events_until(id(&call), priced).await;
    let mut limits = serde_json::to_value(Limits::none()).unwrap();
    limits["spend_per_day"] = json!("0.06");
    assert_eq!(server.as_owner(Method::PUT, "/api/v1/limits", Some(&limits)).await.0, 200);
    let refused = json!({"protocol": "protocol1", "to": "+4940123457"});
    let answer = server.post_json("/api/v1/calls", &refused).await;
    answer.problem(429, "day_spent");
    // No call to that country yet, so nothing is known.
    let elsewhere = server.place("protocol1", "+442079460958").await;
    assert_eq!(elsewhere["estimate_per_minute"], Value::Null, "{elsewhere}");
}
