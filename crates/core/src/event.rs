//! Events of calls: the basis of history and live updates, and of resuming them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::CallId;
use crate::status::CallStatus;
use crate::status_update::Source;

/// Number of an event; increases with each event of this installation, in commit order.
pub type EventId = i64;

/// What kind of event it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The call came to another station.
    Status,
    /// Something else about it became known: price, duration, who answered.
    Details,
    /// Callbacks were expected and none came; Twilio is asked instead.
    Silence,
    /// The owner wants the call to end.
    HangUpRequested,
    /// The person called pressed 9: they don't want to be called again.
    OptedOut,
    /// The person called pressed the key that confirms.
    Acknowledged,
}

impl EventKind {
    /// All variants.
    pub const ALL: [EventKind; 6] = [
        Self::Status,
        Self::Details,
        Self::Silence,
        Self::HangUpRequested,
        Self::OptedOut,
        Self::Acknowledged,
    ];

    /// Name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Details => "details",
            Self::Silence => "silence",
            Self::HangUpRequested => "hang_up_requested",
            Self::OptedOut => "opted_out",
            Self::Acknowledged => "acknowledged",
        }
    }
}

/// One event of one call.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CallEvent {
    /// Its position in the event stream.
    pub id: EventId,
    /// The call it is about.
    pub call_id: CallId,
    /// When it happened.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// What kind of event it is.
    pub kind: EventKind,
    /// Where it was reported from.
    pub source: Source,
    /// The call's status after it.
    pub status: CallStatus,
}
