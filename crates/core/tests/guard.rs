//! The rules of the guard: each by example, and all for arbitrary policies, ledgers and times.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_core::limits::Hour;
use benspamsphones_core::phone_number::PhoneNumberError;
use benspamsphones_core::{
    AskedBy, Countries, Estimate, Ledger, Limits, Money, PhoneNumber, Policy, QuietHours, Refusal, Region,
    Remedy, Request, Rule, guard,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;
use rust_decimal::Decimal;

const MOBILE: &str = "+4915112345678";
/// Country code 1, in an area code without a country.
const NOBODY_KNOWS: &str = "+12225550123";

fn policy(limits: Limits) -> Policy {
    Policy { default_region: Region::US, zone: TimeZone::UTC, limits }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Noon in Berlin, and daytime in the eastern United States.
fn noon() -> Timestamp {
    at("2026-07-15T10:00:00Z")
}

fn usd(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), "USD").unwrap()
}

fn request(to: &str) -> Request {
    let candidate = guard::screen(&policy(Limits::none()), to).unwrap();
    Request { candidate, by: AskedBy::Program, overriding: Vec::new(), consent: false, estimate: None }
}

fn refusal(limits: Limits, ledger: &Ledger) -> Option<Refusal> {
    guard::authorize(&policy(limits), ledger, request(MOBILE), noon()).err()
}

fn screened(to: &str) -> Option<Refusal> {
    guard::screen(&policy(Limits::default()), to).err()
}

#[test]
fn an_ordinary_number_may_be_rung() {
    let wish = Request {
        candidate: guard::screen(&policy(Limits::default()), "(415) 867-5309").unwrap(),
        ..request(MOBILE)
    };
    let permit =
        guard::authorize(&policy(Limits::default()), &Ledger::default(), wish, at("2026-07-15T20:00:00Z"))
            .unwrap();
    assert_eq!(permit.to().as_str(), "+14158675309");
    assert!(permit.overridden().is_empty());
}

#[test]
fn emergency_numbers_are_never_rung_however_they_are_written() {
    for to in [
        "911", "9-1-1", "112", "999", "000", "+1 911", "+44 999", "+49 112", "tel:112", "1 911", "+61 000",
        "+33 15",
    ] {
        assert_eq!(screened(to).map(|refusal| refusal.rule()), Some(Rule::EmergencyNumber), "{to}");
    }
}

#[test]
fn an_emergency_number_of_elsewhere_is_told_as_what_it_is() {
    for here in ["911", "112", "+1 911", "+44 999", "9-1-1"] {
        assert_eq!(screened(here), Some(Refusal::Emergency), "{here}");
    }
    let told = screened("123").unwrap().to_string();
    assert!(told.starts_with("The phone number 123 is an emergency number in other countries (+"), "{told}");
    assert!(told.contains("(+20, +57, +382, …)"), "of many countries, a few are named: {told}");
}

#[test]
fn short_and_premium_rate_numbers_are_never_rung() {
    for to in ["+1 511 999", "+49 116117"] {
        assert_eq!(screened(to), Some(Refusal::Short), "{to}");
    }
    for to in ["900 234 5678", "+1 900 234 5678", "+49 900 1 234567", "+44 871 234 5678"] {
        assert_eq!(screened(to), Some(Refusal::PremiumRate), "{to}");
    }
}

#[test]
fn impossible_numbers_are_refused() {
    for to in ["0000000000", "+1 415 867", "+1 023 456 7890", "12345", "+210 12345678"] {
        let refusal = screened(to);
        assert!(
            matches!(refusal, Some(Refusal::Impossible | Refusal::NotANumber(_) | Refusal::Short)),
            "{to}: {refusal:?}"
        );
    }
    assert_eq!(screened("mom"), Some(Refusal::NotANumber(PhoneNumberError::BadCharacter('m'))));
}

