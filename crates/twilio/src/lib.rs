//! The part of Twilio's Voice REST API that places and follows phone calls, and the signatures of its webhooks.
//!
//! [`Client`] speaks to `api.twilio.com` or to anything that answers like it; the base URL is a setting.
//! [`signature`] signs and verifies webhooks. Nothing here knows what the calls are for.
//!
//! Two rules shape the client:
//!
//! - **A call is never dialled twice.** Twilio documents no idempotency key, so the only answer after which a request
//!   is sent again is 429, which Twilio gives before it does anything. [`Error::outcome`] says for every failure
//!   whether the request certainly did nothing or may have been carried out.
//! - **Nothing secret or personal reaches a log.** Tokens are [`secrecy::SecretString`]; the `Debug` and `Display`
//!   texts of this crate keep only the last two digits of a phone number.

mod answer;
mod balance;
mod call;
mod call_filter;
mod call_log;
mod client;
mod create_call;
mod credentials;
mod error;
mod explain;
mod incoming_phone_number;
mod pricing;
mod redact;
mod sid;
pub mod signature;
pub mod time;
mod tls;

pub use balance::Balance;
pub use call::{Call, CallStatus, EndCall, UnknownCallStatus};
pub use call_filter::{CallFilter, CallPage};
pub use call_log::{CallRequestLog, LoggedRequest, LoggedResponse, Notification};
pub use client::{
    Client, ClientConfig, ConfigError, DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT,
    is_loopback,
};
pub use create_call::{
    CallEvent, CreateCall, Instructions, MachineDetection, Method, SEND_DIGITS_MAX_CHARS, StatusCallback,
    TIMEOUT_MAX_S, TWIML_MAX_CHARS, UnknownCallEvent,
};
pub use credentials::{Auth, Credentials};
pub use error::{AnswerDefect, ApiError, Error, Outcome, TransportError};
pub use explain::{Explanation, explain};
pub use incoming_phone_number::{Capabilities, IncomingPhoneNumber};
pub use pricing::{NumberPricing, OutboundCallPrice, pricing_base_url};
pub use sid::{AccountSid, CallSid, InvalidSid};
