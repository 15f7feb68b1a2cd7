//! Errors in protocols.

use crate::acknowledge::BadAcknowledge;
use crate::own_twiml::NoPlaceForOffer;
use crate::protocol::ProtocolId;
use crate::twiml::TwimlError;
use crate::twiml_document::TwimlFault;

/// Why an object isn't a valid protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// Empty, too long, or with control characters.
    #[error("a protocol's id has 1 to {} characters and no control characters", ProtocolId::MAX_CHARS)]
    BadId,
    /// A field is missing or has the wrong type; serde's text names it.
    #[error("{0}")]
    BadField(String),
    /// `phone_number` isn't a phone number.
    #[error("phone_number is not a phone number; write it in the international form, such as +15005550006")]
    BadPhoneNumber,
    /// None or several of `callback`, `twiml`, `say`, `sound`.
    #[error("a protocol needs exactly one of callback, twiml, say and sound; this one has {0}")]
    NotOnePlay(usize),
    /// `callback` isn't a web address.
    #[error("callback is not a web address that starts with http:// or https://")]
    BadCallback,
    /// `twiml` isn't TwiML.
    #[error("twiml: {0}")]
    BadTwiml(TwimlError),
    /// Twilio wouldn't play it as intended.
    #[error("twiml: {0}")]
    Twiml(TwimlFault),
    /// `say.text` is empty or too long as TwiML.
    #[error("say: {0}")]
    BadSay(&'static str),
    /// `sound` isn't an id.
    #[error("sound is not the id of a sound file")]
    BadSound,
    /// A number out of range.
    #[error("{field} must be from 1 to {most} seconds")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// The largest value.
        most: u32,
    },
    /// `send_digits` has characters that can't be dialed.
    #[error("send_digits takes at most 32 of 0-9, *, # and w")]
    BadSendDigits,
    /// The TwiML has no place for the offer to press 9.
    #[error("offer_opt_out: {0}")]
    NoPlaceForOffer(NoPlaceForOffer),
    /// The offer can't be added to a callback's TwiML.
    #[error("offer_opt_out: a callback has to make this offer itself")]
    OfferOfCallback,
    /// The TwiML has no room for the offer.
    #[error(
        "offer_opt_out: there is no room for the offer; Twilio accepts at most 4,000 characters, so shorten \
         what plays"
    )]
    NoRoomForOffer,
    /// The offer doesn't exist in that language.
    #[error("opt_out_language is not a language that the offer exists in")]
    BadOptOutLanguage,
    /// `acknowledge` has a key or a prompt that can't be used.
    #[error("acknowledge: {0}")]
    BadAcknowledge(#[from] BadAcknowledge),
    /// The TwiML has no place for the request to confirm.
    #[error("acknowledge: {0}")]
    NoPlaceToAcknowledge(NoPlaceForOffer),
    /// The request to confirm can't be added to a callback's TwiML.
    #[error("acknowledge: a callback has to ask for this itself")]
    AcknowledgeOfCallback,
    /// The TwiML has no room for the request to confirm.
    #[error(
        "acknowledge: there is no room for it; Twilio accepts at most 4,000 characters, so shorten what plays"
    )]
    NoRoomToAcknowledge,
}
