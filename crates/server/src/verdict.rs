//! Tries credentials out and says in words what came of it.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::clock;
use crate::config::{PusherKeys, TwilioAccount};
use crate::tls;

/// For one answer; a person is waiting.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verdict {
    /// Whether these credentials can be used.
    pub good: bool,
    /// What was found.
    pub sentence: String,
    /// What to do about it, if there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
}

impl Verdict {
    pub(crate) fn good(sentence: impl Into<String>) -> Self {
        Self { good: true, sentence: sentence.into(), next_step: None }
    }

    /// On credentials that can't be used at all.
    pub(crate) fn unusable() -> Self {
        Self::bad("These credentials can't be used.", "Enter them again.")
    }

    pub(crate) fn bad(sentence: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self { good: false, sentence: sentence.into(), next_step: Some(next_step.into()) }
    }
}

/// Asks Twilio for the account's numbers: a standard API key can't read the account itself, and it can read these.
/// Nobody is rung.
pub async fn of_twilio(account: TwilioAccount) -> Verdict {
    let has_token = account.auth_token.is_some();
    let mut config = twilio::ClientConfig::new(account.base_url, account.credentials);
    config.connect_timeout = TIMEOUT;
    config.timeout = TIMEOUT;
    let client = match twilio::Client::new(config) {
        Ok(client) => client,
        Err(error) => return Verdict::bad(error.to_string(), "Check the address of Twilio's API."),
    };
    match client.incoming_phone_numbers().await {
        Ok(numbers) => {
            let voice = numbers.iter().filter(|number| number.capabilities.voice).count();
            let can_call =
                if voice == 1 { "1 number can call".into() } else { format!("{voice} numbers can call") };
            let sentence = format!("Twilio takes these credentials; {can_call}.");
            if voice == 0 {
                return Verdict {
                    next_step: Some("Buy a number in Twilio's console.".into()),
                    ..Verdict::good(sentence)
                };
            }
            let no_token =
                "Without the auth token no callback can be believed, so calls are followed by asking.";
            Verdict { next_step: (!has_token).then(|| no_token.into()), ..Verdict::good(sentence) }
        }
        Err(error) => {
            let explanation = error.explanation();
            Verdict::bad(explanation.sentence, explanation.next_step)
        }
    }
}

/// Asks Pusher for the app's channels, at Pusher's own address unless another is given.
///
/// The request is signed as in <https://pusher.com/docs/channels/library_auth_reference/rest-api/#authentication>.
pub async fn of_pusher(keys: &PusherKeys) -> Verdict {
    let path = format!("/apps/{}/channels", keys.app_id);
    let Ok(mut url) = keys.server() else {
        return Verdict::bad("The cluster can't be part of an address.", "It looks like eu or us2.");
    };
    url.set_path(&path);
    let parameters =
        format!("auth_key={}&auth_timestamp={}&auth_version=1.0", keys.key, clock::now().as_second());
    let mut mac = match Hmac::<Sha256>::new_from_slice(keys.secret.expose_secret().as_bytes()) {
        Ok(mac) => mac,
        Err(_) => return Verdict::bad("The secret can't sign.", "Copy it again from Pusher's dashboard."),
    };
    mac.update(format!("GET\n{path}\n{parameters}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    url.set_query(Some(&format!("{parameters}&auth_signature={signature}")));
    let tls = tls::client()
        .map(|tls| reqwest::Client::builder().tls_backend_preconfigured(tls).timeout(TIMEOUT).build());
    let Ok(Ok(client)) = tls else {
        return Verdict::bad(
            "No encrypted connection could be set up.",
            "Are this system's certificates installed?",
        );
    };
    match client.get(url).send().await.map(|answer| answer.status().as_u16()) {
        Ok(200) => Verdict::good("Pusher takes these keys."),
        Ok(401 | 403) => {
            Verdict::bad("Pusher refuses these keys.", "Copy key and secret again from Pusher's dashboard.")
        }
        Ok(404) => Verdict::bad("Pusher knows no such app.", "Check the app's id and the cluster."),
        Ok(status) => Verdict::bad(format!("Pusher answered {status}."), "Try again later."),
        Err(_) => Verdict::bad(
            "Pusher can't be reached.",
            "Check this computer's connection, and the cluster, which is part of Pusher's address.",
        ),
    }
}
