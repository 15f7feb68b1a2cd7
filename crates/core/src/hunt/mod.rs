//! Hunts: calling the members of a group, in turn or at once, until one of them is reached. These are the rules only, without
//! calls or a clock: who is called next and when, who is skipped and why, and when the hunt ends. Nothing places calls by them
//! yet. A caller asks who is due ([`Hunt::due`]), records each attempt before it acts ([`Hunt::begin`]), and reports what
//! happened ([`Hunt::tell`]).
//!
//! A hunt survives a crash at any moment: its state is saved after each step, and attempts without an outcome ([`Hunt::begun`])
//! are placed again with the same `Idempotency-Key`, made of the hunt, the member and the attempt's number. So no attempt rings
//! twice.

mod plan;
mod track;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use plan::{HuntOrder, HuntPlan, HuntPlanError, HuntUntil};
pub use track::{Skipped, Track};

use crate::rule::Rule;
use track::Standing;

/// One attempt to reach one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attempt {
    /// Which member, by place.
    pub member: usize,
    /// Which of this member's attempts, from 1.
    pub number: u8,
}

/// What became of an attempt, or of the call that it placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The call is placed, and may ring from now on.
    Placed,
    /// A limit forbids the call for now. No phone rang, and the attempt doesn't count.
    Delayed {
        /// When the limit allows it.
        until: Timestamp,
        /// The limit.
        why: Rule,
    },
    /// A rule forbids the call. No phone rang, and this member isn't tried again.
    Forbidden(Rule),
    /// It is unknown whether the phone rang. This member is not called again until it is known.
    Unknown,
    /// The call was answered and goes on.
    Answered,
    /// The person confirmed that they heard the message.
    Confirmed,
    /// The call ended, or never started. An answer was reported before.
    Ended,
}

/// How a hunt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntEnd {
    /// The goal was reached ([`HuntUntil`]).
    Reached,
    /// Every member was tried as often as allowed.
    Exhausted,
    /// It was stopped.
    Stopped,
    /// It took longer than [`HuntPlan::LONGEST`].
    Expired,
}

/// What a hunt does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HuntState {
    /// At least one call is due now.
    Due,
    /// It waits for the outcome of calls that are, or may be, in progress.
    Calling,
    /// The next call is due at this time.
    Waiting {
        /// When.
        until: Timestamp,
        /// The limit that delays it; `None` for the pause between rounds.
        why: Option<Rule>,
    },
    /// It is over.
    Over(HuntEnd),
}

/// A hunt at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunt {
    plan: HuntPlan,
    tracks: Vec<Track>,
    /// The round that is under way, from 1. In each, every member has one attempt.
    round: u8,
    /// The round's calls start no earlier.
    round_from: Timestamp,
    expires_at: Timestamp,
    end: Option<HuntEnd>,
}

impl Hunt {
    /// A hunt for so many members that begins now.
    pub fn new(plan: HuntPlan, members: usize, now: Timestamp) -> Self {
        let expires_at = now.checked_add(HuntPlan::LONGEST).unwrap_or(Timestamp::MAX);
        let tracks = vec![Track::default(); members];
        let mut hunt = Self { plan, tracks, round: 1, round_from: now, expires_at, end: None };
        hunt.move_on(now);
        hunt
    }

    /// How each member was tried, by place.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// What was asked for.
    pub fn plan(&self) -> &HuntPlan {
        &self.plan
    }

    /// How it ended, once it has.
    pub fn end(&self) -> Option<HuntEnd> {
        self.end
    }

    /// No call starts after this. Calls in progress may still be answered.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What it does at this moment.
    pub fn state(&self, now: Timestamp) -> HuntState {
        if let Some(end) = self.end {
            return HuntState::Over(end);
        }
        if now >= self.expires_at {
            return if self.has_calls() { HuntState::Calling } else { HuntState::Over(HuntEnd::Expired) };
        }
        if self.free_lines() == 0 {
            return HuntState::Calling;
        }
        match self.waiting().map(|member| self.ready_at(member)).min_by_key(|(at, _)| *at) {
            Some((at, _)) if at <= now => HuntState::Due,
            Some((until, why)) => HuntState::Waiting { until: until.min(self.expires_at), why },
            None => HuntState::Calling,
        }
    }

    /// The attempts to begin now, in order. A delayed member doesn't hold up the next.
    pub fn due(&self, now: Timestamp) -> Vec<Attempt> {
        if self.end.is_some() || now >= self.expires_at {
            return Vec::new();
        }
        let ready = self.waiting().filter(|member| self.ready_at(*member).0 <= now);
        let attempt = |member: usize| Attempt { member, number: self.tracks[member].attempts + 1 };
        ready.take(self.free_lines()).map(attempt).collect()
    }

