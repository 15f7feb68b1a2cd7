//! `/api/v1/session` is the client's own session; `/api/v1/sessions` lists all, for the owner's programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{Holder, TokenKind, Who};
use crate::http::answer::PathPart;
use crate::http::authenticate::Asker;
use crate::http::problem::Problem;
use crate::http::{Shared, cookie};

/// As whom one is here.
#[derive(Serialize, ToSchema)]
#[schema(title = "OwnSession")]
pub(crate) struct OwnSession {
    kind: AskerKind,
    /// What the browser or device is called.
    name: Option<String>,
}

/// By what one came in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AskerKind {
    /// The owner's token, or the window.
    Owner,
    /// The name and the password, with each request.
    Password,
    /// A browser that is signed in.
    Session,
    /// A device's token.
    Device,
}

/// A browser or a device, and when it was last used.
#[derive(Serialize, ToSchema)]
#[schema(title = "Holder")]
pub(crate) struct HolderView {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// What it is called.
    #[schema(example = "Firefox, Linux")]
    pub name: String,
    /// The address it was last used from.
    #[schema(example = "192.168.1.7")]
    pub source: String,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    /// When it was last used.
    #[schema(value_type = String, format = "date-time")]
    pub seen_at: Timestamp,
}

impl From<&Holder> for HolderView {
    fn from(holder: &Holder) -> Self {
        let seen = holder.seen();
        Self {
            id: holder.id,
            name: seen.name,
            source: seen.source,
            created_at: holder.created_at,
            seen_at: seen.at,
        }
    }
}

/// Browsers that are signed in, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    items: Vec<HolderView>,
}

/// Who you are signed in as
#[utoipa::path(get, path = "/api/v1/session", tag = "access", operation_id = "getOwnSession", responses(
    (status = 200, body = OwnSession),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn own(Asker(who): Asker) -> Json<OwnSession> {
    let (kind, name) = match who {
        Who::Window | Who::Owner => (AskerKind::Owner, None),
        Who::User => (AskerKind::Password, None),
        Who::Holder(holder) => {
            let kind = match holder.kind {
                TokenKind::Session => AskerKind::Session,
                TokenKind::Device => AskerKind::Device,
            };
            (kind, Some(holder.seen().name))
        }
    };
    Json(OwnSession { kind, name })
}

/// Sign out
///
/// Ends the session or the device's token. With the password alone there is nothing to end.
#[utoipa::path(delete, path = "/api/v1/session", tag = "access", operation_id = "signOut", responses(
    (status = 204, description = "Signed out"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn sign_out(State(shared): State<Shared>, Asker(who): Asker) -> Result<Response, Problem> {
    if let Who::Holder(holder) = who {
        shared.auth.end(holder.kind, holder.id).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookie::clear()).into_response())
}

/// Browsers that are signed in
#[utoipa::path(get, path = "/api/v1/sessions", tag = "owner", operation_id = "listSessions", responses(
    (status = 200, body = SessionList),
))]
pub(crate) async fn list(State(shared): State<Shared>) -> Json<SessionList> {
    let sessions = shared.auth.holders(TokenKind::Session);
    Json(SessionList { items: sessions.iter().map(|holder| HolderView::from(&**holder)).collect() })
}

/// End a browser's session
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "owner", operation_id = "endSession",
    params(("id" = String, Path, format = "uuid")),
    responses(
        (status = 204, description = "Ended, and its streams with it"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn end(State(shared): State<Shared>, PathPart(id): PathPart) -> Result<StatusCode, Problem> {
    end_holder(&shared, TokenKind::Session, &id).await
}

pub(crate) async fn end_holder(shared: &Shared, kind: TokenKind, id: &str) -> Result<StatusCode, Problem> {
    match id.parse() {
        Ok(id) if shared.auth.end(kind, id).await? => Ok(StatusCode::NO_CONTENT),
        Ok(_) | Err(_) => Err(Problem::unknown_holder(kind)),
    }
}
