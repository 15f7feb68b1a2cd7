//! `/api/v1/settings`: the settings and the choices that aren't credentials. Only mounted for the owner's window.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_core::{Mode, Region};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::answer::JsonBody;
use crate::http::problem::{Code, Problem};
use crate::http::v1::network::NetworkView;
use crate::http::v1::public_address::PublicAddressView;
use crate::http::{Parts, Shared};
use crate::owner::CredentialSource;
use crate::startup_warnings::StartupWarning;
use crate::vault::{self, Vault, VaultTrouble};

/// Everything that Settings shows. It contains no secrets.
#[derive(Serialize, ToSchema)]
#[schema(title = "Settings")]
pub(crate) struct SettingsView {
    /// Whether phones ring.
    mode: Mode,
    /// Whether the mode was set when the program was started, so it can't be changed here.
    mode_fixed: bool,
    /// The country, as two letters of ISO 3166, of numbers without `+`.
    #[schema(example = "US")]
    default_region: String,
    /// Whether the country was set when the program was started.
    region_fixed: bool,
    /// After how many months calls are deleted; `null` if they are kept forever.
    keep_calls_months: Option<u8>,
    /// The program's version.
    version: &'static str,
    /// Folder of the database.
    data_dir: String,
    /// Where people and programs connect.
    #[schema(example = "http://127.0.0.1:9001")]
    lan_url: String,
    /// Whether and how the network can reach it.
    network: NetworkView,
    /// Where Twilio's callbacks arrive.
    webhook_url: String,
    /// Whether and how Twilio can reach it.
    public_address: PublicAddressView,
    /// What needs the owner's attention since this start.
    attention: Vec<StartupWarning>,
    /// Where credentials are kept.
    vault: VaultView,
    /// The account that is in use.
    twilio: TwilioView,
    /// The Pusher app that is in use.
    pusher: PusherView,
    /// Who has access from the network.
    web_user: WebUserView,
}

/// Where credentials are kept.
#[derive(Serialize, ToSchema)]
struct VaultView {
    kind: Vault,
    /// Whether credentials can be saved there now.
    ready: bool,
    /// Why not, by name.
    trouble: Option<VaultTrouble>,
    /// Why not, in the keyring's own words.
    problem: Option<String>,
    /// What to do about it.
    help: Option<String>,
}

/// An account, without its secrets.
#[derive(Serialize, ToSchema)]
struct TwilioView {
    /// Whether an account is saved in the keyring, even if it isn't used.
    kept: bool,
    /// Where the account in use comes from; none in the built-in sandbox.
    source: Option<CredentialSource>,
    /// The account in use.
    account_sid: Option<String>,
    /// Whether Twilio's callbacks can be verified: the auth token signs them.
    can_believe_callbacks: bool,
}

/// A Pusher app, without its secret.
#[derive(Serialize, ToSchema)]
struct PusherView {
    source: Option<CredentialSource>,
    app_id: Option<String>,
    key: Option<String>,
    cluster: Option<String>,
    /// Another server that speaks Pusher's protocol.
    host: Option<String>,
}

/// The user name for the network.
#[derive(Serialize, ToSchema)]
struct WebUserView {
    name: String,
    /// Whether the password was set when the program was started.
    password_fixed: bool,
}

