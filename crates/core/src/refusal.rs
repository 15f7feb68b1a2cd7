//! Why a call is refused, in words, and what can be done about it. The rules are in [`guard`](crate::guard).

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::money::Money;
use crate::phone_number::{PhoneNumberError, Region};
use crate::rule::Rule;

/// Why a number must not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Police, fire, ambulance or coast guard of any country.
    #[error("This is an emergency number. BenSpamsPhones never calls one; in an emergency use your phone.")]
    Emergency,
    /// An emergency number of these country codes, but not of the owner's. Any network might take the call.
    #[error(
        "The phone number {digits} is an emergency number in {}. BenSpamsPhones never calls one.",
        countries(.codes)
    )]
    EmergencyElsewhere {
        /// What was typed.
        digits: String,
        /// Country codes in which it is one.
        codes: Vec<u16>,
    },
    /// A short number of some country: a service, a hotline, or a network's own.
    #[error(
        "This is a short number that works only from a phone in its own country. BenSpamsPhones never calls one."
    )]
    Short,
    /// Premium rate or shared cost.
    #[error("This is a premium-rate or shared-cost number. BenSpamsPhones never calls one.")]
    PremiumRate,
    /// No country has numbers of this shape.
    #[error("No such number can exist. Check the country code and the number of digits.")]
    Impossible,
    /// Not a phone number.
    #[error("This is not a number that can be called: {0}.")]
    NotANumber(#[from] PhoneNumberError),
    /// It belongs to the Twilio account itself.
    #[error(
        "This number belongs to your own Twilio account. Calling it from there would go round in circles."
    )]
    Own,
    /// The person called pressed 9 to opt out.
    #[error("The person at this number pressed 9 to opt out. They are not called again.")]
    OptedOut,
    /// The owner has blocked it.
    #[error("This number is blocked. To call it, unblock it under People.")]
    Blocked,
    /// It belongs to a person marked as do not call.
    #[error("This number belongs to a person marked as do not call. You can change that under People.")]
    DoNotCall,
    /// Its country isn't on the list of allowed countries.
    #[error("{}", country(*.region))]
    Country {
        /// The country, if known.
        region: Option<Region>,
    },
    /// Quiet hours at the number.
    #[error("It is night where this number is.{}", when(.lifts))]
    Night {
        /// When they end.
        lifts: Option<Lifts>,
    },
    /// It was called too recently.
    #[error("This number was called less than {} ago.{}", minutes(*.gap_min), when(.lifts))]
    TooSoon {
        /// The minimum gap, in minutes.
        gap_min: u32,
        /// When it may be called again.
        lifts: Option<Lifts>,
    },
    /// It was called too often in 24 hours.
    #[error("This number was called {} in the last 24 hours, which is the limit.{}", times(*.limit), when(.lifts))]
    NumberTooOften {
        /// Calls in 24 hours.
        limit: u32,
        /// When it may be called again.
        lifts: Option<Lifts>,
    },
    /// Too many calls in the last hour.
    #[error("{} placed in the last hour, which is the limit.{}", calls(*.limit, "was", "were"), when(.lifts))]
    TooManyCalls {
        /// Calls per hour.
        limit: u32,
        /// When another call is possible.
        lifts: Option<Lifts>,
    },
    /// Too many calls in progress.
    #[error("{} in progress, which is the limit. Wait until one ends, or hang up.", calls(*.limit, "is", "are"))]
    AtOnce {
        /// Calls at once.
        limit: u32,
    },
    /// The day's spending limit is reached.
    #[error("Today's calls have cost or may still cost {spent}. The limit for a day is {limit}.{}", when(.lifts))]
    SpentInDay {
        /// Actual and expected cost so far.
        spent: Money,
        /// The limit, in the same currency.
        limit: Decimal,
        /// When the next day begins.
        lifts: Option<Lifts>,
    },
    /// The month's spending limit is reached.
    #[error("This month's calls have cost or may still cost {spent}. The limit for a month is \
             {limit}.{}", when(.lifts))]
    SpentInMonth {
        /// Actual and expected cost so far.
        spent: Money,
        /// The limit, in the same currency.
        limit: Decimal,
        /// When the next month begins.
        lifts: Option<Lifts>,
    },
    /// The protocol rings another number that must not be called.
    #[error("What plays also calls {number}. {refusal}")]
    Further {
        /// The number as the protocol has it.
        number: String,
        /// The reason.
        refusal: Box<Refusal>,
    },
    /// The protocol does something that the rules can't check.
    #[error(
        "What plays does more than the rules can check: {what}. The owner can allow it for this protocol, in \
         its editor in the window or with bsp protocols allow ID."
    )]
    Unchecked {
        /// A description of it.
        what: String,
    },
    /// Consent has not been confirmed.
    #[error("Consent has not been confirmed. Do they know you, and have they agreed to be called?")]
    Consent,
}

/// When a rule stops applying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifts {
    /// The time.
    pub at: Timestamp,
    /// Seconds from now, rounded up.
    pub in_s: u32,
}

impl Lifts {
    pub(crate) fn at(at: Timestamp, now: Timestamp) -> Self {
        let wait_ms = u128::try_from(at.duration_since(now).as_millis()).unwrap_or_default();
        Self { at, in_s: u32::try_from(wait_ms.div_ceil(1_000)).unwrap_or(u32::MAX).max(1) }
    }
}

/// What people can do about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the number is never called, or something about it must change first.
    None,
    /// Wait, or override the rule in the window for one call.
    WaitOrOverride,
    /// Wait, or change the limit.
    Wait,
    /// Override the rule in the window for one call.
    Override,
    /// Confirm consent in the window.
    Consent,
}

