//! Tests credentials.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::accounts::{PusherKeys, TwilioAccount};
use crate::clock::Clock;
use crate::tls_client;

pub use crate::connection_test_code::ConnectionTestCode;

/// Time-out for one response: a person is waiting.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The result of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub struct ConnectionTest {
    /// Whether these credentials can be used.
    pub good: bool,
    /// Name of what was found, stable for programs.
    pub code: ConnectionTestCode,
    /// What was found.
    pub sentence: String,
    /// What to do about it, if there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// What the sentence mentions: a host, a status, how many numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Twilio's error code, if it refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twilio_code: Option<u32>,
}

impl ConnectionTest {
    pub(crate) fn good(code: ConnectionTestCode, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { good: true, code, sentence, next_step: None, about: None, twilio_code: None }
    }

    /// For credentials that can't be used at all.
    pub fn unusable() -> Self {
        Self::bad(ConnectionTestCode::Unusable, "These credentials can't be used.", "Enter them again.")
    }

    pub(crate) fn bad(
        code: ConnectionTestCode,
        sentence: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self { good: false, next_step: Some(next_step.into()), ..Self::good(code, sentence) }
    }

    pub(crate) fn about(self, what: impl Into<String>) -> Self {
        Self { about: Some(what.into()), ..self }
    }

    fn of_error(error: &twilio::Error) -> Self {
        use twilio::Error;
        let code = match error {
            Error::Refused(api) | Error::Server(api) if !api.from_twilio => ConnectionTestCode::NotTwilio,
            Error::Refused(_) | Error::TooManyRequests { .. } => ConnectionTestCode::TwilioRefused,
            Error::Unreachable(_) => ConnectionTestCode::TwilioUnreachable,
            Error::Timeout(_) | Error::Server(_) | Error::Interrupted(_) => ConnectionTestCode::TwilioSilent,
            Error::UnreadableAnswer { .. } => ConnectionTestCode::NotTwilio,
        };
        let explanation = error.explanation();
        let bad = Self::bad(code, explanation.sentence, explanation.next_step);
        Self { twilio_code: error.code(), ..bad }
    }
}

/// Asks Twilio for the account's numbers, because a standard API key can read these but not the account itself. Calls
/// nobody.
pub async fn of_twilio(account: TwilioAccount) -> ConnectionTest {
    let has_token = account.auth_token.is_some();
    let mut config = twilio::ClientConfig::new(account.base_url, account.credentials);
    config.connect_timeout = TIMEOUT;
    config.timeout = TIMEOUT;
    let client = match twilio::Client::new(config) {
        Ok(client) => client,
        Err(error) => {
            let next_step = "Check the address of Twilio's API.";
            return ConnectionTest::bad(ConnectionTestCode::BadApiAddress, error.to_string(), next_step);
        }
    };
    of_client(&client, has_token).await
}

/// `has_token` says whether callbacks can be verified.
pub(crate) async fn of_client(client: &twilio::Client, has_token: bool) -> ConnectionTest {
    match client.incoming_phone_numbers().await {
        Ok(numbers) => {
            let voice = numbers.iter().filter(|number| number.capabilities.voice).count();
            let can_call =
                if voice == 1 { "1 number can call".into() } else { format!("{voice} numbers can call") };
            let sentence = format!("Twilio accepts these credentials; {can_call}.");
            if voice == 0 {
                return ConnectionTest {
                    next_step: Some("Buy a number in the Twilio Console.".into()),
                    ..ConnectionTest::good(ConnectionTestCode::TwilioNoNumber, sentence)
                };
            }
            if has_token {
                return ConnectionTest::good(ConnectionTestCode::TwilioGood, sentence)
                    .about(voice.to_string());
            }
            let no_token =
                "Without the auth token, callbacks can't be verified, so call status is polled from Twilio.";
            let good =
                ConnectionTest::good(ConnectionTestCode::TwilioNoToken, sentence).about(voice.to_string());
            ConnectionTest { next_step: Some(no_token.into()), ..good }
        }
        Err(error) => ConnectionTest::of_error(&error),
    }
}

/// Asks Pusher, or a compatible server, for the app's channels.
///
/// The request is signed as in <https://pusher.com/docs/channels/library_auth_reference/rest-api/#authentication>.
pub async fn of_pusher(keys: &PusherKeys) -> ConnectionTest {
    let path = format!("/apps/{}/channels", keys.app_id);
    let Ok(mut url) = keys.server() else {
        let sentence = "The cluster is invalid.";
        return ConnectionTest::bad(
            ConnectionTestCode::PusherBadCluster,
            sentence,
            "It looks like eu or us2.",
        );
    };
    url.set_path(&path);
    let parameters = format!(
        "auth_key={}&auth_timestamp={}&auth_version=1.0",
        keys.key,
        Clock::default().now().as_second()
    );
    let mut mac = match Hmac::<Sha256>::new_from_slice(keys.secret.expose_secret().as_bytes()) {
        Ok(mac) => mac,
        Err(_) => {
            let next_step = "Copy it again from the Pusher dashboard.";
            return ConnectionTest::bad(
                ConnectionTestCode::PusherBadSecret,
                "The secret is invalid.",
                next_step,
            );
        }
    };
    mac.update(format!("GET\n{path}\n{parameters}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    url.set_query(Some(&format!("{parameters}&auth_signature={signature}")));
    let tls = tls_client::config()
        .map(|tls| reqwest::Client::builder().tls_backend_preconfigured(tls).timeout(TIMEOUT).build());
    let Ok(Ok(client)) = tls else {
        return ConnectionTest::bad(
            ConnectionTestCode::NoEncryption,
            "An encrypted connection could not be set up.",
            "Are this system's certificates installed?",
        );
    };
    match client.get(url).send().await.map(|answer| answer.status().as_u16()) {
        Ok(200) => ConnectionTest::good(ConnectionTestCode::PusherGood, "Pusher accepts these keys."),
        Ok(401 | 403) => ConnectionTest::bad(
            ConnectionTestCode::PusherRefused,
            "Pusher rejects these keys.",
            "Copy the key and secret again from the Pusher dashboard.",
        ),
        Ok(404) => ConnectionTest::bad(
            ConnectionTestCode::PusherNoApp,
            "Pusher doesn't know this app.",
            "Check the app id and the cluster.",
        ),
        Ok(status) => {
            let sentence = format!("Pusher answered {status}.");
            ConnectionTest::bad(ConnectionTestCode::PusherFailed, sentence, "Try again later.")
                .about(status.to_string())
        }
        Err(_) => ConnectionTest::bad(
            ConnectionTestCode::PusherUnreachable,
            "Pusher can't be reached.",
            "Check this computer's connection, and the cluster, which is part of Pusher's address.",
        ),
    }
}
