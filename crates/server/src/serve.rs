//! The running server: two listeners, the polling of calls, and one shutdown for all of it.
//!
//! A long file, because the order in which everything starts and stops can only be checked in one place.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use benspamsphones_app::app::{App, StartError};
use benspamsphones_app::clock::Clock;
use benspamsphones_app::data_dir::{DataDir, DataDirError};
use benspamsphones_app::follow;
use benspamsphones_app::random::random_hex;
use benspamsphones_app::store::restore::{self, Replaced, RestoreError};
use benspamsphones_app::store::{Store, StoreError};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::addresses::LocalName;
use crate::auth::{Auth, AuthError, WebUser};
use crate::config::{Config, PublicAddress};
use crate::http;
use crate::http::perimeter::Perimeter;
use crate::net::{self, Announcement, Door};
use crate::owner::Owner;
use crate::pusher::{self, watchers::Watchers};
use crate::startup_warnings::{StartupWarning, StartupWarningCode};
use crate::tls::{Certificate, TlsError};
use crate::tunnel::{self, TunnelState};

/// A server that runs until it is stopped.
pub struct Server {
    app: App,
    owner: Arc<Owner>,
    owner_router: Router,
    data_dir: DataDir,
    lan: SocketAddr,
    webhook: SocketAddr,
    place: Arc<http::Place>,
    user: String,
    first_password: Option<SecretString>,
    /// The name is announced as long as this lives.
    _announcement: Option<Announcement>,
    stop: CancellationToken,
    serving: JoinSet<()>,
    stop_within: Duration,
}

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The data folder can't be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// A port is taken, or an address isn't this machine's.
    #[error("{what} can't listen on {address}: {source}")]
    Listen {
        /// Which listener.
        what: &'static str,
        /// The flag that chooses another port.
        flag: &'static str,
        /// The address it should have.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The application can't start.
    #[error(transparent)]
    App(#[from] StartError),
    /// The restore can't be finished. The database is unchanged.
    #[error("the backup could not be restored: {0}")]
    Restore(#[from] RestoreError),
    /// The password can't be read or stored.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The certificate can't be used.
    #[error("HTTPS: {0}")]
    Tls(#[from] TlsError),
}

impl ServerError {
    /// What is damaged, if it is the database, which a restore or a fresh start would replace.
    pub fn damage(&self) -> Option<String> {
        match self {
            Self::App(StartError::Store(error @ (StoreError::Damaged(_) | StoreError::Schema(_)))) => {
                Some(error.to_string())
            }
            _ => None,
        }
    }
}

impl Server {
    /// Starts the server. Both listeners are bound before anything else, so that a taken port is an error here, not a
    /// server that no one can reach.
    ///
    /// # Errors
    /// When a port is taken, or the folder, the database or the Twilio client can't be used.
    pub async fn start(config: Config, mut owner: Owner) -> Result<Self, ServerError> {
        let Config { app: app_config, mut public_address, .. } = config;
        let folder = app_config.data_dir.clone();
        let data_dir = DataDir::open(&folder)?;
        let lan = bind("The server", "--port", config.listen, config.sockets.lan.as_deref()).await?;
        let (what, open) = ("The listener for Twilio's callbacks", config.sockets.webhook.as_deref());
        let webhook = bind(what, "--webhook-listen", config.webhook_listen, open).await?;
        let [lan_address, webhook_address] = [local(&lan.1), local(&webhook.1)];
        if let PublicAddress::WebhookListener = public_address {
            public_address = url_of(webhook_address).map_or(PublicAddress::None, PublicAddress::At);
        }
        let public_url = public_address.url().cloned();
        let wanted_tunnel = match public_address {
            PublicAddress::Ngrok(tunnel) => Some(tunnel),
            PublicAddress::None | PublicAddress::At(_) | PublicAddress::WebhookListener => None,
        };
        let first_state = wanted_tunnel.as_ref().map_or(TunnelState::Off, |_| TunnelState::Connecting(None));
        let (tunnel_state, tunnel) = watch::channel(first_state);

        let clock = app_config.clock.clone();
        owner.attention.extend(finish_restore(&folder, &clock)?);
        let stop = CancellationToken::new();
        let app = App::open(&app_config, public_url.clone(), stop.clone()).await?;
        let lost = app.lost_lately(clock.now()).await.map_err(StartError::from)?;
        owner.attention.extend(lost.into_iter().map(StartupWarning::from));
        let local_name = LocalName::of_this_machine();
        let certificate = config
            .https
            .as_ref()
            .map(|source| Certificate::open(&folder, source, local_name.clone(), clock.now()).map(Arc::new));
        let certificate = certificate.transpose()?;
        if certificate.as_ref().is_some_and(|certificate| certificate.authority_replaced()) {
            owner.attention.push(StartupWarning::certificate_replaced());
        }
        let owner_token = SecretString::from(random_hex::<32>());
        let password_told = matches!(config.web_user, WebUser::Given { .. });
        let (auth, first_password) =
            Auth::open(app.store(), &config.web_user, &owner_token, clock.clone()).await?;
        let user = auth.user().to_owned();
        if let Some(url) = url_of(lan_address) {
            data_dir.write_owner_file(&url, &owner_token)?;
        }

        let machine_name = gethostname::gethostname();
        let perimeter = Perimeter::new(machine_name.to_str(), public_url.as_ref(), &config.allowed_hosts)
            .with_local_name(local_name.clone());
        let mut serving = JoinSet::new();
        let owner = Arc::new(owner);
        let watchers = Watchers::new();
        let place = http::Place {
            data_dir: folder,
            lan: lan_address,
            bound: lan.1,
            webhook: webhook_address,
            tunnel,
            certificate: certificate.clone(),
            clock: clock.clone(),
            local_name: local_name.clone(),
            password_told,
            public_name: config.allowed_hosts.first().filter(|_| !config.trusted_proxies.is_empty()).cloned(),
        };
        let shared = http::Shared::from(http::Parts {
            app: app.clone(),
            pusher: config.pusher.clone(),
            watchers: watchers.clone(),
            auth: Arc::new(auth),
            perimeter: Arc::new(perimeter),
            owner: owner.clone(),
            place: Arc::new(place),
            trusted_proxies: config.trusted_proxies,
        });
        let announcement = if shared.place.is_shared() {
            Announcement::make(&local_name, lan.1, certificate.is_some())
        } else {
            None
        };
        let owner_router = http::owner_router(shared.clone());
        let place = shared.place.clone();
        let bounds = config.bounds.within(net::open_files());
        if let Some(certificate) = certificate.clone() {
            let stop = stop.clone();
            serving.spawn(async move { certificate.reload(clock, stop).await });
        }
        let webhook_router = http::webhook_router(shared.clone());
        let door = |router, certificate| Door::new(router, certificate, bounds, stop.clone());
        serving.spawn(net::serve(lan.0, door(http::router(shared), certificate)));
        serving.spawn(net::serve(webhook.0, door(webhook_router.clone(), None)));
        if let Some(wanted) = wanted_tunnel {
            // To a tunnel, the internet looks like this machine. It only gets the routes for Twilio.
            let door = door(webhook_router, None);
            let keeping =
                tunnel::keep_open(wanted, door, app.clone(), tunnel_state, config.tunnel_pace, stop.clone());
            serving.spawn(keeping);
        }
        let (hub, stopping) = (app.live().clone(), stop.clone());
        serving.spawn(async move { hub.ring(stopping).await });
        serving.spawn(follow::follow(app.clone()));
        serving.spawn(app.clone().retain());
        serving.spawn(learn_own_numbers(app.clone()));
        serving.spawn(look_for_damage(app.clone()));
        if let Some(keys) = config.pusher {
            serving.spawn(pusher::publish(app.clone(), keys, watchers));
        }
        let (lan, webhook) = (lan_address, webhook_address);
        let stop_within = config.stop_within;
        Ok(Self {
            app,
            owner,
            owner_router,
            data_dir,
            lan,
            webhook,
            place,
            user,
            first_password,
            _announcement: announcement,
            stop,
            serving,
            stop_within,
        })
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The owner's window's routes, called in process: everything, without credentials. Must never be bound to a
    /// socket.
    pub fn owner_router(&self) -> Router {
        self.owner_router.clone()
    }

    /// The owner's credentials, and requests to restart.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.place.data_dir
    }

    /// The network listener's address.
    pub fn lan(&self) -> SocketAddr {
        self.lan
    }

    /// URLs for others on the network; empty if only this machine can connect.
    pub fn shared_urls(&self) -> Vec<String> {
        self.place.shared_urls()
    }

    /// Fingerprint of the certificate, if HTTPS is on.
    pub fn fingerprint(&self) -> Option<String> {
        self.place.certificate.as_ref().map(|certificate| certificate.fingerprint())
    }

    /// The webhook listener's address.
    pub fn webhook(&self) -> SocketAddr {
        self.webhook
    }

    /// The address for Twilio's callbacks; `None` if calls are polled.
    pub fn public_url(&self) -> Option<Url> {
        self.app.public_url()
    }

    /// The tunnel's state, after its first attempt or after this time.
    pub async fn tunnel(&self, patience: Duration) -> TunnelState {
        let mut tunnel = self.place.tunnel.clone();
        let settled = tunnel.wait_for(|state| !matches!(state, TunnelState::Connecting(None)));
        let _ = tokio::time::timeout(patience, settled).await;
        self.place.tunnel.borrow().clone()
    }

    /// Name of the user who may sign in.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, if this start generated it. It can't be read again later.
    pub fn take_first_password(&mut self) -> Option<SecretString> {
        self.first_password.take()
    }

    /// Ends streams and connections, waits a limited time for requests that are under way, and closes the database. The
    /// next start settles what was cut short.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let ended = async {
            while self.serving.join_next().await.is_some() {}
            self.app.close().await;
        };
        if tokio::time::timeout(self.stop_within, ended).await.is_err() {
            tracing::warn!("some requests were interrupted; their calls will be looked up at the next start");
            self.serving.abort_all();
            self.app.store().close().await;
        }
        self.data_dir.remove_owner_file();
    }
}

/// Puts a checked backup in place while nothing has the database open. Open calls prevent it, which becomes a warning.
fn finish_restore(data_dir: &Path, clock: &Clock) -> Result<Option<StartupWarning>, RestoreError> {
    match restore::take_staged(&Store::path(data_dir), clock.now()) {
        Ok(None) => Ok(None),
        Ok(Some(Replaced { aside, carried_over })) => {
            tracing::info!(kept = %aside.display(), "a backup was restored");
            for lost in carried_over.lost {
                tracing::warn!("{}", lost.sentence());
            }
            Ok(None)
        }
        Err(error @ RestoreError::CallsUnderWay(_)) => {
            tracing::warn!(%error, "the backup was not restored");
            let sentence = format!("The backup was not restored: {error}.");
            Ok(Some(StartupWarning { code: StartupWarningCode::BackupNotRestored, sentence }))
        }
        Err(error) => Err(error),
    }
}

async fn bind(
    what: &'static str,
    flag: &'static str,
    address: SocketAddr,
    open: Option<&std::net::TcpListener>,
) -> Result<(TcpListener, SocketAddr), ServerError> {
    let failed = |source| ServerError::Listen { what, flag, address, source };
    let listener = match open {
        Some(open) => copy(open).map_err(failed)?,
        None => TcpListener::bind(address).await.map_err(failed)?,
    };
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn copy(open: &std::net::TcpListener) -> io::Result<TcpListener> {
    let copy = open.try_clone()?;
    copy.set_nonblocking(true)?;
    TcpListener::from_std(copy)
}

/// The address for programs on this machine, if it listens on all interfaces.
fn local(address: &SocketAddr) -> SocketAddr {
    let ip = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}

fn url_of(address: SocketAddr) -> Option<Url> {
    Url::parse(&format!("http://{address}")).ok()
}

/// Logs what is found. The first request that needs what is damaged fails as well.
async fn look_for_damage(app: App) {
    match app.store().look_through(app.stopping()).await {
        Ok(()) => {}
        Err(error @ StoreError::Damaged(_)) => {
            tracing::error!(
                "{error}. Stop the program, then: {}",
                benspamsphones_app::store::damage::WHAT_TO_DO
            );
        }
        Err(error) => tracing::warn!(%error, "the database could not be checked for damage"),
    }
}

/// Asks once, in the background: a start doesn't wait for Twilio.
async fn learn_own_numbers(app: App) {
    let stop = app.stopping().clone();
    stop.run_until_cancelled(app.learn_own_numbers()).await;
}
