//! Prices of calls, from Twilio's Pricing API.
//!
//! Source: `pricing.v2.voice.voice_number` of Twilio's OpenAPI document of the Pricing API.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use url::{Host, Url};

use crate::call::null_as_default;
use crate::config::check_base;
use crate::redact::Party;
use crate::{Client, ConfigError, Error};

/// One host for all regions.
const PRICING_BASE_URL: &str = "https://pricing.twilio.com";
/// The origin of a price that applies to every caller.
const EVERY_ORIGIN: &str = "ALL";

/// The Pricing API that belongs to a REST API: Twilio's own for Twilio's hosts, the same base URL for compatible
/// servers.
#[must_use]
pub fn pricing_base_url(rest: &Url) -> Url {
    let is_twilios = match rest.host() {
        Some(Host::Domain(name)) => name == "twilio.com" || name.ends_with(".twilio.com"),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
    };
    let twilios = if is_twilios { Url::parse(PRICING_BASE_URL).ok() } else { None };
    twilios.unwrap_or_else(|| rest.clone())
}

/// Prices of calls to one number. Its `Debug` text keeps only the last two digits of the number.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct NumberPricing {
    /// Called number, in E.164.
    #[serde(default, deserialize_with = "null_as_default")]
    pub destination_number: String,
    /// Country name, in English.
    #[serde(default)]
    pub country: Option<String>,
    /// Country as two letters of ISO 3166.
    #[serde(default)]
    pub iso_country: Option<String>,
    /// One price for each group of calling numbers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub outbound_call_prices: Vec<OutboundCallPrice>,
    /// ISO 4217.
    #[serde(default)]
    pub price_unit: Option<String>,
}

/// Price per minute for some calling numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OutboundCallPrice {
    /// Before discounts.
    #[serde(default, deserialize_with = "decimal")]
    pub base_price: Option<Decimal>,
    /// Price for this account, per started minute.
    #[serde(default, deserialize_with = "decimal")]
    pub current_price: Option<Decimal>,
    /// Prefixes of calling numbers, without `+`, or `ALL`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub origination_prefixes: Vec<String>,
}

impl Client {
    /// Uses another Pricing API than [`pricing_base_url`] gives.
    ///
    /// # Errors
    /// If it is not usable as a base URL, or is `https` while the client was built for `http`.
    pub fn with_pricing_base(mut self, base: &Url) -> Result<Self, ConfigError> {
        check_base(base)?;
        match base.scheme() {
            "http" => {}
            "https" if self.base.starts_with("https") => {}
            "https" => return Err(ConfigError::Mixed),
            _ => return Err(ConfigError::Scheme),
        }
        base.as_str().trim_end_matches('/').clone_into(&mut self.pricing);
        Ok(self)
    }

    /// Reads the prices of a call from `origin` to `destination`, both in E.164.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] if Twilio has no price for the number.
    pub async fn number_pricing(&self, destination: &str, origin: &str) -> Result<NumberPricing, Error> {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (destination, origin) = (encode(destination), encode(origin));
        self.get(&format!("{}/v2/Voice/Numbers/{destination}?OriginationNumber={origin}", self.pricing)).await
    }
}

impl NumberPricing {
    /// Price per started minute of a call from `origin` (E.164), in [`price_unit`](Self::price_unit).
    ///
    /// The longest matching prefix decides. Without a match, returns the highest price: an estimate that is too low
    /// does more harm.
    #[must_use]
    pub fn per_minute_from(&self, origin: &str) -> Option<Decimal> {
        let digits = origin.trim_start_matches('+');
        let length = |prefix: &str| {
            let prefix = prefix.trim_start_matches('+');
            if prefix == EVERY_ORIGIN {
                Some(0)
            } else {
                Some(prefix.len()).filter(|_| !prefix.is_empty() && digits.starts_with(prefix))
            }
        };
        let priced = || {
            self.outbound_call_prices
                .iter()
                .filter_map(|price| price.current_price.or(price.base_price).map(|told| (price, told)))
        };
        let fitting = priced().filter_map(|(price, told)| {
            // An empty list matches every origin.
            let longest = price.origination_prefixes.iter().filter_map(|prefix| length(prefix)).max();
            let longest = longest.or(price.origination_prefixes.is_empty().then_some(0))?;
            Some((longest, told))
        });
        fitting.max().map(|(_, told)| told).or_else(|| priced().map(|(_, told)| told).max())
    }
}

