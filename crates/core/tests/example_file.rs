//! The example file is valid and shows every option.

use benspamsphones_core::{ProtocolFile, Region};

const EXAMPLE: &str = include_str!("../../../protocols.example.json");

/// All fields of protocols except `phone_number`, which each has.
const OPTIONS: [&str; 13] = [
    "name",
    "callback",
    "twiml",
    "say",
    "method",
    "timeout",
    "machine_detection",
    "send_digits",
    "time_limit",
    "record",
    "offer_opt_out",
    "opt_out_language",
    "acknowledge",
];

#[test]
fn the_example_begins_with_the_documented_protocols() {
    let file = ProtocolFile::parse(EXAMPLE.as_bytes(), Region::US).unwrap();
    let ids: Vec<_> = file.protocols.iter().map(|protocol| protocol.id.as_str()).collect();
    assert_eq!(ids[..3], ["protocol1", "protocol2", "protocol3"]);
    for protocol in &file.protocols[..3] {
        let fields: Vec<_> = protocol.source().keys().map(String::as_str).collect();
        assert_eq!(fields, ["phone_number", "callback"], "{}", protocol.id);
    }
}

#[test]
fn the_example_calls_from_the_number_that_every_sandbox_account_owns() {
    let file = ProtocolFile::parse(EXAMPLE.as_bytes(), Region::US).unwrap();
    for protocol in &file.protocols {
        assert_eq!(protocol.from.as_str(), "+15005550006", "{}", protocol.id);
    }
}

#[test]
fn the_example_shows_every_option_and_no_unknown_one() {
    let file = ProtocolFile::parse(EXAMPLE.as_bytes(), Region::US).unwrap();
    let shown: Vec<&str> =
        file.protocols.iter().flat_map(|protocol| protocol.source().keys()).map(String::as_str).collect();
    for option in OPTIONS {
        assert!(shown.contains(&option), "{option} is shown nowhere");
    }
    for field in shown {
        assert!(field == "phone_number" || OPTIONS.contains(&field), "{field} is no option");
    }
}

/// Twilio turns machine detection off for a call that sends digits, so an example with both would mislead.
#[test]
fn no_example_detects_machines_and_dials_digits() {
    let file = ProtocolFile::parse(EXAMPLE.as_bytes(), Region::US).unwrap();
    for protocol in &file.protocols {
        assert!(protocol.machine_detection.is_none() || protocol.send_digits.is_none(), "{}", protocol.id);
    }
}
