//! A protocol: the number to call from, and what the person called will hear.

mod error;
mod field_types;
mod message;
mod offer;

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::keys::{self, Keys};
use crate::message::{Filling, SayText, TakesMessage};
pub use crate::own_twiml::NoPlaceForOffer;
use crate::phone_number::{PhoneNumber, Region};
pub use crate::plays::{Plays, SoundId};
pub use crate::protocol_fields::{
    AcknowledgeField, AcknowledgeOptions, HttpMethod, MachineDetection, ProtocolFields, Say,
};
use crate::twiml::{self, TwimlError};
use crate::twiml_document::TwimlDocument;
pub use error::ProtocolError;

/// Name of a protocol, as it stands in the documented file and in `protocol=` of a request.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct ProtocolId(String);

impl ProtocolId {
    /// Longest id, in characters.
    pub const MAX_CHARS: usize = 100;
    /// The same rule as a regular expression, without the length: at least one visible character and no control
    /// characters.
    pub const PATTERN: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

    /// Checks a text.
    ///
    /// # Errors
    /// [`ProtocolError::BadId`] if it is empty, too long or contains a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, ProtocolError> {
        let text = text.into();
        let fits = !text.trim().is_empty() && text.chars().count() <= Self::MAX_CHARS;
        if fits && !text.chars().any(char::is_control) { Ok(Self(text)) } else { Err(ProtocolError::BadId) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProtocolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const ALLOWANCE: &str = "allow_unchecked_twiml";

/// A protocol that has been checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Protocol {
    /// Id.
    pub id: ProtocolId,
    /// What people call it.
    pub name: Option<String>,
    /// The number to call from.
    pub from: PhoneNumber,
    /// What the person called will hear.
    pub plays: Plays,
    /// How long it may ring, in seconds.
    pub timeout_s: Option<u16>,
    /// Whether to detect answering machines.
    pub machine_detection: Option<MachineDetection>,
    /// Digits dialled once the call is answered.
    pub send_digits: Option<String>,
    /// The longest a call may last, in seconds.
    pub time_limit_s: Option<u32>,
    /// Whether Twilio records the call.
    pub record: bool,
    /// The keys it asks for, if it does. That also needs a public address.
    pub keys: Option<Keys>,
    /// Its room for a message, if it takes one.
    pub takes_message: Option<TakesMessage>,
    /// What TwiML of its own does besides what is heard; empty for anything else.
    document: TwimlDocument,
    /// The object as given, so that an export matches the import. Two fields differ: a number without a country gets
    /// one, since it would mean another number under another default country, and the address is the checked one.
    source: Map<String, Value>,
}

/// A field that is probably misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// The protocol.
    pub protocol: ProtocolId,
    /// The field, as written.
    pub field: String,
    /// The field that was probably meant.
    pub meant: &'static str,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, field, meant } = self;
        write!(f, "Protocol {protocol}: {field:?} is kept but has no effect. Did you mean {meant:?}?")
    }
}

impl Protocol {
    /// Longest ringing time that Twilio accepts, in seconds.
    pub const MAX_TIMEOUT_S: u16 = 600;
    /// Digits that can be dialled after the answer.
    pub const SEND_DIGITS_PATTERN: &str = "^[0-9*#wW]{0,32}$";
    /// Longest call, in seconds: a day.
    pub const MAX_TIME_LIMIT_S: u32 = 86_400;
    /// Longest call in seconds if the TwiML dials other numbers and the protocol sets no limit: an hour.
    pub const LONGEST_ON_S: u32 = 3_600;

    /// Reads one object of the documented file.
    ///
    /// # Errors
    /// A [`ProtocolError`] that names the field.
    pub fn from_json(
        id: ProtocolId,
        mut source: Map<String, Value>,
        region: Region,
    ) -> Result<Self, ProtocolError> {
        field_types::make_whole(&mut source);
        field_types::check(&source)?;
        let fields: ProtocolFields = serde_json::from_value(Value::Object(source.clone()))
            .map_err(|error| ProtocolError::BadField(error.to_string()))?;
        check_digits(&fields)?;
        let default = message::default(&fields)?;
        let filling = Filling { message: default.as_ref(), name: None };
        let plays = plays(&fields, &filling)?;
        let from = from_number(&fields.phone_number, region)?;
        if !fields.phone_number.contains('+') {
            source.insert("phone_number".into(), from.as_str().into());
        }
        if let Plays::Callback { url, .. } = &plays {
            source.insert("callback".into(), url.as_str().into());
        }
        let document = match &plays {
            Plays::Twiml(twiml) => TwimlDocument::read(twiml, &from),
            Plays::Callback { .. } | Plays::Say(_) | Plays::Sound(_) => TwimlDocument::default(),
        };
        let keys = offer::of(&fields, &plays, &filling)?;
        Ok(Self {
            id,
            document,
            takes_message: message::taken(&plays, keys.as_ref(), default)?,
            keys,
            from,
            name: fields.name,
            plays,
            timeout_s: fields.timeout,
            machine_detection: fields.machine_detection,
            send_digits: fields.send_digits,
            time_limit_s: fields.time_limit,
            record: fields.record.unwrap_or(false),
            source,
        })
    }

