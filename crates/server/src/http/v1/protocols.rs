//! `/api/v1/protocols`: listing, changing, importing and exporting protocols.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_app::app::{App, ImportedProtocols};
use benspamsphones_core::protocol::ProtocolFields;
use benspamsphones_core::{Protocol, TakesMessage, UniqueObject};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::{JsonBody, Parameters, PathPart};
use crate::http::authenticate::Asker;
use crate::http::entity_tag::{EntityTag, IfMatch};
use crate::http::large_body::{LargeBody, LargeJsonBytes};
use crate::http::problem::Problem;

/// Largest import, in bytes; enough for thousands of protocols.
pub(crate) const MAX_IMPORT: usize = 1024 * 1024;

/// A protocol with its id; the other fields are those of the documented file.
#[derive(Serialize, ToSchema)]
#[schema(title = "ProtocolWithId")]
pub(crate) struct ProtocolView {
    /// Its id.
    #[schema(example = "protocol1")]
    id: String,
    /// How much of a message it takes; absent if it takes none. This follows from the other fields, and requests can't set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    takes_message: Option<TakesMessage>,
    #[serde(flatten)]
    #[schema(value_type = ProtocolFields)]
    fields: Map<String, Value>,
}

/// The field of a [`ProtocolView`] that isn't saved. Clients may send back what they read, so it is removed from
/// requests.
const TAKES_MESSAGE: &str = "takes_message";

/// The protocols in their order.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProtocolList {
    items: Vec<ProtocolView>,
}

/// The result of an import, or of a dry run.
#[derive(Serialize, ToSchema)]
pub(crate) struct Imported {
    /// How many protocols it holds.
    imported: usize,
    /// How many of them replace an existing one.
    replaced: usize,
    /// Fields that have no effect, and are probably misspelled.
    warnings: Vec<MisspeltField>,
}

/// A field that is probably misspelled.
#[derive(Serialize, ToSchema)]
pub(crate) struct MisspeltField {
    /// Id of the protocol.
    protocol: String,
    /// As it is written.
    #[schema(example = "time_limt")]
    field: String,
    /// What does something here.
    #[schema(example = "time_limit")]
    meant: &'static str,
    /// The same in words.
    sentence: String,
}

impl From<ImportedProtocols> for Imported {
    fn from(imported: ImportedProtocols) -> Self {
        let ImportedProtocols { imported, replaced, misspelt } = imported;
        let warnings = misspelt.into_iter().map(|misspelt| MisspeltField {
            sentence: misspelt.to_string(),
            protocol: misspelt.protocol.to_string(),
            field: misspelt.field,
            meant: misspelt.meant,
        });
        Self { imported, replaced, warnings: warnings.collect() }
    }
}

/// A protocol to add: its id, and the fields of the documented file.
#[derive(Serialize, ToSchema)]
#[schema(title = "NewProtocol")]
pub(crate) struct NewProtocol {
    /// Its id.
    #[schema(example = "protocol1")]
    id: String,
    #[serde(flatten)]
    #[schema(value_type = ProtocolFields)]
    fields: Map<String, Value>,
}

impl<'de> Deserialize<'de> for NewProtocol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UniqueObject(mut fields) = UniqueObject::deserialize(deserializer)?;
        fields.shift_remove(TAKES_MESSAGE);
        match fields.shift_remove("id") {
            Some(Value::String(id)) => Ok(Self { id, fields }),
            Some(_) => Err(D::Error::custom("id must be text in quotes")),
            None => Err(D::Error::missing_field("id")),
        }
    }
}

/// What becomes of the protocols that the file doesn't have.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParameters {
    /// Remove protocols that the file doesn't have, and use the file's order.
    #[serde(default)]
    #[param(default = false)]
    replace: bool,
    /// Only report what the import would do.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

impl From<&Protocol> for ProtocolView {
    fn from(protocol: &Protocol) -> Self {
        let mut fields = protocol.source().clone();
        fields.shift_remove(TAKES_MESSAGE);
        Self { id: protocol.id.to_string(), takes_message: protocol.takes_message.clone(), fields }
    }
}

fn tag_of(protocol: &Protocol) -> EntityTag {
    EntityTag::of(&serde_json::to_vec(protocol.source()).unwrap_or_default())
}

fn tag_of_all(protocols: &[Protocol]) -> EntityTag {
    let all: Vec<_> = protocols.iter().map(|protocol| (protocol.id.as_str(), protocol.source())).collect();
    EntityTag::of(&serde_json::to_vec(&all).unwrap_or_default())
}

/// The protocols
#[utoipa::path(get, path = "/api/v1/protocols", operation_id = "listProtocols", tag = "protocols", responses(
    (status = 200, body = ProtocolList, headers(("ETag" = String, description = "Names this state of the list, for If-Match of an import"))),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> impl IntoResponse {
    let protocols = app.protocols();
    let items = protocols.iter().map(ProtocolView::from).collect();
    ([tag_of_all(&protocols).header()], Json(ProtocolList { items }))
}

