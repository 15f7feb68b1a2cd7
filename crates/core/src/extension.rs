//! Extensions: keys to press once a number answers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// libphonenumber's limit, too.
const MAX_KEYS: usize = 20;
/// Longest form for Twilio, in characters.
const MAX_SENT: usize = 32;
/// Two seconds, the usual meaning of a comma, in Twilio's notation: `w` is half a second.
const PAUSE: &str = "wwww";

/// Keys to press once a number answers, with the pauses before them: `9`, or `,,82044#`, where each comma is two
/// seconds.
///
/// A number with an extension is the same line as without, so every rule about the number applies to both.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Extension(String);

/// Not an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an extension takes at most {MAX_KEYS} of 0-9, * and #, with commas for pauses of two seconds")]
pub struct NotAnExtension;

impl Extension {
    /// The same rule as a pattern: a digit, at most 20 keys, and 32 characters, counting four for each pause.
    pub const PATTERN: &str = "^(?=[^0-9]*[0-9])(?!(?:,*[^,]){21})(?!(?:[^,]*,){8})(?!(?=(?:[^,]*,){4})(?:,*[^,]){17})\
        (?!(?=(?:[^,]*,){5})(?:,*[^,]){13})(?!(?=(?:[^,]*,){6})(?:,*[^,]){9})(?!(?=(?:[^,]*,){7})(?:,*[^,]){5})\
        [0-9*#,]*[0-9*#]$";

    /// As stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For Twilio's `SendDigits`.
    pub fn send_digits(&self) -> String {
        self.0.replace(',', PAUSE)
    }
}

impl FromStr for Extension {
    type Err = NotAnExtension;

    fn from_str(text: &str) -> Result<Self, NotAnExtension> {
        let pauses = text.matches(',').count();
        let keys = text.chars().filter(|sign| *sign != ',');
        let keys_count = keys.clone().count();
        let good = keys.clone().all(|sign| sign.is_ascii_digit() || matches!(sign, '*' | '#'))
            && keys.clone().any(|sign| sign.is_ascii_digit())
            && keys_count <= MAX_KEYS
            && keys_count + pauses * PAUSE.len() <= MAX_SENT
            && !text.ends_with(',');
        good.then(|| Self(text.to_owned())).ok_or(NotAnExtension)
    }
}

impl From<Extension> for String {
    fn from(extension: Extension) -> Self {
        extension.0
    }
}

impl TryFrom<String> for Extension {
    type Error = NotAnExtension;

    fn try_from(text: String) -> Result<Self, NotAnExtension> {
        text.parse()
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows only that there is one: it can be a conference's access code.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extension(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_pauses() {
        let digits = |text: &str| text.parse::<Extension>().map(|extension| extension.send_digits());
        assert_eq!(digits("9").as_deref(), Ok("9"));
        assert_eq!(digits(",,82044#").as_deref(), Ok("wwwwwwww82044#"));
        for bad in ["", ",", "9,", "#", "w9", "9 1", "123456789012345678901", ",,,,,,,,,1"] {
            assert_eq!(digits(bad), Err(NotAnExtension), "{bad}");
        }
    }
}
