//! Amounts of money: whole millionths of a currency's unit, never floats.
//!
//! Twilio's prices have up to five decimal places. Whole numbers add up exactly, also in SQL.

use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

const SCALE: u32 = 6;

/// An amount in one currency. Costs are positive.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Money {
    /// Millionths of the currency's unit (dollar, not cent).
    micros: i64,
    /// ISO 4217, upper case.
    currency: String,
}

#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(with = "rust_decimal::serde::str")]
    amount: Decimal,
    currency: String,
}

/// The amount is too large, or the currency isn't three letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an amount of money")]
pub struct NotMoney;

impl Money {
    /// An amount in an ISO 4217 currency; `None` if that isn't three letters, or above nine trillion. Rounds away from
    /// zero to millionths, so that no cost is too low.
    pub fn new(amount: Decimal, currency: &str) -> Option<Self> {
        let scaled = amount.checked_mul(Decimal::from(10_u32.pow(SCALE)))?;
        let whole = scaled.round_dp_with_strategy(0, RoundingStrategy::AwayFromZero);
        Self::of_micros(whole.to_i64()?, currency)
    }

    /// From millionths of the currency's unit; `None` if the currency isn't three letters.
    pub fn of_micros(micros: i64, currency: &str) -> Option<Self> {
        let letters = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters.then(|| Self { micros, currency: currency.to_ascii_uppercase() })
    }

    /// From Twilio's `price`, which is negative for a charge.
    pub fn from_twilio_price(price: Decimal, unit: &str) -> Option<Self> {
        Self::new(-price, unit)
    }

    /// In units of the currency, without trailing zeros.
    pub fn amount(&self) -> Decimal {
        Decimal::from_i128_with_scale(self.micros.into(), SCALE).normalize()
    }

    /// In millionths of the currency's unit.
    pub fn micros(&self) -> i64 {
        self.micros
    }

    /// The sum. With different currencies, returns `self`.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        debug_assert_eq!(self.currency, other.currency);
        let added = if self.currency == other.currency { other.micros } else { 0 };
        Self { micros: self.micros.saturating_add(added), currency: self.currency.clone() }
    }

    /// Multiplies the amount.
    #[must_use]
    pub fn times(&self, count: u32) -> Self {
        Self { micros: self.micros.saturating_mul(count.into()), currency: self.currency.clone() }
    }

    /// ISO 4217 letters.
    pub fn currency(&self) -> &str {
        &self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl TryFrom<Written> for Money {
    type Error = NotMoney;

    fn try_from(written: Written) -> Result<Self, NotMoney> {
        Self::new(written.amount, &written.currency).ok_or(NotMoney)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dollars(amount: &str) -> Option<Money> {
        Money::new(amount.parse().unwrap(), "usd")
    }

    #[test]
    fn a_charge_is_a_positive_cost() {
        let cost = Money::from_twilio_price("-0.01300".parse().unwrap(), "usd").unwrap();
        assert_eq!(cost.to_string(), "0.013 USD");
        let json = r#"{"amount":"0.013","currency":"USD"}"#;
        assert_eq!(serde_json::to_string(&cost).unwrap(), json);
        assert_eq!(serde_json::from_str::<Money>(json).unwrap(), cost);
        assert_eq!(Money::new(Decimal::ONE, "dollars"), None);
    }

    #[test]
    fn less_than_a_millionth_is_never_told_too_low() {
        for (amount, micros) in
            [("0.0000001", 1), ("-0.0000001", -1), ("0.0130001", 13_001), ("0.013", 13_000), ("0", 0)]
        {
            assert_eq!(dollars(amount).unwrap().micros(), micros, "{amount}");
        }
        assert_eq!(dollars("9223372036854.775807").unwrap().micros(), i64::MAX);
        for too_large in ["9223372036854.775808", "79228162514264337593543950335"] {
            assert_eq!(dollars(too_large), None, "{too_large}");
        }
    }

    proptest! {
        #[test]
        fn sums_are_those_of_decimals(amounts in proptest::collection::vec(-100_000_000_000_i64..100_000_000_000, 1..60)) {
            let decimals: Vec<Decimal> = amounts.iter().map(|micros| Decimal::new(*micros, SCALE)).collect();
            let none = Money::of_micros(0, "EUR").unwrap();
            let sum = decimals.iter().fold(none, |sum, one| sum.plus(&Money::new(*one, "eur").unwrap()));
            prop_assert_eq!(sum.amount(), decimals.iter().sum::<Decimal>().normalize());
        }

        #[test]
        fn what_is_written_is_read(micros in any::<i64>()) {
            let money = Money::of_micros(micros, "USD").unwrap();
            let text = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        }
    }
}