    /// Records that an attempt begins, before its call is placed. `false` if it isn't due: then place no call.
    #[must_use]
    pub fn begin(&mut self, attempt: Attempt, now: Timestamp) -> bool {
        if !self.due(now).contains(&attempt) {
            return false;
        }
        let round = self.round;
        self.tracks[attempt.member].begin(round);
        true
    }

    /// Attempts without an outcome. After a crash they are placed again with the same key.
    pub fn begun(&self, now: Timestamp) -> Vec<Attempt> {
        if self.end.is_some() || now >= self.expires_at {
            return Vec::new();
        }
        self.attempts_where(|standing| standing == Standing::Begun)
    }

    /// Attempts whose calls must be hung up because the hunt has ended. The call that ended it isn't one of them.
    pub fn to_hang_up(&self) -> Vec<Attempt> {
        if self.end.is_none() {
            return Vec::new();
        }
        self.attempts_where(|standing| standing.is_open())
    }

    /// Takes the outcome of an attempt. `false` if it changes nothing: it was known, or belongs to an earlier attempt.
    pub fn tell(&mut self, attempt: Attempt, happened: Happened, now: Timestamp) -> bool {
        let expires_at = self.expires_at;
        let until = self.plan.until;
        let Some(track) = self.tracks.get_mut(attempt.member) else { return false };
        if track.attempts != attempt.number || !track.take(happened, until, now, expires_at) {
            return false;
        }
        self.move_on(now);
        true
    }

    /// Stops it: no more calls start.
    pub fn stop(&mut self) {
        self.end.get_or_insert(HuntEnd::Stopped);
    }

    /// Lets time pass: begins the next round, or ends the hunt whose time is up.
    pub fn pass(&mut self, now: Timestamp) {
        self.move_on(now);
    }

    fn move_on(&mut self, now: Timestamp) {
        if self.end.is_some() {
            return;
        }
        self.end = self.end_at(now);
        let is_going_on = self.free_lines() < self.plan.lines()
            || self.waiting().any(|member| !self.is_delayed(member, now));
        if self.end.is_some() || is_going_on {
            return;
        }
        // A delayed member doesn't hold up the others.
        if self.tracks.iter().any(|track| self.is_tried(track) && track.rung_in == self.round) {
            self.round += 1;
            self.round_from = now.checked_add(self.plan.pause()).unwrap_or(Timestamp::MAX);
        }
    }

    fn end_at(&self, now: Timestamp) -> Option<HuntEnd> {
        let reached = self.tracks.iter().filter(|track| track.is_reached()).count();
        let is_reached = match self.plan.until {
            HuntUntil::Answered | HuntUntil::Confirmed => reached > 0,
            HuntUntil::Everyone => reached > 0 && reached == self.tracks.len(),
        };
        if is_reached {
            return Some(HuntEnd::Reached);
        }
        let is_open = self.tracks.iter().any(|track| track.standing.is_open());
        let is_left = self.tracks.iter().any(|track| self.is_tried(track));
        if !is_open && !is_left {
            return Some(HuntEnd::Exhausted);
        }
        (now >= self.expires_at && !self.has_calls()).then_some(HuntEnd::Expired)
    }

    fn is_tried(&self, track: &Track) -> bool {
        track.standing == Standing::Idle && track.attempts < self.plan.attempts
    }

    /// Members who have an attempt left in this round, in order.
    fn waiting(&self) -> impl Iterator<Item = usize> {
        let tracks = self.tracks.iter().enumerate();
        let waiting = tracks.filter(|(_, track)| self.is_tried(track) && track.rung_in < self.round);
        waiting.map(|(member, _)| member)
    }

    fn is_delayed(&self, member: usize, now: Timestamp) -> bool {
        self.tracks[member].delay.is_some_and(|delay| delay.until > now)
    }

    /// From when on a member may be rung in this round, and the limit that says so.
    fn ready_at(&self, member: usize) -> (Timestamp, Option<Rule>) {
        let track = &self.tracks[member];
        // A member who was delayed in an earlier round has waited long enough.
        let is_behind = track.rung_in + 1 < self.round;
        match track.delay {
            Some(delay) if is_behind || delay.until > self.round_from => (delay.until, Some(delay.why)),
            _ => (self.round_from, None),
        }
    }

    /// How many more calls may start. A call of unknown state takes no line: it may not exist.
    fn free_lines(&self) -> usize {
        let calling = self.tracks.iter().filter(|track| track.standing.has_line()).count();
        self.plan.lines().saturating_sub(calling)
    }

    fn has_calls(&self) -> bool {
        self.tracks.iter().any(|track| track.standing.has_call())
    }

    fn attempts_where(&self, is_meant: impl Fn(Standing) -> bool) -> Vec<Attempt> {
        let tracks = self.tracks.iter().enumerate();
        let meant = tracks.filter(|(_, track)| is_meant(track.standing));
        meant.map(|(member, track)| Attempt { member, number: track.attempts }).collect()
    }
}

#[cfg(test)]
mod tests;
