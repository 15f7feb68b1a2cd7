//! Errors of the API as `application/problem+json` (RFC 9457).
//!
//! Every error type of the application is put into words here, each of its cases by name: a new case doesn't
//! compile before somebody has decided what it looks like from outside.

use std::any::Any;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_core::{CallId, Failure};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{HangUpError, PeopleError, PlaceCallError, ProtocolsError, SoundError};
use crate::gate::{GateError, TokenKind};
use crate::owner::OwnerError;
use crate::store::StoreError;
use crate::vault::VaultError;

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The HTTP status again.
    pub status: u16,
    /// Name of the problem, stable for programs.
    pub code: &'static str,
    /// What sort of problem it is.
    pub title: &'static str,
    /// What happened this time, and what to do about it.
    pub detail: String,
    /// After how many seconds it is worth another try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// The call it is about, if one was written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub call: Option<CallId>,
    /// Twilio's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twilio_code: Option<u32>,
    /// Where Twilio explains its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_info: Option<String>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
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
            call: None,
            twilio_code: None,
            more_info: None,
        }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "The request can't be understood", detail)
    }

    pub(crate) fn unauthorized() -> Self {
        let detail =
            "Send the user's name and password (Basic) or a device's token (Bearer), or sign in at /sign-in.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Credentials are needed", detail)
    }

    /// Too much was wrong before; how long nothing is looked at.
    pub(crate) fn locked_out(wait: Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        let detail = format!("Try again in {seconds} s. The owner can lift this in Settings.");
        let mut problem =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "locked_out", "Too much was wrong before", detail);
        problem.retry_after_s = u32::try_from(seconds).ok();
        problem
    }

    pub(crate) fn unknown_holder(kind: TokenKind) -> Self {
        let detail = match kind {
            TokenKind::Session => "There is no such session; it may have ended.",
            TokenKind::Device => "There is no such device; it may have been revoked.",
        };
        Self::new(StatusCode::NOT_FOUND, "unknown_holder", "No such session or device", detail)
    }

    pub(crate) fn unknown_call(id: &str) -> Self {
        let detail = format!("There is no call {id}.");
        Self::new(StatusCode::NOT_FOUND, "unknown_call", "No such call", detail)
    }

    pub(crate) fn unknown_person(id: &str) -> Self {
        let detail = format!("There is no person {id}.");
        Self::new(StatusCode::NOT_FOUND, "unknown_person", "No such person", detail)
    }

    /// A call that was written down and that Twilio did not take.
    pub(crate) fn of_failure(call: CallId, failure: &Failure) -> Self {
        let (status, code, title) = match failure.code {
            Some(20_429) => {
                (StatusCode::TOO_MANY_REQUESTS, "twilio_busy", "Twilio takes no more calls just now")
            }
            Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, "twilio_refused", "Twilio refused the call"),
            None => (StatusCode::BAD_GATEWAY, "not_dialled", "The call could not be handed to Twilio"),
        };
        Self {
            call: Some(call),
            ..Self::new(status, code, title, &failure.message).about_twilio(failure.code)
        }
    }

    /// What Twilio did not do, with its reason.
    pub(crate) fn of_twilio(title: &'static str, error: &twilio::Error) -> Self {
        let explanation = error.explanation();
        let detail = format!("{} {}", explanation.sentence, explanation.next_step);
        Self::new(StatusCode::BAD_GATEWAY, "twilio", title, detail).about_twilio(error.code())
    }

    fn about_twilio(mut self, code: Option<u32>) -> Self {
        self.twilio_code = code;
        self.more_info = code.map(|code| format!("https://www.twilio.com/docs/api/errors/{code}"));
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

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sqlite(_)
            | StoreError::File(_)
            | StoreError::Migration(_)
            | StoreError::BadRow { .. }
            | StoreError::HalfWritten => {
                tracing::error!(%error, "a request failed");
                let detail = format!("{error}. Is the disk full? The program's log says more.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "database", "The database failed", detail)
            }
            StoreError::Stopped => {
                let detail = "Try again once it runs.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The program is stopping", detail)
            }
        }
    }
}

impl From<PlaceCallError> for Problem {
    fn from(error: PlaceCallError) -> Self {
        let detail = error.to_string();
        match error {
            PlaceCallError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            PlaceCallError::Refused(refusal) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                refusal.code(),
                "This number is not called",
                detail,
            ),
            PlaceCallError::BadUpdateCallback => Self::bad_request("bad_update_callback", detail),
            PlaceCallError::Sound(error) => error.into(),
            PlaceCallError::BadWatchChannel => Self::bad_request("bad_watch_channel", detail),
            PlaceCallError::BadIdempotencyKey => Self::bad_request("bad_idempotency_key", detail),
            PlaceCallError::IdempotencyKeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The key belongs to another call",
                detail,
            ),
            PlaceCallError::Store(error) => error.into(),
            PlaceCallError::Interrupted => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "outcome_unknown", "The phone may ring", detail)
            }
        }
    }
}

