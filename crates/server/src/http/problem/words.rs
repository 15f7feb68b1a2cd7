//! Every error type of the application in words, each of its cases by name: a new case doesn't compile before somebody
//! has decided what it looks like from outside.

use axum::http::StatusCode;
use benspamsphones_app::app::{
    BalanceError, CallNoteError, DeletionError, EstimateError, ExplanationError, HangUpError, ImportError,
    NotKept, PeopleError, PlaceCallError, ProtocolsError, SetLimitsError, SoundError,
};
use benspamsphones_app::store::restore::RestoreError;
use benspamsphones_app::store::{StoreError, damage};
use benspamsphones_core::{PersonError, ProtocolFileError, Refusal, Remedy};
use benspamsphones_sound::SoundFileError;

use super::{Code, Problem};
use crate::auth::AuthError;
use crate::http::v1::call_filter::CallFilterError;
use crate::owner::OwnerError;
use crate::vault::VaultError;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => {
                tracing::error!("the disk is full");
                let detail = "Nothing was saved, and no phone rings: a call is dialed only after it is saved. \
                              Free some space on the disk of the data folder. The program then continues by \
                              itself.";
                Self::new(StatusCode::INSUFFICIENT_STORAGE, Code::DiskFull, "The disk is full", detail)
            }
            StoreError::Damaged(_) | StoreError::Schema(_) => {
                tracing::error!(%error, "the database is damaged");
                let detail = format!("{error}. {}", damage::WHAT_TO_DO);
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Damaged, "The database is damaged", detail)
            }
            StoreError::Sqlite(_)
            | StoreError::File(_)
            | StoreError::Migration(_)
            | StoreError::BadRow { .. }
            | StoreError::Panicked => {
                tracing::error!(%error, "a request failed");
                let detail = format!("{error}. The program's log has the details.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Database, "The database failed", detail)
            }
            StoreError::Stopped => {
                let detail = "Try again once it runs.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Stopping, "The program is stopping", detail)
            }
        }
    }
}

impl From<PlaceCallError> for Problem {
    fn from(error: PlaceCallError) -> Self {
        let detail = error.to_string();
        match error {
            PlaceCallError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownProtocol, "No such protocol", detail)
            }
            PlaceCallError::Refused(refusal) => refusal.into(),
            PlaceCallError::BadUpdateCallback => Self::bad_request(Code::BadUpdateCallback, detail),
            PlaceCallError::Sound(error) => error.into(),
            PlaceCallError::BadWatchChannel => Self::bad_request(Code::BadWatchChannel, detail),
            PlaceCallError::BadIdempotencyKey => Self::bad_request(Code::BadIdempotencyKey, detail),
            PlaceCallError::IdempotencyKeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::IdempotencyKeyReused,
                "The key belongs to another call",
                detail,
            ),
            PlaceCallError::TooManyKeys => Self::bad_request(Code::TooManyKeys, detail),
            PlaceCallError::ReadOtherwise(read) => Self {
                number: Some(read.text().into()),
                ..Self::new(
                    StatusCode::CONFLICT,
                    Code::ReadOtherwise,
                    "The number is read differently",
                    detail,
                )
            },
            PlaceCallError::Store(error) => error.into(),
            PlaceCallError::Interrupted => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::OutcomeUnknown,
                "The phone may ring",
                detail,
            ),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = match (&refusal, refusal.remedy()) {
            (Refusal::NotANumber(_) | Refusal::Impossible, _) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "This number is not called")
            }
            (Refusal::Further { .. }, Remedy::None) => {
                (StatusCode::FORBIDDEN, "What plays calls a number that must not be called")
            }
            (Refusal::Unchecked { .. }, _) => (StatusCode::FORBIDDEN, "The owner has to allow this TwiML"),
            (_, Remedy::None | Remedy::Override) => (StatusCode::FORBIDDEN, "This number is not called"),
            (_, Remedy::Consent) => (StatusCode::FORBIDDEN, "Have they agreed to be called?"),
            (_, Remedy::Wait | Remedy::WaitOrOverride) => {
                (StatusCode::TOO_MANY_REQUESTS, "A limit is reached")
            }
        };
        let lifts = refusal.lifts();
        Self {
            retry_after_s: lifts.map(|lifts| lifts.in_s),
            lifts_at: lifts.map(|lifts| lifts.at.into()),
            can_be_set_aside: refusal.can_be_overridden(),
            ..Self::new(status, Code::from(refusal.rule()), title, refusal.to_string())
        }
    }
}

impl From<SetLimitsError> for Problem {
    fn from(error: SetLimitsError) -> Self {
        let detail = error.to_string();
        match error {
            SetLimitsError::Invalid(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidLimits, "Invalid limit", detail)
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
                ..Self::new(StatusCode::CONFLICT, Code::CallOver, "The call has already ended", detail)
            },
            HangUpError::Twilio(error) => Self::of_twilio("Twilio did not end the call", &error),
            HangUpError::Store(error) => error.into(),
        }
    }
}

