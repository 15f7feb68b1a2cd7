//! The most expensive recent minute to each country code, cached in memory. A call without a known price counts as that
//! expensive, and reading it from the database was the slowest step before a call.

use std::cmp::Reverse;
use std::collections::HashMap;

use benspamsphones_core::{Call, Money};
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use crate::store::StoreError;
use crate::store::minute_price_rows;

/// By country code, for this run's account and mode.
#[derive(Default)]
pub(crate) struct Dearest(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashMap<String, Known>,
    /// Counts price commits, to detect one during a read.
    commits: u64,
}

struct Known {
    /// The first day that counts, in days since 1970.
    since: i64,
    dearest: Option<Money>,
}

impl Dearest {
    /// `read` queries the database on a cache miss.
    pub(super) fn of(
        &self,
        code: &str,
        now: Timestamp,
        read: impl FnOnce() -> Result<Option<Money>, StoreError>,
    ) -> Result<Option<Money>, StoreError> {
        let since = minute_price_rows::first_day(now);
        let commits = {
            let state = self.state();
            if let Some(known) = state.known.get(code).filter(|known| known.since == since) {
                return Ok(known.dearest.clone());
            }
            state.commits
        };
        let dearest = read()?;
        let mut state = self.state();
        // A commit during the read may or may not be included, so don't cache it.
        if state.commits == commits {
            state.known.insert(code.to_owned(), Known { since, dearest: dearest.clone() });
        }
        Ok(dearest)
    }

    pub(super) fn note(&self, call: &Call) {
        let Some(estimate) = &call.estimate else { return };
        let mut state = self.state();
        state.commits += 1;
        let known = call.to.country_code().and_then(|code| state.known.get_mut(code));
        let Some(known) = known.filter(|known| minute_price_rows::day(call.requested_at) >= known.since)
        else {
            return;
        };
        // Same order as the database.
        let rank = |price: &Money| (price.micros(), Reverse(price.currency().to_owned()));
        let price = &estimate.per_minute;
        if price.micros() > 0 && known.dearest.as_ref().is_none_or(|dearest| rank(price) > rank(dearest)) {
            known.dearest = Some(price.clone());
        }
    }

    /// Prices may have fallen.
    pub(super) fn forget(&self) {
        let mut state = self.state();
        state.commits += 1;
        state.known.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{Estimate, PhoneNumber};

    use super::*;

    fn money(micros: i64) -> Option<Money> {
        Money::of_micros(micros, "USD")
    }

    fn call(to: &str, micros: i64, at: &str) -> Call {
        use benspamsphones_core::{AskedBy, CallRequest, Mode, ProtocolId, UpdateRoute};
        let to = PhoneNumber::from_e164(to).unwrap();
        let call = Call::requested(CallRequest {
            id: crate::app::new_call_id(),
            protocol: ProtocolId::new("protocol1").unwrap(),
            from: to.clone(),
            to,
            mode: Mode::Sandbox,
            account_sid: "AC1".into(),
            news: UpdateRoute::Polling,
            requested_at: at.parse().unwrap(),
            asked_by: AskedBy::Program,
            asker_name: None,
        });
        Call { estimate: money(micros).map(|per_minute| Estimate::new(per_minute, None)), ..call }
    }

    #[test]
    fn it_is_asked_for_once_and_follows_what_is_committed() {
        let dearest = Dearest::default();
        let now = |text: &str| text.parse::<Timestamp>().unwrap();
        let today = now("2026-11-27T12:00:00Z");
        let told = |at, read: Option<i64>| {
            let read = || read.map(money).ok_or_else(|| StoreError::bad_row("price", "asked for again"));
            dearest.of("+49", at, read).unwrap()
        };
        assert_eq!(told(today, Some(20_000)), money(20_000));
        assert_eq!(told(today, None), money(20_000));
        dearest.note(&call("+4930901820", 15_000, "2026-11-27T12:00:00Z"));
        assert_eq!(told(today, None), money(20_000), "less");
        dearest.note(&call("+442079460958", 90_000, "2026-11-27T12:00:00Z"));
        assert_eq!(told(today, None), money(20_000), "elsewhere");
        dearest.note(&call("+4930901820", 90_000, "2026-10-01T12:00:00Z"));
        assert_eq!(told(today, None), money(20_000), "too long ago");
        dearest.note(&call("+4930901820", 30_000, "2026-11-27T12:00:00Z"));
        assert_eq!(told(today, None), money(30_000));
        assert_eq!(told(now("2026-11-28T12:00:00Z"), Some(10_000)), money(10_000), "another day's");
        dearest.forget();
        assert_eq!(told(today, Some(5_000)), money(5_000));
    }

    #[test]
    fn what_was_committed_meanwhile_is_not_missed() {
        let dearest = Dearest::default();
        let now = Timestamp::now();
        let read = || {
            dearest.note(&call("+4930901820", 30_000, &now.to_string()));
            Ok(money(20_000))
        };
        assert_eq!(dearest.of("+49", now, read).unwrap(), money(20_000), "as of before that commit");
        assert_eq!(dearest.of("+49", now, || Ok(money(30_000))).unwrap(), money(30_000), "asked for again");
    }
}
