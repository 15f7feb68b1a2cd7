//! The text of every error of the application. Each case is named, so that a new one doesn't compile until its answer
//! is chosen. This file has those about calls and money.

mod owner;
mod stored;

use axum::http::StatusCode;
use benspamsphones_app::app::{
    BalanceError, CallNoteError, DeletionError, EstimateError, ExplanationError, HangUpError, PlaceCallError,
    SetLimitsError,
};
use benspamsphones_app::store::{StoreError, damage};
use benspamsphones_core::{MessageError, Refusal, Remedy};

use super::{Code, Problem};
use crate::http::v1::call_filter::CallFilterError;

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
            PlaceCallError::NotConfirmable => {
                Self::new(StatusCode::CONFLICT, Code::NotConfirmable, "This call can't be confirmed", detail)
            }
            PlaceCallError::Message(error) => error.into(),
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

impl From<MessageError> for Problem {
    fn from(error: MessageError) -> Self {
        let (code, title) = match error {
            MessageError::Missing => (Code::MessageMissing, "The message is missing"),
            MessageError::NotTaken => (Code::MessageNotTaken, "This protocol takes no message"),
            MessageError::ControlCharacters => (Code::BadMessage, "The message can't be said"),
            MessageError::TooLong { .. } => (Code::LongMessage, "The message is too long"),
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, error.to_string())
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
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(status, Code::UnknownTimeZone, "No such time zone", detail)
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
            CallNoteError::ChangedMeanwhile => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Code::ChangedMeanwhile,
                "The note was changed meanwhile",
                detail,
            ),
            CallNoteError::TooLong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::LongNote, "The note is too long", detail)
            }
            CallNoteError::Store(error) => error.into(),
        }
    }
}
