//! The message that a protocol takes with each call.

use crate::keys::{Keys, MAX_ACTION_CHARS};
use crate::message::{Filling, Message, MessageError, SayText, TakesMessage};
use crate::plays::Plays;
use crate::protocol::{Protocol, ProtocolError};
use crate::protocol_fields::ProtocolFields;
use crate::twiml::MAX_CHARS;

pub(super) const TOO_LONG: ProtocolError = ProtocolError::BadSay(
    "the message is too long; Twilio accepts at most 4,000 characters, including its markup",
);

impl Protocol {
    /// The most times that the text can be said.
    pub const MAX_REPEAT: u8 = 5;

    /// Whether the text says the name of the person called.
    pub fn names_person(&self) -> bool {
        matches!(&self.plays, Plays::Say(say) if SayText::read(&say.text).names() > 0)
    }

    /// Whether a call may be placed with this message and name.
    ///
    /// # Errors
    /// A [`MessageError`], when a message is missing, not taken or too long.
    pub fn check_message(&self, filling: &Filling<'_>) -> Result<(), MessageError> {
        match (&self.takes_message, filling.message) {
            (None, Some(_)) => Err(MessageError::NotTaken),
            (None, None) => Ok(()),
            (Some(takes), None) if takes.default.is_none() => Err(MessageError::Missing),
            (Some(takes), message) => {
                takes.check(&Filling { message: message.or(takes.default.as_ref()), ..*filling })
            }
        }
    }
}

/// The message that is said if a call brings none.
pub(super) fn default(fields: &ProtocolFields) -> Result<Option<Message>, ProtocolError> {
    let Some(say) = &fields.say else { return Ok(None) };
    let message = say.message.as_deref().map(Message::new).transpose().map_err(|error| match error {
        MessageError::TooLong { .. } => TOO_LONG,
        _ => ProtocolError::BadSay("its message holds control characters"),
    })?;
    let message = message.flatten();
    if message.is_some() && SayText::read(&say.text).messages() == 0 {
        return Err(ProtocolError::BadSay("its message is for {message}, which the text doesn't have"));
    }
    Ok(message)
}

/// How much of a message it takes, if any. If it asks for keys, room is kept for that with an address of any length.
pub(super) fn taken(
    plays: &Plays,
    keys: Option<&Keys>,
    default: Option<Message>,
) -> Result<Option<TakesMessage>, ProtocolError> {
    let Plays::Say(say) = plays else { return Ok(None) };
    let text = SayText::read(&say.text);
    let (times, names) = (text.messages(), text.names());
    if times == 0 {
        return Ok(None);
    }
    let nothing = Filling::default();
    let (twiml, kept_free) = match keys {
        Some(keys) => (plays.inline_twiml_with(keys, None, &nothing, ""), MAX_ACTION_CHARS),
        None => (plays.inline_twiml(None, &nothing), 0),
    };
    let used = twiml.map_or(0, |twiml| twiml.chars().count()) + kept_free;
    let room = MAX_CHARS.saturating_sub(used);
    if room < times {
        return Err(ProtocolError::BadSay("the text leaves no room for a message"));
    }
    Ok(Some(TakesMessage { room, times, names, default }))
}