#[test]
fn everything_that_speaks_against_a_call_is_told_and_the_first_of_it_refuses() {
    let night = at("2026-07-15T21:40:00Z");
    let policy = policy(Limits::default());
    let ledger = Ledger { blocked: true, to_number: vec![night], ..Ledger::default() };
    let objections = guard::objections(&policy, &ledger, &request(MOBILE), night);
    let rules: Vec<Rule> = objections.iter().map(Refusal::rule).collect();
    let expected = [Rule::BlockedNumber, Rule::CountryNotAllowed, Rule::QuietHours, Rule::NumberTooSoon];
    assert_eq!(rules, expected);
    let refused = guard::authorize(&policy, &ledger, request(MOBILE), night);
    assert_eq!(refused.err().as_ref(), objections.first());
    assert_eq!(guard::used(&ledger, night).number_in_day, 1);
}

#[test]
fn the_time_where_a_number_is_can_be_told() {
    let there = |to: &str| {
        let told = guard::time_there(&PhoneNumber::from_e164(to).unwrap(), at("2026-07-15T21:40:00Z"));
        told.map(|there| (there.from.to_string(), there.until.to_string()))
    };
    assert_eq!(there(MOBILE), Some(("23:40:00".into(), "23:40:00".into())));
    let across = Some(("11:40:00".into(), "17:40:00".into()));
    assert_eq!(there("+18005550123"), across, "from Honolulu to New York");
    assert_eq!(there("+15005550100"), None, "it is nowhere");
    assert_eq!(there("+80012345678"), None, "anywhere on Earth");
}

#[test]
fn nobody_is_rung_against_their_wish() {
    let check = |ledger: Ledger| refusal(Limits::none(), &ledger);
    assert_eq!(check(Ledger::default()), None);
    assert_eq!(check(Ledger { blocked: true, ..Ledger::default() }), Some(Refusal::Blocked));
    assert_eq!(check(Ledger { do_not_call: true, ..Ledger::default() }), Some(Refusal::DoNotCall));
    assert_eq!(check(Ledger { own: true, ..Ledger::default() }), Some(Refusal::Own));
    let opted_out = Ledger { opted_out: true, blocked: true, ..Ledger::default() };
    assert_eq!(check(opted_out.clone()), Some(Refusal::OptedOut));
    let permit =
        || guard::authorize(&policy(Limits::none()), &Ledger::default(), request(MOBILE), noon()).unwrap();
    let confirm = |ledger| guard::reauthorize(permit(), &policy(Limits::none()), ledger, noon());
    assert_eq!(confirm(&opted_out), Err(Refusal::OptedOut));
    assert_eq!(confirm(&Ledger::default()), Ok(permit()));
}

#[test]
fn who_waited_into_the_night_is_not_rung_unless_the_owner_said_so() {
    let limits = Limits { quiet_hours: Some(QuietHours::default()), ..Limits::none() };
    let evening = at("2026-07-15T18:59:00Z");
    let confirm = |permit, now| guard::reauthorize(permit, &policy(limits.clone()), &Ledger::default(), now);
    let permit =
        || guard::authorize(&policy(limits.clone()), &Ledger::default(), request(MOBILE), evening).unwrap();
    assert_eq!(confirm(permit(), evening), Ok(permit()));
    assert_eq!(confirm(permit(), at("2026-07-15T19:00:00Z")).unwrap_err().rule(), Rule::QuietHours);
    let aside =
        Request { by: AskedBy::Window, consent: true, overriding: vec![Rule::QuietHours], ..request(MOBILE) };
    let night = at("2026-07-15T23:00:00Z");
    let permit = guard::authorize(&policy(limits.clone()), &Ledger::default(), aside, night).unwrap();
    assert!(confirm(permit, night).is_ok());
}

