//! The sandbox's configuration.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

use crate::sid;

/// The simulated account and its behavior.
///
/// [`SandboxConfig::default`] is a new account that owns every number, at normal speed and without a rate limit.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// `AC` and 32 hex digits.
    pub account_sid: String,
    /// Authenticates against the REST API, and always signs the sandbox's requests.
    pub auth_token: SecretString,
    /// SID (`SK…`) and secret of a standard API key, which may do everything except read the account itself.
    pub api_key: Option<(String, SecretString)>,
    /// Initial balance in whole dollars. Calls reduce it, even below zero.
    pub balance: u32,
    /// Numbers allowed as a call's `From`.
    pub owned_numbers: OwnedNumbers,
    /// Speed of calls: 1 is normal, 100 a hundred times faster. Durations and costs are reported as at speed 1;
    /// timestamps are real.
    pub speed: f64,
    /// Calls that may be created per second; more get 429 (20429). `None`: no limit.
    pub calls_per_second: Option<u32>,
    /// Delay of the numbers that answer slowly. Not scaled by `speed`, because it must exceed the client's timeout.
    pub slow_answer: Duration,
    /// Time limit for responses to callbacks and TwiML requests. Twilio's is 15 seconds. Not scaled.
    pub answer_timeout: Duration,
    /// Addresses of this machine that may be contacted. Other machines are never contacted.
    pub reachable: Reachable,
    /// Most ended calls to keep; the oldest are dropped first.
    pub ended_calls_kept: usize,
    /// Most requests to keep; the oldest are dropped first.
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

/// Addresses of this machine that the sandbox contacts: for callbacks, TwiML, and redirects.
///
/// Anyone who may place a call chooses these. If that can be another person than the machine's user, `ThisMachine`
/// gives them access to every port on the loopback interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reachable {
    /// All of them: if only this machine's user can reach the sandbox.
    ThisMachine,
    /// Only these, and those added by [`Sandbox::allow`](crate::Sandbox::allow). An unspecified address (`0.0.0.0`)
    /// stands for all of its family.
    Only(Vec<SocketAddr>),
}

/// Numbers the account owns, in addition to Twilio's test number +15005550006.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedNumbers {
    /// Every valid number except those that Twilio documents as refused: for a demo without numbers of your own.
    Any,
    /// Only these, in E.164.
    Only(Vec<String>),
}
