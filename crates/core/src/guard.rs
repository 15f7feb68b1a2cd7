//! Who may be called. Every rule that keeps a phone from ringing is in this file.
//!
//! Only a [`Permit`] lets a dial request leave, and only [`authorize`] makes one; it can't be copied, so one check
//! rings one phone. [`screen`] checks what the number itself shows. The [`Ledger`] is read in the transaction that
//! reserves the call, so that two requests never share one allowance. Time is an argument.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::asked_by::AskedBy;
use crate::estimate::{Estimate, LONGEST_OF_ALL_S};
use crate::extension::Extension;
use crate::limits::{Countries, Limits};
use crate::money::Money;
use crate::numbering::{begins_as_emergency_in, emergency_codes, is_emergency};
use crate::phone_number;
use crate::phone_number::{PhoneNumber, WrittenNumber};
use crate::quiet::{Night, night};
use crate::refusal::{Lifts, Refusal};
use crate::region::Region;
use crate::rule::Rule;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Shares that the remaining money is split into, if calls at once are unlimited.
const SHARES: u32 = 2;

/// The owner's settings for calls.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The country of numbers without `+`.
    pub default_region: Region,
    /// Decides when a day or month of spending begins.
    pub zone: TimeZone,
    /// The owner's limits.
    pub limits: Limits,
}

/// How far back the ledger must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// For calls to the number.
    pub number: Timestamp,
    /// For calls to all numbers.
    pub all: Timestamp,
    /// For spending of the day.
    pub day: Timestamp,
    /// For spending of the month.
    pub month: Timestamp,
    /// End of the day. Later entries, from a clock that was ahead, belong to another day.
    pub next_day: Timestamp,
    /// End of the month.
    pub next_month: Timestamp,
}

impl Policy {
    /// How far back to read the ledger for a call requested now.
    pub fn since(&self, now: Timestamp) -> Since {
        let before = |length| now.checked_sub(length).unwrap_or(Timestamp::MIN);
        let gap = self.limits.number_gap_min.map_or(SignedDuration::ZERO, |gap| MINUTE * saturating(gap));
        let today = now.to_zoned(self.zone.clone());
        let day = today.start_of_day().map_or(before(DAY), |start| start.timestamp());
        let month = today.first_of_month().and_then(|first| first.start_of_day());
        Since {
            number: before(gap.max(DAY)),
            all: before(HOUR),
            day,
            month: month.map_or(before(DAY * 31), |start| start.timestamp()),
            next_day: tomorrow(&today).unwrap_or(Timestamp::MAX),
            next_month: next_month(&today).unwrap_or(Timestamp::MAX),
        }
    }
}

/// A number that passed [`screen`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    to: PhoneNumber,
    extension: Option<Extension>,
}

impl Candidate {
    /// In E.164.
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }

    /// Keys to press after the answer, if the number had an extension.
    pub fn extension(&self) -> Option<&Extension> {
        self.extension.as_ref()
    }
}

/// A request to call a number.
#[derive(Clone, Debug)]
pub struct Request {
    /// The screened number.
    pub candidate: Candidate,
    /// Where the request came from.
    pub by: AskedBy,
    /// Rules the owner overrides for this call. Only honored from the window.
    pub overriding: Vec<Rule>,
    /// The owner confirms that the person called knows them and has agreed.
    pub consent: bool,
    /// Expected cost, if a price is known.
    pub estimate: Option<Estimate>,
}

/// A number that the protocol rings in addition, with its own ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Further {
    /// The screened number.
    pub candidate: Candidate,
    /// Records about it.
    pub ledger: Ledger,
}

/// What is stored about the called number, and about calls and money in total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What the protocol does that the rules can't check, in words, unless the owner has allowed it.
    pub unchecked: Option<String>,
    /// Numbers that the protocol rings in addition. The rules treat each like a call.
    pub further: Vec<Further>,
    /// It is on the list of blocked numbers.
    pub blocked: bool,
    /// The person called pressed 9 to opt out.
    pub opted_out: bool,
    /// It belongs to a person marked as do not call.
    pub do_not_call: bool,
    /// It belongs to the Twilio account.
    pub own: bool,
    /// The owner has confirmed consent.
    pub consented: bool,
    /// Calls to the number since [`Since::number`]. Requests that certainly rang no phone don't count.
    pub to_number: Vec<Timestamp>,
    /// Calls to any number since [`Since::all`].
    pub to_all: Vec<Timestamp>,
    /// Calls that may still ring or are connected.
    pub under_way: u32,
    /// Actual and expected cost of calls since [`Since::day`], one sum per currency.
    pub spent_in_day: Vec<Money>,
    /// The same since [`Since::month`].
    pub spent_in_month: Vec<Money>,
}

