//! `Balance.json`: the account's balance. Only the auth token may read it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde_json::{Value, json};

use super::auth::SignedInAsOwner;
use super::refusal::Refusal;
use crate::account::Account;
use crate::rates;

pub(crate) async fn fetch(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedInAsOwner,
    Path(asked): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let sid = &account.config.account_sid;
    if asked != *sid {
        return Err(Refusal::NotFound { path: uri.path().to_owned() });
    }
    Ok(Json(json!({
        "account_sid": sid,
        "balance": rates::written(account.balance()),
        "currency": rates::CURRENCY,
    })))
}
