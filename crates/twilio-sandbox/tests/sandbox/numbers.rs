//! Every documented number, end to end.

use std::time::Duration;

use jiff::SignedDuration;
use twilio::{CallStatus, CreateCall, Error, MachineDetection, Outcome};
use twilio_sandbox::{SandboxConfig, Verdict};

use crate::world::{
    ORDINARY, Received, Receiver, WHOLE_LIFE, World, call_to, sequence, statuses, world, world_with,
};

/// Calls `to` with all events; returns everything received until the call settled.
async fn watched(world: &World, to: &str, callbacks: usize) -> (Vec<Received>, twilio_sandbox::CallRecord) {
    let mut receiver = Receiver::start(world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..call_to(to) };
    let call = world.client.create_call(&wish).await.expect("placed");
    assert_eq!(call.status, CallStatus::Queued);
    let received = receiver.take(callbacks).await;
    let record = world.settled(call.sid.as_str()).await;
    assert!(receiver.is_empty());
    assert_eq!(world.sandbox.callbacks().len(), callbacks);
    assert_eq!(world.sandbox.dials_to(to), 1);
    (received, record)
}

#[tokio::test]
async fn an_ordinary_number_is_answered() {
    let world = world().await;
    let (received, record) = watched(&world, ORDINARY, 4).await;
    assert_eq!(statuses(&received), WHOLE_LIFE);
    assert_eq!(sequence(&received), ["0", "1", "2", "3"]);
    assert!(received.iter().all(|one| one.is_signed));
    assert_eq!(record.status, CallStatus::Completed);
    // Five words at 150 per minute.
    assert_eq!(record.duration_s, Some(2));
    assert_eq!((received[3].param("CallDuration"), received[3].param("Duration")), ("2", "1"));
    assert_eq!(
        (received[3].param("SipResponseCode"), received[0].param("SipResponseCode")),
        ("200", "(none)")
    );
}

#[tokio::test]
async fn the_price_comes_after_the_end() {
    let world = world().await;
    let call = world.client.create_call(&call_to(ORDINARY)).await.expect("placed");
    assert_eq!((call.price, call.duration_s, call.end_time), (None, None, None));
    world.settled(call.sid.as_str()).await;
    let seen = world.client.fetch_call(&call.sid).await.expect("fetched");
    assert_eq!(seen.price.map(|price| price.to_string()).as_deref(), Some("-0.01400"));
    assert_eq!(seen.price_unit.as_deref(), Some("USD"));
    assert_eq!(seen.duration_s, Some(2));
}

#[tokio::test]
async fn busy_no_answer_and_failed_end_without_an_answer() {
    for (to, ending, code, callbacks) in [
        ("+15005550110", CallStatus::Busy, "486", 2),
        ("+15005550111", CallStatus::NoAnswer, "487", 3),
        ("+15005550112", CallStatus::Failed, "404", 2),
    ] {
        let world = world().await;
        let (received, record) = watched(&world, to, callbacks).await;
        let last = received.last().expect("an ending");
        assert_eq!((record.status, record.duration_s), (ending, Some(0)), "{to}");
        assert_eq!(last.param("CallStatus"), ending.as_str());
        assert_eq!((last.param("SipResponseCode"), last.param("CallDuration")), (code, "0"), "{to}");
        assert!(received.iter().all(|one| one.is_signed && one.param("CallStatus") != "in-progress"));
    }
}

#[tokio::test]
async fn nobody_answers_before_the_timeout() {
    let world = world().await;
    let impatient = CreateCall { timeout_s: Some(2), ..call_to(ORDINARY) };
    let call = world.client.create_call(&impatient).await.expect("placed");
    assert_eq!(world.settled(call.sid.as_str()).await.status, CallStatus::NoAnswer);
}

