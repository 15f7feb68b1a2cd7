//! Calls whose request to Twilio is in flight.
//!
//! Twilio may list such a call before its response has told us the SID. It must not be looked up yet, and a look-up of
//! another call between the same numbers must not match it.

use std::collections::HashMap;

use parking_lot::Mutex;

use benspamsphones_core::{Call, CallId, PhoneNumber};

/// The from and to numbers.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<HashMap<CallId, (PhoneNumber, PhoneNumber)>>);

pub(crate) struct Underway<'a> {
    in_flight: &'a InFlight,
    id: CallId,
}

impl InFlight {
    /// Starts before the call is saved, so nobody sees the call without knowing that its request is in flight.
    pub(crate) fn begin(&self, call: &Call) -> Underway<'_> {
        self.with(|calls| calls.insert(call.id, (call.from.clone(), call.to.clone())));
        Underway { in_flight: self, id: call.id }
    }

    pub(crate) fn contains(&self, id: CallId) -> bool {
        self.with(|calls| calls.contains_key(&id))
    }

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
