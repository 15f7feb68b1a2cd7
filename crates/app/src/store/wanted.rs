//! Which calls of the history somebody looks for.

use std::collections::{HashMap, HashSet};

use benspamsphones_core::{AskedBy, CallId, Outcome};
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
    /// What their numbers, their protocol, whom they rang, their message and the note on them must hold together.
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

/// Words of a text: a bit for each.
pub type Words = u32;
/// More words than that nobody types; further ones aren't looked for. One bit is left to the index.
const MOST_WORDS: usize = 31;

/// A text to look for: each of its words must be held by one thing or another.
#[derive(Debug, Clone)]
pub struct WantedText {
    /// In small letters.
    words: Vec<String>,
    /// What numbers must hold: digits without what people write between them, and the words that they were written as.
    numbers: Vec<(String, Words)>,
    /// What the names of those who have a number hold.
    pub named: HashMap<String, Words>,
    /// What the name of a protocol holds, by its id.
    pub protocols: HashMap<String, Words>,
    /// What the message of a call and the note on it hold, the newest call first.
    pub notes: Vec<(CallId, Words)>,
}

impl WantedText {
    /// `None` for a text of blanks, which everything holds.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let words: Vec<String> = text.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect();
        if words.is_empty() {
            return None;
        }
        let mut numbers = Vec::new();
        // "(415) 867" is one number, and finds +14158675309.
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

    /// All words.
    pub fn all(&self) -> Words {
        (0..self.words.len()).fold(0, |bits, at| bits | 1 << at)
    }

    /// The words that a name or a note holds.
    pub fn in_text(&self, text: &str) -> Words {
        let text = text.to_lowercase();
        let held = self.words.iter().enumerate().filter(|(_, word)| text.contains(word.as_str()));
        held.fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// The words that a number in E.164 holds.
    pub fn in_number(&self, number: &str) -> Words {
        let held = self.numbers.iter().filter(|(digits, _)| number.contains(digits.as_str()));
        held.fold(0, |all, (_, bits)| all | bits)
    }
}

/// What a number in E.164 holds if it holds this. "protocol1" isn't in every number with a 1. Zeros that begin a number
/// within a country, or lead out of it, are in no number with a plus.
fn in_numbers(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let from_within = digits.trim_start_matches('0');
    match text.chars().next() {
        _ if digits.is_empty() || text.chars().any(char::is_alphabetic) => text.to_owned(),
        // The number's beginning.
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
