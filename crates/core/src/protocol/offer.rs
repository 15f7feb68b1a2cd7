//! The offer to press 9 that a protocol ends with.

use crate::message::Filling;
use crate::opt_out::{MAX_ACTION_CHARS, OptOut, fits};
use crate::own_twiml::OwnTwiml;
use crate::plays::Plays;
use crate::protocol::ProtocolError;
use crate::protocol_fields::ProtocolFields;

/// The offer that it ends with, if any. `say` has one by default, unless it doesn't fit: long texts of older files are
/// kept without it.
pub(super) fn of(
    fields: &ProtocolFields,
    plays: &Plays,
    filling: &Filling<'_>,
) -> Result<Option<OptOut>, ProtocolError> {
    let told = fields.opt_out_language.as_deref();
    let told = told.map(|language| OptOut::spoken_in(language).ok_or(ProtocolError::BadOptOutLanguage));
    let told = told.transpose()?;
    let wanted = fields.offer_opt_out.unwrap_or(matches!(plays, Plays::Say(_)));
    if !wanted {
        return Ok(None);
    }
    let like_the_message = match plays {
        Plays::Callback { .. } => return Err(ProtocolError::OfferOfCallback),
        Plays::Say(say) => OptOut::like(say.voice.as_deref(), say.language.as_deref()),
        Plays::Twiml(twiml) => {
            let OwnTwiml { voice, language, .. } = OwnTwiml::read(twiml)?;
            OptOut::like(voice.as_deref(), language.as_deref())
        }
        Plays::Sound(_) => OptOut::default(),
    };
    let opt_out = told.unwrap_or(like_the_message);
    // A sound's address is never longer than the one that takes the key, whose room is kept free as well.
    let longest = "x".repeat(MAX_ACTION_CHARS);
    let twiml = plays.inline_twiml_with(&opt_out, Some(&longest), filling, "").unwrap_or_default();
    match (fits(twiml.chars().count()), fields.offer_opt_out) {
        (true, _) => Ok(Some(opt_out)),
        (false, Some(_)) => Err(ProtocolError::NoRoomForOffer),
        (false, None) => Ok(None),
    }
}
