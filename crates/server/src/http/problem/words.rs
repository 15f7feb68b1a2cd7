//! Every error type of the application in words, each of its cases by name: a new case doesn't compile before somebody
//! has decided what it looks like from outside.

use axum::http::StatusCode;
use benspamsphones_core::{Refusal, Remedy};

use super::Problem;
use crate::app::{HangUpError, PeopleError, PlaceCallError, ProtocolsError, SetLimitsError, SoundError};
use crate::gate::GateError;
use crate::owner::OwnerError;
use crate::store::restore::RestoreError;
use crate::store::{StoreError, damage};
use crate::vault::VaultError;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => {
                tracing::error!("the disk is full");
                let detail = "Nothing of this was kept, and no phone rings: a call is dialled once it is written down. \
                              Make room on the disk of the data folder; the program goes on by itself.";
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "The disk is full", detail)
            }
            StoreError::Damaged(_) => {
                tracing::error!(%error, "the database is damaged");
                let detail = format!("{error}. {}", damage::WHAT_TO_DO);
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged", "The database is damaged", detail)
            }
            StoreError::Sqlite(_)
            | StoreError::File(_)
            | StoreError::Migration(_)
            | StoreError::BadRow { .. }
            | StoreError::HalfWritten => {
                tracing::error!(%error, "a request failed");
                let detail = format!("{error}. The program's log says more.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "database", "The database failed", detail)
            }
            StoreError::Stopped => {
                let detail = "Try again once it runs.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The program is stopping", detail)
            }
        }
    }
}

impl From<PlaceCallError> for Problem {
    fn from(error: PlaceCallError) -> Self {
        let detail = error.to_string();
        match error {
            PlaceCallError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            PlaceCallError::Refused(refusal) => refusal.into(),
            PlaceCallError::BadUpdateCallback => Self::bad_request("bad_update_callback", detail),
            PlaceCallError::Sound(error) => error.into(),
            PlaceCallError::BadWatchChannel => Self::bad_request("bad_watch_channel", detail),
            PlaceCallError::BadIdempotencyKey => Self::bad_request("bad_idempotency_key", detail),
            PlaceCallError::IdempotencyKeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The key belongs to another call",
                detail,
            ),
            PlaceCallError::Store(error) => error.into(),
            PlaceCallError::Interrupted => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "outcome_unknown", "The phone may ring", detail)
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = match (&refusal, refusal.remedy()) {
            (Refusal::NotANumber(_) | Refusal::Impossible, _) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "This number is not called")
            }
            (_, Remedy::None | Remedy::SetAside) => (StatusCode::FORBIDDEN, "This number is not called"),
            (_, Remedy::Consent) => (StatusCode::FORBIDDEN, "Are they fine with being called?"),
            (_, Remedy::Wait | Remedy::WaitOrSetAside) => {
                (StatusCode::TOO_MANY_REQUESTS, "Not now: a limit is reached")
            }
        };
        let lifts = refusal.lifts();
        Self {
            retry_after_s: lifts.map(|lifts| lifts.in_s),
            lifts_at: lifts.map(|lifts| lifts.at),
            can_be_set_aside: refusal.can_be_set_aside(),
            ..Self::new(status, refusal.code(), title, refusal.to_string())
        }
    }
}

impl From<SetLimitsError> for Problem {
    fn from(error: SetLimitsError) -> Self {
        let detail = error.to_string();
        match error {
            SetLimitsError::Invalid(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_limits", "A limit can't be so", detail)
            }
            SetLimitsError::Store(error) => error.into(),
        }
    }
}

impl From<HangUpError> for Problem {
    fn from(error: HangUpError) -> Self {
        let detail = error.to_string();
        match error {
            HangUpError::Unknown(id) => Self::unknown_call(&id.to_string()),
            HangUpError::Over(call) => Self {
                call: Some(call.id),
                ..Self::new(StatusCode::CONFLICT, "call_over", "The call is over already", detail)
            },
            HangUpError::Twilio(error) => Self::of_twilio("Twilio did not end the call", &error),
            HangUpError::Store(error) => error.into(),
        }
    }
}

