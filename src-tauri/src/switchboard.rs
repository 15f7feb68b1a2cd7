//! The server inside this program: started before the window, restarted when a change of the owner needs that, and
//! stopped last.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use benspamsphones_app::App;
use benspamsphones_host::{LaunchError, Running, Told};
use benspamsphones_server::owner::Owner;
use tokio::sync::{Notify, watch};

/// How long callers wait for a restart before they get an error.
const PATIENCE: Duration = Duration::from_secs(10);

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
}

enum State {
    Starting,
    Running(Box<Serving>),
    /// It couldn't restart; the sentence says why.
    Failed(Arc<str>),
    Stopped,
}

pub(crate) struct Starts(watch::Receiver<State>);

pub(crate) struct Switchboard {
    /// Folder of the data.
    pub data_dir: PathBuf,
    state: watch::Receiver<State>,
    stop: Arc<Notify>,
}

impl Switchboard {
    /// When this returns, the server's addresses are bound.
    pub(crate) async fn start(told: Told) -> Result<Self, LaunchError> {
        let running = benspamsphones_host::launch(&told).await?;
        let data_dir = told.data_dir.clone();
        let (tell, state) = watch::channel(State::Running(Box::new(Serving::of(&running))));
        let stop = Arc::new(Notify::new());
        tokio::spawn(run(told, running, tell, stop.clone()));
        Ok(Self { data_dir, state, stop })
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

    /// Waits until the server fails to restart; `None` when it was stopped instead.
    pub(crate) async fn failure(mut self) -> Option<Arc<str>> {
        match &*self.0.wait_for(|state| matches!(state, State::Failed(_))).await.ok()? {
            State::Failed(sentence) => Some(sentence.clone()),
            State::Starting | State::Running(_) | State::Stopped => None,
        }
    }
}

async fn run(mut told: Told, mut running: Running, tell: watch::Sender<State>, stop: Arc<Notify>) {
    loop {
        // A port that the system chose stays the same: bookmarks and Twilio use it.
        told.listen.set_port(running.server.lan().port());
        told.webhook_listen.set_port(running.server.webhook().port());
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
        running = match benspamsphones_host::launch(&told).await {
            Ok(running) => running,
            Err(error) => {
                tracing::error!(%error, "could not start again");
                let _ = tell.send(State::Failed(error.to_string().into()));
                return;
            }
        };
        let _ = tell.send(State::Running(Box::new(Serving::of(&running))));
    }
}
