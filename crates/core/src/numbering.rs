//! What a number's digits tell: its country, its sort, and the clocks its owner may live by.
//!
//! From libphonenumber's metadata (the crate `phonenumber`). That crate lacks three things of libphonenumber: the short
//! numbers, the time zones of area codes, and a match of a whole number against a pattern. The first two are tables in
//! `data/`, made from libphonenumber's own data; the third is here.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use phonenumber::metadata::DATABASE;
use phonenumber::{Metadata, Type};
use regex::Regex;

use crate::phone_number::{PhoneNumber, Region};

const TIME_ZONES: &str = include_str!("../data/time_zones.txt");
const SHORT_NUMBERS: &str = include_str!("../data/short_numbers.txt");
const EMERGENCY_NUMBERS: &str = include_str!("../data/emergency_numbers.txt");

/// Longest prefix in the table of time zones, in digits.
const LONGEST_PREFIX: usize = 8;

/// Sorts of numbers that cost whoever calls more than a call.
const DEAR: [Type; 2] = [Type::PremiumRate, Type::SharedCost];
/// Sorts of numbers that are a person's or a firm's, in the order in which libphonenumber asks.
const ORDINARY: [Type; 10] = [
    Type::PremiumRate,
    Type::TollFree,
    Type::SharedCost,
    Type::Voip,
    Type::PersonalNumber,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
    Type::FixedLine,
    Type::Mobile,
];

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

impl PhoneNumber {
    /// Whether a number of this shape can exist: it begins as a plan of its country code has it, and some sort of
    /// number there is as long. From libphonenumber's metadata; wider than "in use", which changes faster than any
    /// metadata.
    pub fn is_possible(&self) -> bool {
        self.split().is_some_and(|(code, national)| {
            let regions = DATABASE.region(&code).unwrap_or_default().into_iter();
            regions.filter_map(|region| DATABASE.by_id(region)).any(|plan| fits(plan, national))
        })
    }

    /// Whether whoever calls it pays more than for a call: premium rate and shared cost, in any plan of its code.
    pub(crate) fn is_dear(&self) -> bool {
        self.is_any_of(&DEAR)
    }

    /// Whether it is a short number of some country with its country code before it, and nobody's ordinary number.
    pub(crate) fn is_short(&self) -> bool {
        let Some((code, national)) = self.split() else { return false };
        let code = code.to_string();
        let of_code = entries(SHORT_NUMBERS)
            .filter_map(|line| line.split_once('\t'))
            .filter(|(of, _)| *of == code)
            .any(|(_, pattern)| matches_whole(pattern, national));
        of_code && !self.is_any_of(&ORDINARY)
    }

    /// The country, or territory, whose plan the number is of; `None` when it is of no country (satellites, services
    /// of the whole world) or can't be told.
    pub fn region(&self) -> Option<Region> {
        let (code, national) = self.split()?;
        let regions = DATABASE.region(&code)?;
        let mut plans = regions.iter().filter_map(|region| DATABASE.by_id(*region));
        if regions.len() == 1 {
            return plans.next()?.id().parse().ok();
        }
        // As libphonenumber does it: leading digits tell where there are any, else the sort of number.
        let found = plans.find(|plan| match plan.leading_digits() {
            Some(leading) => leading.find(national).is_some_and(|found| found.start() == 0),
            None => ORDINARY.iter().any(|sort| is_sort(plan, *sort, national)),
        });
        found?.id().parse().ok()
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
        let by_region = || self.region().and_then(|region| zones_of(&region.to_string()));
        if let Some(zones) = by_area.or_else(by_region) {
            return zones;
        }
        let regions = self.split().and_then(|(code, _)| DATABASE.region(&code)).unwrap_or_default();
        let zones: Vec<TimeZone> = regions.into_iter().filter_map(zones_of).flatten().collect();
        // Of no country at all: anywhere on Earth.
        if zones.is_empty() { all_zones() } else { zones }
    }

    /// Whether it rings nobody, wherever it is called from.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.as_str().starts_with(NOBODYS)
    }

    fn is_any_of(&self, sorts: &[Type]) -> bool {
        let Some((code, national)) = self.split() else { return false };
        let regions = DATABASE.region(&code).unwrap_or_default().into_iter();
        let mut plans = regions.filter_map(|region| DATABASE.by_id(region));
        plans.any(|plan| sorts.iter().any(|sort| is_sort(plan, *sort, national)))
    }
}

/// Sorts of numbers that a person can be called at, as the metadata names them.
pub(crate) const CALLABLE: [Type; 10] = [
    Type::FixedLine,
    Type::Mobile,
    Type::TollFree,
    Type::PremiumRate,
    Type::SharedCost,
    Type::PersonalNumber,
    Type::Voip,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];