#[test]
fn only_countries_on_the_list_are_called() {
    let countries = |countries| refusal(Limits { countries, ..Limits::none() }, &Ledger::default());
    let german: Region = "DE".parse().unwrap();
    assert_eq!(countries(Countries::Own), Some(Refusal::Country { region: Some(german) }));
    assert_eq!(countries(Countries::Listed([german].into())), None);
    let own = policy(Limits { countries: Countries::Own, ..Limits::none() });
    let check = |to: &str| guard::authorize(&own, &Ledger::default(), request(to), noon()).err();
    assert_eq!(check("+14158675309"), None);
    assert_eq!(
        check("+18765550123"),
        Some(Refusal::Country { region: "JM".parse().ok() }),
        "Jamaica shares the code 1"
    );
    assert_eq!(
        check(NOBODY_KNOWS),
        Some(Refusal::Country { region: None }),
        "a country that can't be told is on no list"
    );
}

#[test]
fn a_number_is_left_alone_for_a_while() {
    let limits = Limits { number_gap_min: Some(10), ..Limits::none() };
    let called = |ago_s: i64| {
        let ledger = Ledger { to_number: vec![noon() - ago_s.seconds()], ..Ledger::default() };
        refusal(limits.clone(), &ledger)
    };
    let refused = called(599).unwrap();
    assert_eq!((refused.rule(), refused.lifts().unwrap().in_s), (Rule::NumberTooSoon, 1));
    assert_eq!(called(0).unwrap().lifts().unwrap().in_s, 600);
    assert_eq!(
        called(0).unwrap().to_string(),
        "This number was called less than 10 minutes ago. Try again in 10 minutes."
    );
    assert_eq!(called(600), None);
}

/// By a clock that was ahead. They count as placed now, and no longer than that.
#[test]
fn calls_of_the_future_count_as_calls_of_now() {
    let limits = Limits {
        number_gap_min: Some(10),
        number_per_day: Some(3),
        calls_per_hour: Some(2),
        ..Limits::none()
    };
    for ahead in [2.minutes(), 24.hours(), (400 * 24).hours()] {
        let future = vec![noon() + ahead; 3];
        let lifts_in = |ledger| refusal(limits.clone(), &ledger).unwrap().lifts().unwrap().in_s;
        assert_eq!(lifts_in(Ledger { to_number: future[..1].to_vec(), ..Ledger::default() }), 600);
        assert_eq!(lifts_in(Ledger { to_all: future.clone(), ..Ledger::default() }), 3_600);
        let by_day = Limits { number_per_day: Some(3), ..Limits::none() };
        let refused = refusal(by_day, &Ledger { to_number: future, ..Ledger::default() }).unwrap();
        assert_eq!((refused.rule(), refused.lifts().unwrap().in_s), (Rule::NumberTooOften, 86_400));
    }
}

#[test]
fn a_number_and_all_numbers_are_called_so_often_and_no_more() {
    let hours_ago = |hours: &[i64]| hours.iter().map(|hours| noon() - hours.hours()).collect::<Vec<_>>();
    let limits = Limits { number_per_day: Some(3), calls_per_hour: Some(2), ..Limits::none() };
    let day =
        |hours: &[i64]| refusal(limits.clone(), &Ledger { to_number: hours_ago(hours), ..Ledger::default() });
    assert_eq!(day(&[1, 2]), None);
    assert_eq!(day(&[1, 2, 24]), None, "the third is a day ago");
    let refused = day(&[1, 23, 2, 3]).unwrap();
    assert_eq!((refused.rule(), refused.lifts().unwrap().in_s), (Rule::NumberTooOften, 21 * 3_600));
    let minutes_ago =
        |minutes: &[i64]| minutes.iter().map(|minutes| noon() - minutes.minutes()).collect::<Vec<_>>();
    let hour = |minutes: &[i64]| {
        refusal(limits.clone(), &Ledger { to_all: minutes_ago(minutes), ..Ledger::default() })
    };
    assert_eq!(hour(&[1, 60]), None);
    assert_eq!(hour(&[1, 59]).unwrap().lifts().unwrap().in_s, 60);
    let at_once = Limits { calls_at_once: Some(3), ..Limits::none() };
    let under_way = |under_way| refusal(at_once.clone(), &Ledger { under_way, ..Ledger::default() });
    assert_eq!((under_way(2), under_way(3)), (None, Some(Refusal::AtOnce { limit: 3 })));
}

