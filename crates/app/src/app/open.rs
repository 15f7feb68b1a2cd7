//! Opens the application: the database, the Twilio client, and what is loaded before the first request.

use std::sync::Arc;

use benspamsphones_core::{Limits, Policy};
use jiff::tz::TimeZone;
use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::addresses::Addresses;
use super::call_ids::CallIds;
use super::clock_steps::ClockSteps;
use super::departures::Departures;
use super::twilio_time::TwilioTime;
use super::{App, Callbacks, DialQueue, InFlight, Inner, balance, dearest, opt_out, quotes};
use crate::config::AppConfig;
use crate::heavy::HeavyWork;
use crate::live::Hub;
use crate::store::{Store, StoreError, protocol_rows};

/// Why the application can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The Twilio client could not be set up.
    #[error("the connection to Twilio could not be set up: {0}")]
    Twilio(#[from] twilio::ConfigError),
    /// The auth token is empty, so anyone could sign a callback.
    #[error("the auth token is empty")]
    AuthToken(#[from] twilio::signature::EmptyAuthToken),
}

impl App {
    /// Opens the application on a database; `public_url` is where Twilio can reach it, if anywhere.
    ///
    /// # Errors
    /// When the database can't be used or the Twilio client can't be set up.
    pub async fn open(
        config: &AppConfig,
        public_url: Option<Url>,
        stop: CancellationToken,
    ) -> Result<Self, StartError> {
        let hub = Hub::new();
        let path = Store::path(&config.data_dir);
        let store = {
            let hub = hub.clone();
            tokio::task::spawn_blocking(move || Store::open(&path, hub))
                .await
                .map_err(|_| StoreError::Stopped)??
        };
        let twilio = twilio::Client::new(twilio::ClientConfig {
            base_url: config.twilio.base_url.clone(),
            credentials: config.twilio.credentials.clone(),
            connect_timeout: config.pace.twilio_timeout.min(twilio::DEFAULT_CONNECT_TIMEOUT),
            timeout: config.pace.twilio_timeout,
        })?;
        let twilio = match &config.twilio.pricing_base {
            Some(base) => twilio.with_pricing_base(base)?,
            None => twilio,
        };
        let twilio_time = TwilioTime::open(&store).await?;
        let twilio = twilio.telling_time(twilio_time.listener(config.clock.clone()));
        let callbacks = config.twilio.auth_token.as_ref().map(Callbacks::new).transpose()?;
        let policy = Policy {
            default_region: config.default_region,
            zone: TimeZone::system(),
            limits: Limits::default(),
        };
        let app = Self {
            inner: Arc::new(Inner {
                store,
                hub,
                twilio,
                mode: config.mode,
                account_sid: config.twilio.credentials.account_sid.to_string(),
                knows_auth_token: config.twilio.auth_token.is_some(),
                addresses: Addresses::new(public_url),
                callbacks,
                policy: RwLock::new(Arc::new(policy)),
                pace: config.pace,
                protocols: RwLock::new(Arc::new([])),
                protocol_names: RwLock::default(),
                quotes: quotes::Quotes::default(),
                dearest: dearest::Dearest::default(),
                last_balance: balance::LastBalance::default(),
                in_flight: InFlight::default(),
                departures: Departures::default(),
                call_ids: CallIds::default(),
                clock_steps: ClockSteps::new(&config.clock),
                clock: config.clock.clone(),
                twilio_time,
                retention: tokio::sync::Notify::new(),
                unwritten_opt_outs: opt_out::Unwritten::default(),
                dial_queue: DialQueue::new(config.pace.between_calls, stop.clone()),
                heavy: HeavyWork::default(),
                tasks: TaskTracker::new(),
                stop,
            }),
        };
        app.date_future_calls().await?;
        app.load_limits().await?;
        app.load_protocols(&config.first_protocols).await?;
        app.forget_old_quotes().await?;
        app.take_up_quotes().await;
        Ok(app)
    }

    async fn load_protocols(&self, first: &benspamsphones_core::ProtocolFile) -> Result<(), StoreError> {
        let region = self.default_region();
        let first = first.protocols.clone();
        let read = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let names = |protocols| protocol_rows::names(connection, protocols);
            let kept = protocol_rows::list(connection, region)?;
            if !kept.is_empty() {
                // Earlier versions saved numbers without a country; saved again, they never change with the default region.
                if !protocol_rows::are_kept(connection, &kept)? {
                    protocol_rows::replace_all(connection, &kept)?;
                }
                return Ok((names(&kept)?, kept));
            }
            if first.is_empty() {
                return Ok((names(&kept)?, kept));
            }
            protocol_rows::replace_all(connection, &first)?;
            Ok((names(&first)?, first))
        });
        let (names, protocols) = read.await?;
        for protocol in &protocols {
            if let Some(what) = protocol.unchecked() {
                tracing::warn!(protocol = %protocol.id, what, "calls with this protocol are refused until the owner allows its TwiML");
            }
        }
        self.set_protocols(protocols, names);
        Ok(())
    }
}
