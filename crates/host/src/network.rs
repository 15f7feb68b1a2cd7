//! Where the network and Twilio reach the server: as given, otherwise as the owner chose.

use std::net::{Ipv4Addr, SocketAddr};

use benspamsphones_core::Mode;
use benspamsphones_server::config::PublicAddress;
use benspamsphones_server::public_choice::PublicChoice;
use benspamsphones_server::startup_settings::StartupSettings;
use benspamsphones_server::tls::{CertificateNames, CertificateSource};
use benspamsphones_server::tunnel::{NgrokTunnel, TunnelError};
use secrecy::SecretString;

use crate::keyring_questions::KeyringQuestions;
use crate::{LaunchError, Told, variables};

/// All of this machine's addresses if the owner shares it, always on the given port.
pub(super) fn where_to_listen(told: &Told, choices: &StartupSettings) -> SocketAddr {
    if !told.listen_told && choices.share == Some(true) {
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, told.listen.port()))
    } else {
        told.listen
    }
}

/// Sharing with the network uses HTTPS unless the owner chose otherwise.
pub(super) fn https(told: &Told, choices: &StartupSettings) -> Option<CertificateSource> {
    if let Some((chain, key)) = told.certificate.clone().filter(|_| told.https != Some(false)) {
        return Some(CertificateSource::Files { chain, key });
    }
    let by_choice = !told.listen_told && choices.share == Some(true) && choices.https != Some(false);
    let names = CertificateNames::OfThisMachine;
    told.https.unwrap_or(by_choice).then_some(CertificateSource::Made { names })
}

pub(super) fn public_choice(told: &Told, choices: &StartupSettings) -> Result<PublicChoice, LaunchError> {
    let choice = told.public_address.as_ref().or(choices.public_address.as_ref());
    let checked = choice.cloned().unwrap_or(PublicChoice::None).checked();
    checked.map_err(|error| LaunchError::Usage(format!("--public-url or --ngrok-domain: {error}")))
}

/// The callback address. The built-in sandbox contacts only this machine, so it uses the webhook listener directly if
/// that is on this machine; otherwise call status is polled.
pub(super) async fn public_address(
    told: &Told,
    keyring: &KeyringQuestions,
    choice: &PublicChoice,
    mode: Mode,
    built_in: bool,
) -> Result<PublicAddress, LaunchError> {
    let listener = told.webhook_listen.ip();
    let listens_here = listener.is_loopback() || listener.is_unspecified();
    Ok(match (choice, mode) {
        (PublicChoice::Forwarding { url }, _) if !built_in => PublicAddress::At(url.clone()),
        (PublicChoice::Ngrok { domain }, _) if !built_in => PublicAddress::Ngrok(NgrokTunnel {
            authtoken: authtoken(told, keyring).await?,
            domain: domain.clone(),
            server: None,
        }),
        (_, Mode::Sandbox) if listens_here => PublicAddress::WebhookListener,
        (_, Mode::Sandbox | Mode::Live) => PublicAddress::None,
    })
}

/// The token of the ngrok account. If ngrok was requested at the start, a missing token is an error at once; if it was
/// chosen in Settings, the server starts and Settings show the problem.
async fn authtoken(
    told: &Told,
    keyring: &KeyringQuestions,
) -> Result<Result<SecretString, TunnelError>, LaunchError> {
    let token = match variables::ngrok()? {
        Some(token) => Ok(token),
        None => match keyring.ngrok().await {
            Ok(token) => token.ok_or(TunnelError::NoToken),
            Err(error) => Err(TunnelError::Vault(error)),
        },
    };
    match token {
        Ok(token) => Ok(Ok(token.secret().clone())),
        Err(error) if told.public_address.is_some() => {
            Err(LaunchError::Usage(format!("--ngrok: {error} {}", error.help())))
        }
        Err(error) => Ok(Err(error)),
    }
}
