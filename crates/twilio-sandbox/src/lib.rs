#![doc = include_str!("../README.md")]

mod account;
mod address;
mod call;
mod call_record;
mod callback;
mod config;
mod keys;
mod life;
mod number;
mod pace;
mod performance;
mod progress_report;
mod rates;
mod rest;
mod script;
mod sid;
mod throttle;
mod timestamp;
mod twiml;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use secrecy::SecretString;
use tokio::net::TcpListener;
use twilio::{AccountSid, Auth, Credentials};
use url::Url;

pub use call::Notice;
pub use call_record::CallRecord;
pub use callback::{CallbackRecord, Purpose, Verdict};
pub use config::{OwnedNumbers, Reachable, SandboxConfig};
pub use script::{Answer, Delivery, LATENESS_S, Outcome, SCRIPTS, Script, script_for};

use account::Account;
use callback::Courier;

const STOP_DEADLINE: Duration = Duration::from_secs(1);

/// A running sandbox. Dropping it stops everything it started.
pub struct Sandbox {
    account: Arc<Account>,
    account_sid: AccountSid,
    base_url: Url,
}

/// [`Sandbox::wait_until`] timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox did not get there within {waited:?}")]
pub struct TimedOut {
    /// The time limit.
    pub waited: Duration,
}

impl Sandbox {
    /// Starts a sandbox on `address`; port 0 takes any free port, see [`base_url`](Self::base_url).
    ///
    /// # Errors
    /// If the address can't be bound or isn't a loopback address (the sandbox has no TLS), or the configuration is
    /// invalid.
    pub async fn start(address: SocketAddr, config: SandboxConfig) -> io::Result<Self> {
        refuse_remote(address)?;
        Self::serve(TcpListener::bind(address).await?, config)
    }

    /// Starts a sandbox on an existing listener.
    ///
    /// # Errors
    /// Like [`start`](Self::start).
    pub fn serve(listener: TcpListener, config: SandboxConfig) -> io::Result<Self> {
        let address = listener.local_addr()?;
        refuse_remote(address)?;
        let account_sid = AccountSid::parse(&config.account_sid).map_err(invalid)?;
        let base_url = Url::parse(&format!("http://{address}")).map_err(invalid)?;
        if !(config.speed.is_finite() && config.speed > 0.0) {
            return Err(invalid("the speed must be a positive number"));
        }
        let courier =
            Courier::new(config.answer_timeout, config.reachable.clone()).map_err(io::Error::other)?;
        let account = Arc::new(Account::new(config, courier));
        let router = rest::router(Arc::clone(&account));
        let stopping = account.stopping.clone();
        // The router holds the account, and the account holds the tracker: only the token ends this task, never a drop.
        account.tasks.spawn(async move {
            let listener = listener.tap_io(|stream| {
                // Don't delay small responses until the client's ACK. If the socket is gone, serving it fails anyway.
                let _ = stream.set_nodelay(true);
            });
            let served =
                axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned()).await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Self { account, account_sid, base_url })
    }

    /// The REST API, to use instead of `https://api.twilio.com`.
    #[must_use]
    pub fn base_url(&self) -> Url {
        self.base_url.clone()
    }

    /// Allows one more address of this machine, for [`Reachable::Only`].
    pub fn allow(&self, address: SocketAddr) {
        self.account.courier.allow(address);
    }

    /// The account's SID.
    #[must_use]
    pub fn account_sid(&self) -> &AccountSid {
        &self.account_sid
    }

    /// Authenticates requests, and signs callbacks.
    #[must_use]
    pub fn auth_token(&self) -> &SecretString {
        &self.account.config.auth_token
    }

    /// Account SID and auth token for a [`twilio::Client`].
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            account_sid: self.account_sid.clone(),
            auth: Auth::AuthToken(self.auth_token().clone()),
        }
    }

    /// The REST API as a router, to mount elsewhere or call in process. Works as long as the sandbox lives.
    pub fn router(&self) -> Router {
        rest::router(Arc::clone(&self.account))
    }

    /// All stored calls, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<CallRecord> {
        let mut calls: Vec<CallRecord> = self
            .account
            .newest(u64::MAX, usize::MAX, |_| true)
            .iter()
            .map(|call| CallRecord::of(call))
            .collect();
        calls.reverse();
        calls
    }

    /// A stored call.
    #[must_use]
    pub fn call(&self, sid: &str) -> Option<CallRecord> {
        self.account.call(sid).map(|call| CallRecord::of(&call))
    }

    /// How often `number` (E.164) was dialed, regardless of the outcome and of what the client was told.
    #[must_use]
    pub fn dials_to(&self, number: &str) -> usize {
        self.account.dials_to(number)
    }

    /// All stored callbacks and TwiML requests, oldest first, including those never sent because their address wasn't
    /// allowed.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Arc<CallbackRecord>> {
        self.account.callbacks()
    }

    /// Waits until `reached` returns true. Calls it at the start and after changes.
    ///
    /// # Errors
    /// If `timeout` passes first.
    pub async fn wait_until(
        &self,
        mut reached: impl FnMut(&Self) -> bool,
        timeout: Duration,
    ) -> Result<(), TimedOut> {
        let mut changes = self.account.changes();
        let arrival = async {
            loop {
                changes.mark_unchanged();
                if reached(self) {
                    return;
                }
                if changes.changed().await.is_err() {
                    // Can't happen: `self` keeps the account, which holds the sender.
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(timeout, arrival).await.map_err(|_| TimedOut { waited: timeout })
    }

    /// Stops all calls and callbacks, and frees the address.
    pub async fn stop(self) {
        self.account.stopping.cancel();
        self.account.tasks.close();
        if tokio::time::timeout(STOP_DEADLINE, self.account.tasks.wait()).await.is_err() {
            tracing::warn!("the sandbox left requests unanswered when it stopped");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.account.stopping.cancel();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url.as_str())
            .field("account_sid", &self.account_sid)
            .finish_non_exhaustive()
    }
}

fn refuse_remote(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        Ok(())
    } else {
        Err(invalid("a sandbox listens on the loopback interface alone, such as 127.0.0.1"))
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}
