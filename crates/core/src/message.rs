//! A message that is said in one call, and the protocol's text that includes it.
//!
//! A text without `{message}` and `{name}` is spoken as it stands, braces included, because files older than these two
//! placeholders may contain braces.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use crate::twiml::{MAX_SAID_CHARS, escape};

const MESSAGE: &str = "{message}";
const NAME: &str = "{name}";

/// A text that comes with one call. Its `Debug` doesn't show it: it's between two people.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Message(String);

/// Why a call can't be placed with this message, or without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The protocol takes one and has none of its own.
    #[error("There is no message, and this protocol needs one")]
    Missing,
    /// The protocol takes none.
    #[error("This protocol takes no message: only a say text with {{message}} does")]
    NotTaken,
    /// It contains characters that XML and speech don't have.
    #[error("The message holds control characters; only line breaks and tabs are allowed")]
    ControlCharacters,
    /// Twilio would refuse it.
    #[error(
        "The message is too long by {over} characters; Twilio accepts at most 4,000, including the protocol's own text and markup"
    )]
    TooLong {
        /// How many characters of TwiML don't fit.
        over: usize,
    },
}

impl Message {
    /// No protocol has room for more, in characters.
    pub const MAX_CHARS: usize = MAX_SAID_CHARS;

    /// Checks a text; `None` if it is blank.
    ///
    /// # Errors
    /// If it contains control characters, or is longer than any protocol has room for.
    pub fn new(text: impl Into<String>) -> Result<Option<Self>, MessageError> {
        let text = text.into();
        let chars = text.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(MessageError::TooLong { over: chars - Self::MAX_CHARS });
        }
        // The two noncharacters have no place in XML either (XML 1.0, 2.2).
        let is_wrong = |sign: char| {
            (sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'))
                || matches!(sign, '\u{fffe}' | '\u{ffff}')
        };
        if text.chars().any(is_wrong) {
            return Err(MessageError::ControlCharacters);
        }
        Ok(Some(Self(text)).filter(|message| !message.0.trim().is_empty()))
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Escaped for TwiML. A carriage return is escaped too, since XML would turn it into a line feed.
    fn in_twiml(&self) -> String {
        self.0.split('\r').map(escape).collect::<Vec<_>>().join("&#13;")
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message of {} characters", self.0.chars().count())
    }
}

/// What one call fills in for the placeholders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filling<'a> {
    /// Replaces `{message}`.
    pub message: Option<&'a Message>,
    /// Replaces `{name}`: the name of the person called.
    pub name: Option<&'a str>,
}

/// How much of a message a protocol takes. Characters are those of TwiML, where `&` becomes `&amp;`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(title = "TakesMessage")]
pub struct TakesMessage {
    /// The room for all of it, in characters of TwiML.
    pub room: usize,
    /// How many times the text says the message.
    pub times: usize,
    /// How many times it says the person's name, which needs room as well.
    pub names: usize,
    /// What is said without a message; if null, a message is required.
    #[schema(value_type = Option<String>)]
    pub default: Option<Message>,
}

impl TakesMessage {
    /// Whether there is room for the message and for the name.
    ///
    /// # Errors
    /// [`MessageError::TooLong`].
    pub(crate) fn check(&self, filling: &Filling<'_>) -> Result<(), MessageError> {
        let chars = |text: String| text.chars().count();
        let message = filling.message.map_or(0, |message| chars(message.in_twiml()));
        let name = filling.name.map_or(0, |name| chars(escape(name)));
        let over = (message * self.times + name * self.names).saturating_sub(self.room);
        if over == 0 { Ok(()) } else { Err(MessageError::TooLong { over: over.div_ceil(self.times.max(1)) }) }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Plain(String),
    Message,
    Name,
}

/// A `say` text, split at its placeholders.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SayText(Vec<Part>);

impl SayText {
    pub(crate) fn read(text: &str) -> Self {
        if !text.contains(MESSAGE) && !text.contains(NAME) {
            return Self(vec![Part::Plain(text.to_owned())]);
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (part, length) = if rest.starts_with("{{") {
                plain.push('{');
                (None, 2)
            } else if rest.starts_with(MESSAGE) {
                (Some(Part::Message), MESSAGE.len())
            } else if rest.starts_with(NAME) {
                (Some(Part::Name), NAME.len())
            } else {
                plain.push(sign);
                (None, sign.len_utf8())
            };
            if let Some(part) = part {
                parts.push(Part::Plain(std::mem::take(&mut plain)));
                parts.push(part);
            }
            rest = &rest[length..];
        }
        parts.push(Part::Plain(plain));
        Self(parts)
    }

    pub(crate) fn messages(&self) -> usize {
        self.0.iter().filter(|part| **part == Part::Message).count()
    }

    pub(crate) fn names(&self) -> usize {
        self.0.iter().filter(|part| **part == Part::Name).count()
    }

    /// Whether anything is sure to be heard; a name may be unknown.
    pub(crate) fn is_heard(&self) -> bool {
        self.0.iter().any(|part| match part {
            // Control characters are spoken as blanks.
            Part::Plain(text) => !text.chars().all(|sign| sign.is_whitespace() || sign.is_control()),
            Part::Message => true,
            Part::Name => false,
        })
    }

    pub(crate) fn in_twiml(&self, filling: &Filling<'_>) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Plain(text) => escape(text),
            Part::Message => filling.message.map(Message::in_twiml).unwrap_or_default(),
            Part::Name => filling.name.map(escape).unwrap_or_default(),
        });
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        let message = Message::new("disk <full>").unwrap();
        SayText::read(text).in_twiml(&Filling { message: message.as_ref(), name: Some("Ada") })
    }

    #[test]
    fn a_text_without_placeholders_is_spoken_as_it_stands() {
        for text in ["{{ a }}", "{", "}", "{msg} {Message} { message } {{mess}}", "{{name", "a {} b"] {
            assert_eq!(filled(text), text);
        }
    }

    #[test]
    fn placeholders_are_filled_in_and_two_braces_are_one() {
        for (text, spoken) in [
            ("Hello {name}: {message}.", "Hello Ada: disk &lt;full&gt;."),
            ("{message}{message}", "disk &lt;full&gt;disk &lt;full&gt;"),
            ("{{message} is {message}", "{message} is disk &lt;full&gt;"),
            ("{{{message}}", "{disk &lt;full&gt;}"),
            ("{{{{name}", "{{name}"),
            ("{{message}} {x} { {name}", "{message}} {x} { Ada"),
            ("<b>{name}</b>", "&lt;b&gt;Ada&lt;/b&gt;"),
        ] {
            assert_eq!(filled(text), spoken, "{text}");
        }
        assert_eq!(SayText::read("{name}").in_twiml(&Filling::default()), "");
    }

    #[test]
    fn what_cant_be_spoken_is_refused() {
        for text in ["a\0b", "a\u{7}b", "a\u{85}b", "a\u{fffe}", "\u{ffff}", "\u{1b}[31m"] {
            assert_eq!(Message::new(text), Err(MessageError::ControlCharacters), "{text:?}");
        }
        for blank in ["", " ", "\r\n\t"] {
            assert_eq!(Message::new(blank), Ok(None));
        }
        assert_eq!(Message::new("x".repeat(5_000)), Err(MessageError::TooLong { over: 1_032 }));
        assert_eq!(format!("{:?}", Message::new("secret").unwrap().unwrap()), "Message of 6 characters");
    }
}
