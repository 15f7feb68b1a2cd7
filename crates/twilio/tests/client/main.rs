//! Tests the client over real sockets against fake servers.

#![expect(clippy::expect_used, reason = "test support ends a test at the first thing that isn't so")]

mod failures;
mod fake_twilio;
mod lists;
mod money;
mod requests;
