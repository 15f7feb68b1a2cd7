//! Where Twilio reaches this program: now, and earlier in this run.
//!
//! A tunnel that is opened again may have another address. A call keeps the one that Twilio was told when it was placed:
//!
//! - What is signed for an earlier address of this run is believed as before. Only Twilio can have signed it, and each of
//!   these addresses led here. What a request itself says of its address counts for nothing.
//! - Such a report may never come, since the old address leads nowhere any more. So with each change calls that wait for
//!   reports are asked about at once, until a report comes.
//! - A call that is placed while there is no address is told none, and is followed by asking.
//! - A call of an earlier run is asked about in any case, whatever its address.

use tokio::sync::watch;
use url::Url;

/// How many earlier addresses are remembered; a call lives minutes.
const EARLIER: usize = 8;

/// The addresses.
pub(crate) struct Addresses(watch::Sender<Known>);

#[derive(Default)]
struct Known {
    now: Option<Url>,
    /// The latest first.
    earlier: Vec<Url>,
}

impl Addresses {
    pub(crate) fn new(now: Option<Url>) -> Self {
        Self(watch::Sender::new(Known { now, earlier: Vec::new() }))
    }

    /// The address that Twilio is told.
    pub(crate) fn now(&self) -> Option<Url> {
        self.0.borrow().now.clone()
    }

    /// All that Twilio was told, the one of now first.
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

    /// Tells when there is another address, or none.
    pub(crate) fn changes(&self) -> Changes {
        Changes(self.0.subscribe())
    }
}

/// Tells when there is another address, or none.
pub(crate) struct Changes(watch::Receiver<Known>);

impl Changes {
    /// Waits for the next change.
    pub(crate) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could change it.
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
