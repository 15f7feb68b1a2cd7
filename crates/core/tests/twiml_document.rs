//! No document rings a number that the guard refuses, or has unchecked effects.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_core::{
    AskedBy, Candidate, Countries, Further, Ledger, Limits, Policy, Protocol, ProtocolId, QuietHours,
    Refusal, Region, Request, Rule, guard,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TO: &str = "+14158675309";
const FURTHER: &str = "+14158675310";
const ANOTHER: &str = "+14158675311";

fn policy(limits: Limits) -> Policy {
    Policy { default_region: Region::US, zone: TimeZone::UTC, limits }
}

fn now() -> Timestamp {
    "2026-07-15T20:00:00Z".parse().unwrap()
}

fn protocol(twiml: &str) -> Protocol {
    let fields = json!({"phone_number": "+15005550006", "twiml": twiml});
    let Value::Object(fields) = fields else { panic!("no object") };
    Protocol::from_json(ProtocolId::new("p").unwrap(), fields, Region::US).unwrap()
}

fn further(numbers: &[&str], ledger: &Ledger) -> Vec<Further> {
    let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
    let candidates = guard::screen_further(&policy(Limits::none()), &numbers).unwrap();
    candidates.into_iter().map(|candidate| Further { candidate, ledger: ledger.clone() }).collect()
}

fn request() -> Request {
    let candidate = guard::screen(&policy(Limits::none()), TO).unwrap();
    Request { candidate, by: AskedBy::Window, overriding: Vec::new(), consent: true, estimate: None }
}

fn check(limits: Limits, ledger: &Ledger) -> Result<guard::Permit, Refusal> {
    guard::authorize(&policy(limits), ledger, request(), now())
}

