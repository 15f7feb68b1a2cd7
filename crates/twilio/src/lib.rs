//! The part of Twilio's Voice REST API that places and follows calls, and webhook signatures.
//!
//! [`Client`] talks to `api.twilio.com` or to any compatible server; the base URL is a setting. [`signature`] signs and
//! verifies webhooks; a [`StatusReport`] is a parsed status callback. Nothing here knows what the calls are for. The
//! feature `client`, on by default, adds the HTTP client; the rest does no I/O and builds quickly.
//!
//! Two rules shape the client:
//!
//! - **A call is never dialed twice.** Twilio documents no idempotency key, so a request is retried only after 429,
//!   which Twilio sends before it does anything. For every failure, [`Error::outcome`] says whether the request
//!   certainly did nothing.
//! - **Nothing secret or personal reaches a log.** Tokens are [`secrecy::SecretString`]; this crate's `Debug` and
//!   `Display` texts keep only the last two digits of a phone number.

#[cfg(feature = "client")]
mod answer;
#[cfg(feature = "client")]
mod back_off;
#[cfg(feature = "client")]
mod balance;
mod call;
#[cfg(feature = "client")]
mod call_filter;
#[cfg(feature = "client")]
mod call_log;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod config;
#[cfg(feature = "client")]
mod create_call;
mod credentials;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod explain;
#[cfg(feature = "client")]
mod incoming_phone_number;
#[cfg(feature = "client")]
mod pricing;
mod redact;
mod sid;
pub mod signature;
mod status_report;
pub mod time;
#[cfg(feature = "client")]
mod tls;

#[cfg(feature = "client")]
pub use back_off::BackOff;
#[cfg(feature = "client")]
pub use balance::Balance;
pub use call::{Call, CallStatus, EndCall, UnknownCallStatus};
#[cfg(feature = "client")]
pub use call_filter::{CallFilter, CallPage};
#[cfg(feature = "client")]
pub use call_log::{CallRequestLog, LoggedRequest, LoggedResponse, Notification};
#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "client")]
pub use config::{
    ClientConfig, ConfigError, DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, is_loopback,
};
#[cfg(feature = "client")]
pub use create_call::{
    CallEvent, CreateCall, Instructions, MachineDetection, Method, SEND_DIGITS_MAX_CHARS, StatusCallback,
    TIMEOUT_MAX_S, TWIML_MAX_CHARS, UnknownCallEvent,
};
pub use credentials::{Auth, Credentials};
#[cfg(feature = "client")]
pub use error::{AnswerDefect, ApiError, Error, Outcome, TransportError};
#[cfg(feature = "client")]
pub use explain::{Explanation, explain};
#[cfg(feature = "client")]
pub use incoming_phone_number::{Capabilities, IncomingPhoneNumber};
#[cfg(feature = "client")]
pub use pricing::{NumberPricing, OutboundCallPrice, pricing_base_url};
pub use sid::{AccountSid, CallSid, InvalidSid};
pub use status_report::StatusReport;
