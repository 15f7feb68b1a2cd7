//! Runs a call: one task from the queue to the price.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use twilio::{CallEvent, CallStatus, MachineDetection};

use crate::account::Account;
use crate::call::{Call, NewCall, Plays, Progress};
use crate::pace::{Pace, scaled};
use crate::performance;
use crate::progress_report::{self, Report};
use crate::script::{Outcome, Script};
use crate::twiml;

const QUEUED: Duration = Duration::from_millis(200);
/// Until the phone rings, or the carrier reports why it doesn't.
const CONNECTING: Duration = Duration::from_millis(400);
const RINGING: Duration = Duration::from_secs(3);
const DETECTION: Duration = Duration::from_secs(2);
const GREETING: Duration = Duration::from_secs(6);
/// From the end until the price is known.
const PRICING: Duration = Duration::from_secs(1);

pub(crate) fn begin(account: &Arc<Account>, request: NewCall, script: Script) -> Arc<Call> {
    let call = account.add(request, script);
    let life = live(Arc::clone(account), Arc::clone(&call));
    account.tasks.spawn(account.stopping.clone().run_until_cancelled_owned(life));
    call
}

/// Returns when the last callback is delivered and the price is set.
async fn live(account: Arc<Account>, call: Arc<Call>) {
    let (reports, mailbox) = unbounded_channel();
    let life = async {
        let life = Life { account: &account, call: &call, reports };
        life.run().await;
        // Without a sender the mailbox closes, which ends the delivery.
        drop(life);
        tokio::time::sleep(scaled(PRICING, account.config.speed)).await;
        account.charge(&call);
        account.changed();
    };
    tokio::join!(life, progress_report::deliver(&account, &call, mailbox));
    account.settled(&call);
}

struct Life<'a> {
    account: &'a Arc<Account>,
    call: &'a Call,
    reports: UnboundedSender<Report>,
}

impl Life<'_> {
    async fn run(&self) {
        // A hang-up can interrupt at any point; its request has already set the final status.
        if let Some((ending, talked)) = self.call.hung_up.run_until_cancelled(self.until_ending()).await {
            self.call.end(ending, talked);
        }
        self.account.changed();
        self.report(CallEvent::Completed, self.call.progress());
    }

    async fn until_ending(&self) -> (CallStatus, Duration) {
        self.passes(QUEUED).await;
        self.reaches(CallStatus::Initiated, CallEvent::Initiated);
        self.passes(CONNECTING).await;
        match self.call.script.outcome {
            Outcome::Busy => return (CallStatus::Busy, Duration::ZERO),
            Outcome::Failed => return (CallStatus::Failed, Duration::ZERO),
            Outcome::NoAnswer | Outcome::Answered | Outcome::AnsweredForAtLeast { .. } | Outcome::Machine => {
            }
        }
        self.reaches(CallStatus::Ringing, CallEvent::Ringing);
        let patience = self.call.request.ring_timeout;
        if self.call.script.outcome == Outcome::NoAnswer || patience < RINGING {
            self.passes(patience).await;
            return (CallStatus::NoAnswer, Duration::ZERO);
        }
        self.passes(RINGING).await;
        self.reaches(CallStatus::InProgress, CallEvent::Answered);
        (CallStatus::Completed, self.talk_within_limit().await)
    }

    async fn talk_within_limit(&self) -> Duration {
        let answered = tokio::time::Instant::now();
        let mut orders = self.call.orders.subscribe();
        let mut talk = std::pin::pin!(self.talk());
        loop {
            let limit = orders.borrow_and_update().time_limit;
            tokio::select! {
                talked = &mut talk => return talked.min(limit),
                () = tokio::time::sleep_until(answered + scaled(limit, self.account.config.speed)) => return limit,
                // Can't fail: the call holds the sender.
                _ = orders.changed() => {}
            }
        }
    }

    async fn talk(&self) -> Duration {
        let pace = Pace::new(self.account.config.speed);
        if let Some(detection) = self.call.request.detection {
            self.detect(&pace, detection).await;
        }
        if let Some(digits) = &self.call.request.send_digits {
            pace.passes(twiml::keys(digits)).await;
        }
        let mut orders = self.call.orders.subscribe();
        loop {
            let plays = orders.borrow_and_update().plays.clone();
            let others = async {
                // Can't fail: the call holds the sender.
                let _ = orders.wait_for(|orders| orders.plays.redirects != plays.redirects).await;
            };
            tokio::select! {
                () = self.play(&plays, &pace) => return pace.passed(),
                () = others => {}
            }
        }
    }

    async fn play(&self, plays: &Plays, pace: &Pace) {
        performance::play(self.account, self.call, plays, pace).await;
        // TwiML set by a later request ends on its own.
        if let (Outcome::AnsweredForAtLeast { seconds }, 0) = (self.call.script.outcome, plays.redirects) {
            pace.passes(Duration::from_secs(u64::from(seconds)).saturating_sub(pace.passed())).await;
        }
    }

    /// Twilio plays nothing until it knows what answered.
    async fn detect(&self, pace: &Pace, detection: MachineDetection) {
        pace.passes(DETECTION).await;
        let answered_by = match (self.call.script.outcome, detection) {
            (Outcome::Machine, MachineDetection::Enable) => "machine_start",
            (Outcome::Machine, MachineDetection::DetectMessageEnd) => {
                pace.passes(GREETING).await;
                "machine_end_beep"
            }
            (
                Outcome::Answered
                | Outcome::AnsweredForAtLeast { .. }
                | Outcome::Busy
                | Outcome::NoAnswer
                | Outcome::Failed,
                _,
            ) => "human",
        };
        self.call.identify(answered_by);
        self.account.changed();
    }

    fn reaches(&self, status: CallStatus, event: CallEvent) {
        if let Some(progress) = self.call.advance(status) {
            self.account.changed();
            self.report(event, progress);
        }
    }

    async fn passes(&self, time: Duration) {
        tokio::time::sleep(scaled(time, self.account.config.speed)).await;
    }

    fn report(&self, event: CallEvent, progress: Progress) {
        let orders = self.call.orders.borrow();
        let wanted = orders.status_callback.as_ref().is_some_and(|wish| wish.events.contains(&event));
        if wanted {
            // The receiver outlives this sender: `live` awaits both.
            let _ = self.reports.send(Report::of(event, progress));
        }
    }
}
