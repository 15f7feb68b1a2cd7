//! Makes a certificate, signed by an authority of its own whose key is thrown away right after. A phone that installs the
//! authority's certificate believes this server, and nobody can sign anything else with it.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use benspamsphones_app::whole_file::{self, Readers};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};

use super::{Files, TlsError};

/// From its beginning to its end: the most that Apple's systems take.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(825 * 24);
/// So long before it is made it begins: whoever made it or looks at it may have a clock that is wrong.
pub(super) const BACKDATED: SignedDuration = SignedDuration::from_hours(90 * 24);
/// One that ends within this time is made anew at the next start.
pub(super) const RENEW: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) const AUTHORITY: &str = "authority.pem";
pub(super) const CHAIN: &str = "certificate.pem";
pub(super) const KEY: &str = "key.pem";
const ABOUT: &str = "certificate.json";

/// What a certificate is for.
#[derive(Serialize, Deserialize)]
struct About {
    names: Vec<String>,
    /// Not known of those that an older version made.
    #[serde(default)]
    begins_at: Option<Timestamp>,
    ends_at: Timestamp,
}

/// The files of a certificate for these names, made unless there are good ones.
pub(super) fn files(folder: &Path, names: &[String], now: Timestamp) -> Result<Files, TlsError> {
    let files = Files { chain: folder.join(CHAIN), key: folder.join(KEY) };
    let about =
        fs::read(folder.join(ABOUT)).ok().and_then(|text| serde_json::from_slice::<About>(&text).ok());
    // A machine that moves to another network gets other addresses there. Its name stays, and devices that trust the
    // certificate ask for that: another one would be a stranger to them.
    let mut lasting = names.iter().filter(|name| name.parse::<IpAddr>().is_err());
    let good = about.is_some_and(|about| {
        // Made by a clock that was far ahead, it would be good for nobody yet.
        let has_begun = about.begins_at.is_none_or(|begins_at| begins_at <= now);
        let lasts = about.ends_at.duration_since(now) > RENEW;
        lasting.all(|name| about.names.contains(name)) && has_begun && lasts
    });
    if !(good && files.read().is_ok()) {
        make(folder, names, now)?;
    }
    Ok(files)
}

fn make(folder: &Path, names: &[String], now: Timestamp) -> Result<(), TlsError> {
    let [authority_key, key] = [KeyPair::generate()?, KeyPair::generate()?];
    let begins_at = now - BACKDATED;
    let ends_at = begins_at + LIFE;
    let dated = |mut params: CertificateParams, name: &str| {
        params.distinguished_name.push(DnType::CommonName, name);
        let [(year, month, day), end] = [begins_at, ends_at].map(day);
        params.not_before = rcgen::date_time_ymd(year, month, day);
        params.not_after = rcgen::date_time_ymd(end.0, end.1, end.2);
        params
    };
    let host = names.first().map_or("this machine", String::as_str);
    let mut authority = dated(CertificateParams::default(), &format!("BenSpamsPhones on {host}"));
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_certificate = authority.self_signed(&authority_key)?;
    let mut server = dated(CertificateParams::new(names.to_vec())?, host);
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key))?;

    let about = About { names: names.to_vec(), begins_at: Some(begins_at), ends_at };
    let chain = format!("{}{}", certificate.pem(), authority_certificate.pem());
    let keep =
        |name: &str, content: &[u8]| whole_file::write(&folder.join(name), content, Readers::OwnerOnly);
    let written = whole_file::make_private_folder(folder).and_then(|()| {
        whole_file::remove_unfinished(folder);
        keep(KEY, key.serialize_pem().as_bytes())?;
        keep(CHAIN, chain.as_bytes())?;
        keep(AUTHORITY, authority_certificate.pem().as_bytes())?;
        // Last: without it the files before are made again.
        keep(ABOUT, &serde_json::to_vec(&about)?)
    });
    written.map_err(|source| TlsError::Io { path: folder.to_owned(), source })
}

/// To the day.
fn day(at: Timestamp) -> (i32, u8, u8) {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let [month, day] = [date.month(), date.day()].map(|part| u8::try_from(part).unwrap_or(1));
    (i32::from(date.year()), month, day)
}
