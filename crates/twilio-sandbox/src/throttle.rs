//! Limits how many calls the account may create per second.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

#[derive(Debug)]
pub(crate) struct Throttle {
    limit: Option<u32>,
    window: Mutex<(Instant, u32)>,
}

impl Throttle {
    pub(crate) fn new(limit: Option<u32>) -> Self {
        Self { limit, window: Mutex::new((Instant::now(), 0)) }
    }

    pub(crate) fn admits(&self, now: Instant) -> bool {
        let Some(limit) = self.limit else { return true };
        let mut window = self.window.lock();
        if now.saturating_duration_since(window.0) >= Duration::from_secs(1) {
            *window = (now, 0);
        }
        window.1 = window.1.saturating_add(1);
        window.1 <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_second_starts_a_new_count() {
        let throttle = Throttle::new(Some(2));
        let now = Instant::now();
        let admitted: Vec<bool> = (0..3).map(|_| throttle.admits(now)).collect();
        assert_eq!(admitted, [true, true, false]);
        assert!(throttle.admits(now + Duration::from_millis(1001)));
    }

    #[test]
    fn without_a_limit_everything_goes_through() {
        let throttle = Throttle::new(None);
        let now = Instant::now();
        assert!((0..10_000).all(|_| throttle.admits(now)));
    }
}
