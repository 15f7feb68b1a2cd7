use serde_json::json;

use super::*;

fn protocol(source: Value) -> Result<Protocol, ProtocolError> {
    let Value::Object(source) = source else { panic!("not an object") };
    Protocol::from_json(ProtocolId::new("p").unwrap(), source, Region::US)
}

#[test]
fn the_documented_fields_fetch_with_get() {
    let url = "https://handler.twilio.com/twiml/XXXX";
    let protocol = protocol(json!({"phone_number": "+10000000000", "callback": url})).unwrap();
    assert_eq!(protocol.plays, Plays::Callback { url: url.into(), method: HttpMethod::Get });
    assert_eq!(protocol.from.as_str(), "+10000000000");
}

#[test]
fn a_number_without_its_country_is_the_same_in_another_one() {
    for written in ["(415) 867-5309", "011 49 1573 5987654", "+1 415 867-5309"] {
        let given = protocol(json!({"phone_number": written, "twiml": "<Response/>", "mine": 1})).unwrap();
        let again = Protocol::from_json(given.id.clone(), given.source().clone(), "DE".parse().unwrap());
        assert_eq!(again, Ok(given.clone()), "{written}");
        assert_eq!(given.source()["mine"], 1);
    }
    let kept = protocol(json!({"phone_number": "+1 415 867-5309", "twiml": "<Response/>"})).unwrap();
    assert_eq!(kept.source()["phone_number"], "+1 415 867-5309", "as it was given");
}

#[test]
fn an_address_is_kept_as_it_was_checked() {
    for (written, kept) in [
        ("https:\\\\example.com\\voice.xml", "https://example.com/voice.xml"),
        ("  https://example.com/a b\n", "https://example.com/a%20b"),
        ("https:/example.com/ä", "https://example.com/%C3%A4"),
        ("HTTPS://EXAMPLE.com/Voice?a=B#c", "https://example.com/Voice?a=B#c"),
    ] {
        let given =
            protocol(json!({"phone_number": "+15005550006", "callback": written, "mine": 1})).unwrap();
        assert_eq!(given.plays, Plays::Callback { url: kept.into(), method: HttpMethod::Get });
        assert_eq!(given.source()["callback"], kept);
        let again = Protocol::from_json(given.id.clone(), given.source().clone(), Region::US);
        assert_eq!(again, Ok(given));
    }
}

#[test]
fn a_spoken_message_becomes_twiml() {
    let protocol = protocol(json!({
        "phone_number": "+15005550006",
        "say": {"text": "Dinner & dessert", "voice": "Polly.Amy", "language": "en-GB"},
    }));
    assert_eq!(
        protocol.unwrap().twiml(None, None, &Filling::default()).unwrap(),
        r#"<Response><Say voice="Polly.Amy" language="en-GB">Dinner &amp; dessert</Say></Response>"#,
    );
}

#[test]
fn a_whole_number_may_have_a_decimal_point() {
    let written =
        json!({"phone_number": "+15005550006", "twiml": "<Response/>", "timeout": 30.0, "time_limit": 6e2});
    let read = protocol(written).unwrap();
    assert_eq!((read.timeout_s, read.time_limit_s), (Some(30), Some(600)));
    assert_eq!((&read.source()["timeout"], &read.source()["time_limit"]), (&json!(30), &json!(600)));
    for wrong in [json!(30.5), json!(0.0), json!(601.0), json!(-1.0), json!(1e300)] {
        let written = json!({"phone_number": "+15005550006", "twiml": "<Response/>", "timeout": wrong});
        assert!(protocol(written).is_err(), "{wrong}");
    }
}

#[test]
fn each_fault_names_its_field() {
    let from = "+15005550006";
    let twiml = "<Response/>";
    let message = |source| protocol(source).unwrap_err().to_string();
    assert_eq!(message(json!({"twiml": twiml})), "missing field `phone_number`");
    assert_eq!(protocol(json!({"phone_number": from})), Err(ProtocolError::NotOnePlay(0)));
    assert_eq!(
        protocol(json!({"phone_number": from, "twiml": twiml, "callback": "http://localhost/"})),
        Err(ProtocolError::NotOnePlay(2))
    );
    assert_eq!(protocol(json!({"phone_number": "me", "twiml": twiml})), Err(ProtocolError::BadPhoneNumber));
    assert_eq!(
        protocol(json!({"phone_number": from, "callback": "file:///etc/passwd"})),
        Err(ProtocolError::BadCallback)
    );
    assert!(message(json!({"phone_number": from, "twiml": "<Respons/>"})).contains("<Response>"));
    assert!(message(json!({"phone_number": from, "twiml": twiml, "timeout": 601})).contains("1 to 600"));
    assert!(message(json!({"phone_number": from, "twiml": twiml, "timeout": "soon"})).contains("soon"));
    assert_eq!(
        protocol(json!({"phone_number": from, "twiml": twiml, "send_digits": "12;34"})),
        Err(ProtocolError::BadSendDigits)
    );
    assert!(message(json!({"phone_number": from, "say": {"text": "<".repeat(1_100)}})).contains("too long"));
    for silent in ["", " \n", "\u{19}"] {
        let source = json!({"phone_number": from, "say": {"text": silent}});
        assert_eq!(protocol(source), Err(ProtocolError::BadSay("the text is empty")), "{silent:?}");
    }
    let noncharacter = protocol(json!({"phone_number": from, "say": {"text": "Hello \u{ffff} there"}}));
    assert!(noncharacter.unwrap().twiml(None, None, &Filling::default()).unwrap().contains("Hello   there"));
    assert_eq!(ProtocolId::new(""), Err(ProtocolError::BadId));
    assert_eq!(ProtocolId::new("a\nb"), Err(ProtocolError::BadId));
}
