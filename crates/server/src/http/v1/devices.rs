//! `/api/v1/devices`: phones and programs with their own token, and how they get it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::{HolderView, end_holder};
use crate::auth::{CODE_LIFE, Rejection, TokenKind};
use crate::http::Shared;
use crate::http::answer::{JsonBody, PathPart};
use crate::http::client::Client;
use crate::http::problem::{Code, Problem};

/// Devices, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceList {
    items: Vec<HolderView>,
}

/// What a device is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceName {
    /// One line; what is too long is cut.
    #[schema(example = "Ada's phone")]
    name: String,
}

/// A new device.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewDevice {
    #[serde(flatten)]
    device: HolderView,
    /// The token, shown only once. Send it as `Authorization: Bearer`.
    token: String,
}

/// A way for one device to join.
#[derive(Serialize, ToSchema)]
pub(crate) struct PairingView {
    /// The code, for one device.
    code: String,
    /// Where the device opens the page that asks for the code.
    #[schema(example = "https://192.168.1.7:9001/pair?code=abcdefgh23456789")]
    url: String,
    /// The same as a QR code, an SVG document.
    qr_svg: String,
    /// The same at each address that others can open, the most likely first: this computer may be in several networks.
    ways: Vec<PairingWay>,
    /// SHA-256 of the certificate that the device is shown there, if it is served over HTTPS.
    fingerprint: Option<String>,
    /// Whether the network can reach that address; if not, only this computer can.
    shared: bool,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// The page for the code, at one of this computer's addresses.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct PairingWay {
    /// The address, which a person chooses by.
    #[schema(example = "https://192.168.1.7:9001")]
    address: String,
    /// Where the device opens the page.
    #[schema(example = "https://192.168.1.7:9001/pair?code=abcdefgh23456789")]
    url: String,
    /// The same as a QR code, an SVG document.
    qr_svg: String,
}

impl PairingWay {
    fn at(address: String, code: &str) -> Result<Self, Problem> {
        let url = format!("{address}/pair?code={code}");
        let picture = QrCode::new(&url).map_err(|error| {
            tracing::error!(%error, "a QR code could not be drawn");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::NoPicture,
                "The QR code can't be drawn",
                &url,
            )
        })?;
        let qr_svg = picture.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
        Ok(Self { address, url, qr_svg })
    }
}

/// The code, and the name of the device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairRequest {
    /// The code, as the owner's window shows it.
    #[schema(example = "abcdefgh23456789")]
    code: String,
    /// What the device is called, in one line; what is longer than 60 characters is cut.
    #[schema(example = "Ada's phone")]
    name: String,
}

/// Devices with a token
#[utoipa::path(get, path = "/api/v1/devices", tag = "owner", operation_id = "listDevices", responses(
    (status = 200, body = DeviceList),
))]
pub(crate) async fn list(State(shared): State<Shared>) -> Json<DeviceList> {
    let devices = shared.auth.holders(TokenKind::Device);
    Json(DeviceList { items: devices.iter().map(|holder| HolderView::from(&**holder)).collect() })
}

/// Create a token for a program
#[utoipa::path(post, path = "/api/v1/devices", tag = "owner", operation_id = "addDevice", request_body = DeviceName,
    responses(
        (status = 201, body = NewDevice),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn add(
    State(shared): State<Shared>,
    JsonBody(body): JsonBody<DeviceName>,
) -> Result<(StatusCode, Json<NewDevice>), Problem> {
    let (token, holder) = shared.auth.add_device(&body.name, "").await?;
    let device = HolderView::from(&*holder);
    Ok((StatusCode::CREATED, Json(NewDevice { device, token: token.expose_secret().to_owned() })))
}

/// Rename a device
#[utoipa::path(put, path = "/api/v1/devices/{id}", tag = "owner", operation_id = "renameDevice",
    request_body = DeviceName, params(("id" = String, Path, format = "uuid")),
    responses(
        (status = 204, description = "Renamed"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn rename(
    State(shared): State<Shared>,
    PathPart(id): PathPart,
    JsonBody(body): JsonBody<DeviceName>,
) -> Result<StatusCode, Problem> {
    match id.parse() {
        Ok(id) if shared.auth.rename_device(id, &body.name).await? => Ok(StatusCode::NO_CONTENT),
        Ok(_) | Err(_) => Err(Problem::unknown_holder(TokenKind::Device)),
    }
}

/// Revoke a device's token
#[utoipa::path(delete, path = "/api/v1/devices/{id}", tag = "owner", operation_id = "revokeDevice",
    params(("id" = String, Path, format = "uuid")),
    responses(
        (status = 204, description = "Revoked, and its streams ended"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    PathPart(id): PathPart,
) -> Result<StatusCode, Problem> {
    end_holder(&shared, TokenKind::Device, &id).await
}

/// Create a code for one device
///
/// The code works once and expires after five minutes. The answer has the address that the device opens.
#[utoipa::path(post, path = "/api/v1/pairings", tag = "owner", operation_id = "beginPairing", responses(
    (status = 201, body = PairingView),
    (status = 500, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(State(shared): State<Shared>) -> Result<(StatusCode, Json<PairingView>), Problem> {
    let place = &shared.place;
    let code = shared.auth.pairing_code();
    let ways = place.urls_for_devices().into_iter().map(|address| PairingWay::at(address, &code));
    let ways = ways.collect::<Result<Vec<_>, _>>()?;
    let is_shared = !ways.is_empty();
    let best = ways.first().cloned().map_or_else(|| PairingWay::at(place.url_here(), &code), Ok)?;
    let expires_at = shared.app.now() + CODE_LIFE;
    let fingerprint = place.certificate.as_ref().map(|certificate| certificate.fingerprint());
    let PairingWay { url, qr_svg, .. } = best;
    let view = PairingView { code, url, qr_svg, ways, fingerprint, shared: is_shared, expires_at };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Join with a code
///
/// For programs. A phone's browser opens a page for this.
#[utoipa::path(post, path = "/api/v1/pair", tag = "access", operation_id = "pair", request_body = PairRequest,
    responses(
        (status = 201, body = NewDevice),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The code was used, has expired, or is wrong"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn pair(
    State(shared): State<Shared>,
    client: Client,
    JsonBody(body): JsonBody<PairRequest>,
) -> Result<(StatusCode, Json<NewDevice>), Problem> {
    match shared.auth.pair(&body.code, &body.name, client.source).await? {
        Ok((token, holder)) => {
            let device = HolderView::from(&*holder);
            Ok((StatusCode::CREATED, Json(NewDevice { device, token: token.expose_secret().to_owned() })))
        }
        Err(Rejection::LockedOut(wait)) => Err(Problem::locked_out(wait)),
        Err(Rejection::Rejected) => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            Code::BadPairing,
            "This code doesn't work",
            "It was already used, has expired, or is wrong. Get a new one.",
        )),
    }
}
