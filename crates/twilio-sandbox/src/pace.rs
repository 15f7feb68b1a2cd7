//! Time at the sandbox's speed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Longer than any call, and within what timers can handle.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(crate) fn scaled(life: Duration, speed: f64) -> Duration {
    Duration::try_from_secs_f64(life.as_secs_f64() / speed).unwrap_or(LONGEST).min(LONGEST)
}

/// Waits through a conversation and measures it. At high speed, a timer's delay of a millisecond is seconds of a call,
/// so it adds up scripted times instead of reading the clock.
pub(crate) struct Pace {
    speed: f64,
    passed_ms: AtomicU64,
}

impl Pace {
    pub(crate) fn new(speed: f64) -> Self {
        Self { speed, passed_ms: AtomicU64::new(0) }
    }

    pub(crate) async fn passes(&self, life: Duration) {
        let mut span = Span { pace: self, life, began: Instant::now(), is_whole: false };
        tokio::time::sleep(scaled(life, self.speed)).await;
        span.is_whole = true;
    }

    pub(crate) fn passed(&self) -> Duration {
        Duration::from_millis(self.passed_ms.load(Ordering::Relaxed))
    }
}

/// A wait. If it is interrupted, for example by new instructions, only the elapsed part counts.
struct Span<'a> {
    pace: &'a Pace,
    life: Duration,
    began: Instant,
    is_whole: bool,
}

impl Drop for Span<'_> {
    fn drop(&mut self) {
        let passed = if self.is_whole {
            self.life
        } else {
            let passed_s = self.began.elapsed().as_secs_f64() * self.pace.speed;
            Duration::try_from_secs_f64(passed_s).unwrap_or(self.life).min(self.life)
        };
        self.pace
            .passed_ms
            .fetch_add(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_broken_off_counts_as_far_as_it_came() {
        let pace = Pace::new(1.0);
        let broken_off = pace.passes(Duration::from_secs(3600));
        tokio::time::timeout(Duration::from_millis(5), broken_off).await.expect_err("it takes an hour");
        assert!(pace.passed() >= Duration::from_millis(5) && pace.passed() < Duration::from_secs(3600));
    }

    #[test]
    fn a_hundred_times_faster_takes_a_hundredth() {
        assert_eq!(scaled(Duration::from_secs(3), 100.0), Duration::from_millis(30));
        assert_eq!(scaled(Duration::from_secs(3), 1.0), Duration::from_secs(3));
    }

    #[test]
    fn a_standstill_is_not_for_ever() {
        assert_eq!(scaled(Duration::from_secs(3), f64::MIN_POSITIVE), LONGEST);
    }
}
