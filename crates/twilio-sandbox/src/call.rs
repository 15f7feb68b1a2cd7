//! One call: what was asked for, and how far it has come.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use twilio::{CallEvent, CallStatus, MachineDetection};

use crate::address::{Address, Endpoint};
use crate::rates;
use crate::script::Script;

/// What the call plays.
#[derive(Clone, Debug)]
pub(crate) enum Instructions {
    Twiml(String),
    Fetch(Endpoint),
    /// A TwiML application, which the sandbox has none of: counts as played.
    Application,
}

/// Which progress is reported, and where.
#[derive(Clone, Debug)]
pub(crate) struct StatusCallback {
    pub(crate) endpoint: Endpoint,
    pub(crate) events: Vec<CallEvent>,
}

/// What the call plays, and what where that can't be had.
#[derive(Clone, Debug)]
pub(crate) struct Plays {
    pub(crate) instructions: Instructions,
    pub(crate) fallback: Option<Endpoint>,
    /// How many times a request has put others in their place.
    pub(crate) redirects: u32,
}

/// What the call was told to do. A request may change it while the call is under way.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    pub(crate) plays: Plays,
    pub(crate) status_callback: Option<StatusCallback>,
    pub(crate) time_limit: Duration,
}

/// What a request changes of a call's orders.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Only a call in progress takes these.
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

/// A request to place a call that passed every check.
#[derive(Clone, Debug)]
pub(crate) struct NewCall {
    pub(crate) to: String,
    pub(crate) to_country: String,
    pub(crate) from: String,
    pub(crate) from_country: String,
    /// As the call was placed; see [`Call::orders`].
    pub(crate) orders: Orders,
    pub(crate) ring_timeout: Duration,
    pub(crate) send_digits: Option<String>,
    pub(crate) record: bool,
    pub(crate) detection: Option<MachineDetection>,
    /// What is wrong with the request though the call is placed.
    pub(crate) warning: Option<Notice>,
}

/// An entry of the account's debugger: an error or a warning that belongs to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Twilio's error code, such as 11200.
    pub code: u32,
    /// Whether the call goes on as asked.
    pub is_warning: bool,
    /// What happened, in words.
    pub message: String,
    /// The address that it happened at, where there is one.
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

/// How far a call has come.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) status: CallStatus,
    pub(crate) updated: Timestamp,
    /// When it left the queue: Twilio's `start_time`.
    pub(crate) started: Option<Timestamp>,
    pub(crate) answered: Option<Instant>,
    pub(crate) ended: Option<Timestamp>,
    /// Seconds from answer to end as in life; known at the end.
    pub(crate) duration_s: Option<u32>,
    pub(crate) price: Option<String>,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) sip_response_code: Option<u16>,
    pub(crate) notices: Vec<Notice>,
    /// Whether all that follows the end has happened.
    pub(crate) settled: bool,
}

impl Progress {
    /// Ends with `status`; `talked_s` tells from the moment of the answer how many seconds the conversation was.
    fn end(&mut self, status: CallStatus, talked_s: impl FnOnce(Instant) -> f64) {
        self.status = status;
        self.updated = Timestamp::now();
        self.ended = Some(self.updated);
        self.duration_s = Some(self.answered.map_or(0, |answered| {
            // A started second counts, as on a bill.
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

/// A call of the account.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    /// Counts the account's calls, oldest first: what pages of the list are cut by.
    pub(crate) place: u64,
    pub(crate) created: Timestamp,
    pub(crate) request: NewCall,
    pub(crate) script: Script,
    /// Cancelled when a request hangs the call up, so that whatever plays stops.
    pub(crate) hung_up: CancellationToken,
    /// What it does from now on.
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

    /// How far it is now.
    pub(crate) fn progress(&self) -> Progress {
        self.with(|progress| progress.clone())
    }

    pub(crate) fn status(&self) -> CallStatus {
        self.with(|progress| progress.status)
    }

    /// Goes on to `status`, and gives the progress at that very moment; nothing when the call has ended meanwhile, for
    /// nothing leaves an ending.
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

    /// Ends as the script has it, after a conversation of `talked`; nothing changes when a request has ended it already.
    pub(crate) fn end(&self, status: CallStatus, talked: Duration) {
        self.with(|progress| {
            if !progress.status.is_final() {
                progress.end(status, |_| talked.as_secs_f64());
            }
        });
    }

    /// Ends at a client's request: `Canceled` before the answer, `Completed` at any time. `false` when Twilio would
    /// refuse, for the call isn't in a state that this ends.
    pub(crate) fn hang_up(&self, status: CallStatus) -> bool {
        // Looked at and ended under one lock: the call goes on by itself, and might be answered in between.
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

    /// Changes what it does. `false` when Twilio would refuse, for the call isn't where that can be changed.
    pub(crate) fn change(&self, change: Change) -> bool {
        // Under the lock of its progress: what a call takes while it is in progress must still be played.
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

    /// Sets the price, as Twilio does a while after the end, and gives it in hundred-thousandths of a dollar.
    pub(crate) fn charge(&self) -> u64 {
        self.with(|progress| {
            let talked = progress.duration_s.filter(|duration_s| *duration_s > 0);
            let cost = talked.map(|duration_s| rates::of(&self.request.to).cost(duration_s));
            // Negative, as Twilio tells it.
            progress.price = cost.and_then(|cost| i64::try_from(cost).ok()).map(|cost| rates::written(-cost));
            cost.unwrap_or(0)
        })
    }

    /// Nothing happens to it any more.
    pub(crate) fn settle(&self) {
        self.with(|progress| progress.settled = true);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Progress) -> T) -> T {
        work(&mut self.progress.lock())
    }
}

#[cfg(test)]
mod tests;
