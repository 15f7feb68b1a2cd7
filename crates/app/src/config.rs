//! The settings that the application starts with.

use std::path::PathBuf;
use std::time::Duration;

use benspamsphones_core::{Mode, ProtocolFile, Region};

use crate::accounts::TwilioAccount;
use crate::clock::Clock;

/// The settings for [`App::open`](crate::App::open).
#[derive(Debug)]
pub struct AppConfig {
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// Whether phones ring.
    pub mode: Mode,
    /// The account that pays.
    pub twilio: TwilioAccount,
    /// The country of a number without `+`.
    pub default_region: Region,
    /// The protocols if the database has none.
    pub first_protocols: ProtocolFile,
    /// Time-outs and intervals.
    pub pace: Pace,
    /// The source of time.
    pub clock: Clock,
}

/// Time-outs and intervals.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Time-out for one request to Twilio.
    pub twilio_timeout: Duration,
    /// First interval between polls of a call; later it slows down to five times as long.
    pub poll: Duration,
    /// How long a call with callbacks may be silent before Twilio is polled and the silence is shown.
    pub silence: Duration,
    /// How long a call without a response may take to appear at Twilio before it counts as never dialed.
    pub lookup_patience: Duration,
    /// How long a call waits for its estimate.
    pub estimate: Duration,
    /// Interval between calls sent to Twilio, which takes one a second; zero disables the queue.
    pub between_calls: Duration,
    /// Longest wait in the queue, after which the call is given up: this computer slept, or the queue is too long.
    pub longest_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            twilio_timeout: twilio::DEFAULT_TIMEOUT,
            poll: Duration::from_secs(1),
            silence: Duration::from_secs(15),
            lookup_patience: Duration::from_secs(60),
            estimate: Duration::from_millis(700),
            between_calls: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
        }
    }
}
