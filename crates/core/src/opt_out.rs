//! The offer to press 9: in which words it is made, and the TwiML that makes it.

pub use crate::opt_out_words::{LANGUAGES, VOICES, Words};
use crate::opt_out_words::{language_of, words_of};
use crate::own_twiml::OwnTwiml;
use crate::plays::Plays;
use crate::protocol::ProtocolError;
use crate::protocol_fields::ProtocolFields;
use crate::twiml::{self, MAX_CHARS, escape};

/// The key that a person presses who doesn't want to be called again.
pub const KEY: &str = "9";
/// Longest address, as it stands in TwiML, at which the keys are taken. Room for it is kept free whatever the address is,
/// so that a protocol doesn't stop offering because the server moved.
pub const MAX_ACTION_CHARS: usize = 512;
/// How long a person has to find the key once everything was said, in seconds.
const TIMEOUT_S: u8 = 5;

/// How 9 is offered: the words, and who speaks them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOut {
    words: &'static Words,
    voice: Option<String>,
    language: Option<String>,
}

/// In English, by Twilio's own voice.
impl Default for OptOut {
    fn default() -> Self {
        Self { words: &LANGUAGES[0], voice: None, language: None }
    }
}

impl OptOut {
    /// The offer that what plays ends with, if it does. A message makes it by itself, as long as there is room: a message
    /// of an older file that is nearly as long as Twilio takes goes on as it was.
    pub(crate) fn of_protocol(fields: &ProtocolFields, plays: &Plays) -> Result<Option<Self>, ProtocolError> {
        let told = fields.opt_out_language.as_deref();
        let told = told.map(|language| Self::spoken_in(language).ok_or(ProtocolError::BadOptOutLanguage));
        let told = told.transpose()?;
        let wanted = fields.offer_opt_out.unwrap_or(matches!(plays, Plays::Say(_)));
        if !wanted {
            return Ok(None);
        }
        let like_the_message = match plays {
            Plays::Callback { .. } => return Err(ProtocolError::OfferOfCallback),
            Plays::Say(say) => Self::like(say.voice.as_deref(), say.language.as_deref()),
            Plays::Twiml(twiml) => {
                let OwnTwiml { voice, language, .. } = OwnTwiml::read(twiml)?;
                Self::like(voice.as_deref(), language.as_deref())
            }
            Plays::Sound(_) => Self::default(),
        };
        let opt_out = told.unwrap_or(like_the_message);
        // The address of a sound file is at most as long as the one that takes the key, which room is kept for as well.
        let longest = "x".repeat(MAX_ACTION_CHARS);
        let twiml = plays.inline_twiml_with(&opt_out, Some(&longest), "").unwrap_or_default();
        match (fits(twiml.chars().count()), fields.offer_opt_out) {
            (true, _) => Ok(Some(opt_out)),
            (false, Some(_)) => Err(ProtocolError::NoRoomForOffer),
            (false, None) => Ok(None),
        }
    }

    /// The offer as it follows a message of this voice and language: in the same ones, if they are among ours.
    pub fn like(voice: Option<&str>, language: Option<&str>) -> Self {
        let as_told =
            |words| Self { words, voice: voice.map(str::to_owned), language: language.map(str::to_owned) };
        match (language, voice.and_then(language_of)) {
            // A voice of another language would make nonsense of English words.
            (Some(language), _) => words_of(language)
                .map_or_else(|| Self { language: Some("en-US".into()), ..Self::default() }, as_told),
            (None, Some(words)) => as_told(words),
            (None, None) => as_told(&LANGUAGES[0]),
        }
    }

    /// The offer in a language of its own; `None` when it isn't among ours.
    pub fn spoken_in(language: &str) -> Option<Self> {
        let words = words_of(language)?;
        Some(Self { words, voice: None, language: Some(language.to_owned()) })
    }

    /// What is said.
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// Verbs that are played (`Say`, `Play` and `Pause`, written out) with the offer behind them. 9 counts from their first word
    /// on: <https://www.twilio.com/docs/voice/twiml/gather>.
    pub(crate) fn around(&self, verbs: &str, action: &str) -> String {
        // Without a key that ends the input # and * are keys like any other, and not a way past the offer.
        format!(
            "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"{TIMEOUT_S}\" method=\"POST\" action=\"{}\">\
             {verbs}<Pause length=\"1\"/>{}</Gather>",
            escape(action),
            self.say(self.words.offer),
        )
    }

    /// The document for somebody who pressed 9: it says that it was heard, and ends the call.
    pub fn confirmed(&self) -> String {
        format!("<Response>{}<Hangup/></Response>", self.say(self.words.confirmed))
    }

    /// The document for somebody who pressed another key, perhaps by mistake: the offer once more, and the end of the call.
    pub fn once_more(&self, action: &str) -> String {
        let goodbye = self.say(self.words.goodbye);
        format!("<Response>{}{goodbye}<Hangup/></Response>", self.around("", action))
    }

    /// The document that says goodbye and ends the call.
    pub fn goodbye(&self) -> String {
        format!("<Response>{}<Hangup/></Response>", self.say(self.words.goodbye))
    }

    fn say(&self, text: &str) -> String {
        twiml::say(text, self.voice.as_deref(), self.language.as_deref())
    }
}

/// Whether a document of this many characters, its action left empty, fits with any address that we take.
pub(crate) fn fits(chars: usize) -> bool {
    chars + MAX_ACTION_CHARS <= MAX_CHARS
}

/// Whether the address is short enough to stand in TwiML.
pub(crate) fn takes(action: &str) -> bool {
    escape(action).chars().count() <= MAX_ACTION_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_speaks_like_the_message() {
        let like = |voice, language| {
            let offer = OptOut::like(voice, language);
            (offer.words.language, offer.voice, offer.language)
        };
        assert_eq!(like(None, None), ("en", None, None));
        assert_eq!(like(Some("Polly.Vicki-Neural"), None), ("de", Some("Polly.Vicki-Neural".into()), None));
        assert_eq!(like(Some("Google.pt-BR-Wavenet-A"), None).0, "pt");
        assert_eq!(like(Some("alice"), Some("fr-CA")), ("fr", Some("alice".into()), Some("fr-CA".into())));
        assert_eq!(like(None, Some("no-NO")).0, "nb");
        // Nobody would understand English words in a Russian voice.
        assert_eq!(like(Some("Polly.Tatyana"), Some("ru-RU")), ("en", None, Some("en-US".into())));
    }

    #[test]
    fn answers_to_keys_are_documents() {
        let offer = OptOut::spoken_in("de-DE").unwrap();
        let action = "https://calls.example.com/api/twilio_gather/private-call-0?a=1&b=2";
        for document in [offer.confirmed(), offer.once_more(action)] {
            assert_eq!(twiml::check(&document), Ok(()));
        }
        assert_eq!(
            OptOut::default().confirmed(),
            "<Response><Say>You will not be called again. Goodbye.</Say><Hangup/></Response>"
        );
        assert_eq!(
            OptOut::default().once_more(action),
            "<Response><Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"5\" method=\"POST\" \
             action=\"https://calls.example.com/api/twilio_gather/private-call-0?a=1&amp;b=2\">\
             <Pause length=\"1\"/><Say>Press 9 and this number will not be called again.</Say></Gather>\
             <Say>Goodbye.</Say><Hangup/></Response>"
        );
    }
}
