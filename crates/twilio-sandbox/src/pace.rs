//! Time at the sandbox's speed.

use std::time::Duration;

/// The longest that anything waits: beyond any call's life, and far from what timers can't count.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long `life`, a span of a call's life, takes at `speed`.
pub(crate) fn scaled(life: Duration, speed: f64) -> Duration {
    Duration::try_from_secs_f64(life.as_secs_f64() / speed).unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

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