#[test]
fn money_is_bounded_by_day_and_by_month() {
    let limits =
        Limits { spend_per_day: Some(Decimal::TWO), spend_per_month: Some(Decimal::TEN), ..Limits::none() };
    let check = |day: &str, month: &str, expected: Option<&str>| {
        let ledger =
            Ledger { spent_in_day: vec![usd(day)], spent_in_month: vec![usd(month)], ..Ledger::default() };
        let estimate = expected.map(|amount| Estimate::new(usd(amount), None));
        let wish = Request { estimate, ..request(MOBILE) };
        guard::authorize(&policy(limits.clone()), &ledger, wish, noon()).err()
    };
    assert_eq!(check("1.99", "9.99", None), None);
    assert_eq!(check("1.99", "5", Some("0.01")), None, "to the cent");
    assert_eq!(check("1.99", "5", Some("0.011")).unwrap().rule(), Rule::DaySpent);
    let month = check("1", "10", None).unwrap();
    assert_eq!((month.rule(), month.lifts().unwrap().at), (Rule::MonthSpent, at("2026-08-01T00:00:00Z")));
    assert_eq!(check("2", "2", None).unwrap().lifts().unwrap().at, at("2026-07-16T00:00:00Z"));
    let euros = Ledger {
        spent_in_day: vec![usd("1"), Money::new(Decimal::TWO, "EUR").unwrap()],
        ..Ledger::default()
    };
    assert_eq!(refusal(limits, &euros).unwrap().rule(), Rule::DaySpent);
}

#[test]
fn a_call_takes_no_longer_than_the_money_lasts() {
    let limits =
        Limits { spend_per_day: Some(Decimal::TWO), spend_per_month: Some(Decimal::TEN), ..Limits::none() };
    let longest_s = |limits: &Limits, day: &str, month: &str, per_minute: &str| {
        let ledger =
            Ledger { spent_in_day: vec![usd(day)], spent_in_month: vec![usd(month)], ..Ledger::default() };
        let estimate = Some(Estimate::new(usd(per_minute), None));
        let wish = Request { estimate, ..request(MOBILE) };
        guard::authorize(&policy(limits.clone()), &ledger, wish, noon()).unwrap().longest_s()
    };
    let alone = Limits { calls_at_once: Some(1), ..limits.clone() };
    assert_eq!(
        longest_s(&alone, "0.50", "1", "0.40"),
        Some(180),
        "three minutes for 1.20 of the 1.50 that are left"
    );
    assert_eq!(longest_s(&alone, "0.50", "9.59", "0.40"), Some(60), "the month has less");
    let at_once = Limits { calls_at_once: Some(3), ..limits.clone() };
    assert_eq!(longest_s(&at_once, "0.50", "1", "0.10"), Some(300), "two others may begin while it lasts");
    assert_eq!(longest_s(&at_once, "0.50", "1", "1"), Some(60), "a minute is more than its share");
    assert_eq!(
        longest_s(&limits, "0.50", "1", "0.10"),
        Some(420),
        "nobody knows how many others: half of it"
    );
    assert_eq!(longest_s(&limits, "0", "0", "0.001"), None, "longer than any call");
    assert_eq!(longest_s(&limits, "0", "0", "0"), None, "nothing to pay");
    assert_eq!(longest_s(&Limits::none(), "9", "9", "3"), None);
}

#[test]
fn a_person_at_the_desk_is_asked_once() {
    let check = |by, consented, consent| {
        let ledger = Ledger { consented, ..Ledger::default() };
        let wish = Request { by, consent, ..request(MOBILE) };
        guard::authorize(&policy(Limits::none()), &ledger, wish, noon()).err()
    };
    assert_eq!(check(AskedBy::Window, false, false), Some(Refusal::Consent));
    assert_eq!(check(AskedBy::Tray, false, false), Some(Refusal::Consent));
    assert_eq!(check(AskedBy::Window, false, true), None);
    assert_eq!(check(AskedBy::Window, true, false), None);
    assert_eq!(check(AskedBy::Program, false, false), None);
}

