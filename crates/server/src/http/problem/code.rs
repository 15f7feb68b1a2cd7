//! The name of each problem, stable for programs. The interface has its words in every language by them.

use benspamsphones_core::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemCode)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    // About who may come in.
    /// No credentials came, or none that are good.
    Unauthorized,
    /// Too many wrong attempts; nothing is looked at for a while.
    LockedOut,
    /// The request names a machine that this isn't.
    UnknownHost,
    /// `Host` is missing, there twice, or no host.
    BadHost,
    /// A page of another site asked for a change.
    CrossSite,
    /// The pairing code is used, too old, or none.
    #[serde(rename = "wrong_code")]
    BadPairing,
    /// There is no such session or device.
    UnknownHolder,
    /// The picture that holds a pairing's address can't be drawn.
    NoPicture,
    // About the request itself.
    /// Nothing is at this path.
    NoSuchRoute,
    /// Something is, and not for this method.
    MethodNotAllowed,
    /// The body isn't declared as JSON.
    NotJson,
    /// The body is declared as something that isn't taken here.
    WrongMediaType,
    /// The file is in another encoding.
    NotUtf8,
    /// It is no JSON.
    BadJson,
    /// A field of it can't be used.
    BadField,
    /// A parameter behind the `?` can't be used.
    BadParameter,
    /// No time zone has this name.
    UnknownTimeZone,
    /// The days are in the wrong order, or too many.
    BadPeriod,
    /// The path can't be read.
    BadPath,
    /// The body can't be read.
    Unreadable,
    /// The body didn't come in time.
    TooSlow,
    /// It is too large.
    TooLarge,
    /// `Last-Event-ID` isn't the id of an event.
    BadLastEventId,
    // About a number.
    /// The text isn't a telephone number.
    NotANumber,
    /// No country has a number of this shape.
    ImpossibleNumber,
    /// It is an emergency number.
    EmergencyNumber,
    /// The owner has blocked it.
    BlockedNumber,
    /// It belongs to somebody who is not to be called.
    NotToBeCalled,
    /// It is a short number of some country.
    ShortNumber,
    /// Calling it costs extra.
    PremiumNumber,
    /// It is the account's own.
    OwnNumber,
    /// Whoever has it pressed 9.
    OptedOut,
    /// Twilio names no price for it.
    NoPrice,
    /// What plays rings somebody in its turn who may not be called.
    FurtherNumber,
    /// What plays does more than the rules can follow, and the owner hasn't allowed it.
    UncheckedTwiml,
    /// It is not to be called, and only the owner can take that back.
    OwnersToUnprotect,
    // About the owner's limits.
    /// Its country may not be called.
    CountryNotAllowed,
    /// It is night there.
    QuietHours,
    /// It was called a moment ago.
    NumberTooSoon,
    /// It was called often enough in a day.
    NumberTooOften,
    /// Enough was called in an hour.
    TooManyCalls,
    /// Enough calls are under way.
    TooManyAtOnce,
    /// The day's money is spent.
    DaySpent,
    /// The month's money is spent.
    MonthSpent,
    /// Nobody has said yet that they are fine with being called.
    ConsentNeeded,
    /// Calls that the rules still count are not deleted.
    StillCounted,
    /// A limit means nothing.
    InvalidLimits,
    /// It isn't blocked, so it can't be taken off.
    NotBlocked,
    // About placing a call and ending it.
    /// There is no such call.
    UnknownCall,
    /// `update_callback` isn't a web address.
    BadUpdateCallback,
    /// The channel to watch on isn't one.
    BadWatchChannel,
    /// The `Idempotency-Key` isn't one.
    BadIdempotencyKey,
    /// The key has placed another call.
    IdempotencyKeyReused,
    /// The extension and what the protocol presses are more than Twilio presses.
    TooManyKeys,
    /// The text reads as another number than the asker was shown.
    ReadOtherwise,
    /// The program failed half way, so the phone may ring.
    OutcomeUnknown,
    /// The call is over already.
    CallOver,
    /// Twilio did not take the call, with a code of its own.
    TwilioRefused,
    /// Twilio takes no more calls just now.
    TwilioBusy,
    /// The call could not be sent to Twilio.
    NotDialled,
    /// Twilio did not do something else.
    Twilio,
    // About what is kept.
    /// There is no such protocol.
    UnknownProtocol,
    /// The id is taken.
    ProtocolExists,
    /// It isn't any more what the asker has read.
    ChangedMeanwhile,
    /// It isn't a protocol.
    InvalidProtocol,
    /// There is no such person.
    UnknownPerson,
    /// The person can't be written down so.
    InvalidPerson,
    /// The file holds no contacts.
    NotAnAddressBook,
    /// There is no such import, or it is too long ago to be undone.
    UnknownImport,
    /// Invalid quick dial.
    InvalidQuickDials,
    /// The note is too long.
    LongNote,
    /// There is no such sound file.
    UnknownSound,
    /// It is no sound file, or one without anything to hear.
    NotSound,
    /// It is one that can't be converted.
    UnsupportedSound,
    /// It is too long.
    LongSound,
    /// A protocol plays it.
    SoundInUse,
    /// Twilio can't fetch it from this machine.
    NoPublicAddress,
    // About the owner's choices.
    /// The credentials can't be what they are said to be.
    BadCredentials,
    /// None are kept.
    NoCredentials,
    /// No token of an ngrok account is kept.
    NoNgrokToken,
    /// It can't be a public address.
    BadPublicAddress,
    /// The keyring can't be used.
    Keyring,
    /// The password could not be hashed.
    Password,
    /// Nothing of it is changed during a call.
    CallsUnderWay,
    /// It was set when the program was started.
    ToldAtStart,
    /// The choice could not be kept.
    Choices,
    /// There is no such country.
    UnknownRegion,
    /// The disk is full.
    DiskFull,
    /// The database is damaged.
    Damaged,
    /// The backup could not be put in its place.
    Restore,
    /// It isn't a backup, or none that this version can take.
    NotABackup,
    // About the program.
    /// The database failed.
    Database,
    /// The program is stopping.
    Stopping,
    /// It has a fault.
    Panic,
}

