//! Reads and writes `protocols.json`, the documented file, without loss.

use std::str;

use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

use crate::encoding;
use crate::phone_number::Region;
use crate::protocol::{Misspelt, Protocol, ProtocolError, ProtocolId};
use crate::unique_json::{Unique, kind};

/// The protocols of a file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ProtocolFile {
    /// In the file's order.
    pub protocols: Vec<Protocol>,
}

/// Why a file was rejected.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolFileError {
    /// The file is UTF-16.
    #[error("the file is UTF-16; save it as UTF-8 in your editor")]
    Utf16,
    /// The file is neither UTF-8 nor UTF-16. Names the first such line.
    #[error("the file is not UTF-8 but probably Windows-1252 (line {line}); save it as UTF-8 in your editor")]
    NotUtf8 {
        /// Counted from 1.
        line: usize,
    },
    /// A trailing comma, which many editors accept.
    #[error("the file is not JSON: nothing follows the comma at line {line} column {column}; remove it")]
    TrailingComma {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Not JSON; the parser's text says where.
    #[error("the file is not JSON: {0}")]
    NotJson(serde_json::Error),
    /// A duplicate id or field; the text says which, and where.
    #[error("{0}")]
    Twice(serde_json::Error),
    /// Not an object.
    #[error("the file must be a JSON object with a protocol under each id, not {0}")]
    NotAnObject(String),
    /// One of the protocols is invalid; none is imported.
    #[error("protocol {id:?}: {error}")]
    Protocol {
        /// Its id in the file.
        id: String,
        /// What is wrong with it.
        error: ProtocolError,
    },
}

impl ProtocolFile {
    /// Parses the documented format: an object from id to protocol.
    ///
    /// # Errors
    /// [`ProtocolFileError`] names the invalid protocol. Then the whole file is rejected.
    pub fn parse(file: &[u8], region: Region) -> Result<Self, ProtocolFileError> {
        let entries = match value(text(file)?)? {
            Value::Object(entries) => entries,
            other => return Err(ProtocolFileError::NotAnObject(kind(&other))),
        };
        let protocols = entries.into_iter().map(|(id, source)| {
            let read = ProtocolId::new(id.clone())
                .and_then(|checked| Protocol::from_json(checked, object(source)?, region));
            read.map_err(|error| ProtocolFileError::Protocol { id, error })
        });
        Ok(Self { protocols: protocols.collect::<Result<_, _>>()? })
    }

    /// Unknown fields that look like typos of known ones.
    pub fn misspelt(&self) -> Vec<Misspelt> {
        self.protocols.iter().flat_map(Protocol::misspelt).collect()
    }

    /// The file's content, with all imported fields, including unknown ones.
    pub fn to_json(&self) -> Value {
        let entries = self.protocols.iter();
        entries.map(|protocol| (protocol.id.to_string(), Value::Object(protocol.source().clone()))).collect()
    }
}

/// Removes a byte order mark.
fn text(file: &[u8]) -> Result<&str, ProtocolFileError> {
    if encoding::is_utf_16(file) {
        return Err(ProtocolFileError::Utf16);
    }
    let text = str::from_utf8(file).map_err(|error| {
        let good = &file[..error.valid_up_to()];
        ProtocolFileError::NotUtf8 { line: 1 + good.iter().filter(|byte| **byte == b'\n').count() }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn value(text: &str) -> Result<Value, ProtocolFileError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Unique("id").deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        if error.is_data() {
            return ProtocolFileError::Twice(error);
        }
        match trailing_comma(text, &error) {
            Some((line, column)) => ProtocolFileError::TrailingComma { line, column },
            None => ProtocolFileError::NotJson(error),
        }
    })
}

/// Finds the comma: the parser reports what follows it, often on another line.
fn trailing_comma(text: &str, error: &serde_json::Error) -> Option<(usize, usize)> {
    if !error.to_string().starts_with("trailing comma") {
        return None;
    }
    let start = text.split_inclusive('\n').take(error.line().checked_sub(1)?).map(str::len).sum::<usize>();
    let before = text.get(..start + error.column().saturating_sub(1))?;
    let comma = before.rfind(',')?;
    let line = before[..comma].matches('\n').count() + 1;
    let column = comma - before[..comma].rfind('\n').map_or(0, |at| at + 1) + 1;
    Some((line, column))
}

