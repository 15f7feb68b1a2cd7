//! What a call will cost, as far as it is known before dialing.

use jiff::{SignedDuration, Timestamp};

use crate::money::Money;

/// How long a price is used. Twilio changes prices now and then, and announces it days before.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
const MINUTE_S: u32 = 60;
/// Twilio's limit for any call: four hours (Calls API, `TimeLimit`).
pub(crate) const LONGEST_OF_ALL_S: u32 = 14_400;

/// Twilio's price for calls from one number to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Per started minute.
    pub per_minute: Money,
    /// Called country as two letters of ISO 3166, if Twilio names it.
    pub country: Option<String>,
    /// When Twilio reported it.
    pub as_of: Timestamp,
}

impl Quote {
    /// Whether it still counts. A quote from the future doesn't: the clock was or is wrong.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.as_of);
        (SignedDuration::ZERO..KEPT).contains(&age)
    }
}

/// Expected cost of a call when it is dialed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Estimate {
    /// Per started minute.
    pub per_minute: Money,
    /// Minutes charged as a deposit until the call is over.
    pub minutes: u32,
    /// Longest possible length, since Twilio ends the call then. The cost beyond `minutes` is reserved for this call.
    pub most_minutes: u32,
}

impl Estimate {
    /// For a call with this time limit. A limit counts in full as a deposit, because the call can't be kept shorter.
    /// Without one the deposit is one minute; otherwise a single call would hold the cost of four hours.
    pub fn new(per_minute: Money, time_limit_s: Option<u32>) -> Self {
        Self {
            per_minute,
            minutes: started_minutes(time_limit_s.unwrap_or(0)),
            most_minutes: started_minutes(time_limit_s.unwrap_or(LONGEST_OF_ALL_S)),
        }
    }

    /// Shortens it to the permitted length ([`Permit::longest_s`](crate::guard::Permit::longest_s)).
    #[must_use]
    pub fn permitted(self, longest_s: Option<u32>) -> Self {
        let most = longest_s
            .map_or(self.most_minutes, |longest_s| self.most_minutes.min(started_minutes(longest_s)));
        Self { most_minutes: most.max(self.minutes), ..self }
    }

    /// Cost of a call that was answered for this long.
    pub fn for_answered(&self, seconds: u32) -> Money {
        self.per_minute.times(started_minutes(seconds))
    }

    /// Amount that counts until the call is over.
    pub fn deposit(&self) -> Money {
        self.per_minute.times(self.minutes)
    }
}

fn started_minutes(seconds: u32) -> u32 {
    seconds.div_ceil(MINUTE_S).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AskedBy, Call, CallId, CallRequest, CallStatus, Mode, PhoneNumber, ProtocolId, Source, StatusUpdate,
        UpdateRoute,
    };

    fn cents(amount: i64) -> Money {
        Money::of_micros(amount * 10_000, "USD").unwrap()
    }

    fn call(time_limit_s: Option<u32>) -> Call {
        let number = PhoneNumber::from_e164("+15005550006").unwrap();
        let mut call = Call::requested(CallRequest {
            id: CallId(uuid::Uuid::nil()),
            protocol: ProtocolId::new("protocol1").unwrap(),
            from: number.clone(),
            to: number,
            mode: Mode::Sandbox,
            account_sid: "AC1".into(),
            news: UpdateRoute::Polling,
            requested_at: Timestamp::UNIX_EPOCH,
            asked_by: AskedBy::Unknown,
            asker_name: None,
        });
        call.estimate = Some(Estimate::new(cents(2), time_limit_s));
        call
    }

    fn hear(call: &mut Call, status: CallStatus, duration_s: Option<u32>, price: Option<Money>) {
        let mut news = StatusUpdate::of(Source::Poll, status, Timestamp::UNIX_EPOCH);
        (news.duration_s, news.price) = (duration_s, price);
        let _ = call.advance(&news);
    }

    #[test]
    fn a_price_is_known_for_a_day() {
        let as_of: Timestamp = "2026-03-29T10:00:00Z".parse().unwrap();
        let quote = Quote { per_minute: cents(2), country: None, as_of };
        for (now, fresh) in [
            ("2026-03-29T10:00:00Z", true),
            ("2026-03-30T09:59:59.999Z", true),
            ("2026-03-30T10:00:00Z", false),
            ("2026-03-29T09:59:59Z", false),
        ] {
            assert_eq!(quote.is_fresh(now.parse().unwrap()), fresh, "{now}");
        }
    }

    #[test]
    fn an_open_call_counts_for_a_minute_or_for_all_it_may_last() {
        for (limit, expected) in [(None, 2), (Some(1), 2), (Some(60), 2), (Some(61), 4), (Some(600), 20)] {
            let mut call = call(limit);
            assert_eq!(call.held(), Some(cents(expected)), "{limit:?}");
            hear(&mut call, CallStatus::Unknown, None, None);
            assert_eq!(call.held(), Some(cents(expected)), "the phone may ring: {limit:?}");
        }
    }

    #[test]
    fn it_takes_no_longer_than_it_is_permitted_and_no_less_than_it_counts_for() {
        for (limit, longest_s, most) in [
            (None, None, 240),
            (None, Some(180), 3),
            (Some(600), None, 10),
            (Some(600), Some(14_340), 10),
            (Some(61), Some(120), 2),
        ] {
            let estimate = Estimate::new(cents(2), limit).permitted(longest_s);
            assert_eq!(estimate.most_minutes, most, "{limit:?} {longest_s:?}");
            assert!(estimate.minutes <= estimate.most_minutes);
        }
    }

    #[test]
    fn the_end_settles_it_and_the_price_takes_its_place() {
        let mut answered = call(Some(600));
        hear(&mut answered, CallStatus::Completed, Some(61), None);
        assert_eq!(answered.held(), Some(cents(4)));
        hear(&mut answered, CallStatus::Completed, None, Some(cents(3)));
        assert_eq!((answered.held(), answered.price), (None, Some(cents(3))));
        for ending in [CallStatus::Busy, CallStatus::Failed, CallStatus::NoAnswer, CallStatus::Canceled] {
            let mut call = call(None);
            hear(&mut call, ending, None, None);
            assert_eq!(call.held(), None, "{ending}");
        }
        let mut unpriced = call(None);
        unpriced.estimate = None;
        assert_eq!(unpriced.held(), None);
    }
}