impl From<&Refusal> for Code {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Emergency | Refusal::EmergencyElsewhere { .. } => Self::EmergencyNumber,
            Refusal::Impossible => Self::ImpossibleNumber,
            Refusal::NotANumber(_) => Self::NotANumber,
            Refusal::Blocked => Self::BlockedNumber,
            Refusal::DoNotCall => Self::NotToBeCalled,
            Refusal::Short => Self::ShortNumber,
            Refusal::PremiumRate => Self::PremiumNumber,
            Refusal::Own => Self::OwnNumber,
            Refusal::OptedOut => Self::OptedOut,
            Refusal::Country { .. } => Self::CountryNotAllowed,
            Refusal::Night { .. } => Self::QuietHours,
            Refusal::TooSoon { .. } => Self::NumberTooSoon,
            Refusal::NumberTooOften { .. } => Self::NumberTooOften,
            Refusal::TooManyCalls { .. } => Self::TooManyCalls,
            Refusal::AtOnce { .. } => Self::TooManyAtOnce,
            Refusal::SpentInDay { .. } => Self::DaySpent,
            Refusal::SpentInMonth { .. } => Self::MonthSpent,
            Refusal::Consent => Self::ConsentNeeded,
            Refusal::Further { .. } => Self::FurtherNumber,
            Refusal::Unchecked { .. } => Self::UncheckedTwiml,
        }
    }
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{Money, PhoneNumberError};

    use super::*;

    fn spent() -> Money {
        Money::new("1".parse().unwrap(), "USD").unwrap()
    }

    #[test]
    fn a_refusal_has_the_name_that_the_rule_has() {
        for refusal in [
            Refusal::Emergency,
            Refusal::EmergencyElsewhere { digits: "123".into(), codes: vec![20] },
            Refusal::Impossible,
            Refusal::NotANumber(PhoneNumberError::Empty),
            Refusal::Blocked,
            Refusal::DoNotCall,
            Refusal::Short,
            Refusal::PremiumRate,
            Refusal::Own,
            Refusal::OptedOut,
            Refusal::Country { region: None },
            Refusal::Night { lifts: None },
            Refusal::TooSoon { gap_min: 10, lifts: None },
            Refusal::NumberTooOften { limit: 3, lifts: None },
            Refusal::TooManyCalls { limit: 20, lifts: None },
            Refusal::AtOnce { limit: 3 },
            Refusal::SpentInDay { spent: spent(), limit: "1".parse().unwrap(), lifts: None },
            Refusal::SpentInMonth { spent: spent(), limit: "1".parse().unwrap(), lifts: None },
            Refusal::Consent,
            Refusal::Further { number: "911".into(), refusal: Box::new(Refusal::Emergency) },
            Refusal::Unchecked { what: "<Sip>".into() },
        ] {
            assert_eq!(serde_json::to_value(Code::from(&refusal)).unwrap(), refusal.code());
        }
    }
}
