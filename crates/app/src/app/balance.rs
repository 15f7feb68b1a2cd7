//! What is left on the account, where the key may read it.

use benspamsphones_core::Money;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};

use super::App;
use crate::store::{StoreError, spend_rows};

/// For how long an answer is told again: several windows may show it.
const KEPT: SignedDuration = SignedDuration::from_secs(60);
/// The time that a balance should last, going by what was spent in as long a time before.
const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is low for whoever has spent nothing: one unit of the currency, in millionths.
const LEAST_MICROS: i64 = 1_000_000;

/// What is left on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The amount; `None` when this key may not read it.
    pub amount: Option<Money>,
    /// It may not last for another week like the last one.
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
    /// Twilio told an amount that is none.
    #[error("Twilio sent a balance that isn't an amount of money")]
    NotMoney,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The balance as it was told last.
#[derive(Default)]
pub(crate) struct LastBalance(Mutex<Told>);

#[derive(Default)]
struct Told {
    balance: Option<Balance>,
    /// How often something was paid.
    payments: u64,
}

impl LastBalance {
    /// The balance, or how often something was paid before it is asked for now.
    fn get(&self, now: Timestamp) -> Result<Balance, u64> {
        let told = self.told();
        let is_fresh =
            |last: &&Balance| (SignedDuration::ZERO..KEPT).contains(&now.duration_since(last.as_of));
        told.balance.as_ref().filter(is_fresh).cloned().ok_or(told.payments)
    }

    /// Keeps a balance, unless something was paid since it was asked for.
    fn set(&self, balance: Balance, payments: u64) {
        let mut told = self.told();
        if told.payments == payments {
            told.balance = Some(balance);
        }
    }

    /// Something was paid: it is asked for again.
    pub(crate) fn forget(&self) {
        let mut told = self.told();
        *told = Told { balance: None, payments: told.payments + 1 };
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock()
    }
}

impl App {
    /// What is left on the account.
    ///
    /// # Errors
    /// When Twilio doesn't tell. That the key may not read it is an answer.
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

    /// Millionths of this currency, and at least a unit.
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