impl fmt::Debug for NumberPricing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberPricing")
            .field("destination_number", &Party(&self.destination_number))
            .field("iso_country", &self.iso_country)
            .field("outbound_call_prices", &self.outbound_call_prices)
            .field("price_unit", &self.price_unit)
            .finish_non_exhaustive()
    }
}

/// Reads an amount exactly. Twilio sends strings where its document says numbers, so accepts both, and never uses a
/// float.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    let text = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    if text.is_empty() || text == "null" {
        return Ok(None);
    }
    let exact = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    exact.map(Some).map_err(|_| serde::de::Error::custom("not an amount"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(prices: &str) -> NumberPricing {
        let text = format!(
            r#"{{"country": "United States", "destination_number": "+18001234567", "inbound_call_price": {{"base_price": null}},
            "iso_country": "US", "origination_number": null, "outbound_call_prices": {prices}, "price_unit": "USD",
            "url": "https://pricing.twilio.com/v2/Voice/Numbers/+18001234567"}}"#
        );
        serde_json::from_str(&text).expect("pricing")
    }

    fn price(pricing: &NumberPricing, origin: &str) -> Option<String> {
        pricing.per_minute_from(origin).map(|price| price.to_string())
    }

    #[test]
    fn twilios_own_example_is_read() {
        let pricing =
            read(r#"[{"base_price": "0.013", "current_price": "0.013", "origination_prefixes": ["ALL"]}]"#);
        assert_eq!(price(&pricing, "+15005550006").as_deref(), Some("0.013"));
        assert_eq!(pricing.iso_country.as_deref(), Some("US"));
        let debug = format!("{pricing:?}");
        assert!(debug.contains("…67") && !debug.contains("8001234567"), "{debug}");
    }

    #[test]
    fn no_digit_is_lost_be_it_a_text_or_a_number() {
        for amount in ["\"0.00850000000000000001\"", "0.00850000000000000001"] {
            let pricing =
                read(&format!(r#"[{{"current_price": {amount}, "origination_prefixes": ["ALL"]}}]"#));
            assert_eq!(price(&pricing, "+1").as_deref(), Some("0.00850000000000000001"), "{amount}");
        }
    }

    #[test]
    fn the_longest_prefix_of_the_origin_holds() {
        let pricing = read(
            r#"[{"current_price": "0.30", "origination_prefixes": ["ALL"]},
                {"current_price": "0.02", "origination_prefixes": ["44", "1", "1500"]},
                {"current_price": "0.05", "origination_prefixes": ["150055"]}]"#,
        );
        assert_eq!(price(&pricing, "+15005550006").as_deref(), Some("0.05"));
        assert_eq!(price(&pricing, "+442079460018").as_deref(), Some("0.02"));
        assert_eq!(price(&pricing, "+4930901820").as_deref(), Some("0.30"));
    }

    #[test]
    fn without_a_price_of_its_own_an_origin_pays_the_dearest() {
        let pricing = read(
            r#"[{"current_price": "0.02", "origination_prefixes": ["44"]},
                {"base_price": "0.07", "current_price": null, "origination_prefixes": ["49"]}]"#,
        );
        assert_eq!(price(&pricing, "+15005550006").as_deref(), Some("0.07"));
        for none in ["null", "[]", r#"[{"current_price": null, "origination_prefixes": ["ALL"]}]"#] {
            assert_eq!(price(&read(none), "+15005550006"), None, "{none}");
        }
    }

    #[test]
    fn twilios_hosts_share_one_pricing_api() {
        for (rest, pricing) in [
            ("https://api.twilio.com", "https://pricing.twilio.com/"),
            ("https://api.dublin.ie1.twilio.com", "https://pricing.twilio.com/"),
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010/"),
            ("https://proxy.example/twilio", "https://proxy.example/twilio"),
            ("https://api.nottwilio.com", "https://api.nottwilio.com/"),
        ] {
            assert_eq!(pricing_base_url(&rest.parse().expect("a URL")).as_str(), pricing);
        }
    }
}
