//! `/api/v1/people/import`: address books of other programs; `/api/v1/people/imports`: imports that can be undone.

mod file;
mod views;

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answer::{Parameters, PathPart};
use crate::http::problem::Problem;
use file::{AddressBookBody, AddressBookFile};
use views::{ImportView, PeopleImportList, TakenPeopleView, UndoneImportView};

/// Whether anything is changed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportPeopleParameters {
    /// Only report what the import would do.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// Import an address book
///
/// vCard 2.1, 3.0 or 4.0, or a CSV file from Google or Outlook, in any encoding. People who already exist get the
/// numbers they didn't have. `X-BSP-DO-NOT-CALL:TRUE` in a card marks the person as do not call, as this program's exports
/// write it; an import never removes that mark. With `dry_run` nothing is changed. An import can be undone for a day.
#[utoipa::path(post, path = "/api/v1/people/import", operation_id = "importPeople", tag = "people",
    params(ImportPeopleParameters),
    request_body(content(
        (AddressBookFile = "application/json"),
        (String = "text/vcard"),
        (String = "text/x-vcard"),
        (String = "text/csv"),
    )),
    responses(
        (status = 200, body = TakenPeopleView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not an address book"),
    ))]
pub(crate) async fn import(
    State(app): State<App>,
    Parameters(parameters): Parameters<ImportPeopleParameters>,
    AddressBookBody(file): AddressBookBody,
) -> Result<Json<TakenPeopleView>, Problem> {
    let taken =
        if parameters.dry_run { app.try_address_book(file).await } else { app.take_address_book(file).await };
    Ok(Json(taken?.into()))
}

/// Imports that can be undone
#[utoipa::path(get, path = "/api/v1/people/imports", operation_id = "listPeopleImports", tag = "people", responses(
    (status = 200, body = PeopleImportList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<PeopleImportList>, Problem> {
    Ok(Json(PeopleImportList { items: app.imports().await?.into_iter().map(ImportView::from).collect() }))
}

/// Undo an import
///
/// Removes the people it added and the numbers it added to others. People who were changed since then stay, and so do
/// people now marked as do not call.
#[utoipa::path(post, path = "/api/v1/people/imports/{id}/undo", operation_id = "undoPeopleImport", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the import")),
    responses(
        (status = 200, body = UndoneImportView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn undo(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<UndoneImportView>, Problem> {
    Ok(Json(app.undo_import(&id).await?.into()))
}
