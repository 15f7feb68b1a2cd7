//! Whatever the order of outcomes, limits, stops and restarts: no phone rings too often or after the end, and there is
//! an end.
//!
//! A long file, because the steps of a hunt and what must hold after each are one property.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn plan(order: HuntOrder, until: HuntUntil, attempts: u8) -> HuntPlan {
    HuntPlan::new(order, until, attempts, 60, 2).unwrap()
}

fn attempt(member: usize, number: u8) -> Attempt {
    Attempt { member, number }
}

#[test]
fn rules_are_serialized_by_name() {
    for rule in Rule::ALL {
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}

fn ring(hunt: &mut Hunt, now: Timestamp) -> Vec<Attempt> {
    let due = hunt.due(now);
    for attempt in &due {
        assert!(hunt.begin(*attempt, now));
    }
    due
}

#[test]
fn a_plan_is_bounded() {
    let plan = |attempts, pause| HuntPlan::new(HuntOrder::InTurn, HuntUntil::Answered, attempts, pause, 1);
    assert_eq!(plan(0, 0), Err(HuntPlanError::Attempts));
    assert_eq!(plan(6, 0), Err(HuntPlanError::Attempts));
    assert_eq!(plan(5, 3_601), Err(HuntPlanError::Pause));
    assert!(plan(5, 3_600).is_ok());
}

#[test]
fn in_turn_one_rings_after_the_other_in_rounds() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Answered, 2), 2, at(0));
    for (second, member, number) in [(0, 0, 1), (30, 1, 1), (120, 0, 2), (150, 1, 2)] {
        let wanted = attempt(member, number);
        assert_eq!(hunt.state(at(second)), HuntState::Due);
        assert_eq!(ring(&mut hunt, at(second)), [wanted]);
        assert_eq!(hunt.state(at(second)), HuntState::Calling);
        assert_eq!(hunt.due(at(second)), []);
        assert!(hunt.tell(wanted, Happened::Placed, at(second)));
        assert!(hunt.tell(wanted, Happened::Ended, at(second + 30)));
        if (member, number) == (1, 1) {
            assert_eq!(hunt.state(at(60)), HuntState::Waiting { until: at(120), why: None });
        }
    }
    assert_eq!(hunt.state(at(180)), HuntState::Over(HuntEnd::Exhausted));
}

#[test]
fn an_answer_ends_it_and_the_other_calls_are_hung_up() {
    let mut hunt = Hunt::new(plan(HuntOrder::AtOnce, HuntUntil::Answered, 1), 3, at(0));
    assert_eq!(ring(&mut hunt, at(0)), [attempt(0, 1), attempt(1, 1)], "as many as there are lines");
    assert!(hunt.tell(attempt(0, 1), Happened::Placed, at(1)));
    assert!(hunt.tell(attempt(1, 1), Happened::Answered, at(2)));
    assert_eq!(hunt.end(), Some(HuntEnd::Reached));
    assert_eq!(hunt.to_hang_up(), [attempt(0, 1)], "not the call that was answered");
    assert_eq!(ring(&mut hunt, at(3)), []);
    assert!(hunt.tell(attempt(0, 1), Happened::Ended, at(3)));
    assert!(hunt.to_hang_up().is_empty());
}

#[test]
fn only_a_confirmation_counts() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Confirmed, 1), 2, at(0));
    ring(&mut hunt, at(0));
    hunt.tell(attempt(0, 1), Happened::Answered, at(1));
    assert_eq!(hunt.end(), None, "a machine may have answered");
    hunt.tell(attempt(0, 1), Happened::Ended, at(2));
    assert_eq!(ring(&mut hunt, at(2)), [attempt(1, 1)]);
    hunt.tell(attempt(1, 1), Happened::Confirmed, at(3));
    assert_eq!(hunt.end(), Some(HuntEnd::Reached));
}

