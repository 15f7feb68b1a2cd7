//! The channel on which all that happens is told, for browsers that take their live updates from Pusher.
//!
//! Pusher asks about a client once, when it joins, and can't be made to put it out afterwards. So the channel has a name
//! that nobody can guess, and only for as long as all who joined may listen: when one of them is put out, the channel is
//! closed, and the others ask for the next one.

use std::collections::HashSet;
use std::sync::Arc;

use benspamsphones_app::random::random_hex;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::auth::{Holder, Who};

/// What the names of these channels begin with. None is signed but the one of now.
pub(crate) const PREFIX: &str = "private-calls-";

/// Names that wait to be told that they are closed. Who isn't told finds out by asking for the status.
const BACKLOG: usize = 64;

/// Who listens by Pusher, and where. Clones share it.
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
    /// Whether anybody has joined; before, there is nobody to tell.
    watched: bool,
    /// Those of them who can be put out.
    holders: HashSet<Uuid>,
    /// Ends those who wait for one of them to be put out.
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
    /// A channel that nobody has joined.
    pub(crate) fn new() -> Self {
        let (channel, closed) = (Mutex::new(Channel::new()), broadcast::Sender::new(BACKLOG));
        Self { inner: Arc::new(Inner { channel, closed }) }
    }

    /// The name of the channel.
    pub(crate) fn name(&self) -> String {
        self.lock().name.clone()
    }

    /// The name of the channel, if anybody may be listening there.
    pub(crate) fn audience(&self) -> Option<String> {
        let channel = self.lock();
        channel.watched.then(|| channel.name.clone())
    }

    /// Lets somebody in; `false` when the channel is another one by now, or never was.
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

    /// Closes a channel once somebody who joined it is put out.
    async fn close_after(self, holder: Arc<Holder>, name: String, over: CancellationToken) {
        if over.run_until_cancelled(holder.ended()).await.is_some() {
            self.close(&name);
        }
    }

    fn close(&self, name: &str) {
        let mut channel = self.lock();
        // Somebody else who was put out may have closed it already.
        if channel.name == name {
            *channel = Channel::new();
            // An error means that nobody publishes.
            let _ = self.inner.closed.send(name.to_owned());
        }
    }

    /// The names of channels as they are closed.
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
