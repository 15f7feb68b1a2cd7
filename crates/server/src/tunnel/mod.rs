//! The public address by ngrok: a connection that this program opens, and by which the internet reaches the webhook
//! routes and nothing else.

mod error;
mod ngrok;

use std::time::Duration;

use benspamsphones_app::app::App;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::net::Door;
pub use error::TunnelError;

/// Between two attempts at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A tunnel that is wanted.
#[derive(Debug, Clone)]
pub struct NgrokTunnel {
    /// What the owner's account is known by, or why there is none.
    pub authtoken: Result<SecretString, TunnelError>,
    /// A domain that is reserved for the account; none is whatever ngrok gives.
    pub domain: Option<String>,
    /// Where ngrok's server is, if it isn't ngrok's own.
    pub server: Option<NgrokServer>,
}

/// A server that speaks ngrok's protocol.
#[derive(Debug, Clone)]
pub struct NgrokServer {
    /// Its host and port.
    pub address: String,
    /// Who vouches for its certificate, in PEM.
    pub authority: String,
}

/// How long the tunnel waits for what.
#[derive(Debug, Clone, Copy)]
pub struct TunnelPace {
    /// Between two attempts to open it, at first; they slow down.
    pub pause: Duration,
    /// Between two signs of life; without an answer for as long again, it is gone.
    pub heartbeat: Duration,
}

impl Default for TunnelPace {
    fn default() -> Self {
        Self { pause: Duration::from_secs(1), heartbeat: Duration::from_secs(10) }
    }
}

/// How the tunnel is.
#[derive(Debug, Clone, Default)]
pub enum TunnelState {
    /// None is wanted.
    #[default]
    Off,
    /// It is being opened, and what came of the last attempt, if there was one.
    Connecting(Option<TunnelError>),
    /// It leads here from this address.
    Up(Url),
    /// It can't be opened before somebody changes something.
    Failed(TunnelError),
}

/// Keeps the tunnel open until it is told to stop. The application knows its address whenever there is one, and asks
/// about calls itself whenever there is none.
pub(crate) async fn keep_open(
    tunnel: NgrokTunnel,
    door: Door,
    app: App,
    state: watch::Sender<TunnelState>,
    pace: TunnelPace,
    stop: CancellationToken,
) {
    let mut pause = pace.pause;
    loop {
        let opening = async {
            if !app.knows_auth_token() {
                return Err(TunnelError::NoAuthToken);
            }
            ngrok::Open::open(&tunnel, pace.heartbeat).await
        };
        let opened = stop.run_until_cancelled(opening).await;
        let error = match opened {
            None => return,
            Some(Err(error)) => error,
            Some(Ok(open)) => {
                tracing::info!(url = %open.url, "the tunnel is open");
                let since = Instant::now();
                app.set_public_url(Some(open.url.clone()));
                state.send_replace(TunnelState::Up(open.url.clone()));
                app.announce_public_address();
                let error = serve(open, &door, &stop).await;
                app.set_public_url(None);
                let Some(error) = error else { return };
                // One that falls again at once isn't opened again at once.
                if since.elapsed() > LONGEST_PAUSE {
                    pause = pace.pause;
                }
                error
            }
        };
        tracing::warn!(%error, "there is no tunnel");
        if error.is_final() {
            state.send_replace(TunnelState::Failed(error));
            app.announce_public_address();
            return;
        }
        state.send_replace(TunnelState::Connecting(Some(error)));
        app.announce_public_address();
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Takes connections until the tunnel ends, and tells why; `None` when it was told to stop.
async fn serve(mut open: ngrok::Open, door: &Door, stop: &CancellationToken) -> Option<TunnelError> {
    let mut connections = JoinSet::new();
    let ended = loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break None,
            accepted = open.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, address)) => {
                let place = door.take(address.ip());
                connections.spawn(door.clone().tunnelled(stream, address, place));
            }
            Err(error) => break Some(error),
        }
    };
    if ended.is_none() {
        // Requests that are under way get their answers before the way back is gone.
        while connections.join_next().await.is_some() {}
    }
    open.close().await;
    ended
}
