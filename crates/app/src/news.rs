//! Translates Twilio's reports into our own terms.

use benspamsphones_core::{CallStatus, Failure, FailureReason, Money, Source, StatusUpdate};
use jiff::Timestamp;
use twilio::StatusReport;

pub(crate) fn status(status: twilio::CallStatus) -> CallStatus {
    match status {
        twilio::CallStatus::Queued => CallStatus::Queued,
        twilio::CallStatus::Initiated => CallStatus::Initiated,
        twilio::CallStatus::Ringing => CallStatus::Ringing,
        twilio::CallStatus::InProgress => CallStatus::InProgress,
        twilio::CallStatus::Completed => CallStatus::Completed,
        twilio::CallStatus::Busy => CallStatus::Busy,
        twilio::CallStatus::Failed => CallStatus::Failed,
        twilio::CallStatus::NoAnswer => CallStatus::NoAnswer,
        twilio::CallStatus::Canceled => CallStatus::Canceled,
    }
}

pub(crate) fn from_call(call: &twilio::Call, source: Source, heard_at: Timestamp) -> StatusUpdate {
    let status = status(call.status);
    // Twilio's other times, `date_created` and `start_time`, are of the call's beginning, in whole seconds.
    let mut news = StatusUpdate::of(source, status, heard_at);
    news.told_at = call.end_time.filter(|_| status.is_ending());
    news.sid = Some(call.sid.to_string());
    news.duration_s = call.duration_s.filter(|_| status.is_ending());
    news.price = call
        .price
        .zip(call.price_unit.as_deref())
        .and_then(|(price, unit)| Money::from_twilio_price(price, unit));
    news.answered_by = call.answered_by.clone();
    news
}

/// From the fields of a verified status callback; `None` without a known status.
pub(crate) fn from_callback(fields: &[(String, String)], heard_at: Timestamp) -> Option<StatusUpdate> {
    let report = StatusReport::read(fields)?;
    let mut news = StatusUpdate::of(Source::Callback, status(report.status), heard_at);
    news.told_at = report.told_at;
    news.sid = report.sid;
    news.duration_s = report.duration_s;
    news.answered_by = report.answered_by;
    news.sip_response_code = report.sip_response_code;
    news.failure = report.error.map(|(code, told)| failure_of_code(code, &told));
    Some(news)
}

/// A failure with Twilio's error code, in our own words if we have some.
pub(crate) fn failure_of_code(code: u32, told: &str) -> Failure {
    let message = twilio::explain(code).map_or_else(
        || told.to_owned(),
        |explained| format!("{} {}", explained.sentence, explained.next_step),
    );
    Failure::Told { code: Some(code), message }
}

pub(crate) fn failure(error: &twilio::Error) -> Failure {
    match error {
        twilio::Error::Unreachable(_) => return FailureReason::Unreachable.into(),
        twilio::Error::Refused(api) if !api.from_twilio => return FailureReason::NotTwilio.into(),
        twilio::Error::Refused(_)
        | twilio::Error::TooManyRequests { .. }
        | twilio::Error::Timeout(_)
        | twilio::Error::Server(_)
        | twilio::Error::Interrupted(_)
        | twilio::Error::UnreadableAnswer { .. } => {}
    }
    let explanation = error.explanation();
    // A 429 may come without Twilio's body, from a proxy in front of Twilio.
    let too_many = matches!(error, twilio::Error::TooManyRequests { .. }).then_some(20_429);
    let message = format!("{} {}", explanation.sentence, explanation.next_step);
    Failure::Told { code: error.code().or(too_many), message }
}
