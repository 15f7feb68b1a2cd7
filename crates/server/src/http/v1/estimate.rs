//! `GET /api/v1/estimate`: what a minute costs, before a call is placed.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use benspamsphones_app::view::MoneyView;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::Parameters;
use crate::http::problem::Problem;

/// Whom to ring with what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EstimateParameters {
    /// Id of the protocol: the price depends on the number it calls from.
    #[param(example = "protocol1")]
    protocol: String,
    /// The number, as typed.
    #[param(example = "+15005550100")]
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
    /// For each started minute, including the other numbers that the protocol's TwiML calls.
    per_minute: MoneyView,
    /// How much of that is for the other numbers that the protocol's TwiML calls; null if it calls none.
    further_per_minute: Option<MoneyView>,
    /// Whether it may cost more: Twilio gives no price for one of those numbers, or the TwiML does more than the rules can
    /// check. What the TwiML of a `callback` does is never known.
    at_least: bool,
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
    let quoted = app.quote(&wanted.protocol, &wanted.to, app.now()).await?;
    Ok(Json(EstimateView {
        to: quoted.to.to_string(),
        per_minute: MoneyView::from(&quoted.per_minute()),
        further_per_minute: quoted.further.as_ref().map(MoneyView::from),
        at_least: quoted.at_least,
        country: quoted.quote.country,
        as_of: quoted.quote.as_of,
    }))
}
