//! The file of an import.

use axum::extract::{FromRef, FromRequest, Request};
use axum::http::StatusCode;
use benspamsphones_app::app::App;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{is_json, media_type};
use crate::http::large_body::{LargeBody, LargeJson};
use crate::http::problem::{Code, Problem};

/// In bytes. Address books contain pictures.
const MAX_ADDRESS_BOOK: usize = 32 * 1024 * 1024;

/// Accepted media types; the format is detected from the content.
const FILES: [&str; 6] = [
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
];

/// An address book as text. It is better to send its bytes with `Content-Type: text/vcard` or `text/csv`, because then
/// the encoding is detected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBookFile {
    /// The text of the file.
    #[schema(example = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+15005550100\nEND:VCARD\n")]
    vcard: String,
}

pub(crate) struct AddressBookBody(pub(crate) Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for AddressBookBody
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = media_type(request.headers());
        if is_json(&kind) {
            let LargeJson(file) =
                LargeJson::<AddressBookFile, MAX_ADDRESS_BOOK>::from_request(request, state).await?;
            return Ok(Self(file.vcard.into_bytes()));
        }
        if !FILES.contains(&kind.as_str()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::WrongMediaType,
                "The type of the file is missing",
                "Send Content-Type: text/vcard, text/csv, or application/json.",
            ));
        }
        let body = LargeBody::<MAX_ADDRESS_BOOK>::from_request(request, state).await?;
        Ok(Self(body.bytes))
    }
}
