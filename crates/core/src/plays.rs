//! What the person called will hear.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::keys::Keys;
use crate::message::{Filling, SayText};
use crate::own_twiml::OwnTwiml;
use crate::protocol_fields::{HttpMethod, Say};
use crate::twiml;

/// Id of a sound file that is kept here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid")]
pub struct SoundId(pub Uuid);

impl fmt::Display for SoundId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the person called will hear.
#[derive(Clone, PartialEq, Debug)]
pub enum Plays {
    /// TwiML that Twilio fetches from an address when the call is answered.
    Callback {
        /// The address.
        url: String,
        /// How Twilio fetches it.
        method: HttpMethod,
    },
    /// TwiML sent along with the call.
    Twiml(String),
    /// A text that is read out.
    Say(Say),
    /// A stored sound file, which Twilio fetches.
    Sound(SoundId),
}

impl Plays {
    /// The TwiML to send along with the call, unless Twilio fetches it. `sound_url` is where Twilio finds the sound
    /// file.
    pub(crate) fn inline_twiml(&self, sound_url: Option<&str>, filling: &Filling<'_>) -> Option<String> {
        match self {
            Self::Callback { .. } => None,
            Self::Twiml(twiml) => Some(twiml.clone()),
            Self::Say(_) | Self::Sound(_) => self.verb(sound_url, filling).map(|verb| twiml::response(&verb)),
        }
    }

    /// The same with the keys to press; Twilio sends them to `action`.
    pub(crate) fn inline_twiml_with(
        &self,
        keys: &Keys,
        sound_url: Option<&str>,
        filling: &Filling<'_>,
        action: &str,
    ) -> Option<String> {
        match self {
            Self::Callback { .. } => None,
            Self::Twiml(twiml) => {
                // It was checked when the protocol was read.
                let parts = OwnTwiml::read(twiml).ok()?;
                Some(format!("{}{}{}", parts.head, keys.around(parts.played, action), parts.rest))
            }
            Self::Say(_) | Self::Sound(_) => {
                self.verb(sound_url, filling).map(|verb| twiml::response(&keys.around(&verb, action)))
            }
        }
    }

    fn verb(&self, sound_url: Option<&str>, filling: &Filling<'_>) -> Option<String> {
        match self {
            Self::Say(say) => {
                let text = SayText::read(&say.text).in_twiml(filling);
                let (voice, language) = (say.voice.as_deref(), say.language.as_deref());
                Some(twiml::say_escaped(&text, voice, language, say.repeat.unwrap_or(1)))
            }
            Self::Sound(_) => sound_url.map(twiml::play),
            Self::Callback { .. } | Self::Twiml(_) => None,
        }
    }
}
