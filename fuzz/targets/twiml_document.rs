//! A protocol's own TwiML: all numbers that it calls are found, and so is everything that leaves the document.
#![no_main]

use benspamsphones_core::limits::Limits;
use benspamsphones_core::{Policy, Protocol, ProtocolId, Region, guard};
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|verbs: &str| {
    let policy = Policy { default_region: Region::US, zone: TimeZone::UTC, limits: Limits::none() };
    let Some(plain) = read(verbs) else { return };
    for rung in plain.document().rings() {
        assert_eq!(rung.trim(), rung);
    }
    if plain.unchecked().is_none()
        && let Ok(asked) = guard::screen_further(&policy, plain.document().rings())
    {
        // Accepted numbers are dialed as checked, whichever reader parses them.
        for rung in plain.document().rings() {
            let digits: String = rung.chars().filter(char::is_ascii_digit).collect();
            assert!(asked.iter().any(|asked| asked.to().as_str() == format!("+{digits}")), "{rung:?}");
        }
    }
    // A verb before or after it is always found: unclosed markup would not be XML.
    for (before, after) in [("", "<Dial>911</Dial>"), ("<Dial><Number>911</Number></Dial>", "")] {
        let Some(rings) = read(&format!("{before}{verbs}{after}")) else { continue };
        assert!(rings.document().rings().iter().any(|rung| rung == "911"), "{verbs:?}");
        assert!(guard::screen_further(&policy, rings.document().rings()).is_err(), "{verbs:?}");
    }
    for (before, after) in [("", "<Redirect>/x</Redirect>"), ("<Gather action=\"/x\"/>", "")] {
        let Some(leaves) = read(&format!("{before}{verbs}{after}")) else { continue };
        assert!(leaves.unchecked().is_some(), "{verbs:?}");
        assert!(leaves.longest_s().is_some());
        assert!(leaves.allowing_unchecked(true).unchecked().is_none());
    }
});

fn read(verbs: &str) -> Option<Protocol> {
    let fields = json!({"phone_number": "+15005550006", "twiml": format!("<Response>{verbs}</Response>")});
    let Value::Object(fields) = fields else { return None };
    Protocol::from_json(ProtocolId::new("p").expect("an id"), fields, Region::US).ok()
}
