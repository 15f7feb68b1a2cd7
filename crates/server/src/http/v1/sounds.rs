//! `/api/v1/sounds`: the sound files that protocols play. What is heard travels as base64 in JSON, since the window's
//! bridge carries text.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benspamsphones_core::SoundId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{App, Sound, SoundError, SoundKind};
use crate::http::answer::PathPart;
use crate::http::large_body::LargeJson;
use crate::http::problem::{Code, Problem};

/// Largest body of an upload, in bytes: the largest sound file in base64, and what is around it.
pub(crate) const MAX_UPLOAD: usize = 14 * 1024 * 1024;

/// A sound file.
#[derive(Serialize, ToSchema)]
#[schema(title = "Sound")]
pub(crate) struct SoundView {
    id: SoundId,
    /// What people call it.
    #[schema(example = "Dinner bell")]
    name: String,
    kind: SoundKind,
    /// Its length in bytes.
    size: u32,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
}

/// The sound files, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct SoundList {
    items: Vec<SoundView>,
}

/// A sound file with what is heard.
#[derive(Serialize, ToSchema)]
pub(crate) struct SoundWithAudio {
    #[serde(flatten)]
    sound: SoundView,
    /// The file, in base64.
    audio: String,
}

/// A sound file to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSound {
    /// What people call it.
    #[schema(max_length = 100)]
    name: String,
    /// An MP3 or WAV file of at most 10 MB, in base64.
    audio: String,
}

impl From<Sound> for SoundView {
    fn from(sound: Sound) -> Self {
        let Sound { id, name, kind, size, created_at, media_name: _ } = sound;
        Self { id, name, kind, size, created_at }
    }
}

/// The sound files
#[utoipa::path(get, path = "/api/v1/sounds", operation_id = "listSounds", tag = "protocols", responses(
    (status = 200, body = SoundList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<SoundList>, Problem> {
    Ok(Json(SoundList { items: app.sounds().await?.into_iter().map(SoundView::from).collect() }))
}

/// Keep a sound file
///
/// A protocol plays it by its id. Twilio fetches it from this machine's public address.
#[utoipa::path(post, path = "/api/v1/sounds", operation_id = "addSound", tag = "protocols", request_body = NewSound,
    responses(
        (status = 201, body = SoundView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Neither MP3 nor WAV"),
    ))]
pub(crate) async fn add(
    State(app): State<App>,
    LargeJson(NewSound { name, audio }): LargeJson<NewSound, MAX_UPLOAD>,
) -> Result<(StatusCode, Json<SoundView>), Problem> {
    let decoded = app.heavy().run(move || STANDARD.decode(audio)).await;
    let audio = decoded
        .map_err(|error| Problem::bad_request(Code::BadField, format!("audio is not base64: {error}")))?;
    Ok((StatusCode::CREATED, Json(app.add_sound(&name, audio).await?.into())))
}

/// A sound file, to hear it
#[utoipa::path(get, path = "/api/v1/sounds/{id}", operation_id = "getSound", tag = "protocols",
    params(("id" = String, Path, format = "uuid")),
    responses(
        (status = 200, body = SoundWithAudio),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<SoundWithAudio>, Problem> {
    let (sound, audio) = app.sound(sound_id(&id)?).await?;
    Ok(Json(SoundWithAudio { sound: sound.into(), audio: STANDARD.encode(audio) }))
}

/// Delete a sound file
#[utoipa::path(delete, path = "/api/v1/sounds/{id}", operation_id = "deleteSound", tag = "protocols",
    params(("id" = String, Path, format = "uuid")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A protocol plays it"),
    ))]
pub(crate) async fn delete(State(app): State<App>, PathPart(id): PathPart) -> Result<StatusCode, Problem> {
    app.delete_sound(sound_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn sound_id(text: &str) -> Result<SoundId, SoundError> {
    text.parse().map(SoundId).map_err(|_| SoundError::Unknown)
}
