//! Finds out what happened to a call whose request got no response.
//!
//! Such a call may be ringing right now, so it is never sent again. Twilio stores no id of ours; the call is recognized
//! by its To, From and time, and a Twilio call that already belongs to another call is ruled out.

use benspamsphones_core::FailureReason;
use benspamsphones_core::{Call, CallStatus, Source, StatusUpdate};
use jiff::{SignedDuration, Timestamp};
use twilio::CallFilter;

use super::departures::Departure;
use super::{About, App};
use crate::clock::Moment;
use crate::news;
use crate::store::StoreError;

const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);
const LOOK_THROUGH: usize = 200;

impl App {
    /// Looks the call up once. If Twilio still doesn't list it after the patience ran out, it was never dialed, and
    /// ends. If Twilio is unreachable the call stays as it is.
    pub(crate) async fn look_up(&self, call: Call) -> Result<Call, StoreError> {
        let asked = self.moment();
        let filter = CallFilter {
            to: Some(call.to.to_string()),
            from: Some(call.from.to_string()),
            // Not `StartTime>=`: a call in Twilio's queue has no start yet, and missing it would report a phone that
            // rings a minute later as never rung.
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
        // Check after the list has arrived: each call in it is either still in flight or has a saved SID.
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
                // Another look-up just claimed this Twilio call, so it isn't ours.
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

    /// Both the request time-out and the look-up patience are over. They start when the request left, which may be long
    /// after the call was requested.
    pub(crate) fn is_past_patience(&self, call: &Call, now: Moment) -> bool {
        let pace = &self.inner.pace;
        let patience = SignedDuration::try_from(pace.twilio_timeout + pace.lookup_patience);
        let waited = now.since(self.inner.departures.waited_since(call.id, now));
        waited >= patience.unwrap_or(SignedDuration::MAX)
    }

    /// By Twilio's clock, because it dates the calls searched, and this computer's may have been set. Of two answers it
    /// takes the earlier: too many candidates are better than a phone that rings unnoticed.
    fn left_at_twilio(&self, call: &Call) -> Timestamp {
        let (now, moment) = (self.now(), self.moment());
        let there = self.inner.twilio_time.at(moment);
        let before = |at: Timestamp, by| at.checked_sub(by).unwrap_or(Timestamp::MIN);
        match self.inner.departures.of(call.id) {
            Some(Departure { at, at_twilio }) => {
                let counted_back = before(there.unwrap_or(now), moment.since(at));
                at_twilio.map_or(counted_back, |told| told.min(counted_back))
            }
            // It left in an earlier run. By default assume that the clocks differed as they do now.
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

/// Oldest first.
fn candidates(mut found: Vec<twilio::Call>, left_at: Timestamp) -> Vec<twilio::Call> {
    let since = left_at.checked_sub(CLOCK_SKEW).unwrap_or(Timestamp::MIN);
    found.retain(|call| call.date_created.is_none_or(|created| created >= since));
    found.sort_by_key(|call| call.date_created);
    found
}

fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}
