//! The account's balance, if the key may read it.

use benspamsphones_core::Money;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};

use super::App;
use crate::store::{StoreError, spend_rows};

/// Several windows may show it.
const KEPT: SignedDuration = SignedDuration::from_secs(60);
/// How long a balance should last at the rate of an equally long period before.
const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A balance below this is low even if nothing was spent: one unit of the currency, in millionths.
const LEAST_MICROS: i64 = 1_000_000;

/// The account's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The amount; `None` when this key may not read it.
    pub amount: Option<Money>,
    /// Whether it may not last another week like the last one.
    pub low: bool,
    /// When Twilio reported it.
    pub as_of: Timestamp,
}

/// Why the balance isn't known.
#[derive(Debug, thiserror::Error)]
pub enum BalanceError {
    /// Twilio did not answer, or its answer made no sense.
    #[error("Twilio did not send the balance")]
    Twilio(#[from] twilio::Error),
    /// Twilio sent an amount that can't be parsed.
    #[error("Twilio sent a balance that isn't an amount of money")]
    NotMoney,
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Default)]
pub(crate) struct LastBalance(Mutex<Told>);

#[derive(Default)]
struct Told {
    balance: Option<Balance>,
    payments: u64,
}

impl LastBalance {
    /// The cached balance, or the payment count to pass to [`Self::set`].
    fn get(&self, now: Timestamp) -> Result<Balance, u64> {
        let told = self.told();
        let is_fresh =
            |last: &&Balance| (SignedDuration::ZERO..KEPT).contains(&now.duration_since(last.as_of));
        told.balance.as_ref().filter(is_fresh).cloned().ok_or(told.payments)
    }

    /// Caches a balance, unless there was a payment since it was requested.
    fn set(&self, balance: Balance, payments: u64) {
        let mut told = self.told();
        if told.payments == payments {
            told.balance = Some(balance);
        }
    }

    pub(crate) fn forget(&self) {
        let mut told = self.told();
        *told = Told { balance: None, payments: told.payments + 1 };
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock()
    }
}

impl App {
    /// The account's balance. Its amount is `None` when the key may not read it.
    ///
    /// # Errors
    /// When Twilio sends no valid balance, or the database can't be read.
    pub async fn balance(&self, now: Timestamp) -> Result<Balance, BalanceError> {
        let payments = match self.inner.last_balance.get(now) {
            Ok(last) => return Ok(last),
            Err(payments) => payments,
        };
        let told = self.inner.twilio.balance().await?;
        let amount = told.map(|told| Money::new(told.amount, &told.currency).ok_or(BalanceError::NotMoney));
        let amount = amount.transpose()?;
        let low = match &amount {
            Some(amount) => amount.micros() < self.spent_in_a_week(amount.currency(), now).await?,
            None => false,
        };
        let balance = Balance { amount, low, as_of: now };
        self.inner.last_balance.set(balance.clone(), payments);
        Ok(balance)
    }

    /// In millionths of this currency, at least one unit.
    async fn spent_in_a_week(&self, currency: &str, now: Timestamp) -> Result<i64, StoreError> {
        let (mode, account_sid) = (self.inner.mode, self.inner.account_sid.clone());
        let since = now.checked_sub(LASTS).unwrap_or(Timestamp::MIN);
        let sums = self.inner.store.read(move |connection| {
            spend_rows::between(connection, mode, Some(&account_sid), since, Timestamp::MAX)
        });
        let sums = sums.await?;
        let spent = sums.iter().find(|sum| sum.spent.currency() == currency);
        Ok(spent.map_or(0, |sum| sum.spent.plus(&sum.held).micros()).max(LEAST_MICROS))
    }
}
