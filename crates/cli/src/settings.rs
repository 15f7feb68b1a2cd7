//! From arguments and environment to what the server needs.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_core::{ProtocolFile, Region};
use benspamsphones_server::config::{PusherKeys, TwilioAccount, WebUser};
use secrecy::{ExposeSecret, SecretString};
use twilio::{AccountSid, Auth, Credentials};
use url::Url;

use crate::args::{Pusher, Twilio, Web};
use crate::exit::Failure;

/// Protocols that every installation of the sandbox begins with.
const EXAMPLE: &str = include_str!("../../../protocols.example.json");

/// The folder of the database: as told, or this user's data folder.
pub(crate) fn data_dir(told: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let usual = || directories::ProjectDirs::from("", "", "benspamsphones");
    told.or_else(|| usual().map(|dirs| dirs.data_dir().to_owned()))
        .ok_or_else(|| Failure::Usage("there is no home folder; name one with --data-dir".into()))
}

/// An environment variable; an empty one counts as not set.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn secret(name: &str) -> Option<SecretString> {
    variable(name).map(SecretString::from)
}

/// The account, as far as it is given: SID with auth token, API key, or both.
pub(crate) fn twilio_account(arguments: &Twilio) -> Result<Option<TwilioAccount>, Failure> {
    let sid = arguments.sid.as_deref().filter(|sid| !sid.is_empty());
    let auth_token = secret("TWILIO_TOKEN");
    let api_key = match (variable("BSP_TWILIO_API_KEY"), secret("BSP_TWILIO_API_SECRET")) {
        (Some(key), Some(secret)) => Some((key, secret)),
        (None, None) => None,
        // Falling back to the auth token would use the very key that somebody wanted to spare.
        (Some(_), None) | (None, Some(_)) => {
            let sentence = "an API key needs both BSP_TWILIO_API_KEY and BSP_TWILIO_API_SECRET";
            return Err(Failure::Usage(sentence.into()));
        }
    };
    let Some(sid) = sid else {
        if auth_token.is_some() || api_key.is_some() {
            return Err(Failure::Usage("Twilio's credentials lack the account's SID: set TWILIO_SID".into()));
        }
        return Ok(None);
    };
    let account_sid = AccountSid::parse(sid).map_err(|_| {
        Failure::Usage("TWILIO_SID is not an account's SID (AC and 32 hexadecimal digits)".into())
    })?;
    // An API key can be revoked alone, so it signs requests where there is one.
    let auth = match (api_key, &auth_token) {
        (Some((sid, secret)), _) => Auth::ApiKey { sid, secret },
        (None, Some(token)) => Auth::AuthToken(token.clone()),
        (None, None) => {
            let sentence = "TWILIO_SID is set, and neither TWILIO_TOKEN nor BSP_TWILIO_API_KEY with BSP_TWILIO_API_SECRET";
            return Err(Failure::Usage(sentence.into()));
        }
    };
    let base_url = match &arguments.twilio_api_base {
        Some(base) => base.clone(),
        None => Url::parse(twilio::DEFAULT_BASE_URL).map_err(Failure::other)?,
    };
    Ok(Some(TwilioAccount { base_url, credentials: Credentials { account_sid, auth }, auth_token }))
}

/// User and password: as documented, or a password that this installation makes up.
pub(crate) fn web_user(arguments: &Web, renew: bool) -> Result<WebUser, Failure> {
    let user = arguments.user.clone().filter(|user| !user.is_empty()).unwrap_or_else(|| "user".into());
    if user.contains(':') {
        return Err(Failure::Usage(
            "a user's name can't hold a colon: Basic authentication ends it there".into(),
        ));
    }
    match secret("BENSPAMSPHONES_PASS") {
        Some(password) => Ok(WebUser::Given { user, password }),
        None => Ok(WebUser::Kept { user, renew }),
    }
}

/// The Pusher app, if it is given whole.
pub(crate) fn pusher(arguments: &Pusher) -> Result<Option<PusherKeys>, Failure> {
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let secret = secret("PUSHER_SECRET").filter(|secret| !secret.expose_secret().is_empty());
    match (given(&arguments.app_id), given(&arguments.key), secret, given(&arguments.cluster)) {
        (Some(app_id), Some(key), Some(secret), Some(cluster)) => {
            Ok(Some(PusherKeys { app_id, key, secret, cluster }))
        }
        (None, None, None, None) => Ok(None),
        (app_id, key, secret, cluster) => {
            let given = [app_id.is_some(), key.is_some(), secret.is_some(), cluster.is_some()];
            let names = ["PUSHER_APPID", "PUSHER_KEY", "PUSHER_SECRET", "PUSHER_CLUSTER"];
            let missing: Vec<_> = names.into_iter().zip(given).filter(|(_, given)| !given).collect();
            let missing = missing.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
            Err(Failure::Usage(format!("Pusher needs all four of its variables; missing: {missing}")))
        }
    }
}

/// Protocols to begin with: the file named, `protocols.json` of the data folder or the working folder, or the
/// examples where nothing rings.
pub(crate) fn first_protocols(
    told: Option<&Path>,
    data_dir: &Path,
    sandbox: bool,
    region: Region,
) -> Result<ProtocolFile, Failure> {
    if let Some(file) = told {
        let text = fs::read(file).map_err(|error| unreadable(file, &error))?;
        return parse(&text, file, region);
    }
    for file in [data_dir.join("protocols.json"), PathBuf::from("protocols.json")] {
        match fs::read(&file) {
            Ok(text) => return parse(&text, &file, region),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&file, &error)),
        }
    }
    if sandbox {
        parse(EXAMPLE.as_bytes(), Path::new("the examples"), region)
    } else {
        Ok(ProtocolFile::default())
    }
}

fn parse(text: &[u8], file: &Path, region: Region) -> Result<ProtocolFile, Failure> {
    ProtocolFile::parse(text, region).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{} can't be read: {error}", file.display()))
}