#[test]
fn every_member_must_answer() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Everyone, 1), 2, at(0));
    ring(&mut hunt, at(0));
    hunt.tell(attempt(0, 1), Happened::Answered, at(1));
    assert_eq!(hunt.due(at(1)), [], "the line is busy");
    hunt.tell(attempt(0, 1), Happened::Ended, at(9));
    assert_eq!(ring(&mut hunt, at(9)), [attempt(1, 1)]);
    let mut other = hunt.clone();
    hunt.tell(attempt(1, 1), Happened::Answered, at(10));
    assert_eq!(hunt.end(), Some(HuntEnd::Reached));
    other.tell(attempt(1, 1), Happened::Ended, at(10));
    assert_eq!(other.end(), Some(HuntEnd::Exhausted));
    assert_eq!(Hunt::new(*hunt.plan(), 0, at(0)).end(), Some(HuntEnd::Exhausted), "of nobody");
}

#[test]
fn a_delayed_member_holds_up_no_one_else() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Answered, 2), 2, at(0));
    ring(&mut hunt, at(0));
    let delayed = Happened::Delayed { until: at(500), why: Rule::NumberTooSoon };
    assert!(hunt.tell(attempt(0, 1), delayed, at(0)));
    assert_eq!(hunt.tracks()[0].attempts(), 0, "no phone rang");
    for (second, number) in [(0, 1), (70, 2)] {
        assert_eq!(ring(&mut hunt, at(second)), [attempt(1, number)]);
        hunt.tell(attempt(1, number), Happened::Ended, at(second + 10));
    }
    assert_eq!(hunt.state(at(80)), HuntState::Waiting { until: at(500), why: Some(Rule::NumberTooSoon) });
    assert_eq!(ring(&mut hunt, at(500)), [attempt(0, 1)], "under the number that it had");
    hunt.tell(attempt(0, 1), Happened::Ended, at(510));
    assert_eq!(hunt.state(at(510)), HuntState::Waiting { until: at(570), why: None }, "not twice in a round");
    // A limit that has already passed is asked again, but not at once.
    ring(&mut hunt, at(570));
    hunt.tell(attempt(0, 2), Happened::Delayed { until: at(0), why: Rule::TooManyCalls }, at(570));
    assert_eq!(hunt.state(at(570)), HuntState::Waiting { until: at(571), why: Some(Rule::TooManyCalls) });
}

#[test]
fn forbidden_and_late_members_are_skipped_with_the_reason() {
    let mut hunt = Hunt::new(plan(HuntOrder::AtOnce, HuntUntil::Answered, 2), 2, at(0));
    ring(&mut hunt, at(0));
    hunt.tell(attempt(0, 1), Happened::Forbidden(Rule::BlockedNumber), at(0));
    let tomorrow = Happened::Delayed { until: hunt.expires_at(), why: Rule::DaySpent };
    hunt.tell(attempt(1, 1), tomorrow, at(0));
    let skipped: Vec<_> = hunt.tracks().iter().map(Track::skipped).collect();
    let wanted = [Skipped::Forbidden(Rule::BlockedNumber), Skipped::TooLate(Rule::DaySpent)];
    assert_eq!(skipped, wanted.map(Some));
    assert_eq!(hunt.end(), Some(HuntEnd::Exhausted));
}

#[test]
fn an_unknown_call_is_not_repeated_and_holds_up_no_one() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Answered, 2), 2, at(0));
    ring(&mut hunt, at(0));
    hunt.tell(attempt(0, 1), Happened::Unknown, at(1));
    for (second, number) in [(1, 1), (70, 2)] {
        assert_eq!(ring(&mut hunt, at(second)), [attempt(1, number)]);
        hunt.tell(attempt(1, number), Happened::Ended, at(second + 9));
    }
    assert_eq!(hunt.state(at(80)), HuntState::Calling, "what became of it is waited for");
    let mut found = hunt.clone();
    found.tell(attempt(0, 1), Happened::Answered, at(90));
    assert_eq!(found.end(), Some(HuntEnd::Reached));
    let mut settled = hunt.clone();
    settled.tell(attempt(0, 1), Happened::Ended, at(90));
    assert_eq!(ring(&mut settled, at(90)), [attempt(0, 2)]);
    hunt.pass(hunt.expires_at());
    assert_eq!(hunt.end(), Some(HuntEnd::Expired));
    assert_eq!(hunt.to_hang_up(), [attempt(0, 1)]);
}

