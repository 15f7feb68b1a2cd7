//! The owner's limits. Their meaning is decided only in [`guard`](crate::guard).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::phone_number::Region;

/// Longest gap between two calls to one number, in minutes: a week.
pub const MAX_GAP_MIN: u32 = 7 * 24 * 60;
/// Largest number of calls in a limit. A higher one limits nothing.
const MAX_CALLS: u32 = 100_000;
/// Largest amount in a limit, in units of its currency.
const MAX_SPEND: u32 = 1_000_000;

/// The limits. `None` is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "Limits", as = Limits)]
pub struct Limits {
    /// Minimum minutes between two calls to one number.
    #[schema(minimum = 1, maximum = 10080, example = 10)]
    pub number_gap_min: Option<u32>,
    /// Calls to one number in any 24 hours.
    #[schema(minimum = 1, example = 3)]
    pub number_per_day: Option<u32>,
    /// Calls to all numbers together in any hour.
    #[schema(minimum = 1, example = 20)]
    pub calls_per_hour: Option<u32>,
    /// Calls at the same time.
    #[schema(minimum = 1, example = 3)]
    pub calls_at_once: Option<u32>,
    /// Quiet hours, by the clock of the person called.
    pub quiet_hours: Option<QuietHours>,
    /// The countries you may call.
    pub countries: Countries,
    /// What calls may cost per day (in the owner's time zone), in the account's currency.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>, example = "10")]
    pub spend_per_day: Option<Decimal>,
    /// What calls may cost per month (in the owner's time zone), in the account's currency.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[schema(value_type = Option<String>, example = "50")]
    pub spend_per_month: Option<Decimal>,
}

impl Default for Limits {
    /// For new installations: enough for a household, too little to harass anyone.
    fn default() -> Self {
        Self {
            number_gap_min: Some(10),
            number_per_day: Some(3),
            calls_per_hour: Some(20),
            calls_at_once: Some(3),
            quiet_hours: Some(QuietHours::default()),
            countries: Countries::Own,
            spend_per_day: Some(Decimal::from(10)),
            spend_per_month: Some(Decimal::from(50)),
        }
    }
}

/// Hours in which nobody is called, from the first until the second; past midnight if the first is later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When it begins, as `HH:MM`.
    #[schema(value_type = String, example = "21:00")]
    pub from: Hour,
    /// When it ends.
    #[schema(value_type = String, example = "09:00")]
    pub until: Hour,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { from: Hour(Time::constant(21, 0, 0, 0)), until: Hour(Time::constant(9, 0, 0, 0)) }
    }
}

/// A time of day, to the minute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hour(pub(crate) Time);

/// Not a time of day.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not a time of day such as 21:00")]
pub struct NotAnHour(String);

impl FromStr for Hour {
    type Err = NotAnHour;

    fn from_str(text: &str) -> Result<Self, NotAnHour> {
        let parts = text.split_once(':').and_then(|(hour, minute)| {
            let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            (two_digits(hour) && two_digits(minute)).then_some(())?;
            Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
        });
        parts.map(Self).ok_or_else(|| NotAnHour(text.chars().take(20).collect()))
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl From<Hour> for String {
    fn from(hour: Hour) -> Self {
        hour.to_string()
    }
}

impl TryFrom<String> for Hour {
    type Error = NotAnHour;

    fn try_from(text: String) -> Result<Self, NotAnHour> {
        text.parse()
    }
}

/// The countries you may call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Countries {
    /// The owner's own: the country of numbers without `+`.
    Own,
    /// These countries, as two letters (ISO 3166).
    #[schema(value_type = Vec<String>)]
    Listed(BTreeSet<Region>),
    /// Every one.
    Any,
}

/// Why limits are invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// A number of calls or minutes out of range.
    #[error("{0} must be from 1 to {1}; leave it out for no limit")]
    OutOfRange(&'static str, u32),
    /// An amount out of range.
    #[error("{0} must be more than 0 and at most {MAX_SPEND}; leave it out for no limit")]
    Spend(&'static str),
    /// Quiet hours with the same start and end.
    #[error("quiet hours must begin and end at different times; leave them out for none")]
    NoNight,
    /// An empty list of countries.
    #[error("the list of countries is empty, so nobody could be called")]
    NoCountry,
}

impl Limits {
    /// Returns the limits if all are valid.
    ///
    /// # Errors
    /// The first invalid limit.
    pub fn checked(self) -> Result<Self, LimitsError> {
        let range = |name, value: Option<u32>, most| match value {
            Some(value) if !(1..=most).contains(&value) => Err(LimitsError::OutOfRange(name, most)),
            Some(_) | None => Ok(()),
        };
        range("number_gap_min", self.number_gap_min, MAX_GAP_MIN)?;
        range("number_per_day", self.number_per_day, MAX_CALLS)?;
        range("calls_per_hour", self.calls_per_hour, MAX_CALLS)?;
        range("calls_at_once", self.calls_at_once, MAX_CALLS)?;
        for (name, spend) in
            [("spend_per_day", self.spend_per_day), ("spend_per_month", self.spend_per_month)]
        {
            if spend.is_some_and(|spend| spend <= Decimal::ZERO || spend > Decimal::from(MAX_SPEND)) {
                return Err(LimitsError::Spend(name));
            }
        }
        if self.quiet_hours.is_some_and(|quiet| quiet.from == quiet.until) {
            return Err(LimitsError::NoNight);
        }
        if matches!(&self.countries, Countries::Listed(listed) if listed.is_empty()) {
            return Err(LimitsError::NoCountry);
        }
        Ok(self)
    }

    /// No limits, for benchmarks and for tests of other things.
    pub fn none() -> Self {
        Self {
            number_gap_min: None,
            number_per_day: None,
            calls_per_hour: None,
            calls_at_once: None,
            quiet_hours: None,
            countries: Countries::Any,
            spend_per_day: None,
            spend_per_month: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_plain_json() {
        let text = serde_json::to_string(&Limits::default()).unwrap();
        assert_eq!(
            text,
            r#"{"number_gap_min":10,"number_per_day":3,"calls_per_hour":20,"calls_at_once":3,"quiet_hours":{"from":"21:00","until":"09:00"},"countries":"own","spend_per_day":"10","spend_per_month":"50"}"#
        );
        assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), Limits::default());
        let listed: Countries = serde_json::from_str(r#"{"listed":["de","US"]}"#).unwrap();
        assert_eq!(serde_json::to_string(&listed).unwrap(), r#"{"listed":["DE","US"]}"#);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        let changed = |change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            limits.checked().err()
        };
        assert_eq!(changed(|_| {}), None);
        assert_eq!(Limits::none().checked().err(), None);
        assert!(matches!(
            changed(|limits| limits.number_per_day = Some(0)),
            Some(LimitsError::OutOfRange(..))
        ));
        assert!(matches!(
            changed(|limits| limits.spend_per_day = Some(Decimal::ZERO)),
            Some(LimitsError::Spend(_))
        ));
        assert_eq!(
            changed(|limits| limits.countries = Countries::Listed(BTreeSet::new())),
            Some(LimitsError::NoCountry)
        );
        let hour: Hour = "09:00".parse().unwrap();
        let never = Limits { quiet_hours: Some(QuietHours { from: hour, until: hour }), ..Limits::default() };
        assert_eq!(never.checked().err(), Some(LimitsError::NoNight));
        for text in ["9:00", "24:00", "12:60", "noon", "+1:00"] {
            assert!(text.parse::<Hour>().is_err(), "{text}");
        }
    }
}