impl From<HangUpError> for Problem {
    fn from(error: HangUpError) -> Self {
        let detail = error.to_string();
        match error {
            HangUpError::Unknown(id) => Self::unknown_call(&id.to_string()),
            HangUpError::Over(call) => Self {
                call: Some(call.id),
                ..Self::new(StatusCode::CONFLICT, "call_over", "The call is over already", detail)
            },
            HangUpError::Twilio(error) => Self::of_twilio("Twilio did not end the call", &error),
            HangUpError::Store(error) => error.into(),
        }
    }
}

impl From<ProtocolsError> for Problem {
    fn from(error: ProtocolsError) -> Self {
        let detail = error.to_string();
        match error {
            ProtocolsError::Unknown(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            ProtocolsError::Exists(_) => {
                Self::new(StatusCode::CONFLICT, "protocol_exists", "The id is taken", detail)
            }
            ProtocolsError::Invalid(_) | ProtocolsError::File(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_protocol",
                "This is not a protocol",
                detail,
            ),
            ProtocolsError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        let unprocessable =
            |code, title, detail| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail);
        match error {
            PeopleError::Unknown(id) => Self::unknown_person(&id),
            PeopleError::Invalid(_) => {
                unprocessable("invalid_person", "This can't be written down so", detail)
            }
            PeopleError::Number(_, _) => unprocessable("not_a_number", "This is not a number", detail),
            PeopleError::QuickDials => unprocessable("invalid_quick_dials", "Quick dial can't be so", detail),
            PeopleError::LongNote => unprocessable("long_note", "The note is too long", detail),
            PeopleError::NotBlocked(_) => {
                Self::new(StatusCode::NOT_FOUND, "not_blocked", "The number is not blocked", detail)
            }
            PeopleError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<SoundError> for Problem {
    fn from(error: SoundError) -> Self {
        let detail = error.to_string();
        let (status, code, title) = match error {
            SoundError::Unknown => (StatusCode::NOT_FOUND, "unknown_sound", "No such sound file"),
            SoundError::NotSound => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not_sound", "This is not a sound file that Twilio plays")
            }
            SoundError::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The sound file is too large")
            }
            SoundError::InUse(_) => (StatusCode::CONFLICT, "sound_in_use", "A protocol plays this"),
            SoundError::NoPublicAddress => {
                (StatusCode::CONFLICT, "no_public_address", "Twilio can't fetch the sound file")
            }
            SoundError::Store(error) => return error.into(),
        };
        Self::new(status, code, title, detail)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let detail = format!("{error} {}", error.help());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "keyring", "The keyring can't be used", detail)
    }
}

impl From<GateError> for Problem {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Store(error) => error.into(),
            GateError::Hash(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "password",
                "The password could not be hashed",
                error.to_string(),
            ),
        }
    }
}

impl From<OwnerError> for Problem {
    fn from(error: OwnerError) -> Self {
        let told = error.to_string();
        match error {
            OwnerError::CallsUnderWay(_) => {
                let detail = format!("{told} End them first, or wait until they are over.");
                Self::new(StatusCode::CONFLICT, "calls_under_way", "Not during a call", detail)
            }
            OwnerError::Told(_, _) => {
                let detail = format!("{told} Start it without that to choose here.");
                Self::new(StatusCode::CONFLICT, "told_at_start", "This was set elsewhere", detail)
            }
            OwnerError::NoCredentials => {
                let detail = format!("{told} Keep an account first.");
                Self::new(StatusCode::CONFLICT, "no_credentials", "There is no account", detail)
            }
            OwnerError::Vault(error) => error.into(),
            OwnerError::Choices(error) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "choices",
                "The choice was not kept",
                error.to_string(),
            ),
            OwnerError::Gate(error) => error.into(),
            OwnerError::Store(error) => error.into(),
        }
    }
}

/// No route of this path.
pub(crate) async fn not_found() -> Problem {
    let detail = "The routes are described at /api/docs.";
    Problem::new(StatusCode::NOT_FOUND, "no_such_route", "There is no such route", detail)
}

/// A route, and not with this method.
pub(crate) async fn method_not_allowed() -> Problem {
    let detail = "The routes are described at /api/docs.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method", detail)
}

/// To the internet nothing is explained.
pub(crate) async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// A bug, answered without its words: they may hold what nobody should read.
pub(crate) fn of_panic(_: Box<dyn Any + Send>) -> Response {
    let detail = "This is a fault of the program; its log says where.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "panic", "The program failed", detail).into_response()
}

/// Header that tells a repeated request from the first one.
pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
