//! The one place that asks Twilio to ring a phone. It takes the [`Permit`] away from whoever got it.

use std::time::Duration;

use benspamsphones_core::protocol::{HttpMethod, MachineDetection};
use benspamsphones_core::{Extension, Filling, Permit, Plays, Protocol};
use twilio::{BackOff, CallEvent, CreateCall, Instructions, Method, StatusCallback};

/// Every station is asked for.
const EVENTS: [CallEvent; 4] =
    [CallEvent::Initiated, CallEvent::Ringing, CallEvent::Answered, CallEvent::Completed];

/// Two seconds between an extension and what the protocol presses, in Twilio's half seconds: time to be put through.
const BETWEEN_KEYS: &str = "wwww";

/// Where Twilio finds us and whoever else it is told of, during one call.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// The sound file that is played.
    pub sound: Option<String>,
    /// What hears of the call's stations.
    pub status_callback: Option<String>,
    /// What takes the key of whoever doesn't want to be called again.
    pub opt_out: Option<String>,
}

/// Why nobody is rung yet, or nobody knows.
#[derive(Debug)]
pub(crate) enum NotDialled {
    /// Twilio has too much to do and did nothing, so the permit is whole. It may be tried again after a while.
    SentBack {
        /// The right to ring.
        permit: Permit,
        /// How long to wait.
        wait: Duration,
    },
    /// Twilio's refusal, or that nobody knows what became of the request.
    Failed(twilio::Error),
}

/// Sends the request that rings the phone, once.
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

/// The extension reaches the person; what the protocol presses is for them, so it comes after.
fn keys(extension: Option<&Extension>, protocol: &Protocol) -> Option<String> {
    let extension = extension.map(Extension::send_digits);
    match (extension, &protocol.send_digits) {
        (Some(extension), Some(own)) => Some(format!("{extension}{BETWEEN_KEYS}{own}")),
        (Some(keys), None) => Some(keys),
        (None, own) => own.clone(),
    }
}

/// Whether Twilio takes what is pressed for both together.
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
            let twiml = protocol.twiml(ours.sound.as_deref(), ours.opt_out.as_deref(), filling);
            Instructions::Twiml(twiml.unwrap_or_default())
        }
    }
}
