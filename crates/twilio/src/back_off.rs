//! When a request that was answered 429 may be sent again.

use std::time::Duration;

use crate::Error;

/// How often a request is sent that is answered 429 every time.
const TRIES: u32 = 3;
/// The wait before the second try where Twilio names none; the next is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait that is waited out. Asked for more, the caller is told.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The tries of one request: three at most, further apart each time.
///
/// 429 is the only failure after which the same request may be sent again by itself: Twilio has done nothing.
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
    /// Counts a try that failed so, and tells how long to wait before the next; `None` when there is to be none.
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
