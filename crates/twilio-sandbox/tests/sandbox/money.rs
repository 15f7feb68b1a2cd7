//! Prices before and after a call, and the balance.

use secrecy::{ExposeSecret, SecretString};
use twilio_sandbox::SandboxConfig;

use crate::world::{MINE, ORDINARY, call_to, world, world_with};

#[tokio::test]
async fn a_call_costs_what_was_told_before() {
    let world = world().await;
    for (to, country, per_minute) in [
        (ORDINARY, Some("US"), "0.01400"),
        ("+4930901820", Some("DE"), "0.01610"),
        ("+4915112345678", Some("DE"), "0.03720"),
        ("+447400123456", Some("GB"), "0.03050"),
    ] {
        let pricing = world.client.number_pricing(to, MINE).await.expect("told");
        assert_eq!((pricing.destination_number.as_str(), pricing.iso_country.as_deref()), (to, country));
        let told = pricing.per_minute_from(MINE).expect("a price");
        assert_eq!((told.to_string().as_str(), pricing.price_unit.as_deref()), (per_minute, Some("USD")));

        let before = world.client.balance().await.expect("told").expect("readable");
        let call = world.client.create_call(&call_to(to)).await.expect("placed");
        world.settled(call.sid.as_str()).await;
        let paid = world.client.fetch_call(&call.sid).await.expect("fetched").price.expect("a price");
        assert_eq!(paid, -told, "a minute to {to}");
        let after = world.client.balance().await.expect("told").expect("readable");
        assert_eq!(before.amount - after.amount, told, "{to}");
    }
}

#[tokio::test]
async fn a_call_that_nobody_answers_costs_nothing() {
    let world = world_with(SandboxConfig { speed: 100.0, balance: 3, ..SandboxConfig::default() }).await;
    let call = world.client.create_call(&call_to("+15005550110")).await.expect("placed");
    world.settled(call.sid.as_str()).await;
    assert_eq!(world.client.fetch_call(&call.sid).await.expect("fetched").price, None);
    let left = world.client.balance().await.expect("told").expect("readable");
    assert_eq!((left.amount.to_string().as_str(), left.currency.as_str()), ("3.00000", "USD"));
}

#[tokio::test]
async fn prices_have_twilios_shape() {
    let world = world().await;
    let url = |path: &str| world.sandbox.base_url().join(path).expect("a URL");
    let path = "/v2/Voice/Numbers/+4930901820?OriginationNumber=%2B15005550006";
    let (status, pricing) = world.answer(world.http.get(url(path))).await;
    let expected = serde_json::json!({
        "destination_number": "+4930901820",
        "origination_number": "+15005550006",
        "country": "Germany",
        "iso_country": "DE",
        "outbound_call_prices": [
            {"base_price": "0.01610", "current_price": "0.01610", "origination_prefixes": ["ALL"]},
        ],
        "inbound_call_price": null,
        "price_unit": "USD",
        "url": "https://pricing.twilio.com/v2/Voice/Numbers/+4930901820",
    });
    assert_eq!((status, pricing), (200, expected));
    for (path, status, code) in [
        ("/v2/Voice/Numbers/nobody", 404, 20404),
        ("/v2/Voice/Numbers/+4930901820?OriginationNumber=me", 400, 20001),
        ("/v2/Voice/Numbers/+4930901820?Origin=me", 400, 20001),
    ] {
        let (answered, refusal) = world.answer(world.http.get(url(path))).await;
        assert_eq!((answered, refusal["code"].as_u64()), (status, Some(code)), "{path}");
    }
    let stranger = world.http.get(url(path)).send().await.expect("an answer");
    assert_eq!(stranger.status().as_u16(), 401);
}

#[tokio::test]
async fn a_standard_key_reads_prices_and_no_balance() {
    let key = ("SK00000000000000000000000000000001".to_owned(), SecretString::from("secret"));
    let config = SandboxConfig { api_key: Some(key.clone()), ..SandboxConfig::default() };
    let world = world_with(config).await;
    let ask = |url| world.http.get(url).basic_auth(&key.0, Some(key.1.expose_secret())).send();
    let prices = world.sandbox.base_url().join("/v2/Voice/Numbers/+4930901820").expect("a URL");
    assert_eq!(ask(prices).await.expect("an answer").status().as_u16(), 200);
    assert_eq!(ask(world.url("/Balance.json")).await.expect("an answer").status().as_u16(), 401);
    let (status, balance) = world.get("/Balance.json").await;
    assert_eq!((status, balance["balance"].as_str()), (200, Some("20.00000")));
}