/// The right to ring one number once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit that isn't used rings nobody"]
pub struct Permit {
    to: PhoneNumber,
    further: Vec<PhoneNumber>,
    extension: Option<Extension>,
    overridden: Vec<Rule>,
    longest_s: Option<u32>,
}

impl Permit {
    /// The number to call.
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }

    /// Numbers that the protocol may ring in addition.
    pub fn further(&self) -> &[PhoneNumber] {
        &self.further
    }

    /// Keys to press after the answer, if the number had an extension.
    pub fn extension(&self) -> Option<&Extension> {
        self.extension.as_ref()
    }

    /// Rules that the owner overrode.
    pub fn overridden(&self) -> &[Rule] {
        &self.overridden
    }

    /// Maximum length in seconds that the spending limits can pay for; `None` if they allow any length, or no price is
    /// known.
    pub fn longest_s(&self) -> Option<u32> {
        self.longest_s
    }
}

/// Digits that are an emergency number only elsewhere were probably meant as another number.
fn emergency(policy: &Policy, to: &str, digits: String) -> Refusal {
    let codes = emergency_codes(&digits);
    let is_one_here = begins_as_emergency_in(policy.default_region, &digits, None);
    if is_one_here || phone_number::names_country(to) || codes.is_empty() {
        Refusal::Emergency
    } else {
        Refusal::EmergencyElsewhere { digits, codes }
    }
}

/// Checks what the number itself shows.
///
/// # Errors
/// The [`Refusal`] with its rule and a sentence for the person who asked.
pub fn screen(policy: &Policy, to: &str) -> Result<Candidate, Refusal> {
    // Before parsing: as a national number, "000" or "08" would lose their zeros, and "+49 112" is too short to parse.
    let digits = phone_number::digits(to);
    let with_code = PhoneNumber::from_e164(&format!("+{digits}")).ok();
    let is_emergency_of = |to: &PhoneNumber| to.split().is_some_and(|(_, national)| is_emergency(national));
    if is_emergency(&digits) || with_code.as_ref().is_some_and(is_emergency_of) {
        return Err(emergency(policy, to, digits));
    }
    let names_country = phone_number::names_country(to);
    if names_country && with_code.is_some_and(|to| to.is_short()) {
        return Err(Refusal::Short);
    }
    let read = WrittenNumber::parse(to, policy.default_region);
    let number = read.as_ref().ok().map(|read| &read.number);
    if !names_country && begins_as_emergency_in(policy.default_region, &digits, number) {
        return Err(Refusal::Emergency);
    }
    let WrittenNumber { number: to, extension } = read?;
    if to.is_emergency() {
        return Err(Refusal::Emergency);
    }
    if to.is_short() {
        return Err(Refusal::Short);
    }
    if to.is_premium_rate() {
        return Err(Refusal::PremiumRate);
    }
    if !to.is_possible() {
        return Err(Refusal::Impossible);
    }
    Ok(Candidate { to, extension })
}

/// Screens every number that a document rings, once each.
///
/// # Errors
/// [`Refusal::Further`] names the first number that must not be called.
pub fn screen_further(policy: &Policy, rings: &[String]) -> Result<Vec<Candidate>, Refusal> {
    let mut all: Vec<Candidate> = Vec::with_capacity(rings.len());
    for number in rings {
        let candidate = screen(policy, number).map_err(|refusal| refusal.of_further(number))?;
        if !all.contains(&candidate) {
            all.push(candidate);
        }
    }
    Ok(all)
}

/// Checks whether a document that rings these numbers may be saved. Only applies rules that hold at any hour.
///
/// # Errors
/// [`Refusal::Further`] names the first number that must not be called.
pub fn screen_for_keeping(policy: &Policy, further: &[Further]) -> Result<(), Refusal> {
    let lasting = |Further { candidate, ledger }: &Further| {
        let country = country_rule(&policy.limits.countries, policy.default_region, &candidate.to);
        let refusal = wish_rules(ledger).into_iter().flatten().next().or(country)?;
        Some(refusal.of_further(candidate.to.as_str()))
    };
    further.iter().find_map(lasting).map_or(Ok(()), Err)
}

