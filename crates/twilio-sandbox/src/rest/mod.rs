//! The REST API: Twilio's paths below `/2010-04-01` and the prices below `/v2`.

mod accounts;
pub(crate) mod auth;
mod balance;
mod call_logs;
pub(crate) mod call_resource;
mod calls;
mod create_call;
mod form;
mod incoming_phone_numbers;
mod page;
mod pricing;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::account::Account;
use refusal::Refusal;

/// Twilio's own limits allow a few times 4,000 characters.
const BODY_MAX_BYTES: usize = 256 * 1024;

/// SIDs in paths end in `.json`, which the handlers strip.
pub(crate) fn router(account: Arc<Account>) -> Router {
    let below = |path: &str| format!("/2010-04-01/Accounts/{{account_sid}}{path}");
    Router::new()
        .route("/2010-04-01/Accounts/{file}", get(accounts::fetch))
        .route(&below("/Calls.json"), get(calls::list).post(calls::create))
        .route(&below("/Calls/{file}"), get(calls::fetch).post(calls::update).delete(calls::delete))
        .route(&below("/Calls/{call_sid}/Events.json"), get(call_logs::events))
        .route(&below("/Calls/{call_sid}/Notifications.json"), get(call_logs::notifications))
        .route(&below("/IncomingPhoneNumbers.json"), get(incoming_phone_numbers::list))
        .route(&below("/IncomingPhoneNumbers/{file}"), get(incoming_phone_numbers::fetch))
        .route(&below("/Balance.json"), get(balance::fetch))
        .route("/v2/Voice/Numbers/{number}", get(pricing::number))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(account)
}

/// Browsers send `OPTIONS` first.
async fn method_not_allowed(method: Method) -> Response {
    if method != Method::OPTIONS {
        return Refusal::MethodNotAllowed { method }.into_response();
    }
    let permitted = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Authorization, Content-Type"),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
    ];
    (StatusCode::NO_CONTENT, permitted).into_response()
}

async fn not_found(uri: Uri) -> Refusal {
    Refusal::NotFound { path: uri.path().to_owned() }
}
