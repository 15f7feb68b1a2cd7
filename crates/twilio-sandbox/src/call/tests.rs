use super::*;

fn ringing() -> Call {
    let request = NewCall {
        to: "+14155550123".to_owned(),
        to_country: "US".to_owned(),
        from: "+15005550006".to_owned(),
        from_country: String::new(),
        orders: Orders {
            plays: Plays { instructions: Instructions::Application, fallback: None, redirects: 0 },
            status_callback: None,
            time_limit: Duration::from_secs(60),
        },
        ring_timeout: Duration::from_secs(60),
        send_digits: None,
        record: false,
        detection: None,
        warning: None,
    };
    let script = crate::script_for(&request.to);
    let call = Call::new(crate::sid::random("CA"), 0, request, script, 1.0);
    call.advance(CallStatus::Ringing).expect("it rings");
    call
}

#[test]
fn a_cancelled_call_is_never_answered() {
    let call = ringing();
    assert!(call.hang_up(CallStatus::Canceled) && call.hung_up.is_cancelled());
    assert!(call.advance(CallStatus::InProgress).is_none());
    call.end(CallStatus::Completed, Duration::from_secs(9));
    let Progress { status, answered, duration_s, .. } = call.progress();
    assert_eq!((status, answered, duration_s), (CallStatus::Canceled, None, Some(0)));
}

#[test]
fn an_answered_call_is_never_cancelled() {
    let call = ringing();
    let answered = call.advance(CallStatus::InProgress).expect("it is answered");
    assert!(!call.hang_up(CallStatus::Canceled) && !call.hung_up.is_cancelled());
    assert!(call.hang_up(CallStatus::Completed) && !call.hang_up(CallStatus::Completed));
    // The progress from the answer is unchanged after the end.
    assert_eq!((answered.status, answered.ended), (CallStatus::InProgress, None));
    assert_eq!(call.status(), CallStatus::Completed);
}
