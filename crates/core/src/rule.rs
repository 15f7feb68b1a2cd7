//! The rules that a call can break, by name.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A rule, as programs and the database name it. A refusal has more details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `emergency_number`: police, fire, ambulance, coast guard of any country.
    EmergencyNumber,
    /// `short_number`: a short number of some country.
    ShortNumber,
    /// `premium_number`: premium rate or shared cost.
    PremiumNumber,
    /// `impossible_number`: no country has a number of this shape.
    ImpossibleNumber,
    /// `not_a_number`: the text isn't a number.
    NotANumber,
    /// `own_number`: a number of the account's own.
    OwnNumber,
    /// `opted_out`: the person pressed 9.
    OptedOut,
    /// `blocked_number`: the owner has blocked the number.
    BlockedNumber,
    /// `not_to_be_called`: it belongs to a person marked "do not call".
    NotToBeCalled,
    /// `country_not_allowed`: the country isn't on the list.
    CountryNotAllowed,
    /// `quiet_hours`: it is night there.
    QuietHours,
    /// `number_too_soon`: it was called a moment ago.
    NumberTooSoon,
    /// `number_too_often`: it was called often enough today.
    NumberTooOften,
    /// `too_many_calls`: enough was called in the last hour.
    TooManyCalls,
    /// `too_many_at_once`: enough calls are under way.
    TooManyAtOnce,
    /// `day_spent`: today's money is spent.
    DaySpent,
    /// `month_spent`: this month's money is spent.
    MonthSpent,
    /// `further_number`: its TwiML dials a number that may not be called.
    FurtherNumber,
    /// `unchecked_twiml`: its TwiML does something that the rules can't check.
    UncheckedTwiml,
    /// `consent_needed`: consent was not confirmed.
    ConsentNeeded,
}

/// The text names no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such rule")]
pub struct UnknownRule;

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 20] = [
        Self::EmergencyNumber,
        Self::ShortNumber,
        Self::PremiumNumber,
        Self::ImpossibleNumber,
        Self::NotANumber,
        Self::OwnNumber,
        Self::OptedOut,
        Self::BlockedNumber,
        Self::NotToBeCalled,
        Self::CountryNotAllowed,
        Self::QuietHours,
        Self::NumberTooSoon,
        Self::NumberTooOften,
        Self::TooManyCalls,
        Self::TooManyAtOnce,
        Self::DaySpent,
        Self::MonthSpent,
        Self::FurtherNumber,
        Self::UncheckedTwiml,
        Self::ConsentNeeded,
    ];

    /// The name, stable for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmergencyNumber => "emergency_number",
            Self::ShortNumber => "short_number",
            Self::PremiumNumber => "premium_number",
            Self::ImpossibleNumber => "impossible_number",
            Self::NotANumber => "not_a_number",
            Self::OwnNumber => "own_number",
            Self::OptedOut => "opted_out",
            Self::BlockedNumber => "blocked_number",
            Self::NotToBeCalled => "not_to_be_called",
            Self::CountryNotAllowed => "country_not_allowed",
            Self::QuietHours => "quiet_hours",
            Self::NumberTooSoon => "number_too_soon",
            Self::NumberTooOften => "number_too_often",
            Self::TooManyCalls => "too_many_calls",
            Self::TooManyAtOnce => "too_many_at_once",
            Self::DaySpent => "day_spent",
            Self::MonthSpent => "month_spent",
            Self::FurtherNumber => "further_number",
            Self::UncheckedTwiml => "unchecked_twiml",
            Self::ConsentNeeded => "consent_needed",
        }
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text).ok_or(UnknownRule)
    }
}
