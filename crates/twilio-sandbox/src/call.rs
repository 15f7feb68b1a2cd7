//! A call: its instructions and its progress.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use twilio::{CallEvent, CallStatus, MachineDetection};

use crate::address::{Address, Endpoint};
use crate::rates;
use crate::script::Script;

#[derive(Clone, Debug)]
pub(crate) enum Instructions {
    Twiml(String),
    Fetch(Endpoint),
    /// A TwiML application. The sandbox has none, so it plays for a while.
    Application,
}

#[derive(Clone, Debug)]
pub(crate) struct StatusCallback {
    pub(crate) endpoint: Endpoint,
    pub(crate) events: Vec<CallEvent>,
}

#[derive(Clone, Debug)]
pub(crate) struct Plays {
    pub(crate) instructions: Instructions,
    pub(crate) fallback: Option<Endpoint>,
    /// How often a request has replaced them.
    pub(crate) redirects: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Orders {
    pub(crate) plays: Plays,
    pub(crate) status_callback: Option<StatusCallback>,
    pub(crate) time_limit: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Only for a call in progress.
    pub(crate) plays: Option<(Instructions, Option<Endpoint>)>,
    pub(crate) status_callback: Option<Endpoint>,
    pub(crate) time_limit: Option<Duration>,
}

impl Change {
    pub(crate) fn is_none(&self) -> bool {
        self.plays.is_none() && self.status_callback.is_none() && self.time_limit.is_none()
    }

    fn apply(self, orders: &mut Orders) {
        if let Some((instructions, fallback)) = self.plays {
            let redirects = orders.plays.redirects.saturating_add(1);
            orders.plays = Plays { instructions, fallback, redirects };
        }
        if let Some(endpoint) = self.status_callback {
            let before = orders.status_callback.take();
            let events = before.map_or_else(|| vec![CallEvent::Completed], |before| before.events);
            orders.status_callback = Some(StatusCallback { endpoint, events });
        }
        if let Some(time_limit) = self.time_limit {
            orders.time_limit = time_limit;
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NewCall {
    pub(crate) to: String,
    pub(crate) to_country: String,
    pub(crate) from: String,
    pub(crate) from_country: String,
    /// The initial ones; see [`Call::orders`].
    pub(crate) orders: Orders,
    pub(crate) ring_timeout: Duration,
    pub(crate) send_digits: Option<String>,
    pub(crate) record: bool,
    pub(crate) detection: Option<MachineDetection>,
    /// A problem that doesn't prevent the call.
    pub(crate) warning: Option<Notice>,
}

/// An entry in the account's debugger: an error or warning about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Twilio's error code, such as 11200.
    pub code: u32,
    /// Whether the call continues as requested.
    pub is_warning: bool,
    /// What happened.
    pub message: String,
    /// The URL that caused it, if any.
    pub url: Option<String>,
    /// When it happened.
    pub at: Timestamp,
}

impl Notice {
    pub(crate) fn error(code: u32, message: impl Into<String>, url: Option<&Address>) -> Self {
        let url = url.map(|address| address.text.clone());
        Self { code, is_warning: false, message: message.into(), url, at: Timestamp::now() }
    }

    pub(crate) fn warning(code: u32, message: impl Into<String>, url: Option<&Address>) -> Self {
        Self { is_warning: true, ..Self::error(code, message, url) }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) status: CallStatus,
    pub(crate) updated: Timestamp,
    /// When it left the queue: Twilio's `start_time`.
    pub(crate) started: Option<Timestamp>,
    pub(crate) answered: Option<Instant>,
    pub(crate) ended: Option<Timestamp>,
    /// Seconds from answer to end, at normal speed; known at the end.
    pub(crate) duration_s: Option<u32>,
    pub(crate) price: Option<String>,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) sip_response_code: Option<u16>,
    pub(crate) notices: Vec<Notice>,
    /// Whether everything after the end has happened.
    pub(crate) settled: bool,
}

impl Progress {
    /// `talked_s` computes the length of the conversation in seconds from the time of the answer.
    fn end(&mut self, status: CallStatus, talked_s: impl FnOnce(Instant) -> f64) {
        self.status = status;
        self.updated = Timestamp::now();
        self.ended = Some(self.updated);
        self.duration_s = Some(self.answered.map_or(0, |answered| {
            // A started second counts in full.
            talked_s(answered).ceil().clamp(0.0, f64::from(u32::MAX)) as u32
        }));
        self.sip_response_code = Some(match status {
            CallStatus::Busy => 486,
            CallStatus::Failed => 404,
            CallStatus::NoAnswer | CallStatus::Canceled => 487,
            CallStatus::Completed
            | CallStatus::Queued
            | CallStatus::Initiated
            | CallStatus::Ringing
            | CallStatus::InProgress => 200,
        });
    }
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    /// Position among the account's calls, oldest first; pages of the list use it.
    pub(crate) place: u64,
    pub(crate) created: Timestamp,
    pub(crate) request: NewCall,
    pub(crate) script: Script,
    /// Canceled when a request hangs up, to stop what plays.
    pub(crate) hung_up: CancellationToken,
    pub(crate) orders: watch::Sender<Orders>,
    speed: f64,
    progress: Mutex<Progress>,
}

impl Call {
    pub(crate) fn new(sid: String, place: u64, mut request: NewCall, script: Script, speed: f64) -> Self {
        let created = Timestamp::now();
        let notices = request.warning.take().into_iter().collect();
        let progress = Progress {
            status: CallStatus::Queued,
            updated: created,
            started: None,
            answered: None,
            ended: None,
            duration_s: None,
            price: None,
            answered_by: None,
            sip_response_code: None,
            notices,
            settled: false,
        };
        let hung_up = CancellationToken::new();
        let orders = watch::Sender::new(request.orders.clone());
        Self { sid, place, created, request, script, hung_up, orders, speed, progress: Mutex::new(progress) }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.with(|progress| progress.clone())
    }

