//! Asking the person called to press a key, so that answered means heard.

use std::fmt;

use crate::message::Message;
use crate::protocol_fields::{AcknowledgeField, AcknowledgeOptions};

/// What a protocol asks the person to confirm with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acknowledge {
    key: AcknowledgeKey,
    prompt: Option<String>,
    required: bool,
}

/// A key that confirms: any digit but 9, which opts out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AcknowledgeKey(char);

/// Why `acknowledge` can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAcknowledge {
    /// The key opts out.
    #[error("9 is the key to opt out; choose a digit from 0 to 8")]
    OptOutKey,
    /// It isn't a digit.
    #[error("its digit is one from 0 to 8")]
    NotADigit,
    /// The prompt has no words.
    #[error("its prompt is empty")]
    EmptyPrompt,
    /// The prompt can't be spoken.
    #[error("its prompt holds control characters")]
    ControlCharacters,
    /// The prompt has too many characters.
    #[error("its prompt has at most {} characters", Acknowledge::MAX_PROMPT_CHARS)]
    LongPrompt,
}

impl AcknowledgeKey {
    /// The digits that can be chosen.
    pub const PATTERN: &str = "^[0-8]$";

    /// `None` for what is no such key.
    pub fn new(text: &str) -> Option<Self> {
        let mut signs = text.chars();
        match (signs.next(), signs.next()) {
            (Some(digit @ '0'..='8'), None) => Some(Self(digit)),
            _ => None,
        }
    }

    /// Whether these digits, as Twilio reports them, are this key.
    pub fn is_pressed(self, digits: &str) -> bool {
        Self::new(digits) == Some(self)
    }
}

/// 1.
impl Default for AcknowledgeKey {
    fn default() -> Self {
        Self('1')
    }
}

impl fmt::Display for AcknowledgeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Acknowledge {
    /// Longest prompt of the owner's, in characters.
    pub const MAX_PROMPT_CHARS: usize = 300;

    /// With this key and the usual prompt; required.
    pub(crate) fn with(key: AcknowledgeKey) -> Self {
        Self { key, prompt: None, required: true }
    }

    #[cfg(test)]
    pub(crate) fn saying(self, prompt: &str) -> Self {
        Self { prompt: Some(prompt.to_owned()), ..self }
    }

    /// `None` if the protocol doesn't ask for it.
    pub(crate) fn read(field: &AcknowledgeField) -> Result<Option<Self>, BadAcknowledge> {
        let options = match field {
            AcknowledgeField::Flag(false) => return Ok(None),
            AcknowledgeField::Flag(true) => &AcknowledgeOptions::default(),
            AcknowledgeField::Options(options) => options,
        };
        let key = match options.digit.as_deref() {
            None => AcknowledgeKey::default(),
            Some("9") => return Err(BadAcknowledge::OptOutKey),
            Some(text) => AcknowledgeKey::new(text).ok_or(BadAcknowledge::NotADigit)?,
        };
        let prompt = options.prompt.as_deref().map(checked_prompt).transpose()?;
        Ok(Some(Self { key, prompt, required: options.required.unwrap_or(true) }))
    }

    /// The key that confirms.
    pub fn key(&self) -> AcknowledgeKey {
        self.key
    }

    /// What is said instead of the usual prompt.
    pub fn prompt(&self) -> Option<&str> {
        self.prompt.as_deref()
    }

    /// Whether a call must not be placed when no key can be received.
    pub fn is_required(&self) -> bool {
        self.required
    }
}

fn checked_prompt(text: &str) -> Result<String, BadAcknowledge> {
    if text.chars().count() > Acknowledge::MAX_PROMPT_CHARS {
        return Err(BadAcknowledge::LongPrompt);
    }
    match Message::new(text) {
        Ok(Some(_)) => Ok(text.to_owned()),
        Ok(None) => Err(BadAcknowledge::EmptyPrompt),
        Err(_) => Err(BadAcknowledge::ControlCharacters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_digit_but_9_confirms() {
        for digit in "012345678".chars() {
            let key = AcknowledgeKey::new(&digit.to_string()).unwrap();
            assert_eq!(key.to_string(), digit.to_string());
            assert!(key.is_pressed(&digit.to_string()));
        }
        for other in ["9", "", "11", " 1", "1#", "*", "#", "١", "a"] {
            assert_eq!(AcknowledgeKey::new(other), None, "{other}");
            assert!(!AcknowledgeKey::default().is_pressed(other), "{other}");
        }
    }
}
