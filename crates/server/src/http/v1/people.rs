//! `/api/v1/people`: who has which numbers, and who is not to be called.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use benspamsphones_core::person::PersonFields;
use benspamsphones_core::{Person, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::answer::{JsonBody, PathPart};
use crate::http::authenticate::Asker;
use crate::http::large_body::LargeJson;
use crate::http::problem::Problem;

/// Largest address book that is taken, in bytes: pictures stand in them.
pub(crate) const MAX_ADDRESS_BOOK: usize = 32 * 1024 * 1024;

/// Everybody, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonList {
    items: Vec<Person>,
}

/// An address book.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBookFile {
    /// The file's text.
    #[schema(example = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+15005550100\nEND:VCARD\n")]
    vcard: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TakenPeopleView {
    /// Who is new.
    added: usize,
    /// Who was there by the same name and has more numbers now.
    changed: usize,
    /// What could not be used, in words.
    left_out: Vec<String>,
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
    params(("id" = String, Path, description = "Id of the person")),
    responses(
        (status = 200, body = Person),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(State(app): State<App>, PathPart(id): PathPart) -> Result<Json<Person>, Problem> {
    Ok(Json(app.person(person_id(&id)?).await?))
}

/// Change a person
///
/// The body takes the place of all their fields. Whoever is not to be called stays so: only the owner can let their numbers be
/// called again.
#[utoipa::path(put, path = "/api/v1/people/{id}", operation_id = "changePerson", tag = "people", request_body = PersonFields,
    params(("id" = String, Path, description = "Id of the person")),
    responses(
        (status = 200, body = Person),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ))]
pub(crate) async fn change(
    State(app): State<App>,
    Asker(who): Asker,
    PathPart(id): PathPart,
    JsonBody(fields): JsonBody<PersonFields>,
) -> Result<Json<Person>, Problem> {
    Ok(Json(app.change_person(person_id(&id)?, fields, who.asks().0).await?))
}

/// Delete a person
///
/// Only the owner can delete one who is not to be called.
#[utoipa::path(delete, path = "/api/v1/people/{id}", operation_id = "deletePerson", tag = "people",
    params(("id" = String, Path, description = "Id of the person")),
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

/// Take an address book
///
/// vCard 2.1, 3.0 or 4.0. Who is there by the same name gets the numbers that they didn't have.
#[utoipa::path(post, path = "/api/v1/people/import", operation_id = "importPeople", tag = "people", request_body = AddressBookFile, responses(
    (status = 200, body = TakenPeopleView),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn import(
    State(app): State<App>,
    LargeJson(file): LargeJson<AddressBookFile, MAX_ADDRESS_BOOK>,
) -> Result<Json<TakenPeopleView>, Problem> {
    let taken = app.take_address_book(file.vcard).await?;
    let crate::app::TakenPeople { added, changed, left_out } = taken;
    Ok(Json(TakenPeopleView { added, changed, left_out }))
}

/// What isn't an id is nobody's.
fn person_id(text: &str) -> Result<PersonId, Problem> {
    text.parse().map_err(|_| Problem::unknown_person(text))
}
