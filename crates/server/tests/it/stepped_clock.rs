//! The wall clock is changed during a call: by minutes, a day, or more than a year. One phone rings once, the call ends
//! as it really ended, the limits block no longer than they say, and access stays as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use benspamsphones_app::app::DeletionError;
use benspamsphones_app::clock::{Clock, Clocks};
use benspamsphones_core::Limits;

use benspamsphones_server::config::PublicAddress;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::gate::{Gate, Way};
use crate::harness::{ORDINARY, PASSWORD, PATIENCE, Setup, TestServer, USER, id, sandbox, send};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const DIALS_AND_FAILS: &str = "+15005550123";
/// Five minutes: three seconds at the speed of these tests, so polling sees each status.
const LONG: &str = "+15005550114";
const FAILS: &str = "+15005550124";

#[derive(Clone)]
struct TestClock {
    set_by_ms: Arc<AtomicI64>,
    passed_ms: Arc<AtomicU64>,
    begun: Instant,
}

impl TestClock {
    fn new() -> Self {
        Self { set_by_ms: Arc::default(), passed_ms: Arc::default(), begun: Instant::now() }
    }

    fn set_by(&self, step: SignedDuration) {
        self.set_by_ms.fetch_add(i64::try_from(step.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Advances both clocks, as while a computer sleeps.
    fn pass(&self, time: SignedDuration) {
        self.passed_ms.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn passed(&self) -> Duration {
        Duration::from_millis(self.passed_ms.load(Ordering::SeqCst))
    }
}

impl Clocks for TestClock {
    fn wall(&self) -> Timestamp {
        Timestamp::now() + self.passed() + SignedDuration::from_millis(self.set_by_ms.load(Ordering::SeqCst))
    }

    fn since_boot(&self) -> Duration {
        self.begun.elapsed() + self.passed()
    }
}

fn setup(clock: &TestClock) -> Setup {
    Setup { clock: Clock::of(clock.clone()), ..Setup::default() }
}

async fn for_each_step<J: Future<Output = ()>>(journey: impl Fn(TestClock, SignedDuration) -> J) {
    let by = [MINUTE * 2, DAY, DAY * 400];
    let steps = by.into_iter().flat_map(|by| [by, -by]);
    join_all(steps.map(|step| journey(TestClock::new(), step))).await;
}

async fn limit(server: &TestServer) {
    let some = Limits {
        number_gap_min: Some(10),
        number_per_day: Some(2),
        calls_per_hour: Some(10),
        ..Limits::none()
    };
    let some = serde_json::to_value(some).unwrap();
    assert_eq!(server.as_owner(Method::PUT, "/api/v1/limits", Some(&some)).await.0, 200);
}

async fn place(server: &TestServer, to: &str) -> Value {
    let answer = send(server.placing("protocol1", to).header("idempotency-key", key(to))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn key(to: &str) -> &str {
    to.trim_start_matches("+1500")
}

async fn signed_in(server: &TestServer) -> String {
    let form = [("user", USER), ("password", PASSWORD)];
    let answer = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

async fn may_come_in(server: &TestServer, cookie: &str) -> bool {
    let ask = server.anonymous(Method::GET, "/api/v1/session").header("cookie", cookie);
    send(ask).await.status == 200
}

/// The rule that refuses the number now, after checking that it lifts within that rule's period.
async fn is_refused(server: &TestServer, clock: &TestClock, to: &str) -> Option<String> {
    let answer = send(server.placing("protocol1", to)).await;
    if answer.status == 201 {
        server.ended(id(&answer.json())).await;
        return None;
    }
    let problem = answer.problem_of_a_limit();
    let code = problem["code"].as_str().unwrap().to_owned();
    let longest = if code == "number_too_soon" { MINUTE * 10 } else { DAY };
    let lifts_at: Timestamp = problem["lifts_at"].as_str().unwrap().parse().unwrap();
    let from_now = lifts_at.duration_since(clock.wall());
    assert!(from_now <= longest, "{from_now:#}: {problem}");
    Some(code)
}

/// For a call that rang one phone and has ended, wherever the clock was set meanwhile.
async fn all_is_well(server: &TestServer, clock: &TestClock, call: &Value, cookie: &str) {
    let to = call["to"].as_str().unwrap();
    assert_eq!(call["status"], "completed", "{call:#}");
    assert_eq!(server.sandbox.dials_to(to), 1);
    let again = send(server.placing("protocol1", to).header("idempotency-key", key(to))).await;
    assert_eq!((again.header("idempotency-replayed"), &again.json()["id"]), (Some("true"), &call["id"]));
    assert!(may_come_in(server, cookie).await, "the session goes on");
    signed_in(server).await;

    assert_eq!(is_refused(server, clock, to).await.as_deref(), Some("number_too_soon"), "a moment ago");
    assert_eq!(server.sandbox.dials_to(to), 1);
    clock.pass(MINUTE * 10);
    assert_eq!(is_refused(server, clock, to).await, None);
    clock.pass(MINUTE * 10);
    assert_eq!(is_refused(server, clock, to).await.as_deref(), Some("number_too_often"));
    clock.pass(DAY - MINUTE * 10);
    assert_eq!(is_refused(server, clock, to).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_call_waits_for_its_turn() {
    for_each_step(|clock, step| async move {
        let mut setup = setup(&clock);
        setup.pace.between_calls = Duration::from_secs(4);
        let server = TestServer::start_with(setup).await;
        let cookie = signed_in(&server).await;
        limit(&server).await;
        server.place("protocol1", "+15005550143").await;
        let request = server.placing("protocol1", ORDINARY).header("idempotency-key", key(ORDINARY));
        let waiting = send(request.header("prefer", "respond-async")).await.json();
        assert_eq!(waiting["status"], "requested");
        clock.set_by(step);
        let ended = server.ended(id(&waiting)).await;
        all_is_well(&server, &clock, &ended, &cookie).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_request_is_on_the_way() {
    for_each_step(|clock, step| async move {
        let mut setup = setup(&clock);
        let sandbox = sandbox(setup.speed, PATIENCE).await;
        let gate = Gate::before(&sandbox.base_url(), Way::Open).await;
        setup.twilio_base = Some(gate.url.clone());
        let server = TestServer::start_beside(sandbox, setup).await;
        let cookie = signed_in(&server).await;
        limit(&server).await;
        gate.turn(Way::HoldsRequests);
        let (placed, ()) = tokio::join!(place(&server, ORDINARY), async {
            gate.request_came().await;
            clock.set_by(step);
            gate.open();
        });
        let ended = server.ended(id(&placed)).await;
        all_is_well(&server, &clock, &ended, &cookie).await;
    })
    .await;
}

/// The answer is lost, and the clock is set before, or between the request and the look-up. Twilio's calls have the
/// dates of its own clock.
#[tokio::test(flavor = "multi_thread")]
async fn while_an_answer_is_lost_and_looked_up() {
    for_each_step(|clock, step| async move {
        for set_before in [true, false] {
            let clock = if set_before { clock.clone() } else { TestClock::new() };
            let mut setup = Setup { public_address: PublicAddress::None, ..setup(&clock) };
            setup.pace.twilio_timeout = Duration::from_secs(1);
            let sandbox = sandbox(setup.speed, PATIENCE).await;
            let gate = Gate::before(&sandbox.base_url(), Way::Open).await;
            setup.twilio_base = Some(gate.url.clone());
            let server = TestServer::start_beside(sandbox, setup).await;
            let cookie = signed_in(&server).await;
            limit(&server).await;
            if set_before {
                clock.set_by(step);
            }
            gate.turn(Way::HoldsDials);
            let (placed, ()) = tokio::join!(place(&server, ORDINARY), async {
                gate.answer_came().await;
                if !set_before {
                    clock.set_by(step);
                }
            });
            let ended = server.ended(id(&placed)).await;
            let events = ended["events"].as_array().unwrap();
            assert!(events.iter().any(|event| event["source"] == "lookup"), "{step:#}: {ended:#}");
            gate.open();
            all_is_well(&server, &clock, &ended, &cookie).await;
        }
    })
    .await;
}

/// A phone may still ring until the request's longest delivery time is over. Setting the clock doesn't shorten that
/// time.
#[tokio::test(flavor = "multi_thread")]
async fn while_twilio_does_not_know_the_call_yet() {
    for_each_step(|clock, step| async move {
        let mut setup = Setup { public_address: PublicAddress::None, ..setup(&clock) };
        setup.pace.lookup_patience = Duration::from_secs(200);
        let sandbox = sandbox(setup.speed, PATIENCE).await;
        let gate = Gate::before(&sandbox.base_url(), Way::Open).await;
        setup.twilio_base = Some(gate.url.clone());
        let server = TestServer::start_beside(sandbox, setup).await;
        let placed = place(&server, FAILS).await;
        assert_eq!(placed["status"], "unknown", "{placed}");
        clock.set_by(step);
        gate.lists_came(2).await;
        assert_eq!(server.call(id(&placed)).await["status"], "unknown", "{step:#}");
        clock.pass(MINUTE * 4);
        let ended = server.ended(id(&placed)).await;
        assert_eq!((&ended["status"], &ended["failure"]["reason"]), (&json!("failed"), &json!("no_record")));
        assert_eq!(server.sandbox.dials_to(FAILS), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_never_left_ends_whatever_the_clock_says() {
    for_each_step(|clock, step| async move {
        let mut setup = Setup { public_address: PublicAddress::None, ..setup(&clock) };
        setup.pace.twilio_timeout = Duration::from_millis(500);
        let server = TestServer::start_with(setup).await;
        let placed = place(&server, FAILS).await;
        clock.set_by(step);
        let ended = server.ended(id(&placed)).await;
        assert_eq!((&ended["status"], &ended["failure"]["reason"]), (&json!("failed"), &json!("no_record")));
        assert_eq!(server.sandbox.dials_to(FAILS), 0);
    })
    .await;
}

async fn at_station(station: &'static str, to: &'static str, public_address: PublicAddress) {
    for_each_step(|clock, step| {
        let public_address = public_address.clone();
        async move {
            let setup = Setup { speed: 100.0, public_address, ..setup(&clock) };
            let server = TestServer::start_with(setup).await;
            let cookie = signed_in(&server).await;
            limit(&server).await;
            let placed = place(&server, to).await;
            server.reached(id(&placed), station).await;
            clock.set_by(step);
            let ended = server.ended(id(&placed)).await;
            all_is_well(&server, &clock, &ended, &cookie).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_queued_rings_or_is_spoken_on() {
    for station in ["queued", "ringing", "in-progress"] {
        at_station(station, ORDINARY, PublicAddress::WebhookListener).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_followed_by_asking() {
    for station in ["queued", "in-progress"] {
        at_station(station, LONG, PublicAddress::None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_end_while_its_price_is_awaited() {
    for_each_step(|clock, step| async move {
        let server = TestServer::start_with(setup(&clock)).await;
        let cookie = signed_in(&server).await;
        limit(&server).await;
        let placed = place(&server, ORDINARY).await;
        server.ended(id(&placed)).await;
        clock.set_by(step);
        server.events_until(id(&placed), |event| !event.data["call"]["price"].is_null()).await;
        let call = server.call(id(&placed)).await;
        all_is_well(&server, &clock, &call, &cookie).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn between_two_runs_of_which_the_second_looks_a_call_up() {
    for_each_step(|clock, step| async move {
        let mut setup = Setup { public_address: PublicAddress::None, ..setup(&clock) };
        setup.stop_within = Duration::from_millis(100);
        let sandbox = sandbox(setup.speed, PATIENCE).await;
        let gate = Gate::before(&sandbox.base_url(), Way::Open).await;
        setup.twilio_base = Some(gate.url.clone());
        let mut server = TestServer::start_beside(sandbox, setup).await;
        let first = server.place("protocol1", "+15005550143").await;
        server.ended(id(&first)).await;
        gate.turn(Way::HoldsDials);
        let request = server.placing("protocol1", ORDINARY).header("idempotency-key", key(ORDINARY));
        let asking = tokio::spawn(request.send());
        server.sandbox_until(|sandbox| sandbox.dials_to(ORDINARY) == 1).await;
        server.stop().await;
        drop(asking.await.unwrap());
        clock.set_by(step);
        server.start_again().await;
        limit(&server).await;
        let cookie = signed_in(&server).await;
        let ours = |call: &&Value| call["to"] == ORDINARY;
        let call = server.calls("").await["items"].as_array().unwrap().iter().find(ours).unwrap().clone();
        let ended = server.ended(id(&call)).await;
        assert_eq!(
            (&ended["status"], server.sandbox.dials_to(ORDINARY)),
            (&json!("completed"), 1),
            "{ended:#}"
        );
        let again =
            send(server.placing("protocol1", ORDINARY).header("idempotency-key", key(ORDINARY))).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert!(may_come_in(&server, &cookie).await);
    })
    .await;
}

/// Calls dated by a fast clock count from the start that notices it, for as long as the limit says, not until their
/// date.
#[tokio::test(flavor = "multi_thread")]
async fn calls_of_the_future_count_for_the_time_of_the_limit_once() {
    for ahead in [MINUTE * 2, DAY, DAY * 400] {
        let clock = TestClock::new();
        clock.set_by(ahead);
        let mut server = TestServer::start_with(setup(&clock)).await;
        limit(&server).await;
        let placed = place(&server, ORDINARY).await;
        server.ended(id(&placed)).await;
        server.stop().await;
        clock.set_by(-ahead);
        server.setup.limitless = false;
        server.start_again().await;
        assert_eq!(is_refused(&server, &clock, ORDINARY).await.as_deref(), Some("number_too_soon"));
        clock.pass(MINUTE * 6);
        server.stop().await;
        server.start_again().await;
        assert_eq!(is_refused(&server, &clock, ORDINARY).await.as_deref(), Some("number_too_soon"));
        clock.pass(MINUTE * 4 + SignedDuration::from_secs(5));
        assert_eq!(is_refused(&server, &clock, ORDINARY).await, None, "not anew with each start");
        clock.pass(MINUTE * 11);
        assert_eq!(is_refused(&server, &clock, ORDINARY).await.as_deref(), Some("number_too_often"));
        clock.pass(DAY);
        assert_eq!(is_refused(&server, &clock, ORDINARY).await, None);
    }
}

/// A deleted call takes its key with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_ahead_makes_no_call_old_enough_to_be_deleted() {
    let clock = TestClock::new();
    let server = TestServer::start_with(setup(&clock)).await;
    let placed = place(&server, ORDINARY).await;
    server.ended(id(&placed)).await;
    clock.set_by(DAY * 400);
    let long_ago = clock.wall() - DAY * 33;
    let deleted = server.server().app().delete_calls_before(long_ago).await;
    assert!(matches!(deleted, Err(DeletionError::StillCounted)), "{deleted:?}");
    let again = send(server.placing("protocol1", ORDINARY).header("idempotency-key", key(ORDINARY))).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_last_and_codes_end_by_the_time_that_passes() {
    for_each_step(|clock, step| async move {
        let mut server = TestServer::start_with(setup(&clock)).await;
        let cookie = signed_in(&server).await;
        let pairing = || async { server.as_owner(Method::POST, "/api/v1/pairings", None).await.1 };
        let (code, late) = (pairing().await["code"].clone(), pairing().await["code"].clone());
        clock.set_by(step);
        assert!(may_come_in(&server, &cookie).await);
        let join = |code: Value| {
            let form = [("code", code.as_str().unwrap().to_owned()), ("name", "phone".into())];
            send(server.anonymous(Method::POST, "/pair").form(&form))
        };
        assert_eq!(join(code).await.status, 303, "{step:#}");
        clock.pass(MINUTE * 6);
        assert_eq!(join(late).await.status, 401, "{step:#}");
        clock.pass(DAY * 31);
        assert!(!may_come_in(&server, &cookie).await, "nobody used it for a month");

        // A session dated by a fast clock doesn't live longer either.
        let cookie = signed_in(&server).await;
        server.stop().await;
        clock.set_by(-(DAY * 400));
        server.start_again().await;
        assert!(may_come_in(&server, &cookie).await);
        server.stop().await;
        clock.pass(DAY * 31);
        server.start_again().await;
        assert!(!may_come_in(&server, &cookie).await);
        signed_in(&server).await;
    })
    .await;
}

/// The computer slept with a call in the queue, which its owner no longer expects.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_while_the_computer_slept_is_not_sent() {
    let clock = TestClock::new();
    let mut setup = setup(&clock);
    setup.pace.between_calls = Duration::from_secs(4);
    let server = TestServer::start_with(setup).await;
    server.place("protocol1", "+15005550143").await;
    let request = server.placing("protocol1", DIALS_AND_FAILS).header("prefer", "respond-async");
    let waiting = send(request).await.json();
    assert_eq!(waiting["status"], "requested");
    clock.pass(MINUTE * 6);
    let ended = server.ended(id(&waiting)).await;
    assert_eq!(
        (&ended["status"], &ended["failure"]["reason"]),
        (&json!("canceled"), &json!("waited_too_long"))
    );
    assert_eq!(server.sandbox.dials_to(DIALS_AND_FAILS), 0);
}
