//! A search of the call history.

use std::collections::{HashMap, HashSet};

use benspamsphones_core::{AskedBy, CallId, Outcome};
use jiff::Timestamp;

/// Which calls are wanted. A field that isn't set matches every call.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// How they ended, or that they are still open.
    pub outcome: Option<Outcome>,
    /// The id of their protocol.
    pub protocol: Option<String>,
    /// Any of these numbers.
    pub numbers: Option<HashSet<String>>,
    /// Requested at this time or later.
    pub since: Option<Timestamp>,
    /// Requested before this time.
    pub until: Option<Timestamp>,
    /// Who requested them.
    pub asked_by: Option<AskedBy>,
    /// Text that their numbers, protocol, person, message and note must contain between them.
    pub text: Option<WantedText>,
}

impl Wanted {
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

/// A set of words, one bit each.
pub type Words = u32;
/// Further words are ignored. One bit is reserved for the index.
const MOST_WORDS: usize = 31;

/// A text to search for. Each of its words must be found somewhere.
#[derive(Debug, Clone)]
pub struct WantedText {
    words: Vec<String>,
    /// Digits that numbers must contain, and the words that they were written as.
    numbers: Vec<(String, Words)>,
    /// Words found in the names of people, by number.
    pub named: HashMap<String, Words>,
    /// Words found in the name of a protocol, by its id.
    pub protocols: HashMap<String, Words>,
    /// Words found in a call's message and note, newest call first.
    pub notes: Vec<(CallId, Words)>,
}

impl WantedText {
    /// `None` for a blank text, which matches everything.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let words: Vec<String> = text.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect();
        if words.is_empty() {
            return None;
        }
        let mut numbers = Vec::new();
        // "(415) 867" is one number, which finds +14158675309.
        let has_letters = |word: &String| word.chars().any(char::is_alphabetic);
        let mut first = 0;
        for part in words.chunk_by(|one, next| !has_letters(one) && !has_letters(next)) {
            let bits = (first..first + part.len()).fold(0, |bits, at| bits | 1 << at);
            first += part.len();
            numbers.push((in_numbers(&part.concat()), bits));
        }
        let (named, protocols, notes) = Default::default();
        Some(Self { words, numbers, named, protocols, notes })
    }

    /// The set of all words.
    pub fn all(&self) -> Words {
        (0..self.words.len()).fold(0, |bits, at| bits | 1 << at)
    }

    /// The words found in a name, a note or a message.
    pub fn in_text(&self, text: &str) -> Words {
        let text = text.to_lowercase();
        let held = self.words.iter().enumerate().filter(|(_, word)| text.contains(word.as_str()));
        held.fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// The words found in a number in E.164.
    pub fn in_number(&self, number: &str) -> Words {
        let held = self.numbers.iter().filter(|(digits, _)| number.contains(digits.as_str()));
        held.fold(0, |all, (_, bits)| all | bits)
    }
}

/// What to look for in numbers in E.164. Words with letters stay as they are: "protocol1" must not match every number
/// with a 1. Leading zeros (a trunk or international prefix) are dropped, since E.164 doesn't have them.
fn in_numbers(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let from_within = digits.trim_start_matches('0');
    match text.chars().next() {
        _ if digits.is_empty() || text.chars().any(char::is_alphabetic) => text.to_owned(),
        Some('+') => format!("+{digits}"),
        _ if from_within.is_empty() => digits,
        _ => from_within.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let holds = |text: &str, number: &str| {
            let text = WantedText::new(text).unwrap();
            text.in_number(number) == text.all()
        };
        for text in ["867", "(415) 867-53", "+1 415", "14158675309", "0415 867", "001 415", "(0415) 86"] {
            assert!(holds(text, "+14158675309"), "{text}");
        }
        for text in ["868", "protocol1", "+415", "+0415", "%", "_", "867 415", "415 ada"] {
            assert!(!holds(text, "+14158675309"), "{text}");
        }
        assert!(holds("00", "+15005550100"), "zeros alone are looked for as they stand");
        assert!(WantedText::new(" \t").is_none());
    }

    #[test]
    fn names_are_found_in_any_case() {
        let text = WantedText::new(" ÄNNE ").unwrap();
        assert_eq!((text.in_text("Änne Müller"), text.in_text("Anne")), (1, 0));
    }

    #[test]
    fn words_are_found_in_different_places() {
        let text = WantedText::new("hopper 415 867 long").unwrap();
        assert_eq!(text.in_text("Grace Hopper"), 0b0001);
        assert_eq!(text.in_number("+14158675309"), 0b0110);
        assert_eq!(text.in_text("Longer reminder for room 415"), 0b1010);
        assert_eq!(text.all(), 0b1111);
        let most = WantedText::new(&"word ".repeat(40)).unwrap();
        assert_eq!(most.in_text("wordy"), most.all());
    }
}
