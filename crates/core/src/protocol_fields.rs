//! The fields of a protocol as they stand in the documented file, before anything is checked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How Twilio fetches TwiML.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// The documented way, and so the default.
    #[default]
    Get,
    /// With the call's parameters in the body.
    Post,
}

/// How Twilio detects answering machines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub enum MachineDetection {
    /// Tell at once whether a person or a machine answered.
    Enable,
    /// With a machine, wait for the end of its greeting.
    DetectMessageEnd,
}

/// The fields of a protocol in the documented file. `phone_number` and one of `callback`, `twiml`, `say` and `sound`
/// are required. Unknown fields are kept.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(title = "Protocol", example = json!({
    "phone_number": "+15005550006",
    "name": "Dinner",
    "say": {"text": "Dinner is ready.", "voice": "Polly.Joanna", "language": "en-US"},
}))]
pub struct ProtocolFields {
    /// The number to call from, one of the Twilio account's.
    #[schema(example = "+15005550006")]
    pub phone_number: String,
    /// The name that people see; by default its id.
    #[serde(default)]
    pub name: Option<String>,
    /// The group under which people see it in lists; by default none.
    #[schema(example = "Reminders")]
    #[serde(default)]
    pub group: Option<String>,
    /// Address of the TwiML to play.
    #[schema(example = "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef")]
    #[serde(default)]
    pub callback: Option<String>,
    /// The TwiML to play.
    #[schema(example = "<Response><Say>Dinner is ready.</Say></Response>")]
    #[serde(default)]
    pub twiml: Option<String>,
    /// A message to read out.
    #[serde(default)]
    pub say: Option<Say>,
    /// Id of the sound file to play.
    #[serde(default)]
    pub sound: Option<String>,
    /// How Twilio fetches `callback`; by default GET.
    #[serde(default)]
    pub method: Option<HttpMethod>,
    /// How long the phone may ring, in seconds (1 to 600; Twilio's default is 60).
    #[serde(default)]
    pub timeout: Option<u16>,
    /// Whether to detect answering machines.
    #[serde(default)]
    pub machine_detection: Option<MachineDetection>,
    /// Digits to dial once the call is answered: 0-9, `*`, `#`, and `w` for a wait of half a second; at most 32.
    #[schema(example = "ww9")]
    #[serde(default)]
    pub send_digits: Option<String>,
    /// The longest a call may last, in seconds (1 to 86,400).
    #[serde(default)]
    pub time_limit: Option<u32>,
    /// Whether Twilio records the call.
    #[serde(default)]
    pub record: Option<bool>,
    /// Whether the call ends with the offer to press 9 and not be called again. By default with `say`, not with
    /// `sound` and `twiml`; not possible with `callback`. Needs a public address.
    #[serde(default)]
    pub offer_opt_out: Option<bool>,
    /// The language of that offer and of the request to confirm, such as `de-DE`; by default that of the message, or
    /// English.
    #[schema(example = "de-DE")]
    #[serde(default)]
    pub opt_out_language: Option<String>,
    /// Asks the person to press a key to confirm that they heard it. `true` means 1 and the usual prompt. Not possible
    /// with `callback`. Needs a public address.
    #[serde(default)]
    pub acknowledge: Option<AcknowledgeField>,
    /// Allows `twiml` to do what the rules can't check, such as `<Sip>` or `<Redirect>`. Only the owner can set it,
    /// in the window or with the owner's token, and it ends when anyone else changes `twiml`.
    #[serde(default)]
    pub allow_unchecked_twiml: Option<bool>,
}

/// A message that is read out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The words. `{message}` stands for the message of the call, `{name}` for the name of the person. Where one of the two
    /// is named, `{{` is a brace.
    #[schema(example = "Dinner is ready.")]
    pub text: String,
    /// Twilio's name of a voice, such as `Polly.Joanna`.
    #[serde(default)]
    pub voice: Option<String>,
    /// The language to read it in, such as `en-GB`.
    #[serde(default)]
    pub language: Option<String>,
    /// What `{message}` stands for if a call has no message. Without it, each call needs one.
    #[serde(default)]
    pub message: Option<String>,
    /// How many times it is said (1 to 5; 1 by default).
    #[serde(default)]
    pub repeat: Option<u8>,
}

/// Whether and how the person is asked to confirm.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(title = "Acknowledge")]
pub enum AcknowledgeField {
    /// With 1 and the usual prompt, or not at all.
    Flag(bool),
    /// With other choices.
    Options(AcknowledgeOptions),
}

/// How the person is asked to confirm.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeOptions {
    /// The key that confirms: a digit from 0 to 8; 1 by default.
    #[serde(default)]
    #[schema(example = "1")]
    pub digit: Option<String>,
    /// What is said instead of the usual prompt.
    #[serde(default)]
    #[schema(example = "Press 1 if you are on your way.")]
    pub prompt: Option<String>,
    /// Whether calls are refused while there is no public address (default). With `false` they are placed without asking
    /// for a key.
    #[serde(default)]
    pub required: Option<bool>,
}
