//! Twilio's error responses: `{code, message, more_info, status}`.

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A rejected request. Codes: <https://www.twilio.com/docs/api/errors>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotAuthenticated,
    NotFound { path: String },
    MethodNotAllowed { method: Method },
    TooManyRequests,
    ServerError,
    NoTo,
    ToNotANumber { to: String },
    ToNotInAnyPlan { to: String },
    ToUnreachable { to: String },
    ToNotPermitted { to: String },
    ToBlocked { to: String },
    NoFrom,
    FromNotANumber { from: String },
    FromNotOwned { from: String },
    NoInstructions,
    BadUrl { field: &'static str, url: String },
    TwimlTooLong { chars: usize },
    BadStatusCallback { url: String },
    BadSendDigits { digits: String },
    BadTimeout { timeout: String },
    BadMethod { field: &'static str, method: String },
    BadApplicationSid { sid: String },
    BadParameter { field: String, reason: &'static str },
    UnknownParameter { field: String },
    NotInProgress,
    StillRunning,
    TooLarge,
}

#[derive(Serialize)]
struct Body {
    code: u32,
    message: String,
    more_info: String,
    status: u16,
}

impl Refusal {
    fn codes(&self) -> (StatusCode, u32) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::NotAuthenticated => (StatusCode::UNAUTHORIZED, 20003),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, 20404),
            Self::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, 20004),
            Self::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, 20429),
            Self::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, 20500),
            Self::NoTo => (bad, 21201),
            Self::ToNotANumber { .. } => (bad, 21211),
            Self::ToNotInAnyPlan { .. } => (bad, 21217),
            Self::ToUnreachable { .. } => (bad, 21214),
            Self::ToNotPermitted { .. } => (bad, 21215),
            Self::ToBlocked { .. } => (bad, 21216),
            Self::NoFrom => (bad, 21213),
            Self::FromNotANumber { .. } => (bad, 21212),
            Self::FromNotOwned { .. } => (bad, 21210),
            Self::NoInstructions | Self::BadUrl { .. } | Self::TwimlTooLong { .. } => (bad, 21205),
            Self::BadStatusCallback { .. } => (bad, 21609),
            Self::BadSendDigits { .. } => (bad, 21206),
            Self::BadTimeout { .. } => (bad, 21208),
            Self::BadMethod { .. } => (bad, 21209),
            Self::BadApplicationSid { .. } => (bad, 21218),
            Self::BadParameter { .. } | Self::UnknownParameter { .. } => (bad, 20001),
            Self::NotInProgress => (bad, 21220),
            Self::StillRunning => (StatusCode::CONFLICT, 20009),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 20413),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NotAuthenticated => "Authenticate".to_owned(),
            Self::NotFound { path } => format!("The requested resource {path} was not found"),
            Self::MethodNotAllowed { method } => {
                format!("Method not allowed: {method} is not supported for this resource")
            }
            Self::TooManyRequests => "Too Many Requests".to_owned(),
            Self::ServerError => "An internal server error has occurred".to_owned(),
            Self::NoTo => "No 'To' number is specified".to_owned(),
            Self::ToNotANumber { to } => format!("The 'To' number {to} is not a valid phone number."),
            Self::ToNotInAnyPlan { to } => {
                format!("The phone number you are attempting to call, {to}, is not valid.")
            }
            Self::ToUnreachable { to } => {
                format!("The phone number you are attempting to call, {to}, cannot be reached.")
            }
            Self::ToNotPermitted { to } => format!(
                "Account not authorized to call {to}. Perhaps you need to enable some international permissions: \
                 https://www.twilio.com/console/voice/calls/geo-permissions/low-risk"
            ),
            Self::ToBlocked { to } => format!("Account not allowed to call {to}"),
            Self::NoFrom => "No 'From' number is specified".to_owned(),
            Self::FromNotANumber { from } => format!("The 'From' number {from} is not a valid phone number."),
            Self::FromNotOwned { from } => format!(
                "The source phone number provided, {from}, is not yet verified for your account. You may only make \
                 calls from phone numbers that you've verified or purchased from Twilio."
            ),
            Self::NoInstructions => "Url parameter is required.".to_owned(),
            Self::BadUrl { field, url } => format!("{field} is not a valid URL: {url}"),
            Self::TwimlTooLong { chars } => {
                format!("Twiml must be at most {} characters long, not {chars}.", twilio::TWIML_MAX_CHARS)
            }
            Self::BadStatusCallback { url } => format!("The StatusCallback URL {url} is not a valid URL."),
            Self::BadSendDigits { digits } => format!("SendDigits is not valid: {digits}"),
            Self::BadTimeout { timeout } => format!("Timeout is not valid: {timeout}"),
            Self::BadMethod { field, method } => format!("{field} is not a valid HTTP method: {method}"),
            Self::BadApplicationSid { sid } => format!("ApplicationSid is not valid: {sid}"),
            Self::BadParameter { field, reason } => format!("Invalid parameter {field}: {reason}"),
            Self::UnknownParameter { field } => format!("Unknown parameter {field}"),
            Self::NotInProgress => "Call is not in-progress. Cannot redirect.".to_owned(),
            Self::StillRunning => "A call can be deleted when it has ended, not before.".to_owned(),
            Self::TooLarge => "The request is too large.".to_owned(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = self.codes();
        let body = Body {
            code,
            message: self.message(),
            more_info: format!("https://www.twilio.com/docs/errors/{code}"),
            status: status.as_u16(),
        };
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Twilio API\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
