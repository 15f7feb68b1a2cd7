//! Calls whose request is on its way to Twilio at this moment.
//!
//! Twilio may show such a call before its answer has told us the call's SID. Nobody may ask what became of it, and a
//! look-up of another call between the same numbers must not take it for that one.

use std::collections::HashMap;

use parking_lot::Mutex;

use benspamsphones_core::{Call, CallId, PhoneNumber};

/// The calls, by id, with their two numbers.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<HashMap<CallId, (PhoneNumber, PhoneNumber)>>);

/// Ends with the request.
pub(crate) struct Underway<'a> {
    in_flight: &'a InFlight,
    id: CallId,
}

impl InFlight {
    /// Begins before the call is written down, so that nobody sees it without knowing that it is on its way.
    pub(crate) fn begin(&self, call: &Call) -> Underway<'_> {
        self.with(|calls| calls.insert(call.id, (call.from.clone(), call.to.clone())));
        Underway { in_flight: self, id: call.id }
    }

    pub(crate) fn contains(&self, id: CallId) -> bool {
        self.with(|calls| calls.contains_key(&id))
    }

    /// Whether any call between these numbers is on its way.
    pub(crate) fn any_between(&self, from: &PhoneNumber, to: &PhoneNumber) -> bool {
        self.with(|calls| calls.values().any(|(known_from, known_to)| known_from == from && known_to == to))
    }

    fn with<T>(&self, ask: impl FnOnce(&mut HashMap<CallId, (PhoneNumber, PhoneNumber)>) -> T) -> T {
        ask(&mut self.0.lock())
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.in_flight.with(|calls| calls.remove(&self.id));
    }
}
