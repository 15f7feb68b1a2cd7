//! The elements and attributes of TwiML: <https://www.twilio.com/docs/voice/twiml>.

/// Everything that TwiML has an element for. It finds those that are written in another case.
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

/// What may stand inside an element, and does nothing that isn't seen here.
pub(crate) const WITHIN: [(&str, &[&str]); 3] = [
    ("Response", &["Say", "Play", "Pause", "Gather", "Dial", "Hangup", "Reject", "Leave"]),
    ("Gather", &["Say", "Play", "Pause"]),
    ("Dial", &["Number"]),
];

/// Attributes of the verbs that decide what follows. Others of theirs name an address, record, or aren't known.
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

/// Encodings in which markup has the bytes that it has here.
pub(crate) const ENCODINGS: [&str; 4] = ["utf-8", "us-ascii", "iso-8859-1", "windows-1252"];

/// The element's name as TwiML has it, in whatever case it is written.
pub(crate) fn known_as(name: &str) -> Option<&'static str> {
    ELEMENTS.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// What a table has under this name.
pub(crate) fn listed<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(of, _)| *of == name).map(|(_, list)| *list)
}
