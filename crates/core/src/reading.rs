//! Reading telephone numbers as people write them.

use phonenumber::metadata::DATABASE;

use crate::phone_number::{PhoneNumber, PhoneNumberError, Region};

/// Longest text that is looked at as a number; formatting included, no real number comes near it.
const MAX_INPUT_CHARS: usize = 64;

/// The number that a text means, with this country for numbers without `+`.
pub(crate) fn read(text: &str, default_region: Region) -> Result<PhoneNumber, PhoneNumberError> {
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
    // What it can't read within the country is none of the country's numbers either.
    let read = phonenumber::parse(Some(region.0), compact);
    let is_national = read.is_ok_and(|read| read.code().source() != phonenumber::country::Source::Idd);
    (!is_national).then(|| format!("+{rest}"))
}

fn with_plan_of(region: phonenumber::country::Id, compact: &str) -> Result<PhoneNumber, PhoneNumberError> {
    let number = phonenumber::parse(Some(region), compact).map_err(|_| PhoneNumberError::NotANumber)?;
    if number.extension().is_some() {
        return Err(PhoneNumberError::Extension);
    }
    PhoneNumber::from_e164(&number.format().mode(phonenumber::Mode::E164).to_string())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbering::CALLABLE;

    fn parse(text: &str) -> Result<String, PhoneNumberError> {
        PhoneNumber::parse(text, Region::US).map(|number| number.to_string())
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
}
