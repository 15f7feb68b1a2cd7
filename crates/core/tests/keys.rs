//! The offer to press 9, in the TwiML of a call.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_core::keys::{LANGUAGES, MAX_ACTION_CHARS, VOICES, Words};
use benspamsphones_core::protocol::NoPlaceForOffer;
use benspamsphones_core::{Filling, Protocol, ProtocolError, ProtocolId, Region, twiml};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn protocol(source: Value) -> Result<Protocol, ProtocolError> {
    let Value::Object(source) = source else { panic!("not an object") };
    Protocol::from_json(ProtocolId::new("p").unwrap(), source, Region::US)
}

const ACTION: &str = "https://calls.example.com/api/twilio_gather/private-call-0";

/// The interface previews what a person will hear, so it has the same words. `UPDATE=1` writes them.
#[test]
fn the_interface_has_the_same_words() {
    let of_each = |text: fn(&Words) -> &'static str| -> Map<String, Value> {
        LANGUAGES.iter().map(|words| (words.language.to_owned(), json!(text(words)))).collect()
    };
    let offers = of_each(|words| words.offer);
    let (acknowledge, both) = (of_each(|words| words.acknowledge), of_each(|words| words.both));
    let voices =
        VOICES.iter().flat_map(|(language, voices)| voices.iter().map(move |voice| (*voice, *language)));
    let voices: Map<String, Value> =
        voices.map(|(voice, language)| (voice.to_owned(), json!(language))).collect();
    // The length of the markup around the text and the offer, including the room kept for the address.
    let hello = protocol(json!({"phone_number": "+15005550006", "say": {"text": "Hello"}})).unwrap();
    let beside = |protocol: &Protocol, spoken: &[&str]| {
        let spoken: usize = spoken.iter().map(|text| format!("<Say>{text}</Say>").len()).sum();
        protocol.twiml(None, Some(""), &Filling::default()).unwrap().len() - spoken + MAX_ACTION_CHARS
    };
    let frame = beside(&hello, &["Hello", LANGUAGES[0].offer]);
    // The prompt is said twice.
    let own = json!({"prompt": "Press 1"});
    let asks = protocol(json!({
        "phone_number": "+15005550006", "say": {"text": "Hello"}, "offer_opt_out": false, "acknowledge": own,
    }));
    let acknowledge_frame = beside(&asks.unwrap(), &["Hello", "Press 1", "Press 1"]);
    let words = json!({
        "offers": offers,
        "acknowledge": acknowledge,
        "both": both,
        "voices": voices,
        "frame": frame,
        "acknowledge_frame": acknowledge_frame,
    });
    let words = serde_json::to_string_pretty(&words).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/protocols/keys.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &words).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), words, "UPDATE=1 writes it again");
}

