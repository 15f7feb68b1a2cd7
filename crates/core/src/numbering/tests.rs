use crate::Limits;
use crate::Rule;
use crate::guard::{Policy, screen};

use super::*;

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::from_e164(text).unwrap()
}

fn zones(text: &str) -> Vec<String> {
    let mut zones: Vec<String> =
        number(text).time_zones().iter().filter_map(|zone| zone.iana_name().map(ToOwned::to_owned)).collect();
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
    for line in entries(SHORT_NUMBERS).chain(entries(EMERGENCY_PATTERNS)) {
        let (code, patterns) = line.split_once('\t').unwrap();
        assert!(code.parse::<u16>().is_ok() && pattern(patterns).is_some(), "{line}");
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
fn premium_rate_numbers_are_known() {
    for text in
        ["+19002345678", "+499001234567", "+448712345678", "+33892123456", "+39899123456", "+491801234567"]
    {
        assert!(number(text).is_premium_rate(), "{text}");
    }
    for text in ["+14158675309", "+18005550123", "+4930901820", "+33140205050", "+15005550006"] {
        assert!(!number(text).is_premium_rate(), "{text}");
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

fn policy(region: Region) -> Policy {
    Policy { default_region: region, zone: TimeZone::UTC, limits: Limits::none() }
}

/// Digits to append: none, each single one, and some of two and three. All of them with `EVERY_DIGIT`.
fn endings() -> Vec<String> {
    if std::env::var_os("EVERY_DIGIT").is_some() {
        let of_length =
            |length: usize| (0..10_usize.pow(length as u32)).map(move |n| format!("{n:0length$}"));
        return std::iter::once(String::new()).chain((1..=3).flat_map(of_length)).collect();
    }
    let some = ["", "00", "12", "37", "58", "99", "000", "123", "469", "777", "911", "999"];
    some.iter().map(ToString::to_string).chain((0..10).map(|digit| digit.to_string())).collect()
}

/// Every plan with its code, and its region for national notation.
fn plans() -> impl Iterator<Item = (u16, &'static plan::Plan)> {
    plan::codes().flat_map(|code| plan::of_code(code).unwrap().plans.iter().map(move |plan| (code, plan)))
}

#[test]
fn digits_behind_a_premium_rate_number_change_nothing() {
    let mut tried = 0;
    for (code, plan) in plans() {
        for (_, example) in plan.examples.iter().filter(|(sort, _)| sort.is_premium_rate()) {
            for ending in endings() {
                let abroad = format!("+{code}{example}{ending}");
                let refusal = screen(&policy(Region::US), &abroad);
                assert!(refusal.is_err(), "{abroad}");
                let Some(region) = plan.region else { continue };
                let at_home = format!("{}{example}{ending}", plan.trunk);
                // Some of these digits lead out of the country: "019 1 912 345 6000" in Israel is a phone in Georgia,
                // USA.
                let is_ordinary =
                    PhoneNumber::parse(&at_home, region).is_ok_and(|number| number.is_ordinary());
                let refused = screen(&policy(region), &at_home).is_err();
                assert!(refused || is_ordinary, "{region} {at_home}");
                tried += 1;
            }
        }
    }
    assert!(tried > 4_000, "{tried}");
}

#[test]
fn digits_behind_an_emergency_number_change_nothing() {
    let longest = if std::env::var_os("EVERY_DIGIT").is_some() { 6 } else { 4 };
    let mut tried = 0;
    let regions: Vec<(u16, Region)> = plans().filter_map(|(code, plan)| Some((code, plan.region?))).collect();
    for (code, patterns) in entries(EMERGENCY_PATTERNS).filter_map(|line| line.split_once('\t')) {
        let code: u16 = code.parse().unwrap();
        let whole = Regex::new(&format!("^(?:{patterns})$")).unwrap();
        let all = (2..=longest).flat_map(|length| {
            (0..10_usize.pow(length)).map(move |n| format!("{n:0w$}", w = length as usize))
        });
        for emergency in all.filter(|digits| whole.is_match(digits)) {
            for ending in endings() {
                let abroad = format!("+{code}{emergency}{ending}");
                let is_ordinary = |text: &str, region| {
                    PhoneNumber::parse(text, region).is_ok_and(|number| number.is_ordinary())
                };
                assert!(
                    screen(&policy(Region::US), &abroad).is_err() || is_ordinary(&abroad, Region::US),
                    "{abroad}"
                );
                for (_, region) in regions.iter().filter(|(of, _)| *of == code) {
                    let at_home = format!("{emergency}{ending}");
                    let refused = screen(&policy(*region), &at_home).is_err();
                    assert!(refused || is_ordinary(&at_home, *region), "{region} {at_home}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
}

#[test]
fn an_ordinary_number_is_refused_for_nothing_that_it_begins_with() {
    for (code, plan) in plans() {
        for (sort, example) in plan.examples.iter().filter(|(sort, _)| !sort.is_premium_rate()) {
            let written = format!("+{code}{example}");
            let number = number(&written);
            // Some are premium-rate in another plan of the same code, or by libphonenumber's own order.
            let is_premium_rate = plan::of_code(code).unwrap().is_premium_rate(example);
            let screened = screen(&policy(Region::US), &written);
            assert!(screened.is_ok() || is_premium_rate, "{:?} {sort:?} {written} {screened:?}", plan.region);
            assert_eq!(screened.map(|it| it.to().clone()).unwrap_or(number.clone()), number);
        }
    }
}

#[test]
fn exchanges_of_976_are_premium_rate_in_north_america() {
    for text in ["+12129765555", "+14169761234", "+121297655551"] {
        assert!(number(text).is_premium_rate(), "{text}");
    }
    for text in ["+18009765555", "+12125559765", "+19765551234", "+4930976555", "+5009765551"] {
        assert!(!number(text).is_premium_rate(), "{text}");
    }
}

#[test]
fn an_emergency_number_is_one_with_digits_behind_it() {
    let refusal = |text: &str, region: &str| screen(&policy(region.parse().unwrap()), text).err();
    for (text, region) in [
        ("9111", "US"),
        ("911 555 1234", "US"),
        ("+1 911 555 1234", "DE"),
        ("112 5", "DE"),
        ("+49 112 123", "US"),
        ("+49 0112 123", "US"),
        ("999 12", "GB"),
        ("tel:911;phone-context=+1", "US"),
        ("\u{661}\u{661}\u{662}", "DE"),
    ] {
        let code = refusal(text, region).map(|refusal| refusal.rule());
        assert_eq!(code, Some(Rule::EmergencyNumber), "{text} in {region}");
    }
    for (text, region) in [("+91 11 2345 6789", "US"), ("01 55 12 34 56", "FR"), ("1 55 12 34 56", "FR")] {
        assert_eq!(refusal(text, region), None, "{text} in {region}");
    }
}