#[tokio::test]
async fn a_machine_is_told_from_a_person_where_that_was_asked() {
    for (to, detection, answered_by) in [
        ("+15005550113", Some(MachineDetection::Enable), Some("machine_start")),
        ("+15005550113", Some(MachineDetection::DetectMessageEnd), Some("machine_end_beep")),
        ("+15005550113", None, None),
        (ORDINARY, Some(MachineDetection::Enable), Some("human")),
    ] {
        let world = world().await;
        let mut receiver = Receiver::start(&world).await;
        let status_callback = receiver.all_events();
        let wish = CreateCall { machine_detection: detection, status_callback, ..call_to(to) };
        let call = world.client.create_call(&wish).await.expect("placed");
        let ending = receiver.take(4).await.remove(3);
        assert_eq!(ending.param("AnsweredBy"), answered_by.unwrap_or("(none)"));
        let seen = world.client.fetch_call(&call.sid).await.expect("fetched");
        assert_eq!(seen.answered_by.as_deref(), answered_by);
    }
}

#[tokio::test]
async fn keys_turn_the_detection_off() {
    let world = world().await;
    let send_digits = Some("1w2#".to_owned());
    let wish =
        CreateCall { send_digits, machine_detection: Some(MachineDetection::Enable), ..call_to(ORDINARY) };
    let call = world.client.create_call(&wish).await.expect("placed");
    let record = world.settled(call.sid.as_str()).await;
    assert_eq!((record.answered_by, record.send_digits.as_deref()), (None, Some("1w2#")));
}

#[tokio::test]
async fn a_long_call_lasts_five_minutes_and_no_longer_than_its_limit() {
    let world = world_with(SandboxConfig { speed: 1000.0, ..SandboxConfig::default() }).await;
    let call = world.client.create_call(&call_to("+15005550114")).await.expect("placed");
    assert_eq!(world.settled(call.sid.as_str()).await.duration_s, Some(300));

    let limited = CreateCall { time_limit_s: Some(60), ..call_to("+15005550114") };
    let call = world.client.create_call(&limited).await.expect("placed");
    let record = world.settled(call.sid.as_str()).await;
    assert_eq!(record.duration_s, Some(60));
    assert_eq!(record.status, CallStatus::Completed);
}

#[tokio::test]
async fn late_callbacks_come_twenty_seconds_late() {
    let world = world_with(SandboxConfig { speed: 20.0, ..SandboxConfig::default() }).await;
    let mut receiver = Receiver::start(&world).await;
    let wish = CreateCall { status_callback: receiver.all_events(), ..call_to("+15005550115") };
    let call = world.client.create_call(&wish).await.expect("placed");
    world.settled(call.sid.as_str()).await;
    assert_eq!(statuses(&receiver.take(4).await), WHOLE_LIFE);
    let lateness = SignedDuration::from_secs(1);
    for record in world.sandbox.callbacks() {
        let happened = record.param("Timestamp").expect("a time");
        // In whole seconds, rounded down: a callback in time arrives less than a second later.
        let happened = twilio::time::parse_rfc2822(&happened).expect("RFC 2822");
        assert!(record.at.duration_since(happened) >= lateness, "{happened}, {}", record.at);
    }
}

#[tokio::test]
async fn repeated_callbacks_share_their_token() {
    let world = world().await;
    let (received, _) = watched(&world, "+15005550116", 12).await;
    for (three, status) in received.chunks(3).zip(WHOLE_LIFE) {
        assert!(three.iter().all(|one| one.param("CallStatus") == status && one.is_signed));
        assert!(three.iter().all(|one| one.idempotency_token == three[0].idempotency_token));
        assert!(three.iter().all(|one| one.params == three[0].params));
    }
    assert_ne!(received[0].idempotency_token, received[3].idempotency_token);
}

#[tokio::test]
async fn reversed_callbacks_begin_with_the_ending() {
    let world = world().await;
    let (received, _) = watched(&world, "+15005550117", 4).await;
    assert_eq!(statuses(&received), ["completed", "in-progress", "ringing", "initiated"]);
    assert_eq!(sequence(&received), ["3", "2", "1", "0"]);
}

