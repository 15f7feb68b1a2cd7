//! What a call is going to cost: requested from Twilio before dialing, and cached for a day.
//!
//! An estimate is optional. A call waits for it only briefly and continues without it, and after the Pricing API
//! failed, calls skip it for a while.

use std::sync::Arc;

use benspamsphones_core::{Candidate, Estimate, Money, PhoneNumber, Protocol, Quote, guard};
use jiff::Timestamp;

use super::App;
use super::quotes::Known;
use crate::store::StoreError;
use crate::store::ledger_rows::Account;
use crate::store::minute_price_rows;
use crate::store::quote_rows::{self, Route};

/// Why there is no estimate.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EstimateError {
    /// No protocol has this id.
    #[error("Protocol {0} does not exist")]
    UnknownProtocol(String),
    /// This is not a phone number.
    #[error("{0} is not a phone number that can be called")]
    NotANumber(String),
    /// Twilio has no price for this number.
    #[error("Twilio gives no price for this number")]
    NotTold,
    /// Twilio didn't answer, or refused.
    #[error("Twilio did not send the price")]
    Twilio(Arc<twilio::Error>),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A price per minute for a number that may be called.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// The number to call.
    pub to: PhoneNumber,
    /// Twilio's price.
    pub quote: Quote,
    /// The price per minute of the further numbers that the protocol's TwiML dials, in the same currency.
    pub further: Option<Money>,
    /// Whether the price is incomplete: a further number has none, or the TwiML can't be fully analyzed.
    pub at_least: bool,
}

impl Quoted {
    /// The total for each started minute.
    pub fn per_minute(&self) -> Money {
        let own = &self.quote.per_minute;
        self.further.as_ref().map_or_else(|| own.clone(), |further| own.plus(further))
    }
}

#[derive(Default)]
struct Kept {
    /// Less than a day old.
    quote: Option<Quote>,
    /// Used without a quote: the most expensive recent minute to that country code.
    dearest: Option<Money>,
}

pub(crate) struct Estimated {
    /// For the call and its further numbers together.
    pub estimate: Option<Estimate>,
    /// The price per minute of the further numbers, in the estimate's currency.
    pub further: Option<Money>,
}

impl App {
    /// The price per minute of a call with this protocol to this number, as typed.
    ///
    /// # Errors
    /// When the price isn't known.
    pub async fn quote(&self, protocol: &str, to: &str, now: Timestamp) -> Result<Quoted, EstimateError> {
        let unknown = || EstimateError::UnknownProtocol(protocol.to_owned());
        let protocol = self.find_protocol(protocol).ok_or_else(unknown)?;
        let number = PhoneNumber::parse(to, self.default_region())
            .map_err(|_| EstimateError::NotANumber(to.to_owned()))?;
        let rings = guard::screen_further(&self.policy(), protocol.document().rings());
        // If one of these numbers may not be called, there is no call, and so no complete price.
        let (rings, mut at_least) = rings.map_or_else(|_| (Vec::new(), true), |rings| (rings, false));
        at_least |= !protocol.document().unchecked().is_empty();
        let (quote, further) = futures::join!(
            self.quote_of(&protocol, &number, now),
            futures::future::join_all(rings.iter().map(|ring| self.quote_of_further(&protocol, ring, now)))
        );
        let quote = quote?;
        let further = further.into_iter().collect::<Result<Vec<_>, _>>()?;
        let currency = Some(quote.per_minute.currency());
        at_least |= further.iter().any(|price| price.as_ref().map(Money::currency) != currency);
        let further = together(further.iter().flatten(), currency);
        Ok(Quoted { to: number, quote, further, at_least })
    }

    /// The price per minute of a further number, if Twilio has one. Not requested while calls pause their own requests,
    /// because nobody asked for this number by name.
    async fn quote_of_further(
        &self,
        protocol: &Protocol,
        number: &Candidate,
        now: Timestamp,
    ) -> Result<Option<Money>, StoreError> {
        let route = self.route(protocol, number.to());
        let told = match self.known_quote(&route, now).await? {
            Some(known) => known,
            None if self.inner.quotes.is_paused(&route.to) => return Ok(None),
            None => self.ask_in_turn(&route, now).await,
        };
        match told {
            Ok(quote) => Ok(Some(quote.per_minute)),
            Err(EstimateError::Store(error)) => Err(error),
            Err(error) => {
                tracing::debug!(%error, "the price of a further number is left out");
                Ok(None)
            }
        }
    }

    async fn quote_of(
        &self,
        protocol: &Protocol,
        number: &PhoneNumber,
        now: Timestamp,
    ) -> Result<Quote, EstimateError> {
        let route = self.route(protocol, number);
        if let Some(known) = self.known_quote(&route, now).await? {
            return known;
        }
        self.ask_in_turn(&route, now).await
    }

    async fn ask_in_turn(&self, route: &Route, now: Timestamp) -> Result<Quote, EstimateError> {
        let asking = self.inner.quotes.asking.clone().acquire_owned().await;
        let quote = self.ask_for_quote(route, now).await;
        drop(asking);
        quote
    }

    /// The expected cost of a call, if known in time. Without a price from Twilio it uses the most expensive recent
    /// call to that country code, because a spending limit would count an unknown cost as zero.
    pub(crate) async fn estimate(
        &self,
        protocol: &Protocol,
        to: &PhoneNumber,
        further: &[Candidate],
        now: Timestamp,
    ) -> Estimated {
        let numbers = further.iter().map(Candidate::to);
        let (own, further) = futures::join!(
            self.minute(protocol, to, now),
            futures::future::join_all(numbers.map(|number| self.minute(protocol, number, now)))
        );
        let currency = own.iter().chain(further.iter().flatten()).map(Money::currency).next();
        let further = together(further.iter().flatten(), currency);
        let all = together(own.iter().chain(&further), currency);
        let estimate = all.map(|per_minute| {
            Estimate::new(per_minute, protocol.time_limit_s).permitted(protocol.longest_s())
        });
        Estimated { estimate, further }
    }

