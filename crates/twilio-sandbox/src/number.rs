//! Phone numbers as Twilio accepts them: E.164, with usual punctuation.

use std::collections::HashMap;

use parking_lot::RwLock;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) e164: String,
    /// Two letters; empty for numbers without a country.
    pub(crate) country: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotDialable {
    /// Not written like an international number.
    NotANumber,
    /// In no numbering plan.
    NotInAnyPlan,
}

/// Cache of parsed numbers. Accounts call from few numbers, and searching the world's numbering plans takes longer than
/// the rest of placing a call.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    known: RwLock<HashMap<String, Number>>,
}

impl Numbers {
    pub(crate) fn parse(&self, text: &str) -> Result<Number, NotDialable> {
        const KNOWN_MAX: usize = 1024;
        let known = self.known.read().get(text).cloned();
        if let Some(number) = known {
            return Ok(number);
        }
        let number = parse(text)?;
        let mut known = self.known.write();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(text.to_owned(), number.clone());
        Ok(number)
    }
}

/// Requires a leading `+`: without it the country is unknown.
fn parse(text: &str) -> Result<Number, NotDialable> {
    /// Twice the 15 digits of E.164: room for punctuation.
    const MAX_CHARS: usize = 30;
    let written = text.trim();
    let plausible = written.len() <= MAX_CHARS
        && written.strip_prefix('+').is_some_and(|rest| {
            rest.bytes().any(|b| b.is_ascii_digit())
                && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'(' | b')' | b'-' | b'.'))
        });
    if !plausible {
        return Err(NotDialable::NotANumber);
    }
    let number = PHONE_NUMBER_UTIL.parse(written, None).map_err(|_| NotDialable::NotANumber)?;
    if !number.is_valid() {
        return Err(NotDialable::NotInAnyPlan);
    }
    let country = number.get_region_code().filter(|region| *region != Region::World);
    let country = country.map(|region| region.to_string()).unwrap_or_default();
    Ok(Number { e164: number.format_as(PhoneNumberFormat::E164).into_owned(), country })
}

/// Twilio's display format: `(500) 555-0006` in North America, otherwise unchanged.
pub(crate) fn formatted(e164: &str) -> String {
    match e164.strip_prefix("+1").filter(|national| national.len() == 10 && national.is_ascii()) {
        Some(national) => format!("({}) {}-{}", &national[..3], &national[3..6], &national[6..]),
        None => e164.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_goes() {
        let number = parse(" +1 (500) 555-0006 ").expect("a number");
        assert_eq!(
            (number.e164.as_str(), formatted(&number.e164).as_str()),
            ("+15005550006", "(500) 555-0006")
        );
        assert_eq!(parse("+44 20 7946 0018").expect("a number").country, "GB");
    }

    #[test]
    fn every_documented_number_is_valid() {
        for script in crate::SCRIPTS {
            assert_eq!(parse(script.number).expect("valid").e164, script.number);
        }
    }

    #[test]
    fn a_known_number_reads_the_same() {
        let numbers = Numbers::default();
        let first = numbers.parse("+1 500 555 0006");
        assert_eq!((numbers.parse("+1 500 555 0006"), first.is_ok()), (first, true));
        assert_eq!(numbers.parse("abc"), Err(NotDialable::NotANumber));
    }

    #[test]
    fn the_rest_is_refused() {
        for bad in [
            "",
            "+",
            "abc",
            "15005550006",
            "client:joe",
            "+1500555000x",
            "+++",
            "+\u{661}5005550006",
            "+1500\0",
        ] {
            assert_eq!(parse(bad), Err(NotDialable::NotANumber), "{bad:?}");
        }
        assert_eq!(parse(&format!("+{}", "1".repeat(1_000_000))), Err(NotDialable::NotANumber));
        assert_eq!(parse("+12005550"), Err(NotDialable::NotInAnyPlan));
    }
}
