//! The account's balance.
//!
//! Source: `api.v2010.account.balance` of Twilio's OpenAPI document.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::pricing::decimal;
use crate::{Client, Error};

/// The account's balance. Negative if the account owes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Balance {
    /// In [`currency`](Self::currency).
    #[serde(rename = "balance", deserialize_with = "told")]
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
}

impl Client {
    /// Reads the balance; `None` if the key may not read it, such as a standard API key.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn balance(&self) -> Result<Option<Balance>, Error> {
        match self.get(&format!("{}/Balance.json", self.account)).await {
            Ok(balance) => Ok(Some(balance)),
            Err(Error::Refused(refusal)) if matches!(refusal.status, 401 | 403) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn told<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    decimal(deserializer)?.ok_or_else(|| serde::de::Error::custom("no amount"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_exactly_and_needed() {
        let balance: Balance =
            serde_json::from_str(r#"{"account_sid": "AC1", "balance": "-12.08600", "currency": "USD"}"#)
                .expect("a balance");
        assert_eq!((balance.amount.to_string().as_str(), balance.currency.as_str()), ("-12.08600", "USD"));
        for bad in [r#"{"balance": null, "currency": "USD"}"#, r#"{"balance": "much", "currency": "USD"}"#] {
            assert!(serde_json::from_str::<Balance>(bad).is_err(), "{bad}");
        }
    }
}
