//! Reads phone numbers as people write them. The crate `rlibphonenumber` interprets the text; this file prepares it,
//! and rejects it where a typo could ring another person.

use rlibphonenumber::interfaces::AsOriginal as _;
use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat};

use super::tel;
use crate::extension::Extension;
use crate::phone_number::{PhoneNumber, PhoneNumberError, WrittenNumber};
use crate::plan;
use crate::region::Region;

/// Longest text, including extension and parameters; libphonenumber's own limit.
pub(crate) const MAX_INPUT_CHARS: usize = 250;
/// Longest number in it, including formatting; far longer than any real one.
const MAX_NUMBER_CHARS: usize = 64;
/// International prefixes, longer ones first.
const LEADING_OUT: [&str; 5] = ["0011", "011", "010", "810", "00"];
/// Fewer letters aren't a word on a phone's keys. E.161.
const FEWEST_LETTERS: usize = 3;

/// `region` is for numbers without `+`.
pub(crate) fn read(text: &str, region: Region) -> Result<WrittenNumber, PhoneNumberError> {
    if text.chars().count() > MAX_INPUT_CHARS {
        return Err(PhoneNumberError::TooLong);
    }
    let visible = |text: &str| text.chars().filter(|sign| !is_invisible(*sign)).collect::<String>();
    let address = tel::parts(&visible(text))?;
    let shown = visible(&address.number);
    let shown = shown.trim();
    if shown.is_empty() {
        return Err(PhoneNumberError::Empty);
    }
    let begun = from_first_digit(shown)?;
    if is_quantity(begun) {
        return Err(PhoneNumberError::Decimal);
    }
    let (number, keys) = match address.extension {
        Some(keys) => (begun, Some(keys)),
        None => split_keys(begun),
    };
    let extension = keys.map(|keys| keys.parse::<Extension>()).transpose();
    let extension = extension.map_err(|_| PhoneNumberError::BadExtension)?;
    let compact = compact(number)?;
    let compact = match address.context {
        Some(_) if compact.starts_with('+') => return Err(PhoneNumberError::NotANumber),
        Some(context) => context + &compact,
        None => compact,
    };
    Ok(WrittenNumber { number: number_of(&compact, region)?, extension })
}

/// `compact` consists of `+`, digits, letters and brackets.
fn number_of(compact: &str, region: Region) -> Result<PhoneNumber, PhoneNumberError> {
    let bare: String = compact.chars().filter(|sign| !matches!(sign, '(' | ')')).collect();
    if !compact.contains("(0)") {
        return without_brackets(&bare, region);
    }
    // "+44 (0)20 …": the zero is for calls within the country. Italian landlines keep it, and Italian mobiles have
    // none.
    let without: String = compact.replacen("(0)", "", 1).replace(['(', ')'], "");
    let with_zero = without_brackets(&bare, region);
    let without_zero = without_brackets(&without, region);
    match (with_zero, without_zero) {
        (Ok(with), Ok(without)) if with == without => Ok(with),
        (Ok(with), Ok(without)) => match (with.is_known(), without.is_known()) {
            (true, false) => Ok(with),
            (false, true) => Ok(without),
            (true, true) | (false, false) => Err(PhoneNumberError::Zero),
        },
        (Ok(number), Err(_)) | (Err(_), Ok(number)) => Ok(number),
        (Err(error), Err(_)) => Err(error),
    }
}

fn without_brackets(compact: &str, region: Region) -> Result<PhoneNumber, PhoneNumberError> {
    // A known number with a country code is taken digit by digit.
    let exact = PhoneNumber::from_e164(compact);
    if let Ok(exact) = exact
        && exact.is_known()
    {
        return Ok(exact);
    }
    let number = as_libphonenumber(compact, region)?;
    if number.is_known() {
        return of_letters(compact, number);
    }
    if !compact.starts_with('+')
        && let Some(error) = led_out_elsewhere(compact, region)
    {
        return Err(error);
    }
    // If reading the number again could remove another trunk prefix, reject it: the number rung would differ from the
    // number read.
    let again = as_libphonenumber(number.as_str(), region);
    if again.as_ref() == Ok(&number) {
        of_letters(compact, number)
    } else {
        Err(PhoneNumberError::NotANumber)
    }
}

