//! The keys that a call asks for: 9 to opt out, another one to confirm. Their words and their TwiML.

use crate::acknowledge::{Acknowledge, AcknowledgeKey};
pub use crate::key_words::{LANGUAGES, VOICES, Words};
use crate::key_words::{language_of, with_digit, words_of};
use crate::twiml::{self, MAX_CHARS, escape};

/// The key to opt out with.
pub const OPT_OUT: &str = "9";
/// Longest action URL for the keys, as written in TwiML. Its room is always reserved, so that moving the server doesn't
/// invalidate a protocol.
pub const MAX_ACTION_CHARS: usize = 512;
/// Seconds to press 9 after everything was said.
const TIMEOUT_S: u8 = 5;
/// Seconds to confirm after everything was said, and again after the prompt was repeated.
const ACKNOWLEDGE_TIMEOUT_S: u8 = 10;

/// The keys that a call asks for, and how it speaks of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    words: &'static Words,
    speaker: Speaker,
    /// Speaks a prompt of the owner's.
    message: Speaker,
    offers_opt_out: bool,
    acknowledge: Option<Acknowledge>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Speaker {
    voice: Option<String>,
    language: Option<String>,
}

/// Offers 9, in English, with Twilio's default voice.
impl Default for Keys {
    fn default() -> Self {
        Self::said_by(&LANGUAGES[0], Speaker::default(), Speaker::default())
    }
}

impl Keys {
    /// Offers 9 in a message's voice and language, if the offer exists in that language.
    pub fn like(voice: Option<&str>, language: Option<&str>) -> Self {
        let message = Speaker { voice: voice.map(str::to_owned), language: language.map(str::to_owned) };
        let as_told = |words| Self::said_by(words, message.clone(), message.clone());
        match (language, voice.and_then(language_of)) {
            // English words in the voice of another language would be unintelligible.
            (Some(language), _) => words_of(language).map_or_else(
                || {
                    let english = Speaker { voice: None, language: Some("en-US".into()) };
                    Self::said_by(&LANGUAGES[0], english, message.clone())
                },
                as_told,
            ),
            (None, Some(words)) => as_told(words),
            (None, None) => as_told(&LANGUAGES[0]),
        }
    }

    /// The same in a language that the owner chose; `None` if the offer doesn't exist in it.
    pub(crate) fn spoken_in(self, language: &str) -> Option<Self> {
        let speaker = Speaker { voice: None, language: Some(language.to_owned()) };
        // A message without a language of its own, such as a sound, is followed by prompts in this one.
        let message = if self.message == Speaker::default() { speaker.clone() } else { self.message };
        Some(Self { words: words_of(language)?, speaker, message, ..self })
    }

    /// The same with exactly these keys.
    pub(crate) fn asking(&self, offers_opt_out: bool, acknowledge: Option<Acknowledge>) -> Self {
        Self { offers_opt_out, acknowledge, ..self.clone() }
    }

    /// As a call that asked for this key speaks of it, whatever the protocol has become since.
    #[must_use]
    pub fn of_call(self, asked_for: Option<AcknowledgeKey>) -> Self {
        let acknowledge = asked_for.map(|key| {
            let kept = self.acknowledge.clone().filter(|acknowledge| acknowledge.key() == key);
            kept.unwrap_or_else(|| Acknowledge::with(key))
        });
        Self { offers_opt_out: self.offers_opt_out || acknowledge.is_none(), acknowledge, ..self }
    }

    fn said_by(words: &'static Words, speaker: Speaker, message: Speaker) -> Self {
        Self { words, speaker, message, offers_opt_out: true, acknowledge: None }
    }

    /// The spoken texts.
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// Whether 9 is offered.
    pub fn offers_opt_out(&self) -> bool {
        self.offers_opt_out
    }

    /// What the person is asked to confirm with, if they are.
    pub fn acknowledge(&self) -> Option<&Acknowledge> {
        self.acknowledge.as_ref()
    }

    /// Wraps verbs (`Say`, `Play` and `Pause`, as TwiML) so that the prompt follows them. A key counts from the first
    /// word: <https://www.twilio.com/docs/voice/twiml/gather>. Where a confirmation is asked for, the prompt is repeated
    /// once within the same `Gather`, since each further one would need room for another URL.
    pub(crate) fn around(&self, verbs: &str, action: &str) -> String {
        let prompt = self.prompt();
        let again = match &self.acknowledge {
            Some(_) => format!("<Pause length=\"{ACKNOWLEDGE_TIMEOUT_S}\"/>{prompt}"),
            None => String::new(),
        };
        self.gather(&format!("{verbs}<Pause length=\"1\"/>{prompt}{again}"), action)
    }

