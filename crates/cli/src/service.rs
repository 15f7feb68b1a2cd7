//! `bsp serve` under systemd: notifies it of readiness, reload and stop, keeps its watchdog quiet, and takes over open
//! sockets. Without systemd, all of this does nothing.

use std::env;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::app::App;
use benspamsphones_server::config::OpenSockets;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Failure;

/// The name that `FileDescriptorName=` gives to the listener for Twilio.
const CALLBACKS: &str = "callbacks";

/// Takes the sockets that systemd has opened. One named "callbacks" is for Twilio; of the others, the first is for people
/// and programs, and the second for Twilio.
///
/// Call it once, before anything opens a file or starts a thread: the sockets are found by their numbers, and their
/// variables are removed from the environment.
pub(crate) fn take_sockets() -> Result<OpenSockets, Failure> {
    let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut names = names.split(':');
    let mut given = ListenFd::from_env();
    let mut sockets = OpenSockets::default();
    for index in 0..given.len() {
        let name = names.next().unwrap_or_default();
        let unfit = |why: &dyn std::fmt::Display| {
            Failure::Usage(format!("socket {} ({name:?}) of the service manager: {why}", index + 1))
        };
        let socket = given.take_tcp_listener(index).map_err(|error| unfit(&error))?.map(Arc::new);
        let place =
            if name != CALLBACKS && sockets.lan.is_none() { &mut sockets.lan } else { &mut sockets.webhook };
        if place.is_some() {
            return Err(unfit(&"there is one for people and one for callbacks already"));
        }
        *place = socket;
    }
    Ok(sockets)
}

/// The service manager, if there is one.
pub(crate) struct Service {
    /// Only under a service manager: elsewhere SIGHUP means that the terminal was closed.
    reload: Option<Signal>,
    /// How long the watchdog waits for a sign of life.
    watchdog: Option<Duration>,
}

impl Service {
    pub(crate) fn find() -> io::Result<Self> {
        let managed = env::var_os("NOTIFY_SOCKET").is_some();
        let reload = managed.then(|| signal(SignalKind::hangup())).transpose()?;
        Ok(Self { reload, watchdog: sd_notify::watchdog_enabled() })
    }

    pub(crate) fn ready(&self, status: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    pub(crate) fn reloading(&self) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[NotifyState::Reloading, now]),
            Err(_) => tell(&[NotifyState::Reloading]),
        }
    }

    pub(crate) fn stopping(&self) {
        tell(&[NotifyState::Stopping]);
    }

    /// Waits for SIGHUP and feeds the watchdog meanwhile. Cancel safe.
    pub(crate) async fn until_reload(&mut self, app: &App) {
        let asked = async {
            match &mut self.reload {
                Some(signal) => {
                    signal.recv().await;
                }
                None => pending().await,
            }
        };
        tokio::select! {
            () = asked => {}
            () = feed_watchdog(self.watchdog, app) => {}
        }
    }
}

/// A database error feeds it too, since a restart would not free a full disk. Only a database that never answers is
/// restarted.
async fn feed_watchdog(longest_silence: Option<Duration>, app: &App) {
    let Some(longest) = longest_silence else { return pending().await };
    loop {
        if let Err(error) = app.can_work().await {
            tracing::warn!(%error, "the database can't be used");
        }
        tell(&[NotifyState::Watchdog]);
        tokio::time::sleep(longest / 3).await;
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
