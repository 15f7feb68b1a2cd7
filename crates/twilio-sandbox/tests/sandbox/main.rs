//! Tests the sandbox over real sockets, with our client or plain requests, and a receiver that checks every callback's
//! signature.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test itself")]

mod api;
mod callbacks;
mod keys;
mod lists;
mod money;
mod numbers;
mod refusals;
mod twiml;
mod world;
