//! The application: everything that a user can do.
//!
//! The window, browsers, the tray, the command line and the API all call the methods of [`App`]. It knows nothing of
//! HTTP; subscribe to [`App::live`] for updates.

mod acknowledge;
mod addresses;
mod balance;
mod call_ids;
mod call_message;
mod call_note;
mod callbacks;
mod clock_steps;
mod dearest;
mod deletion;
mod departures;
mod dial_queue;
mod estimate;
mod explanation;
mod file_bounds;
mod groups;
mod hang_up;
mod history;
mod in_flight;
mod keeping_protocols;
mod keys;
mod limits;
mod observe;
mod open;
mod opt_out;
mod outlook;
mod people;
mod people_import;
mod place_call;
mod protocols;
mod public_address;
mod quotes;
mod read;
mod refresh;
mod reserve;
mod retention;
mod send;
mod settle;
mod sounds;
mod spend;
mod twilio_time;
mod wellness;

use std::collections::HashMap;
use std::sync::Arc;

use benspamsphones_core::{Call, Mode, PhoneNumber, Policy, Protocol, Region};
use jiff::Timestamp;
use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::clock::{Clock, Moment};
use crate::config::Pace;
use crate::connection_test::{self, ConnectionTest};
use crate::heavy::HeavyWork;
use crate::live::{Change, Hub};
use crate::store::carried_over::{self, Lost};
use crate::store::{Store, StoreError};

use addresses::Addresses;
use call_ids::CallIds;
use clock_steps::ClockSteps;
use departures::Departures;
use twilio_time::TwilioTime;

pub use balance::{Balance, BalanceError};
pub use call_note::{CallNoteError, MAX_CALL_NOTE_CHARS};
pub(crate) use callbacks::Callbacks;
pub use callbacks::{CallbackError, Taken};
pub use callbacks::{NOT_SIGNED, PATH as CALLBACK_PATH};
pub use deletion::{DeletionError, KEPT_FOR};
pub(crate) use dial_queue::DialQueue;
pub use estimate::{EstimateError, Quoted};
pub use explanation::{CallExplanation, ExplanationError, Note, RequestMade, TwilioSaid};
pub use file_bounds::TooMuch;
pub use groups::{GroupsError, MAX_GROUPS};
pub use hang_up::HangUpError;
pub use history::{CallFilter, CallPage, CallQuery};
pub(crate) use in_flight::InFlight;
pub use keeping_protocols::NotKept;
pub use keys::KeyError;
pub use keys::PATH as GATHER_PATH;
pub use limits::{RefusedCall, SetLimitsError};
pub use observe::About;
pub use open::StartError;
pub use outlook::Outlook;
pub use people::{BlockedNumber, MAX_NOTE_CHARS, MAX_QUICK_DIALS, PeopleError, QuickDial};
pub use people_import::undo_until;
pub use people_import::{Import, ImportError, KeptFor, TakenPeople, UndoneImport};
pub use place_call::{MAX_KEY_CHARS, NewCall, PlaceCallError, Placed};
pub use protocols::{ImportedProtocols, ProtocolsError};
pub use sounds::{AddedSound, Sound, SoundError, SoundKind};
pub use sounds::{MAX_RECORDING, MEDIA_PATH};
pub use spend::{Part, SpendQuery, Spending, Spent, Whose};

