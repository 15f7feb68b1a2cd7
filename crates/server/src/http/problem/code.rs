//! The names of problems, stable for programs. The interface has texts for each in every language.

use benspamsphones_core::Rule;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemCode)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    // Access
    Unauthorized,
    /// Too many failed attempts; requests are refused for a while.
    LockedOut,
    /// `Host` names another machine.
    UnknownHost,
    /// `Host` is missing, repeated or malformed.
    BadHost,
    /// A page of another site requested a change.
    CrossSite,
    /// The pairing code is used, expired or wrong.
    #[serde(rename = "wrong_code")]
    BadPairing,
    UnknownHolder,
    /// The QR code of a pairing address can't be drawn.
    NoPicture,
    // The request itself
    NoSuchRoute,
    MethodNotAllowed,
    /// The body isn't declared as JSON.
    NotJson,
    /// The body's media type isn't accepted here.
    WrongMediaType,
    NotUtf8,
    BadJson,
    /// A field of the body is invalid.
    BadField,
    /// A query parameter is invalid.
    BadParameter,
    UnknownTimeZone,
    /// The days are in the wrong order, or too many.
    BadPeriod,
    BadPath,
    Unreadable,
    /// The body didn't arrive in time.
    TooSlow,
    TooLarge,
    BadLastEventId,
    // Numbers
    NotANumber,
    /// No country has a number of this shape.
    ImpossibleNumber,
    EmergencyNumber,
    BlockedNumber,
    /// It belongs to a person marked "do not call".
    NotToBeCalled,
    ShortNumber,
    PremiumNumber,
    /// It is one of the account's.
    OwnNumber,
    /// The person at this number pressed 9.
    OptedOut,
    /// Twilio has no price for it.
    NoPrice,
    /// The TwiML dials another number that may not be called.
    FurtherNumber,
    /// The TwiML does what the rules can't check, and the owner hasn't allowed it.
    UncheckedTwiml,
    /// The number is protected, and only the owner can change that.
    OwnersToUnprotect,
    // Limits
    CountryNotAllowed,
    QuietHours,
    /// The minimum gap between calls hasn't passed.
    NumberTooSoon,
    /// The daily limit for this number.
    NumberTooOften,
    /// The hourly limit.
    TooManyCalls,
    TooManyAtOnce,
    DaySpent,
    MonthSpent,
    /// Consent hasn't been confirmed.
    ConsentNeeded,
    /// Calls that the limits still count can't be deleted.
    StillCounted,
    InvalidLimits,
    /// The number isn't blocked, so it can't be unblocked.
    NotBlocked,
    // Placing and ending calls
    UnknownCall,
    BadUpdateCallback,
    /// The channel to watch isn't a private channel's name.
    BadWatchChannel,
    BadIdempotencyKey,
    IdempotencyKeyReused,
    /// The extension and the protocol's digits are more than Twilio accepts.
    TooManyKeys,
    /// The call asks for a key, and there is no address to receive it.
    NotConfirmable,
    MessageMissing,
    MessageNotTaken,
    /// The message has control characters.
    BadMessage,
    /// The message is longer than Twilio accepts.
    LongMessage,
    /// The text is read as another number than the client showed.
    ReadOtherwise,
    /// The program failed half way, so the phone may ring.
    OutcomeUnknown,
    /// The call has already ended.
    CallOver,
    /// Twilio rejected the call with an error code.
    TwilioRefused,
    /// Twilio accepts no more calls right now.
    TwilioBusy,
    /// The call couldn't be sent to Twilio.
    NotDialled,
    /// Another request to Twilio failed.
    Twilio,
    // Stored data
    UnknownProtocol,
    ProtocolExists,
    /// It was changed since the client read it.
    ChangedMeanwhile,
    InvalidProtocol,
    UnknownPerson,
    InvalidPerson,
    UnknownGroup,
    /// Another group has this name.
    GroupExists,
    InvalidGroup,
    /// The file has no contacts.
    NotAnAddressBook,
    /// There is no such import, or it is too old to undo.
    UnknownImport,
    InvalidQuickDials,
    LongNote,
    UnknownSound,
    /// It isn't a sound file, or is silent.
    NotSound,
    /// The sound file can't be converted.
    UnsupportedSound,
    LongSound,
    /// A protocol plays it.
    SoundInUse,
    /// Twilio can't fetch it from this machine.
    NoPublicAddress,
    // Settings
    /// The credentials have the wrong format.
    BadCredentials,
    /// No credentials are stored.
    NoCredentials,
    /// No token of an ngrok account is stored.
    NoNgrokToken,
    BadPublicAddress,
    /// The keyring can't be used.
    Keyring,
    /// The password couldn't be hashed.
    Password,
    /// It can't be changed during a call.
    CallsUnderWay,
    /// It was set on the command line or in the environment.
    ToldAtStart,
    /// The settings couldn't be saved.
    Choices,
    UnknownRegion,
    DiskFull,
    /// The database is damaged.
    Damaged,
    /// The backup couldn't be put in place.
    Restore,
    /// It isn't a backup, or this version can't read it.
    NotABackup,
    // The program
    /// A database error.
    Database,
    Stopping,
    /// A bug.
    Panic,
}

impl From<Rule> for Code {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::EmergencyNumber => Self::EmergencyNumber,
            Rule::ShortNumber => Self::ShortNumber,
            Rule::PremiumNumber => Self::PremiumNumber,
            Rule::ImpossibleNumber => Self::ImpossibleNumber,
            Rule::NotANumber => Self::NotANumber,
            Rule::OwnNumber => Self::OwnNumber,
            Rule::OptedOut => Self::OptedOut,
            Rule::BlockedNumber => Self::BlockedNumber,
            Rule::NotToBeCalled => Self::NotToBeCalled,
            Rule::CountryNotAllowed => Self::CountryNotAllowed,
            Rule::QuietHours => Self::QuietHours,
            Rule::NumberTooSoon => Self::NumberTooSoon,
            Rule::NumberTooOften => Self::NumberTooOften,
            Rule::TooManyCalls => Self::TooManyCalls,
            Rule::TooManyAtOnce => Self::TooManyAtOnce,
            Rule::DaySpent => Self::DaySpent,
            Rule::MonthSpent => Self::MonthSpent,
            Rule::FurtherNumber => Self::FurtherNumber,
            Rule::UncheckedTwiml => Self::UncheckedTwiml,
            Rule::ConsentNeeded => Self::ConsentNeeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_name_of_its_rule() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(Code::from(rule)).unwrap(), rule.as_str());
        }
    }
}
