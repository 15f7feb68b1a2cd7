//! Handles changes of the wall clock while the program runs. Calls keep their dates, but the rules count their real
//! age: setting the clock forward frees no allowance, and setting it back doesn't use it for longer.

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};

use super::App;
use crate::clock::{Clock, Moment};
use crate::store::{StoreError, ledger_rows};

/// Smaller differences are ordinary clock drift.
const STEP: SignedDuration = SignedDuration::from_secs(10);

pub(crate) struct ClockSteps(Mutex<Seen>);

struct Seen {
    wall: Timestamp,
    at: Moment,
    forward: Vec<(Moment, SignedDuration)>,
}

impl ClockSteps {
    pub(super) fn new(clock: &Clock) -> Self {
        Self(Mutex::new(Seen { wall: clock.now(), at: clock.moment(), forward: Vec::new() }))
    }

    fn step(&self, wall: Timestamp, at: Moment) -> Option<SignedDuration> {
        let seen = self.seen();
        let step = wall.duration_since(seen.wall).saturating_sub(at - seen.at);
        (step.abs() >= STEP).then_some(step)
    }

    fn take(&self, wall: Timestamp, at: Moment, step: SignedDuration) {
        let mut seen = self.seen();
        if step.is_positive() {
            seen.forward.push((at, step));
        }
        (seen.wall, seen.at) = (wall, at);
    }

    /// How far the clock was set forward within `length`; a call may look that much older than it is.
    pub(super) fn forward_within(&self, length: SignedDuration, now: Moment) -> SignedDuration {
        let seen = self.seen();
        let lately = seen.forward.iter().filter(|(at, _)| now.since(*at) <= length);
        lately.fold(SignedDuration::ZERO, |sum, (_, by)| sum.saturating_add(*by))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock()
    }
}

impl App {
    /// Corrects the age of calls if the wall clock was set.
    pub(super) async fn notice_clock_step(&self) -> Result<(), StoreError> {
        let (now, moment) = (self.now(), self.moment());
        if self.inner.clock_steps.step(now, moment).is_none() {
            return Ok(());
        }
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            let steps = &app.inner.clock_steps;
            // Another call may have just handled it.
            let Some(by) = steps.step(now, moment) else { return Ok(()) };
            tracing::warn!(by_s = by.as_secs(), "this computer's clock was set");
            let looks_older = steps.forward_within(ledger_rows::COUNTED_FOR, moment);
            ledger_rows::date_anew(tx.connection(), now, by, looks_older)?;
            steps.take(now, moment, by);
            Ok(())
        });
        written.await
    }

    /// Counts calls of an earlier run that are dated in the future as placed now: they can't be later.
    pub(super) async fn date_future_calls(&self) -> Result<(), StoreError> {
        let now = self.now();
        let dated = self.inner.store.write(move |tx| ledger_rows::date_future_calls(tx.connection(), now));
        let dated = dated.await?;
        if dated > 0 {
            tracing::warn!(calls = dated, "this computer's clock was ahead when calls were placed");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_what_the_two_clocks_differ_by() {
        let clock = Clock::default();
        let steps = ClockSteps::new(&clock);
        let (wall, at) = (clock.now(), clock.moment());
        let [day, hour] = [24, 1].map(SignedDuration::from_hours);
        assert_eq!(steps.step(wall + hour, at + hour), None, "an hour has passed");
        let about = |step: Option<SignedDuration>, hours: f64| {
            step.is_some_and(|step| (step.as_secs_f64() / 3_600.0 - hours).abs() < 0.01)
        };
        let back = wall + hour - day;
        assert!(about(steps.step(back, at + hour), -24.0));
        steps.take(back, at + hour, -day);
        assert_eq!(steps.step(back, at + hour), None, "it is known");
        assert_eq!(steps.forward_within(day, at + hour), SignedDuration::ZERO);
        let forward = back + day;
        assert!(about(steps.step(forward, at + hour), 24.0));
        steps.take(forward, at + hour, day);
        assert_eq!(steps.forward_within(hour, at + hour * 2), day);
        assert_eq!(steps.forward_within(hour, at + hour * 3), SignedDuration::ZERO);
    }
}