/// Read the settings
#[utoipa::path(get, path = "/api/v1/settings", tag = "owner", operation_id = "getSettings", responses(
    (status = 200, body = SettingsView),
    (status = 500, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(State(shared): State<Shared>) -> Result<Json<SettingsView>, Problem> {
    let checked = vault::promptly(shared.owner.vault.check()).await;
    let public_address = PublicAddressView::of(&shared, checked.is_ok()).await;
    let Parts { app, auth, owner, place, pusher, .. } = &*shared;
    let pusher = pusher.as_ref();
    let kept =
        checked.is_ok() && vault::promptly(owner.vault.twilio()).await.is_ok_and(|kept| kept.is_some());
    let problem = checked.as_ref().err();
    let keep_calls_months = app.keep_calls_months().await?;
    Ok(Json(SettingsView {
        mode: app.mode(),
        mode_fixed: owner.mode_told,
        default_region: app.default_region().to_string(),
        region_fixed: owner.region_told,
        keep_calls_months,
        version: env!("CARGO_PKG_VERSION"),
        data_dir: place.data_dir.display().to_string(),
        lan_url: format!("http://{}", place.lan),
        network: NetworkView::of(place, owner),
        webhook_url: format!("http://{}", place.webhook),
        public_address,
        attention: owner.attention.clone(),
        vault: VaultView {
            kind: owner.vault,
            ready: problem.is_none(),
            trouble: problem.map(VaultTrouble::from),
            problem: problem.map(ToString::to_string),
            help: problem.map(|problem| problem.help().to_owned()),
        },
        twilio: TwilioView {
            kept,
            source: owner.twilio_source,
            account_sid: owner.twilio_source.map(|_| app.account_sid().to_owned()),
            can_believe_callbacks: owner.twilio_source.is_some() && app.knows_auth_token(),
        },
        pusher: PusherView {
            source: owner.pusher_source,
            app_id: pusher.map(|keys| keys.app_id.clone()),
            key: pusher.map(|keys| keys.key.clone()),
            cluster: pusher.map(|keys| keys.cluster.clone()),
            host: pusher.and_then(|keys| keys.host.as_ref()).map(ToString::to_string),
        },
        web_user: WebUserView { name: auth.user().to_owned(), password_fixed: place.password_told },
    }))
}

/// Which mode.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeChoice {
    mode: Mode,
}

/// Switch between the sandbox and the account
///
/// The server restarts to apply it.
#[utoipa::path(put, path = "/api/v1/settings/mode", tag = "owner", operation_id = "chooseMode", request_body = ModeChoice,
    responses(
        (status = 204, description = "Chosen"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn choose_mode(
    State(shared): State<Shared>,
    JsonBody(choice): JsonBody<ModeChoice>,
) -> Result<StatusCode, Problem> {
    shared.owner.choose_mode(&shared.app, &shared.place.data_dir, choice.mode).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which country.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionChoice {
    /// Two letters of ISO 3166.
    #[schema(example = "DE")]
    default_region: String,
}

/// Choose the country of numbers without `+`
#[utoipa::path(put, path = "/api/v1/settings/region", tag = "owner", operation_id = "chooseRegion",
    request_body = RegionChoice,
    responses(
        (status = 204, description = "Chosen"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn choose_region(
    State(shared): State<Shared>,
    JsonBody(choice): JsonBody<RegionChoice>,
) -> Result<StatusCode, Problem> {
    let region: Region = choice
        .default_region
        .parse()
        .map_err(|error| Problem::bad_request(Code::UnknownRegion, format!("{error}")))?;
    shared.owner.choose_region(&shared.app, &shared.place.data_dir, region).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How long calls are kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeepCallsChoice {
    /// In months; `null` means forever.
    #[schema(minimum = 1, maximum = 120)]
    keep_calls_months: Option<u8>,
}

/// Choose how long calls are kept
///
/// Older calls are deleted with their events, now and then each day. Calls of the last 32 days stay.
#[utoipa::path(put, path = "/api/v1/settings/keep-calls", tag = "owner", operation_id = "chooseKeepCalls",
    request_body = KeepCallsChoice,
    responses(
        (status = 204, description = "Chosen"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn choose_keep_calls(
    State(shared): State<Shared>,
    JsonBody(choice): JsonBody<KeepCallsChoice>,
) -> Result<StatusCode, Problem> {
    if choice.keep_calls_months.is_some_and(|months| !(1..=120).contains(&months)) {
        return Err(Problem::bad_request(Code::BadField, "keep_calls_months must be from 1 to 120"));
    }
    shared.app.choose_keep_calls(choice.keep_calls_months).await?;
    Ok(StatusCode::NO_CONTENT)
}
