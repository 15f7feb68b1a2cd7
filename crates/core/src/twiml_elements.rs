//! The elements and attributes of TwiML: <https://www.twilio.com/docs/voice/twiml>.

/// All elements, to recognize those in the wrong case.
const ELEMENTS: [&str; 50] = [
    "Say",
    "Play",
    "Pause",
    "Gather",
    "Dial",
    "Number",
    "Hangup",
    "Reject",
    "Leave",
    "Record",
    "Redirect",
    "Enqueue",
    "Queue",
    "Conference",
    "Client",
    "Sip",
    "Sim",
    "Application",
    "ApplicationSid",
    "WhatsApp",
    "VirtualAgent",
    "Pay",
    "Prompt",
    "Parameter",
    "Refer",
    "ReferSip",
    "Connect",
    "Stream",
    "Start",
    "Stop",
    "Siprec",
    "Transcription",
    "Recording",
    "Room",
    "Autopilot",
    "ConversationRelay",
    "ConversationRelaySession",
    "Conversation",
    "Assistant",
    "AiSession",
    "Identity",
    "Task",
    "Sms",
    "Message",
    "Body",
    "Media",
    "Response",
    "Config",
    "Language",
    "Echo",
];

/// Allowed children whose effects are all checked here.
pub(crate) const WITHIN: [(&str, &[&str]); 3] = [
    ("Response", &["Say", "Play", "Pause", "Gather", "Dial", "Hangup", "Reject", "Leave"]),
    ("Gather", &["Say", "Play", "Pause"]),
    ("Dial", &["Number"]),
];

/// Harmless attributes of the verbs that decide what follows. Others contain a URL, record, or are unknown.
pub(crate) const ATTRIBUTES: [(&str, &[&str]); 3] = [
    (
        "Gather",
        &[
            "input",
            "timeout",
            "numDigits",
            "finishOnKey",
            "method",
            "language",
            "hints",
            "speechTimeout",
            "speechModel",
            "enhanced",
            "profanityFilter",
            "actionOnEmptyResult",
            "bargeIn",
            "maxSpeechTime",
            "debug",
        ],
    ),
    (
        "Dial",
        &[
            "timeout",
            "timeLimit",
            "hangupOnStar",
            "answerOnBridge",
            "ringTone",
            "sequential",
            "trim",
            "method",
            "recordingTrack",
        ],
    ),
    (
        "Number",
        &[
            "sendDigits",
            "method",
            "machineDetection",
            "machineDetectionTimeout",
            "machineDetectionSpeechThreshold",
            "machineDetectionSpeechEndThreshold",
            "machineDetectionSilenceTimeout",
        ],
    ),
];

/// Encodings that write markup in the same bytes as UTF-8.
pub(crate) const ENCODINGS: [&str; 4] = ["utf-8", "us-ascii", "iso-8859-1", "windows-1252"];

pub(crate) fn known_as(name: &str) -> Option<&'static str> {
    ELEMENTS.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

pub(crate) fn listed<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(of, _)| *of == name).map(|(_, list)| *list)
}
