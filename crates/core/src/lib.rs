//! The rules of BenSpamsPhones, without I/O.
//!
//! What a phone number is ([`PhoneNumber`]), what a person called will hear ([`Protocol`]), how a call
//! lives and ends ([`Call`]), and who may be called at all ([`guard`]); what address books ([`address_book`]) and the
//! documented requests ([`form`]) say. Everything here can be decided from
//! its arguments: this crate opens no socket, reads no file and never looks at a clock.

pub mod address_book;
pub mod address_import;
mod asked_by;
pub mod blank;
pub mod call;
mod channel;
mod encoding;
pub mod estimate;
pub mod event;
mod extension;
mod failure;
pub mod form;
pub mod group;
pub mod guard;
pub mod hunt;
mod lasted;
pub mod limits;
mod message;
pub mod money;
mod numbering;
pub mod opt_out;
mod opt_out_words;
pub mod outcome;
mod own_twiml;
pub mod person;
pub mod phone_number;
mod plan;
mod plays;
pub mod protocol;
mod protocol_fields;
pub mod protocol_file;
mod quiet;
pub mod refusal;
mod region;
mod rule;
mod same_line;
pub mod sip;
pub mod spending;
pub mod statistics;
pub mod status;
pub mod status_update;
mod summary;
pub mod twiml;
mod twiml_document;
mod twiml_elements;
mod unique_json;

pub use asked_by::{AskedBy, UnknownWay};
pub use blank::Blanks;
pub use call::{Advance, Call, CallId, CallRequest, Mode, UpdateRoute};
pub use channel::{MAX_CHANNEL, is_private_channel};
pub use estimate::{Estimate, Quote};
pub use event::{CallEvent, EventId, EventKind};
pub use extension::{Extension, NotAnExtension};
pub use failure::{Failure, FailureReason, NO_SUCH_CALL};
pub use group::{Group, GroupError, GroupFields, GroupId, GroupMember};
pub use guard::{Candidate, Further, Ledger, Permit, Policy, Request, TimeThere, Used};
pub use lasted::lasted;
pub use limits::{Countries, Limits, LimitsError, QuietHours};
pub use message::{Filling, Message, MessageError, TakesMessage};
pub use money::{Money, NotMoney};
pub use opt_out::OptOut;
pub use outcome::{Outcome, UnknownOutcome};
pub use person::{Person, PersonError, PersonFields, PersonId, PersonNumber};
pub use phone_number::{ImpossibleNumber, PhoneNumber, PhoneNumberError, WrittenNumber};
pub use protocol::{Misspelt, Plays, Protocol, ProtocolError, ProtocolId, SoundId};
pub use protocol_file::{ProtocolFile, ProtocolFileError};
pub use refusal::{Lifts, Refusal, Remedy};
pub use region::{Region, UnknownRegion};
pub use rule::{Rule, UnknownRule};
pub use spending::SpendBy;
pub use status::{CallStatus, UnknownStatus};
pub use status_update::{Source, StatusUpdate};
pub use twiml_document::{TwimlDocument, TwimlFault};
pub use unique_json::UniqueObject;