#[test]
fn only_the_owner_at_the_window_sets_a_rule_aside_and_each_by_its_name() {
    let limits = Limits { number_gap_min: Some(10), number_per_day: Some(1), ..Limits::none() };
    let ledger = Ledger { to_number: vec![noon()], consented: true, ..Ledger::default() };
    let check = |by, rules: &[Rule]| {
        let overriding = rules.to_vec();
        guard::authorize(
            &policy(limits.clone()),
            &ledger,
            Request { by, overriding, ..request(MOBILE) },
            noon(),
        )
    };
    let both = [Rule::NumberTooSoon, Rule::NumberTooOften];
    let code = |checked: Result<_, Refusal>| checked.err().map(|refusal| refusal.rule());
    assert_eq!(check(AskedBy::Window, &both).unwrap().overridden(), both);
    assert_eq!(code(check(AskedBy::Window, &both[..1])), Some(Rule::NumberTooOften));
    for by in AskedBy::ALL.into_iter().filter(|by| *by != AskedBy::Window) {
        assert_eq!(code(check(by, &both)), Some(Rule::NumberTooSoon), "{by:?}");
    }
    let blocked = Ledger { blocked: true, ..ledger.clone() };
    let wish = Request { by: AskedBy::Window, overriding: vec![Rule::BlockedNumber], ..request(MOBILE) };
    assert_eq!(
        guard::authorize(&policy(Limits::none()), &blocked, wish, noon()).err(),
        Some(Refusal::Blocked)
    );
}

fn limits() -> impl Strategy<Value = Limits> {
    let count = |most| prop::option::of(1..most);
    let hour = || {
        (0..24u8, 0..60u8)
            .prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}").parse::<Hour>().unwrap())
    };
    let quiet = prop::option::of((hour(), hour()).prop_map(|(from, until)| QuietHours { from, until }));
    let countries = prop_oneof![
        Just(Countries::Own),
        Just(Countries::Any),
        prop::collection::btree_set(prop::sample::select(vec!["US", "DE", "JM", "AU"]), 1..3).prop_map(
            |listed| Countries::Listed(listed.into_iter().map(|region| region.parse().unwrap()).collect())
        ),
    ];
    let money = || prop::option::of((1..1_000i64).prop_map(|cents| Decimal::new(cents, 2)));
    (count(1_500u32), count(5), count(5), count(4), quiet, countries, money(), money()).prop_map(
        |(
            number_gap_min,
            number_per_day,
            calls_per_hour,
            calls_at_once,
            quiet_hours,
            countries,
            day,
            month,
        )| Limits {
            number_gap_min,
            number_per_day,
            calls_per_hour,
            calls_at_once,
            quiet_hours: quiet_hours.filter(|quiet| quiet.from != quiet.until),
            countries,
            spend_per_day: day,
            spend_per_month: month,
        },
    )
}

fn ledger(now: Timestamp) -> impl Strategy<Value = Ledger> {
    let calls =
        |span_s: i64| prop::collection::vec((0..span_s).prop_map(move |ago| now - ago.seconds()), 0..6);
    let spent = || {
        prop::collection::vec((0..900i64, prop::sample::select(vec!["USD", "EUR"])), 0..2).prop_map(|sums| {
            sums.into_iter().map(|(cents, unit)| Money::new(Decimal::new(cents, 2), unit).unwrap()).collect()
        })
    };
    let rarely = || prop::bool::weighted(0.05);
    (
        rarely(),
        rarely(),
        rarely(),
        rarely(),
        any::<bool>(),
        calls(200_000),
        calls(7_000),
        0..5u32,
        spent(),
        spent(),
    )
        .prop_map(
            |(
                blocked,
                opted_out,
                do_not_call,
                own,
                consented,
                to_number,
                to_all,
                under_way,
                spent_in_day,
                spent_in_month,
            )| Ledger {
                unchecked: None,
                further: Vec::new(),
                blocked,
                opted_out,
                do_not_call,
                own,
                consented,
                to_number,
                to_all,
                under_way,
                spent_in_day,
                spent_in_month,
            },
        )
}

