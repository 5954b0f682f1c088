//! Encryption of the mail server, with a certificate that only tests trust.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// The authority that signed the mail server's certificate, as PEM. Public: everybody has
/// its key, so nothing real may trust it.
pub const MAIL_AUTHORITY: &str = include_str!("../../keys/mail-test-authority.pem");

const CERTIFICATE: &[u8] = include_bytes!("../../keys/mail-test-certificate.pem");
const KEY: &[u8] = include_bytes!("../../keys/mail-test-key.pem");

/// The certificate in the crate is damaged.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Certificate or key is no PEM.
    #[error("not PEM")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// They do not belong together.
    #[error(transparent)]
    Unusable(#[from] rustls::Error),
}

/// Takes over connections for `localhost` and `127.0.0.1`.
pub(crate) fn acceptor() -> Result<TlsAcceptor, TlsError> {
    let certificates =
        CertificateDer::pem_slice_iter(CERTIFICATE).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(KEY)?;
    // The provider by name: the process may have several.
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
