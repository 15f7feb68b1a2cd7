//! When to retry a request that was answered with 429.

use std::time::Duration;

use crate::Error;

/// Including the first try.
const TRIES: u32 = 3;
/// Wait before the second try if Twilio names none; it doubles after that.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// If Twilio asks for a longer wait, the caller gets the error.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The tries of one request: three at most, with growing waits.
///
/// Only 429 may be retried automatically: Twilio has done nothing.
#[derive(Debug, Clone)]
pub struct BackOff {
    tries_left: u32,
    next: Duration,
}

impl Default for BackOff {
    fn default() -> Self {
        Self { tries_left: TRIES, next: FIRST_WAIT }
    }
}

impl BackOff {
    /// Counts a failed try and returns the wait before the next; `None` if there must be none.
    pub fn wait_after(&mut self, error: &Error) -> Option<Duration> {
        let Error::TooManyRequests { retry_after, .. } = error else { return None };
        let wait = retry_after.unwrap_or(self.next);
        self.next *= 2;
        self.tries_left = self.tries_left.saturating_sub(1);
        (self.tries_left > 0 && wait <= LONGEST_WAIT).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_many(retry_after: Option<u64>) -> Error {
        Error::TooManyRequests { retry_after: retry_after.map(Duration::from_secs), api: None }
    }

    #[test]
    fn three_tries_further_apart_each_time() {
        let mut back_off = BackOff::default();
        assert_eq!(back_off.wait_after(&too_many(None)), Some(FIRST_WAIT));
        assert_eq!(back_off.wait_after(&too_many(None)), Some(FIRST_WAIT * 2));
        assert_eq!(back_off.wait_after(&too_many(None)), None);
        assert_eq!(back_off.wait_after(&too_many(Some(0))), None);
    }

    #[test]
    fn the_wait_is_twilios_unless_it_is_too_long() {
        let mut back_off = BackOff::default();
        assert_eq!(back_off.wait_after(&too_many(Some(5))), Some(LONGEST_WAIT));
        assert_eq!(back_off.wait_after(&too_many(Some(6))), None);
    }
}