fn case() -> impl Strategy<Value = (Policy, Ledger, Request, Timestamp)> {
    // Two years, with all four clock changes.
    let now = (1_767_225_600i64..1_830_297_600).prop_map(|second| Timestamp::from_second(second).unwrap());
    let to = prop::sample::select(vec![
        "+14158675309",
        "+12125550123",
        "+18085550123",
        "+18005550123",
        "+15005550100",
        MOBILE,
        "+61293744000",
        "+18765550123",
        NOBODY_KNOWS,
    ]);
    let by = prop::sample::select(AskedBy::ALL.to_vec());
    let overridden = prop::sample::subsequence(
        vec![
            Rule::QuietHours,
            Rule::NumberTooSoon,
            Rule::NumberTooOften,
            Rule::TooManyCalls,
            Rule::CountryNotAllowed,
            Rule::DaySpent,
            Rule::BlockedNumber,
        ],
        0..4,
    );
    let estimate =
        prop::option::of((1..400i64, prop::option::of(1..200u32)).prop_map(|(cents, time_limit_s)| {
            Estimate::new(Money::new(Decimal::new(cents, 2), "USD").unwrap(), time_limit_s)
        }));
    (limits(), now, to, by, overridden, any::<bool>(), estimate).prop_flat_map(
        |(limits, now, to, by, overriding, consent, estimate)| {
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let policy = Policy { default_region: Region::US, zone, limits };
            let wish = Request { by, overriding, consent, estimate, ..request(to) };
            (Just(policy), ledger(now), Just(wish), Just(now))
        },
    )
}

/// The time zones of the numbers above, written by hand.
fn clocks(to: &PhoneNumber) -> Vec<TimeZone> {
    let names: &[&str] = match to.as_str() {
        "+14158675309" => &["America/Los_Angeles"],
        "+12125550123" => &["America/New_York"],
        "+18085550123" => &["Pacific/Honolulu"],
        "+18005550123" => &[
            "America/New_York",
            "America/Chicago",
            "America/Denver",
            "America/Los_Angeles",
            "Pacific/Honolulu",
        ],
        MOBILE => &["Europe/Berlin"],
        "+61293744000" => &["Australia/Sydney"],
        "+18765550123" => &["America/Jamaica"],
        NOBODY_KNOWS => &["America/New_York", "Pacific/Honolulu", "America/Jamaica"],
        "+15005550100" => &[],
        other => panic!("{other}"),
    };
    names.iter().map(|name| TimeZone::get(name).unwrap()).collect()
}

