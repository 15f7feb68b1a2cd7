//! Redacts texts meant for other people: hides who was called, and anything that could be a secret.

const WORD: &str = "[…]";
/// From this many digits on, with any separators, it may be a phone number.
const MANY_DIGITS: usize = 5;
/// A sequence of this many letters and digits may be a token, an id or a digest.
const LONG: usize = 20;

/// Words to hide: names, notes, messages.
#[derive(Debug, Default)]
pub struct Blanks {
    /// Longest first, in lower case.
    words: Vec<String>,
}

impl Blanks {
    /// Hides each of these words where it isn't part of a longer one, in any case.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words
            .into_iter()
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        words.dedup();
        Self { words }
    }

    /// The text without known words and long sequences, and with only two digits of each number.
    #[must_use]
    pub fn blank(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for word in &self.words {
            text = without(&text, word);
        }
        without_long_signs(&without_numbers(&text))
    }
}

fn without(text: &str, word: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // Per character, since lower case may be longer than upper case.
    while let Some(sign) = rest.chars().next() {
        let before = kept.chars().next_back();
        match begins_with(rest, word) {
            Some(after)
                if !before.is_some_and(char::is_alphanumeric)
                    && !after.chars().next().is_some_and(char::is_alphanumeric) =>
            {
                kept.push_str(WORD);
                rest = after;
            }
            _ => {
                kept.push(sign);
                rest = &rest[sign.len_utf8()..];
            }
        }
    }
    kept
}

fn begins_with<'text>(text: &'text str, word: &str) -> Option<&'text str> {
    let mut left = word;
    for (at, sign) in text.char_indices() {
        if left.is_empty() {
            return Some(&text[at..]);
        }
        for lower in sign.to_lowercase() {
            left = left.strip_prefix(lower)?;
        }
    }
    left.is_empty().then_some("")
}

fn without_numbers(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < signs.len() {
        let (end, digits) = number(&signs[at..]);
        let Some(end) = end.map(|end| at + end) else {
            kept.push(signs[at]);
            at += 1;
            continue;
        };
        let mut left = digits;
        for sign in &signs[at..end] {
            let hidden = digits >= MANY_DIGITS && left > 2;
            if sign.is_numeric() {
                kept.push(if hidden { '•' } else { *sign });
                left -= 1;
            } else {
                kept.push(*sign);
            }
        }
        at = end;
    }
    kept
}

/// Where the number at the start of the text ends, and how many digits it has.
fn number(signs: &[char]) -> (Option<usize>, usize) {
    let (mut end, mut digits, mut between) = (None, 0, 0);
    for (at, sign) in signs.iter().enumerate() {
        if sign.is_numeric() {
            digits += 1;
            between = 0;
            end = Some(at + 1);
        } else if digits > 0 && between < 3 && !sign.is_alphanumeric() && *sign != '\n' {
            between += 1;
        } else {
            break;
        }
    }
    (end, digits)
}

fn without_long_signs(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|sign: char| !is_of_a_token(sign)).unwrap_or(rest.len());
        if end == 0 {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (sign, after) = rest.split_at(end);
        // The program's own module names are long too, but all in lower case.
        let telling = sign.chars().any(|sign| sign.is_ascii_uppercase() || sign.is_numeric() || sign == '•');
        let long = sign.chars().count() >= LONG && telling;
        kept.push_str(if long { WORD } else { sign });
        rest = after;
    }
    kept
}

fn is_of_a_token(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '-' | '+' | '/' | '=' | '•')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blanks() -> Blanks {
        Blanks::new([
            "Ada".to_owned(),
            "Ada Lovelace".into(),
            "Dinner is ready!".into(),
            "ÖZGÜR".into(),
            " ".into(),
        ])
    }

    #[test]
    fn what_could_tell_somebody_is_blanked() {
        let blank = |text: &str| blanks().blank(text);
        assert_eq!(blank("ADA LOVELACE, ada's and Özgür"), "[…], […]'s and […]");
        assert_eq!(blank("Canada stays"), "Canada stays");
        assert_eq!(blank("says dinner is ready! twice"), "says […] twice");
        assert_eq!(blank("+1 (415) 867-5309 is busy"), "+• (•••) •••-••09 is busy");
        assert_eq!(blank("tel:+4930901820."), "tel:+••••••••20.");
        assert_eq!(blank("port 9001, error 404 after 12 s"), "port 9001, error 404 after 12 s");
        assert_eq!(blank("token 0f9A3C5b7d9e1f3a5c7e9b1d"), "token […]");
        assert_eq!(blank("SID ACa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"), "SID […]");
        assert_eq!(blank("benspamsphones_server::serve::listener"), "benspamsphones_server::serve::listener");
    }

    proptest! {
        #[test]
        fn no_number_is_left(before in "[a-z ]{0,9}", number in "[1-9][0-9]{6,14}", after in "[a-z ,.]{0,9}") {
            let told = blanks().blank(&format!("{before}+{number}{after}"));
            prop_assert!(!told.contains(&number[..number.len() - 2]), "{told}");
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}") {
            let told = blanks().blank(&text);
            prop_assert!(!told.to_lowercase().split(|sign: char| !sign.is_alphanumeric()).any(|word| word == "ada"));
        }
    }
}
