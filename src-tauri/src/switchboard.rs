//! The server inside this program: started before the window, started again when the owner's changes take that, and
//! stopped last.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use benspamsphones_server::App;
use benspamsphones_server::launch::{self, LaunchError, Running, Told};
use benspamsphones_server::owner::Owner;
use tokio::sync::{Notify, watch};

/// How long a new start may take before whoever waits for it is told that nothing answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs.
#[derive(Clone)]
pub(crate) struct Line {
    /// What a person can do.
    pub app: App,
    /// The same as routes, with the owner's authority.
    pub router: Router,
    /// What the owner alone may change.
    pub owner: Owner,
    /// Where the network connects.
    pub lan: SocketAddr,
}

/// What there is of a server.
#[derive(Clone)]
pub(crate) enum State {
    /// It is being started again.
    Starting,
    /// It runs.
    Running(Box<Line>),
    /// It couldn't be started again; the sentence says why.
    Failed(Arc<str>),
    /// It was stopped, for good.
    Stopped,
}

/// Holds the server over its starts.
pub(crate) struct Switchboard {
    /// Folder of the data.
    pub data_dir: PathBuf,
    state: watch::Receiver<State>,
    stop: Arc<Notify>,
}

impl Switchboard {
    /// Starts the server; when this returns, its addresses are bound.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) async fn start(told: Told) -> Result<Self, LaunchError> {
        let running = launch::launch(&told).await?;
        let data_dir = told.data_dir.clone();
        let (tell, state) = watch::channel(State::Running(Box::new(Line::of(&running))));
        let stop = Arc::new(Notify::new());
        tokio::spawn(run(told, running, tell, stop.clone()));
        Ok(Self { data_dir, state, stop })
    }

    /// What there is now, and every change of it.
    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// The server, waited for while it is being started again; `None` when there is none to wait for.
    pub(crate) async fn line(&self) -> Option<Line> {
        let mut state = self.watch();
        let decided = state.wait_for(|state| !matches!(state, State::Starting));
        match tokio::time::timeout(PATIENCE, decided).await {
            Ok(Ok(state)) => match &*state {
                State::Running(line) => Some(Line::clone(line)),
                State::Starting | State::Failed(_) | State::Stopped => None,
            },
            Ok(Err(_)) | Err(_) => None,
        }
    }

    /// The server, if it runs at this moment.
    pub(crate) fn line_now(&self) -> Option<Line> {
        match &*self.state.borrow() {
            State::Running(line) => Some(Line::clone(line)),
            State::Starting | State::Failed(_) | State::Stopped => None,
        }
    }

    /// Stops the server and waits for it. What is under way is settled at the next start.
    pub(crate) async fn stop(&self) {
        self.stop.notify_one();
        let mut state = self.watch();
        // An error says that the task has ended, which is as good.
        let _ = state.wait_for(|state| matches!(state, State::Stopped | State::Failed(_))).await;
    }
}

impl Line {
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

async fn run(mut told: Told, mut running: Running, tell: watch::Sender<State>, stop: Arc<Notify>) {
    loop {
        // A free port that the system chose stays the same: bookmarks and Twilio point there.
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
        running = match launch::launch(&told).await {
            Ok(running) => running,
            Err(error) => {
                tracing::error!(%error, "could not start again");
                let _ = tell.send(State::Failed(error.to_string().into()));
                return;
            }
        };
        let _ = tell.send(State::Running(Box::new(Line::of(&running))));
    }
}