fn as_libphonenumber(compact: &str, region: Region) -> Result<PhoneNumber, PhoneNumberError> {
    let region = rlibphonenumber::Region::from_code(region.as_str()).ok();
    let number = PHONE_NUMBER_UTIL.parse(compact, region).map_err(|error| match error {
        ParseError::TooLongNsn => PhoneNumberError::TooLong,
        ParseError::InvalidCountryCode
        | ParseError::NotANumber(_)
        | ParseError::TooShortAfterIdd
        | ParseError::TooShortNsn => PhoneNumberError::NotANumber,
    })?;
    PhoneNumber::from_e164(&number.format_as(PhoneNumberFormat::E164))
}

/// Letters are keys (1-800-FLOWERS) only in North America, where numbers have a fixed length. So a word after a number
/// is never dialed.
fn of_letters(compact: &str, number: PhoneNumber) -> Result<PhoneNumber, PhoneNumberError> {
    match compact.chars().find(char::is_ascii_alphabetic) {
        Some(letter) if number.country_code() != Some("+1") || !number.is_known() => {
            Err(PhoneNumberError::BadCharacter(letter))
        }
        Some(_) | None => Ok(number),
    }
}

/// A foreign number with a third country's international prefix: "00 39 …" in the United States.
fn led_out_elsewhere(digits: &str, region: Region) -> Option<PhoneNumberError> {
    LEADING_OUT.into_iter().find_map(|leads_out| {
        let meant = PhoneNumber::from_e164(&format!("+{}", digits.strip_prefix(leads_out)?)).ok()?;
        let (code, _) = meant.split().filter(|_| meant.is_known())?;
        let here = plan::of_region(region).and_then(|plan| plan.leads_out.as_deref());
        Some(PhoneNumberError::LeadsOutElsewhere { leads_out, code, here })
    })
}

/// Drops the text before the first digit or `+`, like libphonenumber: it is a symbol or a word ("Tel.:"). But a letter
/// directly before a digit is probably a typo.
fn from_first_digit(text: &str) -> Result<&str, PhoneNumberError> {
    if text.starts_with(['*', '#']) {
        return Err(PhoneNumberError::ServiceCode);
    }
    let Some(begin) = text.find(|sign: char| is_plus(sign) || digit(sign).is_some()) else {
        let odd = text.chars().find(|sign| !is_between(*sign));
        return Err(odd.map_or(PhoneNumberError::NotANumber, PhoneNumberError::BadCharacter));
    };
    let (before, rest) = text.split_at(begin);
    let at_digit = !rest.starts_with(is_plus);
    let odd = before.chars().last().filter(|sign| at_digit && sign.is_alphabetic());
    let odd = odd.or_else(|| before.chars().find(|sign| sign.is_control() || matches!(sign, '*' | '#')));
    if let Some(odd) = odd {
        return Err(PhoneNumberError::BadCharacter(odd));
    }
    let is_end = |sign: char| !sign.is_alphanumeric() && !sign.is_control() && !matches!(sign, '#' | '*');
    Ok(rest.trim_end_matches(is_end))
}

/// A number formatted as a quantity: `4930901820.0`.
fn is_quantity(text: &str) -> bool {
    const FEWEST_DIGITS: usize = 7;
    let Some((whole, fraction)) = text.split_once(['.', ',']) else { return false };
    let whole = whole.trim_start_matches('+');
    whole.len() >= FEWEST_DIGITS
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(fraction, "0" | "00" | "000")
}

fn split_keys(text: &str) -> (&str, Option<String>) {
    if !may_have_keys(text) {
        return (text, None);
    }
    if let Some((number, keys)) = split_pauses(text) {
        return (number, Some(keys));
    }
    let (number, extension) = PHONE_NUMBER_UTIL.as_original().maybe_strip_extension(text);
    (number, extension.map(|keys| keys.as_str().chars().filter_map(digit).collect()))
}