#[tokio::test]
async fn a_lost_ending_never_comes() {
    let world = world().await;
    let (received, record) = watched(&world, "+15005550118", 3).await;
    assert_eq!(statuses(&received), WHOLE_LIFE[..3]);
    assert_eq!(record.status, CallStatus::Completed);
}

#[tokio::test]
async fn silence_is_complete() {
    let world = world().await;
    let (received, record) = watched(&world, "+15005550119", 0).await;
    assert!(received.is_empty() && world.sandbox.callbacks().is_empty());
    assert_eq!(record.status, CallStatus::Completed);
}

#[tokio::test]
async fn forged_callbacks_fail_the_check() {
    let world = world().await;
    let (received, _) = watched(&world, "+15005550127", 4).await;
    assert_eq!(statuses(&received), WHOLE_LIFE);
    assert!(received.iter().all(|one| !one.is_signed));
}

#[tokio::test]
async fn a_slow_answer_has_dialled_meanwhile() {
    let slow_answer = Duration::from_millis(300);
    let world = world_with(SandboxConfig { speed: 100.0, slow_answer, ..SandboxConfig::default() }).await;
    let asked = std::time::Instant::now();
    world.client.create_call(&call_to("+15005550120")).await.expect("placed");
    assert!(asked.elapsed() >= slow_answer);
    assert_eq!(world.sandbox.dials_to("+15005550120"), 1);
}

#[tokio::test]
async fn too_many_requests_dial_nobody() {
    let world = world().await;
    let error = world.client.create_call(&call_to("+15005550121")).await.expect_err("refused");
    assert!(matches!(error, Error::TooManyRequests { .. }), "{error:?}");
    assert_eq!(world.sandbox.dials_to("+15005550121"), 0);

    let error = world.client.create_call(&call_to("+15005550122")).await.expect_err("refused once");
    assert!(matches!(error, Error::TooManyRequests { .. }), "{error:?}");
    world.client.create_call(&call_to("+15005550122")).await.expect("placed");
    assert_eq!(world.sandbox.dials_to("+15005550122"), 1);
}

#[tokio::test]
async fn a_number_that_refuses_once_refuses_every_first_request() {
    let world = world().await;
    let form = [("To", "+15005550122"), ("From", crate::world::MINE), ("Twiml", crate::world::TWIML)];
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(world.post("/Calls.json", &form).await.0);
    }
    assert_eq!(answers, [429, 201, 429, 201]);
}

#[tokio::test]
async fn trouble_after_dialling_leaves_the_outcome_unknown() {
    for to in ["+15005550123", "+15005550125", "+15005550126"] {
        let world = world().await;
        let error = world.client.create_call(&call_to(to)).await.expect_err("trouble");
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
        assert_eq!(world.only_call_settled().await.status, CallStatus::Completed);
        assert_eq!(world.sandbox.dials_to(to), 1, "{to} was dialled once");
    }
}

#[tokio::test]
async fn a_dropped_connection_gives_no_answer_at_all() {
    let world = world().await;
    let error = world.client.create_call(&call_to("+15005550125")).await.expect_err("dropped");
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn an_error_without_dialling_dials_nobody() {
    let world = world().await;
    let error = world.client.create_call(&call_to("+15005550124")).await.expect_err("trouble");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(world.sandbox.dials_to("+15005550124"), 0);
}

#[tokio::test]
async fn callbacks_are_recorded_with_their_answer() {
    let world = world().await;
    watched(&world, "+15005550110", 2).await;
    let records = world.sandbox.callbacks();
    assert!(
        records
            .iter()
            .all(|record| record.verdict == Verdict::Answered { status: 204 } && record.attempt == 1)
    );
    assert_eq!(records[1].param("CallStatus").as_deref(), Some("busy"));
}
