//! `GET /api/v1/calls/export`: the whole history as a file, read and sent one page at a time.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use benspamsphones_app::app::{App, CallPage, CallQuery};
use benspamsphones_app::view::ExportedCall;
use benspamsphones_core::{CallId, Outcome};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call_filter::CallFilterParameters;
use crate::http::answer::Parameters;
use crate::http::problem::Problem;

/// Without it, a spreadsheet assumes an old encoding of its country.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
/// Calls that are read at a time.
const PAGE: usize = 500;

/// The format of the file.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "csv")]
pub(crate) enum ExportFormat {
    /// For a spreadsheet.
    #[default]
    Csv,
    /// An array of calls.
    Json,
}

/// In which format.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportCalls {
    /// The format of the file.
    #[serde(default)]
    #[param(inline)]
    format: ExportFormat,
    #[serde(flatten)]
    #[param(ignore)]
    filter: CallFilterParameters,
}

/// A line of the file. The fields are in the order of the columns.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    requested_at: String,
    protocol: String,
    from: &'a str,
    to: &'a str,
    mode: &'static str,
    status: &'static str,
    asked_by: &'static str,
    asker: Option<String>,
    answered_at: Option<String>,
    ended_at: Option<String>,
    duration_s: Option<u32>,
    price: Option<&'a str>,
    currency: Option<&'a str>,
    answered_by: Option<String>,
    opted_out: bool,
    failure_code: Option<u32>,
    failure: Option<String>,
    sid: Option<&'a str>,
    sip_response_code: Option<u16>,
    sip_meaning: Option<&'static str>,
    extension: Option<String>,
    protocol_name: Option<String>,
    note: Option<String>,
    message: Option<String>,
    outcome: &'static str,
    acknowledged_at: Option<String>,
}

/// The history as a file
///
/// Texts that a spreadsheet would read as a formula begin with an apostrophe; numbers are unchanged.
#[utoipa::path(get, path = "/api/v1/calls/export", operation_id = "exportCalls", tag = "calls",
    params(ExportCalls, CallFilterParameters), responses(
    (status = 200, description = "The file, newest call first", content((String = "text/csv"), (Vec<ExportedCall> = "application/json"))),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "No such time zone"),
))]
pub(crate) async fn export(
    State(app): State<App>,
    Parameters(wanted): Parameters<ExportCalls>,
) -> Result<Response, Problem> {
    let query = CallQuery { filter: wanted.filter.read()?, before: None, limit: PAGE };
    let (content_type, name) = match wanted.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"calls.csv\""),
        ExportFormat::Json => ("application/json", "attachment; filename=\"calls.json\""),
    };
    let headers = [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pages(app, query, wanted.format))).into_response())
}

/// The pages, one after the other. A page that can't be read breaks the connection, so that half a history doesn't look
/// like a whole one.
fn pages(app: App, query: CallQuery, format: ExportFormat) -> impl Stream<Item = Result<Bytes, ExportError>> {
    stream::try_unfold(Some((query, true)), move |next| {
        let app = app.clone();
        async move {
            let Some((query, first)) = next else { return Ok(None) };
            let page = app.calls(query.clone()).await?;
            let CallPage { calls, next, .. } = page;
            let mut notes = app.call_notes(&calls).await?;
            let mut messages = app.call_messages(&calls).await?;
            let shown = app.clone();
            let writing = app.heavy().run(move || {
                let exported = calls.iter().map(|call| ExportedCall {
                    call: shown.view(call),
                    message: messages.remove(&call.id),
                    note: notes.remove(&call.id),
                });
                let calls: Vec<_> = exported.collect();
                match format {
                    ExportFormat::Csv => csv_lines(&calls, first),
                    ExportFormat::Json => json_items(&calls, first, next),
                }
            });
            let bytes = writing.await?;
            let next = next.map(|before| (CallQuery { before: Some(before), ..query }, false));
            Ok(Some((bytes, next)))
        }
    })
}

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Store(#[from] benspamsphones_app::store::StoreError),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

fn csv_lines(calls: &[ExportedCall], first: bool) -> Result<Bytes, ExportError> {
    let start = if first { Vec::from(BYTE_ORDER_MARK) } else { Vec::new() };
    let mut writer =
        csv::WriterBuilder::new().has_headers(first).terminator(csv::Terminator::CRLF).from_writer(start);
    if first && calls.is_empty() {
        writer.write_record(COLUMNS)?;
    }
    for call in calls {
        writer.serialize(Line::from(call))?;
    }
    Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?.into())
}

