//! The bodies of the documented requests and of Twilio's callbacks: every reader parses them the same, and no ended
//! call is reopened.
#![no_main]

use std::collections::HashMap;

use benspamsphones_core::form::{from_form, from_json, plus_or_blank};
use benspamsphones_core::{
    AskedBy, Call, CallId, CallRequest, CallStatus, Mode, PhoneNumber, ProtocolId, Region, Source,
    StatusUpdate, UpdateRoute, WrittenNumber,
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use twilio::StatusReport;

fuzz_target!(|body: &[u8]| {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    if let Ok(fields) = from_form(body) {
        assert!(fields.iter().all(|(name, value)| !name.contains('\u{fffd}') && !value.contains('\u{fffd}')));
        assert!(pairs.iter().all(|(name, _)| fields.contains_key(name)), "nothing is lost");
        for (name, value) in &fields {
            let first = pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value);
            assert_eq!(first, Some(value), "the first counts, as it does in a callback");
        }
        let written: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        assert_eq!(from_form(written.as_bytes()).expect("what is written is read"), fields);
        let json = serde_json::to_vec(&fields).expect("texts");
        assert_eq!(
            from_json(&json, |_| true).expect("what is written is read"),
            fields,
            "both kinds say the same"
        );
        fields.values().for_each(|value| number_of_a_form(value));
    }
    if let Ok(fields) = from_json(body, |_| true) {
        let again = from_json(&serde_json::to_vec(&fields).expect("texts"), |_| true)
            .expect("what is written is read");
        assert_eq!(again, fields);
    }
    callback(&pairs);
});

/// A leading blank may have been a `+`: it is read only if one meaning is possible.
fn number_of_a_form(text: &str) {
    let possible =
        |text: &str| WrittenNumber::parse(text, Region::US).ok().filter(|read| read.number.is_possible());
    let read = plus_or_blank(text, Region::US);
    let Some(digits) = text.strip_prefix(' ') else { return assert_eq!(read.as_deref(), Some(text)) };
    let meanings = [possible(digits), possible(&format!("+{digits}"))];
    match (&read, meanings) {
        (None, [Some(one), Some(other)]) => assert_ne!(one, other),
        (None, _) => panic!("refused, and it can mean one number alone"),
        (Some(read), [national, international]) => {
            assert_eq!(possible(read), international.or(national), "the one meaning that there is");
        }
    }
}

fn callback(pairs: &[(String, String)]) {
    let Some(report) = StatusReport::read(pairs) else { return };
    let values: HashMap<&str, Vec<&str>> = pairs.iter().fold(HashMap::new(), |mut all, (name, value)| {
        all.entry(name.as_str()).or_insert_with(Vec::new).push(value.as_str());
        all
    });
    assert!(values["CallStatus"].contains(&report.status.as_str()), "nothing is made up");
    assert!(report.sid.as_deref().is_none_or(|sid| values["CallSid"].contains(&sid)));

    let told = CallStatus::ALL.into_iter().find(|status| status.as_str() == report.status.as_str());
    // Both spell the statuses alike, except for the dash.
    let told = told.or_else(|| {
        CallStatus::ALL.into_iter().find(|status| status.as_str() == report.status.as_str().replace('-', "_"))
    });
    let told = told.expect("every station of Twilio's has a word of ours");
    let at = Timestamp::UNIX_EPOCH;
    let number = PhoneNumber::from_e164("+15005550006").expect("a number");
    let mut call = Call::requested(CallRequest {
        id: CallId(uuid::Uuid::nil()),
        protocol: ProtocolId::new("p").expect("an id"),
        from: number.clone(),
        to: number,
        mode: Mode::Sandbox,
        account_sid: "AC1".into(),
        news: UpdateRoute::Callbacks,
        asked_by: AskedBy::Unknown,
        asker_name: None,
        requested_at: at,
    });
    let mut update = StatusUpdate::of(Source::Callback, told, at);
    update.told_at = report.told_at;
    update.sid = report.sid;
    update.duration_s = report.duration_s;
    let _ = call.advance(&update);
    for moment in [call.answered_at, call.ended_at].into_iter().flatten() {
        assert_eq!(moment, at, "nothing happens before it was asked for, nor after it was heard of");
    }
    if call.status.is_ending() {
        for later in CallStatus::ALL {
            let _ = call.advance(&StatusUpdate::of(Source::Callback, later, at));
            assert_eq!(call.status, told, "nothing leaves an ending");
        }
    }
}
