//! The client over real sockets, against servers that answer as Twilio does on good days and on bad ones.

#![expect(clippy::expect_used, reason = "test support ends a test at the first thing that isn't so")]

mod failures;
mod fake_twilio;
mod lists;
mod money;
mod requests;
