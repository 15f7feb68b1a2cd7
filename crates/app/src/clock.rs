//! The two clocks.
//!
//! The wall clock can be set at any moment, by seconds or by years. It dates events for people, and decides what
//! depends on the hour or the day. Durations (the patience with a request, an idle session, a code's lifetime) use a
//! clock that is never set. Unlike [`std::time::Instant`], which is good enough for pauses and time-outs, it also runs
//! while this computer sleeps.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The source of time.
pub trait Clocks: Send + Sync {
    /// The wall clock.
    fn wall(&self) -> Timestamp;
    /// Time since a fixed moment before the program began. Never set, and runs while this computer sleeps.
    fn since_boot(&self) -> Duration;
}

/// A clock, by default this computer's. Clones share it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Clocks>);

impl Clock {
    /// A clock that reads these clocks.
    pub fn of(clocks: impl Clocks + 'static) -> Self {
        Self(Arc::new(clocks))
    }

    /// The current time in whole milliseconds, so that live updates and the database agree.
    pub fn now(&self) -> Timestamp {
        let now = self.0.wall();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// The current moment of the clock that is never set.
    pub fn moment(&self) -> Moment {
        Moment(SignedDuration::try_from(self.0.since_boot()).unwrap_or(SignedDuration::MAX))
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::of(ThisComputer)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A moment of the clock that is never set. Means nothing outside of this run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment(SignedDuration);

impl Moment {
    /// The time since an earlier moment; zero if it is later.
    pub fn since(self, earlier: Self) -> SignedDuration {
        (self - earlier).max(SignedDuration::ZERO)
    }
}

impl Sub for Moment {
    type Output = SignedDuration;

    fn sub(self, other: Self) -> SignedDuration {
        self.0.saturating_sub(other.0)
    }
}

impl Add<SignedDuration> for Moment {
    type Output = Self;

    fn add(self, length: SignedDuration) -> Self {
        Self(self.0.saturating_add(length))
    }
}

impl Sub<SignedDuration> for Moment {
    type Output = Self;

    fn sub(self, length: SignedDuration) -> Self {
        Self(self.0.saturating_sub(length))
    }
}

struct ThisComputer;

impl Clocks for ThisComputer {
    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    fn since_boot(&self) -> Duration {
        // On macOS, CLOCK_MONOTONIC runs while it sleeps; Linux has another clock for that.
        #[cfg(target_os = "linux")]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(target_os = "macos")]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
        Duration::try_from(rustix::time::clock_gettime(CLOCK)).unwrap_or_default()
    }

    /// Windows' performance counter runs while it sleeps.
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn since_boot(&self) -> Duration {
        use std::sync::LazyLock;
        use std::time::Instant;

        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGAN.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clocks_go_on() {
        let clock = Clock::default();
        let (now, moment) = (clock.now(), clock.moment());
        while clock.now() == now || clock.moment() == moment {
            std::hint::spin_loop();
        }
        assert!(clock.moment().since(moment) > SignedDuration::ZERO);
        assert_eq!(moment.since(clock.moment()), SignedDuration::ZERO);
        assert_eq!(now.as_nanosecond() % 1_000_000, 0);
    }
}