const COLUMNS: [&str; 27] = [
    "id",
    "requested_at",
    "protocol",
    "from",
    "to",
    "mode",
    "status",
    "asked_by",
    "asker",
    "answered_at",
    "ended_at",
    "duration_s",
    "price",
    "currency",
    "answered_by",
    "opted_out",
    "failure_code",
    "failure",
    "sid",
    "sip_response_code",
    "sip_meaning",
    "extension",
    "protocol_name",
    "note",
    "message",
    "outcome",
    "acknowledged_at",
];

fn json_items(calls: &[ExportedCall], first: bool, next: Option<CallId>) -> Result<Bytes, ExportError> {
    let mut text = Vec::from(if first { "[" } else { "" });
    for (at, call) in calls.iter().enumerate() {
        text.extend_from_slice(if first && at == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut text, call)?;
    }
    if next.is_none() {
        text.extend_from_slice(b"\n]\n");
    }
    Ok(text.into())
}

impl<'a> From<&'a ExportedCall> for Line<'a> {
    fn from(ExportedCall { call, message, note }: &'a ExportedCall) -> Self {
        Self {
            id: call.id.to_string(),
            requested_at: call.requested_at.to_string(),
            protocol: harmless(&call.protocol),
            from: &call.from,
            to: &call.to,
            mode: call.mode.as_str(),
            status: call.status.as_str(),
            asked_by: call.asked_by.as_str(),
            asker: call.asker_name.as_deref().map(harmless),
            answered_at: call.answered_at.map(|at| at.to_string()),
            ended_at: call.ended_at.map(|at| at.to_string()),
            duration_s: call.duration_s,
            price: call.price.as_ref().map(|price| price.amount.as_str()),
            currency: call.price.as_ref().map(|price| price.currency.as_str()),
            answered_by: call.answered_by.as_deref().map(harmless),
            opted_out: call.opted_out,
            failure_code: call.failure.as_ref().and_then(|failure| failure.code),
            failure: call.failure.as_ref().map(|failure| harmless(&failure.message)),
            sid: call.sid.as_deref(),
            sip_response_code: call.sip_response_code,
            sip_meaning: call.sip_meaning,
            extension: call.extension.as_ref().map(|extension| harmless(extension.as_str())),
            protocol_name: call.protocol_name.as_deref().map(harmless),
            note: note.as_deref().map(harmless),
            message: message.as_deref().map(harmless),
            outcome: Outcome::of(call.status, call.acknowledged_at.is_some()).as_str(),
            acknowledged_at: call.acknowledged_at.map(|at| at.to_string()),
        }
    }
}

/// Text that no spreadsheet takes for a formula (OWASP, "CSV Injection"), whatever its delimiter: in many countries
/// that is the semicolon. Blanks before a formula don't help, since some programs drop them. E.164 numbers are safe: a
/// plus and digits can only be a number.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len() + 1);
    let mut at_start = true;
    for sign in text.chars() {
        let starts_formula = matches!(sign, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
        let delimits = matches!(sign, ',' | ';' | '|' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}');
        if at_start && (starts_formula || (harmless.is_empty() && matches!(sign, '\t' | '\r' | '\n'))) {
            harmless.push('\'');
        }
        harmless.push(sign);
        at_start =
            delimits || (at_start && (sign.is_whitespace() || matches!(sign, '"' | '\'' | '\u{feff}')));
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(harmless("=HYPERLINK(\"http://evil.example\")"), "'=HYPERLINK(\"http://evil.example\")");
        assert_eq!(harmless("-2+3"), "'-2+3");
        assert_eq!(harmless(";=1+1"), ";'=1+1");
        assert_eq!(harmless(" =1+1"), " '=1+1");
        assert_eq!(harmless("a;=1+1,@b\t-c\r\n+d"), "a;'=1+1,'@b\t'-c\r\n'+d");
        assert_eq!(harmless("\"=1+1"), "\"'=1+1");
        assert_eq!(harmless("＝1+1"), "'＝1+1");
        assert_eq!(harmless("a-b = c, d"), "a-b = c, d");
        assert_eq!(harmless("protocol1"), "protocol1");
    }

    #[test]
    fn an_empty_history_has_its_columns_and_is_json() {
        assert_eq!(csv_lines(&[], true).unwrap(), format!("\u{feff}{}\r\n", COLUMNS.join(",")));
        assert_eq!(json_items(&[], true, None).unwrap(), "[\n]\n");
    }
}
