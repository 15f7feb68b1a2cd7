//! TLS for the client: cryptography by ring, certificates by the operating system.
//!
//! A library must not set rustls's process-wide default, so the configuration is passed on explicitly.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// For `https`: the operating system verifies certificates.
pub(crate) fn platform() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// For plain `http`: trusts no certificate, and saves the time to load the system's.
pub(crate) fn none() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn ring() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