    fn gather(&self, verbs: &str, action: &str) -> String {
        let timeout = if self.acknowledge.is_some() { ACKNOWLEDGE_TIMEOUT_S } else { TIMEOUT_S };
        // With an empty finishOnKey, # and * are keys like any other and don't skip the prompt.
        format!(
            "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"{timeout}\" method=\"POST\" \
             action=\"{}\">{verbs}</Gather>",
            escape(action),
        )
    }

    /// Which keys to press; both in one sentence, unless the owner has a prompt of their own.
    fn prompt(&self) -> String {
        let Some(acknowledge) = &self.acknowledge else { return self.say(self.words.offer) };
        let key = acknowledge.key();
        match (acknowledge.prompt(), self.offers_opt_out) {
            (None, false) => self.say(&with_digit(self.words.acknowledge, key)),
            (None, true) => self.say(&with_digit(self.words.both, key)),
            (Some(own), false) => self.message.say(own),
            (Some(own), true) => format!("{}{}", self.message.say(own), self.say(self.words.offer)),
        }
    }

    /// The document after 9 was pressed: confirms it and ends the call.
    pub fn opted_out(&self) -> String {
        self.last_words(self.words.confirmed)
    }

    /// The document after the call was confirmed: says so and ends it.
    pub fn acknowledged(&self) -> String {
        self.last_words(self.words.acknowledged)
    }

    /// The document after another key, perhaps pressed by mistake: repeats the prompt once, then ends the call.
    pub fn once_more(&self, action: &str) -> String {
        let asks = self.gather(&format!("<Pause length=\"1\"/>{}", self.prompt()), action);
        format!("<Response>{asks}{}<Hangup/></Response>", self.say(self.words.goodbye))
    }

    /// The document that says goodbye and ends the call.
    pub fn goodbye(&self) -> String {
        self.last_words(self.words.goodbye)
    }

    fn last_words(&self, text: &str) -> String {
        format!("<Response>{}<Hangup/></Response>", self.say(text))
    }

    fn say(&self, text: &str) -> String {
        self.speaker.say(text)
    }
}

impl Speaker {
    fn say(&self, text: &str) -> String {
        twiml::say(text, self.voice.as_deref(), self.language.as_deref())
    }
}

/// Whether a document of this length, with an empty action, has room for any accepted action URL.
pub(crate) fn fits(chars: usize) -> bool {
    chars + MAX_ACTION_CHARS <= MAX_CHARS
}

/// Whether keys can be posted to this URL.
pub fn takes(action: &str) -> bool {
    escape(action).chars().count() <= MAX_ACTION_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTION: &str = "https://calls.example.com/api/twilio_gather/private-call-0?a=1&b=2";

    #[test]
    fn the_offer_speaks_like_the_message() {
        let like = |voice, language| {
            let keys = Keys::like(voice, language);
            (keys.words.language, keys.speaker.voice, keys.speaker.language)
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
        let keys = Keys::default().spoken_in("de-DE").unwrap();
        let both = keys.asking(true, Some(Acknowledge::with(AcknowledgeKey::default())));
        for keys in [keys, both] {
            for document in [keys.opted_out(), keys.acknowledged(), keys.once_more(ACTION), keys.goodbye()] {
                assert_eq!(twiml::check(&document), Ok(()));
            }
        }
        assert_eq!(
            Keys::default().opted_out(),
            "<Response><Say>You will not be called again. Goodbye.</Say><Hangup/></Response>"
        );
        assert_eq!(
            Keys::default().acknowledged(),
            "<Response><Say>Confirmed. Goodbye.</Say><Hangup/></Response>"
        );
        assert_eq!(
            Keys::default().once_more(ACTION),
            "<Response><Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"5\" method=\"POST\" \
             action=\"https://calls.example.com/api/twilio_gather/private-call-0?a=1&amp;b=2\">\
             <Pause length=\"1\"/><Say>Press 9 and this number will not be called again.</Say></Gather>\
             <Say>Goodbye.</Say><Hangup/></Response>"
        );
    }

    #[test]
    fn a_call_is_confirmed_with_the_key_it_asked_for() {
        let key = |digit| AcknowledgeKey::new(digit).unwrap();
        let own = Acknowledge::with(key("1")).saying("Press 1 if you're on your way.");
        let now = Keys::default().asking(false, Some(own));
        let asks = |asked_for: Option<AcknowledgeKey>| now.clone().of_call(asked_for).once_more(ACTION);
        assert!(asks(Some(key("1"))).contains("<Say>Press 1 if you're on your way.</Say></Gather>"));
        assert!(asks(Some(key("4"))).contains("<Say>Press 4 to confirm.</Say></Gather>"), "it was 4 then");
        assert!(asks(None).contains("<Say>Press 9 and"), "the protocol began to ask later");
        let gone = Keys::default().of_call(Some(key("1"))).once_more(ACTION);
        assert!(gone.contains("Press 1 to confirm, or 9 and"), "{gone}");
        assert!(gone.contains("timeout=\"10\""), "{gone}");
    }
}
