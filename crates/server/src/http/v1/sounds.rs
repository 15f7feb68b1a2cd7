//! `/api/v1/sounds`: the sound files that protocols play. Uploads are bytes, or base64 in JSON; downloads are base64,
//! because the window's bridge carries text.

use axum::Json;
use axum::extract::{FromRef, FromRequest, Request, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benspamsphones_app::app::{AddedSound, App, MAX_RECORDING, Sound, SoundError, SoundKind};
use benspamsphones_core::SoundId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::{Parameters, PathPart, media_type};
use crate::http::large_body::{LargeBody, LargeJson};
use crate::http::problem::{Code, Problem};

/// In bytes.
pub(crate) const MAX_UPLOAD: usize = MAX_RECORDING;
/// The same in base64, with some space for the JSON around it.
pub(crate) const MAX_UPLOAD_IN_JSON: usize = MAX_UPLOAD / 3 * 4 + 64 * 1024;
/// Accepted media types besides `audio/…`; the format is detected from the content.
const FILES: [&str; 3] = ["application/octet-stream", "application/ogg", "video/mp4"];

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
    /// Its name. It is cut after 100 characters.
    name: String,
    /// The file, in base64.
    audio: String,
}

/// What a file of bytes is called.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SoundName {
    /// Its name, if the body isn't JSON. It is cut after 100 characters.
    #[serde(default)]
    name: Option<String>,
}

/// A sound file that was added.
#[derive(Serialize, ToSchema)]
#[schema(title = "AddedSound")]
pub(crate) struct AddedSoundView {
    #[serde(flatten)]
    sound: SoundView,
    /// Whether it was converted to a WAV of 8 kHz, the quality of a phone call.
    converted: bool,
}

pub(crate) struct SoundBody {
    name: Option<String>,
    file: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for SoundBody
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = media_type(request.headers());
        if kind.starts_with("audio/") || FILES.contains(&kind.as_str()) {
            let body = LargeBody::<MAX_UPLOAD>::from_request(request, state).await?;
            return Ok(Self { name: None, file: body.bytes });
        }
        let body = LargeJson::<NewSound, MAX_UPLOAD_IN_JSON>::from_request(request, state).await?;
        let LargeJson(NewSound { name, audio }) = body;
        let decoded = App::from_ref(state);
        let decoded = decoded.heavy().run(move || STANDARD.decode(audio)).await;
        let file = decoded
            .map_err(|error| Problem::bad_request(Code::BadField, format!("audio is not base64: {error}")))?;
        Ok(Self { name: Some(name), file })
    }
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

/// Add a sound file
///
/// A protocol plays it by its id. Twilio fetches it from this computer's public address. Formats that Twilio doesn't
/// play are converted: M4A, AAC, FLAC, Ogg Vorbis, AIFF and any WAV. Send the bytes of the file with its name in the
/// query, or both in JSON.
#[utoipa::path(post, path = "/api/v1/sounds", operation_id = "addSound", tag = "protocols", params(SoundName),
    request_body(content(
        (NewSound = "application/json"),
        (String = "application/octet-stream"),
    )),
    responses(
        (status = 201, body = AddedSoundView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a sound that can be played"),
    ))]
pub(crate) async fn add(
    State(app): State<App>,
    Parameters(query): Parameters<SoundName>,
    SoundBody { name, file }: SoundBody,
) -> Result<(StatusCode, Json<AddedSoundView>), Problem> {
    let name = name.or(query.name).unwrap_or_default();
    let AddedSound { sound, converted } = app.add_sound(&name, file).await?;
    Ok((StatusCode::CREATED, Json(AddedSoundView { sound: sound.into(), converted })))
}

/// Download a sound file
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
