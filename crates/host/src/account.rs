//! The account for calls, and whether phones ring: first from the arguments, then the environment, then the vault.

use std::net::{Ipv4Addr, SocketAddr};

use benspamsphones_app::accounts::{PusherKeys, TwilioAccount};
use benspamsphones_core::Mode;
use benspamsphones_server::owner::CredentialSource;
use benspamsphones_server::startup_warnings::{StartupWarning, StartupWarningCode};
use benspamsphones_server::vault::{Connection, VaultError};
use secrecy::SecretString;
use twilio_sandbox::{Reachable, Sandbox, SandboxConfig};
use url::Url;

use crate::keyring_questions::KeyringQuestions;
use crate::{LaunchError, Told, variables};

/// The built-in sandbox's account: the same at each start, so that an earlier run's calls are looked up and found to be
/// gone.
const SANDBOX_ACCOUNT: &str = "AC5a4db0c0000000000000000000000000";

pub(crate) struct ChosenAccount {
    pub(crate) mode: Mode,
    pub(crate) account: Option<(TwilioAccount, CredentialSource)>,
    pub(crate) attention: Option<StartupWarning>,
}

/// In sandbox mode, Twilio's address from the environment is used only if it is on this machine, where a sandbox can
/// run. Otherwise a sandbox start with one of Twilio's regions in the environment would ring real phones.
pub(crate) async fn choose_account(
    told: &Told,
    keyring: &KeyringQuestions,
    kept: Option<Mode>,
) -> Result<ChosenAccount, LaunchError> {
    let sandbox = |attention| ChosenAccount { mode: Mode::Sandbox, account: None, attention };
    if told.mode == Some(Mode::Sandbox) {
        let local = told.api_base.as_ref().is_some_and(twilio::is_loopback);
        let account = if local { variables::twilio_account(told.api_base.as_ref())? } else { None };
        let account = account.map(|account| (account, CredentialSource::Environment));
        return Ok(ChosenAccount { mode: Mode::Sandbox, account, attention: None });
    }
    if let Some(account) = variables::twilio_account(told.api_base.as_ref())? {
        let account = Some((account, CredentialSource::Environment));
        return Ok(ChosenAccount { mode: Mode::Live, account, attention: None });
    }
    if told.mode.or(kept) != Some(Mode::Live) {
        return Ok(sandbox(None));
    }
    let read = keyring.twilio().await;
    let failure = match read {
        Ok(Some(keys)) => match keys.account(told.api_base.as_ref()) {
            Some(account) => {
                let account = Some((account, CredentialSource::Vault));
                return Ok(ChosenAccount { mode: Mode::Live, account, attention: None });
            }
            None => VaultError::Strange(Connection::Twilio.as_str()).into(),
        },
        Ok(None) => LaunchError::usage(
            "live mode needs Twilio credentials: save them with \"bsp credentials set twilio\", or set \
             TWILIO_SID, \
             and TWILIO_TOKEN or an API key",
        ),
        Err(error) => error.into(),
    };
    if told.mode.is_none() && told.sandbox_when_in_doubt {
        let sentence = format!("Your Twilio account could not be used. {failure}");
        return Ok(sandbox(Some(StartupWarning { code: StartupWarningCode::AccountUnusable, sentence })));
    }
    Err(failure)
}

/// Pusher's keys from the environment, otherwise from the vault. An unreadable vault doesn't prevent a start, because
/// Pusher is optional. If sandbox mode was requested, the vault isn't opened.
pub(crate) async fn pusher(
    told: &Told,
    keyring: &KeyringQuestions,
    mode: Mode,
) -> Result<(Option<PusherKeys>, Option<CredentialSource>), LaunchError> {
    if let Some(keys) = variables::pusher()? {
        return Ok((Some(keys), Some(CredentialSource::Environment)));
    }
    if told.mode == Some(Mode::Sandbox) && mode == Mode::Sandbox {
        return Ok((None, None));
    }
    match keyring.pusher().await {
        Ok(keys) => {
            let source = keys.as_ref().map(|_| CredentialSource::Vault);
            Ok((keys, source))
        }
        Err(error) => {
            tracing::info!(%error, "no Pusher keys could be read");
            Ok((None, None))
        }
    }
}

/// Base URL for prices. In sandbox mode only an address on this machine is used, as for the API itself.
pub(crate) fn pricing_base(told: &Told, mode: Mode) -> Option<Url> {
    told.pricing_base.clone().filter(|base| mode == Mode::Live || twilio::is_loopback(base))
}

pub(crate) async fn start_sandbox(told: &Told) -> Result<(TwilioAccount, Sandbox), LaunchError> {
    let config = SandboxConfig {
        account_sid: SANDBOX_ACCOUNT.into(),
        speed: told.sandbox_speed,
        reachable: Reachable::Only(told.sandbox_allow.clone()),
        ..SandboxConfig::default()
    };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::start(anywhere, config).await.map_err(LaunchError::Sandbox)?;
    let auth_token: SecretString = sandbox.auth_token().clone();
    let account = TwilioAccount {
        base_url: sandbox.base_url(),
        pricing_base: None,
        credentials: sandbox.credentials(),
        auth_token: Some(auth_token),
    };
    Ok((account, sandbox))
}