#[test]
fn attempts_begun_before_a_kill_are_placed_again_unless_it_is_over() {
    let mut hunt = Hunt::new(plan(HuntOrder::InTurn, HuntUntil::Answered, 1), 1, at(0));
    assert!(!hunt.begin(attempt(0, 2), at(0)) && !hunt.begin(attempt(1, 1), at(0)), "it isn't due");
    ring(&mut hunt, at(0));
    assert_eq!(hunt.begun(at(1)), [attempt(0, 1)]);
    assert_eq!(hunt.begun(hunt.expires_at()), [], "its time is up");
    hunt.stop();
    assert_eq!(hunt.begun(at(1)), []);
    assert_eq!((hunt.end(), hunt.to_hang_up()), (Some(HuntEnd::Stopped), vec![attempt(0, 1)]));
}

#[derive(Clone, Debug)]
enum Step {
    /// Begins what is due. Later steps may or may not report the outcome.
    Ring,
    Pass(i64),
    Tell(prop::sample::Index, u8, Happened),
    Restart,
    Stop,
}

fn happened() -> impl Strategy<Value = Happened> {
    let delayed = (0_i64..200_000, 0..Rule::ALL.len())
        .prop_map(|(until, why)| Happened::Delayed { until: at(until), why: Rule::ALL[why] });
    prop_oneof![
        3 => Just(Happened::Placed),
        3 => delayed,
        1 => (0..Rule::ALL.len()).prop_map(|why| Happened::Forbidden(Rule::ALL[why])),
        2 => Just(Happened::Unknown),
        1 => Just(Happened::Answered),
        1 => Just(Happened::Confirmed),
        6 => Just(Happened::Ended),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Ring),
        4 => prop_oneof![0_i64..120, 0_i64..40_000].prop_map(Step::Pass),
        12 => (any::<prop::sample::Index>(), 0_u8..7, happened())
            .prop_map(|(member, number, happened)| Step::Tell(member, number, happened)),
        2 => Just(Step::Restart),
        1 => Just(Step::Stop),
    ]
}

fn any_plan() -> impl Strategy<Value = HuntPlan> {
    let order = prop::sample::select(vec![HuntOrder::InTurn, HuntOrder::AtOnce]);
    let until = prop::sample::select(vec![HuntUntil::Answered, HuntUntil::Confirmed, HuntUntil::Everyone]);
    (order, until, 1..=HuntPlan::MAX_ATTEMPTS, 0..=HuntPlan::MAX_PAUSE_S, 0_usize..4).prop_map(
        |(order, until, attempts, pause, at_once)| {
            HuntPlan::new(order, until, attempts, pause, at_once).unwrap()
        },
    )
}

/// Watches a hunt from outside: which phones rang, or may have.
struct Watch {
    hunt: Hunt,
    now: Timestamp,
    rang: BTreeSet<Attempt>,
    /// Members with a call of unknown state.
    unknown: BTreeSet<usize>,
    ended: Option<HuntEnd>,
}

impl Watch {
    fn calling(&self) -> usize {
        self.hunt.attempts_where(Standing::has_line).len()
    }

    fn ring(&mut self) {
        // A call of unknown state may turn out to exist, on top of those for which there were lines.
        let most = self.hunt.plan.lines().max(self.calling());
        for attempt in self.hunt.due(self.now) {
            assert_eq!(self.ended, None, "nobody is rung after it is over");
            assert!(self.hunt.begin(attempt, self.now));
            assert!(self.rang.insert(attempt), "nobody is rung twice for one attempt");
            assert!(!self.unknown.contains(&attempt.member), "nobody is rung again while nobody knows");
        }
        assert!(self.calling() <= most);
    }

