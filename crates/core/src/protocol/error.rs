//! Why an object isn't a protocol.

use crate::own_twiml::NoPlaceForOffer;
use crate::protocol::ProtocolId;
use crate::twiml::TwimlError;
use crate::twiml_document::TwimlFault;

/// Why an object isn't a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// Empty, too long, or with control characters.
    #[error("a protocol's id has 1 to {} characters and no control characters", ProtocolId::MAX_CHARS)]
    BadId,
    /// A field is missing or of the wrong type; serde's words name it.
    #[error("{0}")]
    BadField(String),
    /// `phone_number` isn't a number.
    #[error("phone_number is not a phone number; write it in the international form, such as +15005550006")]
    BadPhoneNumber,
    /// None of `callback`, `twiml`, `say`, `sound`, or more than one.
    #[error("a protocol needs exactly one of callback, twiml, say and sound; this one has {0}")]
    NotOnePlay(usize),
    /// `callback` isn't a web address.
    #[error("callback is not a web address that starts with http:// or https://")]
    BadCallback,
    /// `twiml` isn't TwiML.
    #[error("twiml: {0}")]
    BadTwiml(TwimlError),
    /// Twilio would not play it as it was meant.
    #[error("twiml: {0}")]
    Twiml(TwimlFault),
    /// `say.text` is empty or becomes more TwiML than fits.
    #[error("say: {0}")]
    BadSay(&'static str),
    /// `sound` isn't an id.
    #[error("sound is not the id of a sound file")]
    BadSound,
    /// A number outside its bounds.
    #[error("{field} must be from 1 to {most} seconds")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// The largest value.
        most: u32,
    },
    /// Signs that can't be dialled.
    #[error("send_digits takes at most 32 of 0-9, *, # and w")]
    BadSendDigits,
    /// The offer to press 9 has no place in what plays.
    #[error("offer_opt_out: {0}")]
    NoPlaceForOffer(#[from] NoPlaceForOffer),
    /// What plays is not ours to add to.
    #[error("offer_opt_out: a callback has to make this offer itself")]
    OfferOfCallback,
    /// What plays leaves no room for the offer.
    #[error(
        "offer_opt_out: there is no room for the offer; Twilio accepts at most 4,000 characters, so shorten \
         what plays"
    )]
    NoRoomForOffer,
    /// The offer isn't made in that language.
    #[error("opt_out_language is not a language that the offer exists in")]
    BadOptOutLanguage,
}
