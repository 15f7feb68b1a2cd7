//! How many connections a listener takes, and how long it waits for each.

use std::time::Duration;

/// What one listener takes of connections. A stranger is a connection on which nothing has been let in yet: no
/// credentials, no signature of Twilio's.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionBounds {
    /// Connections at once that were let in.
    pub let_in: usize,
    /// Of these, connections of one source, so that none takes the places of all others.
    pub let_in_of_one_source: usize,
    /// Strangers at once. Another one is still taken: the slowest of the busiest source makes way for it.
    pub strangers: usize,
    /// Strangers that have begun to speak and keep the server waiting, since these take memory.
    pub waiting: usize,
    /// The same, of one source.
    pub waiting_of_one_source: usize,
    /// For a stranger's whole head, for the whole body after it, and to take the answer.
    pub stranger: Duration,
    /// For the head of a request, and for the next one on a connection that stays open.
    pub head: Duration,
    /// Between two pieces of a body once its request was let in.
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
    /// As many as fit into this number of open files, of which the database and requests to Twilio need some too.
    #[must_use]
    pub(crate) fn within(mut self, open_files: u64) -> Self {
        let files = usize::try_from(open_files).unwrap_or(usize::MAX);
        self.let_in = self.let_in.min(files / 2);
        self.strangers = self.strangers.min(files / 4);
        self
    }
}

/// How many files this process may have open.
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