/// The crate's own match looks at the beginning alone, and the metadata's general description carries no lengths;
/// so "+1 415 867 5309 9" would pass without the second half.
fn fits(plan: &Metadata, national: &str) -> bool {
    let descriptors = plan.descriptors();
    let length = u16::try_from(national.len()).unwrap_or(u16::MAX);
    let mut sorts = CALLABLE.iter().filter_map(|sort| descriptors.get(*sort));
    descriptors.general().is_match(national) && sorts.any(|sort| sort.possible_length().contains(&length))
}

fn is_sort(plan: &Metadata, sort: Type, national: &str) -> bool {
    plan.descriptors().get(sort).is_some_and(|sort| matches_whole(sort.national_number().as_str(), national))
}

/// The crate's own match looks at the beginning alone.
fn matches_whole(pattern: &str, national: &str) -> bool {
    static PATTERNS: LazyLock<Mutex<HashMap<String, Option<Regex>>>> = LazyLock::new(Mutex::default);
    let mut patterns = PATTERNS.lock().unwrap_or_else(PoisonError::into_inner);
    if !patterns.contains_key(pattern) {
        // The metadata's patterns are laid out over lines.
        let compact: String = pattern.split_whitespace().collect();
        patterns.insert(pattern.to_owned(), Regex::new(&format!("^(?:{compact})$")).ok());
    }
    patterns.get(pattern).is_some_and(|pattern| pattern.as_ref().is_some_and(|it| it.is_match(national)))
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
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::from_e164(text).unwrap()
    }

    fn zones(text: &str) -> Vec<String> {
        let mut zones: Vec<String> = number(text)
            .time_zones()
            .iter()
            .filter_map(|zone| zone.iana_name().map(ToOwned::to_owned))
            .collect();
        zones.sort();
        zones.dedup();
        zones
    }

    #[test]
    fn every_zone_of_the_table_is_known() {
        for line in entries(TIME_ZONES) {
            let (zones, names) = line.split_once('\t').unwrap();
            for name in zones.split(',') {
                assert!(zone(name).is_some(), "{name} of {names}");
            }
        }
    }

    #[test]
    fn every_pattern_of_the_tables_is_one() {
        for line in entries(SHORT_NUMBERS) {
            let (code, pattern) = line.split_once('\t').unwrap();
            assert!(code.parse::<u16>().is_ok() && Regex::new(pattern).is_ok(), "{line}");
        }
        let numbers: Vec<_> = entries(EMERGENCY_NUMBERS).collect();
        assert!(numbers.is_sorted() && numbers.contains(&"112") && numbers.contains(&"911"));
    }

    #[test]
    fn the_clock_goes_by_area_code_then_by_country() {
        assert_eq!(zones("+12125550123"), ["America/New_York"]);
        assert_eq!(zones("+18085550123"), ["Pacific/Honolulu"]);
        assert_eq!(zones("+4930901820"), ["Europe/Berlin", "Europe/Busingen"]);
        assert_eq!(zones("+61293744000"), ["Australia/Sydney"]);
        assert!(zones("+18005550123").len() > 20, "a free number may be answered anywhere in its country");
        assert_eq!(zones("+15005550100"), [""; 0], "nobody's");
    }

    #[test]
    fn countries_that_share_a_code_are_told_apart() {
        let region = |text: &str| number(text).region().map(|region| region.to_string());
        assert_eq!(region("+14158675309").as_deref(), Some("US"));
        assert_eq!(region("+16045550123").as_deref(), Some("CA"));
        assert_eq!(region("+18765550123").as_deref(), Some("JM"));
        assert_eq!(region("+15005550100").as_deref(), Some("US"));
        assert_eq!(region("+442079460958").as_deref(), Some("GB"));
        assert_eq!(region("+447781123456").as_deref(), Some("GG"));
        assert_eq!(region("+77012345678").as_deref(), Some("KZ"));
        assert_eq!(region("+12225550123"), None, "an area code that nobody has");
    }

    #[test]
    fn dear_numbers_are_known() {
        for text in [
            "+19002345678",
            "+499001234567",
            "+448712345678",
            "+33892123456",
            "+39899123456",
            "+491801234567",
        ] {
            assert!(number(text).is_dear(), "{text}");
        }
        for text in ["+14158675309", "+18005550123", "+4930901820", "+33140205050", "+15005550006"] {
            assert!(!number(text).is_dear(), "{text}");
        }
    }

    #[test]
    fn short_numbers_are_no_ordinary_ones() {
        for text in ["+1211211", "+49116117"] {
            assert!(number(text).is_short(), "{text}");
        }
        for text in ["+14158675309", "+4930901820", "+6834002", "+29023456"] {
            assert!(!number(text).is_short(), "{text}");
        }
    }
}
