//! HTTPS for the network: the owner's own certificate, or one that is made here, signed by an [`authority`] of this machine's.

mod authority;
mod make;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use benspamsphones_app::clock::Clock;
use benspamsphones_app::whole_file::words;

use crate::addresses;

/// How often the owner's files are looked at for a new certificate.
const LOOK: Duration = Duration::from_secs(30);

/// How HTTP/2 is named where both ends agree on what they speak (RFC 7301, RFC 9113).
pub(crate) const HTTP_2: &[u8] = b"h2";

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateSource {
    /// Files in PEM: the certificate with those that vouch for it, and its key.
    Files {
        /// The certificates.
        chain: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Made here, and kept in the data folder.
    Made {
        /// What it is for.
        names: CertificateNames,
    },
}

/// The names and addresses that a certificate is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateNames {
    /// Those that this machine has, also when it gets others.
    OfThisMachine,
    /// These.
    Fixed(Vec<String>),
}

impl CertificateNames {
    fn now(&self) -> Vec<String> {
        match self {
            Self::OfThisMachine => addresses::for_a_certificate(),
            Self::Fixed(names) => names.clone(),
        }
    }
}

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read or written.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file doesn't hold what it should.
    #[error("{}: {what}", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The key isn't the certificate's, or of a sort that isn't known.
    #[error("the certificate and its key: {0}")]
    Pair(#[from] rustls::Error),
    /// One can't be made.
    #[error("a certificate can't be made: {0}")]
    Make(#[from] rcgen::Error),
}

/// The certificate in use.
#[derive(Debug)]
pub struct Certificate {
    files: Files,
    config: Arc<ServerConfig>,
    current: Arc<Current>,
    made: Option<MadeHere>,
    authority_replaced: bool,
}

/// Where one that is made here is kept, and what for.
#[derive(Debug)]
struct MadeHere {
    folder: PathBuf,
    names: CertificateNames,
}

#[derive(Debug, Clone)]
struct Files {
    chain: PathBuf,
    key: PathBuf,
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Certificate {
    /// Reads the certificate, or makes one where there is none that is still good for these names.
    ///
    /// # Errors
    /// When files can't be read or written, or hold no certificate and its key.
    pub fn open(data_dir: &Path, source: &CertificateSource, now: Timestamp) -> Result<Self, TlsError> {
        let mut authority_replaced = false;
        let (files, made) = match source {
            CertificateSource::Files { chain, key } => {
                (Files { chain: chain.clone(), key: key.clone() }, None)
            }
            CertificateSource::Made { names } => {
                let folder = data_dir.join("tls");
                let made = make::files(&folder, &names.now(), now)?;
                authority_replaced = made.authority_replaced;
                (made.files, Some(MadeHere { folder, names: names.clone() }))
            }
        };
        let current = Arc::new(Current(RwLock::new(Arc::new(files.read()?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![HTTP_2.to_vec(), b"http/1.1".to_vec()];
        Ok(Self { files, config: Arc::new(config), current, made, authority_replaced })
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// SHA-256 of the certificate, as browsers show it: pairs of hexadecimal digits with colons.
    pub fn fingerprint(&self) -> String {
        let key = self.current.0.read().unwrap_or_else(PoisonError::into_inner);
        let digest = key.cert.first().map(|leaf| Sha256::digest(leaf.as_ref())).unwrap_or_default();
        digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// The certificate, in PEM, that a device has to trust; none when the owner's own is in use.
    pub fn authority(&self) -> Option<String> {
        let made = self.made.as_ref()?;
        fs::read_to_string(made.folder.join(authority::CERTIFICATE)).ok()
    }

    /// Whether this start had to make another authority: devices have to install its certificate in place of the one that
    /// they trust.
    pub(crate) fn authority_replaced(&self) -> bool {
        self.authority_replaced
    }

    /// Takes a new certificate into use when the files change, until it is told to stop. One that makes no sense is
    /// not taken. One that is made here is made anew in time, and when this machine gets another address.
    pub(crate) async fn reload(&self, clock: Clock, stop: CancellationToken) {
        let mut known = self.files.changed_at();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            self.renew(clock.now());
            let changed_at = self.files.changed_at();
            if changed_at == known {
                continue;
            }
            known = changed_at;
            self.read_again();
        }
    }

    fn renew(&self, now: Timestamp) {
        let Some(made) = &self.made else { return };
        if let Err(error) = make::files(&made.folder, &made.names.now(), now) {
            tracing::warn!(%error, "the certificate can't be renewed");
        }
    }

    fn read_again(&self) {
        match self.files.read() {
            Ok(key) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                tracing::info!(fingerprint = self.fingerprint(), "a new certificate is in use");
            }
            Err(error) => tracing::warn!(%error, "the certificate files changed and can't be used"),
        }
    }
}

impl Files {
    fn read(&self) -> Result<CertifiedKey, TlsError> {
        let strange = |path: &Path, what: String| TlsError::Strange { path: path.to_owned(), what };
        let chain = CertificateDer::pem_slice_iter(&read(&self.chain)?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| strange(&self.chain, error.to_string()))?;
        if chain.is_empty() {
            return Err(strange(&self.chain, "there is no certificate in it".into()));
        }
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .map_err(|error| strange(&self.key, error.to_string()))?;
        Ok(CertifiedKey::from_der(chain, key, &ring::default_provider())?)
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.chain, &self.key].map(|path| fs::metadata(path).and_then(|about| about.modified()).ok())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::make::{BACKDATED, CHAIN, KEY, LIFE, RENEW};
    use super::*;

    fn names(names: &[&str]) -> CertificateSource {
        CertificateSource::Made {
            names: CertificateNames::Fixed(names.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    #[test]
    fn one_that_was_made_stays_until_it_ends_or_this_machine_gets_another_name_or_address() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let open = |source: &CertificateSource, now| {
            Certificate::open(folder.path(), source, now).unwrap().fingerprint()
        };
        let both = names(&["desk.local", "192.168.1.7"]);
        let first = open(&both, now);
        assert_eq!(first.len(), 32 * 3 - 1);
        assert_eq!(open(&both, now), first);
        assert_eq!(open(&names(&["desk.local"]), now), first, "it is for that name as well");
        let moved = open(&names(&["desk.local", "10.0.0.8"]), now);
        assert_ne!(moved, first);
        assert_ne!(open(&names(&["table.local", "10.0.0.8"]), now), moved);
        let end = now + LIFE - BACKDATED;
        let last = open(&both, now);
        assert_eq!(open(&both, end - RENEW - Duration::from_secs(2 * 86_400)), last);
        assert_ne!(open(&both, end - RENEW), last, "it would end soon");
    }

    /// What a phone installed once is good for whatever this machine is called, wherever it is, and for years.
    #[test]
    fn the_authority_stays() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let open = |source: &CertificateSource, now| {
            let certificate = Certificate::open(folder.path(), source, now).unwrap();
            (certificate.authority().unwrap(), certificate.authority_replaced())
        };
        let (first, replaced) = open(&names(&["desk.local", "desk", "192.168.1.7"]), now);
        assert!(!replaced, "there was none before");
        let later = now + Duration::from_secs(5 * 365 * 86_400);
        for (source, at) in [
            (names(&["desk.local", "10.0.0.8"]), now),
            (names(&["table.local", "table", "fd00::7", "203.0.113.9"]), now),
            (names(&["table.local"]), later),
        ] {
            assert_eq!(open(&source, at), (first.clone(), false), "{source:?}");
        }
        // One of an older version, whose key was thrown away.
        fs::remove_file(folder.path().join("tls/authority-key.pem")).unwrap();
        let (second, replaced) = open(&names(&["table.local"]), now);
        assert_ne!(second, first);
        assert!(replaced);
        assert_eq!(open(&names(&["table.local"]), now), (second, false), "it is said once");
    }

    /// Whether OpenSSL takes the certificate for a name or an address; none where there is no OpenSSL.
    #[cfg(unix)]
    fn openssl(tls: &Path, check: &str, name: &str) -> Option<bool> {
        let mut command = std::process::Command::new("openssl");
        command.arg("verify").arg("-x509_strict").args([check, name]).args(["-purpose", "sslserver"]);
        command.arg("-CAfile").arg(tls.join(authority::CERTIFICATE)).arg(tls.join(CHAIN));
        Some(command.output().ok()?.status.success())
    }

    #[cfg(unix)]
    #[test]
    fn openssl_takes_it_for_this_machine_and_for_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let open = |list: &[&str]| Certificate::open(folder.path(), &names(list), Timestamp::now()).unwrap();
        open(&["desk.local", "desk", "192.168.1.7", "::1"]);
        open(&["table.local", "table", "10.0.0.8", "::1", "localhost", "shop.example"]);
        let takes = |check: &str, name: &str| openssl(&folder.path().join("tls"), check, name);
        let checks = [
            ("-verify_hostname", "table.local", true),
            ("-verify_ip", "10.0.0.8", true),
            ("-verify_ip", "::1", true),
            ("-verify_hostname", "shop.example", false),
            // A bare name that came later.
            ("-verify_hostname", "table", false),
        ];
        for (check, name, expected) in checks {
            let Some(taken) = takes(check, name) else { return };
            assert_eq!(taken, expected, "{name}");
        }
    }

    /// Whoever gets hold of the authority's key can't be anybody else than a machine of a home.
    #[test]
    fn the_authority_vouches_for_private_names_alone() {
        let folder = tempfile::tempdir().unwrap();
        let own = ["desk.local", "desk", "198.51.100.4"].map(str::to_owned);
        let made = authority::Authority::make(folder.path(), &own, Timestamp::now()).unwrap();
        for name in [
            "desk.local",
            "table.local",
            "localhost",
            "desk",
            "198.51.100.4",
            "10.1.2.3",
            "fd12::1",
            "fe80::1",
        ] {
            assert!(made.may_vouch_for(name), "{name}");
        }
        for name in
            ["example.com", "table", "notlocal", "xn--local", "8.8.8.8", "198.51.100.5", "2001:db8::1"]
        {
            assert!(!made.may_vouch_for(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Certificate::open(folder.path(), &names(&["desk.local"]), Timestamp::now()).unwrap();
        for file in fs::read_dir(folder.path().join("tls")).unwrap() {
            let path = file.unwrap().path();
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }

    #[test]
    fn the_owners_files_are_read_again_and_nonsense_is_not_taken() {
        let [one, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        for folder in [&one, &other] {
            Certificate::open(folder.path(), &names(&["desk.local"]), Timestamp::now()).unwrap();
        }
        let file = |folder: &tempfile::TempDir, name| folder.path().join("tls").join(name);
        let source = CertificateSource::Files { chain: file(&one, CHAIN), key: file(&one, KEY) };
        let certificate = Certificate::open(other.path(), &source, Timestamp::now()).unwrap();
        let before = certificate.fingerprint();
        assert_eq!(certificate.authority(), None, "the owner knows who vouches for it");

        fs::write(file(&one, CHAIN), "nonsense").unwrap();
        certificate.read_again();
        assert_eq!(certificate.fingerprint(), before);
        fs::copy(file(&other, CHAIN), file(&one, CHAIN)).unwrap();
        certificate.read_again();
        assert_eq!(certificate.fingerprint(), before, "another certificate with the old key");
        fs::copy(file(&other, KEY), file(&one, KEY)).unwrap();
        certificate.read_again();
        assert_ne!(certificate.fingerprint(), before);
    }
}
