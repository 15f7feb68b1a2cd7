//! `GET /api/v1/call-check`: what the rules say about a call, before it is placed.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::{App, Outlook};
use benspamsphones_app::view::MoneyView;
use benspamsphones_core::{Estimate, Limits, Money, TimeThere, Used};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::Parameters;
use crate::http::authenticate::Asker;
use crate::http::problem::Problem;

/// Whom to ring with what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallCheckParameters {
    /// Id of the protocol.
    #[param(example = "protocol1")]
    protocol: String,
    /// The number, as typed.
    #[param(example = "+15005550100")]
    to: String,
}

/// What the rules say to a call at this moment. Nothing is reserved: a moment later it may be otherwise.
#[derive(Serialize, ToSchema)]
#[schema(title = "CallCheck")]
pub(crate) struct CallCheckView {
    /// The number in E.164 with its extension; null if the text is not a number that can be called.
    #[schema(example = "+15005550100")]
    to: Option<String>,
    /// The local time of the number; null if that says nothing.
    local_time: Option<LocalTimeView>,
    /// Why such a call would be refused now, the reasons first about which nothing can be done; empty if it would be placed.
    objections: Vec<Problem>,
    /// What the call can cost at most, if a price is known.
    most: Option<MostView>,
    /// The limits.
    limits: Limits,
    /// How much of them is used.
    used: UsedView,
}

/// The local time of a number, from the earliest of its time zones to the latest.
#[derive(Serialize, ToSchema)]
#[schema(title = "LocalTime")]
struct LocalTimeView {
    /// As `HH:MM`.
    #[schema(example = "20:40")]
    from: String,
    /// The same if the number is in one time zone.
    #[schema(example = "23:40")]
    until: String,
}

/// What a call can cost at most: Twilio ends it then.
#[derive(Serialize, ToSchema)]
#[schema(title = "MostOfACall")]
struct MostView {
    /// How long it can take.
    minutes: u32,
    /// What that costs, including the other numbers that the protocol's TwiML calls.
    price: MoneyView,
}

/// How much of the limits is used. What has no limit is not counted.
#[derive(Serialize, ToSchema)]
#[schema(title = "UsedLimits")]
struct UsedView {
    /// Calls to this number in the last 24 hours.
    number_in_day: u32,
    /// Calls to all numbers in the last hour.
    all_in_hour: u32,
    /// Calls in progress.
    at_once: u32,
    /// What today's calls cost or may still cost, by currency.
    day: Vec<MoneyView>,
    /// The same for this month.
    month: Vec<MoneyView>,
}

impl From<TimeThere> for LocalTimeView {
    fn from(there: TimeThere) -> Self {
        let text = |time: Time| time.strftime("%H:%M").to_string();
        Self { from: text(there.from), until: text(there.until) }
    }
}

impl From<Estimate> for MostView {
    fn from(estimate: Estimate) -> Self {
        let minutes = estimate.most_minutes;
        Self { minutes, price: MoneyView::from(&estimate.for_answered(minutes.saturating_mul(60))) }
    }
}

impl From<Used> for UsedView {
    fn from(used: Used) -> Self {
        let Used { number_in_day, all_in_hour, at_once, day, month } = used;
        let views = |sums: Vec<Money>| sums.iter().map(MoneyView::from).collect();
        Self { number_in_day, all_in_hour, at_once, day: views(day), month: views(month) }
    }
}

/// What the rules say to a call
///
/// Places no call and reserves nothing. It tells why a call would be refused if you placed it now, what it can cost at most,
/// the local time of the number, and the limits with today's use.
#[utoipa::path(get, path = "/api/v1/call-check", operation_id = "checkCall", tag = "calls", params(CallCheckParameters),
    responses(
        (status = 200, body = CallCheckView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such protocol", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    Asker(who): Asker,
    Parameters(wanted): Parameters<CallCheckParameters>,
) -> Result<Json<CallCheckView>, Problem> {
    let outlook = app.outlook(&wanted.protocol, &wanted.to, who.asks().0).await?;
    let Outlook { to, there, objections, estimate, limits, used } = outlook;
    Ok(Json(CallCheckView {
        to: to.map(|number| number.text()),
        local_time: there.map(LocalTimeView::from),
        objections: objections.into_iter().map(Problem::from).collect(),
        most: estimate.map(MostView::from),
        limits,
        used: used.into(),
    }))
}
