//! `GET /api/v1/spend`: what was spent.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::app::{App, Part, SpendQuery, Spending, Spent, Whose};
use benspamsphones_app::view::MoneyView;
use benspamsphones_core::{Mode, SpendBy};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call_filter::{day, time_zone};
use crate::http::answer::Parameters;
use crate::http::problem::{Code, Problem};

/// Default number of days, including today.
const DAYS: i64 = 30;
/// Default number of months.
const MONTHS: i64 = 12;
/// Longest period, in days.
const MOST_DAYS: i32 = 3_660;

/// Of which days, and by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SpendParameters {
    /// How to group the sums; by default by day.
    by: Option<SpendBy>,
    /// The first day; by default 30 days or twelve months before the last one.
    #[param(value_type = Option<String>, format = "date", example = "2026-03-01")]
    from: Option<String>,
    /// The last day; by default today.
    #[param(value_type = Option<String>, format = "date", example = "2026-03-31")]
    to: Option<String>,
    /// The time zone of the days; by default this computer's.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Sandbox or live calls; by default those of the current mode.
    mode: Option<Mode>,
}

/// What was spent.
#[derive(Serialize, ToSchema)]
#[schema(title = "Spending")]
pub(crate) struct SpendView {
    mode: Mode,
    by: SpendBy,
    /// The first day.
    #[schema(value_type = String, format = "date")]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = "date")]
    to: Date,
    /// The total, one sum for each currency.
    total: Vec<SumView>,
    /// Days and months in order, including those without calls; protocols and people by cost.
    items: Vec<SpendItem>,
    /// By protocol and person: the cost of calls that were deleted from the history.
    deleted: Vec<MoneyView>,
}

/// A sum in one currency.
#[derive(Serialize, ToSchema)]
#[schema(title = "Sum")]
struct SumView {
    /// What calls cost, as Twilio reported.
    spent: MoneyView,
    /// The expected cost of calls whose price isn't known yet. By protocol and person, only in the total.
    expected: MoneyView,
}

/// A part of what was spent.
#[derive(Serialize, ToSchema)]
struct SpendItem {
    /// A day, the first day of a month, the id of a protocol or the id of a person; `null` for numbers of nobody in
    /// People.
    #[schema(example = "2026-03-29")]
    key: Option<String>,
    /// Name of the person or the protocol; of a deleted protocol the last one.
    name: Option<String>,
    /// One sum for each currency; empty where nothing was spent.
    sums: Vec<SumView>,
}

/// What was spent
///
/// Amounts are exact, one for each currency. No exchange rate is used.
#[utoipa::path(get, path = "/api/v1/spend", operation_id = "getSpending", tag = "money", params(SpendParameters),
    responses(
        (status = 200, body = SpendView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such time zone, or `from` is after `to` or more than ten years before it"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    Parameters(wanted): Parameters<SpendParameters>,
) -> Result<Json<SpendView>, Problem> {
    let zone = time_zone(wanted.time_zone.as_deref())?;
    let read = |name: &str, text: Option<String>| {
        let bad = || {
            let detail = format!("{name} must be a date such as 2026-03-29");
            Problem::bad_request(Code::BadParameter, detail)
        };
        text.map(|text| day(&text).ok_or_else(bad)).transpose()
    };
    let (from, to) = (read("from", wanted.from)?, read("to", wanted.to)?);
    let by = wanted.by.unwrap_or(SpendBy::Day);
    let last = to.unwrap_or_else(|| app.now().to_zoned(zone.clone()).date());
    let first = from.unwrap_or_else(|| match by {
        SpendBy::Month => last.first_of_month().saturating_sub((MONTHS - 1).months()),
        SpendBy::Day | SpendBy::Protocol | SpendBy::Person => last.saturating_sub((DAYS - 1).days()),
    });
    let days = first.until(last).map(|span| span.get_days());
    if !days.is_ok_and(|days| (0..MOST_DAYS).contains(&days)) {
        let detail = "from must not be after to, nor more than ten years before it";
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::BadPeriod,
            "No such stretch of days",
            detail,
        ));
    }
    let mode = wanted.mode.unwrap_or(app.mode());
    let spending = app.spending(SpendQuery { mode, by, first, last, zone }).await?;
    let Spending { total, parts, deleted } = spending;
    Ok(Json(SpendView {
        mode,
        by,
        from: first,
        to: last,
        total: total.iter().map(SumView::from).collect(),
        items: parts.into_iter().map(|part| item(&app, part)).collect(),
        deleted: deleted.iter().map(MoneyView::from).collect(),
    }))
}

impl From<&Spent> for SumView {
    fn from(sum: &Spent) -> Self {
        Self { spent: MoneyView::from(&sum.spent), expected: MoneyView::from(&sum.held) }
    }
}

fn item(app: &App, part: Part) -> SpendItem {
    let (key, name) = match part.whose {
        Whose::Time(day) => (Some(day.to_string()), None),
        Whose::Protocol(id) => {
            let name = app.protocol_name(&id);
            (Some(id), name)
        }
        Whose::Person(id, name) => (Some(id.0.to_string()), Some(name)),
        Whose::Nobody => (None, None),
    };
    SpendItem { key, name, sums: part.sums.iter().map(SumView::from).collect() }
}
