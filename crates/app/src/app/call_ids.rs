//! Call ids, which sort by the time of the request.

use benspamsphones_core::CallId;
use jiff::Timestamp;
use parking_lot::Mutex;
use uuid::{ContextV7, Uuid};

#[derive(Default)]
pub(crate) struct CallIds(Mutex<Making>);

struct Making {
    context: ContextV7,
    last: Timestamp,
}

impl Default for Making {
    fn default() -> Self {
        Self { context: ContextV7::new(), last: Timestamp::MIN }
    }
}

impl CallIds {
    /// A new id, greater than any other of the same millisecond.
    pub(crate) fn next(&self, at: Timestamp) -> CallId {
        let mut making = self.0.lock();
        if at < making.last {
            // Otherwise ids would stay at the latest time ever seen, even if that was a year in the future.
            making.context = ContextV7::new();
        }
        making.last = at;
        let seconds = u64::try_from(at.as_second()).unwrap_or(0);
        let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
        CallId(Uuid::new_v7(uuid::Timestamp::from_unix(&making.context, seconds, nanos)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::call_rows::first_id;

    #[test]
    fn ids_follow_the_clock_also_where_it_is_set_back() {
        let ids = CallIds::default();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for moment in ["2026-11-27T12:00:00.5Z", "2028-01-01T00:00:00Z", "2026-11-27T12:00:01Z"].map(at) {
            let made = [ids.next(moment), ids.next(moment), ids.next(moment)];
            assert!(made.is_sorted() && made[0] != made[1], "{made:?}");
            let next = first_id(moment + std::time::Duration::from_millis(1));
            assert!(first_id(moment) <= made[0] && made[2] < next, "{moment}: {made:?}");
        }
    }
}
