//! `GET /api/v1/calls/{id}/explanation`: why a call went as it did.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::{App, CallExplanation, Note, RequestMade};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::calls::call_id;
use crate::http::answer::PathPart;
use crate::http::problem::Problem;

/// Why a call went as it did.
#[derive(Serialize, ToSchema)]
#[schema(title = "CallExplanation")]
pub(crate) struct ExplanationView {
    /// How it went, or what the failure means.
    sentence: String,
    /// What to do about it, if known.
    next_step: Option<String>,
    /// What Twilio recorded; `null` if Twilio never knew the call, or it belongs to another account.
    twilio: Option<TwilioView>,
}

/// What Twilio recorded about a call.
#[derive(Serialize, ToSchema)]
#[schema(title = "TwilioSaid")]
struct TwilioView {
    /// What went wrong, or might have.
    notes: Vec<NoteView>,
    /// The requests that Twilio made for the call.
    requests: Vec<RequestView>,
    /// When Twilio was asked.
    #[schema(value_type = String, format = "date-time")]
    asked_at: Timestamp,
}

/// Something Twilio recorded.
#[derive(Serialize, ToSchema)]
#[schema(title = "TwilioNote")]
struct NoteView {
    /// Twilio's error code.
    code: Option<u32>,
    /// Whether the call continued as requested.
    warning: bool,
    /// Twilio's own words.
    words: String,
    /// What that means, if known.
    meaning: Option<String>,
    /// What to do about it, if known.
    next_step: Option<String>,
    /// Twilio's page about it.
    link: Option<String>,
    /// The address, without its query.
    address: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = "date-time")]
    at: Option<Timestamp>,
}

/// A request that Twilio made.
#[derive(Serialize, ToSchema)]
#[schema(title = "TwilioRequest")]
struct RequestView {
    /// `GET` or `POST`.
    method: String,
    /// The address, without its query.
    address: String,
    /// The HTTP status of the answer; `null` if there was none.
    status: Option<u32>,
    /// How long the answer took, in milliseconds.
    took_ms: Option<u32>,
    /// When it came.
    #[schema(value_type = Option<String>, format = "date-time")]
    at: Option<Timestamp>,
}

/// Why a call went the way it did
///
/// Asks Twilio what it recorded about the call. For an ended call, the answer is kept.
#[utoipa::path(get, path = "/api/v1/calls/{id}/explanation", operation_id = "explainCall", tag = "calls",
    params(("id" = String, Path, format = "uuid", description = "Our id of the call")),
    responses(
        (status = 200, body = ExplanationView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "Twilio does not tell"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<ExplanationView>, Problem> {
    Ok(Json(app.explanation(call_id(&id)?).await?.into()))
}

impl From<CallExplanation> for ExplanationView {
    fn from(explained: CallExplanation) -> Self {
        let twilio = explained.twilio.map(|said| TwilioView {
            notes: said.notes.into_iter().map(NoteView::from).collect(),
            requests: said.requests.into_iter().map(RequestView::from).collect(),
            asked_at: said.asked_at,
        });
        Self { sentence: explained.sentence, next_step: explained.next_step, twilio }
    }
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        let Note { code, is_warning, words, meaning, next_step, link, address, at } = note;
        Self { code, warning: is_warning, words, meaning, next_step, link, address, at }
    }
}

impl From<RequestMade> for RequestView {
    fn from(made: RequestMade) -> Self {
        let RequestMade { method, address, status, took_ms, at } = made;
        Self { method, address, status, took_ms, at }
    }
}