/// The running application. Clones share it.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) hub: Hub,
    pub(crate) twilio: twilio::Client,
    pub(crate) mode: Mode,
    pub(crate) account_sid: String,
    pub(crate) knows_auth_token: bool,
    /// The addresses at which Twilio reaches this program.
    pub(crate) addresses: Addresses,
    /// Verifies callbacks; `None` without an auth token.
    pub(crate) callbacks: Option<Callbacks>,
    /// The guard's rules; the owner may change them at any time.
    pub(crate) policy: RwLock<Arc<Policy>>,
    pub(crate) pace: Pace,
    /// As last committed; they are read far more often than changed.
    pub(crate) protocols: RwLock<Arc<[Protocol]>>,
    /// Names by id, including deleted protocols.
    pub(crate) protocol_names: RwLock<Arc<HashMap<String, String>>>,
    pub(crate) quotes: quotes::Quotes,
    /// The highest prices of a minute, used when there is no quote.
    pub(crate) dearest: dearest::Dearest,
    pub(crate) last_balance: balance::LastBalance,
    /// Calls whose request has no answer yet.
    pub(crate) in_flight: InFlight,
    /// When requests were sent.
    pub(crate) departures: Departures,
    pub(crate) call_ids: CallIds,
    pub(crate) clock: Clock,
    /// How the wall clock was changed while the program ran.
    pub(crate) clock_steps: ClockSteps,
    pub(crate) twilio_time: TwilioTime,
    /// Wakes when the owner changes how long calls are kept.
    pub(crate) retention: tokio::sync::Notify,
    /// Numbers that opted out, until that is in the database.
    pub(crate) unwritten_opt_outs: opt_out::Unwritten,
    pub(crate) dial_queue: DialQueue,
    pub(crate) heavy: HeavyWork,
    /// Requests that must finish even if the client hangs up.
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl App {
    /// The database, for other crates' own tables.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The wall clock's time.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The monotonic clock's time.
    pub(crate) fn moment(&self) -> Moment {
        self.inner.clock.moment()
    }

    /// Updates as they happen.
    pub fn live(&self) -> &Hub {
        &self.inner.hub
    }

    /// Runs work that takes long.
    pub fn heavy(&self) -> &HeavyWork {
        &self.inner.heavy
    }

    /// Sandbox or live.
    pub fn mode(&self) -> Mode {
        self.inner.mode
    }

    /// Whether Twilio can send callbacks to this machine. If not, calls are polled.
    pub fn has_public_address(&self) -> bool {
        self.inner.callbacks.is_some() && self.public_url().is_some()
    }

    /// The public addresses of this run, the current one first.
    pub fn public_urls(&self) -> Vec<Url> {
        self.inner.addresses.all()
    }

    /// The current public address, if there is one.
    pub fn public_url(&self) -> Option<Url> {
        self.inner.addresses.now()
    }

    /// Sets the public address. Calls that were given another one are polled.
    pub fn set_public_url(&self, url: Option<Url>) {
        self.inner.addresses.change_to(url);
    }

    /// Announces a change of the public address.
    pub fn announce_public_address(&self) {
        self.live().announce(Change::PublicAddress);
    }

    /// The country of numbers without `+`.
    pub fn default_region(&self) -> Region {
        self.policy().default_region
    }

    /// What could not be recovered from a damaged database in the last few days.
    pub async fn lost_lately(&self, now: Timestamp) -> Result<Vec<Lost>, StoreError> {
        self.inner.store.read(move |connection| carried_over::lost_lately(connection, now)).await
    }

    /// SID of the account that pays.
    pub fn account_sid(&self) -> &str {
        &self.inner.account_sid
    }

    /// Whether callbacks can be verified: Twilio signs them with the auth token.
    pub fn knows_auth_token(&self) -> bool {
        self.inner.knows_auth_token
    }

    /// The account's numbers.
    ///
    /// # Errors
    /// When Twilio doesn't return them.
    pub async fn numbers(&self) -> Result<Vec<twilio::IncomingPhoneNumber>, twilio::Error> {
        let numbers = self.inner.twilio.incoming_phone_numbers().await?;
        let own = numbers.iter().filter_map(|number| PhoneNumber::from_e164(&number.phone_number).ok());
        if let Err(error) = self.note_own_numbers(own.collect()).await {
            tracing::error!(%error, "the account's numbers could not be saved");
        }
        Ok(numbers)
    }

    /// Asks Twilio whether it accepts the account. Calls no one.
    pub async fn test_account(&self) -> ConnectionTest {
        connection_test::of_client(&self.inner.twilio, self.inner.knows_auth_token).await
    }

    /// Cancelled when the application stops.
    pub fn stopping(&self) -> &CancellationToken {
        &self.inner.stop
    }

    /// Waits for what was begun, then closes the database. The caller limits the time; the next start settles the rest.
    pub async fn close(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.store.close().await;
    }

    /// Whether this program can ask Twilio about the call. It can't if the call belongs to another account or mode.
    pub fn can_ask_about(&self, call: &Call) -> bool {
        call.mode == self.inner.mode && call.account_sid == self.inner.account_sid
    }
}

#[cfg(test)]
pub(crate) fn new_call_id() -> benspamsphones_core::CallId {
    benspamsphones_core::CallId(uuid::Uuid::now_v7())
}
