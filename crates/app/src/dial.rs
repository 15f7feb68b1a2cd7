//! The only place that asks Twilio to ring a phone. It takes the [`Permit`] by value, so that each rings once.

use std::time::Duration;

use benspamsphones_core::protocol::{HttpMethod, MachineDetection};
use benspamsphones_core::{Extension, Filling, Permit, Plays, Protocol};
use twilio::{BackOff, CallEvent, CreateCall, Instructions, Method, StatusCallback};

const EVENTS: [CallEvent; 4] =
    [CallEvent::Initiated, CallEvent::Ringing, CallEvent::Answered, CallEvent::Completed];

/// Two seconds between the extension and the protocol's digits, in Twilio's half seconds: time to be put through.
const BETWEEN_KEYS: &str = "wwww";

/// The addresses that Twilio uses during one call.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// Of the sound file.
    pub sound: Option<String>,
    /// For status callbacks.
    pub status_callback: Option<String>,
    /// For pressed keys.
    pub keys: Option<String>,
}

/// Why no phone rings yet, or it isn't known.
#[derive(Debug)]
pub(crate) enum NotDialled {
    /// Twilio was too busy and did nothing, so the permit is still good. Try again after `wait`.
    SentBack { permit: Permit, wait: Duration },
    /// Twilio refused, or the outcome is unknown.
    Failed(twilio::Error),
}

/// Sends the request that rings the phone. Never retries.
///
/// # Errors
/// See [`NotDialled`].
#[expect(clippy::disallowed_methods, reason = "this is the place that takes a permit")]
pub(crate) async fn dial(
    twilio: &twilio::Client,
    permit: Permit,
    protocol: &Protocol,
    filling: &Filling<'_>,
    ours: &Addresses,
    back_off: &mut BackOff,
) -> Result<twilio::Call, NotDialled> {
    let mut call =
        CreateCall::new(permit.to().as_str(), protocol.from.as_str(), instructions(protocol, filling, ours));
    call.status_callback =
        ours.status_callback.clone().map(|url| StatusCallback { url, events: EVENTS.to_vec() });
    call.timeout_s = protocol.timeout_s;
    call.time_limit_s = [protocol.longest_s(), permit.longest_s()].into_iter().flatten().min();
    call.send_digits = keys(permit.extension(), protocol);
    call.record = protocol.record;
    call.machine_detection = protocol.machine_detection.map(|detection| match detection {
        MachineDetection::Enable => twilio::MachineDetection::Enable,
        MachineDetection::DetectMessageEnd => twilio::MachineDetection::DetectMessageEnd,
    });
    twilio.create_call(&call).await.map_err(|error| match back_off.wait_after(&error) {
        Some(wait) => NotDialled::SentBack { permit, wait },
        None => NotDialled::Failed(error),
    })
}

/// The extension reaches the person, and the protocol's digits are for them, so those come second.
fn keys(extension: Option<&Extension>, protocol: &Protocol) -> Option<String> {
    let extension = extension.map(Extension::send_digits);
    match (extension, &protocol.send_digits) {
        (Some(extension), Some(own)) => Some(format!("{extension}{BETWEEN_KEYS}{own}")),
        (Some(keys), None) => Some(keys),
        (None, own) => own.clone(),
    }
}

/// Whether Twilio accepts this many digits.
pub(crate) fn can_press(extension: Option<&Extension>, protocol: &Protocol) -> bool {
    extension.is_none()
        || keys(extension, protocol).is_none_or(|keys| keys.len() <= twilio::SEND_DIGITS_MAX_CHARS)
}

fn instructions(protocol: &Protocol, filling: &Filling<'_>, ours: &Addresses) -> Instructions {
    match &protocol.plays {
        Plays::Callback { url, method } => Instructions::Url {
            url: url.clone(),
            method: match method {
                HttpMethod::Get => Method::Get,
                HttpMethod::Post => Method::Post,
            },
        },
        Plays::Twiml(_) | Plays::Say(_) | Plays::Sound(_) => {
            let twiml = protocol.twiml(ours.sound.as_deref(), ours.keys.as_deref(), filling);
            Instructions::Twiml(twiml.unwrap_or_default())
        }
    }
}
