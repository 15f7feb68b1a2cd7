//! What a number's digits show: whether it can exist, its kind, its country, and its possible time zones.
//!
//! The plans are in [`plan`]. The crate lacks libphonenumber's short numbers and time zones, so they are tables in
//! `data/`, made from libphonenumber's own data.
//!
//! # Numbers that are never called, by their first digits
//!
//! A network stops reading digits once it has a number: what follows a premium-rate or an emergency number doesn't
//! change who is rung. So a number that *begins* as one of these is one, whatever its length. But plans overlap:
//! `+49 112 5` is Germany's emergency number with another digit, while `+91 11 2345 6789`, which begins like 911, is
//! a phone in Delhi. The whole number decides: if it is an ordinary number, it counts as that; otherwise as what it begins
//! with, with or without the trunk prefix. Emergency numbers of the number's own country code count, and 112 and 911,
//! which mobile networks accept everywhere (ITU-T E.161.1, 3GPP TS 22.101). A text that is exactly an emergency number
//! of any country is refused, too: any network might take the call.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use regex::{Regex, RegexBuilder};

use crate::phone_number::PhoneNumber;
use crate::plan::{self, Plans, Sort};
use crate::region::Region;

const TIME_ZONES: &str = include_str!("../data/time_zones.txt");
const SHORT_NUMBERS: &str = include_str!("../data/short_numbers.txt");
const EMERGENCY_NUMBERS: &str = include_str!("../data/emergency_numbers.txt");
const EMERGENCY_PATTERNS: &str = include_str!("../data/emergency_patterns.txt");

/// Longest prefix in the table of time zones, in digits.
const LONGEST_PREFIX: usize = 8;

/// Emergency numbers on mobile networks in every country.
const EMERGENCY_ANYWHERE: &str = "112|911";

/// Numbers that ring no phone: the "magic" numbers of Twilio's test credentials, and those of the sandbox. They have no
/// place, so neither quiet hours nor countries apply.
const NOBODYS: &str = "+1500555";

/// Whether these digits are an emergency number in any country: any network might take the call. From ITU-T E.161.1
/// (112, 911), the ITU's list of national numbers, and libphonenumber's `ShortNumberMetadata`.
pub(crate) fn is_emergency(digits: &str) -> bool {
    static NUMBERS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(EMERGENCY_NUMBERS).collect());
    NUMBERS.binary_search(&digits).is_ok()
}

fn begins_as_emergency(code: u16, digits: &str) -> bool {
    static BY_CODE: LazyLock<Table> = LazyLock::new(|| {
        Table::of(EMERGENCY_PATTERNS, |patterns| format!("^(?:{patterns}|{EMERGENCY_ANYWHERE})"))
    });
    static ANYWHERE: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(&format!("^(?:{EMERGENCY_ANYWHERE})")));
    let of_code = BY_CODE.pattern(code).or(ANYWHERE.as_ref());
    of_code.is_some_and(|pattern| pattern.is_match(digits))
}

pub(crate) fn emergency_codes(digits: &str) -> Vec<u16> {
    static WHOLE: LazyLock<Table> =
        LazyLock::new(|| Table::of(EMERGENCY_PATTERNS, |patterns| format!("^(?:{patterns})$")));
    let codes = WHOLE.0.keys().copied();
    codes.filter(|code| WHOLE.pattern(*code).is_some_and(|pattern| pattern.is_match(digits))).collect()
}

/// Whether digits dialed within the country begin like an emergency number, and aren't an ordinary number.
pub(crate) fn begins_as_emergency_in(region: Region, digits: &str, read: Option<&PhoneNumber>) -> bool {
    let Some(code) = plan::code_of(region) else { return false };
    begins_as_emergency(code, digits) && !read.is_some_and(PhoneNumber::is_ordinary)
}

impl PhoneNumber {
    /// Whether a number of this shape can exist: it fits the beginnings and lengths of a plan of its country code. From
    /// libphonenumber's metadata. Wider than "in use", which changes faster than any metadata.
    pub fn is_possible(&self) -> bool {
        self.of_plans(Plans::fit)
    }

    pub(crate) fn is_known(&self) -> bool {
        self.of_plans(Plans::know)
    }

    /// Whether the whole number is one that costs no more than a normal call.
    fn is_ordinary(&self) -> bool {
        self.of_plans(Plans::is_ordinary)
    }

    /// Premium rate and shared cost, in any plan of its code. More digits at the end change nothing.
    pub(crate) fn is_premium_rate(&self) -> bool {
        self.of_plans(|plans, national| {
            plans.is_premium_rate(national)
                || (!plans.is_ordinary(national)
                    && plans.dialled(national).any(|dialled| plans.begins_as_premium_rate(dialled)))
        }) || self.is_976()
    }

