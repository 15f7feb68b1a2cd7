//! Makes the server's certificate, for the names and addresses that this machine has now, and renews it in time.

use std::fs;
use std::path::Path;

use benspamsphones_app::whole_file::{self, Readers};
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use serde::{Deserialize, Serialize};

use super::authority::{self, Authority};
use super::{Files, TlsError};

/// A day less than the 398 days that Apple's systems accept from public authorities, so that rounding never exceeds
/// them.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(397 * 24);
/// Certificates begin this long before they are made, because this computer's or a device's clock may be wrong.
pub(super) const BACKDATED: SignedDuration = SignedDuration::from_hours(90 * 24);
pub(super) const RENEW: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) const CHAIN: &str = "certificate.pem";
pub(super) const KEY: &str = "key.pem";
const ABOUT: &str = "certificate.json";

#[derive(Serialize, Deserialize)]
struct About {
    names: Vec<String>,
    begins_at: Timestamp,
    ends_at: Timestamp,
    /// Of the authority that signed it, in PEM. Earlier versions used a separate one per certificate and discarded its
    /// key.
    authority: String,
}

pub(super) struct Made {
    pub(super) files: Files,
    /// Whether it replaced an earlier one. Devices that trust that one have to install the new one.
    pub(super) authority_replaced: bool,
}

pub(super) fn files(folder: &Path, names: &[String], now: Timestamp) -> Result<Made, TlsError> {
    let io = |source| TlsError::Io { path: folder.to_owned(), source };
    whole_file::make_private_folder(folder).map_err(io)?;
    whole_file::remove_unfinished(folder);
    let had_one = folder.join(authority::CERTIFICATE).exists();
    let (authority, authority_replaced) = match Authority::read(folder, now) {
        Some(authority) => (authority, false),
        None => (Authority::make(folder, names, now)?, had_one),
    };
    // New names that the authority may not sign are left out: a new authority would have to be installed everywhere.
    let names: Vec<String> = names.iter().filter(|name| authority.may_vouch_for(name)).cloned().collect();
    let files = Files { chain: folder.join(CHAIN), key: folder.join(KEY) };
    if !(is_good(folder, &names, &authority, now) && files.read().is_ok()) {
        make(folder, names, authority, now)?;
    }
    Ok(Made { files, authority_replaced })
}

fn is_good(folder: &Path, names: &[String], authority: &Authority, now: Timestamp) -> bool {
    let about =
        fs::read(folder.join(ABOUT)).ok().and_then(|text| serde_json::from_slice::<About>(&text).ok());
    about.is_some_and(|about| {
        // If the clock was far ahead when it was made, it isn't valid yet.
        let has_begun = about.begins_at <= now;
        let lasts = about.ends_at.duration_since(now) > RENEW;
        let covers = names.iter().all(|name| about.names.contains(name));
        about.authority == authority.certificate && has_begun && lasts && covers
    })
}

fn make(folder: &Path, names: Vec<String>, authority: Authority, now: Timestamp) -> Result<(), TlsError> {
    let key = KeyPair::generate()?;
    let begins_at = now - BACKDATED;
    let ends_at = begins_at + LIFE;
    let host = names.first().map_or("this machine", String::as_str).to_owned();
    let mut server = dated(CertificateParams::new(names.clone())?, &host, begins_at, ends_at);
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let vouching = authority.certificate.clone();
    let certificate = server.signed_by(&key, &authority.issuer())?;

    let about = About { names, begins_at, ends_at, authority: vouching.clone() };
    let keep =
        |name: &str, content: &[u8]| whole_file::write(&folder.join(name), content, Readers::OwnerOnly);
    let written = keep(KEY, key.serialize_pem().as_bytes())
        .and_then(|()| keep(CHAIN, format!("{}{vouching}", certificate.pem()).as_bytes()))
        // Last: without this file the others are made again.
        .and_then(|()| keep(ABOUT, &serde_json::to_vec(&about)?));
    written.map_err(|source| TlsError::Io { path: folder.to_owned(), source })
}

pub(super) fn dated(
    mut params: CertificateParams,
    name: &str,
    begins_at: Timestamp,
    ends_at: Timestamp,
) -> CertificateParams {
    params.distinguished_name.push(DnType::CommonName, name);
    let [begin, end] = [begins_at, ends_at].map(day);
    params.not_before = rcgen::date_time_ymd(begin.0, begin.1, begin.2);
    params.not_after = rcgen::date_time_ymd(end.0, end.1, end.2);
    params
}

fn day(at: Timestamp) -> (i32, u8, u8) {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let [month, day] = [date.month(), date.day()].map(|part| u8::try_from(part).unwrap_or(1));
    (i32::from(date.year()), month, day)
}
