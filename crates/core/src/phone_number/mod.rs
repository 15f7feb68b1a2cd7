//! Phone numbers in E.164, parsed once at the edge and trusted from there on.

mod reading;
mod tel;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::extension::Extension;
use crate::plan;
pub use crate::region::Region;
pub(crate) use reading::{digits, names_country};

/// A phone number in E.164: `+`, country code, national number, at most 15 digits, nothing else.
///
/// Two spellings of one number are equal once parsed; every rule that counts calls relies on that. `Debug` shows only
/// the last two digits, so that logs don't show who was called.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// Why a text isn't a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberError {
    /// Nothing but spaces.
    #[error("no number was given")]
    Empty,
    /// A letter, control character or other character that doesn't occur in numbers.
    #[error("it contains {}, which is not part of a phone number", named(*.0))]
    BadCharacter(char),
    /// A number formatted as a quantity. Digits after the point must not be dialed.
    #[error("it has a decimal point, like a quantity; write a phone number as text or as a whole number")]
    Decimal,
    /// A code for the phone's own network, such as `*227` or `#31#`.
    #[error("it is a service code for a phone's own network, not a phone number")]
    ServiceCode,
    /// An extension where only a number is accepted.
    #[error("it has an extension; enter only the number")]
    Extension,
    /// Too many keys for Twilio, or characters that aren't keys.
    #[error("the text after the number is not an extension of at most 20 digits")]
    BadExtension,
    /// More digits than E.164 allows, or more text than any number has.
    #[error("it is too long")]
    TooLong,
    /// An international prefix of another country than the default region.
    #[error("{leads_out} is not the international prefix here{}; write +{code} …", what_does(*.here))]
    LeadsOutElsewhere {
        /// The international prefix.
        leads_out: &'static str,
        /// The country code after it.
        code: u16,
        /// The default region's own international prefix, if it has one.
        here: Option<&'static str>,
    },
    /// A zero in brackets that may or may not belong to the number.
    #[error("it isn't clear whether its (0) is dialed; write the number without the parentheses")]
    Zero,
    /// Not a number with this default region.
    #[error("it is not a phone number; try the international form, such as +49 30 901820")]
    NotANumber,
}

fn named(sign: char) -> String {
    let code = u32::from(sign);
    if sign.is_control() || sign.is_whitespace() {
        format!("U+{code:04X}")
    } else {
        format!("{sign:?} (U+{code:04X})")
    }
}

fn what_does(leads_out: Option<&str>) -> String {
    leads_out.map_or_else(String::new, |digits| format!(" ({digits} is)"))
}

/// A number with its extension, as people write it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenNumber {
    /// In E.164.
    pub number: PhoneNumber,
    /// Keys to press after the answer.
    pub extension: Option<Extension>,
}

impl WrittenNumber {
    /// Like [`PhoneNumber::parse`], with an optional extension: `x 9`, `ext. 9`, `;ext=9`, `,,82044#`.
    ///
    /// # Errors
    /// A [`PhoneNumberError`] that says what is wrong with the text.
    pub fn parse(text: &str, default_region: Region) -> Result<Self, PhoneNumberError> {
        reading::read(text, default_region)
    }

    /// Number and extension as one text, which [`Self::parse`] accepts.
    pub fn text(&self) -> String {
        match &self.extension {
            None => self.number.to_string(),
            Some(extension) if extension.as_str().starts_with(',') => format!("{}{extension}", self.number),
            Some(extension) => format!("{};ext={extension}", self.number),
        }
    }
}

/// A number that can't exist: the area code or digits are missing, or there are too many.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is read as {number}, and no such number can exist")]
pub struct ImpossibleNumber {
    /// The original text.
    pub written: String,
    /// The number it was read as.
    pub number: PhoneNumber,
}

impl PhoneNumber {
    /// For people: in groups, such as `+49 30 901820`.
    pub fn in_groups(&self) -> String {
        plan::in_groups(&self.0).unwrap_or_else(|| self.0.clone())
    }

    /// E.164 section 6: at most 15 digits including the country code.
    pub const MAX_DIGITS: u32 = 15;
    /// Longest text that is parsed, in characters.
    pub const MAX_INPUT_CHARS: usize = reading::MAX_INPUT_CHARS;

    /// Parses an international number (`+49 30 901820`, `tel:+4930901820`) or a national one of the default region.
    /// Removes national trunk prefixes, so each number has one form.
    ///
    /// Follows libphonenumber, but is stricter where a typo would ring another person: only North American numbers,
    /// which have a fixed length, may contain letters.
    ///
    /// # Errors
    /// A [`PhoneNumberError`] that says what is wrong with the text. Whether the number can exist is another question:
    /// [`PhoneNumber::is_possible`].
    pub fn parse(text: &str, default_region: Region) -> Result<Self, PhoneNumberError> {
        let written = WrittenNumber::parse(text, default_region)?;
        if written.extension.is_some() {
            return Err(PhoneNumberError::Extension);
        }
        Ok(written.number)
    }