impl From<EstimateError> for Problem {
    fn from(error: EstimateError) -> Self {
        let detail = error.to_string();
        match error {
            EstimateError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownProtocol, "No such protocol", detail)
            }
            EstimateError::NotANumber(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::NotANumber, "This is not a number", detail)
            }
            EstimateError::NotTold => {
                Self::new(StatusCode::NOT_FOUND, Code::NoPrice, "There is no price", format!("{detail}."))
            }
            EstimateError::Twilio(error) => Self::of_twilio("Twilio did not send the price", &error),
            EstimateError::Store(error) => error.into(),
        }
    }
}

impl From<BalanceError> for Problem {
    fn from(error: BalanceError) -> Self {
        match error {
            BalanceError::Twilio(error) => Self::of_twilio("Twilio did not send the balance", &error),
            BalanceError::NotMoney => Self::new(
                StatusCode::BAD_GATEWAY,
                Code::Twilio,
                "Twilio did not send the balance",
                "The answer isn't an amount of money.",
            ),
            BalanceError::Store(error) => error.into(),
        }
    }
}

impl From<ExplanationError> for Problem {
    fn from(error: ExplanationError) -> Self {
        match error {
            ExplanationError::Unknown(id) => Self::unknown_call(&id.to_string()),
            ExplanationError::Twilio(error) => Self::of_twilio("Twilio did not say why", &error),
            ExplanationError::Store(error) => error.into(),
        }
    }
}

impl From<CallFilterError> for Problem {
    fn from(error: CallFilterError) -> Self {
        let detail = error.to_string();
        match error {
            CallFilterError::LongText
            | CallFilterError::Person
            | CallFilterError::Day(_)
            | CallFilterError::TimeZone => Self::bad_request(Code::BadParameter, detail),
            CallFilterError::UnknownTimeZone(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownTimeZone, "No such time zone", detail)
            }
        }
    }
}

impl From<DeletionError> for Problem {
    fn from(error: DeletionError) -> Self {
        let still_counted =
            |title, detail| Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::StillCounted, title, detail);
        match error {
            DeletionError::Unknown(id) => Self::unknown_call(&id.to_string()),
            DeletionError::StillCounted => still_counted(
                "These calls still count",
                "Calls of the last 32 days are kept, because the limits count them. Choose an earlier day.",
            ),
            DeletionError::CallStillCounted => still_counted(
                "This call still counts",
                "Calls of the last 32 days are kept, because the limits count them.",
            ),
            DeletionError::Store(error) => error.into(),
        }
    }
}

impl From<CallNoteError> for Problem {
    fn from(error: CallNoteError) -> Self {
        let detail = error.to_string();
        match error {
            CallNoteError::Unknown(id) => Self::unknown_call(&id.to_string()),
            CallNoteError::TooLong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::LongNote, "The note is too long", detail)
            }
            CallNoteError::Store(error) => error.into(),
        }
    }
}

impl From<ProtocolsError> for Problem {
    fn from(error: ProtocolsError) -> Self {
        let detail = error.to_string();
        match error {
            ProtocolsError::Unknown(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownProtocol, "No such protocol", detail)
            }
            ProtocolsError::Exists(_) => {
                Self::new(StatusCode::CONFLICT, Code::ProtocolExists, "The id is taken", detail)
            }
            ProtocolsError::ChangedMeanwhile(_) => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::ChangedMeanwhile,
                "The protocol was changed meanwhile",
                detail,
            ),
            ProtocolsError::NotKept(NotKept::Rings(..)) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::FurtherNumber,
                "What plays calls a number that must not be called",
                detail,
            ),
            ProtocolsError::NotKept(NotKept::NeedsAllowance(..)) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::UncheckedTwiml,
                "The owner has to allow this TwiML",
                format!("{detail}."),
            ),
            ProtocolsError::NotKept(NotKept::OwnersToAllow(..)) => Self::new(
                StatusCode::FORBIDDEN,
                Code::UncheckedTwiml,
                "The owner has to allow this TwiML",
                format!("{detail}."),
            ),
            ProtocolsError::File(ProtocolFileError::Utf16 | ProtocolFileError::NotUtf8 { .. }) => {
                Self::new(StatusCode::BAD_REQUEST, Code::NotUtf8, "The file is not in UTF-8", detail)
            }
            ProtocolsError::File(ProtocolFileError::NotJson(_) | ProtocolFileError::TrailingComma { .. }) => {
                Self::bad_request(Code::BadJson, detail)
            }
            ProtocolsError::NotKept(NotKept::Invalid(..))
            | ProtocolsError::Invalid(_)
            | ProtocolsError::File(
                ProtocolFileError::Twice(_)
                | ProtocolFileError::NotAnObject(_)
                | ProtocolFileError::Protocol { .. },
            ) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidProtocol, "Invalid protocol", detail)
            }
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
            PeopleError::ChangedMeanwhile(_) => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::ChangedMeanwhile,
                "The person was changed meanwhile",
                detail,
            ),
            PeopleError::Impossible(_) | PeopleError::Invalid(PersonError::Impossible(_)) => {
                unprocessable(Code::ImpossibleNumber, "No such number can exist", detail)
            }
            PeopleError::Invalid(
                PersonError::NoName
                | PersonError::TooLong
                | PersonError::TooManyNumbers
                | PersonError::Number(_, _),
            ) => unprocessable(Code::InvalidPerson, "Invalid person", detail),
            PeopleError::Number(_, _) => unprocessable(Code::NotANumber, "This is not a number", detail),
            PeopleError::QuickDials => unprocessable(Code::InvalidQuickDials, "Invalid quick dial", detail),
            PeopleError::LongNote => unprocessable(Code::LongNote, "The note is too long", detail),
            PeopleError::NotBlocked(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::NotBlocked, "The number is not blocked", detail)
            }
            PeopleError::OptedOut(_) => {
                Self::new(StatusCode::FORBIDDEN, Code::OptedOut, "This person opted out", detail)
            }
            PeopleError::Protected(_) => Self::new(
                StatusCode::FORBIDDEN,
                Code::OwnersToUnprotect,
                "Only the owner can do this",
                detail,
            ),
            PeopleError::UnknownProtocol(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownProtocol, "No such protocol", detail)
            }
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::NotAnAddressBook(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::NotAnAddressBook,
                "This file is not an address book",
                detail,
            ),
            ImportError::TooMuch(_) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::TooLarge,
                "The file has too much in it",
                detail,
            ),
            ImportError::Unknown(_) => {
                Self::new(StatusCode::NOT_FOUND, Code::UnknownImport, "This can no longer be undone", detail)
            }
            ImportError::Store(error) => error.into(),
        }
    }
}

