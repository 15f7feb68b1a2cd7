//! The queue to Twilio. An account may place one call a second; more would wait at Twilio, where nobody can see or stop
//! them. So calls wait here, first come, first served, and a call canceled while waiting is never sent.

use std::time::Duration;

use benspamsphones_core::CallId;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) struct DialQueue {
    /// Zero disables the queue.
    interval: Duration,
    waiting: Mutex<Vec<Waiting>>,
    /// When the last call was sent. The holder of this lock is next; the others wait for it in order.
    last: tokio::sync::Mutex<Option<Instant>>,
    stop: CancellationToken,
}

struct Waiting {
    call: CallId,
    cancelled: CancellationToken,
}

/// Dropping it leaves the queue.
pub(crate) struct Ticket<'a> {
    queue: &'a DialQueue,
    call: CallId,
    cancelled: CancellationToken,
    not_before: Option<Instant>,
}

impl DialQueue {
    pub(crate) fn new(interval: Duration, stop: CancellationToken) -> Self {
        Self { interval, waiting: Mutex::default(), last: tokio::sync::Mutex::default(), stop }
    }

    pub(crate) fn queue(&self, call: CallId) -> Ticket<'_> {
        let cancelled = CancellationToken::new();
        self.waiting().push(Waiting { call, cancelled: cancelled.clone() });
        Ticket { queue: self, call, cancelled, not_before: None }
    }

    pub(crate) fn queue_after(&self, call: CallId, wait: Duration) -> Ticket<'_> {
        let mut ticket = self.queue(call);
        ticket.not_before = Some(Instant::now() + wait);
        ticket
    }

    /// From 1. `None` if the call isn't waiting.
    pub(crate) fn position(&self, call: CallId) -> Option<usize> {
        self.waiting().iter().position(|waiting| waiting.call == call).map(|before| before + 1)
    }

    fn is_busy(&self) -> bool {
        if self.interval.is_zero() {
            return false;
        }
        let last = self.last.try_lock();
        last.map_or(true, |last| last.is_some_and(|last| last.elapsed() < self.interval))
    }

    /// `false` if the call is no longer waiting and may have been sent.
    pub(crate) fn cancel(&self, call: CallId) -> bool {
        let mut waiting = self.waiting();
        let Some(at) = waiting.iter().position(|waiting| waiting.call == call) else { return false };
        waiting.remove(at).cancelled.cancel();
        true
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock()
    }
}

impl Ticket<'_> {
    pub(crate) fn has_to_wait(&self) -> bool {
        !self.queue.interval.is_zero()
            && (self.queue.is_busy() || self.queue.position(self.call).is_some_and(|position| position > 1))
    }

    /// Waits for this call's turn; `false` if it was canceled and must not be sent. When the program stops it returns
    /// at once, and the caller's last check decides whether to send.
    pub(crate) async fn turn(self) -> bool {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => return false,
            () = self.queue.stop.cancelled() => {}
            () = self.wait() => {}
        }
        // Whichever removes it from the list decides: this or `cancel`.
        self.leave()
    }

    async fn wait(&self) {
        if let Some(not_before) = self.not_before {
            tokio::time::sleep_until(not_before).await;
        }
        if self.queue.interval.is_zero() {
            return;
        }
        let mut last = self.queue.last.lock().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + self.queue.interval).await;
        }
        *last = Some(Instant::now());
    }

    fn leave(&self) -> bool {
        let mut waiting = self.queue.waiting();
        let before = waiting.len();
        waiting.retain(|waiting| waiting.call != self.call);
        waiting.len() < before
    }
}

impl Drop for Ticket<'_> {
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
        let dial_queue = DialQueue::new(INTERVAL, CancellationToken::new());
        let begun = Instant::now();
        let ids = [new_call_id(), new_call_id(), new_call_id()];
        let tickets = ids.map(|id| dial_queue.queue(id));
        assert_eq!(ids.map(|id| dial_queue.position(id)), [Some(1), Some(2), Some(3)]);
        let turned = tickets.map(|ticket| async {
            assert!(ticket.turn().await);
            begun.elapsed()
        });
        let turned = futures::future::join_all(turned).await;
        assert!(turned.is_sorted() && turned[1] >= INTERVAL && turned[2] >= INTERVAL * 2, "{turned:?}");
        assert_eq!(dial_queue.position(ids[0]), None);
    }

    #[tokio::test]
    async fn who_is_cancelled_is_never_sent_and_the_others_move_up() {
        let dial_queue = DialQueue::new(INTERVAL, CancellationToken::new());
        let ids = [new_call_id(), new_call_id(), new_call_id()];
        let [first, second, third] = ids.map(|id| dial_queue.queue(id));
        assert!(first.turn().await);
        let mut second = Box::pin(second.turn());
        let mut third = Box::pin(third.turn());
        assert_eq!((&mut second).now_or_never(), None);
        assert_eq!((&mut third).now_or_never(), None);
        assert!(dial_queue.cancel(ids[1]));
        assert_eq!(dial_queue.position(ids[2]), Some(1));
        assert!(!second.await);
        assert!(third.await);
        assert!(!dial_queue.cancel(ids[2]), "it was sent");
    }

    #[tokio::test]
    async fn without_an_interval_nobody_waits() {
        let dial_queue = DialQueue::new(Duration::ZERO, CancellationToken::new());
        assert!(dial_queue.queue(new_call_id()).turn().now_or_never().unwrap());
        assert!(!dial_queue.is_busy());
    }

    #[tokio::test]
    async fn what_is_to_come_later_waits_where_it_can_be_cancelled() {
        let dial_queue = DialQueue::new(Duration::ZERO, CancellationToken::new());
        let [soon, never] = [new_call_id(), new_call_id()];
        let begun = Instant::now();
        assert!(dial_queue.queue_after(soon, INTERVAL).turn().await);
        assert!(begun.elapsed() >= INTERVAL);
        let mut waiting = Box::pin(dial_queue.queue_after(never, INTERVAL * 1_000).turn());
        assert_eq!((&mut waiting).now_or_never(), None);
        assert!(dial_queue.cancel(never));
        assert!(!waiting.await);
    }

    #[tokio::test]
    async fn nobody_waits_when_the_program_ends() {
        let stop = CancellationToken::new();
        let dial_queue = DialQueue::new(INTERVAL * 1_000, stop.clone());
        let ids = [new_call_id(), new_call_id()];
        let [first, second] = ids.map(|id| dial_queue.queue(id));
        assert!(!first.has_to_wait() && second.has_to_wait());
        assert!(first.turn().await);
        let mut second = Box::pin(second.turn());
        assert_eq!((&mut second).now_or_never(), None);
        stop.cancel();
        assert!(second.await);
    }
}
