//! TwiML: checking it, and making it from a text or a sound.

use std::fmt::Write;

/// The most characters of TwiML that Twilio accepts in a request.
pub const MAX_CHARS: usize = 4_000;

/// The most characters of a text that is read out, without markup.
pub const MAX_SAID_CHARS: usize = MAX_CHARS - "<Response><Say></Say></Response>".len();

/// Why Twilio wouldn't play a text as TwiML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwimlError {
    /// More than [`MAX_CHARS`].
    #[error("the TwiML has {0} characters, and Twilio accepts at most {MAX_CHARS}")]
    TooLong(usize),
    /// Not well-formed XML; the text is the parser's message.
    #[error("the TwiML is not well-formed XML: {0}")]
    NotXml(String),
    /// The root element has another name.
    #[error("TwiML starts with <Response>, and this starts with <{0}>")]
    NotAResponse(String),
}

/// Checks that the text is TwiML and short enough to send with a call.
///
/// # Errors
/// A [`TwimlError`].
pub fn check(text: &str) -> Result<(), TwimlError> {
    let chars = text.chars().count();
    if chars > MAX_CHARS {
        return Err(TwimlError::TooLong(chars));
    }
    // A DTD could declare entities that expand without bound, and Twilio rejects it too.
    let document = roxmltree::Document::parse(text).map_err(|error| TwimlError::NotXml(error.to_string()))?;
    let root = document.root_element().tag_name().name();
    if root == "Response" { Ok(()) } else { Err(TwimlError::NotAResponse(root.to_owned())) }
}

pub(crate) fn response(verbs: &str) -> String {
    format!("<Response>{verbs}</Response>")
}

pub(crate) fn say(text: &str, voice: Option<&str>, language: Option<&str>) -> String {
    say_escaped(&escape(text), voice, language, 1)
}

/// `text` is already escaped.
pub(crate) fn say_escaped(text: &str, voice: Option<&str>, language: Option<&str>, times: u8) -> String {
    let mut twiml = String::from("<Say");
    for (name, value) in [("voice", voice), ("language", language)] {
        if let Some(value) = value {
            // Writing to a String can't fail.
            let _ = write!(twiml, " {name}=\"{}\"", escape(value));
        }
    }
    if times > 1 {
        let _ = write!(twiml, " loop=\"{times}\"");
    }
    let _ = write!(twiml, ">{text}</Say>");
    twiml
}

pub(crate) fn play(url: &str) -> String {
    format!("<Play>{}</Play>", escape(url))
}

pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 doesn't allow control characters, and they aren't spoken anyway.
            sign if sign.is_control() && !matches!(sign, '\n' | '\t') => escaped.push(' '),
            // Nor does it allow these two (section 2.2).
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(check("<Response><Hangup/></Response>"), Ok(()));
        assert_eq!(check("<html/>"), Err(TwimlError::NotAResponse("html".into())));
        assert!(matches!(check("<Response>"), Err(TwimlError::NotXml(_))));
        assert_eq!(
            check(&format!("<Response>{}</Response>", "x".repeat(4_000))),
            Err(TwimlError::TooLong(4_021))
        );
        assert!(matches!(
            check("<!DOCTYPE a [<!ENTITY b 'c'>]><Response>&b;</Response>"),
            Err(TwimlError::NotXml(_))
        ));
    }

    proptest! {
        #[test]
        fn any_message_becomes_a_document_that_says_it(text in "[^\\p{C}\\r]{0,200}", voice in proptest::option::of("[^\\p{C}]{0,20}")) {
            let twiml = response(&say(&text, voice.as_deref(), Some("en-GB")));
            prop_assert_eq!(check(&twiml), Ok(()));
            let document = roxmltree::Document::parse(&twiml).unwrap();
            let say = document.root_element().first_element_child().unwrap();
            prop_assert_eq!(say.text().unwrap_or_default(), text);
            prop_assert_eq!(say.attribute("language"), Some("en-GB"));
        }
    }
}