fn object(value: Value) -> Result<Map<String, Value>, ProtocolError> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(ProtocolError::BadField(format!("it must be an object, not {}", kind(&other)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = r#"{
        "protocol2": {"phone_number": "+10000000001", "callback": "https://handler.twilio.com/twiml/YY", "mood": {"loud": null}},
        "protocol1": {"callback": "https://handler.twilio.com/twiml/XX", "phone_number": "+1 (500) 555-0006"}
    }"#;
    const GOOD: &str = r#"{"a": {"phone_number": "+15005550006", "say": {"text": "Grüß Gott"}}}"#;

    fn error(file: &[u8]) -> String {
        ProtocolFile::parse(file, Region::US).unwrap_err().to_string()
    }

    #[test]
    fn what_is_imported_is_exported() {
        let file = ProtocolFile::parse(DOCUMENTED.as_bytes(), Region::US).unwrap();
        let ids: Vec<_> = file.protocols.iter().map(|protocol| protocol.id.as_str()).collect();
        assert_eq!(ids, ["protocol2", "protocol1"], "the order of the file");
        assert_eq!(file.protocols[1].from.as_str(), "+15005550006");
        let written = serde_json::to_string(&file.to_json()).unwrap();
        let read: Value = serde_json::from_str(DOCUMENTED).unwrap();
        assert_eq!(
            written,
            serde_json::to_string(&read).unwrap(),
            "every field, in its order, unknown ones too"
        );
    }

    #[test]
    fn a_fault_names_the_protocol() {
        assert!(error(br#"{"a": {"phone_number": "+15005550006"}}"#).starts_with("protocol \"a\": "));
        assert_eq!(error(b"{\"a\": 1}"), "protocol \"a\": it must be an object, not the number 1");
        assert_eq!(error(b"[]"), "the file must be a JSON object with a protocol under each id, not a list");
        for text in ["", "nonsense", "{\"a\": {}", "{} {}"] {
            assert!(error(text.as_bytes()).starts_with("the file is not JSON: "), "{text}");
        }
        let deep = format!("{{\"a\": {{\"x\": {}{}}}}}", "[".repeat(500), "]".repeat(500));
        assert!(matches!(
            ProtocolFile::parse(deep.as_bytes(), Region::US),
            Err(ProtocolFileError::NotJson(_))
        ));
    }

    #[test]
    fn another_encoding_is_named() {
        assert!(ProtocolFile::parse(format!("\u{feff}{GOOD}").as_bytes(), Region::US).is_ok());
        let utf_16 = |mark: &str| -> Vec<u8> {
            format!("{mark}{GOOD}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        for mark in ["", "\u{feff}"] {
            assert_eq!(error(&utf_16(mark)), "the file is UTF-16; save it as UTF-8 in your editor");
        }
        let latin: Vec<u8> =
            format!("\n{GOOD}").chars().filter_map(|sign| u8::try_from(u32::from(sign)).ok()).collect();
        let told =
            "the file is not UTF-8 but probably Windows-1252 (line 2); save it as UTF-8 in your editor";
        assert_eq!(error(&latin), told);
    }

    #[test]
    fn what_is_there_twice_is_named() {
        let one = r#"{"phone_number": "+15005550006", "twiml": "<Response/>"}"#;
        let ids = error(format!("{{\"a\": {one},\n \"a\": {one}}}").as_bytes());
        assert!(ids.starts_with("the id \"a\" appears twice at line 2 "), "{ids}");
        let fields = error(br#"{"a": {"timeout": 1, "twiml": "<Response/>", "timeout": 2}}"#);
        assert!(fields.starts_with("the field \"timeout\" appears twice at line 1 "), "{fields}");
        let deep = error(br#"{"a": {"mood": [{"x": 1, "x": 1}]}}"#);
        assert!(deep.starts_with("the field \"x\" appears twice"), "{deep}");
    }

    #[test]
    fn the_comma_that_is_too_many_is_found() {
        let told = |line, column| {
            format!(
                "the file is not JSON: nothing follows the comma at line {line} column {column}; remove it"
            )
        };
        assert_eq!(error(b"{\n  \"a\": {\"x\": 1,\n    \"y\": 2 ,\n  }\n}"), told(3, 12));
        assert_eq!(error(b"{\"a\": {\"x\": [1,]}}"), told(1, 15));
    }

    #[test]
    fn a_misspelt_option_is_kept_and_pointed_out() {
        let text =
            r#"{"a": {"phone_number": "+15005550006", "twiml": "<Response/>", "time_limt": 60, "mood": 1}}"#;
        let file = ProtocolFile::parse(text.as_bytes(), Region::US).unwrap();
        assert_eq!(file.to_json()["a"]["time_limt"], 60);
        let told: Vec<String> = file.misspelt().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["Protocol a: \"time_limt\" is kept but has no effect. Did you mean \"time_limit\"?"]
        );
    }
}
