//! The two clocks.
//!
//! The wall clock can be set at any moment, by hand or by the network, by seconds or by years. It tells people when
//! something happened, and decides what is about the hour of the day or the day of the month. How long something has
//! lasted (patience with a request, an idle session, a code's life) is told by a clock that nobody can set. It goes on
//! while this computer sleeps, unlike [`std::time::Instant`], which is good enough for pauses and time-outs.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Where the time is read.
pub trait Clocks: Send + Sync {
    /// The wall clock.
    fn wall(&self) -> Timestamp;
    /// Time since some moment before the program began, by a clock that is never set and goes on while this computer
    /// sleeps.
    fn since_boot(&self) -> Duration;
}

/// Tells the time; this computer's, unless it is made of other clocks. Clones share them.
#[derive(Clone)]
pub struct Clock(Arc<dyn Clocks>);

impl Clock {
    /// A clock of these clocks.
    pub fn of(clocks: impl Clocks + 'static) -> Self {
        Self(Arc::new(clocks))
    }

    /// Now, in whole milliseconds: what is told live is then what the database tells later.
    pub fn now(&self) -> Timestamp {
        let now = self.0.wall();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Now, by the clock that nobody sets.
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

/// A moment by the clock that nobody sets. It means nothing outside of this run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment(SignedDuration);

impl Moment {
    /// How long it is since an earlier moment; nothing since a later one.
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
        // macOS's own CLOCK_MONOTONIC goes on while it sleeps; Linux has another clock for that.
        #[cfg(target_os = "linux")]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(target_os = "macos")]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
        Duration::try_from(rustix::time::clock_gettime(CLOCK)).unwrap_or_default()
    }

    /// Windows' performance counter, which goes on while it sleeps.
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
