//! Parses numbers as people write them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use benspamsphones_core::phone_number::PhoneNumberError;
use benspamsphones_core::{PhoneNumber, Region, WrittenNumber};
use serde::Deserialize;

/// The interface's tests use it, too.
const PREFIX_TWICE: &str = include_str!("reference/prefix_twice.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<(String, String, String)>,
}

fn read(region: &str, text: &str) -> Result<String, PhoneNumberError> {
    let region: Region = region.parse().unwrap();
    WrittenNumber::parse(text, region).map(|read| read.text())
}

#[test]
fn no_prefix_is_taken_off_twice() {
    let Cases { cases } = serde_json::from_str(PREFIX_TWICE).unwrap();
    assert!(cases.len() > 80);
    for (region, written, e164) in cases {
        assert_eq!(read(&region, &written).as_deref(), Ok(e164.as_str()), "{written} in {region}");
    }
}

#[test]
fn signs_of_all_kinds_stand_between_digits() {
    for text in [
        "415\u{ad}867\u{ad}5309",
        "415\u{200b}867\u{200b}5309",
        "415\u{2060}867\u{2060}5309",
        "\u{fe0f}415 867 5309",
        "415\u{fe0f}867\u{fe0f}5309",
        "\u{feff}415 867 5309\u{feff}",
        "[415] 867 5309",
        "415~867-5309",
        "415\u{2212}867\u{2212}5309",
        "415\u{3000}867\u{3000}5309",
        "415\u{a0}867\u{2009}5309",
        "415\t867\u{202f}5309",
        "٤١٥٨٦٧٥٣٠٩",
        "４１５ ８６７ ５３０９",
        "＋1（415）867－5309",
        "++1 415 867 5309",
        "\u{202a}+1\u{200e} 415 867 5309\u{202c}",
        "☎ 415 867 5309",
        "Tel.: (415) 867-5309",
        "<415 867 5309>",
        "(+1) 415 867 5309",
    ] {
        assert_eq!(read("US", text).as_deref(), Ok("+14158675309"), "{text:?}");
    }
    assert_eq!(read("US", "1-800-FLOWERS").as_deref(), Ok("+18003569377"));
}

#[test]
fn what_is_refused_is_named() {
    for (text, sign) in [
        ("call mom", 'c'),
        ("415\u{0}867 5309", '\0'),
        ("415_867_5309", '_'),
        ("415:867:5309", ':'),
        ("415’867’5309", '’'),
        ("415 867 53O9", 'O'),
        ("O30 901820", 'O'),
        ("415 867 5309 ß 1", 'ß'),
        ("415\n867 5309", '\n'),
        ("1.2025550145e10", 'e'),
        ("+1 415 +867 5309", '+'),
        ("+49 30 901820 home", 'h'),
    ] {
        assert_eq!(read("US", text), Err(PhoneNumberError::BadCharacter(sign)), "{text:?}");
    }
    let said = PhoneNumberError::BadCharacter('ß').to_string();
    assert!(said.contains("'ß'") && said.contains("U+00DF"), "{said}");
    assert!(PhoneNumberError::BadCharacter('\0').to_string().contains("U+0000"));
}

#[test]
fn what_is_no_number_says_what_it_is() {
    for text in ["*227", "#31#+14158675309", "*67 415 867 5309", "**21*4158675309#"] {
        assert_eq!(read("US", text), Err(PhoneNumberError::ServiceCode), "{text}");
    }
    for text in ["+4930901820.0", "4930901820.00", "4930901820,0"] {
        assert_eq!(read("DE", text), Err(PhoneNumberError::Decimal), "{text}");
    }
    assert_eq!(read("DE", "030.901.820").as_deref(), Ok("+4930901820"), "points stand between digits too");
    assert_eq!(read("US", ""), Err(PhoneNumberError::Empty));
    assert_eq!(read("US", "\u{200b}\u{feff} "), Err(PhoneNumberError::Empty));
    assert_eq!(read("US", "()"), Err(PhoneNumberError::NotANumber));
    assert_eq!(read("US", &"1".repeat(251)), Err(PhoneNumberError::TooLong));
}

