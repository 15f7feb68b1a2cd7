//! HTTPS for the network: the owner's own certificate, or one that is made here.

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

use benspamsphones_app::whole_file::words;
use make::AUTHORITY;

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
    /// Made here, for these names and addresses, and kept in the data folder.
    Made {
        /// Names and addresses of this machine.
        names: Vec<String>,
    },
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
    made: bool,
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
        let (files, made) = match source {
            CertificateSource::Files { chain, key } => {
                (Files { chain: chain.clone(), key: key.clone() }, false)
            }
            CertificateSource::Made { names } => (make::files(&data_dir.join("tls"), names, now)?, true),
        };
        let current = Arc::new(Current(RwLock::new(Arc::new(files.read()?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![HTTP_2.to_vec(), b"http/1.1".to_vec()];
        Ok(Self { files, config: Arc::new(config), current, made })
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
        if !self.made {
            return None;
        }
        fs::read_to_string(self.files.chain.with_file_name(AUTHORITY)).ok()
    }

    /// Takes a new certificate into use when the files change, until it is told to stop. One that makes no sense is
    /// not taken.
    pub(crate) async fn reload(&self, stop: CancellationToken) {
        let mut known = self.files.changed_at();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let changed_at = self.files.changed_at();
            if changed_at == known {
                continue;
            }
            known = changed_at;
            self.read_again();
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
        CertificateSource::Made { names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn one_that_was_made_stays_until_it_ends_or_the_machine_is_renamed() {
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
        assert_eq!(open(&names(&["desk.local", "10.0.0.8"]), now), first, "only the network is another");
        let renamed = open(&names(&["table.local", "10.0.0.8"]), now);
        assert_ne!(renamed, first);
        assert_ne!(
            open(&names(&["table.local"]), now + LIFE - BACKDATED - RENEW),
            renamed,
            "it would end soon"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_authoritys_key_is_kept_nowhere_and_the_servers_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Certificate::open(folder.path(), &names(&["desk.local"]), Timestamp::now()).unwrap();
        let tls = folder.path().join("tls");
        let mut keys = 0;
        for file in fs::read_dir(&tls).unwrap() {
            let path = file.unwrap().path();
            keys += fs::read_to_string(&path).unwrap().matches("BEGIN PRIVATE KEY").count();
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600,
                "{}",
                path.display()
            );
        }
        assert_eq!(keys, 1);
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
