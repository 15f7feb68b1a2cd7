//! What a number's digits tell: whether it can exist, what sort it is, its country, and the clocks its owner may live by.
//!
//! The plans are in [`plan`]. libphonenumber's short numbers and time zones are tables in `data/`, made from its own data,
//! since the crate has them not.
//!
//! # What is never called, by its first digits
//!
//! A network takes digits as they come and stops listening once it has a number: what follows a premium number, or an
//! emergency number, changes nothing about who is rung. So a number that *begins* as a premium-rate or an emergency number is one,
//! however long it is. But plans grow into each other: `+49 112 5` is Germany's emergency number with a digit behind it, while
//! `+91 11 2345 6789`, whose digits begin as 911 does, is a phone in Delhi. What decides
//! is the whole number: one that is, whole, somebody's ordinary number is that; every other one is what it begins with, with
//! the trunk prefix or without it. For emergency numbers that asks about the number's own country
//! code, and about 112 and 911, which mobile networks take anywhere (ITU-T E.161.1, 3GPP TS 22.101); a text that is whole
//! one of any country's is refused too, since nobody can tell which network would take the call.

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

/// Taken for emergency numbers by mobile networks, whatever the country.
const EMERGENCY_ANYWHERE: &str = "112|911";

/// Numbers under which Twilio rings nobody: its test credentials' "magic" numbers, and whatever stands in for Twilio.
/// They are of no place, so it is never night there, and they are of
/// no country either.
const NOBODYS: &str = "+1500555";

/// Whether these digits are an emergency number of any country. Nobody can tell from here which network would take the
/// call. ITU-T E.161.1 (112, 911), the ITU's list of national ones, and libphonenumber's `ShortNumberMetadata`.
pub(crate) fn is_emergency(digits: &str) -> bool {
    static NUMBERS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(EMERGENCY_NUMBERS).collect());
    NUMBERS.binary_search(&digits).is_ok()
}

/// Whether these digits begin with an emergency number of the country code, or of everywhere.
fn begins_as_emergency(code: u16, digits: &str) -> bool {
    static BY_CODE: LazyLock<Table> = LazyLock::new(|| {
        Table::of(EMERGENCY_PATTERNS, |patterns| format!("^(?:{patterns}|{EMERGENCY_ANYWHERE})"))
    });
    static ANYWHERE: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(&format!("^(?:{EMERGENCY_ANYWHERE})")));
    let of_code = BY_CODE.pattern(code).or(ANYWHERE.as_ref());
    of_code.is_some_and(|pattern| pattern.is_match(digits))
}

/// The country codes of which these digits are, whole, an emergency number.
pub(crate) fn emergency_codes(digits: &str) -> Vec<u16> {
    static WHOLE: LazyLock<Table> =
        LazyLock::new(|| Table::of(EMERGENCY_PATTERNS, |patterns| format!("^(?:{patterns})$")));
    let codes = WHOLE.0.keys().copied();
    codes.filter(|code| WHOLE.pattern(*code).is_some_and(|pattern| pattern.is_match(digits))).collect()
}

/// Whether a text that was dialled within the country begins as its emergency numbers do, and is no ordinary number whole.
pub(crate) fn begins_as_emergency_in(region: Region, digits: &str, read: Option<&PhoneNumber>) -> bool {
    let Some(code) = plan::code_of(region) else { return false };
    begins_as_emergency(code, digits) && !read.is_some_and(PhoneNumber::is_ordinary)
}

impl PhoneNumber {
    /// Whether a number of this shape can exist: it begins as a plan of its country code has it, and some sort of
    /// number there is as long. From libphonenumber's metadata; wider than "in use", which changes faster than any
    /// metadata.
    pub fn is_possible(&self) -> bool {
        self.of_plans(Plans::fit)
    }

    /// Whether some plan of its country code has a sort of number that it is.
    pub(crate) fn is_known(&self) -> bool {
        self.of_plans(Plans::know)
    }

    /// Whether it is, whole, a number that somebody can have and that costs no more than a call.
    fn is_ordinary(&self) -> bool {
        self.of_plans(Plans::is_ordinary)
    }

    /// Whether whoever calls it pays more than for a call: premium rate and shared cost, in any plan of its code. Digits
    /// behind such a number change nothing.
    pub(crate) fn is_premium_rate(&self) -> bool {
        self.of_plans(|plans, national| {
            plans.is_premium_rate(national)
                || (!plans.is_ordinary(national)
                    && plans.dialled(national).any(|dialled| plans.begins_as_premium_rate(dialled)))
        }) || self.is_976()
    }

    /// North America's 976 exchanges, which are premium in each area code. The metadata has them among the ordinary ones.
    fn is_976(&self) -> bool {
        self.of_plans(|plans, national| {
            self.country_code() == Some("+1")
                && national.get(3..6) == Some("976")
                && national.len() >= 10
                && !plans.is(Sort::TollFree, national)
                && !plans.is(Sort::Personal, national)
        })
    }

    /// Whether it begins, behind its country code, as an emergency number does there, and is nobody's ordinary number.
    pub(crate) fn is_emergency(&self) -> bool {
        let Some((code, national)) = self.split() else { return false };
        let Some(plans) = plan::of_code(code) else { return false };
        // "+49 0112": what leads into the trunk network changes nothing.
        let begins = || plans.dialled(national).any(|dialled| begins_as_emergency(code, dialled));
        is_emergency(national) || (!self.is_ordinary() && begins())
    }

    /// Whether it is a short number of some country with its country code before it, and nobody's ordinary number.
    pub(crate) fn is_short(&self) -> bool {
        static BY_CODE: LazyLock<Table> =
            LazyLock::new(|| Table::of(SHORT_NUMBERS, |patterns| format!("^(?:{patterns})$")));
        let Some((code, national)) = self.split() else { return false };
        BY_CODE.pattern(code).is_some_and(|pattern| pattern.is_match(national)) && !self.is_known()
    }

    /// The country, or territory, whose plan the number is of; `None` when it is of no country (satellites, services
    /// of the whole world) or can't be told.
    pub fn region(&self) -> Option<Region> {
        let (code, national) = self.split()?;
        match plan::of_code(code)?.plans.as_slice() {
            [only] => only.region,
            several => several.iter().find(|plan| plan.owns(national))?.region,
        }
    }

    /// Every clock that the owner of this number may live by. Empty where it is nobody's and rings nowhere.
    ///
    /// By the area code where its country has several zones, else by country; a number of which neither is known may be
    /// anywhere that its country code is.
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
        // Of no country at all: anywhere on Earth.
        if zones.is_empty() { all_zones() } else { zones }
    }

    /// Whether it rings nobody, wherever it is called from.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.as_str().starts_with(NOBODYS)
    }

    fn of_plans(&self, ask: impl FnOnce(&Plans, &str) -> bool) -> bool {
        let found = self.split().and_then(|(code, national)| Some((plan::of_code(code)?, national)));
        found.is_some_and(|(plans, national)| ask(plans, national))
    }
}

/// Patterns of a table by country code, each compiled when it is first asked for.
struct Table(BTreeMap<u16, (String, OnceLock<Option<Regex>>)>);

impl Table {
    /// Of lines of a code and a pattern; `wrap` makes the whole out of all patterns of a code.
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

/// Out of the copy in this program: a rule that depends on a file of the system could be moved by it.
fn zone(name: &str) -> Option<TimeZone> {
    static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    ZONES.get(name).ok()
}

fn entries(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

#[cfg(test)]
mod tests;
