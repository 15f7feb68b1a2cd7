//! The wish for a call: the form of `POST …/Calls.json`.

use std::fmt;
use std::str::FromStr;

use form_urlencoded::Serializer;

use crate::redact::Party;

/// The longest inline TwiML that Twilio takes, in characters.
pub const TWIML_MAX_CHARS: usize = 4_000;
/// The most keys that [`CreateCall::send_digits`] may hold, in characters.
pub const SEND_DIGITS_MAX_CHARS: usize = 32;
/// The longest that Twilio lets a phone ring, in seconds.
pub const TIMEOUT_MAX_S: u16 = 600;

/// A call to place. Limits are Twilio's to judge: what breaks one is refused with Twilio's own error.
///
/// Its `Debug` text keeps only the last two digits of the numbers, and nothing of what is said or keyed in.
#[derive(Clone, PartialEq, Eq)]
pub struct CreateCall {
    /// Who to call, in E.164.
    pub to: String,
    /// The number to call from: the account's own or one that it verified, in E.164.
    pub from: String,
    /// What the called person hears.
    pub instructions: Instructions,
    /// Where and of what Twilio is to send news. Without it the call has to be fetched to be followed.
    pub status_callback: Option<StatusCallback>,
    /// How long to let it ring, in seconds; Twilio's default is 60, its limit [`TIMEOUT_MAX_S`].
    pub timeout_s: Option<u16>,
    /// When to end the call whatever happens, in seconds after the answer.
    pub time_limit_s: Option<u32>,
    /// Keys to press after the answer (`0-9 * # w`, `w` waits half a second), at most [`SEND_DIGITS_MAX_CHARS`].
    /// Twilio detects no machine on a call that has them.
    pub send_digits: Option<String>,
    /// Whether to record the call.
    pub record: bool,
    /// Whether to find out if a machine answered.
    pub machine_detection: Option<MachineDetection>,
}

/// What the called person hears.
#[derive(Clone, PartialEq, Eq)]
pub enum Instructions {
    /// TwiML that Twilio fetches when the call is answered, so the URL must be public.
    Url {
        /// Where the TwiML is. Sent as it stands: Twilio signs its request for just this text.
        url: String,
        /// How Twilio asks for it.
        method: Method,
    },
    /// TwiML sent along with the call, at most [`TWIML_MAX_CHARS`]. Needs no public URL.
    Twiml(String),
}

/// How Twilio asks for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// With the call's parameters in the query.
    Get,
    /// With the call's parameters in a form; Twilio's default.
    #[default]
    Post,
}

/// Where Twilio sends news of the call, always by POST.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusCallback {
    /// A public address. Keep it free of a query and a fragment, where signing is unclear; its host may hold no underscore.
    /// Sent as it stands, since Twilio signs its requests for just this text.
    pub url: String,
    /// The events to tell. With none, Twilio tells of the end alone.
    pub events: Vec<CallEvent>,
}

/// What news can be asked for. These aren't statuses: `answered` carries `in-progress`, `completed` covers every ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallEvent {
    /// Dialling has begun.
    Initiated,
    /// The far end rings.
    Ringing,
    /// The call was answered.
    Answered,
    /// The call is over, however it ended.
    Completed,
}

/// How to find out whether a machine answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineDetection {
    /// Tell as soon as it is known.
    Enable,
    /// On a machine, wait for the end of its greeting.
    DetectMessageEnd,
}

impl CreateCall {
    /// A call with Twilio's defaults for everything else, and no status callback.
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

    /// The body of the request, `application/x-www-form-urlencoded`.
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
            // One field an event: a single text with spaces is accepted with error 21626 and silences every callback.
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
    /// The method's name in HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl MachineDetection {
    /// Twilio's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "Enable",
            Self::DetectMessageEnd => "DetectMessageEnd",
        }
    }
}

impl CallEvent {
    /// Every event, in the order of a call's life.
    pub const ALL: [Self; 4] = [Self::Initiated, Self::Ringing, Self::Answered, Self::Completed];

    /// Twilio's word.
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

/// A word that isn't one of Twilio's call events.
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
            // A query may hold a key of the owner's, and TwiML what is said.
            Self::Url { url, method } => f
                .debug_struct("Url")
                .field("host", &host(url))
                .field("method", method)
                .finish_non_exhaustive(),
            Self::Twiml(twiml) => write!(f, "Twiml({} characters)", twiml.chars().count()),
        }
    }
}
/// What of an address may be logged: its path can be a secret that makes it unguessable.
fn host(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}