#[test]
fn what_leads_out_of_another_country_is_said() {
    let said = |region, text| read(region, text).unwrap_err().to_string();
    for text in ["00390266307129", "00 39 02 6630 7129"] {
        let said = said("US", text);
        assert!(said.contains("write +39") && said.contains("011"), "{said}");
    }
    let said = said("DE", "011 1 415 867 5309");
    assert!(said.contains("write +1") && said.contains("00"), "{said}");
    assert_eq!(read("US", "011 39 02 6630 7129").as_deref(), Ok("+390266307129"));
    assert_eq!(read("DE", "00 1 415 867 5309").as_deref(), Ok("+14158675309"));
    assert_eq!(read("AU", "0011 49 30 901820").as_deref(), Ok("+4930901820"));
}

#[test]
fn a_zero_in_brackets_is_for_callers_at_home() {
    for (text, e164) in [
        ("+39 (0)333 333 7647", "+393333337647"),
        ("+39 (0)6 698 12345", "+390669812345"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+49 (0) 30 901820", "+4930901820"),
        ("+49 030 901820", "+4930901820"),
        ("0044 (0)20 7946 0958", "+442079460958"),
    ] {
        assert_eq!(read("IT", text).as_deref(), Ok(e164), "{text}");
    }
}

#[test]
fn an_extension_is_kept_beside_its_number() {
    for (text, kept) in [
        ("415 867 5309 x 9", "+14158675309;ext=9"),
        ("(415) 867-5309 x9", "+14158675309;ext=9"),
        ("415 867 5309 ext. 12", "+14158675309;ext=12"),
        ("415 867 5309 #12", "+14158675309;ext=12"),
        ("+14158675309;ext=9", "+14158675309;ext=9"),
        ("tel:+1-415-867-5309;ext=9", "+14158675309;ext=9"),
        ("tel:+1-415-867-5309;isub=1;EXT=1-2", "+14158675309;ext=12"),
        ("415 867 5309,,82044#", "+14158675309,,82044#"),
        ("415 867 5309p12", "+14158675309,12"),
        ("415 867 5309,,82044#,,,1", "+14158675309,,82044#,,,1"),
    ] {
        assert_eq!(read("US", text).as_deref(), Ok(kept), "{text}");
        assert_eq!(read("DE", kept).as_deref(), Ok(kept), "it reads the same again");
        assert_eq!(PhoneNumber::parse(text, Region::US), Err(PhoneNumberError::Extension), "{text}");
    }
    let long = "415 867 5309;ext=123456789012345678901";
    assert_eq!(read("US", long), Err(PhoneNumberError::BadExtension));
    assert!(read("DE", "030 901820, 030 901821").is_err(), "two numbers");
}

#[test]
fn addresses_are_read() {
    for (text, e164) in [
        ("tel:+14158675309", "+14158675309"),
        ("TEL:+1-415-867-5309", "+14158675309"),
        ("tel:8675309;phone-context=+1-415", "+14158675309"),
        ("tel:415-867-5309;phone-context=example.com", "+14158675309"),
        ("tel:%2B49%2030%20901820", "+4930901820"),
        ("8675309;phone-context=+1415", "+14158675309"),
    ] {
        assert_eq!(read("US", text).as_deref(), Ok(e164), "{text}");
    }
    for bad in
        ["tel:", "tel:%zz1", "tel:%ff%ff", "tel:8675309;phone-context=", "tel:+18675309;phone-context=+1"]
    {
        assert!(read("US", bad).is_err(), "{bad}");
    }
}

#[test]
fn an_older_row_keeps_its_number() {
    for kept in ["+10000000000", "+999123456789", "+5215512345678", "+4900000"] {
        assert_eq!(PhoneNumber::from_e164(kept).map(|number| number.to_string()).as_deref(), Ok(kept));
    }
}
