//! `GET /api/v1/balance`: what is left on the account.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use benspamsphones_app::view::MoneyView;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// What is left on the account.
#[derive(Serialize, ToSchema)]
#[schema(title = "Balance")]
pub(crate) struct BalanceView {
    /// The amount, negative if you owe something; `null` if the API key may not read it.
    balance: Option<MoneyView>,
    /// It may not last for another week like the last one.
    low: bool,
    /// When Twilio reported it.
    #[schema(value_type = String, format = "date-time")]
    as_of: Timestamp,
}

/// What is left on the account
#[utoipa::path(get, path = "/api/v1/balance", operation_id = "getBalance", tag = "money", responses(
    (status = 200, body = BalanceView),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "Twilio did not tell", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(State(app): State<App>) -> Result<Json<BalanceView>, Problem> {
    let balance = app.balance(app.now()).await?;
    Ok(Json(BalanceView {
        balance: balance.amount.as_ref().map(MoneyView::from),
        low: balance.low,
        as_of: balance.as_of,
    }))
}
