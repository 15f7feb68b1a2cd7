//! TLS for the client: ring for the cryptography, the operating system for the certificates.
//!
//! Built here and handed over whole, because the alternative is a process-wide default that a library has no right to set.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// What a client needs for `https`: the operating system's judgement of certificates.
pub(crate) fn platform() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// What a client that speaks plain `http` is given: it trusts no certificate, and spares the time to load the system's.
pub(crate) fn none() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn ring() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
