//! `Calls/{Sid}/Events.json` and `Notifications.json`: requests for a call, and its errors.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::auth::SignedIn;
use super::page::{Neighbours, PageRequest, Start};
use super::refusal::Refusal;
use crate::account::Account;
use crate::callback::{CallbackRecord, Verdict};
use crate::timestamp::rfc2822;

pub(crate) async fn events(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, call_sid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let call = account.call(&call_sid).ok_or_else(|| Refusal::NotFound { path: uri.path().to_owned() })?;
    let events = account.callbacks().into_iter().filter(|callback| callback.call_sid == call.sid);
    page(uri.path(), query.as_deref(), "events", events.map(|callback| event(&callback)).collect())
}

pub(crate) async fn notifications(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, call_sid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let call = account.call(&call_sid).ok_or_else(|| Refusal::NotFound { path: uri.path().to_owned() })?;
    let account_sid = &account.config.account_sid;
    let notifications = call.progress().notices.into_iter().enumerate().map(|(place, notice)| {
        let at = rfc2822(notice.at);
        let sid = format!("NO{}{place:02x}", &call.sid[4..]);
        json!({
            "sid": sid,
            "account_sid": account_sid,
            "call_sid": call.sid,
            "api_version": "2010-04-01",
            "log": if notice.is_warning { "1" } else { "0" },
            "error_code": notice.code.to_string(),
            "more_info": format!("https://www.twilio.com/docs/errors/{}", notice.code),
            "message_text": notice.message,
            "message_date": at,
            "date_created": at,
            "date_updated": at,
            "request_url": notice.url,
            "request_method": null,
            "uri": format!("/2010-04-01/Accounts/{account_sid}/Notifications/{sid}.json"),
        })
    });
    page(uri.path(), query.as_deref(), "notifications", notifications.collect())
}

fn event(callback: &CallbackRecord) -> Value {
    let parameters: Map<String, Value> =
        callback.params().into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    let response_code = match callback.verdict {
        Verdict::Answered { status } => Value::from(status),
        Verdict::Unreachable | Verdict::NoAnswer | Verdict::NotSent => Value::Null,
    };
    json!({
        "request": { "method": callback.method.as_str(), "url": callback.url, "parameters": parameters },
        "response": {
            "response_code": response_code,
            "request_duration": u64::try_from(callback.took.as_millis()).unwrap_or(u64::MAX),
            "date_created": rfc2822(callback.at),
        },
    })
}

/// These lists are short and only grow, so a page is a slice.
fn page(path: &str, query: Option<&str>, name: &str, items: Vec<Value>) -> Result<Json<Value>, Refusal> {
    let page = PageRequest::read(query)?;
    let start = match page.start {
        Start::Skip(pages) => pages.saturating_mul(page.size),
        Start::OlderThan(place) | Start::NewerThan(place) => usize::try_from(place).unwrap_or(usize::MAX),
    };
    let end = start.saturating_add(page.size);
    let neighbours =
        Neighbours { next: u64::try_from(end).ok().filter(|_| end < items.len()), previous: None };
    let slice: Vec<Value> = items.into_iter().skip(start).take(page.size).collect();
    Ok(Json(page.frame(path, name, &slice, neighbours)))
}
