//! `/api/v1/groups`: groups of people.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use benspamsphones_app::app::App;
use benspamsphones_core::{Group, GroupFields, GroupId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer::{JsonBody, PathPart};
use crate::http::entity_tag::{EntityTag, IfMatch};
use crate::http::problem::Problem;

/// All groups, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupList {
    items: Vec<Group>,
}

fn tag_of(group: &Group) -> EntityTag {
    EntityTag::of(&serde_json::to_vec(group).unwrap_or_default())
}

/// Groups
///
/// A group has a name and members in order: each a person, and one of that person's numbers. Members follow their people:
/// they are gone with the person or the number, and have the new number where one was corrected.
#[utoipa::path(get, path = "/api/v1/groups", operation_id = "listGroups", tag = "people", responses(
    (status = 200, body = GroupList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<GroupList>, Problem> {
    Ok(Json(GroupList { items: app.groups().await? }))
}

/// Add a group
#[utoipa::path(post, path = "/api/v1/groups", operation_id = "addGroup", tag = "people", request_body = GroupFields, responses(
    (status = 201, body = Group, headers(("Location" = String))),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json", description = "Another group has the name"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
))]
pub(crate) async fn add(
    State(app): State<App>,
    JsonBody(fields): JsonBody<GroupFields>,
) -> Result<impl IntoResponse, Problem> {
    let group = app.add_group(fields).await?;
    let location = [(header::LOCATION, format!("/api/v1/groups/{}", group.id))];
    Ok((StatusCode::CREATED, location, Json(group)))
}

/// One group
#[utoipa::path(get, path = "/api/v1/groups/{id}", operation_id = "getGroup", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the group")),
    responses(
        (status = 200, body = Group, headers(("ETag" = String, description = "Names this state of it, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<impl IntoResponse, Problem> {
    let group = app.group(group_id(&id)?).await?;
    Ok(([tag_of(&group).header()], Json(group)))
}

/// Change a group
///
/// The body replaces all fields. With `If-Match`, only if nobody has changed the group since they had that `ETag`.
#[utoipa::path(put, path = "/api/v1/groups/{id}", operation_id = "changeGroup", tag = "people", request_body = GroupFields,
    params(
        ("id" = String, Path, format = "uuid", description = "Id of the group"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the state that is changed"),
    ),
    responses(
        (status = 200, body = Group, headers(("ETag" = String, description = "Names its new state"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Another group has the name"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It was changed meanwhile"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ))]
pub(crate) async fn change(
    State(app): State<App>,
    PathPart(id): PathPart,
    wanted: IfMatch,
    JsonBody(fields): JsonBody<GroupFields>,
) -> Result<impl IntoResponse, Problem> {
    let as_read = move |group: &Group| wanted.is_met_by(&tag_of(group));
    let group = app.change_group(group_id(&id)?, fields, as_read).await?;
    Ok(([tag_of(&group).header()], Json(group)))
}

/// Delete a group
///
/// Its members stay among the people.
#[utoipa::path(delete, path = "/api/v1/groups/{id}", operation_id = "deleteGroup", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the group")),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn delete(State(app): State<App>, PathPart(id): PathPart) -> Result<StatusCode, Problem> {
    app.delete_group(group_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A text that isn't an id is an unknown group.
fn group_id(text: &str) -> Result<GroupId, Problem> {
    text.parse().map_err(|_| Problem::unknown_group(text))
}
