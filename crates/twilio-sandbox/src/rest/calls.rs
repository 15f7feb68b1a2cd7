//! `Calls.json` and `Calls/{Sid}.json`: create, list, fetch, change, end and delete.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use twilio::CallStatus;

use super::auth::SignedIn;
use super::call_resource::{CallResource, status_in_rest};
use super::create_call::{self, Update};
use super::form::Form;
use super::page::{Neighbours, PageRequest, Start};
use super::refusal::Refusal;
use crate::account::Account;
use crate::call::Call;
use crate::life;
use crate::script::{Answer, script_for};

pub(crate) async fn create(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    form: Form,
) -> Result<Response, Refusal> {
    if !account.throttle.admits(Instant::now()) {
        return Err(Refusal::TooManyRequests);
    }
    let request = create_call::read(&form, &account.config.owned_numbers, &account.numbers)?;
    let script = script_for(&request.to);
    tracing::debug!(path = uri.path(), answer = ?script.answer, outcome = ?script.outcome, "asked to place a call");
    match script.answer {
        Answer::Prompt => Ok(created(&account, &life::begin(&account, request, script))),
        Answer::Slow => {
            let call = life::begin(&account, request, script);
            let slow = tokio::time::sleep(account.config.slow_answer);
            account.stopping.run_until_cancelled(slow).await;
            Ok(created(&account, &call))
        }
        Answer::TooManyRequests => Err(Refusal::TooManyRequests),
        Answer::TooManyRequestsOnce => {
            if account.refuses_first(&request.to) {
                return Err(Refusal::TooManyRequests);
            }
            Ok(created(&account, &life::begin(&account, request, script)))
        }
        Answer::ServerErrorAfterDialling => {
            life::begin(&account, request, script);
            Err(Refusal::ServerError)
        }
        Answer::ServerErrorWithoutDialling => Err(Refusal::ServerError),
        Answer::DropsAfterDialling => {
            life::begin(&account, request, script);
            // If a body fails before its first byte, the server closes the connection without a response.
            let broken = futures::stream::once(async {
                Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
            });
            Ok(Body::from_stream(broken).into_response())
        }
        Answer::UnreadableAfterDialling => {
            life::begin(&account, request, script);
            let html = [(header::CONTENT_TYPE, "text/html")];
            Ok((StatusCode::CREATED, html, "<html><body>Created.</body></html>").into_response())
        }
    }
}

pub(crate) async fn fetch(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, file)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let call = find(&account, &file, uri.path())?;
    Ok(shown(&account, &call))
}

pub(crate) async fn update(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, file)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = find(&account, &file, uri.path())?;
    let ending = match create_call::read_update(&form)? {
        Update::End(ending) => ending,
        Update::Change(change) => {
            if !call.change(*change) {
                return Err(Refusal::NotInProgress);
            }
            account.changed();
            return Ok(shown(&account, &call));
        }
    };
    if call.hang_up(ending) {
        account.changed();
        return Ok(shown(&account, &call));
    }
    // "canceled" doesn't affect a call in progress: https://www.twilio.com/docs/voice/api/call-resource
    if call.status() == CallStatus::InProgress {
        Ok(shown(&account, &call))
    } else {
        Err(Refusal::NotInProgress)
    }
}

