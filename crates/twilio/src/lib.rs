//! The part of Twilio's Voice REST API that places and follows phone calls, and the signatures of its webhooks.
//!
//! [`Client`] speaks to `api.twilio.com` or to anything that answers like it; the base URL is a setting.
//! [`signature`] signs and verifies webhooks, and a [`StatusReport`] is what one tells. Nothing here knows what the calls
//! are for. The feature `client`, on by default, brings the HTTP client; the rest does no I/O and builds in a moment.
//!
//! Two rules shape the client:
//!
//! - **A call is never dialled twice.** Twilio documents no idempotency key, so the only answer after which a request
//!   is sent again is 429, which Twilio gives before it does anything. [`Error::outcome`] says for every failure
//!   whether the request certainly did nothing or may have been carried out.
//! - **Nothing secret or personal reaches a log.** Tokens are [`secrecy::SecretString`]; the `Debug` and `Display`
//!   texts of this crate keep only the last two digits of a phone number.

// What only requests need is of no use without them, and is no fault then.
#![cfg_attr(not(feature = "client"), allow(dead_code))]

#[cfg(feature = "client")]
mod answer;
mod call;
mod call_filter;
#[cfg(feature = "client")]
mod client;
mod create_call;
mod credentials;
#[cfg(feature = "client")]
mod error;
mod explain;
mod incoming_phone_number;
mod redact;
mod sid;
pub mod signature;
mod status_report;
pub mod time;
#[cfg(feature = "client")]
mod tls;

pub use call::{Call, CallStatus, EndCall, UnknownCallStatus};
pub use call_filter::{CallFilter, CallPage};
#[cfg(feature = "client")]
pub use client::{
    Client, ClientConfig, ConfigError, DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT,
    is_loopback,
};
pub use create_call::{
    CallEvent, CreateCall, Instructions, MachineDetection, Method, SEND_DIGITS_MAX_CHARS, StatusCallback,
    TIMEOUT_MAX_S, TWIML_MAX_CHARS, UnknownCallEvent,
};
pub use credentials::{Auth, Credentials};
#[cfg(feature = "client")]
pub use error::{AnswerDefect, ApiError, Error, Outcome, TransportError};
pub use explain::{Explanation, explain};
pub use incoming_phone_number::{Capabilities, IncomingPhoneNumber};
pub use sid::{AccountSid, CallSid, InvalidSid};
pub use status_report::StatusReport;
