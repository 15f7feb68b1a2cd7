//! Sending a recorded call: in its turn, after a last check that it may still ring, and once.

use std::sync::Arc;

use benspamsphones_core::FailureReason;
use benspamsphones_core::{
    Call, CallId, CallStatus, Candidate, Filling, Further, Ledger, Permit, PhoneNumber, Protocol, Refusal,
    Source, StatusUpdate, guard,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;
use twilio::{BackOff, Outcome};

use super::departures::Departure;
use super::dial_queue::Ticket;
use super::in_flight::Underway;
use super::{About, App};
use crate::clock::Moment;
use crate::dial::{self, Addresses, NotDialled};
use crate::news;
use crate::store::{StoreError, call_rows, ledger_rows};

/// A call sent this soon was requested just now.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(1);

pub(super) struct Sending<'a> {
    pub(super) call: Arc<Call>,
    pub(super) asked: Moment,
    pub(super) permit: Permit,
    pub(super) protocol: &'a Protocol,
    pub(super) filling: Filling<'a>,
    pub(super) ours: Addresses,
    pub(super) ticket: Ticket<'a>,
    /// Ends when Twilio's answer is recorded.
    pub(super) underway: Underway<'a>,
    /// Receives the call at once if it has to wait.
    pub(super) queued: Option<oneshot::Sender<Call>>,
}

enum Look {
    /// It is still wanted, judging by its own row.
    Wanted(Ledger),
    HungUp,
}

impl App {
    /// Sends the call and returns it as it is afterwards. It isn't sent if someone hangs up first or the last check
    /// fails.
    ///
    /// There is no error: from here on a phone may ring, so nothing may say otherwise.
    pub(super) async fn send(&self, sending: Sending<'_>) -> Call {
        let Sending { call, asked, mut permit, protocol, filling, ours, mut ticket, underway, mut queued } =
            sending;
        let mut tell_that_it_waits = || {
            if let Some(queued) = queued.take() {
                // The client may be gone; the call is recorded anyway.
                let _ = queued.send((*call).clone());
            }
        };
        if ticket.has_to_wait() {
            tell_that_it_waits();
        }
        let mut back_off = BackOff::default();
        let news = loop {
            let confirmed =
                if ticket.turn().await { self.last_look(&call, asked, permit, protocol).await } else { None };
            let Some(confirmed) = confirmed else {
                let ended = self.call(call.id).await.ok().flatten().map(|(call, _)| call);
                return ended.unwrap_or_else(|| Arc::unwrap_or_clone(call));
            };
            let leaves = self.moment();
            let at_twilio = self.inner.twilio_time.at(leaves);
            self.inner.departures.note(call.id, Departure { at: leaves, at_twilio });
            match dial::dial(&self.inner.twilio, confirmed, protocol, &filling, &ours, &mut back_off).await {
                Ok(created) => break news::from_call(&created, Source::Dial, self.now()),
                // It waits where it can be seen and cancelled, and is checked again.
                Err(NotDialled::SentBack { permit: whole, wait }) => {
                    tracing::info!(call = %call.id, wait_ms = wait.as_millis(), "Twilio sent the call back");
                    permit = whole;
                    ticket = self.inner.dial_queue.queue_after(call.id, wait);
                    // A hangup while the request was on its way found nothing in the queue to cancel.
                    if self.is_hung_up(call.id).await {
                        if self.inner.dial_queue.cancel(call.id) {
                            self.not_sent(call.id, None).await;
                        }
                    } else {
                        tell_that_it_waits();
                    }
                }
                Err(NotDialled::Failed(error)) => {
                    tracing::warn!(call = %call.id, %error, "Twilio did not confirm the call");
                    break bad_news(&error, self.now());
                }
            }
        };
        let call = match self.observe(About::Call(call.id), news.clone()).await {
            Ok(seen) => seen.unwrap_or_else(|| Arc::unwrap_or_clone(call)),
            Err(error) => {
                tracing::error!(call = %call.id, %error, "Twilio's answer could not be saved; it will be \
                    asked again");
                // Return a copy, although it lacks the time at which the call was sent; followers read its row.
                let mut call = Arc::unwrap_or_clone(call);
                let _ = call.advance(&news);
                return call;
            }
        };
        drop(underway);
        if news.status == CallStatus::Unknown {
            // Most often the call exists and only the answer was lost; the client would rather know.
            return self.look_up(call.clone()).await.unwrap_or(call);
        }
        call
    }

