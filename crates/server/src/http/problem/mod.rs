//! Errors of the API as `application/problem+json` (RFC 9457).
//!
//! The texts for each error of the application are in [`words`].

mod code;
mod words;

use std::any::Any;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_core::{CallId, Failure};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenKind;

pub(crate) use code::Code;

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The HTTP status again.
    pub status: u16,
    /// Name of the problem, stable for programs.
    pub code: Code,
    /// What kind of problem it is.
    pub title: &'static str,
    /// What happened this time, and what to do about it.
    pub detail: String,
    /// How many seconds to wait before you try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// When the rule allows such a call again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub lifts_at: Option<Box<Timestamp>>,
    /// Whether the owner can override the rule for one call, in the window.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub can_be_set_aside: bool,
    /// The call it is about, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub call: Option<CallId>,
    /// The number as the server reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "+15005550100")]
    pub number: Option<Box<str>>,
    /// Twilio's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twilio_code: Option<u32>,
    /// Where Twilio explains its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_info: Option<Box<str>>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: Code,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let detail = detail.into();
        let status = status.as_u16();
        Self {
            status,
            code,
            title,
            detail,
            retry_after_s: None,
            lifts_at: None,
            can_be_set_aside: false,
            call: None,
            number: None,
            twilio_code: None,
            more_info: None,
        }
    }

    pub(crate) fn bad_request(code: Code, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "The request can't be understood", detail)
    }

    pub(crate) fn too_slow() -> Self {
        let detail = "The request took too long to arrive. Send it again.";
        Self::new(StatusCode::REQUEST_TIMEOUT, Code::TooSlow, "The body did not come in time", detail)
    }

    pub(crate) fn unauthorized() -> Self {
        let detail = "Send the user name and password (Basic) or a token (Bearer), or sign in at /sign-in.";
        Self::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, "Sign in first", detail)
    }

    /// Too many failed attempts.
    pub(crate) fn locked_out(wait: Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        let detail = format!("Try again in {seconds} s. The owner can end the lock in Settings.");
        let mut problem =
            Self::new(StatusCode::TOO_MANY_REQUESTS, Code::LockedOut, "Too many wrong attempts", detail);
        problem.retry_after_s = u32::try_from(seconds).ok();
        problem
    }

    pub(crate) fn unknown_holder(kind: TokenKind) -> Self {
        let detail = match kind {
            TokenKind::Session => "There is no such session; it may have ended.",
            TokenKind::Device => "There is no such device; it may have been revoked.",
        };
        Self::new(StatusCode::NOT_FOUND, Code::UnknownHolder, "No such session or device", detail)
    }

    pub(crate) fn unknown_call(id: &str) -> Self {
        let detail = format!("There is no call {id}.");
        Self::new(StatusCode::NOT_FOUND, Code::UnknownCall, "No such call", detail)
    }

    pub(crate) fn unknown_person(id: &str) -> Self {
        let detail = format!("There is no person {id}.");
        Self::new(StatusCode::NOT_FOUND, Code::UnknownPerson, "No such person", detail)
    }

    pub(crate) fn unknown_group(id: &str) -> Self {
        let detail = format!("There is no group {id}.");
        Self::new(StatusCode::NOT_FOUND, Code::UnknownGroup, "No such group", detail)
    }

    /// A call that was recorded and that Twilio didn't accept.
    pub(crate) fn of_failure(call: CallId, failure: &Failure) -> Self {
        let (status, code, title) = match failure.code() {
            Some(20_429) => (
                StatusCode::TOO_MANY_REQUESTS,
                Code::TwilioBusy,
                "Twilio accepts no more calls at the moment",
            ),
            Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, Code::TwilioRefused, "Twilio refused the call"),
            None => (StatusCode::BAD_GATEWAY, Code::NotDialled, "The call could not be sent to Twilio"),
        };
        Self {
            call: Some(call),
            ..Self::new(status, code, title, failure.message()).about_twilio(failure.code())
        }
    }

    /// A failed request to Twilio, with Twilio's reason.
    pub(crate) fn of_twilio(title: &'static str, error: &twilio::Error) -> Self {
        let explanation = error.explanation();
        let detail = format!("{} {}", explanation.sentence, explanation.next_step);
        Self::new(StatusCode::BAD_GATEWAY, Code::Twilio, title, detail).about_twilio(error.code())
    }

    fn about_twilio(mut self, code: Option<u32>) -> Self {
        self.twilio_code = code;
        self.more_info = code.map(|code| format!("https://www.twilio.com/docs/api/errors/{code}").into());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let retry_after = self.retry_after_s;
        let mut response = (status, [kind], Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

pub(crate) async fn not_found() -> Problem {
    let detail = "The routes are described at /api/docs.";
    Problem::new(StatusCode::NOT_FOUND, Code::NoSuchRoute, "There is no such route", detail)
}

pub(crate) async fn method_not_allowed() -> Problem {
    let detail = "The routes are described at /api/docs.";
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        Code::MethodNotAllowed,
        "This method is not allowed here",
        detail,
    )
}

/// The internet gets no explanation.
pub(crate) async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// A panic, without its message, which may hold private data.
pub(crate) fn of_panic(_: Box<dyn Any + Send>) -> Response {
    let detail = "This is a bug in the program. Its log says where.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Panic, "The program failed", detail).into_response()
}

pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
