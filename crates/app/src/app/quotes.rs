//! Cached prices, and when not to request one.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use benspamsphones_core::{PhoneNumber, Quote};
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::{App, EstimateError};
use crate::store::StoreError;
use crate::store::ledger_rows::Account;
use crate::store::quote_rows::{self, Route};

/// In a burst, calls beyond these don't wait for a price.
const ASKING: usize = 8;
const AT_HAND: usize = 4_096;
/// After the Pricing API failed or was too slow.
const PAUSE: Duration = Duration::from_secs(60);
/// After so many numbers of a country code without a price, calls to that code skip the request during [`PAUSE`].
const NONE_IN_A_ROW: u32 = 3;

pub(crate) struct Quotes {
    /// By the from and to numbers.
    known: Mutex<HashMap<(PhoneNumber, PhoneNumber), Known>>,
    /// Whether the cache has every price in the database.
    has_all: AtomicBool,
    pub(super) asking: Arc<Semaphore>,
    paused_until: Mutex<Option<Instant>>,
    /// By country code.
    without_price: Mutex<HashMap<String, WithoutPrice>>,
}

struct WithoutPrice {
    in_a_row: u32,
    latest: Instant,
}

#[derive(Clone)]
pub(super) enum Known {
    Quote(Quote),
    Nothing(Timestamp),
}

impl Default for Quotes {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            has_all: AtomicBool::new(false),
            asking: Arc::new(Semaphore::new(ASKING)),
            paused_until: Mutex::default(),
            without_price: Mutex::default(),
        }
    }
}

impl Quotes {
    pub(super) fn at_hand(&self, route: &Route, now: Timestamp) -> Option<Result<Quote, EstimateError>> {
        let known = self.known.lock();
        match known.get(&(route.from.clone(), route.to.clone()))? {
            Known::Quote(quote) => quote.is_fresh(now).then(|| Ok(quote.clone())),
            Known::Nothing(as_of) => is_recent(*as_of, now).then_some(Err(EstimateError::NotTold)),
        }
    }

    /// Does nothing if there are too many.
    pub(super) fn take_up(&self, kept: Vec<(Route, Quote)>) {
        if kept.len() > AT_HAND / 2 {
            return;
        }
        for (route, quote) in kept {
            self.keep(&route, Known::Quote(quote));
        }
        self.has_all.store(true, Ordering::SeqCst);
    }

    pub(super) fn has_all(&self) -> bool {
        self.has_all.load(Ordering::SeqCst)
    }

    pub(super) fn keep(&self, route: &Route, known: Known) {
        let mut all = self.known.lock();
        if all.len() >= AT_HAND {
            self.has_all.store(false, Ordering::SeqCst);
            all.clear();
        }
        all.insert((route.from.clone(), route.to.clone()), known);
    }

    pub(super) fn pause(&self) {
        *self.paused_until.lock() = Some(Instant::now() + PAUSE);
    }

    pub(super) fn is_paused(&self, to: &PhoneNumber) -> bool {
        let until = *self.paused_until.lock();
        let now = Instant::now();
        let without_price = self.without_price.lock();
        let here = to.country_code().and_then(|code| without_price.get(code));
        until.is_some_and(|until| now < until)
            || here.is_some_and(|here| here.in_a_row >= NONE_IN_A_ROW && now < here.latest + PAUSE)
    }

    pub(super) fn note(&self, to: &PhoneNumber, has_price: bool) {
        let Some(code) = to.country_code() else { return };
        let mut without_price = self.without_price.lock();
        if has_price {
            without_price.remove(code);
            return;
        }
        let latest = Instant::now();
        let here = without_price.entry(code.to_owned()).or_insert(WithoutPrice { in_a_row: 0, latest });
        *here = WithoutPrice { in_a_row: here.in_a_row.saturating_add(1), latest };
    }
}

impl App {
    /// On failure Twilio is asked again.
    pub(crate) async fn take_up_quotes(&self) {
        let (mode, sid) = (self.inner.mode, self.inner.account_sid.clone());
        let kept = self
            .inner
            .store
            .read(move |connection| quote_rows::list(connection, Account { mode, account_sid: &sid }));
        match kept.await {
            Ok(kept) => self.inner.quotes.take_up(kept),
            Err(error) => tracing::error!(%error, "prices of an earlier run could not be read"),
        }
    }

    /// The numbers that were looked up are forgotten with them.
    pub(crate) async fn forget_old_quotes(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.inner.store.write(move |tx| quote_rows::forget_old(tx.connection(), now)).await
    }
}

fn is_recent(as_of: Timestamp, now: Timestamp) -> bool {
    now.duration_since(as_of).abs() < benspamsphones_core::estimate::KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_without_prices_is_let_be_for_a_while_and_no_other() {
        let quotes = Quotes::default();
        let number = |text: &str| PhoneNumber::from_e164(text).unwrap();
        let [first, second, third] = ["+4930901820", "+4930901821", "+4930901822"].map(number);
        quotes.note(&first, false);
        quotes.note(&second, false);
        assert!(!quotes.is_paused(&third), "two may be odd numbers");
        quotes.note(&second, true);
        quotes.note(&third, false);
        quotes.note(&first, false);
        assert!(!quotes.is_paused(&third), "not in a row");
        quotes.note(&third, false);
        assert!(quotes.is_paused(&first) && quotes.is_paused(&number("+4940123456")));
        assert!(!quotes.is_paused(&number("+442079460958")));
        quotes.note(&second, true);
        assert!(!quotes.is_paused(&first));
    }
}
