//! `IncomingPhoneNumbers.json` and `IncomingPhoneNumbers/{Sid}.json`: the account's numbers.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use serde_json::{Value, json};

use super::auth::SignedIn;
use super::call_resource::phone_number_sid;
use super::create_call::TEST_NUMBER;
use super::page::{Neighbours, PageRequest, Start};
use super::refusal::Refusal;
use crate::account::Account;
use crate::{OwnedNumbers, number};

pub(crate) async fn list(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let page = PageRequest::read(query.as_deref())?;
    let mut wanted = None;
    for (name, value) in &page.filters {
        match name.as_str() {
            "PhoneNumber" => wanted = Some(value.as_str()),
            "FriendlyName" | "Beta" | "Origin" => {}
            _ => return Err(Refusal::UnknownParameter { field: name.clone() }),
        }
    }
    let mut numbers = owned(&account);
    numbers.retain(|number| wanted.is_none_or(|wanted| matches(number, wanted)));
    // The list never changes, so an index works as a page token.
    let start = match page.start {
        Start::Skip(pages) => pages.saturating_mul(page.size),
        Start::OlderThan(place) => usize::try_from(place).unwrap_or(usize::MAX),
        Start::NewerThan(place) => usize::try_from(place).unwrap_or(usize::MAX).saturating_sub(page.size),
    };
    let end = start.saturating_add(page.size);
    let neighbours = Neighbours {
        next: u64::try_from(end).ok().filter(|_| end < numbers.len()),
        previous: u64::try_from(start).ok().filter(|_| start > 0),
    };
    let resources: Vec<Value> =
        numbers.iter().skip(start).take(page.size).map(|number| resource(number, &account)).collect();
    Ok(Json(page.frame(uri.path(), "incoming_phone_numbers", &resources, neighbours)))
}

pub(crate) async fn fetch(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, file)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let wanted = file.strip_suffix(".json");
    let number = owned(&account).into_iter().find(|number| Some(phone_number_sid(number).as_str()) == wanted);
    let number = number.ok_or_else(|| Refusal::NotFound { path: uri.path().to_owned() })?;
    Ok(Json(resource(&number, &account)))
}

fn owned(account: &Account) -> Vec<String> {
    let mut numbers = match &account.config.owned_numbers {
        OwnedNumbers::Any => Vec::new(),
        OwnedNumbers::Only(numbers) => numbers.clone(),
    };
    if !numbers.iter().any(|number| number == TEST_NUMBER) {
        numbers.push(TEST_NUMBER.to_owned());
    }
    numbers
}

fn matches(number: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_start_matches('+').as_bytes();
    wanted.is_empty()
        || number
            .trim_start_matches('+')
            .as_bytes()
            .windows(wanted.len())
            .any(|part| part.iter().zip(wanted).all(|(digit, wanted)| *wanted == b'*' || digit == wanted))
}

fn resource(number: &str, account: &Account) -> Value {
    let account_sid = &account.config.account_sid;
    let sid = phone_number_sid(number);
    json!({
        "sid": sid,
        "account_sid": account_sid,
        "friendly_name": number::formatted(number),
        "phone_number": number,
        "voice_url": null,
        "voice_method": "POST",
        "voice_fallback_url": null,
        "voice_fallback_method": "POST",
        "voice_caller_id_lookup": false,
        "voice_receive_mode": "voice",
        "voice_application_sid": null,
        "date_created": null,
        "date_updated": null,
        "sms_url": null,
        "sms_method": "POST",
        "sms_fallback_url": null,
        "sms_fallback_method": "POST",
        "sms_application_sid": null,
        "address_requirements": "none",
        "address_sid": null,
        "beta": false,
        "capabilities": { "voice": true, "sms": false, "mms": false, "fax": false },
        "status_callback": null,
        "status_callback_method": "POST",
        "api_version": "2010-04-01",
        "origin": "twilio",
        "trunk_sid": null,
        "emergency_status": "Inactive",
        "emergency_address_sid": null,
        "emergency_address_status": "unregistered",
        "identity_sid": null,
        "bundle_sid": null,
        "status": "in-use",
        "type": "local",
        "uri": format!("/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{sid}.json"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_wildcards_match() {
        for wanted in ["+15005550006", "500555", "5*0555", "", "+1"] {
            assert!(matches(TEST_NUMBER, wanted), "{wanted}");
        }
        for wanted in ["+15005550007", "9", "+150055500061"] {
            assert!(!matches(TEST_NUMBER, wanted), "{wanted}");
        }
    }
}