#[test]
fn a_message_ends_with_the_offer_to_press_9_unless_told_otherwise() {
    let say = |more: Value| {
        let mut source = json!({
            "phone_number": "+15005550006",
            "say": {"text": "Essen & Trinken", "voice": "Polly.Vicki", "language": "de-DE"},
        });
        source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        protocol(source).unwrap()
    };
    let offered = r#"<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="5" method="POST" action="https://calls.example.com/api/twilio_gather/private-call-0"><Say voice="Polly.Vicki" language="de-DE">Essen &amp; Trinken</Say><Pause length="1"/><Say voice="Polly.Vicki" language="de-DE">Drücken Sie die 9, und diese Nummer wird nicht wieder angerufen.</Say></Gather></Response>"#;
    assert_eq!(say(json!({})).twiml(None, Some(ACTION), &Filling::default()).unwrap(), offered);
    assert_eq!(
        say(json!({"offer_opt_out": true})).twiml(None, Some(ACTION), &Filling::default()).unwrap(),
        offered
    );
    let plain = r#"<Response><Say voice="Polly.Vicki" language="de-DE">Essen &amp; Trinken</Say></Response>"#;
    assert_eq!(
        say(json!({"offer_opt_out": false})).twiml(None, Some(ACTION), &Filling::default()).unwrap(),
        plain
    );
    assert_eq!(
        say(json!({})).twiml(None, None, &Filling::default()).unwrap(),
        plain,
        "nothing could take the key"
    );
    let endless = format!("https://{}.example.com/", "x".repeat(600));
    assert_eq!(
        say(json!({})).twiml(None, Some(&endless), &Filling::default()).unwrap(),
        plain,
        "no room for that address"
    );
    let english =
        say(json!({"opt_out_language": "en-GB"})).twiml(None, Some(ACTION), &Filling::default()).unwrap();
    assert!(english.contains(r#"<Say language="en-GB">Press 9 and"#), "{english}");
}

#[test]
fn sounds_and_twiml_offer_it_when_asked_to() {
    let from = "+15005550006";
    let twiml = "<Response><Say language=\"fr-FR\">Bonjour</Say><Hangup/></Response>";
    let quiet = protocol(json!({"phone_number": from, "twiml": twiml})).unwrap();
    assert_eq!(quiet.twiml(None, Some(ACTION), &Filling::default()).unwrap(), twiml);
    let loud = protocol(json!({"phone_number": from, "twiml": twiml, "offer_opt_out": true})).unwrap();
    assert_eq!(
        loud.twiml(None, Some(ACTION), &Filling::default()).unwrap(),
        r#"<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="5" method="POST" action="https://calls.example.com/api/twilio_gather/private-call-0"><Say language="fr-FR">Bonjour</Say><Pause length="1"/><Say language="fr-FR">Appuyez sur le 9 et ce numéro ne sera plus appelé.</Say></Gather><Hangup/></Response>"#
    );
    let sound = "0199a0f0-0000-7000-8000-000000000001";
    let quiet = protocol(json!({"phone_number": from, "sound": sound})).unwrap();
    let url = "https://calls.example.com/media/0.mp3";
    assert_eq!(
        quiet.twiml(Some(url), Some(ACTION), &Filling::default()).unwrap(),
        "<Response><Play>https://calls.example.com/media/0.mp3</Play></Response>"
    );
    let offer =
        json!({"phone_number": from, "sound": sound, "offer_opt_out": true, "opt_out_language": "sv-SE"});
    let loud = protocol(offer).unwrap().twiml(Some(url), Some(ACTION), &Filling::default()).unwrap();
    assert!(loud.contains("<Play>https://calls.example.com/media/0.mp3</Play><Pause length=\"1\"/><Say language=\"sv-SE\">Tryck på 9"), "{loud}");

    let refused = |source| protocol(source).unwrap_err();
    let gather = "<Response><Gather><Say>Hi</Say></Gather></Response>";
    assert_eq!(
        refused(json!({"phone_number": from, "twiml": gather, "offer_opt_out": true})),
        ProtocolError::NoPlaceForOffer(NoPlaceForOffer::OtherVerb("Gather".into()))
    );
    let callback = "https://x.example/";
    assert_eq!(
        refused(json!({"phone_number": from, "callback": callback, "offer_opt_out": true})),
        ProtocolError::OfferOfCallback
    );
    assert!(protocol(json!({"phone_number": from, "callback": callback, "offer_opt_out": false})).is_ok());
    let unknown = json!({"phone_number": from, "say": {"text": "Hi"}, "opt_out_language": "tlh"});
    assert_eq!(refused(unknown), ProtocolError::BadOptOutLanguage);
}

#[test]
fn an_old_message_without_room_for_the_offer_stays_as_it_was() {
    let source = |offer: Value| json!({"phone_number": "+15005550006", "say": {"text": "x".repeat(3_900)}, "offer_opt_out": offer});
    let old = protocol(source(Value::Null)).unwrap();
    assert_eq!(old.keys, None);
    assert!(!old.twiml(None, Some(ACTION), &Filling::default()).unwrap().contains("Gather"));
    assert_eq!(protocol(source(json!(true))), Err(ProtocolError::NoRoomForOffer));
}

proptest! {
    /// Any text with its offer, in any language and with any server address, is TwiML that Twilio accepts, and 9 can be
    /// pressed while it plays.
    #[test]
    fn any_message_with_its_offer_is_twiml_that_fits(
        text in "[^\\p{C}\\r]{1,600}|[&<>\"x]{1,900}|x{2500,3989}",
        voice in proptest::option::of("[^\\p{C}]{0,20}"),
        language in proptest::option::of("[a-z]{2}(-[A-Z]{2})?|[^\\p{C}]{0,12}"),
        path in "[a-z&/]{0,500}",
    ) {
        let source = json!({"phone_number": "+15005550006", "say": {"text": text, "voice": voice, "language": language}});
        // A text that doesn't fit without the offer isn't a protocol; one that does stays one.
        let Ok(protocol) = protocol(source) else { return Ok(()) };
        let action = format!("https://calls.example.com/{path}/api/twilio_gather/private-call-0");
        let twiml = protocol.twiml(None, Some(&action), &Filling::default()).unwrap();
        prop_assert_eq!(twiml::check(&twiml), Ok(()));
        let document = roxmltree::Document::parse(&twiml).unwrap();
        let gather = document.root_element().first_element_child().filter(|verb| verb.has_tag_name("Gather"));
        if let Some(gather) = gather {
            prop_assert!(protocol.keys.is_some());
            prop_assert_eq!(gather.attribute("action"), Some(action.as_str()));
            prop_assert_eq!(gather.first_element_child().unwrap().text(), Some(text.as_str()));
        } else {
            prop_assert!(protocol.keys.is_none() || action.len() + 4 * path.matches('&').count() > 512);
        }
    }
}
