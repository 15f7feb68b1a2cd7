//! TLS for outgoing connections.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// The certificates that this system trusts. Returned explicitly, because a process-wide default is up to the program.
///
/// # Errors
/// When this system's certificates can't be read.
pub fn config() -> Result<rustls::ClientConfig, rustls::Error> {
    let ring = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}