    pub(crate) fn status(&self) -> CallStatus {
        self.with(|progress| progress.status)
    }

    /// Moves on to `status` and returns the progress at that moment; `None` if the call has already ended.
    pub(crate) fn advance(&self, status: CallStatus) -> Option<Progress> {
        self.with(|progress| {
            if progress.status.is_final() {
                return None;
            }
            progress.status = status;
            progress.updated = Timestamp::now();
            match status {
                CallStatus::Initiated => progress.started = Some(progress.updated),
                CallStatus::InProgress => progress.answered = Some(Instant::now()),
                CallStatus::Queued
                | CallStatus::Ringing
                | CallStatus::Completed
                | CallStatus::Busy
                | CallStatus::Failed
                | CallStatus::NoAnswer
                | CallStatus::Canceled => {}
            }
            Some(progress.clone())
        })
    }

    /// Ends as scripted after a conversation of `talked`, unless a request has already ended the call.
    pub(crate) fn end(&self, status: CallStatus, talked: Duration) {
        self.with(|progress| {
            if !progress.status.is_final() {
                progress.end(status, |_| talked.as_secs_f64());
            }
        });
    }

    /// Ends on request: `Canceled` before the answer, `Completed` at any time. Returns `false` if Twilio would refuse
    /// in this state.
    pub(crate) fn hang_up(&self, status: CallStatus) -> bool {
        // Check and end under one lock: the call might be answered in between.
        let ends = self.with(|progress| {
            let ends = match (progress.status, status) {
                (CallStatus::Queued | CallStatus::Initiated | CallStatus::Ringing, _)
                | (CallStatus::InProgress, CallStatus::Completed) => true,
                (_, _) => false,
            };
            if ends {
                progress.end(status, |answered| answered.elapsed().as_secs_f64() * self.speed);
            }
            ends
        });
        if ends {
            self.hung_up.cancel();
        }
        ends
    }

    /// Returns `false` if Twilio would refuse in this state.
    pub(crate) fn change(&self, change: Change) -> bool {
        // Under the progress lock, so that a call can't end between the check and the change.
        self.with(|progress| {
            let takes = match change.plays {
                Some(_) => progress.status == CallStatus::InProgress,
                None => !progress.status.is_final(),
            };
            if takes {
                progress.updated = Timestamp::now();
                self.orders.send_modify(|orders| change.apply(orders));
            }
            takes
        })
    }

    pub(crate) fn notice(&self, notice: Notice) {
        self.with(|progress| progress.notices.push(notice));
    }

    pub(crate) fn identify(&self, answered_by: &'static str) {
        self.with(|progress| progress.answered_by = Some(answered_by));
    }

    /// Sets the price, as Twilio does some time after the end, and returns it in hundred-thousandths of a dollar.
    pub(crate) fn charge(&self) -> u64 {
        self.with(|progress| {
            let talked = progress.duration_s.filter(|duration_s| *duration_s > 0);
            let cost = talked.map(|duration_s| rates::of(&self.request.to).cost(duration_s));
            // Negative, like Twilio's.
            progress.price = cost.and_then(|cost| i64::try_from(cost).ok()).map(|cost| rates::written(-cost));
            cost.unwrap_or(0)
        })
    }

    pub(crate) fn settle(&self) {
        self.with(|progress| progress.settled = true);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Progress) -> T) -> T {
        work(&mut self.progress.lock())
    }
}

#[cfg(test)]
mod tests;
