//! `protocols.json`: accepted whole or not at all, written again without loss, and every accepted protocol can be
//! called with.
#![no_main]

use benspamsphones_core::protocol::{Plays, Protocol};
use benspamsphones_core::{Filling, Message, PhoneNumber, ProtocolFile, Region, twiml};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// Where a key that is pressed goes, if anywhere.
const ACTIONS: [Option<&str>; 2] = [None, Some("https://calls.example.com/api/twilio_gather/private-call-1")];

fuzz_target!(|text: &[u8]| {
    let Ok(file) = ProtocolFile::parse(text, Region::US) else { return };
    let written = file.to_json();
    let elsewhere: Region = "DE".parse().expect("a country");
    let again = ProtocolFile::parse(&serde_json::to_vec(&written).expect("JSON"), elsewhere);
    assert_eq!(again.expect("what is written is read"), file);

    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut given: Map<String, Value> = serde_json::from_slice(text).expect("it was read");
    for protocol in &file.protocols {
        if let Plays::Callback { url, .. } = &protocol.plays {
            given[protocol.id.as_str()]["callback"] = url.as_str().into();
        }
        let number = &mut given[protocol.id.as_str()]["phone_number"];
        if !number.as_str().expect("a number").contains('+') {
            *number = protocol.from.as_str().into();
        }
    }
    assert_eq!(Value::Object(given), written, "every field, known or not");
    file.protocols.iter().for_each(check);
});

fn check(protocol: &Protocol) {
    let id = protocol.id.as_str();
    assert!(!id.trim().is_empty() && !id.chars().any(char::is_control));
    assert_eq!(PhoneNumber::from_e164(protocol.from.as_str()).as_ref(), Ok(&protocol.from));
    assert!(protocol.timeout_s.is_none_or(|seconds| (1..=600).contains(&seconds)));
    assert!(protocol.time_limit_s.is_none_or(|seconds| (1..=86_400).contains(&seconds)));
    assert!(protocol.send_digits.as_deref().is_none_or(|digits| {
        digits.len() <= 32 && digits.chars().all(|sign| "0123456789*#wW".contains(sign))
    }));
    if let Plays::Callback { url, .. } = &protocol.plays {
        assert!(url.is_ascii() && !url.contains([' ', '\n']), "{url:?}");
        return assert!(url.starts_with("http://") || url.starts_with("https://"), "{url:?}");
    }
    let message = Message::new("Fire & <smoke>\n\u{1f525}").expect("it can be said");
    let message = message.as_ref();
    let name = Some("Ada & \"Bob\"");
    let fillings = [Filling::default(), Filling { message: None, name }, Filling { message, name }];
    // Those that a call can be placed with.
    let fillings = fillings.into_iter().filter(|filling| protocol.check_message(filling).is_ok());
    for (action, filling) in fillings.flat_map(|filling| ACTIONS.map(|action| (action, filling))) {
        let played = protocol
            .twiml(Some("https://calls.example.com/media/1.mp3"), action, &filling)
            .expect("it is ours to send");
        assert_eq!(twiml::check(&played), Ok(()), "Twilio takes it");
        assert!(played.chars().count() <= 4_000);
    }
}