    async fn minute(&self, protocol: &Protocol, to: &PhoneNumber, now: Timestamp) -> Option<Money> {
        let route = self.route(protocol, to);
        match self.inner.quotes.at_hand(&route, now) {
            Some(Ok(quote)) => Some(quote.per_minute),
            told => {
                let Kept { mut quote, dearest } = self.kept_prices(&route, now);
                if quote.is_none() && told.is_none() {
                    quote = self.quote_in_time(route, now).await;
                }
                quote.map(|quote| quote.per_minute).or(dearest)
            }
        }
    }

    fn kept_prices(&self, route: &Route, now: Timestamp) -> Kept {
        let store = &self.inner.store;
        let read = || {
            if !self.inner.quotes.has_all() {
                let quote = store.glance(|connection| quote_rows::find(connection, route))?;
                if let Some(quote) = quote.filter(|quote| quote.is_fresh(now)) {
                    return Ok(Kept { quote: Some(quote), dearest: None });
                }
            }
            let Some(code) = route.to.country_code() else { return Ok(Kept::default()) };
            let account = Account { mode: route.mode, account_sid: &route.account_sid };
            let dearest = self.inner.dearest.of(code, now, || {
                store.glance(|connection| minute_price_rows::dearest_lately(connection, account, code, now))
            })?;
            Ok(Kept { quote: None, dearest })
        };
        let kept = read().unwrap_or_else(|error: StoreError| {
            tracing::warn!(%error, "what a minute costs could not be read");
            Kept::default()
        });
        if let Some(quote) = &kept.quote {
            self.inner.quotes.keep(route, Known::Quote(quote.clone()));
        }
        kept
    }

    async fn quote_in_time(&self, route: Route, now: Timestamp) -> Option<Quote> {
        if self.inner.quotes.is_paused(&route.to) {
            return None;
        }
        let asking = self.inner.quotes.asking.clone().try_acquire_owned().ok()?;
        let app = self.clone();
        // In its own task, so a late answer is there for the next call.
        let asked = self.inner.tasks.spawn(async move {
            let stop = app.inner.stop.clone();
            let quote = stop.run_until_cancelled_owned(app.ask_for_quote(&route, now)).await;
            drop(asking);
            quote
        });
        match tokio::time::timeout(self.inner.pace.estimate, asked).await {
            Ok(Ok(Some(Ok(quote)))) => Some(quote),
            Ok(Ok(Some(Err(error)))) => {
                if let EstimateError::Twilio(cause) = &error {
                    tracing::warn!(%cause, "there is no price; calls continue without one");
                    self.inner.quotes.pause();
                }
                None
            }
            // The program is stopping, or the task failed.
            Ok(Ok(None) | Err(_)) => None,
            Err(_) => {
                tracing::warn!("Twilio is slow to send prices; calls continue without them");
                self.inner.quotes.pause();
                None
            }
        }
    }

    async fn known_quote(
        &self,
        route: &Route,
        now: Timestamp,
    ) -> Result<Option<Result<Quote, EstimateError>>, StoreError> {
        if let Some(known) = self.inner.quotes.at_hand(route, now) {
            return Ok(Some(known));
        }
        let asked = route.clone();
        let kept = self.inner.store.read(move |connection| quote_rows::find(connection, &asked)).await?;
        Ok(kept.filter(|quote| quote.is_fresh(now)).map(|quote| {
            self.inner.quotes.keep(route, Known::Quote(quote.clone()));
            Ok(quote)
        }))
    }

    async fn ask_for_quote(&self, route: &Route, now: Timestamp) -> Result<Quote, EstimateError> {
        let told = self.inner.twilio.number_pricing(route.to.as_str(), route.from.as_str()).await;
        let told = match told {
            Ok(pricing) => {
                let per_minute = pricing.per_minute_from(route.from.as_str());
                let per_minute = per_minute.zip(pricing.price_unit.as_deref());
                per_minute.and_then(|(amount, unit)| Money::new(amount, unit)).map(|per_minute| Quote {
                    per_minute,
                    country: pricing.iso_country,
                    as_of: now,
                })
            }
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(EstimateError::Twilio(Arc::new(error))),
        };
        self.inner.quotes.note(&route.to, told.is_some());
        let Some(quote) = told else {
            self.inner.quotes.keep(route, Known::Nothing(now));
            return Err(EstimateError::NotTold);
        };
        self.inner.quotes.keep(route, Known::Quote(quote.clone()));
        let (app, route, kept) = (self.clone(), route.clone(), quote.clone());
        // Doesn't wait for the disk: an unsaved price is requested again.
        self.inner.tasks.spawn(async move {
            let written =
                app.inner.store.write(move |tx| quote_rows::put(tx.connection(), &route, &kept)).await;
            if let Err(error) = written {
                tracing::warn!(%error, "a price could not be kept");
            }
        });
        Ok(quote)
    }

    fn route(&self, protocol: &Protocol, to: &PhoneNumber) -> Route {
        Route {
            mode: self.inner.mode,
            account_sid: self.inner.account_sid.clone(),
            from: protocol.from.clone(),
            to: to.clone(),
        }
    }
}

/// Other currencies can't be added.
fn together<'a>(prices: impl IntoIterator<Item = &'a Money>, currency: Option<&str>) -> Option<Money> {
    let of_currency = prices.into_iter().filter(|price| Some(price.currency()) == currency).cloned();
    of_currency.reduce(|sum, price| sum.plus(&price))
}