impl From<ProtocolsError> for Problem {
    fn from(error: ProtocolsError) -> Self {
        let detail = error.to_string();
        match error {
            ProtocolsError::Unknown(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            ProtocolsError::Exists(_) => {
                Self::new(StatusCode::CONFLICT, "protocol_exists", "The id is taken", detail)
            }
            ProtocolsError::Invalid(_) | ProtocolsError::File(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_protocol",
                "This is not a protocol",
                detail,
            ),
            ProtocolsError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        let unprocessable =
            |code, title, detail| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail);
        match error {
            PeopleError::Unknown(id) => Self::unknown_person(&id),
            PeopleError::Invalid(_) => {
                unprocessable("invalid_person", "This can't be written down so", detail)
            }
            PeopleError::Number(_, _) => unprocessable("not_a_number", "This is not a number", detail),
            PeopleError::QuickDials => unprocessable("invalid_quick_dials", "Quick dial can't be so", detail),
            PeopleError::LongNote => unprocessable("long_note", "The note is too long", detail),
            PeopleError::NotBlocked(_) => {
                Self::new(StatusCode::NOT_FOUND, "not_blocked", "The number is not blocked", detail)
            }
            PeopleError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, "unknown_protocol", "No such protocol", detail)
            }
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<SoundError> for Problem {
    fn from(error: SoundError) -> Self {
        let detail = error.to_string();
        let (status, code, title) = match error {
            SoundError::Unknown => (StatusCode::NOT_FOUND, "unknown_sound", "No such sound file"),
            SoundError::NotSound => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not_sound", "This is not a sound file that Twilio plays")
            }
            SoundError::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The sound file is too large")
            }
            SoundError::InUse(_) => (StatusCode::CONFLICT, "sound_in_use", "A protocol plays this"),
            SoundError::NoPublicAddress => {
                (StatusCode::CONFLICT, "no_public_address", "Twilio can't fetch the sound file")
            }
            SoundError::Store(error) => return error.into(),
        };
        Self::new(status, code, title, detail)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let detail = format!("{error} {}", error.help());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "keyring", "The keyring can't be used", detail)
    }
}

impl From<GateError> for Problem {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Store(error) => error.into(),
            GateError::Hash(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "password",
                "The password could not be hashed",
                error.to_string(),
            ),
        }
    }
}

impl From<OwnerError> for Problem {
    fn from(error: OwnerError) -> Self {
        let told = error.to_string();
        match error {
            OwnerError::CallsUnderWay(_) => {
                let detail = format!("{told} End them first, or wait until they are over.");
                Self::new(StatusCode::CONFLICT, "calls_under_way", "Not during a call", detail)
            }
            OwnerError::Told(_, _) => {
                let detail = format!("{told} Start it without that to choose here.");
                Self::new(StatusCode::CONFLICT, "told_at_start", "This was set elsewhere", detail)
            }
            OwnerError::NoCredentials => {
                let detail = format!("{told} Keep an account first.");
                Self::new(StatusCode::CONFLICT, "no_credentials", "There is no account", detail)
            }
            OwnerError::Vault(error) => error.into(),
            OwnerError::Choices(error) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "choices",
                "The choice was not kept",
                error.to_string(),
            ),
            OwnerError::Gate(error) => error.into(),
            OwnerError::Store(error) => error.into(),
            OwnerError::Restore(error) => error.into(),
        }
    }
}

impl From<RestoreError> for Problem {
    fn from(error: RestoreError) -> Self {
        let detail = format!("{error}. Nothing was changed.");
        match error {
            RestoreError::Io { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "restore", "The backup was not restored", detail)
            }
            RestoreError::NotABackup | RestoreError::LaterVersion | RestoreError::Unusable(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not_a_backup", "This can't be restored", detail)
            }
            RestoreError::CallsUnderWay(_) => {
                Self::new(StatusCode::CONFLICT, "calls_under_way", "Not during a call", detail)
            }
        }
    }
}