/// Every notation of an extension needs another character. Saves libphonenumber's pattern search, which takes up to 0.2
/// ms.
fn may_have_keys(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'/' | b' ' | b'(' | b')');
    !text.bytes().all(is_plain)
}

/// Keys after pauses, as phones store them: `,,82044#`, `;12`, `p3`. Keys must not contain spaces, so that a second
/// number after a comma isn't read as keys.
fn split_pauses(text: &str) -> Option<(&str, String)> {
    let is_pause = |sign: char| matches!(sign, ',' | ';' | 'p' | 'P' | 'w' | 'W');
    let begin = text.find(is_pause)?;
    let (number, rest) = text.split_at(begin);
    number.trim_end().chars().last().and_then(digit)?;
    let mut keys = String::new();
    for sign in rest.chars() {
        match sign {
            _ if is_pause(sign) => keys.push(','),
            ' ' if keys.ends_with(',') => {}
            '*' | '#' => keys.push(sign),
            _ => keys.push(digit(sign)?),
        }
    }
    let ends_with_key = !keys.ends_with(',');
    ends_with_key.then_some((number, keys))
}

fn compact(text: &str) -> Result<String, PhoneNumberError> {
    if text.chars().count() > MAX_NUMBER_CHARS {
        return Err(PhoneNumberError::TooLong);
    }
    let mut compact = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '(' | '\u{ff08}' | '[' | '\u{ff3b}' => compact.push('('),
            ')' | '\u{ff09}' | ']' | '\u{ff3d}' => compact.push(')'),
            _ if is_plus(sign) && compact.chars().all(|before| before == '+') => {
                compact.clear();
                compact.push('+');
            }
            _ if is_between(sign) => {}
            _ if sign.is_ascii_alphabetic() => compact.push(sign),
            _ => compact.push(digit(sign).ok_or(PhoneNumberError::BadCharacter(sign))?),
        }
    }
    let letter = compact.chars().find(char::is_ascii_alphabetic);
    match letter {
        Some(letter) if compact.chars().filter(char::is_ascii_alphabetic).count() < FEWEST_LETTERS => {
            Err(PhoneNumberError::BadCharacter(letter))
        }
        Some(_) | None => Ok(compact),
    }
}

/// All digits of the text, in order: for recognizing emergency numbers.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter_map(digit).collect()
}

pub(crate) fn names_country(text: &str) -> bool {
    text.chars().find(|sign| is_plus(*sign) || digit(*sign).is_some()).is_some_and(is_plus)
}

fn digit(sign: char) -> Option<char> {
    if sign.is_ascii() {
        return sign.is_ascii_digit().then_some(sign);
    }
    // `normalize_digits_only` drops anything else.
    sign.is_numeric().then(|| PHONE_NUMBER_UTIL.normalize_digits_only(sign.to_string()))?.chars().next()
}

fn is_plus(sign: char) -> bool {
    matches!(sign, '+' | '\u{ff0b}')
}

/// Separators between digits: libphonenumber's punctuation, and all spaces.
fn is_between(sign: char) -> bool {
    let punctuation = matches!(sign, '-' | '.' | '/' | '~' | '(' | ')' | '[' | ']')
        || matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}'..='\u{ff0f}' | '\u{2053}' | '\u{223c}');
    // A line break would separate two numbers.
    punctuation || (sign.is_whitespace() && !matches!(sign, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'))
}

/// Invisible characters that get copied with a number: direction marks, joiners, the soft hyphen, a byte order mark,
/// and emoji keycaps.
fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_of_plain_signs_has_no_keys(text in "[0-9+./ ()-]{0,24}") {
            prop_assert!(!may_have_keys(&text));
            prop_assert_eq!(PHONE_NUMBER_UTIL.as_original().maybe_strip_extension(&text), (text.as_str(), None));
            prop_assert_eq!(split_pauses(&text), None);
        }
    }
}
