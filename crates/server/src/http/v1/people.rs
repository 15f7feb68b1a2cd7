//! `/api/v1/people`: who has which numbers, and who is not to be called.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use benspamsphones_app::app::App;
use benspamsphones_core::person::PersonFields;
use benspamsphones_core::{Person, PersonId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer::{JsonBody, PathPart};
use crate::http::authenticate::Asker;
use crate::http::entity_tag::{EntityTag, IfMatch};
use crate::http::problem::Problem;

/// All people, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonList {
    items: Vec<Person>,
}

fn tag_of(person: &Person) -> EntityTag {
    EntityTag::of(&serde_json::to_vec(person).unwrap_or_default())
}

/// People
#[utoipa::path(get, path = "/api/v1/people", operation_id = "listPeople", tag = "people", responses(
    (status = 200, body = PersonList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<PersonList>, Problem> {
    Ok(Json(PersonList { items: app.people().await? }))
}

/// Add a person
#[utoipa::path(post, path = "/api/v1/people", operation_id = "addPerson", tag = "people", request_body = PersonFields, responses(
    (status = 201, body = Person, headers(("Location" = String))),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
))]
pub(crate) async fn add(
    State(app): State<App>,
    JsonBody(fields): JsonBody<PersonFields>,
) -> Result<impl IntoResponse, Problem> {
    let person = app.add_person(fields).await?;
    let location = [(header::LOCATION, format!("/api/v1/people/{}", person.id))];
    Ok((StatusCode::CREATED, location, Json(person)))
}

/// One person
#[utoipa::path(get, path = "/api/v1/people/{id}", operation_id = "getPerson", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the person")),
    responses(
        (status = 200, body = Person, headers(("ETag" = String, description = "Names this state of it, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<impl IntoResponse, Problem> {
    let person = app.person(person_id(&id)?).await?;
    Ok(([tag_of(&person).header()], Json(person)))
}

/// Change a person
///
/// The body replaces all fields. With `If-Match`, only if nobody has changed the person since they had that `ETag`. Only the
/// owner can remove "do not call".
#[utoipa::path(put, path = "/api/v1/people/{id}", operation_id = "changePerson", tag = "people", request_body = PersonFields,
    params(
        ("id" = String, Path, format = "uuid", description = "Id of the person"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the state that is changed"),
    ),
    responses(
        (status = 200, body = Person, headers(("ETag" = String, description = "Names its new state"))),
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
    JsonBody(fields): JsonBody<PersonFields>,
) -> Result<impl IntoResponse, Problem> {
    let as_read = move |person: &Person| wanted.is_met_by(&tag_of(person));
    let person = app.change_person(person_id(&id)?, fields, who.asks().0, as_read).await?;
    Ok(([tag_of(&person).header()], Json(person)))
}

/// Delete a person
///
/// Only the owner can delete a person marked as do not call.
#[utoipa::path(delete, path = "/api/v1/people/{id}", operation_id = "deletePerson", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the person")),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn delete(
    State(app): State<App>,
    Asker(who): Asker,
    PathPart(id): PathPart,
) -> Result<StatusCode, Problem> {
    app.delete_person(person_id(&id)?, who.asks().0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Text that isn't an id belongs to no person.
fn person_id(text: &str) -> Result<PersonId, Problem> {
    text.parse().map_err(|_| Problem::unknown_person(text))
}
