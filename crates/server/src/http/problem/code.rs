//! The name of each problem, stable for programs. The interface has its words in every language by them.

use benspamsphones_core::Rule;
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
    /// The protocol needs a message.
    MessageMissing,
    /// The protocol takes no message.
    MessageNotTaken,
    /// The message holds control characters.
    BadMessage,
    /// The message doesn't fit into what Twilio accepts.
    LongMessage,
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
    /// There is no such group.
    UnknownGroup,
    /// Another group has the name.
    GroupExists,
    /// The group can't be written down so.
    InvalidGroup,
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
