//! The original routes. Their paths, parameters and answers are a contract with programs that can no longer be changed,
//! down to the blanks in the JSON.

pub(crate) mod call;
mod contract_json;
mod fields;
pub(crate) mod pusher_auth;
pub(crate) mod twilio_update;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) use contract_json::ContractJson;
pub(crate) use fields::{Fields, MissingFields};

pub(crate) const CALLBACK_PREFIX: &str = benspamsphones_app::app::CALLBACK_PATH;

pub(crate) fn message(status: StatusCode, message: impl Into<Value>) -> Response {
    (status, ContractJson(json!({"message": message.into()}))).into_response()
}