    /// North America's 976 exchanges, which are premium in each area code. The metadata counts them as ordinary.
    fn is_976(&self) -> bool {
        self.of_plans(|plans, national| {
            self.country_code() == Some("+1")
                && national.get(3..6) == Some("976")
                && national.len() >= 10
                && !plans.is(Sort::TollFree, national)
                && !plans.is(Sort::Personal, national)
        })
    }

    /// Whether it begins, after its country code, like an emergency number there, and isn't an ordinary number.
    pub(crate) fn is_emergency(&self) -> bool {
        let Some((code, national)) = self.split() else { return false };
        let Some(plans) = plan::of_code(code) else { return false };
        // "+49 0112": the trunk prefix changes nothing.
        let begins = || plans.dialled(national).any(|dialled| begins_as_emergency(code, dialled));
        is_emergency(national) || (!self.is_ordinary() && begins())
    }

    /// Whether it is a country code and a short number, and not an ordinary number.
    pub(crate) fn is_short(&self) -> bool {
        static BY_CODE: LazyLock<Table> =
            LazyLock::new(|| Table::of(SHORT_NUMBERS, |patterns| format!("^(?:{patterns})$")));
        let Some((code, national)) = self.split() else { return false };
        BY_CODE.pattern(code).is_some_and(|pattern| pattern.is_match(national)) && !self.is_known()
    }

    /// The country or territory of the number's plan; `None` for numbers without a country (satellites, international
    /// services), or if it is unclear.
    pub fn region(&self) -> Option<Region> {
        let (code, national) = self.split()?;
        match plan::of_code(code)?.plans.as_slice() {
            [only] => only.region,
            several => several.iter().find(|plan| plan.owns(national))?.region,
        }
    }

    /// All time zones the number may be in. Empty for numbers that ring no phone.
    ///
    /// By area code if the country has several zones, otherwise by country. If neither is known, all zones of the
    /// country code.
    pub(crate) fn time_zones(&self) -> Vec<TimeZone> {
        if self.is_nobodys() {
            return Vec::new();
        }
        let digits = self.as_str();
        let by_area =
            (2..=digits.len().min(1 + LONGEST_PREFIX)).rev().find_map(|end| zones_of(&digits[..end]));
        let by_region = || self.region().and_then(|region| zones_of(region.as_str()));
        if let Some(zones) = by_area.or_else(by_region) {
            return zones;
        }
        let plans = self.split().and_then(|(code, _)| plan::of_code(code));
        let regions = plans.iter().flat_map(|plans| &plans.plans).filter_map(|plan| plan.region);
        let zones: Vec<TimeZone> = regions.filter_map(|region| zones_of(region.as_str())).flatten().collect();
        // A code without a country: anywhere on Earth.
        if zones.is_empty() { all_zones() } else { zones }
    }

    /// Whether it rings no phone, wherever it is called from.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.as_str().starts_with(NOBODYS)
    }

    fn of_plans(&self, ask: impl FnOnce(&Plans, &str) -> bool) -> bool {
        let found = self.split().and_then(|(code, national)| Some((plan::of_code(code)?, national)));
        found.is_some_and(|(plans, national)| ask(plans, national))
    }
}

struct Table(BTreeMap<u16, (String, OnceLock<Option<Regex>>)>);

impl Table {
    /// From lines of a code and a pattern; `wrap` builds one pattern from all patterns of a code.
    fn of(table: &'static str, wrap: impl Fn(&str) -> String) -> Self {
        let mut by_code: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for (code, pattern) in entries(table).filter_map(|line| line.split_once('\t')) {
            if let Ok(code) = code.parse() {
                by_code.entry(code).or_default().push(pattern);
            }
        }
        let wrapped =
            |(code, patterns): (u16, Vec<&str>)| (code, (wrap(&patterns.join("|")), OnceLock::new()));
        Self(by_code.into_iter().map(wrapped).collect())
    }

    fn pattern(&self, code: u16) -> Option<&Regex> {
        let (text, compiled) = self.0.get(&code)?;
        compiled.get_or_init(|| pattern(text)).as_ref()
    }
}

fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).unicode(false).build().ok()
}

/// The zones of a prefix (`+1415`) or a region (`US`).
fn zones_of(name: &str) -> Option<Vec<TimeZone>> {
    static LINES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let lines = entries(TIME_ZONES).filter_map(|line| line.split_once('\t'));
        lines.flat_map(|(zones, names)| names.split(' ').map(move |name| (name, zones))).collect()
    });
    LINES.get(name).map(|zones| zones.split(',').filter_map(zone).collect())
}

fn all_zones() -> Vec<TimeZone> {
    let lines = entries(TIME_ZONES).filter_map(|line| line.split_once('\t'));
    lines.flat_map(|(zones, _)| zones.split(',')).filter_map(zone).collect()
}

/// From the bundled copy: a system file could change what a rule does.
fn zone(name: &str) -> Option<TimeZone> {
    static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    ZONES.get(name).ok()
}

fn entries(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

#[cfg(test)]
mod tests;
