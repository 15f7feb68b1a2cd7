//! The documented environment variables. Secrets come by them or by the vault, never by a command line: other users
//! can read that.

use std::env;

use benspamsphones_app::accounts::{PusherKeys, TwilioAccount};
use benspamsphones_server::auth::WebUser;
use benspamsphones_server::vault::NgrokToken;
use secrecy::SecretString;
use twilio::AccountSid;
use url::Url;

use crate::LaunchError;

/// Name of the user when nobody gave one.
const USER: &str = "user";

/// An environment variable; an empty one counts as not set.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn secret(name: &str) -> Option<SecretString> {
    variable(name).map(SecretString::from)
}

/// The account, as far as it is given: TWILIO_SID with TWILIO_TOKEN, BSP_TWILIO_API_KEY with BSP_TWILIO_API_SECRET, or
/// both. `None` when nothing of it is.
///
/// # Errors
/// When some of it is given and not enough.
pub fn twilio_account(api_base: Option<&Url>) -> Result<Option<TwilioAccount>, LaunchError> {
    let auth_token = secret("TWILIO_TOKEN");
    let api_key = match (variable("BSP_TWILIO_API_KEY"), secret("BSP_TWILIO_API_SECRET")) {
        (Some(key), Some(secret)) => Some((key, secret)),
        (None, None) => None,
        // Falling back to the auth token would use the very key that somebody wanted to spare.
        (Some(_), None) | (None, Some(_)) => {
            return Err(LaunchError::usage(
                "an API key needs both BSP_TWILIO_API_KEY and BSP_TWILIO_API_SECRET",
            ));
        }
    };
    let Some(sid) = variable("TWILIO_SID") else {
        if auth_token.is_some() || api_key.is_some() {
            return Err(LaunchError::usage("the account SID is missing: set TWILIO_SID"));
        }
        return Ok(None);
    };
    let account_sid = AccountSid::parse(&sid)
        .map_err(|_| LaunchError::usage("TWILIO_SID is not an account SID (AC and 32 hexadecimal digits)"))?;
    let Some(account) = TwilioAccount::of(account_sid, auth_token, api_key, api_base) else {
        return Err(LaunchError::usage(
            "TWILIO_SID is set, but neither TWILIO_TOKEN nor BSP_TWILIO_API_KEY with BSP_TWILIO_API_SECRET",
        ));
    };
    Ok(Some(account))
}

/// User and password: as documented, or a password that this installation makes up.
///
/// # Errors
/// When the name can't be one.
pub fn web_user(told: Option<&str>, renew: bool) -> Result<WebUser, LaunchError> {
    let told = told.map(str::to_owned).filter(|user| !user.is_empty());
    let user = told.or_else(|| variable("BENSPAMSPHONES_USER")).unwrap_or_else(|| USER.into());
    if user.contains(':') {
        return Err(LaunchError::usage(
            "a user name can't contain a colon, because Basic authentication ends it there",
        ));
    }
    Ok(match secret("BENSPAMSPHONES_PASS") {
        Some(password) => WebUser::Given { user, password },
        None => WebUser::Kept { user, renew },
    })
}

/// The Pusher app, if it is given whole.
///
/// # Errors
/// When only some of it is given.
pub fn pusher() -> Result<Option<PusherKeys>, LaunchError> {
    const NAMES: [&str; 4] = ["PUSHER_APPID", "PUSHER_KEY", "PUSHER_SECRET", "PUSHER_CLUSTER"];
    let [app_id, key, secret, cluster] = NAMES.map(variable);
    let given = [app_id.is_some(), key.is_some(), secret.is_some(), cluster.is_some()];
    match (app_id, key, secret, cluster) {
        (Some(app_id), Some(key), Some(secret), Some(cluster)) => {
            PusherKeys::new(&app_id, &key, secret.into(), &cluster, variable("BSP_PUSHER_HOST").as_deref())
                .map(Some)
                .map_err(|error| LaunchError::Usage(format!("Pusher's variables: {error}")))
        }
        (None, None, None, None) => Ok(None),
        (_, _, _, _) => {
            let missing: Vec<_> = NAMES.into_iter().zip(given).filter(|(_, given)| !given).collect();
            let missing = missing.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
            Err(LaunchError::Usage(format!("Pusher needs all four of its variables; missing: {missing}")))
        }
    }
}

/// The token of an ngrok account, if it is given.
///
/// # Errors
/// When it can't be one.
pub fn ngrok() -> Result<Option<NgrokToken>, LaunchError> {
    let token = secret("NGROK_AUTHTOKEN").map(|token| NgrokToken::new(&token)).transpose();
    token.map_err(|error| LaunchError::Usage(format!("NGROK_AUTHTOKEN: {error}")))
}
