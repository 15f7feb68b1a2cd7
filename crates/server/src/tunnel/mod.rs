//! The public address by ngrok: a connection that this program opens, and through which the internet reaches only the
//! webhook routes.

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

const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Settings of the tunnel.
#[derive(Debug, Clone)]
pub struct NgrokTunnel {
    /// The token of the owner's account, or why there is none.
    pub authtoken: Result<SecretString, TunnelError>,
    /// A domain reserved for the account; `None` if ngrok chooses one.
    pub domain: Option<String>,
    /// ngrok's server, if it isn't the default.
    pub server: Option<NgrokServer>,
}

/// A server that speaks ngrok's protocol.
#[derive(Debug, Clone)]
pub struct NgrokServer {
    /// Its host and port.
    pub address: String,
    /// The authority of its certificate, in PEM.
    pub authority: String,
}

/// The tunnel's timeouts.
#[derive(Debug, Clone, Copy)]
pub struct TunnelPace {
    /// Between the first attempts to open it; later ones back off.
    pub pause: Duration,
    /// Between two heartbeats; without an answer for the same time again, the tunnel counts as lost.
    pub heartbeat: Duration,
}

impl Default for TunnelPace {
    fn default() -> Self {
        Self { pause: Duration::from_secs(1), heartbeat: Duration::from_secs(10) }
    }
}

/// State of the tunnel.
#[derive(Debug, Clone, Default)]
pub enum TunnelState {
    /// No tunnel is wanted.
    #[default]
    Off,
    /// It is being opened; holds the error of the last attempt, if any.
    Connecting(Option<TunnelError>),
    /// It is open at this address.
    Up(Url),
    /// It can't be opened until something is changed.
    Failed(TunnelError),
}

/// Keeps the tunnel open until stopped. The application is told its address while it is open, and polls call status
/// otherwise.
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
                // A tunnel that breaks soon after opening is not reopened at once.
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

/// Returns why the tunnel ended; `None` when stopped.
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
        // Requests in progress are answered before the session is closed.
        while connections.join_next().await.is_some() {}
    }
    open.close().await;
    ended
}
