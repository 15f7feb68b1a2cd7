//! Since when calls are waited for whose fate isn't known, by the clock that nobody sets.

use std::collections::HashMap;

use benspamsphones_core::CallId;
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use crate::clock::Moment;

/// When the requests of open calls left.
#[derive(Default)]
pub(crate) struct Departures(Mutex<HashMap<CallId, Waited>>);

/// When a request left, or may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    pub(crate) at: Moment,
    /// By Twilio's clock, where that was known.
    pub(crate) at_twilio: Option<Timestamp>,
}

#[derive(Clone, Copy)]
enum Waited {
    Since(Departure),
    /// It left in an earlier run; this is when it was first looked for in this one.
    LookedFor(Moment),
}

impl Departures {
    /// Notes that the call's request leaves now. It may leave again, once Twilio has sent it back.
    pub(crate) fn note(&self, call: CallId, departure: Departure) {
        self.calls().insert(call, Waited::Since(departure));
    }

    /// When the request left, if that was in this run.
    pub(crate) fn of(&self, call: CallId) -> Option<Departure> {
        match self.calls().get(&call)? {
            Waited::Since(departure) => Some(*departure),
            Waited::LookedFor(_) => None,
        }
    }

    /// Since when the patience with it counts: since it left; of an earlier run's call since it was first looked for, for no
    /// clock tells how long ago that run was.
    pub(crate) fn waited_since(&self, call: CallId, now: Moment) -> Moment {
        match *self.calls().entry(call).or_insert(Waited::LookedFor(now)) {
            Waited::Since(Departure { at, .. }) | Waited::LookedFor(at) => at,
        }
    }

    /// The call is over.
    pub(crate) fn forget(&self, call: CallId) {
        self.calls().remove(&call);
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<CallId, Waited>> {
        self.0.lock()
    }
}
