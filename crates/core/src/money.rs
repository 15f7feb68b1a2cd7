//! Amounts of money as decimals, never floats.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What something cost, in one currency; positive means that the account's owner paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Money {
    /// The amount in units of the currency (dollars, not cents), exact.
    #[serde(with = "rust_decimal::serde::str")]
    amount: Decimal,
    /// ISO 4217, upper case.
    currency: String,
}

impl Money {
    /// An amount in a currency given as ISO 4217 letters; `None` when those aren't three letters.
    pub fn new(amount: Decimal, currency: &str) -> Option<Self> {
        let letters = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters.then(|| Self { amount: amount.normalize(), currency: currency.to_ascii_uppercase() })
    }

    /// The cost that Twilio's `price` tells: Twilio writes a charge as a negative amount.
    pub fn from_twilio_price(price: Decimal, unit: &str) -> Option<Self> {
        Self::new(-price, unit)
    }

    /// The amount in units of the currency.
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// Both together. Amounts of two currencies have no sum; the first one stays as it is.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        debug_assert_eq!(self.currency, other.currency);
        let added = if self.currency == other.currency { other.amount } else { Decimal::ZERO };
        Self { amount: (self.amount + added).normalize(), currency: self.currency.clone() }
    }

    /// The currency's ISO 4217 letters.
    pub fn currency(&self) -> &str {
        &self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_a_positive_cost() {
        let cost = Money::from_twilio_price("-0.01300".parse().unwrap(), "usd").unwrap();
        assert_eq!(cost.to_string(), "0.013 USD");
        assert_eq!(serde_json::to_string(&cost).unwrap(), r#"{"amount":"0.013","currency":"USD"}"#);
        assert_eq!(Money::new(Decimal::ONE, "dollars"), None);
    }
}
