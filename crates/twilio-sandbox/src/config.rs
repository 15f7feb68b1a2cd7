//! What a sandbox is told when it starts.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

use crate::sid;

/// The account that the sandbox plays, and how it behaves.
///
/// [`SandboxConfig::default`] is a fresh account that owns every number, at the speed of life and without a limit
/// on the rate of calls.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The account's identifier: `AC` and 32 hex digits.
    pub account_sid: String,
    /// Signs in to the REST API, and signs every request that the sandbox makes, whatever signed in.
    pub auth_token: SecretString,
    /// A standard API key (`SK…`) and its secret. It may do everything here but read the account itself.
    pub api_key: Option<(String, SecretString)>,
    /// What is on the account at the start, in whole dollars; it goes down by what calls cost, below nothing too.
    pub balance: u32,
    /// Which numbers may stand in a call's `From`.
    pub owned_numbers: OwnedNumbers,
    /// How fast a call lives: 1 is like life, 100 a hundred times faster.
    /// Durations are still told as in life, so that a call of a minute costs a minute; time stamps are the wall clock's.
    pub speed: f64,
    /// How many calls a second may be created; more get 429 (20429). `None`: as many as come.
    pub calls_per_second: Option<u32>,
    /// How long the numbers that answer slowly let the client wait. Not scaled by `speed`: it is there to outlast the
    /// client's own time-out.
    pub slow_answer: Duration,
    /// How long an answer to a callback or to a fetch of TwiML may take. Twilio gives 15 seconds. Not scaled.
    pub answer_timeout: Duration,
    /// Which addresses of this machine are contacted. Others are never contacted at all.
    pub reachable: Reachable,
    /// How many ended calls are remembered; the oldest are forgotten first.
    pub ended_calls_kept: usize,
    /// How many of the requests that the sandbox made are remembered; the oldest are forgotten first.
    pub callbacks_kept: usize,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            account_sid: sid::random("AC"),
            auth_token: SecretString::from(sid::random_hex()),
            api_key: None,
            balance: 20,
            owned_numbers: OwnedNumbers::Any,
            speed: 1.0,
            calls_per_second: None,
            slow_answer: Duration::from_secs(20),
            answer_timeout: Duration::from_secs(15),
            reachable: Reachable::ThisMachine,
            ended_calls_kept: 100_000,
            callbacks_kept: 20_000,
        }
    }
}

/// Which addresses of this machine a sandbox contacts: for callbacks, TwiML, and where their answers lead.
///
/// Whoever may place a call chooses such addresses. Where that isn't the machine's own user, a sandbox that contacts all of
/// them is a way to every port that listens on the loopback interface alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reachable {
    /// All of them: for a sandbox that only this machine's own user asks.
    ThisMachine,
    /// None but these, and those that [`Sandbox::allow`](crate::Sandbox::allow) adds. An unspecified address (`0.0.0.0`) stands for each
    /// of its family.
    Only(Vec<SocketAddr>),
}

/// Which numbers the account owns. Twilio's own test number, +15005550006, is always among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedNumbers {
    /// Every valid number but the ones that Twilio documents as refused: for a demo with no numbers of one's own.
    Any,
    /// These alone, in E.164.
    Only(Vec<String>),
}
