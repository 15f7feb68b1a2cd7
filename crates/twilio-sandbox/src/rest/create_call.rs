//! Validates requests that create or change a call.

use std::time::Duration;

use twilio::{CallEvent, CallStatus, MachineDetection};

use super::form::{Form, address};
use super::refusal::Refusal;
use crate::OwnedNumbers;
use crate::address::Endpoint;
use crate::call::{Change, Instructions, NewCall, Notice, Orders, Plays, StatusCallback};
use crate::number::{NotDialable, Number, Numbers};
use crate::sid;

const FIELDS: [&str; 36] = [
    "To",
    "From",
    "Method",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackEvent",
    "StatusCallbackMethod",
    "SendDigits",
    "Timeout",
    "Record",
    "RecordingChannels",
    "RecordingStatusCallback",
    "RecordingStatusCallbackMethod",
    "SipAuthUsername",
    "SipAuthPassword",
    "MachineDetection",
    "MachineDetectionTimeout",
    "RecordingStatusCallbackEvent",
    "Trim",
    "CallerId",
    "MachineDetectionSpeechThreshold",
    "MachineDetectionSpeechEndThreshold",
    "MachineDetectionSilenceTimeout",
    "AsyncAmd",
    "AsyncAmdStatusCallback",
    "AsyncAmdStatusCallbackMethod",
    "Byoc",
    "CallReason",
    "CallToken",
    "RecordingTrack",
    "TimeLimit",
    "ClientNotificationUrl",
    "Url",
    "Twiml",
    "ApplicationSid",
];

const UPDATE_FIELDS: [&str; 9] = [
    "Status",
    "Url",
    "Method",
    "Twiml",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
    "TimeLimit",
];

const RING_TIMEOUT_DEFAULT: Duration = Duration::from_secs(60);
/// The default and the maximum.
const TIME_LIMIT_MAX_S: u32 = 4 * 60 * 60;

/// Twilio's test number for `From`: <https://www.twilio.com/docs/iam/test-credentials>.
pub(crate) const TEST_NUMBER: &str = "+15005550006";

/// Reports one fault at a time, like Twilio.
pub(crate) fn read(form: &Form, owned: &OwnedNumbers, numbers: &Numbers) -> Result<NewCall, Refusal> {
    form.knows_only(&FIELDS)?;
    let to = to(form, numbers)?;
    let from = from(form, owned, numbers)?;
    let instructions = instructions(form)?;
    let (status_callback, warning) = status_callback(form)?;
    let send_digits = send_digits(form)?;
    let detection = detection(form)?;
    Ok(NewCall {
        to: to.e164,
        to_country: to.country,
        from: from.e164,
        from_country: from.country,
        orders: Orders {
            plays: Plays {
                instructions,
                fallback: form.endpoint("FallbackUrl", "FallbackMethod")?,
                redirects: 0,
            },
            status_callback,
            time_limit: time_limit(form)?.unwrap_or(Duration::from_secs(u64::from(TIME_LIMIT_MAX_S))),
        },
        ring_timeout: form
            .seconds("Timeout", 1..=u32::from(twilio::TIMEOUT_MAX_S))
            .map_err(|text| Refusal::BadTimeout { timeout: text.to_owned() })?
            .unwrap_or(RING_TIMEOUT_DEFAULT),
        // Keys and machine detection exclude each other; the keys win.
        detection: detection.filter(|_| send_digits.is_none()),
        send_digits,
        record: form.flag("Record")?,
        warning,
    })
}

fn to(form: &Form, numbers: &Numbers) -> Result<Number, Refusal> {
    let to = form.get("To").ok_or(Refusal::NoTo)?;
    let given = || to.to_owned();
    let number = numbers.parse(to).map_err(|fault| match fault {
        NotDialable::NotANumber => Refusal::ToNotANumber { to: given() },
        NotDialable::NotInAnyPlan => Refusal::ToNotInAnyPlan { to: given() },
    })?;
    // In any notation: <https://www.twilio.com/docs/iam/test-credentials>.
    match number.e164.as_str() {
        "+15005550001" => Err(Refusal::ToNotInAnyPlan { to: given() }),
        "+15005550002" => Err(Refusal::ToUnreachable { to: given() }),
        "+15005550003" => Err(Refusal::ToNotPermitted { to: given() }),
        "+15005550004" => Err(Refusal::ToBlocked { to: given() }),
        _ => Ok(number),
    }
}

fn from(form: &Form, owned: &OwnedNumbers, numbers: &Numbers) -> Result<Number, Refusal> {
    let from = form.get("From").ok_or(Refusal::NoFrom)?;
    let given = || from.to_owned();
    let number = numbers.parse(from).map_err(|_| Refusal::FromNotANumber { from: given() })?;
    if number.e164 == "+15005550001" {
        return Err(Refusal::FromNotANumber { from: given() });
    }
    let is_owned = number.e164 == TEST_NUMBER
        || match owned {
            // Of Twilio's test numbers only the one above may call: "any other number: 21210".
            OwnedNumbers::Any => {
                !(number.e164.starts_with("+150055500") && number.e164.len() == TEST_NUMBER.len())
            }
            OwnedNumbers::Only(owned) => owned.contains(&number.e164),
        };
    if is_owned { Ok(number) } else { Err(Refusal::FromNotOwned { from: given() }) }
}

