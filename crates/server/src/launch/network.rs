//! Where the network and Twilio reach the server: as it was told, and else as the owner chose.

use std::net::{Ipv4Addr, SocketAddr};

use benspamsphones_core::Mode;

use super::{LaunchError, Told};
use crate::choices::Choices;
use crate::config::{CertificateSource, PublicAddress};
use crate::serve::addresses;

/// On all of this machine's addresses, if the owner shares it; on the port that was told in any case.
pub(super) fn where_to_listen(told: &Told, choices: &Choices) -> SocketAddr {
    if !told.listen_told && choices.share == Some(true) {
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, told.listen.port()))
    } else {
        told.listen
    }
}

/// Whoever shares it with the network shares it by HTTPS, unless they chose otherwise.
pub(super) fn https(told: &Told, choices: &Choices) -> Option<CertificateSource> {
    if let Some((chain, key)) = told.certificate.clone().filter(|_| told.https != Some(false)) {
        return Some(CertificateSource::Files { chain, key });
    }
    let by_choice = !told.listen_told && choices.share == Some(true) && choices.https != Some(false);
    let names = || {
        let local = addresses::local_name();
        let bare = local.as_ref().and_then(|name| name.strip_suffix(".local")).map(str::to_owned);
        let here = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let network = addresses::of_this_machine().into_iter().map(|address| address.to_string());
        local.into_iter().chain(bare).chain(network).chain(here).collect()
    };
    told.https.unwrap_or(by_choice).then(|| CertificateSource::Made { names: names() })
}

/// Longest public address, in characters: TwiML of 4,000 characters in all must have room for it (`core::opt_out`).
const MAX_PUBLIC_URL_CHARS: usize = 400;

/// Where Twilio is told to report to. The sandbox contacts nobody beyond this machine, so it is told the listener
/// itself where that is here, and is asked where it isn't.
pub(super) fn public_address(told: &Told, mode: Mode, built_in: bool) -> Result<PublicAddress, LaunchError> {
    if let Some(url) = &told.public_url {
        let plain = url.query().is_none() && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") {
            return Err(LaunchError::usage(
                "--public-url must start with http:// or https:// and have no query and no fragment",
            ));
        }
        if url.as_str().len() > MAX_PUBLIC_URL_CHARS {
            return Err(LaunchError::usage("--public-url has at most 400 characters"));
        }
    }
    let listener = told.webhook_listen.ip();
    let listens_here = listener.is_loopback() || listener.is_unspecified();
    Ok(match (&told.public_url, mode) {
        (Some(url), _) if !built_in => PublicAddress::At(url.clone()),
        (_, Mode::Sandbox) if listens_here => PublicAddress::WebhookListener,
        (_, Mode::Sandbox | Mode::Live) => PublicAddress::None,
    })
}