/// Add a protocol
#[utoipa::path(post, path = "/api/v1/protocols", operation_id = "addProtocol", tag = "protocols", request_body = NewProtocol, responses(
    (status = 201, body = ProtocolView, headers(("Location" = String))),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json", description = "The id is taken"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
))]
pub(crate) async fn add(
    State(app): State<App>,
    Asker(who): Asker,
    JsonBody(body): JsonBody<NewProtocol>,
) -> Result<impl IntoResponse, Problem> {
    let protocol = app.add_protocol(body.id, body.fields, who.asks().0).await?;
    let id: String = form_urlencoded::byte_serialize(protocol.id.as_str().as_bytes()).collect();
    // In a path, a space is %20; the plus is for forms.
    let location = [(header::LOCATION, format!("/api/v1/protocols/{}", id.replace('+', "%20")))];
    Ok((StatusCode::CREATED, location, Json(ProtocolView::from(&protocol))))
}

/// One protocol
#[utoipa::path(get, path = "/api/v1/protocols/{id}", operation_id = "getProtocol", tag = "protocols",
    params(("id" = String, Path, description = "Id of the protocol")),
    responses(
        (status = 200, body = ProtocolView, headers(("ETag" = String, description = "Names this state of it, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<impl IntoResponse, Problem> {
    let protocol = app.protocol(&id)?;
    Ok(([tag_of(&protocol).header()], Json(ProtocolView::from(&protocol))))
}

/// Change a protocol
///
/// The body replaces all fields. With `If-Match`, only if nobody has changed it since it had that `ETag`.
#[utoipa::path(put, path = "/api/v1/protocols/{id}", operation_id = "changeProtocol", tag = "protocols", request_body = ProtocolFields,
    params(
        ("id" = String, Path, description = "Id of the protocol"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the state that is changed"),
    ),
    responses(
        (status = 200, body = ProtocolView, headers(("ETag" = String, description = "Names its new state"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It was changed meanwhile"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ))]
pub(crate) async fn change(
    State(app): State<App>,
    Asker(who): Asker,
    PathPart(id): PathPart,
    wanted: IfMatch,
    JsonBody(UniqueObject(mut fields)): JsonBody<UniqueObject>,
) -> Result<impl IntoResponse, Problem> {
    // A client may send back what it read.
    fields.shift_remove(TAKES_MESSAGE);
    if fields.get("id").is_some_and(|told| told == &id) {
        fields.shift_remove("id");
    }
    let as_read = move |protocol: &Protocol| wanted.is_met_by(&tag_of(protocol));
    let protocol = app.change_protocol(id, fields, who.asks().0, as_read).await?;
    Ok(([tag_of(&protocol).header()], Json(ProtocolView::from(&protocol))))
}

/// Delete a protocol
///
/// With `If-Match`, only if nobody has changed it since it had that `ETag`.
#[utoipa::path(delete, path = "/api/v1/protocols/{id}", operation_id = "deleteProtocol", tag = "protocols",
    params(
        ("id" = String, Path, description = "Id of the protocol"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the state that is deleted"),
    ),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It was changed meanwhile"),
    ))]
pub(crate) async fn delete(
    State(app): State<App>,
    PathPart(id): PathPart,
    wanted: IfMatch,
) -> Result<StatusCode, Problem> {
    app.delete_protocol(id, move |protocol| wanted.is_met_by(&tag_of(protocol))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Export the protocols as a file
#[utoipa::path(get, path = "/api/v1/protocols/export", operation_id = "exportProtocols", tag = "protocols", responses(
    (status = 200, description = "protocols.json", body = std::collections::HashMap<String, ProtocolFields>),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn export(State(app): State<App>) -> Response {
    let name: (HeaderName, &str) = (header::CONTENT_DISPOSITION, "attachment; filename=\"protocols.json\"");
    let kind = (header::CONTENT_TYPE, "application/json");
    // Indented, since people edit this file.
    let text = serde_json::to_string_pretty(&app.export_protocols()).unwrap_or_default();
    ([name, kind], text + "\n").into_response()
}

/// Import a file of protocols
///
/// The file is imported whole or not at all. With `dry_run` nothing is changed. With `If-Match`, only if the list is still as it
/// was when it had that `ETag`.
#[utoipa::path(post, path = "/api/v1/protocols/import", operation_id = "importProtocols", tag = "protocols",
    params(
        ImportParameters,
        ("If-Match" = Option<String>, Header, description = "The ETag of the list"),
    ),
    request_body = std::collections::HashMap<String, ProtocolFields>,
    responses(
        (status = 200, body = Imported),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "The list was changed meanwhile"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A protocol is invalid; none was imported"),
    ))]
pub(crate) async fn import(
    State(app): State<App>,
    Asker(who): Asker,
    Parameters(parameters): Parameters<ImportParameters>,
    wanted: IfMatch,
    LargeJsonBytes(file): LargeJsonBytes<MAX_IMPORT>,
) -> Result<Json<Imported>, Problem> {
    let LargeBody { bytes, memory: _memory } = file;
    let as_read = move |protocols: &[Protocol]| wanted.is_met_by(&tag_of_all(protocols));
    let imported = if parameters.dry_run {
        app.try_protocols(bytes, as_read).await?
    } else {
        app.import_protocols(bytes, parameters.replace, who.asks().0, as_read).await?
    };
    Ok(Json(imported.into()))
}
