//! The keys that a protocol asks for: 9 to opt out, another one to confirm.

use crate::acknowledge::Acknowledge;
use crate::keys::{Keys, MAX_ACTION_CHARS, fits};
use crate::message::Filling;
use crate::own_twiml::OwnTwiml;
use crate::plays::Plays;
use crate::protocol::{Protocol, ProtocolError};
use crate::protocol_fields::ProtocolFields;

impl Protocol {
    /// What the person is asked to confirm with, if they are.
    pub fn acknowledge(&self) -> Option<&Acknowledge> {
        self.keys.as_ref().and_then(Keys::acknowledge)
    }
}

/// The keys that it asks for, if any. `say` offers 9 by default, unless it doesn't fit: long texts of older files are
/// kept without it.
pub(super) fn of(
    fields: &ProtocolFields,
    plays: &Plays,
    filling: &Filling<'_>,
) -> Result<Option<Keys>, ProtocolError> {
    let told = |keys: Keys| match &fields.opt_out_language {
        Some(language) => keys.spoken_in(language).ok_or(ProtocolError::BadOptOutLanguage),
        None => Ok(keys),
    };
    let acknowledge = fields.acknowledge.as_ref().map(Acknowledge::read).transpose()?.flatten();
    let offers = fields.offer_opt_out.unwrap_or(matches!(plays, Plays::Say(_)));
    if !offers && acknowledge.is_none() {
        return told(Keys::default()).map(|_| None);
    }
    let like_the_message = match plays {
        Plays::Callback { .. } if acknowledge.is_some() => return Err(ProtocolError::AcknowledgeOfCallback),
        Plays::Callback { .. } => return Err(ProtocolError::OfferOfCallback),
        Plays::Say(say) => Keys::like(say.voice.as_deref(), say.language.as_deref()),
        Plays::Twiml(twiml) => {
            let read = OwnTwiml::read(twiml).map_err(|why| match acknowledge {
                Some(_) => ProtocolError::NoPlaceToAcknowledge(why),
                None => ProtocolError::NoPlaceForOffer(why),
            })?;
            Keys::like(read.voice.as_deref(), read.language.as_deref())
        }
        Plays::Sound(_) => Keys::default(),
    };
    let keys = told(like_the_message)?;
    // A sound's address is never longer than the one that takes the key, whose room is kept free as well.
    let longest = "x".repeat(MAX_ACTION_CHARS);
    let has_room = |keys: &Keys| {
        let twiml = plays.inline_twiml_with(keys, Some(&longest), filling, "").unwrap_or_default();
        fits(twiml.chars().count())
    };
    let all = keys.asking(offers, acknowledge.clone());
    if has_room(&all) {
        return Ok(Some(all));
    }
    if fields.offer_opt_out == Some(true) {
        return Err(ProtocolError::NoRoomForOffer);
    }
    if acknowledge.is_none() {
        return Ok(None);
    }
    let without_offer = keys.asking(false, acknowledge);
    if has_room(&without_offer) { Ok(Some(without_offer)) } else { Err(ProtocolError::NoRoomToAcknowledge) }
}
