//! The service manager that started `bsp serve`: systemd. It is told when the switchboard is ready, restarts or stops, and that it
//! still works; it may hand over open listeners. Started otherwise, all of this does nothing.

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

/// Takes the listeners that were handed over. One named "callbacks" is for Twilio; of the others the first is for people and
/// programs, and a second one for Twilio.
///
/// To be called once, and before anything else opens a file or starts a thread: they are found by their numbers, and the variables
/// that say so are removed.
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
    /// Only where a service manager sends it: otherwise it is the terminal that was closed.
    reload: Option<Signal>,
    /// The longest silence that is put up with.
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

    /// Waits for SIGHUP, and meanwhile tells the watchdog that the switchboard works. Dropping the future loses no signal.
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

/// An error is an answer too: a restart would not free a full disk. What never answers is restarted.
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
