//! How many connections a listener accepts, and how long it waits for each.

use std::time::Duration;

/// A listener's connection limits. A stranger is a connection that has not authenticated yet, neither by credentials
/// nor by a Twilio signature.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionBounds {
    /// Authenticated connections at once.
    pub let_in: usize,
    /// Authenticated connections of one source, so that none takes all places.
    pub let_in_of_one_source: usize,
    /// Strangers at once. Another one is still accepted: it replaces the slowest of the busiest source.
    pub strangers: usize,
    /// Strangers that have begun to send and keep the server waiting; these take memory.
    pub waiting: usize,
    /// The same, for one source.
    pub waiting_of_one_source: usize,
    /// Timeout for a stranger's whole head, for the whole body after it, and for taking the answer.
    pub stranger: Duration,
    /// Timeout for the head of a request, and for the next one on a keep-alive connection.
    pub head: Duration,
    /// Timeout between two pieces of an authenticated request's body.
    pub body: Duration,
}

impl Default for ConnectionBounds {
    fn default() -> Self {
        Self {
            let_in: 8_192,
            let_in_of_one_source: 4_096,
            strangers: 4_096,
            waiting: 1_024,
            waiting_of_one_source: 256,
            stranger: Duration::from_secs(10),
            head: Duration::from_secs(30),
            body: Duration::from_secs(15),
        }
    }
}

impl ConnectionBounds {
    /// The database and requests to Twilio need some files too.
    #[must_use]
    pub(crate) fn within(mut self, open_files: u64) -> Self {
        let files = usize::try_from(open_files).unwrap_or(usize::MAX);
        self.let_in = self.let_in.min(files / 2);
        self.strangers = self.strangers.min(files / 4);
        self
    }
}

pub(crate) fn open_files() -> u64 {
    #[cfg(unix)]
    let most = rlimit::Resource::NOFILE.get_soft().unwrap_or(u64::MAX);
    #[cfg(not(unix))]
    let most = u64::MAX;
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_left_for_the_rest() {
        for open_files in [256, 1_024, 4_096, 8_192, 20_000, 1 << 20] {
            let bounds = ConnectionBounds::default().within(open_files);
            assert!((bounds.let_in + bounds.strangers) as u64 <= open_files / 4 * 3, "{open_files}");
        }
        assert_eq!(ConnectionBounds::default().within(1 << 20).let_in, 8_192);
    }
}
