//! Errors about protocols, people, groups and sounds.

use axum::http::StatusCode;
use benspamsphones_app::app::{GroupsError, ImportError, NotKept, PeopleError, ProtocolsError, SoundError};
use benspamsphones_core::{PersonError, ProtocolFileError};
use benspamsphones_sound::SoundFileError;

use crate::http::problem::{Code, Problem};

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
            ProtocolsError::ListChangedMeanwhile => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::ChangedMeanwhile,
                "The protocols were changed meanwhile",
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
            PeopleError::Invalid(PersonError::UsualProtocol(_)) => {
                unprocessable(Code::UnknownProtocol, "No such protocol", detail)
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

impl From<GroupsError> for Problem {
    fn from(error: GroupsError) -> Self {
        let detail = error.to_string();
        match error {
            GroupsError::Unknown(id) => Self::unknown_group(&id.to_string()),
            GroupsError::ChangedMeanwhile(_) => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::ChangedMeanwhile,
                "The group was changed meanwhile",
                detail,
            ),
            GroupsError::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, Code::GroupExists, "The name is taken", detail)
            }
            GroupsError::TooMany | GroupsError::Invalid(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidGroup, "Invalid group", detail)
            }
            GroupsError::Store(error) => error.into(),
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