    /// The permit again, if the call may be sent now. Otherwise the call is over, also if the check itself fails.
    async fn last_look(
        &self,
        call: &Call,
        asked: Moment,
        permit: Permit,
        protocol: &Protocol,
    ) -> Option<Permit> {
        let (id, now) = (call.id, self.now());
        let waited = self.moment().since(asked);
        if self.stopping().is_cancelled() {
            self.not_sent(id, Some(FailureReason::Stopped)).await;
            return None;
        }
        if waited > SignedDuration::try_from(self.inner.pace.longest_wait).unwrap_or(SignedDuration::MAX) {
            tracing::warn!(call = %id, waited_s = waited.as_secs(), "a call that waited too long is not sent");
            self.not_sent(id, Some(FailureReason::WaitedTooLong)).await;
            return None;
        }
        let to = permit.to().clone();
        let further = match guard::screen_further(&self.policy(), protocol.document().rings()) {
            Ok(further) => further,
            Err(refusal) => {
                self.not_sent(id, Some(reason(&refusal))).await;
                return None;
            }
        };
        let has_opted_out = |number: &PhoneNumber| self.has_unwritten_opt_out(number);
        let opted_out = has_opted_out(&to);
        let further_opted_out: Vec<bool> =
            further.iter().map(|candidate| has_opted_out(candidate.to())).collect();
        match self.look(id, to, further, now, waited > JUST_NOW).await {
            Ok(Look::Wanted(mut wishes)) => {
                wishes.opted_out |= opted_out;
                for (further, opted_out) in wishes.further.iter_mut().zip(further_opted_out) {
                    further.ledger.opted_out |= opted_out;
                }
                wishes.unchecked = self.unchecked_now(protocol);
                match guard::reauthorize(permit, &self.policy(), &wishes, now) {
                    Ok(permit) => return Some(permit),
                    Err(refusal) => {
                        tracing::info!(call = %id, %refusal, "a call that waited is not sent");
                        self.not_sent(id, Some(reason(&refusal))).await;
                    }
                }
            }
            Ok(Look::HungUp) => self.not_sent(id, None).await,
            Err(error) => {
                tracing::error!(call = %id, %error, "a call is not sent, because it could not be checked again");
                self.not_sent(id, Some(FailureReason::Stopped)).await;
            }
        }
        None
    }

    /// What the rules can't check and the owner doesn't allow now: they may have changed their mind in the meantime.
    fn unchecked_now(&self, protocol: &Protocol) -> Option<String> {
        let unchecked = protocol.document().unchecked();
        let is_allowed = || {
            let kept = self.protocol(protocol.id.as_str());
            kept.is_ok_and(|kept| kept.plays == protocol.plays && kept.allows_unchecked())
        };
        (!unchecked.is_empty() && !is_allowed()).then(|| unchecked.join(", "))
    }

    async fn is_hung_up(&self, id: CallId) -> bool {
        self.call(id).await.ok().flatten().is_some_and(|(call, _)| call.hangup_requested)
    }

    /// What is on record now. If the call had to wait, this also records that it is sent now.
    async fn look(
        &self,
        id: CallId,
        to: PhoneNumber,
        further: Vec<Candidate>,
        now: Timestamp,
        waited: bool,
    ) -> Result<Look, StoreError> {
        let look = move |connection: &Connection| {
            if !call_rows::is_wanted(connection, id)? {
                return Ok(Look::HungUp);
            }
            let mut wishes = ledger_rows::wishes(connection, &to)?;
            for candidate in further {
                let ledger = ledger_rows::wishes(connection, candidate.to())?;
                wishes.further.push(Further { candidate, ledger });
            }
            if waited {
                call_rows::set_sent(connection, id, now)?;
            }
            Ok(Look::Wanted(wishes))
        };
        if waited {
            self.inner.store.write(move |tx| look(tx.connection())).await
        } else {
            self.inner.store.glance(look)
        }
    }

    async fn not_sent(&self, id: CallId, reason: Option<FailureReason>) {
        let mut news = StatusUpdate::of(Source::Local, CallStatus::Canceled, self.now());
        news.failure = reason.map(Into::into);
        if let Err(error) = self.observe(About::Call(id), news).await {
            tracing::error!(call = %id, %error, "its end could not be saved");
        }
    }
}

fn reason(refusal: &Refusal) -> FailureReason {
    match refusal {
        Refusal::OptedOut | Refusal::Blocked | Refusal::DoNotCall => FailureReason::NoLongerWilling,
        Refusal::Further { .. } | Refusal::Unchecked { .. } => FailureReason::DocumentNoLongerAllowed,
        _ => FailureReason::NoLongerAllowed,
    }
}

fn bad_news(error: &twilio::Error, now: Timestamp) -> StatusUpdate {
    let status = match error.outcome() {
        Outcome::NotCarriedOut => CallStatus::Failed,
        Outcome::Unknown => CallStatus::Unknown,
    };
    let mut bad = StatusUpdate::of(Source::Dial, status, now);
    bad.failure = (status == CallStatus::Failed).then(|| news::failure(error));
    bad
}
