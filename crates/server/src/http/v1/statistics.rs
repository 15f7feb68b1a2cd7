//! `GET /api/v1/statistics`: the history in numbers, for charts.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use benspamsphones_app::view::MoneyView;
use benspamsphones_core::Mode;
use benspamsphones_core::statistics::{Day, Rate, Statistics};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call_filter::time_zone;
use crate::http::answer::Parameters;
use crate::http::problem::Problem;

/// Whose days and hours, and of which calls.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsParameters {
    /// The name of the time zone; by default this computer's.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Sandbox or live calls; by default those of the current mode.
    mode: Option<Mode>,
}

/// The history in numbers.
#[derive(Serialize, ToSchema)]
#[schema(title = "Statistics")]
pub(crate) struct StatisticsView {
    mode: Mode,
    /// The last 30 days, oldest first: how their calls ended.
    days: Vec<Day>,
    /// For each hour of the day from midnight on, over the last 90 days.
    hours: Vec<Rate>,
    /// For each day of the week from Monday on, over the last 90 days.
    weekdays: Vec<Rate>,
    /// The last twelve months, oldest first: what calls cost, as far as Twilio has reported.
    months: Vec<MonthView>,
}

/// What the calls of one month cost.
#[derive(Serialize, ToSchema)]
#[schema(title = "MonthOfCosts")]
struct MonthView {
    /// Its first day.
    #[schema(value_type = String, format = "date")]
    first_day: Date,
    /// An amount for each currency.
    spent: Vec<MoneyView>,
}

/// The history in numbers
#[utoipa::path(get, path = "/api/v1/statistics", operation_id = "getStatistics", tag = "calls",
    params(StatisticsParameters),
    responses(
        (status = 200, body = StatisticsView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such time zone"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    Parameters(wanted): Parameters<StatisticsParameters>,
) -> Result<Json<StatisticsView>, Problem> {
    let zone = time_zone(wanted.time_zone.as_deref())?;
    let mode = wanted.mode.unwrap_or(app.mode());
    Ok(Json(view(mode, &app.statistics(mode, zone).await?)))
}

fn view(mode: Mode, statistics: &Statistics) -> StatisticsView {
    let months = statistics.months().map(|month| MonthView {
        first_day: month.first_day,
        spent: month.spent.iter().map(MoneyView::from).collect(),
    });
    StatisticsView {
        mode,
        days: statistics.days().cloned().collect(),
        hours: statistics.hours().to_vec(),
        weekdays: statistics.weekdays().to_vec(),
        months: months.collect(),
    }
}
