//! Hunts: ringing several members of a group under one request, in turn or at once, until one of them is reached. This is the
//! part without calls or a clock: who is rung next and when, who isn't and why, and when it is over. The application will place
//! the calls of a hunt by it, and places none yet: it asks who is due ([`Hunt::due`]), notes each attempt before it acts
//! ([`Hunt::begin`]), and tells what happened ([`Hunt::tell`]).
//!
//! A hunt survives a kill at any moment: its state is written down after each step, and what was begun and not heard of since
//! ([`Hunt::begun`]) is placed once more under the same `Idempotency-Key`, which is made of the hunt, the member and the
//! number of the attempt. So it rings nobody twice.

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
    /// Nobody knows whether the phone rings or rang. This member is not rung again before that is known.
    Unknown,
    /// Somebody answered; the call goes on.
    Answered,
    /// Somebody confirmed that they heard the message.
    Confirmed,
    /// The call has ended, or never came to be. Whether somebody had answered was told before.
    Ended,
}

/// How a hunt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntEnd {
    /// Whoever was to be reached was.
    Reached,
    /// Nobody is left to try.
    Exhausted,
    /// It was stopped.
    Stopped,
    /// Its time was up.
    Expired,
}

/// What a hunt does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HuntState {
    /// Somebody is to be rung now.
    Due,
    /// Calls are under way, or may be, and what becomes of them decides what is next.
    Calling,
    /// Somebody is rung at this time, if nothing happens before.
    Waiting {
        /// When.
        until: Timestamp,
        /// The limit that is waited for; none where it is the pause between rounds.
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
    /// Nobody is rung in this round before.
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

    /// From when on nobody else is rung. What rings then may still be answered.
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

    /// The attempts to begin now, in order. Nobody who is delayed holds up those behind them.
    pub fn due(&self, now: Timestamp) -> Vec<Attempt> {
        if self.end.is_some() || now >= self.expires_at {
            return Vec::new();
        }
        let ready = self.waiting().filter(|member| self.ready_at(*member).0 <= now);
        let attempt = |member: usize| Attempt { member, number: self.tracks[member].attempts + 1 };
        ready.take(self.free_lines()).map(attempt).collect()
    }

    /// Notes that an attempt begins, before its call is placed. `false` where it isn't due: then nothing is to be placed.
    #[must_use]
    pub fn begin(&mut self, attempt: Attempt, now: Timestamp) -> bool {
        if !self.due(now).contains(&attempt) {
            return false;
        }
        let round = self.round;
        self.tracks[attempt.member].begin(round);
        true
    }

    /// Attempts that were begun, and nothing was heard of since. After a kill they are placed once more, under the same key.
    pub fn begun(&self, now: Timestamp) -> Vec<Attempt> {
        if self.end.is_some() || now >= self.expires_at {
            return Vec::new();
        }
        self.attempts_where(|standing| standing == Standing::Begun)
    }

    /// Attempts whose calls are to be hung up: it is over, and they still go on. The call that ended it does not.
    pub fn to_hang_up(&self) -> Vec<Attempt> {
        if self.end.is_none() {
            return Vec::new();
        }
        self.attempts_where(|standing| standing.is_open())
    }

    /// Takes what became of an attempt. `false` where that changes nothing: it is about an earlier attempt, or was known.
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

    /// Stops it: nobody else is rung.
    pub fn stop(&mut self) {
        self.end.get_or_insert(HuntEnd::Stopped);
    }

    /// Lets time pass: begins the next round, or ends the hunt whose time is up.
    pub fn pass(&mut self, now: Timestamp) {
        self.move_on(now);
    }

    /// Ends it, or begins the next round, where it is time for that.
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
        // Who is delayed doesn't hold up the others.
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

    /// Whether a member may be rung once more, now or later.
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
        // Who was delayed in an earlier round has waited enough.
        let is_behind = track.rung_in + 1 < self.round;
        match track.delay {
            Some(delay) if is_behind || delay.until > self.round_from => (delay.until, Some(delay.why)),
            _ => (self.round_from, None),
        }
    }

    /// How many more calls may be under way. One that nobody knows of takes no line: it may never have been.
    fn free_lines(&self) -> usize {
        let calling = self.tracks.iter().filter(|track| track.standing.has_line()).count();
        self.plan.lines().saturating_sub(calling)
    }

    /// Whether calls are under way that will end.
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
