//! `protocols.json`: the documented file, read and written without loss.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::phone_number::Region;
use crate::protocol::{Protocol, ProtocolError, ProtocolId};

/// The protocols of a file, in its order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ProtocolFile {
    /// In the order of the file.
    pub protocols: Vec<Protocol>,
}

/// Why a file can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolFileError {
    /// Not JSON, or not an object of objects.
    #[error("it is not a JSON object whose values are protocols: {0}")]
    NotJson(#[from] serde_json::Error),
    /// One of the protocols is wrong; none is taken.
    #[error("protocol {id:?}: {error}")]
    Protocol {
        /// The id it has in the file.
        id: String,
        /// What is wrong with it.
        error: ProtocolError,
    },
}

impl ProtocolFile {
    /// Reads the documented format: an object from id to protocol.
    ///
    /// # Errors
    /// [`ProtocolFileError`] names the protocol that can't be taken; a file is taken whole or not at all.
    pub fn parse(text: &[u8], region: Region) -> Result<Self, ProtocolFileError> {
        // A file written by an editor of another system may begin with a byte order mark.
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let entries: IndexMap<String, Map<String, Value>> = serde_json::from_slice(text)?;
        let protocols = entries
            .into_iter()
            .map(|(id, source)| {
                ProtocolId::new(id.clone())
                    .and_then(|checked| Protocol::from_json(checked, source, region))
                    .map_err(|error| ProtocolFileError::Protocol { id, error })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { protocols })
    }

    /// The file's content, with every field as it was imported, known or not.
    pub fn to_json(&self) -> Value {
        let entries = self.protocols.iter();
        entries.map(|protocol| (protocol.id.to_string(), Value::Object(protocol.source().clone()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = r#"{
        "protocol2": {"phone_number": "+10000000001", "callback": "https://handler.twilio.com/twiml/YY", "mood": {"loud": null}},
        "protocol1": {"callback": "https://handler.twilio.com/twiml/XX", "phone_number": "+1 (500) 555-0006"}
    }"#;

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
        let error =
            ProtocolFile::parse(br#"{"a": {"phone_number": "+15005550006"}}"#, Region::US).unwrap_err();
        assert!(error.to_string().starts_with("protocol \"a\": "), "{error}");
        for text in ["", "[]", "{\"a\": 1}", "nonsense", "{\"a\": {}"] {
            assert!(ProtocolFile::parse(text.as_bytes(), Region::US).is_err(), "{text}");
        }
        let deep = format!("{{\"a\": {{\"x\": {}{}}}}}", "[".repeat(500), "]".repeat(500));
        assert!(matches!(
            ProtocolFile::parse(deep.as_bytes(), Region::US),
            Err(ProtocolFileError::NotJson(_))
        ));
    }
}
