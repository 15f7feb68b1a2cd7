//! The form of `POST …/Calls.json`.

use std::fmt;
use std::str::FromStr;

use form_urlencoded::Serializer;

use crate::redact::Party;

/// Longest inline TwiML that Twilio accepts, in characters.
pub const TWIML_MAX_CHARS: usize = 4_000;
/// Longest [`CreateCall::send_digits`], in characters.
pub const SEND_DIGITS_MAX_CHARS: usize = 32;
/// Longest time to let a phone ring, in seconds.
pub const TIMEOUT_MAX_S: u16 = 600;

/// A call to place. Twilio checks the limits and returns its own errors.
///
/// Its `Debug` text keeps only the last two digits of the numbers, and nothing that is said or typed.
#[derive(Clone, PartialEq, Eq)]
pub struct CreateCall {
    /// Number to call, in E.164.
    pub to: String,
    /// Number to call from, owned or verified by the account, in E.164.
    pub from: String,
    /// What the call plays.
    pub instructions: Instructions,
    /// Where Twilio sends status callbacks. Without it, poll the call.
    pub status_callback: Option<StatusCallback>,
    /// How long to let it ring, in seconds; default 60, at most [`TIMEOUT_MAX_S`].
    pub timeout_s: Option<u16>,
    /// Maximum length after the answer, in seconds.
    pub time_limit_s: Option<u32>,
    /// Keys to press after the answer (`0-9 * # w`, `w` waits half a second), at most [`SEND_DIGITS_MAX_CHARS`]. Turns
    /// Twilio's machine detection off.
    pub send_digits: Option<String>,
    /// Whether to record the call.
    pub record: bool,
    /// Whether to detect answering machines.
    pub machine_detection: Option<MachineDetection>,
}

/// What the call plays.
#[derive(Clone, PartialEq, Eq)]
pub enum Instructions {
    /// TwiML that Twilio fetches when the call is answered; the URL must be public.
    Url {
        /// Sent unchanged: Twilio signs its request for this exact text.
        url: String,
        /// HTTP method of the request.
        method: Method,
    },
    /// Inline TwiML, at most [`TWIML_MAX_CHARS`]. Needs no public URL.
    Twiml(String),
}

/// How Twilio fetches TwiML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Parameters in the query.
    Get,
    /// Parameters in a form; Twilio's default.
    #[default]
    Post,
}

/// Where Twilio sends status callbacks, always by POST.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusCallback {
    /// A public URL without query or fragment, for which signing is unclear. Its host must not contain an underscore.
    /// Sent unchanged: Twilio signs its requests for this exact text.
    pub url: String,
    /// Events to report. If empty, Twilio reports only the end.
    pub events: Vec<CallEvent>,
}

/// Status callback events. They aren't statuses: `answered` reports `in-progress`, `completed` reports every ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallEvent {
    /// Dialing has begun.
    Initiated,
    /// The far end rings.
    Ringing,
    /// The call was answered.
    Answered,
    /// The call is over, however it ended.
    Completed,
}

/// How to detect an answering machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineDetection {
    /// Report as soon as it is known.
    Enable,
    /// For a machine, wait for the end of its greeting.
    DetectMessageEnd,
}

impl CreateCall {
    /// Twilio's defaults for everything else, and no status callback.
    #[must_use]
    pub fn new(to: impl Into<String>, from: impl Into<String>, instructions: Instructions) -> Self {
        Self {
            to: to.into(),
            from: from.into(),
            instructions,
            status_callback: None,
            timeout_s: None,
            time_limit_s: None,
            send_digits: None,
            record: false,
            machine_detection: None,
        }
    }

    pub(crate) fn form(&self) -> String {
        let mut form = Serializer::new(String::with_capacity(512));
        form.append_pair("To", &self.to).append_pair("From", &self.from);
        match &self.instructions {
            Instructions::Url { url, method } => {
                form.append_pair("Url", url).append_pair("Method", method.as_str());
            }
            Instructions::Twiml(twiml) => {
                form.append_pair("Twiml", twiml);
            }
        }
        if let Some(callback) = &self.status_callback {
            form.append_pair("StatusCallback", callback.url.as_str());
            // One field per event. With one space-separated value, Twilio logs error 21626 and sends no callbacks at
            // all.
            for event in &callback.events {
                form.append_pair("StatusCallbackEvent", event.as_str());
            }
            form.append_pair("StatusCallbackMethod", Method::Post.as_str());
        }
        if let Some(timeout_s) = self.timeout_s {
            form.append_pair("Timeout", &timeout_s.to_string());
        }
        if let Some(time_limit_s) = self.time_limit_s {
            form.append_pair("TimeLimit", &time_limit_s.to_string());
        }
        if let Some(digits) = &self.send_digits {
            form.append_pair("SendDigits", digits);
        }
        if self.record {
            form.append_pair("Record", "true");
        }
        if let Some(detection) = self.machine_detection {
            form.append_pair("MachineDetection", detection.as_str());
        }
        form.finish()
    }
}

impl Method {
    /// HTTP method name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl MachineDetection {
    /// Twilio's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "Enable",
            Self::DetectMessageEnd => "DetectMessageEnd",
        }
    }
}

impl CallEvent {
    /// In the order of a call's life.
    pub const ALL: [Self; 4] = [Self::Initiated, Self::Ringing, Self::Answered, Self::Completed];

    /// Twilio's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

/// Not one of Twilio's call events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a call event of Twilio's")]
pub struct UnknownCallEvent;

impl FromStr for CallEvent {
    type Err = UnknownCallEvent;

    fn from_str(text: &str) -> Result<Self, UnknownCallEvent> {
        Self::ALL.into_iter().find(|event| event.as_str() == text).ok_or(UnknownCallEvent)
    }
}

impl fmt::Debug for CreateCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateCall")
            .field("to", &Party(&self.to))
            .field("from", &Party(&self.from))
            .field("instructions", &self.instructions)
            .field("status_callback", &self.status_callback)
            .field("timeout_s", &self.timeout_s)
            .field("time_limit_s", &self.time_limit_s)
            .field("record", &self.record)
            .field("machine_detection", &self.machine_detection)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StatusCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("StatusCallback");
        shown.field("host", &host(&self.url)).field("events", &self.events).finish_non_exhaustive()
    }
}

impl fmt::Debug for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The query may contain one of the owner's keys, and the TwiML is what is said.
            Self::Url { url, method } => f
                .debug_struct("Url")
                .field("host", &host(url))
                .field("method", method)
                .finish_non_exhaustive(),
            Self::Twiml(twiml) => write!(f, "Twiml({} characters)", twiml.chars().count()),
        }
    }
}
/// The host only: the path may be a secret.
fn host(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}
