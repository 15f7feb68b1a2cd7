//! The message of a call, in the TwiML of the call.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_core::{
    Filling, Message, MessageError, Protocol, ProtocolError, ProtocolId, Region, twiml,
};
use proptest::prelude::*;
use roxmltree::Document;
use serde_json::{Value, json};

const ACTION: &str = "https://calls.example.com/api/twilio_gather/private-call-0";

fn say(say: Value) -> Result<Protocol, ProtocolError> {
    protocol(json!({"phone_number": "+15005550006", "say": say}))
}

fn protocol(source: Value) -> Result<Protocol, ProtocolError> {
    let Value::Object(source) = source else { panic!("not an object") };
    Protocol::from_json(ProtocolId::new("p").unwrap(), source, Region::US)
}

fn message(text: &str) -> Message {
    Message::new(text).unwrap().unwrap()
}

fn with<'a>(message: &'a Message, name: Option<&'a str>) -> Filling<'a> {
    Filling { message: Some(message), name }
}

fn said(twiml: &str) -> String {
    let document = Document::parse(twiml).unwrap();
    let say = document.descendants().find(|node| node.has_tag_name("Say")).unwrap();
    assert!(say.children().all(|child| child.is_text()), "markup in {twiml}");
    say.text().unwrap_or_default().to_owned()
}

#[test]
fn a_protocol_takes_a_message_if_its_text_names_it() {
    let alert = say(json!({"text": "Hello {name}. {message}", "repeat": 3})).unwrap();
    let flood = message("The cellar is <flooded> & dark");
    assert_eq!(
        alert.twiml(None, None, &with(&flood, Some("Ada"))).unwrap(),
        "<Response><Say loop=\"3\">Hello Ada. The cellar is &lt;flooded&gt; &amp; dark</Say></Response>"
    );
    assert_eq!(
        said(&alert.twiml(None, Some(ACTION), &with(&flood, None)).unwrap()),
        format!("Hello . {}", flood.as_str())
    );
    assert_eq!(alert.check_message(&Filling::default()), Err(MessageError::Missing));
    let plain = say(json!({"text": "Dinner {is} ready"})).unwrap();
    assert_eq!(plain.takes_message, None);
    assert_eq!(plain.check_message(&with(&flood, None)), Err(MessageError::NotTaken));
    assert_eq!(plain.check_message(&Filling::default()), Ok(()));
}

#[test]
fn its_own_message_is_said_when_a_call_has_none() {
    let alert = say(json!({"text": "{message}!", "message": "Alarm"})).unwrap();
    assert_eq!(alert.check_message(&Filling::default()), Ok(()));
    assert_eq!(said(&alert.twiml(None, None, &Filling::default()).unwrap()), "Alarm!");
    assert_eq!(said(&alert.twiml(None, None, &with(&message("Fire"), None)).unwrap()), "Fire!");
    for (wrong, words) in [
        (json!({"text": "Hi", "message": "Alarm"}), "{message}, which the text doesn't have"),
        (json!({"text": "{message}", "message": "a\u{7}"}), "control characters"),
        (json!({"text": "{message}", "message": "<".repeat(1_000)}), "too long"),
        (json!({"text": format!("{}{{message}}", "x".repeat(3_968))}), "no room"),
        (json!({"text": " {name} "}), "empty"),
        (json!({"text": "{message}", "repeat": 6}), "say.repeat must be from 1 to 5"),
    ] {
        let error = say(wrong).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let blank = say(json!({"text": "{message}", "message": " "})).unwrap();
    assert_eq!(blank.check_message(&Filling::default()), Err(MessageError::Missing), "a blank one is none");
}

#[test]
fn a_name_is_left_out_if_there_is_no_room_for_it() {
    let text = format!("{}{{name}}", "x".repeat(3_960));
    let source = json!({"phone_number": "+15005550006", "say": {"text": text}, "offer_opt_out": false});
    let protocol = protocol(source).unwrap();
    let filled =
        |name| said(&protocol.twiml(None, None, &Filling { message: None, name: Some(name) }).unwrap());
    assert!(filled("Ada").ends_with("xAda"));
    assert!(filled("Ada Lovelace").ends_with("xx"));
}

proptest! {
    /// Any accepted text is read from the document unchanged, and never becomes markup.
    #[test]
    fn any_message_is_said_unchanged(text in any::<String>(), name in any::<String>(), action in any::<bool>()) {
        let Ok(Some(message)) = Message::new(text.clone()) else { return Ok(()) };
        let protocol = say(json!({"text": "<b>{{{message}}}&{name}", "repeat": 2})).unwrap();
        let filling = with(&message, Some(&name));
        if protocol.check_message(&filling).is_err() { return Ok(()) }
        let twiml = protocol.twiml(None, action.then_some(ACTION), &filling).unwrap();
        prop_assert_eq!(twiml::check(&twiml), Ok(()));
        let said = said(&twiml);
        let rest = said.strip_prefix(&format!("<b>{{{text}}}}}&"));
        prop_assert!(rest.is_some(), "{:?} is no {:?}", said, text);
    }

    /// The same with characters that have a meaning in XML, in our texts or to people.
    #[test]
    fn special_characters_are_said_unchanged(text in "[<>&\"'{}\\r\\n\\t\\]!\\[a;#x0-9-]{0,60}|\\{message\\}|\\{name\\}|<!\\[CDATA\\[|\\]\\]>|&#13;|&amp;|<Say>|[\u{202e}\u{200b}\u{feff}\u{1f6a8}\u{e000}]{1,9}") {
        let Ok(Some(message)) = Message::new(text.clone()) else { return Ok(()) };
        let protocol = say(json!({"text": "{message}"})).unwrap();
        prop_assert_eq!(said(&protocol.twiml(None, Some(ACTION), &with(&message, None)).unwrap()), text);
    }

    /// With the room shown the document fits; with one character more it is refused.
    #[test]
    fn the_room_is_exact(text in "[a-z &]{0,40}", times in 1_usize..4, names in 0_usize..3, repeat in 1_u8..6, offer in any::<bool>(), name in "[A-Z<]{0,9}") {
        let text = format!("{text}{}{}", "{message}".repeat(times), "{name}".repeat(names));
        let protocol = protocol(json!({
            "phone_number": "+15005550006",
            "say": {"text": text, "repeat": repeat},
            "offer_opt_out": offer,
        }));
        let protocol = protocol.unwrap();
        let takes = protocol.takes_message.clone().unwrap();
        prop_assert_eq!((takes.times, takes.names), (times, names));
        let used: usize = name.chars().map(|sign| if sign == '<' { 4 } else { 1 }).sum();
        let room = (takes.room - used * names) / times;
        let fits = message(&"x".repeat(room));
        prop_assert_eq!(protocol.check_message(&with(&fits, Some(&name))), Ok(()));
        let longest = format!("https://example.com/{}", "y".repeat(492));
        let twiml = protocol.twiml(None, Some(&longest), &with(&fits, Some(&name))).unwrap();
        let left = twiml::MAX_CHARS - twiml.chars().count();
        prop_assert!(left < times, "{left} characters would have been left");
        prop_assert_eq!(twiml.contains("Gather"), offer);
        if let Ok(Some(over)) = Message::new("x".repeat(room + 1)) {
            prop_assert_eq!(protocol.check_message(&with(&over, Some(&name))), Err(MessageError::TooLong { over: 1 }));
        }
    }
}
