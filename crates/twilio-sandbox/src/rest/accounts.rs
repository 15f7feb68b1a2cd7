//! `Accounts/{Sid}.json`: the account itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde_json::{Value, json};

use super::auth::SignedInAsOwner;
use super::refusal::Refusal;
use crate::account::Account;

pub(crate) async fn fetch(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedInAsOwner,
    Path(file): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let sid = &account.config.account_sid;
    if file.strip_suffix(".json") != Some(sid.as_str()) {
        return Err(Refusal::NotFound { path: uri.path().to_owned() });
    }
    let base = format!("/2010-04-01/Accounts/{sid}");
    Ok(Json(json!({
        "sid": sid,
        "friendly_name": "Sandbox",
        "status": "active",
        "type": "Full",
        "owner_account_sid": sid,
        // Twilio returns the token here, but a client that may read it already has it.
        "auth_token": null,
        "date_created": null,
        "date_updated": null,
        "subresource_uris": {
            "calls": format!("{base}/Calls.json"),
            "incoming_phone_numbers": format!("{base}/IncomingPhoneNumbers.json"),
        },
        "uri": format!("{base}.json"),
    })))
}
