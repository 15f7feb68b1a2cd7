//! The offer to press 9: its words and its TwiML.

pub use crate::opt_out_words::{LANGUAGES, VOICES, Words};
use crate::opt_out_words::{language_of, words_of};
use crate::twiml::{self, MAX_CHARS, escape};

/// The key to opt out with.
pub const KEY: &str = "9";
/// Longest action URL for the keys, as written in TwiML. Its room is always reserved, so that moving the server doesn't
/// invalidate a protocol.
pub const MAX_ACTION_CHARS: usize = 512;
/// Seconds to press the key after everything was said.
const TIMEOUT_S: u8 = 5;

/// Words and voice of the offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOut {
    words: &'static Words,
    voice: Option<String>,
    language: Option<String>,
}

/// In English, with Twilio's default voice.
impl Default for OptOut {
    fn default() -> Self {
        Self { words: &LANGUAGES[0], voice: None, language: None }
    }
}

impl OptOut {
    /// The offer in a message's voice and language, if it exists in that language.
    pub fn like(voice: Option<&str>, language: Option<&str>) -> Self {
        let as_told =
            |words| Self { words, voice: voice.map(str::to_owned), language: language.map(str::to_owned) };
        match (language, voice.and_then(language_of)) {
            // English words in the voice of another language would be unintelligible.
            (Some(language), _) => words_of(language)
                .map_or_else(|| Self { language: Some("en-US".into()), ..Self::default() }, as_told),
            (None, Some(words)) => as_told(words),
            (None, None) => as_told(&LANGUAGES[0]),
        }
    }

    pub(crate) fn spoken_in(language: &str) -> Option<Self> {
        let words = words_of(language)?;
        Some(Self { words, voice: None, language: Some(language.to_owned()) })
    }

    /// The spoken texts.
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// Wraps verbs (`Say`, `Play` and `Pause`, as TwiML) so that the offer follows them. 9 counts from the first word:
    /// <https://www.twilio.com/docs/voice/twiml/gather>.
    pub(crate) fn around(&self, verbs: &str, action: &str) -> String {
        // With an empty finishOnKey, # and * are keys like any other and don't skip the offer.
        format!(
            "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"{TIMEOUT_S}\" method=\"POST\" action=\"{}\">\
             {verbs}<Pause length=\"1\"/>{}</Gather>",
            escape(action),
            self.say(self.words.offer),
        )
    }

    /// The document after 9 was pressed: confirms it and ends the call.
    pub fn confirmed(&self) -> String {
        format!("<Response>{}<Hangup/></Response>", self.say(self.words.confirmed))
    }

    /// The document after another key, perhaps pressed by mistake: repeats the offer once, then ends the call.
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

/// Whether a document of this length, with an empty action, has room for any accepted action URL.
pub(crate) fn fits(chars: usize) -> bool {
    chars + MAX_ACTION_CHARS <= MAX_CHARS
}

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
