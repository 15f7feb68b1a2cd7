//! `/v2/Voice/Numbers/{Number}` of the Pricing API, which has its own host at Twilio.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use serde_json::{Value, json};

use super::auth::SignedInAnywhere;
use super::refusal::Refusal;
use crate::account::Account;
use crate::rates;

pub(crate) async fn number(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedInAnywhere,
    Path(destination): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let mut origin = None;
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            "OriginationNumber" => origin = Some(value.into_owned()),
            _ => return Err(Refusal::UnknownParameter { field: name.into_owned() }),
        }
    }
    let not_found = || Refusal::NotFound { path: uri.path().to_owned() };
    let destination = account.numbers.parse(&destination).map_err(|_| not_found())?.e164;
    let origin = origin.map(|origin| account.numbers.parse(&origin)).transpose();
    let origin = origin.map_err(|_| Refusal::BadParameter {
        field: "OriginationNumber".to_owned(),
        reason: "it must be a phone number in E.164",
    })?;
    let rate = rates::of(&destination);
    let per_minute = rates::written(i64::try_from(rate.per_minute).unwrap_or(i64::MAX));
    let named = |text: &'static str| (!text.is_empty()).then_some(text);
    Ok(Json(json!({
        "destination_number": destination,
        "origination_number": origin.map(|origin| origin.e164),
        "country": named(rate.country),
        "iso_country": named(rate.iso_country),
        "outbound_call_prices": [
            { "base_price": per_minute, "current_price": per_minute, "origination_prefixes": ["ALL"] },
        ],
        // There are no inbound calls.
        "inbound_call_price": null,
        "price_unit": rates::CURRENCY,
        "url": format!("https://pricing.twilio.com/v2/Voice/Numbers/{destination}"),
    })))
}
