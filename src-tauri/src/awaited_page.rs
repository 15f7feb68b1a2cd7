//! Whether the window's page has come up.

use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct AwaitedPage(Mutex<Awaited>);

#[derive(Default)]
struct Awaited {
    /// Counts the pages that were expected.
    pages: u64,
    /// Whether the latest one has reported itself.
    ready: bool,
}

impl AwaitedPage {
    /// Expects another page; returns which.
    pub(crate) fn expect(&self) -> u64 {
        let mut awaited = self.0.lock();
        awaited.pages += 1;
        awaited.ready = false;
        awaited.pages
    }

    pub(crate) fn report_ready(&self) {
        let mut awaited = self.0.lock();
        if !awaited.ready {
            tracing::info!("the window's page is ready");
        }
        awaited.ready = true;
    }

    /// Whether this page is still the latest, and has not reported itself.
    pub(crate) fn is_missing(&self, page: u64) -> bool {
        let awaited = self.0.lock();
        awaited.pages == page && !awaited.ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_missing_until_it_reports_itself_or_another_follows() {
        let awaited = AwaitedPage::default();
        let first = awaited.expect();
        assert!(awaited.is_missing(first));
        let second = awaited.expect();
        assert!(!awaited.is_missing(first), "nobody waits for it any more");
        assert!(awaited.is_missing(second));
        awaited.report_ready();
        assert!(!awaited.is_missing(second));
    }
}
