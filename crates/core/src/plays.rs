//! What the person called will hear.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
        /// The address, as it was given.
        url: String,
        /// How Twilio fetches it.
        method: HttpMethod,
    },
    /// TwiML sent along with the call.
    Twiml(String),
    /// A message that is read out.
    Say(Say),
    /// A sound file that is kept here and that Twilio fetches.
    Sound(SoundId),
}

impl Plays {
    /// The TwiML to send along with the call, unless Twilio is to fetch it. `sound_url` is where Twilio finds the sound
    /// file, if one is played.
    pub fn inline_twiml(&self, sound_url: Option<&str>) -> Option<String> {
        match self {
            Self::Callback { .. } => None,
            Self::Sound(_) => sound_url.map(twiml::play),
            Self::Twiml(twiml) => Some(twiml.clone()),
            Self::Say(say) => Some(twiml::say(&say.text, say.voice.as_deref(), say.language.as_deref())),
        }
    }
}
