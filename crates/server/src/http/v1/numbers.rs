//! `/api/v1/numbers`: the numbers that the account may call from.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// Numbers of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct NumberList {
    items: Vec<NumberView>,
}

/// A number of the account.
#[derive(Serialize, ToSchema)]
#[schema(title = "Number")]
struct NumberView {
    /// In E.164.
    #[schema(example = "+15005550006")]
    number: String,
    /// Its name in the account.
    name: Option<String>,
    /// Whether it can place calls.
    voice: bool,
}

/// Numbers to call from
#[utoipa::path(get, path = "/api/v1/numbers", tag = "protocols", operation_id = "listNumbers", responses(
    (status = 200, body = NumberList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "Twilio did not tell", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<NumberList>, Problem> {
    let numbers =
        app.numbers().await.map_err(|error| Problem::of_twilio("Twilio did not send the numbers", &error))?;
    let items = numbers.into_iter().map(|number| NumberView {
        name: Some(number.friendly_name).filter(|name| !name.is_empty()),
        voice: number.capabilities.voice,
        number: number.phone_number,
    });
    Ok(Json(NumberList { items: items.collect() }))
}
