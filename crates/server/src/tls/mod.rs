//! HTTPS for the network: with the owner's own certificate, or one made here and signed by this machine's own
//! [`authority`].

mod authority;
mod make;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
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

use crate::addresses::{self, LocalName};

/// How often the owner's files are checked for changes.
const LOOK: Duration = Duration::from_secs(30);

/// The name of HTTP/2 in TLS's protocol negotiation (RFC 7301, RFC 9113).
pub(crate) const HTTP_2: &[u8] = b"h2";

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateSource {
    /// PEM files: the certificate with its chain, and its key.
    Files {
        /// The certificate and its chain.
        chain: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Made here, and kept in the data folder.
    Made {
        /// What it is valid for.
        names: CertificateNames,
    },
}

/// The names and addresses that a certificate is valid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateNames {
    /// This machine's, including later ones.
    OfThisMachine,
    /// These.
    Fixed(Vec<String>),
}

impl CertificateNames {
    fn now(&self, local_name: &LocalName) -> Vec<String> {
        match self {
            Self::OfThisMachine => addresses::for_a_certificate(local_name),
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
        /// The system's error.
        source: io::Error,
    },
    /// A file has the wrong content.
    #[error("{}: {what}", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The key doesn't belong to the certificate, or its type isn't supported.
    #[error("the certificate and its key: {0}")]
    Pair(#[from] rustls::Error),
    /// A certificate can't be made.
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
    /// When the files in use were written.
    known: Mutex<[Option<SystemTime>; 2]>,
}

#[derive(Debug)]
struct MadeHere {
    folder: PathBuf,
    names: CertificateNames,
    local_name: LocalName,
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
        Some(self.0.read().clone())
    }
}

impl Certificate {
    /// Reads the certificate, or makes one if there is none that is still valid for these names.
    ///
    /// # Errors
    /// When files can't be read or written, or don't contain a certificate and its key.
    pub(crate) fn open(
        data_dir: &Path,
        source: &CertificateSource,
        local_name: LocalName,
        now: Timestamp,
    ) -> Result<Self, TlsError> {
        let mut authority_replaced = false;
        let (files, made) = match source {
            CertificateSource::Files { chain, key } => {
                (Files { chain: chain.clone(), key: key.clone() }, None)
            }
            CertificateSource::Made { names } => {
                let folder = data_dir.join("tls");
                let made = make::files(&folder, &names.now(&local_name), now)?;
                authority_replaced = made.authority_replaced;
                (made.files, Some(MadeHere { folder, names: names.clone(), local_name }))
            }
        };
        let current = Arc::new(Current(RwLock::new(Arc::new(files.read()?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![HTTP_2.to_vec(), b"http/1.1".to_vec()];
        let known = Mutex::new(files.changed_at());
        Ok(Self { files, config: Arc::new(config), current, made, authority_replaced, known })
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// SHA-256 of the certificate, formatted as in browsers: pairs of hexadecimal digits with colons.
    pub fn fingerprint(&self) -> String {
        let key = self.current.0.read();
        let digest = key.cert.first().map(|leaf| Sha256::digest(leaf.as_ref())).unwrap_or_default();
        digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// The certificate that devices have to trust, in PEM; `None` if the owner's own is in use.
    pub fn authority(&self) -> Option<String> {
        let made = self.made.as_ref()?;
        fs::read_to_string(made.folder.join(authority::CERTIFICATE)).ok()
    }

    /// Whether this start replaced the authority, so that devices have to install the new one's certificate.
    pub(crate) fn authority_replaced(&self) -> bool {
        self.authority_replaced
    }

    /// Reloads the certificate when its files change, until stopped; an invalid one is ignored. A certificate made here
    /// is also renewed in time, and when this machine gets another address or name.
    pub(crate) async fn reload(&self, clock: Clock, stop: CancellationToken) {
        let mut local_name = self.made.as_ref().map(|made| made.local_name.watch());
        let mut wait = async || match &mut local_name {
            // The name shown to people must be in the certificate at once.
            Some(name) => drop(tokio::time::timeout(LOOK, name.changed()).await),
            None => tokio::time::sleep(LOOK).await,
        };
        while stop.run_until_cancelled(wait()).await.is_some() {
            self.bring_up_to_date(clock.now());
        }
    }

    /// Renews a certificate made here if it is time, or if this machine got another name or address; reloads changed
    /// files. After this, every address that is shown can be opened.
    pub(crate) fn bring_up_to_date(&self, now: Timestamp) {
        let mut known = self.known.lock();
        self.renew(now);
        let changed_at = self.files.changed_at();
        if changed_at != *known {
            *known = changed_at;
            self.read_again();
        }
    }

    fn renew(&self, now: Timestamp) {
        let Some(made) = &self.made else { return };
        if let Err(error) = make::files(&made.folder, &made.names.now(&made.local_name), now) {
            tracing::warn!(%error, "the certificate can't be renewed");
        }
    }

    fn read_again(&self) {
        match self.files.read() {
            Ok(key) => {
                *self.current.0.write() = Arc::new(key);
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
mod tests;
