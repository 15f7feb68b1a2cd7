use super::*;

fn read(verbs: &str) -> TwimlDocument {
    let from = PhoneNumber::from_e164("+15005550006").unwrap();
    TwimlDocument::read(&format!("<Response>{verbs}</Response>"), &from)
}

#[test]
fn what_is_heard_goes_nowhere() {
    for verbs in [
        "",
        "<Say voice=\"alice\" loop=\"2\">Hello <break time=\"1s\"/><emphasis level=\"strong\">you</emphasis></Say><Hangup/>",
        "<Play loop=\"3\">https://x.example/a.mp3</Play><Pause length=\"2\"/><Play digits=\"1ww2\"/>",
        "<Gather numDigits=\"1\" timeout=\"3\"><Say>Press a key</Say></Gather><Reject/>",
        "<!-- <Dial>911</Dial> --> 911 <?x <Dial>911</Dial> ?><Say>Dial 911</Say>",
    ] {
        assert_eq!(read(verbs), TwimlDocument::default(), "{verbs}");
    }
}

#[test]
fn every_number_is_found() {
    let rings = |verbs: &str| read(verbs).rings().join(",");
    assert_eq!(rings("<Dial>911</Dial>"), "911");
    assert_eq!(rings("<Dial> +1 415-867-5309\n</Dial>"), "+1 415-867-5309");
    assert_eq!(
        rings("<Dial><Number>+14158675309</Number><Number sendDigits=\"1\">+14158675310</Number></Dial>"),
        "+14158675309,+14158675310"
    );
    assert_eq!(rings("<Dial>&#57;1<![CDATA[1]]></Dial>"), "911");
    assert_eq!(rings("<Dial>9<!-- -->11</Dial>"), "911");
    assert_eq!(rings("<Number>911</Number>"), "911");
    assert_eq!(rings("<dial><NUMBER>911</NUMBER></dial>"), "911");
    assert_eq!(rings("<Say><Dial>911</Dial></Say>"), "911");
    assert_eq!(rings("<x:Dial xmlns:x=\"urn:x\">911</x:Dial>"), "911");
    assert_eq!(rings("<Sms to=\"+19005551234\">hi</Sms>"), "+19005551234");
    assert_eq!(rings("<Dial/>"), "");
    assert_eq!(read("<Dial/>").rings(), [""]);
}

#[test]
fn a_number_is_read_by_everybody_alike_or_it_is_said() {
    for number in ["+14158675309", "+1 (415) 867-5309", "+49 30.901820"] {
        assert_eq!(read(&format!("<Dial>{number}</Dial>")).unchecked(), [""; 0], "{number}");
    }
    for number in
        ["4158675309", "00493090182", "+1415<!-- -->8675309", "+1\u{200b}4158675309", "+49 (0)30 901820"]
    {
        assert_eq!(read(&format!("<Dial>{number}</Dial>")).unchecked().len(), 1, "{number}");
    }
}

#[test]
fn what_leaves_is_named() {
    let leaves = |verbs: &str| read(verbs).unchecked().join(", ");
    for verb in [
        "Sip",
        "Client",
        "Conference",
        "Queue",
        "Redirect",
        "Record",
        "Pay",
        "Refer",
        "Connect",
        "Enqueue",
        "Start",
        "Sing",
        "Application",
        "Sim",
        "WhatsApp",
    ] {
        assert_eq!(leaves(&format!("<{verb}>x</{verb}>")), format!("<{verb}>"));
        assert_eq!(leaves(&format!("<Dial><{verb}>x</{verb}></Dial>")), format!("<{verb}>"));
    }
    assert_eq!(leaves("<Gather action=\"/next\"/>"), "<Gather action>");
    assert_eq!(
        leaves("<Gather partialResultCallback=\"https://x.example\"/>"),
        "<Gather partialResultCallback>"
    );
    assert_eq!(
        leaves("<Dial action=\"/next\" record=\"true\">+14158675309</Dial>"),
        "<Dial action>, <Dial record>"
    );
    assert_eq!(leaves("<Dial><Number url=\"/x\">+14158675309</Number></Dial>"), "<Number url>");
    assert_eq!(leaves("<Say onEnd=\"https://x.example\">Hi</Say>"), "<Say onEnd>");
    assert_eq!(leaves("<Gather><Hangup/></Gather>"), "<Hangup> in <Gather>");
    assert_eq!(leaves("<Say>Hi <Redirect>/x</Redirect></Say>"), "<Redirect> in <Say>");
    assert_eq!(
        leaves("<x:include xmlns:x=\"urn:x\" href=\"/x\"/>"),
        "<include> of another namespace, <include>"
    );
    assert_eq!(leaves("<Dial callerId=\"+14158675309\">+14158675310</Dial>"), "<Dial callerId>");
    assert_eq!(leaves("<Dial callerId=\"+15005550006\">+14158675310</Dial>"), "");
}

#[test]
fn another_encoding_could_hide_anything() {
    let from = PhoneNumber::from_e164("+15005550006").unwrap();
    let read = |declaration: &str| TwimlDocument::read(&format!("{declaration}<Response/>"), &from);
    for plain in ["", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='UTF-8'?>"] {
        assert_eq!(read(plain), TwimlDocument::default(), "{plain}");
    }
    for other in
        ["<?xml version=\"1.0\" encoding=\"UTF-7\"?>", "<?xml version=\"1.0\" encoding = 'utf-16' ?>"]
    {
        assert_eq!(read(other).unchecked(), ["an encoding other than UTF-8"], "{other}");
    }
}

#[test]
fn what_twilio_would_not_play_is_pointed_out() {
    let faults = |verbs: &str| read(verbs).faults().to_vec();
    for address in
        ["hello.mp3", "/media/hello.mp3", "//x.example/a.mp3", "https://", "ftp://x.example/a.mp3", ""]
    {
        assert_eq!(faults(&format!("<Play>{address}</Play>")), [TwimlFault::PlayAddress(address.into())]);
    }
    assert_eq!(faults("<Say/>"), [TwimlFault::EmptySay]);
    assert_eq!(faults("<Gather><Say> \n </Say></Gather>"), [TwimlFault::EmptySay]);
    assert_eq!(faults("<Say><break time=\"1s\"/></Say>"), []);
    assert_eq!(faults("<Message>Hi</Message>"), [TwimlFault::Message]);
    for (written, right) in [("say", "Say"), ("PLAY", "Play"), ("hangUp", "Hangup"), ("dial", "Dial")] {
        let fault = TwimlFault::WrongCase { written: written.into(), right };
        assert_eq!(faults(&format!("<{written}/>")), [fault]);
    }
}
