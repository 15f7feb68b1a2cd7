//! Telephone numbers in E.164, parsed once at the edge and trusted from there on.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::DATABASE;
use phonenumber::{Metadata, Type};
use serde::{Deserialize, Serialize};

/// Longest text that is looked at as a number; formatting included, no real number comes near it.
const MAX_INPUT_CHARS: usize = 64;
/// E.164 section 6: at most 15 digits with the country code.
const MAX_DIGITS: usize = 15;

/// A country or territory of a numbering plan, as ISO 3166-1 alpha-2 (`US`, `DE`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Region(phonenumber::country::Id);

impl Region {
    /// The United States, whose numbers the documented examples show.
    pub const US: Region = Region(phonenumber::country::Id::US);
}

impl Default for Region {
    fn default() -> Self {
        Self::US
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

/// The text isn't a region's two letters.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not the two-letter code of a country, such as US or DE")]
pub struct UnknownRegion(String);

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Region {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_ref().cmp(other.0.as_ref())
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.to_string()
    }
}

impl TryFrom<String> for Region {
    type Error = UnknownRegion;

    fn try_from(text: String) -> Result<Self, UnknownRegion> {
        text.parse()
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_ascii_uppercase().parse().map(Region).map_err(|_| UnknownRegion(text.to_owned()))
    }
}

/// A telephone number in E.164: `+`, country code, national number, at most 15 digits, nothing else.
///
/// Two spellings of one number are equal once parsed, which every rule that counts calls relies on.
/// `Debug` shows the last two digits alone, so that a logged structure doesn't tell whom somebody called.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// Why a text isn't a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberError {
    /// Nothing but blanks.
    #[error("no number was given")]
    Empty,
    /// Letters, control characters or other signs that numbers aren't written with.
    #[error("it holds characters that are not part of a telephone number")]
    BadCharacter,
    /// An extension can't be dialled with the number; `send_digits` of the protocol can.
    #[error("it has an extension; put those digits into the protocol's send_digits instead")]
    Extension,
    /// More digits than E.164 allows, or far more text than a number has.
    #[error("it is too long")]
    TooLong,
    /// The digits don't make a number with this default region.
    #[error("it is not a telephone number; try the international form, such as +49 30 901820")]
    NotANumber,
}

impl PhoneNumber {
    /// Reads a number as people write it: international (`+49 30 901820`, `tel:+4930901820`) or national for
    /// the default region. National trunk prefixes are taken out, so each number has one form.
    ///
    /// # Errors
    /// A [`PhoneNumberError`] that says what is wrong with the text. Whether the number can exist in its
    /// country's plan is another question: [`PhoneNumber::is_possible`].
    pub fn parse(text: &str, default_region: Region) -> Result<Self, PhoneNumberError> {
        let compact = compact(text)?;
        if compact.starts_with('+') {
            return international(&compact);
        }
        match abroad(default_region, &compact) {
            // "011 49 …" dialled out of the United States is what "+49 …" is.
            Some(abroad) => international(&abroad),
            None => with_plan_of(default_region.0, &compact),
        }
    }

