//! The request to confirm with a key, as it stands in what a call plays.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_core::protocol::NoPlaceForOffer;
use benspamsphones_core::{
    BadAcknowledge, Filling, Message, Protocol, ProtocolError, ProtocolId, Region, twiml,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const ACTION: &str = "https://calls.example.com/api/twilio_gather/private-call-0";

fn protocol(more: Value) -> Result<Protocol, ProtocolError> {
    let mut source = json!({"phone_number": "+15005550006"});
    source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let Value::Object(source) = source else { panic!("not an object") };
    Protocol::from_json(ProtocolId::new("p").unwrap(), source, Region::US)
}

fn played(more: Value) -> String {
    protocol(more).unwrap().twiml(None, Some(ACTION), &Filling::default()).unwrap()
}

#[test]
fn the_whole_message_stands_where_the_key_counts() {
    let say = json!({"text": "The cellar is flooded."});
    assert_eq!(
        played(json!({"say": say, "acknowledge": true, "offer_opt_out": false})),
        r#"<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="10" method="POST" action="https://calls.example.com/api/twilio_gather/private-call-0"><Say>The cellar is flooded.</Say><Pause length="1"/><Say>Press 1 to confirm.</Say><Pause length="10"/><Say>Press 1 to confirm.</Say></Gather></Response>"#
    );
    let german =
        json!({"text": "Wasser im Keller", "language": "de-DE", "voice": "Polly.Vicki", "repeat": 2});
    assert_eq!(
        played(json!({"say": german, "acknowledge": {"digit": "3"}})),
        r#"<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="10" method="POST" action="https://calls.example.com/api/twilio_gather/private-call-0"><Say voice="Polly.Vicki" language="de-DE" loop="2">Wasser im Keller</Say><Pause length="1"/><Say voice="Polly.Vicki" language="de-DE">Drücken Sie zur Bestätigung die 3 oder die 9, und diese Nummer wird nicht wieder angerufen.</Say><Pause length="10"/><Say voice="Polly.Vicki" language="de-DE">Drücken Sie zur Bestätigung die 3 oder die 9, und diese Nummer wird nicht wieder angerufen.</Say></Gather></Response>"#
    );
}

#[test]
fn a_prompt_of_the_owners_is_said_like_the_message() {
    let say = json!({"text": "Пожар", "language": "ru-RU"});
    let prompt = "Нажмите 1 & <2>";
    assert!(
        played(json!({"say": say, "acknowledge": {"prompt": prompt}, "offer_opt_out": false}))
            .contains(r#"<Say language="ru-RU">Нажмите 1 &amp; &lt;2&gt;</Say><Pause length="10"/>"#)
    );
    // The offer doesn't exist in that language.
    let both = r#"<Pause length="1"/><Say language="ru-RU">Нажмите 1 &amp; &lt;2&gt;</Say><Say language="en-US">Press 9 and this number will not be called again.</Say><Pause length="10"/>"#;
    let twiml = played(json!({"say": say, "acknowledge": {"prompt": prompt}}));
    assert!(twiml.contains(both), "{twiml}");
}

#[test]
fn twiml_and_sounds_ask_for_it_too() {
    let own = "<Response><Say language=\"fr-FR\">Bonjour</Say><Hangup/></Response>";
    assert_eq!(
        played(json!({"twiml": own, "acknowledge": true})),
        r#"<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="10" method="POST" action="https://calls.example.com/api/twilio_gather/private-call-0"><Say language="fr-FR">Bonjour</Say><Pause length="1"/><Say language="fr-FR">Appuyez sur le 1 pour confirmer.</Say><Pause length="10"/><Say language="fr-FR">Appuyez sur le 1 pour confirmer.</Say></Gather><Hangup/></Response>"#
    );
    let sound = json!({"sound": "0199a0f0-0000-7000-8000-000000000001", "acknowledge": {"prompt": "Tryck 1"},
        "opt_out_language": "sv-SE"});
    let url = "https://calls.example.com/media/0.mp3";
    let sound = protocol(sound).unwrap().twiml(Some(url), Some(ACTION), &Filling::default()).unwrap();
    assert!(sound.contains("</Play><Pause length=\"1\"/><Say language=\"sv-SE\">Tryck 1</Say>"), "{sound}");
}

#[test]
fn without_an_address_for_keys_nothing_is_asked() {
    let asks = protocol(json!({"say": {"text": "Hi"}, "acknowledge": {"required": false}})).unwrap();
    assert!(!asks.acknowledge().unwrap().is_required());
    let twiml = asks.twiml(None, None, &Filling::default()).unwrap();
    assert_eq!(twiml, "<Response><Say>Hi</Say></Response>");
    assert!(
        protocol(json!({"say": {"text": "Hi"}, "acknowledge": true}))
            .unwrap()
            .acknowledge()
            .unwrap()
            .is_required()
    );
    for not in [json!(false), Value::Null] {
        assert_eq!(protocol(json!({"say": {"text": "Hi"}, "acknowledge": not})).unwrap().acknowledge(), None);
    }
}

#[test]
fn what_cant_be_asked_is_refused() {
    let refused = |acknowledge: Value| {
        protocol(json!({"say": {"text": "Hi"}, "acknowledge": acknowledge})).unwrap_err()
    };
    for (acknowledge, why) in [
        (json!({"digit": "9"}), BadAcknowledge::OptOutKey),
        (json!({"digit": "#"}), BadAcknowledge::NotADigit),
        (json!({"digit": "12"}), BadAcknowledge::NotADigit),
        (json!({"prompt": " \n"}), BadAcknowledge::EmptyPrompt),
        (json!({"prompt": "a\u{7}"}), BadAcknowledge::ControlCharacters),
        (json!({"prompt": "x".repeat(301)}), BadAcknowledge::LongPrompt),
    ] {
        assert_eq!(refused(acknowledge), ProtocolError::BadAcknowledge(why));
    }
    assert_eq!(
        refused(json!({"digit": "9"})).to_string(),
        "acknowledge: 9 is the key to opt out; choose a digit from 0 to 8"
    );
    assert_eq!(
        protocol(json!({"callback": "https://x.example/", "acknowledge": true})),
        Err(ProtocolError::AcknowledgeOfCallback)
    );
    let gather = "<Response><Gather><Say>Hi</Say></Gather></Response>";
    assert_eq!(
        protocol(json!({"twiml": gather, "acknowledge": true})),
        Err(ProtocolError::NoPlaceToAcknowledge(NoPlaceForOffer::OtherVerb("Gather".into())))
    );
}

#[test]
fn confirming_has_room_before_9_has() {
    let say = |chars: usize, more: Value| {
        let mut source = json!({"say": {"text": "x".repeat(chars)}, "acknowledge": true});
        source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        protocol(source)
    };
    assert!(say(3_000, json!({})).unwrap().keys.unwrap().offers_opt_out());
    let tight = say(3_200, json!({})).unwrap();
    assert!(tight.acknowledge().is_some() && !tight.keys.unwrap().offers_opt_out());
    assert_eq!(say(3_200, json!({"offer_opt_out": true})), Err(ProtocolError::NoRoomForOffer));
    assert_eq!(say(3_900, json!({})), Err(ProtocolError::NoRoomToAcknowledge));
}

proptest! {
    /// Whatever is said, with any message and prompt, is a document that Twilio takes, and nothing said becomes markup.
    #[test]
    fn any_message_with_its_prompt_is_twiml_that_fits(
        text in "[^\\p{C}\\r{}]{1,200}(\\{message\\})?",
        message in "[^\\p{C}\\r]{1,300}|[&<>\"]{1,400}",
        prompt in proptest::option::of("[^\\p{C}\\r]{1,300}"),
        offers in any::<bool>(),
    ) {
        let acknowledge = prompt.as_ref().map_or(json!(true), |prompt| json!({"prompt": prompt}));
        let source = json!({"say": {"text": text, "message": "m"}, "acknowledge": acknowledge, "offer_opt_out": offers});
        let Ok(protocol) = protocol(source) else { return Ok(()) };
        let message = Message::new(message).unwrap();
        let filling = Filling { message: message.as_ref(), name: None };
        prop_assume!(protocol.check_message(&filling).is_ok());
        let twiml = protocol.twiml(None, Some(ACTION), &filling).unwrap();
        prop_assert_eq!(twiml::check(&twiml), Ok(()));
        let document = roxmltree::Document::parse(&twiml).unwrap();
        let gather = document.root_element().first_element_child().unwrap();
        prop_assert!(gather.has_tag_name("Gather") && gather.next_sibling_element().is_none());
        let said: Vec<_> = gather.children().filter(|verb| verb.has_tag_name("Say")).collect();
        let prompts = if prompt.is_some() && offers { 2 } else { 1 };
        prop_assert_eq!(said.len(), 1 + 2 * prompts);
        if let Some(prompt) = &prompt {
            prop_assert_eq!(said[1].text().unwrap_or_default(), prompt);
        }
    }
}