#[derive(Clone, Debug)]
enum Step {
    /// A call with cents per minute and a time limit in seconds.
    Begin(i64, Option<u32>),
    /// The call at this index ends after this many minutes, or when Twilio ends it.
    End(usize, u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin =
        (0_i64..300, prop::option::of(1_u32..20_000)).prop_map(|(cents, limit)| Step::Begin(cents, limit));
    let end = (any::<usize>(), 1_u32..300).prop_map(|(place, minutes)| Step::End(place, minutes));
    prop::collection::vec(prop_oneof![3 => begin, 2 => end], 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Regardless of how many calls there are at once and how long they take.
    #[test]
    fn calls_together_cost_no_more_than_the_limit(
        steps in steps(), limit in 1_u32..2_000, calls_at_once in prop::option::of(1_u32..6)
    ) {
        let limit = Decimal::new(limit.into(), 2);
        let policy = policy(Limits { spend_per_day: Some(limit), calls_at_once, ..Limits::none() });
        let (mut spent, mut under_way): (Money, Vec<Estimate>) = (usd("0"), Vec::new());
        for step in steps {
            match step {
                Step::Begin(cents, time_limit_s) => {
                    let promised = under_way.iter().map(|call| call.per_minute.times(call.most_minutes));
                    let committed = promised.fold(spent.clone(), |sum, call| sum.plus(&call));
                    prop_assert!(committed.amount() <= limit);
                    let ledger = Ledger {
                        spent_in_day: vec![committed],
                        under_way: u32::try_from(under_way.len()).unwrap(),
                        ..Ledger::default()
                    };
                    let estimate = Estimate::new(Money::of_micros(cents * 10_000, "USD").unwrap(), time_limit_s);
                    let wish = Request { estimate: Some(estimate.clone()), ..request(MOBILE) };
                    if let Ok(permit) = guard::authorize(&policy, &ledger, wish, noon()) {
                        under_way.push(estimate.permitted(permit.longest_s()));
                    }
                }
                Step::End(place, minutes) if !under_way.is_empty() => {
                    let call = under_way.swap_remove(place % under_way.len());
                    spent = spent.plus(&call.per_minute.times(minutes.min(call.most_minutes)));
                }
                Step::End(..) => {}
            }
        }
    }

    /// Repeats every rule in its simplest form for each permit.
    #[test]
    fn no_permit_breaks_a_rule((policy, ledger, wish, now) in case()) {
        let to = wish.candidate.to().clone();
        let Ok(permit) = guard::authorize(&policy, &ledger, wish.clone(), now) else { return Ok(()) };
        let aside = |rule: Rule| {
            let aside = permit.overridden().contains(&rule);
            // Only the window can override, and only the rules it names.
            assert!(!aside || wish.by == AskedBy::Window && wish.overriding.contains(&rule));
            aside
        };
        let limits = &policy.limits;
        prop_assert_eq!(permit.to(), &to);
        prop_assert!(!ledger.blocked && !ledger.opted_out && !ledger.do_not_call && !ledger.own);
        prop_assert!(ledger.consented || wish.consent || !matches!(wish.by, AskedBy::Window | AskedBy::Tray));
        if let Some(gap) = limits.number_gap_min && !aside(Rule::NumberTooSoon) {
            for call in &ledger.to_number {
                prop_assert!(now.duration_since(*call) >= SignedDuration::from_mins(gap.into()));
            }
        }
        if let Some(limit) = limits.number_per_day && !aside(Rule::NumberTooOften) {
            let today = ledger.to_number.iter().filter(|call| now.duration_since(**call) < SignedDuration::from_hours(24));
            prop_assert!(today.count() < limit as usize);
        }
        if let Some(limit) = limits.calls_per_hour && !aside(Rule::TooManyCalls) {
            let latest = ledger.to_all.iter().filter(|call| now.duration_since(**call) < SignedDuration::from_hours(1));
            prop_assert!(latest.count() < limit as usize);
        }
        if let Some(limit) = limits.calls_at_once {
            prop_assert!(ledger.under_way < limit);
        }
        for (spent, limit) in [(&ledger.spent_in_day, limits.spend_per_day), (&ledger.spent_in_month, limits.spend_per_month)] {
            for spent in spent.iter().filter(|_| limit.is_some()) {
                let limit = limit.unwrap();
                let estimate = wish.estimate.as_ref();
                let estimate = estimate.filter(|estimate| estimate.per_minute.currency() == spent.currency());
                let deposit = estimate.map_or(Decimal::ZERO, |estimate| estimate.deposit().amount());
                prop_assert!(spent.amount() < limit && spent.amount() + deposit <= limit);
                // Even at its maximum length, the call costs no more than what is left.
                if let Some(estimate) = estimate {
                    let minutes = permit.longest_s().map_or(240, |seconds| seconds / 60);
                    prop_assert!(spent.amount() + estimate.per_minute.times(minutes).amount() <= limit);
                }
            }
        }
        let american = !matches!(to.as_str(), MOBILE | "+61293744000" | "+18765550123" | NOBODY_KNOWS);
        if !aside(Rule::CountryNotAllowed) && to.as_str() != "+15005550100" {
            match &limits.countries {
                Countries::Any => {}
                Countries::Own => prop_assert!(american),
                Countries::Listed(listed) => {
                    let region = match to.as_str() {
                        MOBILE => "DE",
                        "+18765550123" => "JM",
                        "+61293744000" => "AU",
                        NOBODY_KNOWS => "none",
                        _ => "US",
                    };
                    prop_assert!(listed.iter().any(|listed| listed.to_string() == region));
                }
            }
        }
        if let Some(quiet) = limits.quiet_hours && !aside(Rule::QuietHours) {
            for zone in clocks(&to) {
                let time = now.to_zoned(zone).time();
                let clock = format!("{:02}:{:02}", time.hour(), time.minute());
                let (from, until) = (quiet.from.to_string(), quiet.until.to_string());
                let night = if from < until { from <= clock && clock < until } else { from <= clock || clock < until };
                prop_assert!(!night, "{clock} for {to}");
            }
        }
        prop_assert!(guard::reauthorize(permit, &policy, &ledger, now).is_ok());
    }

    /// A call that waited is sent only if the rules about its place would permit it as a new request.
    #[test]
    fn no_wait_goes_round_a_rule((policy, ledger, wish, now) in case(), waited_s in 0i64..40_000) {
        let Ok(permit) = guard::authorize(&policy, &ledger, wish.clone(), now) else { return Ok(()) };
        let aside: Vec<_> = permit.overridden().to_vec();
        let then = now + waited_s.seconds();
        let confirmed = guard::reauthorize(permit, &policy, &Ledger::default(), then).is_ok();
        let of_place = Limits {
            quiet_hours: policy.limits.quiet_hours,
            countries: policy.limits.countries.clone(),
            ..Limits::none()
        };
        let anew = Request { by: AskedBy::Program, overriding: Vec::new(), ..wish };
        let anew = guard::authorize(&Policy { limits: of_place, ..policy }, &Ledger::default(), anew, then);
        let stands = anew.err().filter(|refusal| !aside.contains(&refusal.rule()));
        // Country and quiet hours may both apply; only the first is reported.
        if let Some(refusal) = &stands {
            prop_assert!(!confirmed, "{refusal}");
        } else if aside.is_empty() {
            prop_assert!(confirmed);
        }
    }

    /// A rule applies until exactly the reported time.
    #[test]
    fn a_rule_lifts_when_it_says((policy, ledger, wish, now) in case()) {
        let Err(refusal) = guard::authorize(&policy, &ledger, wish.clone(), now) else { return Ok(()) };
        let Some(lifts) = refusal.lifts() else { return Ok(()) };
        prop_assert!(lifts.at > now && matches!(refusal.remedy(), Remedy::Wait | Remedy::WaitOrOverride));
        // The ledger's sums depend on when it is read, so check only the time.
        if matches!(refusal.rule(), Rule::DaySpent | Rule::MonthSpent) {
            let midnight = lifts.at.to_zoned(policy.zone.clone());
            prop_assert_eq!((midnight.hour(), midnight.minute()), (0, 0));
            return Ok(());
        }
        let still = guard::authorize(&policy, &ledger, wish.clone(), lifts.at - 1.millisecond()).err();
        prop_assert!(still.is_some());
        let code = guard::authorize(&policy, &ledger, wish, lifts.at).err().map(|then| then.rule());
        prop_assert_ne!(code, Some(refusal.rule()));
    }

    #[test]
    fn no_candidate_is_an_emergency_number(
        code in prop_oneof![Just(String::new()), Just("+".into()), "[1-9][0-9]{0,2}", "\\+[1-9][0-9]{0,2}"],
        emergency in prop::sample::select(vec!["911", "112", "999", "000", "110", "113", "08", "15", "1300"]),
        between in "[ ().-]{0,3}",
    ) {
        let to = format!("{code}{between}{emergency}");
        if let Ok(candidate) = guard::screen(&policy(Limits::none()), &to) {
            prop_assert!(candidate.to().is_possible(), "{to}");
            prop_assert!(!candidate.to().as_str()[2..].starts_with(emergency) || candidate.to().as_str().len() > 7, "{to}");
        }
    }
}