pub(crate) async fn delete(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    Path((_, file)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let call = find(&account, &file, uri.path())?;
    if !call.status().is_final() {
        return Err(Refusal::StillRunning);
    }
    account.delete(&call);
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn list(
    State(account): State<Arc<Account>>,
    uri: Uri,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let page = PageRequest::read(query.as_deref())?;
    let filters =
        page.filters.iter().map(|(name, value)| Filter::read(name, value)).collect::<Result<Vec<_>, _>>()?;
    let keep = |call: &Call| filters.iter().all(|filter| filter.keeps(call));
    let calls = match page.start {
        Start::Skip(pages) => {
            let skipped = pages.saturating_mul(page.size);
            let mut calls = account.newest(u64::MAX, skipped.saturating_add(page.size), keep);
            calls.split_off(skipped.min(calls.len()))
        }
        Start::OlderThan(place) => account.newest(place, page.size, keep),
        Start::NewerThan(place) => {
            let mut calls = account.oldest(place, page.size, keep);
            calls.reverse();
            calls
        }
    };
    let mut neighbours = Neighbours::default();
    if let (Some(newest), Some(oldest)) = (calls.first(), calls.last()) {
        neighbours.next = Some(oldest.place).filter(|place| !account.newest(*place, 1, keep).is_empty());
        neighbours.previous = Some(newest.place).filter(|place| !account.oldest(*place, 1, keep).is_empty());
    }
    let resources: Vec<_> =
        calls.iter().map(|call| CallResource::of(call, &account.config.account_sid)).collect();
    Ok(Json(page.frame(uri.path(), "calls", &resources, neighbours)))
}

/// `file` is `{sid}.json`.
fn find(account: &Account, file: &str, path: &str) -> Result<Arc<Call>, Refusal> {
    file.strip_suffix(".json")
        .and_then(|sid| account.call(sid))
        .ok_or_else(|| Refusal::NotFound { path: path.to_owned() })
}

fn created(account: &Account, call: &Call) -> Response {
    (StatusCode::CREATED, shown(account, call)).into_response()
}

fn shown(account: &Account, call: &Call) -> Response {
    Json(CallResource::of(call, &account.config.account_sid)).into_response()
}

/// A list filter. A call that hasn't left the queue has no start time and matches no filter on it.
enum Filter {
    To(String),
    From(String),
    Status(CallStatus),
    Started(Span),
    Ended(Span),
    /// Calls here have no parent, so nothing matches.
    Parent,
}

/// Includes both ends.
struct Span {
    from: Timestamp,
    until: Timestamp,
}

impl Filter {
    fn read(name: &str, value: &str) -> Result<Self, Refusal> {
        let bad = |reason| Refusal::BadParameter { field: name.to_owned(), reason };
        match name {
            "To" => Ok(Self::To(value.to_owned())),
            "From" => Ok(Self::From(value.to_owned())),
            "ParentCallSid" => Ok(Self::Parent),
            "Status" => match value.parse() {
                Ok(status) if status != CallStatus::Initiated => Ok(Self::Status(status)),
                Ok(_) | Err(_) => Err(bad("it isn't a status of a call")),
            },
            _ => {
                let (field, comparison) = match name.split_at(name.len().saturating_sub(1)) {
                    (field, comparison @ ("<" | ">")) => (field, comparison),
                    _ => (name, ""),
                };
                let span = Span::read(comparison, value).ok_or_else(|| bad("it isn't a date or a time"));
                match field {
                    "StartTime" => Ok(Self::Started(span?)),
                    "EndTime" => Ok(Self::Ended(span?)),
                    _ => Err(Refusal::UnknownParameter { field: name.to_owned() }),
                }
            }
        }
    }

    fn keeps(&self, call: &Call) -> bool {
        match self {
            Self::To(to) => call.request.to == *to,
            Self::From(from) => call.request.from == *from,
            Self::Status(status) => status_in_rest(call.status()) == *status,
            Self::Started(span) => call.progress().started.is_some_and(|time| span.holds(time)),
            Self::Ended(span) => call.progress().ended.is_some_and(|time| span.holds(time)),
            Self::Parent => false,
        }
    }
}

impl Span {
    /// `<` and `>` include the given time, since Twilio's parameters read `StartTime<=…` and `StartTime>=…`.
    fn read(comparison: &str, value: &str) -> Option<Self> {
        let day = value.parse::<Date>().ok().filter(|_| value.len() == "2026-01-01".len());
        let (first, last) = match day {
            Some(day) => {
                let midnight = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
                let first = midnight(day)?;
                // A date means the whole day; in a comparison it means the midnight at its start.
                let last = if comparison.is_empty() { midnight(day.tomorrow().ok()?)? } else { first };
                (first, last)
            }
            None => {
                let time = value.parse::<Timestamp>().ok()?;
                (time, time)
            }
        };
        Some(match comparison {
            ">" => Self { from: first, until: Timestamp::MAX },
            "<" => Self { from: Timestamp::MIN, until: last },
            _ => Self { from: first, until: last },
        })
    }

    /// The API's times are whole seconds, so compare those.
    fn holds(&self, time: Timestamp) -> bool {
        let shown = Timestamp::from_second(time.as_second()).unwrap_or(time);
        self.from <= shown && shown <= self.until
    }
}
