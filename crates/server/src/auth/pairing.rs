//! One-time codes that a phone scans to get its own token.

use std::collections::HashMap;

use jiff::SignedDuration;
use parking_lot::{Mutex, MutexGuard};

use benspamsphones_app::clock::Moment;
use benspamsphones_app::random::random_bytes;

pub(crate) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
const MOST_CODES: usize = 8;
/// Without characters that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

#[derive(Default)]
pub(crate) struct Pairing(Mutex<HashMap<String, Moment>>);

impl Pairing {
    /// Sixteen characters of 32: eighty bits.
    pub(crate) fn make(&self, now: Moment) -> String {
        let signs = random_bytes::<16>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        let code: String = signs.iter().collect();
        let mut codes = self.codes();
        codes.retain(|_, until| *until > now);
        if codes.len() >= MOST_CODES
            && let Some(oldest) = codes.iter().min_by_key(|(_, until)| **until).map(|(code, _)| code.clone())
        {
            codes.remove(&oldest);
        }
        codes.insert(code.clone(), now + CODE_LIFE);
        code
    }

    pub(crate) fn is_open(&self, code: &str, now: Moment) -> bool {
        self.codes().get(code).is_some_and(|until| *until > now)
    }

    pub(crate) fn take(&self, code: &str, now: Moment) -> bool {
        self.codes().remove(code).is_some_and(|until| until > now)
    }

    fn codes(&self) -> MutexGuard<'_, HashMap<String, Moment>> {
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use benspamsphones_app::clock::Clock;

    #[test]
    fn a_code_opens_once_and_not_for_long() {
        let pairing = Pairing::default();
        let now = Clock::default().moment();
        let code = pairing.make(now);
        assert!(!pairing.take("", now) && !pairing.take("x", now));
        assert!(pairing.is_open(&code, now) && !pairing.is_open(&code, now + CODE_LIFE));
        assert!(pairing.take(&code, now));
        assert!(!pairing.is_open(&code, now));
        assert!(!pairing.take(&code, now), "once");
        let late = pairing.make(now);
        assert!(!pairing.take(&late, now + CODE_LIFE), "too late");
    }

    #[test]
    fn only_a_few_are_open() {
        let pairing = Pairing::default();
        let now = Clock::default().moment();
        let first = pairing.make(now);
        for n in 1..=MOST_CODES {
            pairing.make(now + SignedDuration::from_secs(n as i64));
        }
        assert!(!pairing.take(&first, now));
    }
}