    /// Takes a number in E.164, without checking its country's plan.
    ///
    /// # Errors
    /// [`PhoneNumberError::NotANumber`] unless the text is `+` and at least 2 digits, the first not 0;
    /// [`PhoneNumberError::TooLong`] above 15 digits.
    pub fn from_e164(text: &str) -> Result<Self, PhoneNumberError> {
        let digits = text.strip_prefix('+').ok_or(PhoneNumberError::NotANumber)?;
        if digits.len() > Self::MAX_DIGITS as usize {
            return Err(PhoneNumberError::TooLong);
        }
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() < 2 || digits.starts_with('0') || !all_digits {
            return Err(PhoneNumberError::NotANumber);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the number if it can exist. Rules about a person apply only to the stored numbers, so one that
    /// can't be theirs must not be stored.
    ///
    /// # Errors
    /// Unless [`PhoneNumber::is_possible`]; `written` is the original text.
    pub fn possible(self, written: &str) -> Result<Self, ImpossibleNumber> {
        if self.is_possible() {
            Ok(self)
        } else {
            Err(ImpossibleNumber { written: written.to_owned(), number: self })
        }
    }

    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For logs: the last two digits, the rest as dots.
    pub fn masked(&self) -> String {
        masked(&self.0)
    }

    /// `+` and the country code (ITU-T E.164, Annex D), which several countries may share; `None` for an unknown code.
    pub fn country_code(&self) -> Option<&str> {
        let (_, national) = self.split()?;
        self.0.strip_suffix(national)
    }

    pub(crate) fn split(&self) -> Option<(u16, &str)> {
        let digits = self.0.strip_prefix('+')?;
        // Country codes are prefix-free (E.164 Annex D), so the first match is the only one.
        (1..=3.min(digits.len())).find_map(|length| {
            let (code, national) = digits.split_at(length);
            let code = code.parse().ok()?;
            plan::is_code(code).then_some((code, national))
        })
    }
}

/// Replaces all but the last two characters; for logs and messages to other people.
pub fn masked(number: &str) -> String {
    let keep_from = number.chars().count().saturating_sub(2);
    number.chars().enumerate().map(|(at, sign)| if at >= keep_from { sign } else { '•' }).collect()
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, PhoneNumberError> {
        PhoneNumber::parse(text, Region::US).map(|number| number.to_string())
    }

    #[test]
    fn people_read_a_number_in_groups() {
        for (e164, groups) in [
            ("+15005550110", "+1 500 555 0110"),
            ("+4930901820", "+49 30 901820"),
            ("+442079460018", "+44 20 7946 0018"),
        ] {
            assert_eq!(PhoneNumber::from_e164(e164).unwrap().in_groups(), groups);
        }
    }

    #[test]
    fn one_number_has_one_form() {
        for text in [
            "+1 415 867 5309",
            "(415) 867-5309",
            "1-415-867-5309",
            "tel:+14158675309",
            "\u{202a}+1\u{a0}415.867.5309\u{202c}",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("+14158675309"), "{text}");
        }
        assert_eq!(parse("+44 (0)20 7946 0958").as_deref(), Ok("+442079460958"));
        let german = PhoneNumber::parse("030 901820", "de".parse().unwrap()).unwrap();
        assert_eq!(german.as_str(), "+4930901820");
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        assert_eq!(parse("  "), Err(PhoneNumberError::Empty));
        assert_eq!(parse("call mom"), Err(PhoneNumberError::BadCharacter('c')));
        assert_eq!(parse("+1415\u{0}8675309"), Err(PhoneNumberError::BadCharacter('\0')));
        assert_eq!(parse("415 867 5309 x12"), Err(PhoneNumberError::Extension));
        assert_eq!(parse(&"4".repeat(65)), Err(PhoneNumberError::TooLong));
        assert_eq!(parse("+"), Err(PhoneNumberError::NotANumber));
        assert_eq!(parse("4+1"), Err(PhoneNumberError::BadCharacter('+')));
    }

    #[test]
    fn possible_means_a_shape_of_the_country() {
        let possible = |text: &str| PhoneNumber::from_e164(text).unwrap().is_possible();
        assert!(possible("+14158675309"));
        assert!(possible("+15005550006"), "Twilio's magic numbers can be dialled");
        assert!(possible("+442079460958"));
        assert!(!possible("+10000000000"));
        assert!(!possible("+1415"));
        assert!(!possible("+141586753099"), "a digit too many");
        for text in
            ["+4930901820", "+390612345678", "+551155256325", "+862123456789", "+61293744000", "+3545407000"]
        {
            assert!(possible(text), "{text}");
        }
        assert!(!possible("+999123456789"), "no such country code");
    }

    #[test]
    fn the_country_code_is_the_first_digits_alone() {
        for (text, code) in [
            ("+14158675309", Some("+1")),
            ("+4930901820", Some("+49")),
            ("+3545407000", Some("+354")),
            ("+9991234", None),
        ] {
            assert_eq!(PhoneNumber::from_e164(text).unwrap().country_code(), code, "{text}");
        }
    }

    #[test]
    fn logs_show_two_digits() {
        let number = PhoneNumber::from_e164("+14158675309").unwrap();
        assert_eq!(format!("{number:?}"), "PhoneNumber(••••••••••09)");
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_and_the_form_is_stable(text in "\\PC{0,80}|[+0-9() .-]{0,24}") {
            if let Ok(number) = PhoneNumber::parse(&text, Region::US) {
                let again = PhoneNumber::parse(number.as_str(), Region::US);
                prop_assert_eq!(PhoneNumber::from_e164(number.as_str()), Ok(number.clone()));
                // A possible number reads the same again; an impossible one may lose another trunk prefix.
                if number.is_possible() {
                    prop_assert_eq!(again, Ok(number));
                }
            }
        }
    }
}
