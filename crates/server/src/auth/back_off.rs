//! Wrong guesses make the sender wait, longer each time. Each source is counted separately, so no one can lock out
//! others.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use crate::net::Source;

/// Free mistakes, because people mistype.
const FREE: u32 = 5;
/// It doubles with each further mistake.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures are forgotten after this long without another.
const FORGOTTEN: Duration = Duration::from_secs(60 * 60);
/// Limit of remembered sources. An attacker with more gains little: the password has 100 bits.
const MOST_SOURCES: usize = 10_000;

#[derive(Default)]
pub(crate) struct BackOff(Mutex<HashMap<Source, Failures>>);

struct Failures {
    count: u32,
    last: Instant,
    until: Instant,
}

impl BackOff {
    pub(crate) fn wait(&self, source: Source, now: Instant) -> Option<Duration> {
        let wait = self.sources().get(&source)?.until.saturating_duration_since(now);
        (wait > Duration::ZERO).then_some(wait)
    }

    pub(crate) fn failed(&self, source: Source, now: Instant) {
        let mut sources = self.sources();
        if sources.len() >= MOST_SOURCES && !sources.contains_key(&source) {
            make_room(&mut sources, now);
        }
        let failures = sources.entry(source).or_insert(Failures { count: 0, last: now, until: now });
        if now.saturating_duration_since(failures.last) > FORGOTTEN {
            failures.count = 0;
        }
        failures.count += 1;
        failures.last = now;
        if let Some(over) = failures.count.checked_sub(FREE + 1) {
            failures.until = now + FIRST_WAIT.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT);
        }
    }

    pub(crate) fn forget(&self, source: Source) {
        self.sources().remove(&source);
    }

    pub(crate) fn forget_named(&self, name: &str) {
        self.sources().retain(|source, _| source.to_string() != name);
    }

    pub(crate) fn waiting(&self, now: Instant) -> HashMap<String, Duration> {
        let sources = self.sources();
        let waiting = sources.iter().filter(|(_, failures)| failures.until > now);
        waiting.map(|(source, failures)| (source.to_string(), failures.until - now)).collect()
    }

    fn sources(&self) -> MutexGuard<'_, HashMap<Source, Failures>> {
        self.0.lock()
    }
}

/// If all of them still have to wait, forgets the one whose last failure is oldest.
fn make_room(sources: &mut HashMap<Source, Failures>, now: Instant) {
    sources.retain(|_, failures| failures.until > now);
    if sources.len() >= MOST_SOURCES
        && let Some(oldest) =
            sources.iter().min_by_key(|(_, failures)| failures.last).map(|(source, _)| *source)
    {
        sources.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> Source {
        Source::of([192, 168, 1, last].into())
    }

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let back_off = BackOff::default();
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..20 {
            back_off.failed(source(7), now);
            let wait = back_off.wait(source(7), now).unwrap_or_default();
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits[..9], [0, 0, 0, 0, 0, 2, 4, 8, 16]);
        assert_eq!(waits[19], 900);
        assert_eq!(back_off.wait(source(7), now), None, "the wait is over");
        assert_eq!(back_off.wait(source(8), now), None, "nobody else waits");
    }

    #[test]
    fn success_the_owner_and_time_forgive() {
        let now = Instant::now();
        let fail = |back_off: &BackOff, at| (0..6).for_each(|_| back_off.failed(source(7), at));
        let back_off = BackOff::default();
        fail(&back_off, now);
        assert!(back_off.wait(source(7), now).is_some());
        back_off.forget(source(7));
        assert_eq!(back_off.wait(source(7), now), None);
        fail(&back_off, now);
        back_off.forget_named("192.168.1.7");
        assert_eq!(back_off.wait(source(7), now), None);
        fail(&back_off, now);
        let later = now + FORGOTTEN + Duration::from_secs(1);
        back_off.failed(source(7), later);
        assert_eq!(back_off.wait(source(7), later), None, "the first mistake in an hour");
    }

    #[test]
    fn who_still_waits_is_not_forgotten_for_newcomers() {
        let back_off = BackOff::default();
        let now = Instant::now();
        (0..6).for_each(|_| back_off.failed(source(7), now));
        for n in 0..u32::try_from(MOST_SOURCES).unwrap() + 100 {
            back_off.failed(Source::of(std::net::Ipv4Addr::from(0x0a00_0000 + n).into()), now);
        }
        assert!(back_off.sources().len() <= MOST_SOURCES);
        assert!(back_off.wait(source(7), now).is_some());
    }
}
