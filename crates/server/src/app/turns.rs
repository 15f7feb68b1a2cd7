//! The queue to Twilio. An account places one call a second; more than that would wait at Twilio, where nobody sees it and
//! nobody can stop it. So calls wait here, first come, first served, and one that is cancelled meanwhile is never sent.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use benspamsphones_core::CallId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The queue.
pub(crate) struct Turns {
    /// Between two calls; none lets all through at once.
    interval: Duration,
    waiting: Mutex<Vec<Waiting>>,
    /// When the last call was sent. Whoever holds it is next; the others wait for it in their order.
    last: tokio::sync::Mutex<Option<Instant>>,
}

struct Waiting {
    call: CallId,
    cancelled: CancellationToken,
}

/// A place in the queue. Who gives it up leaves the queue.
pub(crate) struct Place<'a> {
    turns: &'a Turns,
    call: CallId,
    cancelled: CancellationToken,
}

impl Turns {
    pub(crate) fn new(interval: Duration) -> Self {
        Self { interval, waiting: Mutex::default(), last: tokio::sync::Mutex::default() }
    }

    /// Takes a place behind all that wait.
    pub(crate) fn queue(&self, call: CallId) -> Place<'_> {
        let cancelled = CancellationToken::new();
        self.waiting().push(Waiting { call, cancelled: cancelled.clone() });
        Place { turns: self, call, cancelled }
    }

    /// How many go before this call and with it: 1 is next. `None` when it doesn't wait.
    pub(crate) fn position(&self, call: CallId) -> Option<usize> {
        self.waiting().iter().position(|waiting| waiting.call == call).map(|before| before + 1)
    }

    /// Whether a call that comes now has to wait.
    pub(crate) fn is_busy(&self) -> bool {
        if self.interval.is_zero() {
            return false;
        }
        let last = self.last.try_lock();
        last.map_or(true, |last| last.is_some_and(|last| last.elapsed() < self.interval))
    }

    /// Takes a call out of the queue; `false` when it doesn't wait any more, and may have been sent.
    pub(crate) fn cancel(&self, call: CallId) -> bool {
        let mut waiting = self.waiting();
        let Some(at) = waiting.iter().position(|waiting| waiting.call == call) else { return false };
        waiting.remove(at).cancelled.cancel();
        true
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Waits for the turn; `false` when it was cancelled, and the call must not be sent.
    pub(crate) async fn turn(self) -> bool {
        if !self.turns.interval.is_zero() {
            tokio::select! {
                () = self.cancelled.cancelled() => return false,
                () = self.wait() => {}
            }
        }
        // Whoever takes it off the list decides: this, or who cancels.
        self.leave()
    }

    async fn wait(&self) {
        let mut last = self.turns.last.lock().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + self.turns.interval).await;
        }
        *last = Some(Instant::now());
    }

    fn leave(&self) -> bool {
        let mut waiting = self.turns.waiting();
        let before = waiting.len();
        waiting.retain(|waiting| waiting.call != self.call);
        waiting.len() < before
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::app::new_call_id;

    const INTERVAL: Duration = Duration::from_millis(30);

    #[tokio::test]
    async fn calls_go_one_by_one_and_in_their_order() {
        let turns = Turns::new(INTERVAL);
        let begun = Instant::now();
        let ids = [new_call_id(), new_call_id(), new_call_id()];
        let places = ids.map(|id| turns.queue(id));
        assert_eq!(ids.map(|id| turns.position(id)), [Some(1), Some(2), Some(3)]);
        let turned = places.map(|place| async {
            assert!(place.turn().await);
            begun.elapsed()
        });
        let turned = futures::future::join_all(turned).await;
        assert!(turned.is_sorted() && turned[1] >= INTERVAL && turned[2] >= INTERVAL * 2, "{turned:?}");
        assert_eq!(turns.position(ids[0]), None);
    }

    #[tokio::test]
    async fn who_is_cancelled_is_never_sent_and_the_others_move_up() {
        let turns = Turns::new(INTERVAL);
        let ids = [new_call_id(), new_call_id(), new_call_id()];
        let [first, second, third] = ids.map(|id| turns.queue(id));
        assert!(first.turn().await);
        let mut second = Box::pin(second.turn());
        let mut third = Box::pin(third.turn());
        assert_eq!((&mut second).now_or_never(), None);
        assert_eq!((&mut third).now_or_never(), None);
        assert!(turns.cancel(ids[1]));
        assert_eq!(turns.position(ids[2]), Some(1));
        assert!(!second.await);
        assert!(third.await);
        assert!(!turns.cancel(ids[2]), "it was sent");
    }

    #[tokio::test]
    async fn without_an_interval_nobody_waits() {
        let turns = Turns::new(Duration::ZERO);
        assert!(turns.queue(new_call_id()).turn().now_or_never().unwrap());
        assert!(!turns.is_busy());
    }
}
