//! `/api/v1/credentials`: saved, tested and removed, never shown. Only mounted for the owner's window.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::connection_test::{self, ConnectionTest};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::Shared;
use crate::http::answer::JsonBody;
use crate::http::problem::{Code, Problem};
use crate::vault::{Connection, NgrokToken, TwilioKeys};

/// A Twilio account: its SID with the auth token, with an API key and its secret, or with all three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TwilioCredentials {
    #[schema(example = "AC00000000000000000000000000000000")]
    account_sid: String,
    #[schema(value_type = Option<String>, format = Password)]
    auth_token: Option<SecretString>,
    /// SID of an API key, which is used instead of the token and can be revoked separately.
    api_key: Option<String>,
    #[schema(value_type = Option<String>, format = Password)]
    api_secret: Option<SecretString>,
}

impl TwilioCredentials {
    fn keys(self) -> Result<TwilioKeys, Problem> {
        TwilioKeys::new(&self.account_sid, self.auth_token, self.api_key, self.api_secret)
            .map_err(|error| Problem::bad_request(Code::BadCredentials, error.to_string()))
    }
}

/// The keys of a Pusher app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PusherCredentials {
    app_id: String,
    key: String,
    #[schema(value_type = String, format = Password)]
    secret: SecretString,
    #[schema(example = "eu")]
    cluster: String,
    /// Another server with Pusher's protocol; `null` means Pusher's own.
    #[schema(example = "http://192.168.1.7:6001")]
    host: Option<String>,
}

impl PusherCredentials {
    fn keys(self) -> Result<PusherKeys, Problem> {
        PusherKeys::new(&self.app_id, &self.key, self.secret, &self.cluster, self.host.as_deref())
            .map_err(|error| Problem::bad_request(Code::BadCredentials, error.to_string()))
    }
}

/// Save a Twilio account in the keyring
#[utoipa::path(put, path = "/api/v1/credentials/twilio", tag = "owner", operation_id = "keepTwilio",
    request_body = TwilioCredentials,
    responses(
        (status = 204, description = "Kept"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn keep_twilio(
    State(shared): State<Shared>,
    JsonBody(credentials): JsonBody<TwilioCredentials>,
) -> Result<StatusCode, Problem> {
    shared.owner.keep_twilio(&shared.app, &credentials.keys()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a Twilio account before saving it
///
/// Asks Twilio for the account's numbers. Nobody is called.
#[utoipa::path(post, path = "/api/v1/credentials/twilio/test", tag = "owner", operation_id = "testTwilio",
    request_body = TwilioCredentials,
    responses(
        (status = 200, body = ConnectionTest),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn test_twilio(
    State(shared): State<Shared>,
    JsonBody(credentials): JsonBody<TwilioCredentials>,
) -> Result<Json<ConnectionTest>, Problem> {
    Ok(Json(verdict_on(&credentials.keys()?, &shared).await))
}

/// Test the saved Twilio account
#[utoipa::path(post, path = "/api/v1/credentials/twilio/test-kept", tag = "owner", operation_id = "testKeptTwilio",
    responses(
        (status = 200, body = ConnectionTest),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn test_kept_twilio(State(shared): State<Shared>) -> Result<Json<ConnectionTest>, Problem> {
    let keys = shared.owner.vault.twilio().await?.ok_or_else(|| nothing_kept("Twilio"))?;
    Ok(Json(verdict_on(&keys, &shared).await))
}

async fn verdict_on(keys: &TwilioKeys, shared: &Shared) -> ConnectionTest {
    match keys.account(shared.owner.api_base.as_ref()) {
        Some(account) => connection_test::of_twilio(account).await,
        None => ConnectionTest::unusable(),
    }
}

/// Remove the saved Twilio account
#[utoipa::path(delete, path = "/api/v1/credentials/twilio", tag = "owner", operation_id = "forgetTwilio", responses(
    (status = 204, description = "Forgotten, or there was none"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn forget_twilio(State(shared): State<Shared>) -> Result<StatusCode, Problem> {
    shared.owner.forget(&shared.app, &shared.place.data_dir, Connection::Twilio).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Save the keys of a Pusher app in the keyring
#[utoipa::path(put, path = "/api/v1/credentials/pusher", tag = "owner", operation_id = "keepPusher",
    request_body = PusherCredentials,
    responses(
        (status = 204, description = "Kept"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn keep_pusher(
    State(shared): State<Shared>,
    JsonBody(credentials): JsonBody<PusherCredentials>,
) -> Result<StatusCode, Problem> {
    shared.owner.keep_pusher(&shared.app, &credentials.keys()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test the keys of a Pusher app before saving them
#[utoipa::path(post, path = "/api/v1/credentials/pusher/test", tag = "owner", operation_id = "testPusher",
    request_body = PusherCredentials,
    responses(
        (status = 200, body = ConnectionTest),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn test_pusher(
    JsonBody(credentials): JsonBody<PusherCredentials>,
) -> Result<Json<ConnectionTest>, Problem> {
    Ok(Json(connection_test::of_pusher(&credentials.keys()?).await))
}

/// Remove the saved keys of the Pusher app
#[utoipa::path(delete, path = "/api/v1/credentials/pusher", tag = "owner", operation_id = "forgetPusher", responses(
    (status = 204, description = "Forgotten, or there were none"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn forget_pusher(State(shared): State<Shared>) -> Result<StatusCode, Problem> {
    shared.owner.forget(&shared.app, &shared.place.data_dir, Connection::Pusher).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token of an ngrok account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NgrokCredentials {
    #[schema(value_type = String, format = Password)]
    authtoken: SecretString,
}

/// Save an ngrok authtoken in the keyring
#[utoipa::path(put, path = "/api/v1/credentials/ngrok", tag = "owner", operation_id = "keepNgrok",
    request_body = NgrokCredentials,
    responses(
        (status = 204, description = "Kept"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn keep_ngrok(
    State(shared): State<Shared>,
    JsonBody(credentials): JsonBody<NgrokCredentials>,
) -> Result<StatusCode, Problem> {
    let token = NgrokToken::new(&credentials.authtoken)
        .map_err(|error| Problem::bad_request(Code::BadCredentials, error.to_string()))?;
    shared.owner.keep_ngrok(&shared.app, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove the saved ngrok authtoken
#[utoipa::path(delete, path = "/api/v1/credentials/ngrok", tag = "owner", operation_id = "forgetNgrok", responses(
    (status = 204, description = "Forgotten, or there was none"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn forget_ngrok(State(shared): State<Shared>) -> Result<StatusCode, Problem> {
    shared.owner.forget(&shared.app, &shared.place.data_dir, Connection::Ngrok).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The new password; it can't be read again.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPassword {
    user: String,
    password: String,
}

/// Create a new password for the network
///
/// The old password stops working at once, and everyone who used it is signed out.
#[utoipa::path(post, path = "/api/v1/credentials/web-password", tag = "owner", operation_id = "renewPassword", responses(
    (status = 200, body = NewPassword),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn renew_password(State(shared): State<Shared>) -> Result<Json<NewPassword>, Problem> {
    let password = shared.owner.renew_password(&shared.app, shared.place.password_told).await?;
    let password = password.expose_secret().to_owned();
    Ok(Json(NewPassword { user: shared.auth.user().to_owned(), password }))
}

fn nothing_kept(whose: &str) -> Problem {
    let detail = format!("There are no saved credentials for {whose}.");
    Problem::new(StatusCode::NOT_FOUND, Code::NoCredentials, "There are no credentials", detail)
}
