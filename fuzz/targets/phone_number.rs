//! Phone numbers: one number has one form, impossible numbers are never called, and emergency numbers neither.
//!
//! The first byte chooses the country of numbers without `+`.
#![no_main]

use benspamsphones_core::guard::{Request, authorize, screen};
use benspamsphones_core::{
    AskedBy, Ledger, Limits, PhoneNumber, Policy, Refusal, Region, Rule, WrittenNumber,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use libfuzzer_sys::{Corpus, fuzz_target};

const REGIONS: [&str; 8] = ["US", "DE", "GB", "FR", "IT", "AU", "IN", "BR"];

/// Well-known emergency numbers, so that the list in `guard.rs` isn't checked against itself. None of them is a whole
/// national number.
const EMERGENCY: [&str; 12] =
    ["112", "911", "999", "000", "110", "118", "119", "15", "17", "18", "100", "190"];

/// The digits after the country code, whose length depends on the first two digits: ITU-T E.164, Annex D. Independent
/// of the metadata that the product uses.
fn national(digits: &str) -> &str {
    let code = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    digits.get(code..).unwrap_or_default()
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((choice, text)) = input.split_first() else { return Corpus::Reject };
    let Ok(text) = str::from_utf8(text) else { return Corpus::Reject };
    let region: Region = REGIONS[usize::from(*choice) % REGIONS.len()].parse().expect("a country");
    let written = WrittenNumber::parse(text, region);
    if let Ok(read) = &written {
        // With its extension it parses the same in every region.
        if read.number.is_possible() {
            for other in REGIONS {
                let again = WrittenNumber::parse(&read.text(), other.parse().expect("a country"));
                assert_eq!(again.as_ref(), Ok(read));
            }
        }
        if let Some(extension) = &read.extension {
            let keys = extension.send_digits();
            assert!(keys.len() <= 32 && keys.chars().all(|key| "0123456789*#w".contains(key)));
        }
        let spellings = read.number.spellings();
        assert!(spellings.len() <= 3 && spellings[0] == read.number);
        assert!(spellings.iter().all(|other| other.spellings().contains(&read.number)));
    }
    let parsed = written.clone().map(|read| read.number);
    if let Ok(number) = &parsed {
        let digits = number.as_str().strip_prefix('+').expect("E.164");
        assert!((2..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()));
        assert_eq!(PhoneNumber::from_e164(number.as_str()).as_ref(), Ok(number));
        if number.is_possible() {
            for other in REGIONS {
                let again = PhoneNumber::parse(number.as_str(), other.parse().expect("a country"));
                assert_eq!(again.as_ref(), Ok(number), "the same from everywhere");
            }
        }
        for (region, prefix) in [("DE", "00"), ("US", "011"), ("AU", "0011")] {
            if number.is_possible() {
                let dialled = format!("{prefix}{digits}");
                let read = PhoneNumber::parse(&dialled, region.parse().expect("a country"));
                assert_eq!(read.as_ref(), Ok(number), "{dialled} in {region}");
            }
        }
        let shown = number.masked();
        let told = shown.chars().filter(char::is_ascii_digit).count();
        assert!(told <= 2 && shown.chars().count() == number.as_str().len());
    }
    let policy = Policy { default_region: region, zone: TimeZone::UTC, limits: Limits::none() };
    match screen(&policy, text) {
        Ok(candidate) => {
            let to = candidate.to().clone();
            assert_eq!(candidate.extension(), written.as_ref().ok().and_then(|read| read.extension.as_ref()));
            assert_eq!(parsed, Ok(to.clone()), "what is rung is what was read");
            assert!(to.is_possible());
            let dialled: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!(!EMERGENCY.contains(&dialled.as_str()), "{text:?}");
            assert!(!EMERGENCY.contains(&national(&to.as_str()[1..])), "{to}");
            let asked = |ledger: Ledger| {
                let request = Request {
                    candidate: candidate.clone(),
                    by: AskedBy::Window,
                    overriding: vec![Rule::BlockedNumber, Rule::NotToBeCalled],
                    consent: true,
                    estimate: None,
                };
                authorize(&policy, &ledger, request, Timestamp::UNIX_EPOCH)
            };
            let blocked = Ledger { blocked: true, ..Ledger::default() };
            assert_eq!(asked(blocked), Err(Refusal::Blocked), "nobody overrides that");
            let do_not_call = Ledger { do_not_call: true, ..Ledger::default() };
            assert_eq!(asked(do_not_call), Err(Refusal::DoNotCall));
            let permit = asked(Ledger::default()).expect("nothing is against it");
            assert_eq!((permit.to(), permit.extension()), (&to, candidate.extension()));
        }
        Err(Refusal::NotANumber(error)) => assert_eq!(parsed, Err(error)),
        Err(Refusal::Impossible) => assert!(parsed.is_ok_and(|number| !number.is_possible())),
        Err(
            Refusal::Emergency | Refusal::EmergencyElsewhere { .. } | Refusal::Short | Refusal::PremiumRate,
        ) => {}
        Err(refusal) => panic!("{refusal:?} without a ledger"),
    }
    Corpus::Keep
});