/// Checks whether the number may be called now.
///
/// # Errors
/// The [`Refusal`] with its rule, when it lifts, and a sentence for the person who asked.
pub fn authorize(
    policy: &Policy,
    ledger: &Ledger,
    request: Request,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    let mut overridden = Vec::new();
    for refusal in broken_rules(policy, ledger, &request, now) {
        let rule = refusal.rule();
        let owner_overrides = request.by == AskedBy::Window
            && refusal.can_be_overridden()
            && request.overriding.contains(&rule);
        if !owner_overrides {
            return Err(refusal);
        }
        overridden.push(rule);
    }
    let longest_s = request.estimate.as_ref().and_then(|estimate| longest_s(policy, ledger, estimate));
    let further = ledger.further.iter().map(|further| further.candidate.to.clone()).collect();
    let Candidate { to, extension } = request.candidate;
    Ok(Permit { to, further, extension, overridden, longest_s })
}

/// All rules that forbid a call now, as [`authorize`] would find them, those without a remedy first. Permits nothing.
pub fn objections(policy: &Policy, ledger: &Ledger, request: &Request, now: Timestamp) -> Vec<Refusal> {
    broken_rules(policy, ledger, request, now)
}

/// The local time at a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeThere {
    /// The earliest possible time.
    pub from: Time,
    /// The latest possible time; equal to `from` in a single time zone.
    pub until: Time,
}

/// The local time at a number; `None` if its time zones are more than half a day apart, or no phone has the number.
pub fn time_there(to: &PhoneNumber, now: Timestamp) -> Option<TimeThere> {
    let clocks = to.time_zones().into_iter().map(|zone| now.to_zoned(zone).datetime());
    let (from, until) = clocks.fold(None, |span: Option<(DateTime, DateTime)>, clock| {
        Some(span.map_or((clock, clock), |(from, until)| (from.min(clock), until.max(clock))))
    })?;
    let apart = until.duration_since(from);
    (apart <= DAY / 2).then(|| TimeThere { from: from.time(), until: until.time() })
}

/// How much of the limits is used. What has no limit is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Calls to the number in the last 24 hours.
    pub number_in_day: u32,
    /// Calls to all numbers in the last hour.
    pub all_in_hour: u32,
    /// Calls in progress.
    pub at_once: u32,
    /// Actual and expected cost of today's calls, one sum per currency.
    pub day: Vec<Money>,
    /// The same for this month.
    pub month: Vec<Money>,
}

