//! Prices and balance.

use axum::http::Method;
use serde_json::json;
use twilio::{Client, ClientConfig, Error};

use crate::fake_twilio::{ACCOUNT, FakeTwilio, Reply, client, credentials, error_json};

const PRICES: &str = "/v2/Voice/Numbers/%2B4930901820?OriginationNumber=%2B15005550006";

fn pricing() -> Reply {
    let price = json!({"base_price": "0.0200", "current_price": "0.0161", "origination_prefixes": ["ALL"]});
    let body = json!({
        "destination_number": "+4930901820", "country": "Germany", "iso_country": "DE",
        "outbound_call_prices": [price], "price_unit": "USD"
    });
    Reply::Json(200, body)
}

#[tokio::test]
async fn a_price_is_asked_for_by_both_numbers() {
    let fake = FakeTwilio::start([pricing()]).await;
    let pricing = fake.client().number_pricing("+4930901820", "+15005550006").await.expect("told");
    let price = pricing.per_minute_from("+15005550006").map(|price| price.to_string());
    assert_eq!(
        (price.as_deref(), pricing.price_unit.as_deref(), pricing.iso_country.as_deref()),
        (Some("0.0161"), Some("USD"), Some("DE"))
    );
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!((request.method, request.uri.to_string()), (Method::GET, PRICES.to_owned()));
    assert!(request.authorization.starts_with("Basic "));
}

#[tokio::test]
async fn prices_may_be_somewhere_else() {
    let (calls, prices) = (FakeTwilio::start([]).await, FakeTwilio::start([pricing()]).await);
    let client = client(calls.url.clone()).with_pricing_base(&prices.url).expect("a base");
    client.number_pricing("+4930901820", "+15005550006").await.expect("told");
    assert_eq!((prices.requests().len(), calls.requests().len()), (1, 0));
    for bad in ["ftp://example.com", "http://user@127.0.0.1", "http://127.0.0.1/?a", "https://example.com"] {
        let client = Client::new(ClientConfig::new(calls.url.clone(), credentials())).expect("a client");
        assert!(client.with_pricing_base(&bad.parse().expect("a URL")).is_err(), "{bad} was taken");
    }
}

#[tokio::test]
async fn a_number_without_a_price_is_not_found() {
    let fake = FakeTwilio::start([Reply::Json(404, error_json(404, 20404, "not found"))]).await;
    let error = fake.client().number_pricing("+4930901820", "+15005550006").await.expect_err("none");
    assert!(error.is_not_found(), "{error:?}");
}

#[tokio::test]
async fn a_balance_is_exact() {
    let body = json!({"account_sid": ACCOUNT, "balance": "12.08600", "currency": "USD"});
    let fake = FakeTwilio::start([Reply::Json(200, body)]).await;
    let balance = fake.client().balance().await.expect("told").expect("readable");
    assert_eq!((balance.amount.to_string().as_str(), balance.currency.as_str()), ("12.08600", "USD"));
    let [request] = fake.requests().try_into().expect("one request");
    assert_eq!(request.uri.to_string(), format!("/2010-04-01/Accounts/{ACCOUNT}/Balance.json"));
}

/// A standard API key may not read it, which isn't an error; Twilio's own failures are.
#[tokio::test]
async fn a_balance_that_is_not_for_this_key() {
    for (status, code) in [(401, 20003), (403, 20403)] {
        let fake = FakeTwilio::start([Reply::Json(status, error_json(status, code, "no"))]).await;
        assert_eq!(fake.client().balance().await.expect("an answer"), None);
    }
    let fake = FakeTwilio::start([Reply::Json(500, error_json(500, 20500, "down"))]).await;
    assert!(matches!(fake.client().balance().await, Err(Error::Server(_))));
    let fake = FakeTwilio::start([Reply::Json(200, json!({"balance": "much", "currency": "USD"}))]).await;
    assert!(matches!(fake.client().balance().await, Err(Error::UnreadableAnswer { .. })));
}