    fn tell(&mut self, attempt: Attempt, happened: Happened) {
        if !self.hunt.tell(attempt, happened, self.now) {
            return;
        }
        match happened {
            Happened::Delayed { .. } | Happened::Forbidden(_) => assert!(self.rang.remove(&attempt)),
            Happened::Unknown => assert!(self.unknown.insert(attempt.member)),
            _ => {
                self.unknown.remove(&attempt.member);
            }
        }
    }

    fn check(&mut self) {
        let most = usize::from(self.hunt.plan.attempts);
        for member in 0..self.hunt.tracks.len() {
            let rang = self.rang.iter().filter(|attempt| attempt.member == member).count();
            assert!(rang <= most, "{rang} of {most}");
            assert_eq!(rang, usize::from(self.hunt.tracks[member].attempts()));
        }
        if self.ended.is_some() {
            assert_eq!(self.hunt.end(), self.ended, "an end is final");
            assert_eq!(self.hunt.due(self.now), []);
            assert_eq!(self.hunt.begun(self.now), []);
        }
        self.ended = self.hunt.end();
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Ring => self.ring(),
            Step::Pass(seconds) => {
                self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
                self.hunt.pass(self.now);
            }
            Step::Tell(member, number, happened) => {
                let members = self.hunt.tracks.len();
                self.tell(attempt(member.index(members + 1), number), happened);
            }
            Step::Restart => {
                let written = serde_json::to_string(&self.hunt).unwrap();
                let read: Hunt = serde_json::from_str(&written).unwrap();
                assert_eq!(read, self.hunt);
                self.hunt = read;
            }
            Step::Stop => {
                self.hunt.stop();
                assert!(self.hunt.end().is_some());
            }
        }
        self.check();
    }

    /// Every call ends and time passes, so the hunt must end.
    fn finish(&mut self) {
        for _ in 0..1_000 {
            match self.hunt.state(self.now) {
                HuntState::Over(_) => {
                    self.hunt.pass(self.now);
                    assert!(self.hunt.end().is_some());
                    self.check();
                    return;
                }
                HuntState::Due => self.ring(),
                HuntState::Waiting { until, .. } => {
                    assert!(until > self.now);
                    self.now = until;
                    self.hunt.pass(self.now);
                }
                HuntState::Calling => {
                    let calling = self.hunt.attempts_where(Standing::has_line);
                    if calling.is_empty() {
                        self.now = self.hunt.expires_at();
                        self.hunt.pass(self.now);
                    }
                    for attempt in calling {
                        self.tell(attempt, Happened::Ended);
                    }
                }
            }
            self.check();
        }
        panic!("it has no end: {:#?}", self.hunt);
    }
}

proptest! {
    #[test]
    fn no_one_is_rung_too_often_or_too_late_and_it_ends(
        plan in any_plan(),
        members in 0_usize..6,
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let hunt = Hunt::new(plan, members, at(0));
        let mut watch =
            Watch { hunt, now: at(0), rang: BTreeSet::new(), unknown: BTreeSet::new(), ended: None };
        watch.check();
        for step in steps {
            watch.take(step);
        }
        watch.finish();
    }

    /// If no one can be reached and nothing is in the way, each member had all attempts.
    #[test]
    fn every_member_gets_all_attempts(plan in any_plan(), members in 1_usize..6) {
        let hunt = Hunt::new(plan, members, at(0));
        let mut watch =
            Watch { hunt, now: at(0), rang: BTreeSet::new(), unknown: BTreeSet::new(), ended: None };
        watch.finish();
        prop_assert_eq!(watch.hunt.end(), Some(HuntEnd::Exhausted));
        prop_assert_eq!(watch.rang.len(), members * usize::from(plan.attempts));
    }
}
