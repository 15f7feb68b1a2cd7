//! Which calls of the history somebody looks for.

use std::collections::HashSet;

use benspamsphones_core::{AskedBy, Outcome};
use jiff::Timestamp;

/// Which calls somebody looks for. What isn't asked for matches every call.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// How they ended, or that they haven't.
    pub outcome: Option<Outcome>,
    /// With which protocol they were placed.
    pub protocol: Option<String>,
    /// Whom they rang: any of these numbers.
    pub numbers: Option<HashSet<String>>,
    /// Asked for at this moment or later.
    pub since: Option<Timestamp>,
    /// Asked for before this moment.
    pub until: Option<Timestamp>,
    /// Who asked for them.
    pub asked_by: Option<AskedBy>,
    /// What one of their numbers, their protocol or whom they rang must hold.
    pub text: Option<WantedText>,
}

impl Wanted {
    /// Whether every call is wanted.
    pub(crate) fn is_everything(&self) -> bool {
        let Self { outcome, protocol, numbers, since, until, asked_by, text } = self;
        outcome.is_none()
            && protocol.is_none()
            && numbers.is_none()
            && since.is_none()
            && until.is_none()
            && asked_by.is_none()
            && text.is_none()
    }
}

/// A text to look for.
#[derive(Debug, Clone)]
pub struct WantedText {
    /// In small letters.
    letters: String,
    /// What numbers must hold: digits without what people write between them.
    digits: String,
    /// Numbers of whoever's name holds the text.
    pub named: HashSet<String>,
}

impl WantedText {
    /// `None` for a text of blanks, which everything holds.
    pub fn new(text: &str) -> Option<Self> {
        let letters = text.trim().to_lowercase();
        if letters.is_empty() {
            return None;
        }
        // "(415) 867" finds +14158675309, and "protocol1" not every number with a 1. Zeros that begin a number within
        // a country, or lead out of it, are in no number with a plus.
        let digits: String = letters.chars().filter(char::is_ascii_digit).collect();
        let is_number = !digits.is_empty() && !letters.chars().any(char::is_alphabetic);
        let from_within = digits.trim_start_matches('0');
        let digits = match letters.chars().next() {
            _ if !is_number => letters.clone(),
            // The number's beginning.
            Some('+') => format!("+{digits}"),
            _ if from_within.is_empty() => digits,
            _ if digits.starts_with('0') => from_within.to_owned(),
            _ => digits,
        };
        Some(Self { letters, digits, named: HashSet::new() })
    }

    /// Whether a name holds it.
    pub fn is_in_name(&self, name: &str) -> bool {
        name.to_lowercase().contains(&self.letters)
    }

    /// Whether a number in E.164 holds it.
    pub fn is_in_number(&self, number: &str) -> bool {
        number.contains(&self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let holds = |text: &str, number: &str| WantedText::new(text).unwrap().is_in_number(number);
        for text in ["867", "(415) 867-53", "+1 415", "14158675309", "0415 867", "001 415", "(0415) 86"] {
            assert!(holds(text, "+14158675309"), "{text}");
        }
        for text in ["868", "protocol1", "+415", "+0415", "%", "_"] {
            assert!(!holds(text, "+14158675309"), "{text}");
        }
        assert!(holds("00", "+15005550100"), "zeros alone are looked for as they stand");
        assert!(WantedText::new(" \t").is_none());
    }

    #[test]
    fn names_are_found_in_any_case() {
        let text = WantedText::new(" ÄNNE ").unwrap();
        assert!(text.is_in_name("Änne Müller") && !text.is_in_name("Anne"));
    }
}