impl Refusal {
    /// The rule that applied.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Emergency | Self::EmergencyElsewhere { .. } => Rule::EmergencyNumber,
            Self::Short => Rule::ShortNumber,
            Self::PremiumRate => Rule::PremiumNumber,
            Self::Impossible => Rule::ImpossibleNumber,
            Self::NotANumber(_) => Rule::NotANumber,
            Self::Own => Rule::OwnNumber,
            Self::OptedOut => Rule::OptedOut,
            Self::Blocked => Rule::BlockedNumber,
            Self::DoNotCall => Rule::NotToBeCalled,
            Self::Country { .. } => Rule::CountryNotAllowed,
            Self::Night { .. } => Rule::QuietHours,
            Self::TooSoon { .. } => Rule::NumberTooSoon,
            Self::NumberTooOften { .. } => Rule::NumberTooOften,
            Self::TooManyCalls { .. } => Rule::TooManyCalls,
            Self::AtOnce { .. } => Rule::TooManyAtOnce,
            Self::SpentInDay { .. } => Rule::DaySpent,
            Self::SpentInMonth { .. } => Rule::MonthSpent,
            Self::Further { .. } => Rule::FurtherNumber,
            Self::Unchecked { .. } => Rule::UncheckedTwiml,
            Self::Consent => Rule::ConsentNeeded,
        }
    }

    /// When the rule stops applying, if that only takes time.
    pub fn lifts(&self) -> Option<Lifts> {
        match self {
            Self::Night { lifts }
            | Self::TooSoon { lifts, .. }
            | Self::NumberTooOften { lifts, .. }
            | Self::TooManyCalls { lifts, .. }
            | Self::SpentInDay { lifts, .. }
            | Self::SpentInMonth { lifts, .. } => *lifts,
            Self::Further { refusal, .. } => refusal.lifts(),
            Self::Emergency
            | Self::EmergencyElsewhere { .. }
            | Self::Short
            | Self::PremiumRate
            | Self::Impossible
            | Self::NotANumber(_)
            | Self::Own
            | Self::OptedOut
            | Self::Blocked
            | Self::DoNotCall
            | Self::Country { .. }
            | Self::AtOnce { .. }
            | Self::Unchecked { .. }
            | Self::Consent => None,
        }
    }

    /// What can be done about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Emergency
            | Self::EmergencyElsewhere { .. }
            | Self::Short
            | Self::PremiumRate
            | Self::Impossible
            | Self::NotANumber(_)
            | Self::Own
            | Self::OptedOut
            | Self::Blocked
            | Self::DoNotCall
            | Self::Unchecked { .. } => Remedy::None,
            Self::Further { refusal, .. } if refusal.lifts().is_some() => Remedy::Wait,
            Self::Further { .. } => Remedy::None,
            Self::Night { .. }
            | Self::TooSoon { .. }
            | Self::NumberTooOften { .. }
            | Self::TooManyCalls { .. } => Remedy::WaitOrOverride,
            // Owners set limits on spending and on calls at once for themselves; changing them should be as deliberate
            // as setting them.
            Self::AtOnce { .. } | Self::SpentInDay { .. } | Self::SpentInMonth { .. } => Remedy::Wait,
            Self::Country { .. } => Remedy::Override,
            Self::Consent => Remedy::Consent,
        }
    }

    pub(crate) fn of_further(self, number: &str) -> Self {
        Self::Further { number: number.to_owned(), refusal: Box::new(self) }
    }

    /// Whether the owner can override the rule for one call, in the window.
    pub fn can_be_overridden(&self) -> bool {
        matches!(self.remedy(), Remedy::WaitOrOverride | Remedy::Override)
    }
}

fn countries(codes: &[u16]) -> String {
    let mut some: Vec<_> = codes.iter().take(3).map(|code| format!("+{code}")).collect();
    if codes.len() > some.len() {
        some.push("…".into());
    }
    let countries = if codes.len() == 1 { "another country" } else { "other countries" };
    format!("{countries} ({})", some.join(", "))
}

fn country(region: Option<Region>) -> String {
    let country = region.map_or_else(
        || "This number's country is unknown, so it isn't".to_owned(),
        |region| format!("This number's country ({region}) isn't"),
    );
    format!("{country} on your list of allowed countries. You can change the list in Settings, under Limits.")
}

fn when(lifts: &Option<Lifts>) -> String {
    let Some(Lifts { in_s, .. }) = lifts else { return String::new() };
    let (count, unit) = match in_s {
        0..=90 => (*in_s, "second"),
        91..=5_400 => (in_s.div_ceil(60), "minute"),
        5_401..=172_800 => (in_s.div_ceil(3_600), "hour"),
        _ => (in_s.div_ceil(86_400), "day"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!(" Try again in {count} {unit}{s}.")
}

fn minutes(count: u32) -> String {
    if count == 1 { "a minute".to_owned() } else { format!("{count} minutes") }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn calls(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("1 call {one}") } else { format!("{count} calls {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let said = |refusal: Refusal| refusal.to_string();
        assert!(said(Refusal::AtOnce { limit: 1 }).starts_with("1 call is in progress,"));
        assert!(said(Refusal::AtOnce { limit: 3 }).starts_with("3 calls are in progress,"));
        assert!(said(Refusal::NumberTooOften { limit: 1, lifts: None }).contains("called once in"));
        assert!(said(Refusal::NumberTooOften { limit: 3, lifts: None }).contains("called 3 times in"));
        assert!(said(Refusal::TooSoon { gap_min: 1, lifts: None }).contains("less than a minute ago"));
        assert!(said(Refusal::TooManyCalls { limit: 1, lifts: None }).starts_with("1 call was placed"));
    }
}
