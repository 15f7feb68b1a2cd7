//! Finding out what became of a call whose request was never answered.
//!
//! Such a call may be ringing right now, so it is never sent again. Twilio keeps no name of ours on a call; what
//! it was asked for (To, From, and when) tells it apart, and a call of Twilio's that we know already is not it.

use benspamsphones_core::FailureReason;
use benspamsphones_core::{Call, CallStatus, Source, StatusUpdate};
use jiff::{SignedDuration, Timestamp};
use twilio::CallFilter;

use super::departures::Departure;
use super::{About, App};
use crate::clock::Moment;
use crate::news;
use crate::store::StoreError;

/// How far Twilio's clock and ours may be apart.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);
/// How many of Twilio's latest calls between the two numbers are looked through.
const LOOK_THROUGH: usize = 200;

impl App {
    /// Looks once for the call at Twilio and returns it as it is known then. A call that Twilio still doesn't
    /// know when the patience is over was never dialled, and ends.
    ///
    /// # Errors
    /// When the database fails; Twilio out of reach leaves the call as it is.
    pub(crate) async fn look_up(&self, call: Call) -> Result<Call, StoreError> {
        let asked = self.moment();
        let filter = CallFilter {
            to: Some(call.to.to_string()),
            from: Some(call.from.to_string()),
            // Not `StartTime>=`: a call that waits in Twilio's queue has no start yet, and missing it here would
            // call a phone "never rung" that rings a minute later.
            limit: LOOK_THROUGH,
            ..CallFilter::default()
        };
        let found = match self.inner.twilio.find_calls(&filter).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(call = %call.id, %error, "the call could not be looked up; it will be tried again");
                return Ok(call);
            }
        };
        // Asked after the list has come: whatever it shows is either on its way still, or its SID is written down.
        if self.inner.in_flight.any_between(&call.from, &call.to) {
            return Ok(call);
        }
        for candidate in candidates(found, self.left_at_twilio(&call)) {
            if self.knows_sid(candidate.sid.to_string()).await? {
                continue;
            }
            let news = news::from_call(&candidate, Source::Lookup, self.now());
            match self.observe(About::Call(call.id), news).await {
                Ok(settled) => return Ok(settled.unwrap_or(call)),
                // Another look-up claimed this call of Twilio's a moment ago; it can't be ours.
                Err(StoreError::Sqlite(error)) if is_taken(&error) => {}
                Err(error) => return Err(error),
            }
        }
        if !self.is_past_patience(&call, asked) {
            return Ok(call);
        }
        let mut never = StatusUpdate::of(Source::Lookup, CallStatus::Failed, self.now());
        never.failure = Some(FailureReason::NoRecord.into());
        Ok(self.observe(About::Call(call.id), never).await?.unwrap_or(call))
    }

    /// Whether a call that Twilio doesn't show is not going to turn up any more: the time that its request may have
    /// taken to arrive is over, and the time that Twilio may take to show it. They begin when it left, which may be long
    /// after it was asked for, and are counted by the clock that nobody sets.
    pub(crate) fn is_past_patience(&self, call: &Call, now: Moment) -> bool {
        let pace = &self.inner.pace;
        let patience = SignedDuration::try_from(pace.twilio_timeout + pace.lookup_patience);
        let waited = now.since(self.inner.departures.waited_since(call.id, now));
        waited >= patience.unwrap_or(SignedDuration::MAX)
    }

    /// When its request left, by Twilio's clock: that dates the calls which are looked through, and this computer's may have
    /// been set meanwhile. Where there are two answers, the earlier one: too many calls to choose from are better than a
    /// phone that rings unnoticed.
    fn left_at_twilio(&self, call: &Call) -> Timestamp {
        let (now, moment) = (self.now(), self.moment());
        let there = self.inner.twilio_time.at(moment);
        let before = |at: Timestamp, by| at.checked_sub(by).unwrap_or(Timestamp::MIN);
        match self.inner.departures.of(call.id) {
            Some(Departure { at, at_twilio }) => {
                let counted_back = before(there.unwrap_or(now), moment.since(at));
                at_twilio.map_or(counted_back, |told| told.min(counted_back))
            }
            // It left in an earlier run. Where nothing is known of the clocks of then, they were as they are now.
            None => match (self.inner.twilio_time.was_ahead(), there) {
                (Some(ahead), _) => call.left_at().checked_add(ahead).unwrap_or(Timestamp::MIN),
                (None, Some(there)) => {
                    before(there, now.duration_since(call.left_at()).max(SignedDuration::ZERO))
                }
                (None, None) => call.left_at().min(now),
            },
        }
    }
}

/// Calls that can be the one, the first after the request left first.
fn candidates(mut found: Vec<twilio::Call>, left_at: Timestamp) -> Vec<twilio::Call> {
    let since = left_at.checked_sub(CLOCK_SKEW).unwrap_or(Timestamp::MIN);
    found.retain(|call| call.date_created.is_none_or(|created| created >= since));
    found.sort_by_key(|call| call.date_created);
    found
}

fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}
