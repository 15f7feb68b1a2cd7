//! What must stay out of the log.

/// Crates whose `debug` and `trace` logs contain secrets: two dump everything they send, including ngrok's token, one
/// logs the numbers it parses. Hosts limit them to `info`.
pub const TALKATIVE: [&str; 3] = ["ngrok", "muxado", "rlibphonenumber"];