/// Computes [`Used`] from the ledger.
pub fn used(ledger: &Ledger, now: Timestamp) -> Used {
    let within = |calls: &[Timestamp], length| {
        let begin = now.checked_sub(length).unwrap_or(Timestamp::MIN);
        let count = calls.iter().filter(|at| counted(**at, now) > begin).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    Used {
        number_in_day: within(&ledger.to_number, DAY),
        all_in_hour: within(&ledger.to_all, HOUR),
        at_once: ledger.under_way,
        day: ledger.spent_in_day.clone(),
        month: ledger.spent_in_month.clone(),
    }
}

/// Checks again right before the request is sent: while the call waited, the person may have opted out, and countries
/// and hour may have changed. Allowances and money were counted when the permit was issued and still are.
///
/// # Errors
/// The [`Refusal`]; the permit is gone.
pub fn reauthorize(
    permit: Permit,
    policy: &Policy,
    wishes: &Ledger,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    let still_stands = |refusal: &Refusal| !permit.overridden.contains(&refusal.rule());
    let by_place = place_rules(policy, &permit.to, now).into_iter().flatten().filter(still_stands);
    let of_further = |Further { candidate, ledger }: &Further| {
        let by_place = place_rules(policy, &candidate.to, now);
        let refusal = wish_rules(ledger).into_iter().chain(by_place).flatten().next()?;
        Some(refusal.of_further(candidate.to.as_str()))
    };
    let by_further = wishes.further.iter().filter_map(of_further);
    let by_document = document_rule(wishes).into_iter();
    match wish_rules(wishes).into_iter().flatten().chain(by_document).chain(by_further).chain(by_place).next()
    {
        Some(refusal) => Err(refusal),
        None => Ok(permit),
    }
}

/// Those without a remedy come first.
fn broken_rules(policy: &Policy, ledger: &Ledger, request: &Request, now: Timestamp) -> Vec<Refusal> {
    let limits = &policy.limits;
    let by_place = place_rules(policy, &request.candidate.to, now);
    // Each further number takes an allowance of its own.
    let more = u32::try_from(ledger.further.len()).unwrap_or(u32::MAX);
    let by_count = [
        limits.calls_per_hour.and_then(|limit| {
            if limit <= more {
                return Some(Refusal::TooManyCalls { limit, lifts: None });
            }
            let lifts = window_is_full(&ledger.to_all, limit - more, HOUR, now)?;
            Some(Refusal::TooManyCalls { limit, lifts: Some(lifts) })
        }),
        limits
            .calls_at_once
            .filter(|limit| ledger.under_way.saturating_add(more) >= *limit)
            .map(|limit| Refusal::AtOnce { limit }),
    ];
    let by_count = number_rules(limits, ledger, now).into_iter().chain(by_count);
    let by_further = ledger.further.iter().filter_map(|Further { candidate, ledger }| {
        let own = ledger.own.then_some(Refusal::Own);
        let at_once = limits.number_gap_min.filter(|_| *candidate == request.candidate);
        let twice = at_once.map(|gap_min| Refusal::TooSoon { gap_min, lifts: None });
        let by_wish = [own, twice].into_iter().chain(wish_rules(ledger));
        let by_place = place_rules(policy, &candidate.to, now);
        let mut rules = by_wish.chain(by_place).chain(number_rules(limits, ledger, now)).flatten();
        Some(rules.next()?.of_further(candidate.to.as_str()))
    });
    let expected = request.estimate.as_ref().map(Estimate::deposit);
    let by_money = money_rules(policy, ledger, expected.as_ref(), now);
    // Checked last, and only for people: don't ask for consent to a call that is refused anyway.
    let asks_a_person = matches!(request.by, AskedBy::Window | AskedBy::Tray);
    let by_consent = (asks_a_person && !ledger.consented && !request.consent).then_some(Refusal::Consent);
    let by_record = [ledger.own.then_some(Refusal::Own)].into_iter().chain(wish_rules(ledger));
    let by_document = document_rule(ledger).into_iter().chain(by_further).map(Some);
    let rules =
        by_record.chain(by_document).chain(by_place).chain(by_count).chain(by_money).chain([by_consent]);
    rules.flatten().collect()
}

fn number_rules(limits: &Limits, ledger: &Ledger, now: Timestamp) -> [Option<Refusal>; 2] {
    [
        limits.number_gap_min.and_then(|gap_min| {
            let latest = ledger.to_number.iter().map(|at| counted(*at, now)).max()?;
            let over = latest.checked_add(MINUTE * saturating(gap_min)).ok()?;
            (now < over).then(|| Refusal::TooSoon { gap_min, lifts: Some(Lifts::at(over, now)) })
        }),
        limits.number_per_day.and_then(|limit| {
            let lifts = window_is_full(&ledger.to_number, limit, DAY, now)?;
            Some(Refusal::NumberTooOften { limit, lifts: Some(lifts) })
        }),
    ]
}

fn document_rule(ledger: &Ledger) -> Option<Refusal> {
    ledger.unchecked.clone().map(|what| Refusal::Unchecked { what })
}

fn wish_rules(ledger: &Ledger) -> [Option<Refusal>; 3] {
    [
        ledger.opted_out.then_some(Refusal::OptedOut),
        ledger.blocked.then_some(Refusal::Blocked),
        ledger.do_not_call.then_some(Refusal::DoNotCall),
    ]
}

fn place_rules(policy: &Policy, to: &PhoneNumber, now: Timestamp) -> [Option<Refusal>; 2] {
    let Policy { limits, default_region, .. } = policy;
    [country_rule(&limits.countries, *default_region, to), quiet_rule(limits, to, now)]
}

fn country_rule(countries: &Countries, own: Region, to: &PhoneNumber) -> Option<Refusal> {
    if to.is_nobodys() {
        return None;
    }
    let region = to.region();
    let allowed = match countries {
        Countries::Any => true,
        Countries::Own => region == Some(own),
        Countries::Listed(listed) => region.is_some_and(|region| listed.contains(&region)),
    };
    (!allowed).then_some(Refusal::Country { region })
}

fn quiet_rule(limits: &Limits, to: &PhoneNumber, now: Timestamp) -> Option<Refusal> {
    match night(limits.quiet_hours?, &to.time_zones(), now) {
        Night::Day => None,
        Night::Until(day) => Some(Refusal::Night { lifts: day.map(|day| Lifts::at(day, now)) }),
    }
}

/// A call dated in the future counts as placed now, so that no rule blocks for longer than it says.
fn counted(at: Timestamp, now: Timestamp) -> Timestamp {
    at.min(now)
}

/// When a sliding window has room for another call; `None` if it has now.
fn window_is_full(calls: &[Timestamp], limit: u32, length: SignedDuration, now: Timestamp) -> Option<Lifts> {
    let begin = now.checked_sub(length).unwrap_or(Timestamp::MIN);
    let mut within: Vec<Timestamp> =
        calls.iter().map(|at| counted(*at, now)).filter(|at| *at > begin).collect();
    within.sort_unstable_by(|a, b| b.cmp(a));
    // There is room once fewer than `limit` calls are in the window.
    let leaves = within.get(usize::try_from(limit).unwrap_or(usize::MAX).checked_sub(1)?)?;
    Some(Lifts::at(leaves.checked_add(length).unwrap_or(Timestamp::MAX), now))
}

fn money_rules(
    policy: &Policy,
    ledger: &Ledger,
    expected: Option<&Money>,
    now: Timestamp,
) -> [Option<Refusal>; 2] {
    let today = now.to_zoned(policy.zone.clone());
    let lifts = |at: Option<Timestamp>| at.map(|at| Lifts::at(at, now));
    [
        policy.limits.spend_per_day.and_then(|limit| {
            let spent = too_much(&ledger.spent_in_day, expected, limit)?;
            Some(Refusal::SpentInDay { spent, limit, lifts: lifts(tomorrow(&today)) })
        }),
        policy.limits.spend_per_month.and_then(|limit| {
            let spent = too_much(&ledger.spent_in_month, expected, limit)?;
            Some(Refusal::SpentInMonth { spent, limit, lifts: lifts(next_month(&today)) })
        }),
    ]
}

fn tomorrow(today: &Zoned) -> Option<Timestamp> {
    let start = today.tomorrow().and_then(|day| day.start_of_day());
    start.ok().map(|start| start.timestamp())
}

fn next_month(today: &Zoned) -> Option<Timestamp> {
    let first = today.first_of_month().and_then(|first| first.checked_add(1.month()));
    first.and_then(|first| first.start_of_day()).ok().map(|start| start.timestamp())
}

/// The amount already spent, if another call would exceed the limit. Each currency has the whole limit to itself: there
/// is no exchange rate.
fn too_much(spent: &[Money], expected: Option<&Money>, limit: Decimal) -> Option<Money> {
    let used_up = spent.iter().find(|spent| spent.amount() >= limit);
    let by_this_one = || {
        let expected = expected?;
        let so_far = spent.iter().find(|spent| spent.currency() == expected.currency());
        let amount = so_far.map_or(Decimal::ZERO, Money::amount);
        let too_much = amount.checked_add(expected.amount()).is_none_or(|sum| sum > limit);
        too_much.then(|| Money::new(amount, expected.currency())).flatten()
    };
    used_up.cloned().or_else(by_this_one)
}

/// Seconds that this call's share of the remaining money pays for, in whole minutes like Twilio's charges. At least the
/// deposit's minutes, since the rules let the call begin. Calls that may begin meanwhile have their own shares.
pub fn longest_s(policy: &Policy, ledger: &Ledger, estimate: &Estimate) -> Option<u32> {
    let Estimate { per_minute, minutes, .. } = estimate;
    let left = |limit: Option<Decimal>, spent: &[Money]| {
        let spent = spent.iter().find(|spent| spent.currency() == per_minute.currency());
        limit?.checked_sub(spent.map_or(Decimal::ZERO, Money::amount))
    };
    let of_limits = [
        left(policy.limits.spend_per_day, &ledger.spent_in_day),
        left(policy.limits.spend_per_month, &ledger.spent_in_month),
    ];
    let left = of_limits.into_iter().flatten().min()?;
    let at_once = policy.limits.calls_at_once;
    let shares = at_once.map_or(SHARES, |limit| limit.saturating_sub(ledger.under_way).max(1));
    let paid_for = (left / Decimal::from(shares)).checked_div(per_minute.amount())?.floor().to_u32()?;
    paid_for.max(*minutes).checked_mul(60).filter(|seconds| *seconds < LONGEST_OF_ALL_S)
}

fn saturating(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
