//! What the log must not hold.

/// Crates that say at their most talkative levels what nobody should read: two dump all that they send, ngrok's token with
/// it, one shows the numbers that it reads. Hosts hold them to `info`.
pub const TALKATIVE: [&str; 3] = ["ngrok", "muxado", "rlibphonenumber"];