    /// Takes a number that is in E.164 form already, without asking what its country allows.
    ///
    /// # Errors
    /// [`PhoneNumberError::NotANumber`] unless the text is `+` and 2 to 15 digits, the first not 0.
    pub fn from_e164(text: &str) -> Result<Self, PhoneNumberError> {
        let digits = text.strip_prefix('+').ok_or(PhoneNumberError::NotANumber)?;
        if digits.len() > MAX_DIGITS {
            return Err(PhoneNumberError::TooLong);
        }
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() < 2 || digits.starts_with('0') || !all_digits {
            return Err(PhoneNumberError::NotANumber);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as E.164 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number for logs: its last two digits, the rest as dots.
    pub fn masked(&self) -> String {
        masked(&self.0)
    }

    /// Whether a number of this shape can exist: it begins as a plan of its country code has it, and some sort of
    /// number there is as long. From libphonenumber's metadata; wider than "in use", which changes faster than any
    /// metadata.
    pub fn is_possible(&self) -> bool {
        self.split().is_some_and(|(code, national)| {
            let regions = DATABASE.region(&code).unwrap_or_default().into_iter();
            regions.filter_map(|region| DATABASE.by_id(region)).any(|plan| fits(plan, national))
        })
    }

    /// Country code and national digits.
    pub(crate) fn split(&self) -> Option<(u16, &str)> {
        let digits = self.0.strip_prefix('+')?;
        // Country codes are prefix-free (E.164 Annex D), so the first hit is the only one.
        (1..=3.min(digits.len())).find_map(|length| {
            let (code, national) = digits.split_at(length);
            let code = code.parse().ok()?;
            DATABASE.region(&code).map(|_| (code, national))
        })
    }
}

/// A number that names its country is taken digit by digit. The crate would strip the *default* country's trunk prefix
/// from it, and so ring Hanover (+49 511 …) for a German mobile (+49 1511 …) asked for by an American.
fn international(compact: &str) -> Result<PhoneNumber, PhoneNumberError> {
    let exact = PhoneNumber::from_e164(compact);
    if exact.as_ref().is_ok_and(PhoneNumber::is_possible) {
        return exact;
    }
    // "+44 020 …": with the trunk prefix of its own country, which only that country's plan may take out.
    let code = exact.as_ref().ok().and_then(|exact| exact.split()).map(|(code, _)| code);
    let regions = code.and_then(|code| DATABASE.region(&code)).unwrap_or_default();
    let own = regions.first().and_then(|region| region.parse().ok());
    let stripped = own.map(|own| with_plan_of(own, compact));
    match stripped {
        Some(Ok(stripped)) if stripped.is_possible() => Ok(stripped),
        Some(_) | None => exact,
    }
}

/// The text after the digits that lead out of the country (00, 011), as a number with `+`; `None` when it has none.
fn abroad(region: Region, compact: &str) -> Option<String> {
    let leads_out = DATABASE.by_id(&region.to_string())?.international_prefix()?.find(compact)?;
    let rest = (leads_out.start() == 0).then(|| &compact[leads_out.end()..])?;
    let read = phonenumber::parse(Some(region.0), compact).ok()?;
    (read.code().source() == phonenumber::country::Source::Idd).then(|| format!("+{rest}"))
}

fn with_plan_of(region: phonenumber::country::Id, compact: &str) -> Result<PhoneNumber, PhoneNumberError> {
    let number = phonenumber::parse(Some(region), compact).map_err(|_| PhoneNumberError::NotANumber)?;
    if number.extension().is_some() {
        return Err(PhoneNumberError::Extension);
    }
    PhoneNumber::from_e164(&number.format().mode(phonenumber::Mode::E164).to_string())
}

/// Sorts of numbers that a person can be called at, as the metadata names them.
const CALLABLE: [Type; 10] = [
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

/// All but the last two digits replaced; for logs and messages that others read.
pub fn masked(number: &str) -> String {
    let keep_from = number.chars().count().saturating_sub(2);
    number.chars().enumerate().map(|(at, sign)| if at >= keep_from { sign } else { '•' }).collect()
}

/// The text without what people and address books put between digits.
fn compact(text: &str) -> Result<String, PhoneNumberError> {
    let text = text.trim();
    let text = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &text[4..],
        _ => text,
    };
    if text.is_empty() {
        return Err(PhoneNumberError::Empty);
    }
    if text.chars().count() > MAX_INPUT_CHARS {
        return Err(PhoneNumberError::TooLong);
    }
    // "+44 (0)20 …": the zero is for callers within the country. Italy's zeros belong to the number.
    let within_the_country = text.starts_with('+') && !text.starts_with("+39");
    let text = if within_the_country { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let mut compact = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '0'..='9' => compact.push(sign),
            '+' if compact.is_empty() => compact.push(sign),
            ' ' | '(' | ')' | '-' | '.' | '/' => {}
            // No-break and thin spaces, hyphens and dashes, and the invisible direction marks that come
            // along when a number is copied out of an address book.
            '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2010}'..='\u{2013}' => {}
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            'x' | 'X' | '#' | ';' | ',' if !compact.is_empty() => return Err(PhoneNumberError::Extension),
            _ => return Err(PhoneNumberError::BadCharacter),
        }
    }
    if compact.trim_start_matches('+').is_empty() {
        return Err(PhoneNumberError::NotANumber);
    }
    Ok(compact)
}

/// The digits of the text alone, however it was written: what an emergency number is recognised by.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
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
    fn a_number_that_names_its_country_is_taken_to_the_digit() {
        // Examples out of the metadata, of every country and sort of number.
        for plan in DATABASE.iter() {
            let examples = CALLABLE.iter().filter_map(|sort| plan.descriptors().get(*sort)?.example());
            for example in examples {
                let written = format!("+{}{example}", plan.country_code());
                for region in ["US", "DE", "RU", "HU", "JP"] {
                    let region: Region = region.parse().unwrap();
                    let parsed = PhoneNumber::parse(&written, region).map(|number| number.to_string());
                    assert_eq!(parsed.as_deref(), Ok(written.as_str()), "asked for from {region}");
                }
            }
        }
        assert_eq!(parse("011 49 1511 2345678").as_deref(), Ok("+4915112345678"));
        let german = PhoneNumber::parse("00 1 415 867 5309", "DE".parse().unwrap());
        assert_eq!(german.map(|number| number.to_string()).as_deref(), Ok("+14158675309"));
        assert_eq!(parse("+44 020 7946 0958").as_deref(), Ok("+442079460958"));
    }

    #[test]
    fn a_national_number_is_its_own_countrys_or_none() {
        for plan in DATABASE.iter() {
            let Ok(region) = plan.id().parse::<Region>() else { continue };
            let examples = CALLABLE.iter().filter_map(|sort| plan.descriptors().get(*sort)?.example());
            for example in examples {
                let right = format!("+{}{example}", plan.country_code());
                for trunk in ["", plan.national_prefix().unwrap_or_default()] {
                    let Ok(parsed) = PhoneNumber::parse(&format!("{trunk}{example}"), region) else {
                        continue;
                    };
                    let right = parsed.as_str() == right;
                    assert!(right || !parsed.is_possible(), "{region} {trunk} {example}: {parsed}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        assert_eq!(parse("  "), Err(PhoneNumberError::Empty));
        assert_eq!(parse("call mom"), Err(PhoneNumberError::BadCharacter));
        assert_eq!(parse("+1415\u{0}8675309"), Err(PhoneNumberError::BadCharacter));
        assert_eq!(parse("415 867 5309 x12"), Err(PhoneNumberError::Extension));
        assert_eq!(parse(&"4".repeat(65)), Err(PhoneNumberError::TooLong));
        assert_eq!(parse("+"), Err(PhoneNumberError::NotANumber));
        assert_eq!(parse("4+1"), Err(PhoneNumberError::BadCharacter));
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
                // A number that can exist reads the same again; one that can't may lose a further trunk prefix.
                if number.is_possible() {
                    prop_assert_eq!(again, Ok(number));
                }
            }
        }
    }
}
