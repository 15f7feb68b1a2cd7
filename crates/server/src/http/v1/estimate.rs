//! `GET /api/v1/estimate`: what a minute costs, before anybody is rung.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::Parameters;
use crate::http::problem::{Code, Problem};
use benspamsphones_app::app::App;
use benspamsphones_app::view::MoneyView;

/// Whom to ring with what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EstimateParameters {
    /// Id of the protocol: the price depends on the number it calls from.
    #[param(example = "protocol1")]
    protocol: String,
    /// The number, as typed.
    #[param(example = "+15005550100", max_length = 100)]
    to: String,
}

/// What a minute costs.
#[derive(Serialize, ToSchema)]
#[schema(title = "Estimate")]
pub(crate) struct EstimateView {
    /// The number, in E.164.
    #[schema(example = "+15005550100")]
    to: String,
    /// Its country, as two letters (ISO 3166), if Twilio names it.
    country: Option<String>,
    /// For each started minute.
    per_minute: MoneyView,
    /// When Twilio reported it; a price is kept for a day.
    #[schema(value_type = String, format = "date-time")]
    as_of: Timestamp,
}

/// What a minute of a call costs
#[utoipa::path(get, path = "/api/v1/estimate", operation_id = "getEstimate", tag = "money", params(EstimateParameters),
    responses(
        (status = 200, body = EstimateView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such protocol, or Twilio gives no price", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "Not a number", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "Twilio did not tell", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    Parameters(wanted): Parameters<EstimateParameters>,
) -> Result<Json<EstimateView>, Problem> {
    if wanted.to.chars().count() > 100 {
        return Err(Problem::bad_request(Code::BadParameter, "to has at most 100 characters"));
    }
    let quoted = app.quote(&wanted.protocol, &wanted.to, app.now()).await?;
    Ok(Json(EstimateView {
        to: quoted.to.to_string(),
        country: quoted.quote.country,
        per_minute: MoneyView::from(&quoted.quote.per_minute),
        as_of: quoted.quote.as_of,
    }))
}