impl From<SoundError> for Problem {
    fn from(error: SoundError) -> Self {
        let detail = error.to_string();
        let (status, code, title) = match error {
            SoundError::Unknown => (StatusCode::NOT_FOUND, Code::UnknownSound, "No such sound file"),
            SoundError::File(error) => {
                let code = match error {
                    SoundFileError::NotSound | SoundFileError::Silent | SoundFileError::Damaged => {
                        Code::NotSound
                    }
                    SoundFileError::Unsupported(_) | SoundFileError::TooSlow => Code::UnsupportedSound,
                    SoundFileError::TooLong => Code::LongSound,
                };
                (StatusCode::UNPROCESSABLE_ENTITY, code, "This sound can't be used")
            }
            SoundError::TooLarge | SoundError::LargeRecording => {
                (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, "The sound file is too large")
            }
            SoundError::InUse(_) => (StatusCode::CONFLICT, Code::SoundInUse, "A protocol plays this"),
            SoundError::NoPublicAddress => {
                (StatusCode::CONFLICT, Code::NoPublicAddress, "Twilio can't fetch the sound file")
            }
            SoundError::Store(error) => return error.into(),
        };
        Self::new(status, code, title, detail)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let detail = format!("{error} {}", error.help());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Keyring, "The keyring can't be used", detail)
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => error.into(),
            AuthError::Hash(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Password,
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
                let detail = format!("{told} End them, or wait until they have ended.");
                Self::new(StatusCode::CONFLICT, Code::CallsUnderWay, "Not possible during a call", detail)
            }
            OwnerError::Told(_, _) => {
                let detail = format!("{told} To choose it here, start the program without that.");
                Self::new(StatusCode::CONFLICT, Code::ToldAtStart, "This was set elsewhere", detail)
            }
            OwnerError::NoCredentials => {
                let detail = format!("{told} Enter an account first.");
                Self::new(StatusCode::CONFLICT, Code::NoCredentials, "There is no account", detail)
            }
            OwnerError::NoNgrokToken => {
                let detail = format!("{told} Enter one first.");
                Self::new(StatusCode::CONFLICT, Code::NoNgrokToken, "There is no token", detail)
            }
            OwnerError::PublicAddress(_) => Self::bad_request(Code::BadPublicAddress, told),
            OwnerError::Vault(error) => error.into(),
            OwnerError::StartupSettings(error) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Choices,
                "The choice was not saved",
                error.to_string(),
            ),
            OwnerError::Auth(error) => error.into(),
            OwnerError::Store(error) => error.into(),
            OwnerError::Restore(error) => error.into(),
        }
    }
}

impl From<RestoreError> for Problem {
    fn from(error: RestoreError) -> Self {
        let detail = format!("{error}. Nothing was changed.");
        match error {
            RestoreError::Io { .. } | RestoreError::CarryOver(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Restore,
                "The backup was not restored",
                detail,
            ),
            RestoreError::NotABackup
            | RestoreError::NotAFile(_)
            | RestoreError::Changed(_)
            | RestoreError::LaterVersion
            | RestoreError::Unusable(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::NotABackup,
                "This can't be restored",
                detail,
            ),
            RestoreError::CallsUnderWay(_) => {
                Self::new(StatusCode::CONFLICT, Code::CallsUnderWay, "Not possible during a call", detail)
            }
        }
    }
}
