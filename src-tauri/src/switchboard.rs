//! The server inside this program: started first, restarted when a change of the owner needs that, and
//! stopped last.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use benspamsphones_app::App;
use benspamsphones_host::{KeyringWait, LaunchError, Running, Told};
use benspamsphones_server::owner::Owner;
use serde::Serialize;
use tokio::sync::{Notify, watch};

/// How long callers wait for a start before they get an error.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the page waits for a start before it says what it waits for.
const A_MOMENT: Duration = Duration::from_millis(600);

#[derive(Clone)]
pub(crate) struct Serving {
    /// The application.
    pub app: App,
    /// The same as routes, with the owner's authority.
    pub router: Router,
    /// What only the owner may change.
    pub owner: Owner,
    /// The network's address.
    pub lan: SocketAddr,
    /// What others on the network open, the best first; empty if it isn't shared.
    pub shared_urls: Vec<String>,
}

enum State {
    Starting,
    Running(Box<Serving>),
    /// It couldn't start.
    Failed(Arc<LaunchError>),
    Stopped,
}

/// How far a start is, for the page.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StartState {
    Starting,
    /// The keyring hasn't answered yet; it may be waiting for its password.
    WaitsForKeyring,
    Running,
    /// It won't run; a dialog says why.
    Ended,
}

/// How the first start ended.
pub(crate) enum Started {
    Running,
    Failed(Arc<LaunchError>),
    /// The program was asked to end meanwhile.
    Stopped,
}

pub(crate) struct Starts(watch::Receiver<State>);

pub(crate) struct Switchboard {
    /// Folder of the data.
    pub data_dir: PathBuf,
    keyring_wait: KeyringWait,
    state: watch::Receiver<State>,
    stop: Arc<Notify>,
}

impl Switchboard {
    /// Begins to start the server.
    pub(crate) fn start(told: Told) -> Self {
        let (data_dir, keyring_wait) = (told.data_dir.clone(), told.keyring_wait.clone());
        let (tell, state) = watch::channel(State::Starting);
        let stop = Arc::new(Notify::new());
        tauri::async_runtime::spawn(run(told, tell, stop.clone()));
        Self { data_dir, keyring_wait, state, stop }
    }

    /// Waits until the server has started, or won't.
    pub(crate) async fn started(&self) -> Started {
        let mut state = self.state.clone();
        match state.wait_for(|state| !matches!(state, State::Starting)).await.as_deref() {
            Ok(State::Running(_)) => Started::Running,
            Ok(State::Failed(error)) => Started::Failed(error.clone()),
            Ok(State::Starting | State::Stopped) | Err(_) => Started::Stopped,
        }
    }

    /// Waits a moment for the start, then says what it waits for.
    pub(crate) async fn start_state(&self) -> StartState {
        match tokio::time::timeout(A_MOMENT, self.started()).await {
            Ok(Started::Running) => StartState::Running,
            Ok(Started::Failed(_) | Started::Stopped) => StartState::Ended,
            Err(_) if self.keyring_wait.is_waiting() => StartState::WaitsForKeyring,
            Err(_) => StartState::Starting,
        }
    }

    /// Whether it could not start, or not start again.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(&*self.state.borrow(), State::Failed(_))
    }

    pub(crate) fn starts(&self) -> Starts {
        Starts(self.state.clone())
    }

    /// Waits while the server restarts, for [`PATIENCE`] at most.
    pub(crate) async fn serving(&self) -> Option<Serving> {
        let mut state = self.state.clone();
        let decided = state.wait_for(|state| !matches!(state, State::Starting));
        match tokio::time::timeout(PATIENCE, decided).await {
            Ok(Ok(state)) => match &*state {
                State::Running(serving) => Some(Serving::clone(serving)),
                State::Starting | State::Failed(_) | State::Stopped => None,
            },
            Ok(Err(_)) | Err(_) => None,
        }
    }

    pub(crate) fn serving_now(&self) -> Option<Serving> {
        match &*self.state.borrow() {
            State::Running(serving) => Some(Serving::clone(serving)),
            State::Starting | State::Failed(_) | State::Stopped => None,
        }
    }

    /// Calls in progress are settled at the next start.
    pub(crate) async fn stop(&self) {
        self.stop.notify_one();
        let mut state = self.state.clone();
        // An error means that the task has ended, which is as good.
        let _ = state.wait_for(|state| matches!(state, State::Stopped | State::Failed(_))).await;
    }
}

impl Serving {
    fn of(running: &Running) -> Self {
        let server = &running.server;
        Self {
            app: server.app().clone(),
            router: server.owner_router(),
            owner: server.owner().clone(),
            lan: server.lan(),
            shared_urls: server.shared_urls(),
        }
    }
}

impl Starts {
    /// Waits while the server restarts; `None` when it won't start again. Never returns the server that has just ended.
    pub(crate) async fn next(&mut self) -> Option<Serving> {
        let decided = |state: &State| match state {
            State::Starting => false,
            State::Running(serving) => !serving.app.stopping().is_cancelled(),
            State::Failed(_) | State::Stopped => true,
        };
        match &*self.0.wait_for(decided).await.ok()? {
            State::Running(serving) => Some(Serving::clone(serving)),
            State::Starting | State::Failed(_) | State::Stopped => None,
        }
    }

    /// Waits until the server fails to start; `None` when it was stopped instead.
    pub(crate) async fn failure(mut self) -> Option<Arc<LaunchError>> {
        match &*self.0.wait_for(|state| matches!(state, State::Failed(_))).await.ok()? {
            State::Failed(error) => Some(error.clone()),
            State::Starting | State::Running(_) | State::Stopped => None,
        }
    }
}

async fn run(mut told: Told, tell: watch::Sender<State>, stop: Arc<Notify>) {
    loop {
        // A start that waits for the keyring ends at once if the program is to end.
        let launched = tokio::select! {
            launched = benspamsphones_host::launch(&told) => launched,
            () = stop.notified() => {
                let _ = tell.send(State::Stopped);
                return;
            }
        };
        let running = match launched {
            Ok(running) => running,
            Err(error) => {
                tracing::error!(%error, "could not start");
                let _ = tell.send(State::Failed(Arc::new(error)));
                return;
            }
        };
        // A port that the system chose stays the same: bookmarks and Twilio use it.
        told.listen.set_port(running.server.lan().port());
        told.webhook_listen.set_port(running.server.webhook().port());
        let _ = tell.send(State::Running(Box::new(Serving::of(&running))));
        let restart = tokio::select! {
            () = stop.notified() => false,
            () = running.server.owner().restart_wanted() => true,
        };
        if !restart {
            running.stop().await;
            let _ = tell.send(State::Stopped);
            return;
        }
        tracing::info!("starting again, with what was changed");
        let _ = tell.send(State::Starting);
        running.stop().await;
    }
}
