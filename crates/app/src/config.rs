//! What the application is told before it starts.

use std::path::PathBuf;
use std::time::Duration;

use benspamsphones_core::{Mode, ProtocolFile, Region};

use crate::accounts::TwilioAccount;
use crate::clock::Clock;

/// What [`App::open`](crate::App::open) needs to know.
#[derive(Debug)]
pub struct AppConfig {
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// Whether phones ring.
    pub mode: Mode,
    /// The account that pays, and where its API is.
    pub twilio: TwilioAccount,
    /// The country that a number without `+` belongs to.
    pub default_region: Region,
    /// Protocols to begin with when the database has none.
    pub first_protocols: ProtocolFile,
    /// How long things take.
    pub pace: Pace,
    /// Where the time is read.
    pub clock: Clock,
}

/// How long the application waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For Twilio's answer to one request.
    pub twilio_timeout: Duration,
    /// Between two questions about a call that is followed by asking, at first; they slow down to five times it.
    pub poll: Duration,
    /// Without news of a call that has callbacks, until Twilio is asked and the silence is said.
    pub silence: Duration,
    /// For a call whose request was never answered to turn up at Twilio, before it counts as never dialled.
    pub lookup_patience: Duration,
    /// For what a call is going to cost, before it is dialled without knowing.
    pub estimate: Duration,
    /// Between two calls that are sent to Twilio, which takes one a second; none lets all through at once.
    pub between_calls: Duration,
    /// For a call that waits for its turn, before nobody waits for it any more: this computer slept meanwhile, or the queue is
    /// longer than anybody meant it to be.
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
