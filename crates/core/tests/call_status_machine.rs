//! Updates in any order, repeated or lost, give the right final status, and nothing changes it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use benspamsphones_core::{
    AcknowledgeKey, AskedBy, Call, CallId, CallRequest, CallStatus, Failure, Mode, Money, Outcome,
    PhoneNumber, ProtocolId, Source, StatusUpdate, UpdateRoute,
};
use jiff::Timestamp;
use proptest::prelude::*;

fn call() -> Call {
    let number = |text| PhoneNumber::from_e164(text).unwrap();
    let id = CallId("0199a0f0-0000-7000-8000-000000000001".parse().unwrap());
    let protocol = ProtocolId::new("protocol1").unwrap();
    Call::requested(CallRequest {
        id,
        protocol,
        from: number("+15005550006"),
        to: number("+14158675309"),
        mode: Mode::Sandbox,
        account_sid: "AC00000000000000000000000000000001".into(),
        news: UpdateRoute::Callbacks,
        asked_by: AskedBy::Program,
        asker_name: None,
        requested_at: Timestamp::UNIX_EPOCH,
    })
}

fn news(status: CallStatus) -> StatusUpdate {
    StatusUpdate::of(Source::Callback, status, at(10))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn ending() -> impl Strategy<Value = CallStatus> {
    proptest::sample::select(
        CallStatus::ALL.into_iter().filter(|status| status.is_ending()).collect::<Vec<_>>(),
    )
}

/// Twilio's reports of one call: each status on the way lost, once or repeated, and the final one.
fn life() -> impl Strategy<Value = (Vec<CallStatus>, CallStatus)> {
    let way = [CallStatus::Queued, CallStatus::Initiated, CallStatus::Ringing, CallStatus::InProgress];
    (proptest::collection::vec(proptest::sample::select(way.to_vec()), 0..12), ending())
}

proptest! {
    #[test]
    fn the_ending_wins_wherever_it_arrives((way, end) in life(), place in any::<prop::sample::Index>(), repeats in 1..3usize) {
        let mut heard = way;
        let place = place.index(heard.len() + 1);
        for _ in 0..repeats {
            heard.insert(place, end);
        }
        let mut call = call();
        for status in heard {
            let _ = call.advance(&news(status));
        }
        prop_assert_eq!(call.status, end);
        prop_assert_eq!(call.ended_at, Some(at(10)));
    }

    #[test]
    fn without_an_ending_the_furthest_station_is_shown((way, _) in life()) {
        let furthest = CallStatus::ALL.into_iter().rfind(|status| way.contains(status));
        let mut call = call();
        for status in &way {
            let _ = call.advance(&news(*status));
        }
        prop_assert_eq!(call.status, furthest.unwrap_or(CallStatus::Requested));
        prop_assert!(call.is_open());
    }

    #[test]
    fn nothing_leaves_an_ending(end in ending(), later in proptest::sample::select(CallStatus::ALL.to_vec())) {
        let mut call = call();
        let _ = call.advance(&news(end));
        let before = call.clone();
        let mut late = news(later);
        late.at = at(99);
        let advance = call.advance(&late);
        prop_assert!(!advance.status);
        prop_assert_eq!((call.status, call.ended_at), (before.status, before.ended_at));
    }

    #[test]
    fn the_same_news_twice_changes_nothing_the_second_time(status in proptest::sample::select(CallStatus::ALL.to_vec()), duration in any::<Option<u16>>()) {
        let mut once = news(status);
        once.duration_s = duration.map(u32::from);
        let mut call = call();
        let _ = call.advance(&once);
        let after_once = call.clone();
        prop_assert!(!call.advance(&once).changed());
        prop_assert_eq!(call, after_once);
    }

    #[test]
    fn a_status_never_goes_back(heard in proptest::collection::vec(proptest::sample::select(CallStatus::ALL.to_vec()), 0..20)) {
        let place = |status| CallStatus::ALL.iter().position(|other| *other == status).unwrap();
        let mut call = call();
        for status in heard {
            let before = call.status;
            let advance = call.advance(&news(status));
            prop_assert_eq!(advance.status, call.status != before);
            prop_assert!(place(call.status) >= place(before));
        }
    }
}

#[test]
fn a_price_that_comes_late_is_still_written_down() {
    let mut call = call();
    let _ = call.advance(&news(CallStatus::Completed));
    let mut late = StatusUpdate::of(Source::Poll, CallStatus::Completed, at(60));
    late.price = Money::from_twilio_price("-0.013".parse().unwrap(), "USD");
    late.duration_s = Some(4);
    assert!(call.advance(&late).details);
    assert_eq!(call.price.as_ref().unwrap().to_string(), "0.013 USD");
    assert_eq!(call.answered_at, Some(at(6)), "told by the ending, since the news of the answer was lost");
    assert_eq!(call.ended_at, Some(at(10)), "the first news of the ending stays");
}

#[test]
fn an_answer_in_time_is_not_overwritten_by_a_lookup_that_gave_up() {
    let mut call = call();
    let _ = call.advance(&news(CallStatus::Ringing));
    assert!(!call.advance(&news(CallStatus::Unknown)).changed());
    let mut failed = news(CallStatus::Failed);
    let _ = call.advance(&news(CallStatus::Completed));
    failed.failure = Some(Failure::Told { code: Some(21_217), message: "no".into() });
    assert!(!call.advance(&failed).changed(), "a late failure doesn't taint a completed call");
}

#[test]
fn a_confirmation_counts_once_and_whenever_it_arrives() {
    for arrives in 0..=4 {
        let mut call = call();
        for (place, status) in
            [CallStatus::Initiated, CallStatus::Ringing, CallStatus::InProgress, CallStatus::Completed]
                .into_iter()
                .enumerate()
        {
            if place == arrives {
                assert!(call.acknowledge(at(3)));
            }
            let _ = call.advance(&news(status));
        }
        assert_eq!(call.acknowledge(at(4)), arrives == 4, "after the end, if not before");
        assert!(!call.acknowledge(at(5)));
        assert_eq!(call.outcome(), Outcome::Confirmed);
        assert_eq!(call.acknowledged_at, Some(at(if arrives == 4 { 4 } else { 3 })));
    }
}

#[test]
fn a_machine_confirms_nothing_in_any_order() {
    for (who, confirmed) in [
        ("human", true),
        ("unknown", true),
        ("machine_start", false),
        ("machine_end_beep", false),
        ("fax", false),
    ] {
        let told = StatusUpdate { answered_by: Some(who.into()), ..news(CallStatus::Completed) };
        let (mut first, mut last) = (call(), call());
        let _ = first.advance(&told);
        assert_eq!(first.acknowledge(at(3)), confirmed, "{who}");
        last.acknowledge(at(3));
        let _ = last.advance(&told);
        for call in [first, last] {
            assert_eq!(call.acknowledged_at.is_some(), confirmed, "{who}");
            assert_eq!(call.outcome() == Outcome::Confirmed, confirmed, "{who}");
        }
    }
}

#[test]
fn the_sentence_says_whether_it_was_confirmed() {
    let mut asked = call();
    asked.acknowledge_key = Some(AcknowledgeKey::default());
    let _ = asked.advance(&news(CallStatus::InProgress));
    assert_eq!(asked.summary(), "Answered.");
    let mut confirmed = asked.clone();
    confirmed.acknowledge(at(3));
    assert_eq!(confirmed.summary(), "Confirmed.");
    for (mut call, said) in [(asked, "Answered but not confirmed"), (confirmed, "Confirmed")] {
        let _ = call.advance(&news(CallStatus::Completed));
        assert_eq!(call.summary(), format!("{said}; the call has ended."));
    }
}
