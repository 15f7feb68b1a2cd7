//! The channel with all events, for browsers that receive live updates through Pusher.
//!
//! Pusher authorizes a client once, when it joins, and can't remove it afterwards. So the channel has a secret name
//! that is used only while everyone who joined may listen: when access is revoked for one of them, the channel is
//! closed, and the others ask for the next one.

use std::collections::HashSet;
use std::sync::Arc;

use benspamsphones_app::random::random_hex;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::auth::{Holder, Who};

/// Prefix of these channels' names. Only the current one is signed.
pub(crate) const PREFIX: &str = "private-calls-";

/// Closed channels that wait to be published. A client that misses it finds out from the status.
const BACKLOG: usize = 64;

#[derive(Clone)]
pub(crate) struct Watchers {
    inner: Arc<Inner>,
}

struct Inner {
    channel: Mutex<Channel>,
    closed: broadcast::Sender<String>,
}

struct Channel {
    name: String,
    watched: bool,
    /// Those who joined and whose access can be revoked.
    holders: HashSet<Uuid>,
    /// Stops the tasks that wait for a revocation.
    over: CancellationToken,
}

impl Channel {
    fn new() -> Self {
        Self {
            name: format!("{PREFIX}{}", random_hex::<16>()),
            watched: false,
            holders: HashSet::new(),
            over: CancellationToken::new(),
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl Watchers {
    pub(crate) fn new() -> Self {
        let (channel, closed) = (Mutex::new(Channel::new()), broadcast::Sender::new(BACKLOG));
        Self { inner: Arc::new(Inner { channel, closed }) }
    }

    pub(crate) fn name(&self) -> String {
        self.lock().name.clone()
    }

    pub(crate) fn audience(&self) -> Option<String> {
        let channel = self.lock();
        channel.watched.then(|| channel.name.clone())
    }

    /// Returns `false` when the channel is no longer the current one.
    pub(crate) fn join(&self, name: &str, who: &Who) -> bool {
        let mut channel = self.lock();
        if channel.name != name {
            return false;
        }
        channel.watched = true;
        if let Who::Holder(holder) = who
            && channel.holders.insert(holder.id)
        {
            tokio::spawn(self.clone().close_after(holder.clone(), name.to_owned(), channel.over.clone()));
        }
        true
    }

    async fn close_after(self, holder: Arc<Holder>, name: String, over: CancellationToken) {
        if over.run_until_cancelled(holder.ended()).await.is_some() {
            self.close(&name);
        }
    }

    fn close(&self, name: &str) {
        let mut channel = self.lock();
        if channel.name == name {
            *channel = Channel::new();
            let _ = self.inner.closed.send(name.to_owned());
        }
    }

    pub(super) fn closed(&self) -> broadcast::Receiver<String> {
        self.inner.closed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Channel> {
        self.inner.channel.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_has_an_audience_once_somebody_joined_by_its_name() {
        let watchers = Watchers::new();
        let name = watchers.name();
        assert_eq!(name.len(), PREFIX.len() + 32);
        assert_eq!(watchers.audience(), None);
        for wrong in [PREFIX, "", "private-calls-0123456789abcdef0123456789abcdef", &name[..name.len() - 1]] {
            assert!(!watchers.join(wrong, &Who::User), "{wrong}");
        }
        assert_eq!(watchers.audience(), None);
        assert!(watchers.join(&name, &Who::User));
        assert_eq!(watchers.audience(), Some(name));
    }

    #[test]
    fn a_closed_channel_is_told_once_and_nobody_joins_it_any_more() {
        let watchers = Watchers::new();
        let (name, mut closed) = (watchers.name(), watchers.closed());
        assert!(watchers.join(&name, &Who::User));
        watchers.close(&name);
        watchers.close(&name);
        assert_eq!(closed.try_recv().unwrap(), name);
        assert!(closed.try_recv().is_err());
        assert!(!watchers.join(&name, &Who::User));
        assert_ne!(watchers.name(), name);
        assert_eq!(watchers.audience(), None, "nobody has joined the next one yet");
    }
}
