//! The stable names of test results. The interface translates them.

use serde::Serialize;
use utoipa::ToSchema;

/// What a test found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerdictCode)]
pub enum ConnectionTestCode {
    /// The credentials can't be used at all.
    Unusable,
    /// The address of Twilio's API can't be used.
    BadApiAddress,
    /// No encrypted connection can be set up from here.
    NoEncryption,
    /// Twilio takes the credentials; how many numbers can call.
    TwilioGood,
    /// It takes them, and no number can call.
    TwilioNoNumber,
    /// It takes them, and no callback can be believed without the auth token; how many numbers can call.
    TwilioNoToken,
    /// Twilio refused, with its code.
    TwilioRefused,
    /// Twilio can't be reached.
    TwilioUnreachable,
    /// Twilio gave no whole answer.
    TwilioSilent,
    /// What answered isn't Twilio.
    NotTwilio,
    /// Pusher takes the keys.
    PusherGood,
    /// The cluster is invalid.
    PusherBadCluster,
    /// The secret is invalid.
    PusherBadSecret,
    /// Pusher refuses the keys.
    PusherRefused,
    /// Pusher has no such app.
    PusherNoApp,
    /// Pusher answered with another status, given here.
    PusherFailed,
    /// Pusher can't be reached.
    PusherUnreachable,
    /// Twilio can reach this machine.
    AddressGood,
    /// There is no public address, or nothing to sign with.
    AddressNotSetUp,
    /// No name server knows the host.
    AddressUnknownName,
    /// The host takes no connection.
    AddressRefused,
    /// The host's certificate would not be believed.
    AddressBadCertificate,
    /// No answer came from the host.
    AddressSilent,
    /// The request came here, signed for another address.
    AddressNotBelieved,
    /// The host has no such route.
    AddressWrongRoute,
    /// The host leads to the listener for people.
    AddressOfPeople,
    /// The host's proxy doesn't reach this program.
    AddressGateway,
    /// The host is another program.
    AddressElsewhere,
    /// The host sends requests on.
    AddressSentOn,
}