    /// The TwiML to send along with the call, unless Twilio fetches it. `sound_url` is where Twilio finds the sound
    /// file, and `key_url` is where it sends pressed keys.
    pub fn twiml(
        &self,
        sound_url: Option<&str>,
        key_url: Option<&str>,
        filling: &Filling<'_>,
    ) -> Option<String> {
        let default = self.takes_message.as_ref().and_then(|takes| takes.default.as_ref());
        let filling = &Filling { message: filling.message.or(default), ..*filling };
        let action = key_url.filter(|url| keys::takes(url));
        let fill = |filling: &Filling<'_>| match (&self.keys, action) {
            (Some(keys), Some(action)) => self.plays.inline_twiml_with(keys, sound_url, filling, action),
            (None, _) | (_, None) => self.plays.inline_twiml(sound_url, filling),
        };
        let twiml = fill(filling)?;
        // If only the name makes it too long, it is left out: the call matters more.
        if filling.name.is_some() && twiml.chars().count() > twiml::MAX_CHARS {
            return fill(&Filling { name: None, ..*filling });
        }
        Some(twiml)
    }

    /// What its own TwiML does besides what is heard.
    pub fn document(&self) -> &TwimlDocument {
        &self.document
    }

    /// Checks that Twilio would play the TwiML as intended. Protocols saved by earlier versions may fail this; they are
    /// kept, and it is pointed out when they are saved again.
    ///
    /// # Errors
    /// The first fault.
    pub fn check_twiml(&self) -> Result<(), ProtocolError> {
        self.document.faults().first().cloned().map_or(Ok(()), |fault| Err(ProtocolError::Twiml(fault)))
    }

    /// What it does that the rules can't check and the owner hasn't allowed, as text.
    pub fn unchecked(&self) -> Option<String> {
        let unchecked = self.document.unchecked();
        (!unchecked.is_empty() && !self.allows_unchecked()).then(|| unchecked.join(", "))
    }

    /// Whether the owner allows what the rules can't check.
    pub fn allows_unchecked(&self) -> bool {
        self.source.get(ALLOWANCE) == Some(&Value::Bool(true))
    }

    /// Sets or removes the owner's allowance.
    #[must_use]
    pub fn allowing_unchecked(mut self, allows: bool) -> Self {
        match (allows, self.allows_unchecked()) {
            (true, false) => {
                self.source.insert(ALLOWANCE.into(), true.into());
            }
            (false, _) => {
                self.source.shift_remove(ALLOWANCE);
            }
            (true, true) => {}
        }
        self
    }

    /// The longest that a call may last, in seconds. If the TwiML dials other numbers or can't be checked, there is
    /// always a limit.
    pub fn longest_s(&self) -> Option<u32> {
        self.time_limit_s.or_else(|| self.document.goes_on().then_some(Self::LONGEST_ON_S))
    }

    /// Unknown fields that are probably misspelt. They are kept and have no effect.
    pub fn misspelt(&self) -> Vec<Misspelt> {
        let unknown = self.source.keys().filter(|name| !field_types::is_known(name));
        let misspelt = unknown.filter_map(|name| {
            let meant = field_types::probably_meant(name)?;
            Some(Misspelt { protocol: self.id.clone(), field: name.clone(), meant })
        });
        misspelt.collect()
    }

    /// Its name, unless that is blank.
    pub fn shown_name(&self) -> Option<&str> {
        self.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The object as it was given.
    pub fn source(&self) -> &Map<String, Value> {
        &self.source
    }
}

/// E.164 form is enough: the documented example calls from `+10000000000`, which is in no numbering plan, and Twilio
/// checks whether the account owns the number.
fn from_number(text: &str, region: Region) -> Result<PhoneNumber, ProtocolError> {
    PhoneNumber::from_e164(text)
        .or_else(|_| PhoneNumber::parse(text, region))
        .map_err(|_| ProtocolError::BadPhoneNumber)
}

fn plays(fields: &ProtocolFields, filling: &Filling<'_>) -> Result<Plays, ProtocolError> {
    match (&fields.callback, &fields.twiml, &fields.say, &fields.sound) {
        (Some(callback), None, None, None) => {
            let url = Url::parse(callback).map_err(|_| ProtocolError::BadCallback)?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(ProtocolError::BadCallback);
            }
            // The checked address: parsing repairs things like backslashes, which Twilio might read differently.
            Ok(Plays::Callback { url: url.into(), method: fields.method.unwrap_or_default() })
        }
        (None, Some(twiml), None, None) => {
            twiml::check(twiml).map_err(ProtocolError::BadTwiml)?;
            Ok(Plays::Twiml(twiml.clone()))
        }
        (None, None, Some(say), None) => {
            if !SayText::read(&say.text).is_heard() {
                return Err(ProtocolError::BadSay("the text is empty"));
            }
            let plays = Plays::Say(say.clone());
            let spoken = plays.inline_twiml(None, filling).unwrap_or_default();
            twiml::check(&spoken).map_err(|error| match error {
                TwimlError::TooLong(_) => message::TOO_LONG,
                other => ProtocolError::BadTwiml(other),
            })?;
            Ok(plays)
        }
        (None, None, None, Some(sound)) => {
            Uuid::parse_str(sound).map(|id| Plays::Sound(SoundId(id))).map_err(|_| ProtocolError::BadSound)
        }
        (callback, twiml, say, sound) => {
            let given = [callback.is_some(), twiml.is_some(), say.is_some(), sound.is_some()];
            Err(ProtocolError::NotOnePlay(given.into_iter().filter(|given| *given).count()))
        }
    }
}

fn check_digits(fields: &ProtocolFields) -> Result<(), ProtocolError> {
    let dialable = |digits: &String| {
        digits.len() <= 32
            && digits.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'*' | b'#' | b'w' | b'W'))
    };
    if fields.send_digits.as_ref().is_some_and(|digits| !dialable(digits)) {
        return Err(ProtocolError::BadSendDigits);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
