//! The public addresses where Twilio reaches this program, now and earlier in this run.
//!
//! A reopened tunnel may have a new address. A call keeps the address that Twilio received when the call was placed:
//!
//! - A signature for an earlier address of this run is still valid: only Twilio can have made it, and each of these
//!   addresses led here. The address that a request itself claims is ignored.
//! - A report to an old address may never arrive. So after each change, calls that wait for reports are polled until
//!   a report arrives.
//! - A call placed while there is no address has no callbacks and is polled.
//! - A call of an earlier run is always polled.

use tokio::sync::watch;
use url::Url;

/// A call lasts only minutes.
const EARLIER: usize = 8;

pub(crate) struct Addresses(watch::Sender<Known>);

#[derive(Default)]
struct Known {
    now: Option<Url>,
    /// Latest first.
    earlier: Vec<Url>,
}

impl Addresses {
    pub(crate) fn new(now: Option<Url>) -> Self {
        Self(watch::Sender::new(Known { now, earlier: Vec::new() }))
    }

    pub(crate) fn now(&self) -> Option<Url> {
        self.0.borrow().now.clone()
    }

    /// The current address first.
    pub(crate) fn all(&self) -> Vec<Url> {
        let known = self.0.borrow();
        known.now.iter().chain(&known.earlier).cloned().collect()
    }

    pub(crate) fn change_to(&self, now: Option<Url>) {
        self.0.send_if_modified(|known| {
            if known.now == now {
                return false;
            }
            known.earlier.retain(|earlier| Some(earlier) != now.as_ref());
            if let Some(before) = std::mem::replace(&mut known.now, now) {
                known.earlier.insert(0, before);
                known.earlier.truncate(EARLIER);
            }
            true
        });
    }

    pub(crate) fn changes(&self) -> Changes {
        Changes(self.0.subscribe())
    }
}

pub(crate) struct Changes(watch::Receiver<Known>);

impl Changes {
    pub(crate) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The sender is gone, so nothing will change.
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_addresses_are_remembered_and_each_once() {
        let url = |name: &str| Url::parse(&format!("https://{name}.example")).unwrap();
        let addresses = Addresses::new(Some(url("a")));
        addresses.change_to(None);
        assert_eq!((addresses.now(), addresses.all()), (None, vec![url("a")]));
        addresses.change_to(Some(url("b")));
        addresses.change_to(Some(url("a")));
        assert_eq!(addresses.all(), [url("a"), url("b")]);
        for name in ["c", "d", "e", "f", "g", "h", "i", "j", "k"] {
            addresses.change_to(Some(url(name)));
        }
        assert_eq!(addresses.all().len(), 1 + EARLIER);
        assert!(!addresses.all().contains(&url("b")), "the oldest are forgotten");
    }
}