fn instructions(form: &Form) -> Result<Instructions, Refusal> {
    if let Some(sid) = form.get("ApplicationSid") {
        return if sid::is("AP", sid) {
            Ok(Instructions::Application)
        } else {
            Err(Refusal::BadApplicationSid { sid: sid.to_owned() })
        };
    }
    document(form)?.ok_or(Refusal::NoInstructions)
}

/// If both `Url` and `Twiml` are given, `Url` wins.
fn document(form: &Form) -> Result<Option<Instructions>, Refusal> {
    if let Some(endpoint) = form.endpoint("Url", "Method")? {
        return Ok(Some(Instructions::Fetch(endpoint)));
    }
    let Some(twiml) = form.get("Twiml") else { return Ok(None) };
    match twiml.chars().count() {
        chars if chars > twilio::TWIML_MAX_CHARS => Err(Refusal::TwimlTooLong { chars }),
        _ => Ok(Some(Instructions::Twiml(twiml.to_owned()))),
    }
}

fn time_limit(form: &Form) -> Result<Option<Duration>, Refusal> {
    form.seconds("TimeLimit", 1..=TIME_LIMIT_MAX_S).map_err(|_| Refusal::BadParameter {
        field: "TimeLimit".to_owned(),
        reason: "it must be from 1 to 14400 seconds",
    })
}

pub(crate) enum Update {
    End(CallStatus),
    Change(Box<Change>),
}

pub(crate) fn read_update(form: &Form) -> Result<Update, Refusal> {
    form.knows_only(&UPDATE_FIELDS)?;
    let bad = |reason| Refusal::BadParameter { field: "Status".to_owned(), reason };
    match form.get("Status") {
        Some("completed") => return Ok(Update::End(CallStatus::Completed)),
        Some("canceled") => return Ok(Update::End(CallStatus::Canceled)),
        Some(_) => return Err(bad("it must be canceled or completed")),
        None => {}
    }
    let fallback = form.endpoint("FallbackUrl", "FallbackMethod")?;
    let status_callback = match form.get("StatusCallback") {
        Some(text) => {
            let address = address(text).ok_or_else(|| Refusal::BadStatusCallback { url: text.to_owned() })?;
            Some(Endpoint { address, method: form.method("StatusCallbackMethod")? })
        }
        None => None,
    };
    let plays = document(form)?.map(|instructions| (instructions, fallback));
    let change = Change { plays, status_callback, time_limit: time_limit(form)? };
    if change.is_none() {
        Err(bad("it is missing, and so are Url and Twiml"))
    } else {
        Ok(Update::Change(Box::new(change)))
    }
}

/// An unknown event disables all of them, with a warning (21626).
fn status_callback(form: &Form) -> Result<(Option<StatusCallback>, Option<Notice>), Refusal> {
    let Some(text) = form.get("StatusCallback") else { return Ok((None, None)) };
    let address = address(text).ok_or_else(|| Refusal::BadStatusCallback { url: text.to_owned() })?;
    let method = form.method("StatusCallbackMethod")?;
    let mut events = Vec::new();
    for name in form.all("StatusCallbackEvent") {
        match name.parse::<CallEvent>() {
            Ok(event) => events.push(event),
            Err(_) => {
                let message = format!("StatusCallbackEvent is not valid: {name}");
                return Ok((None, Some(Notice::warning(21626, message, Some(&address)))));
            }
        }
    }
    if events.is_empty() {
        events.push(CallEvent::Completed);
    }
    Ok((Some(StatusCallback { endpoint: Endpoint { address, method }, events }), None))
}

fn send_digits(form: &Form) -> Result<Option<String>, Refusal> {
    let Some(digits) = form.get("SendDigits") else { return Ok(None) };
    let fits = digits.len() <= twilio::SEND_DIGITS_MAX_CHARS
        && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'D' | b'#' | b'*' | b'w' | b'W'));
    if fits { Ok(Some(digits.to_owned())) } else { Err(Refusal::BadSendDigits { digits: digits.to_owned() }) }
}

fn detection(form: &Form) -> Result<Option<MachineDetection>, Refusal> {
    match form.get("MachineDetection") {
        None => Ok(None),
        Some("Enable") => Ok(Some(MachineDetection::Enable)),
        Some("DetectMessageEnd") => Ok(Some(MachineDetection::DetectMessageEnd)),
        Some(_) => Err(Refusal::BadParameter {
            field: "MachineDetection".to_owned(),
            reason: "it must be Enable or DetectMessageEnd",
        }),
    }
}
