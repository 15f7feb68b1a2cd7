//! How long calls with an unknown outcome have been waited for, by the monotonic clock.

use std::collections::HashMap;

use benspamsphones_core::CallId;
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use crate::clock::Moment;

#[derive(Default)]
pub(crate) struct Departures(Mutex<HashMap<CallId, Waited>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    pub(crate) at: Moment,
    pub(crate) at_twilio: Option<Timestamp>,
}

#[derive(Clone, Copy)]
enum Waited {
    Since(Departure),
    /// It left in an earlier run; this is the first look-up in this run.
    LookedFor(Moment),
}

impl Departures {
    /// The request may leave again after Twilio returned it.
    pub(crate) fn note(&self, call: CallId, departure: Departure) {
        self.calls().insert(call, Waited::Since(departure));
    }

    /// `None` if the request left in an earlier run.
    pub(crate) fn of(&self, call: CallId) -> Option<Departure> {
        match self.calls().get(&call)? {
            Waited::Since(departure) => Some(*departure),
            Waited::LookedFor(_) => None,
        }
    }

    /// Start of the wait: when the request left or, for an earlier run's call, the first look-up in this run, because
    /// no clock tells how long ago that run was.
    pub(crate) fn waited_since(&self, call: CallId, now: Moment) -> Moment {
        match *self.calls().entry(call).or_insert(Waited::LookedFor(now)) {
            Waited::Since(Departure { at, .. }) | Waited::LookedFor(at) => at,
        }
    }

    pub(crate) fn forget(&self, call: CallId) {
        self.calls().remove(&call);
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<CallId, Waited>> {
        self.0.lock()
    }
}
