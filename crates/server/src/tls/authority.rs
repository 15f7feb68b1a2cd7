//! The certificate authority that signs this server's certificates. It is made once and installed on phones once.
//! Certificates are renewed without devices noticing, because they trust the authority.

use std::net::IpAddr;
use std::path::Path;

use benspamsphones_app::whole_file::{self, Readers};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints,
};
use serde::{Deserialize, Serialize};

use super::make::{BACKDATED, LIFE, dated};
use super::{TlsError, read};

const AUTHORITY_LIFE: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

pub(super) const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority-key.pem";
const ABOUT: &str = "authority.json";

/// Domains that exist only in private networks. A device that installs this authority's certificate trusts it for no
/// public domain.
const PRIVATE_DOMAINS: [&str; 5] = ["local", "localhost", "home.arpa", "internal", "lan"];

/// Networks that are private (RFC 1918, 4193), of this machine or this link, or shared by a VPN (RFC 6598).
const PRIVATE_NETWORKS: [(IpAddr, u8); 9] = [
    (IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(std::net::Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(std::net::Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V4(std::net::Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V6(std::net::Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
    (IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), 128),
];

/// The contents of its certificate, so that the same issuer can sign again.
#[derive(Serialize, Deserialize)]
struct About {
    name: String,
    begins_at: Timestamp,
    ends_at: Timestamp,
    /// The names and addresses of this machine when the authority was made, except private ones, which are always
    /// allowed.
    own: Vec<String>,
}

pub(super) struct Authority {
    about: About,
    key: KeyPair,
    pub(super) certificate: String,
}

impl Authority {
    /// Returns `None` if there is none, it can't be read, or it ends too soon to sign a certificate.
    pub(super) fn read(folder: &Path, now: Timestamp) -> Option<Self> {
        let text = |name: &str| String::from_utf8(read(&folder.join(name)).ok()?).ok();
        let about: About = serde_json::from_str(&text(ABOUT)?).ok()?;
        let key = KeyPair::from_pem(&text(KEY)?).ok()?;
        // What it signs must not outlast it. If the clock was far ahead when it was made, it isn't valid yet.
        let is_good = about.begins_at <= now && about.ends_at.duration_since(now) > LIFE;
        let certificate = text(CERTIFICATE)?;
        is_good.then_some(Self { about, key, certificate })
    }

    pub(super) fn make(folder: &Path, names: &[String], now: Timestamp) -> Result<Self, TlsError> {
        let key = KeyPair::generate()?;
        let host = names.first().map_or("this machine", String::as_str);
        let begins_at = now - BACKDATED;
        let about = About {
            name: format!("BenSpamsPhones on {host}"),
            begins_at,
            ends_at: begins_at + AUTHORITY_LIFE,
            own: names.iter().filter(|name| !is_private(name)).cloned().collect(),
        };
        let certificate = params(&about).self_signed(&key)?.pem();
        let keep =
            |name: &str, content: &[u8]| whole_file::write(&folder.join(name), content, Readers::OwnerOnly);
        let kept = keep(KEY, key.serialize_pem().as_bytes())
            .and_then(|()| keep(CERTIFICATE, certificate.as_bytes()))
            // Last: without this file the others are made again.
            .and_then(|()| keep(ABOUT, &serde_json::to_vec(&about)?));
        kept.map_err(|source| TlsError::Io { path: folder.to_owned(), source })?;
        Ok(Self { about, key, certificate })
    }

    /// Whether its name constraints allow a name or an address. A certificate with any other name is rejected as a
    /// whole.
    pub(super) fn may_vouch_for(&self, name: &str) -> bool {
        is_private(name) || self.about.own.iter().any(|own| own == name)
    }

    pub(super) fn issuer(self) -> Issuer<'static, KeyPair> {
        Issuer::new(params(&self.about), self.key)
    }
}

fn is_private(name: &str) -> bool {
    match name.parse::<IpAddr>() {
        Ok(address) => PRIVATE_NETWORKS.iter().any(|(network, prefix)| {
            ipnet::IpNet::new(*network, *prefix).is_ok_and(|net| net.contains(&address))
        }),
        Err(_) => PRIVATE_DOMAINS.iter().any(|domain| {
            name.strip_suffix(domain).is_some_and(|host| host.is_empty() || host.ends_with('.'))
        }),
    }
}

fn params(about: &About) -> CertificateParams {
    let mut params = dated(CertificateParams::default(), &about.name, about.begins_at, about.ends_at);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let domains = PRIVATE_DOMAINS.iter().map(|domain| GeneralSubtree::DnsName((*domain).to_owned()));
    let networks = PRIVATE_NETWORKS
        .iter()
        .map(|(network, prefix)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(*network, *prefix)));
    let own = about.own.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => {
            let whole = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, whole))
        }
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: domains.chain(networks).chain(own).collect(),
        excluded_subtrees: Vec::new(),
    });
    params
}