fn of_further(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Further { refusal, .. } => *refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_number_is_asked_about_and_named() {
    for (number, code) in [
        ("911", Rule::EmergencyNumber),
        ("+1 911", Rule::EmergencyNumber),
        ("+19005551234", Rule::PremiumNumber),
        ("+49116117", Rule::ShortNumber),
        ("mom", Rule::NotANumber),
        ("", Rule::NotANumber),
    ] {
        for twiml in [
            format!("<Response><Dial>{number}</Dial></Response>"),
            format!("<Response><Dial><Number>{TO}</Number><Number>{number}</Number></Dial></Response>"),
        ] {
            let protocol = protocol(&twiml);
            let refusal =
                guard::screen_further(&policy(Limits::none()), protocol.document().rings()).unwrap_err();
            assert_eq!(refusal.rule(), Rule::FurtherNumber);
            assert!(
                refusal.to_string().starts_with(&format!("What plays also calls {number}. ")),
                "{refusal}"
            );
            assert_eq!(of_further(refusal).rule(), code, "{twiml}");
        }
    }
}

#[test]
fn whom_a_document_rings_is_protected_like_whom_a_call_rings() {
    let refused = |limits: Limits, ledger: Ledger| {
        let ledger = Ledger { further: further(&[FURTHER], &ledger), ..Ledger::default() };
        check(limits, &ledger).err().map(of_further)
    };
    let lately = vec![now()];
    assert_eq!(refused(Limits::none(), Ledger::default()), None);
    assert_eq!(
        refused(Limits::none(), Ledger { blocked: true, ..Ledger::default() }),
        Some(Refusal::Blocked)
    );
    assert_eq!(
        refused(Limits::none(), Ledger { opted_out: true, ..Ledger::default() }),
        Some(Refusal::OptedOut)
    );
    assert_eq!(
        refused(Limits::none(), Ledger { do_not_call: true, ..Ledger::default() }),
        Some(Refusal::DoNotCall)
    );
    assert_eq!(refused(Limits::none(), Ledger { own: true, ..Ledger::default() }), Some(Refusal::Own));
    let called = Ledger { to_number: lately, ..Ledger::default() };
    let gap = Limits { number_gap_min: Some(10), ..Limits::none() };
    assert_eq!(refused(gap.clone(), called.clone()).unwrap().rule(), Rule::NumberTooSoon);
    let daily = Limits { number_per_day: Some(1), ..Limits::none() };
    assert_eq!(refused(daily, called).unwrap().rule(), Rule::NumberTooOften);
    let listed = Countries::Listed(["DE".parse().unwrap()].into());
    let own = Limits { countries: Countries::Own, ..Limits::none() };
    let abroad = Ledger { further: further(&["+4930901820"], &Ledger::default()), ..Ledger::default() };
    assert_eq!(of_further(check(own, &abroad).unwrap_err()).rule(), Rule::CountryNotAllowed);
    let german = Limits { countries: listed, ..Limits::none() };
    assert_eq!(check(german, &abroad).unwrap_err().rule(), Rule::CountryNotAllowed, "the call's own number");
    let night = Limits { quiet_hours: Some(QuietHours::default()), ..Limits::none() };
    assert_eq!(of_further(check(night, &abroad).unwrap_err()).rule(), Rule::QuietHours);
    let itself = Ledger { further: further(&[TO], &Ledger::default()), ..Ledger::default() };
    assert_eq!(of_further(check(gap, &itself).unwrap_err()).rule(), Rule::NumberTooSoon);
}

#[test]
fn each_takes_an_allowance_of_its_own() {
    let ledger = |under_way, to_all| Ledger {
        further: further(&[FURTHER, ANOTHER], &Ledger::default()),
        under_way,
        to_all: vec![now(); to_all],
        ..Ledger::default()
    };
    let at_once = Limits { calls_at_once: Some(3), ..Limits::none() };
    assert!(check(at_once.clone(), &ledger(0, 0)).is_ok());
    assert_eq!(check(at_once, &ledger(1, 0)).unwrap_err().rule(), Rule::TooManyAtOnce);
    let hourly = |limit| Limits { calls_per_hour: Some(limit), ..Limits::none() };
    assert!(check(hourly(3), &ledger(0, 0)).is_ok());
    assert_eq!(check(hourly(3), &ledger(0, 1)).unwrap_err().rule(), Rule::TooManyCalls);
    assert_eq!(check(hourly(2), &ledger(0, 0)).unwrap_err().lifts(), None, "never");
}

#[test]
fn the_last_look_is_at_each_of_them() {
    let ledger =
        |of_further: Ledger| Ledger { further: further(&[FURTHER], &of_further), ..Ledger::default() };
    let permit = || check(Limits::none(), &ledger(Ledger::default())).unwrap();
    assert_eq!(permit().further().len(), 1);
    let confirm = |wishes: &Ledger| guard::reauthorize(permit(), &policy(Limits::none()), wishes, now());
    assert_eq!(confirm(&ledger(Ledger::default())), Ok(permit()));
    let blocked = Ledger { blocked: true, ..Ledger::default() };
    assert_eq!(of_further(confirm(&ledger(blocked)).unwrap_err()), Refusal::Blocked);
    let unchecked = Ledger { unchecked: Some("<Sip>".into()), ..ledger(Ledger::default()) };
    assert_eq!(confirm(&unchecked).unwrap_err().rule(), Rule::UncheckedTwiml);
}

#[test]
fn nothing_is_kept_that_rings_who_is_protected() {
    let keeping =
        |limits, ledger: &Ledger| guard::screen_for_keeping(&policy(limits), &further(&[FURTHER], ledger));
    assert_eq!(keeping(Limits::default(), &Ledger::default()), Ok(()));
    let blocked = Ledger { blocked: true, ..Ledger::default() };
    assert_eq!(of_further(keeping(Limits::none(), &blocked).unwrap_err()), Refusal::Blocked);
    let german = Limits { countries: Countries::Listed(["DE".parse().unwrap()].into()), ..Limits::none() };
    assert_eq!(of_further(keeping(german, &Ledger::default()).unwrap_err()).rule(), Rule::CountryNotAllowed);
}

#[test]
fn what_leaves_needs_the_owner_and_nobody_sets_it_aside() {
    let protocol = protocol("<Response><Dial><Sip>sip:a@example.com</Sip></Dial></Response>");
    assert_eq!(protocol.unchecked().as_deref(), Some("<Sip>"));
    let ledger = Ledger { unchecked: protocol.unchecked(), ..Ledger::default() };
    let anyhow = Request { overriding: vec![Rule::UncheckedTwiml], ..request() };
    let refusal = guard::authorize(&policy(Limits::none()), &ledger, anyhow, now()).unwrap_err();
    assert_eq!(refusal.rule(), Rule::UncheckedTwiml);
    assert!(refusal.to_string().contains("<Sip>") && refusal.to_string().contains("bsp protocols allow"));
    let allowed = protocol.allowing_unchecked(true);
    assert_eq!(allowed.unchecked(), None);
    assert_eq!(allowed.source()["allow_unchecked_twiml"], true);
    let again = Protocol::from_json(allowed.id.clone(), allowed.source().clone(), Region::US).unwrap();
    assert_eq!(again.unchecked(), None);
    assert!(!again.allowing_unchecked(false).source().contains_key("allow_unchecked_twiml"));
}

#[test]
fn a_call_that_goes_on_does_not_last_for_hours() {
    let heard = protocol("<Response><Say>Hello</Say></Response>");
    assert_eq!(heard.longest_s(), None);
    let rings = protocol(&format!("<Response><Dial>{FURTHER}</Dial></Response>"));
    assert_eq!(rings.longest_s(), Some(Protocol::LONGEST_ON_S));
    let mut source = rings.source().clone();
    source.insert("time_limit".into(), 90.into());
    let told = Protocol::from_json(rings.id, source, Region::US).unwrap();
    assert_eq!(told.longest_s(), Some(90));
}

/// Ways to hide a number that every XML parser reads the same.
fn hidden(number: &'static str) -> impl Strategy<Value = String> {
    let how = (any::<[u8; 20]>(), any::<bool>(), any::<bool>());
    how.prop_map(move |(how, blank, cdata)| {
        let signs = number.chars().zip(how).map(|(sign, how)| match how % 8 {
            0 => format!("&#{};", u32::from(sign)),
            1 => format!("&#x{:x};", u32::from(sign)),
            2 if cdata => format!("<![CDATA[{sign}]]>"),
            3 if cdata => format!("<!-- 0 -->{sign}"),
            4 if cdata => format!("<?a 0?>{sign}"),
            _ => sign.to_string(),
        });
        let written: String = signs.collect();
        if blank { format!("\n\t {written} ") } else { written }
    })
}

fn around(number: String) -> impl Strategy<Value = String> {
    let names = select(vec!["Dial", "Number", "dial", "NUMBER", "Gather", "Say", "Foo", "Start", "x:Dial"]);
    let rings = select(vec!["Dial", "Number", "dIAL", "number", "x:Number"]);
    (rings, prop::collection::vec(names, 0..4)).prop_map(move |(rings, outer)| {
        let open = |name: &str| format!("<{name} xmlns:x=\"urn:x\">");
        let inner = format!("{}{number}</{rings}>", open(rings));
        outer.iter().fold(inner, |inner, name| format!("{}<Pause/>{inner}</{name}>", open(name)))
    })
}

const NEVER: [&str; 6] = ["911", "+19005551234", "112", "+499001234567", "+1911", "9005551234"];

proptest! {
    /// No notation or position gets a number past the guard.
    #[test]
    fn no_number_is_overlooked(verbs in select(&NEVER[..]).prop_flat_map(hidden).prop_flat_map(around)) {
        let protocol = protocol(&format!("<Response><Say>Hello</Say>{verbs}<Hangup/></Response>"));
        let asked = guard::screen_further(&policy(Limits::none()), protocol.document().rings());
        prop_assert!(asked.is_err(), "{verbs}: {:?}", protocol.document());
    }

    /// Unless the owner allows more, only known elements and attributes pass.
    #[test]
    fn what_passes_is_known(verb in "[A-Z][A-Za-z]{1,11}", attribute in "[a-z][A-Za-z]{1,9}", value in "[a-z:/.]{0,12}") {
        let twiml = format!("<Response><{verb} {attribute}=\"{value}\">https://x.example/</{verb}></Response>");
        let known = ["Say", "Play", "Pause", "Gather", "Dial", "Hangup", "Reject", "Leave"];
        let protocol = protocol(&twiml);
        prop_assert!(known.contains(&verb.as_str()) || protocol.unchecked().is_some(), "{twiml}");
        prop_assert!(attribute != "action" || protocol.unchecked().is_some(), "{twiml}");
    }

    /// The same rules apply to called numbers and to those the protocol rings.
    #[test]
    fn one_rule_for_both(
        blocked in any::<bool>(), opted_out in any::<bool>(), do_not_call in any::<bool>(), own in any::<bool>(),
        ago_min in prop::collection::vec(0_i64..2_000, 0..4), hour in 0_i64..48, abroad in any::<bool>(),
    ) {
        let number = if abroad { "+4930901820" } else { FURTHER };
        let at = now().checked_add(jiff::SignedDuration::from_hours(hour)).unwrap();
        let to_number = ago_min.iter().map(|ago| at.checked_sub(jiff::SignedDuration::from_mins(*ago)).unwrap());
        let ledger = Ledger { blocked, opted_out, do_not_call, own, to_number: to_number.collect(), ..Ledger::default() };
        let policy = policy(Limits { quiet_hours: Some(QuietHours::default()), ..Limits::default() });
        let candidate: Candidate = guard::screen(&policy, number).unwrap();
        let called = Request { candidate: candidate.clone(), by: AskedBy::Program, ..request() };
        let called = guard::authorize(&policy, &ledger, called, at).err();
        // Make the call's own number one that no rule forbids.
        let policy = Policy { limits: Limits { quiet_hours: None, ..policy.limits.clone() }, ..policy };
        let policy = if matches!(called, Some(Refusal::Night { .. })) {
            Policy { limits: Limits { quiet_hours: Some(QuietHours::default()), ..policy.limits }, ..policy }
        } else {
            policy
        };
        let ledger = Ledger { further: vec![Further { candidate, ledger }], ..Ledger::default() };
        let rung = guard::authorize(&policy, &ledger, request(), at).err();
        match (called, rung) {
            (None, None) => {}
            (Some(called), Some(Refusal::Further { refusal, .. })) => prop_assert_eq!(called, *refusal),
            // In quiet hours of both, the call's own number may be named instead.
            (Some(called), Some(rung)) => prop_assert_eq!(called.rule(), rung.rule()),
            (called, rung) => prop_assert!(false, "{called:?} {rung:?}"),
        }
    }
}
