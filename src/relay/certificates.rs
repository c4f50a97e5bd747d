//! TLS verification: the trusted roots, and the reasons why a verification failed.
//!
//! An unverified certificate, or one for another name, must never be accepted.

use super::error::{CertificateFault, RelayError};
use super::settings::Settings;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

/// The TLS configuration, and the server name that the certificate must be valid for.
pub(super) type ClientTls = (Arc<ClientConfig>, ServerName<'static>);

/// Returns the TLS configuration. The roots are those of this machine, or only those of `ca_file`.
pub(super) fn client_config(settings: &Settings) -> Result<ClientTls, RelayError> {
    let roots = match &settings.ca_file {
        Some(path) => roots_from(path).map_err(|cause| RelayError::CaFile { path: path.clone(), cause })?,
        None => system_roots(),
    };
    // Not a possible host name.
    let invalid = |error| RelayError::Unreachable {
        relay: settings.to_string(),
        cause: io::Error::new(io::ErrorKind::InvalidInput, error),
    };
    let name = ServerName::try_from(settings.bare_host().to_owned()).map_err(invalid)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| RelayError::Tls { relay: settings.to_string(), why: tls_words(&error).into() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(config), name))
}

/// Returns those of this machine's roots that can be read. If there are none, no certificate is trusted, and the help
/// mentions `ca_file`.
fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn roots_from(path: &Path) -> io::Result<RootCertStore> {
    let pem = fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for der in CertificateDer::pem_slice_iter(&pem) {
        roots.add(der.map_err(io::Error::other)?).map_err(io::Error::other)?;
    }
    // An empty store trusts nothing, and the error would blame the relay.
    if roots.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file contains no PEM certificate"));
    }
    Ok(roots)
}

/// Classifies a failed handshake.
pub(super) fn handshake_error(relay: String, cause: rustls::Error) -> RelayError {
    match &cause {
        rustls::Error::InvalidCertificate(error) => RelayError::Certificate { relay, fault: fault(error) },
        _ => RelayError::Tls { relay, why: tls_words(&cause).into() },
    }
}

/// Describes a TLS error for users. The library's own descriptions are for programmers, and some end with a link.
pub(super) fn tls_words(error: &rustls::Error) -> &'static str {
    use rustls::{AlertDescription as Alert, Error as E};
    match error {
        E::AlertReceived(Alert::ProtocolVersion | Alert::HandshakeFailure | Alert::InsufficientSecurity)
        | E::PeerIncompatible(_) => {
            "the relay offers only TLS versions or ciphers that are too old; it needs TLS 1.2 or 1.3"
        }
        E::AlertReceived(_) => "the relay ended the TLS handshake",
        E::InvalidMessage(_) | E::InappropriateMessage { .. } | E::InappropriateHandshakeMessage { .. } => {
            "the relay did not reply with TLS"
        }
        E::InvalidCertificate(_) => "the relay's certificate is not accepted",
        _ => "the TLS connection failed",
    }
}

fn fault(error: &CertificateError) -> CertificateFault {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => CertificateFault::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        E::NotValidForNameContext { presented, .. } if presented.is_empty() => CertificateFault::NoName,
        E::NotValidForName | E::NotValidForNameContext { .. } => CertificateFault::WrongName,
        E::UnknownIssuer => CertificateFault::UnknownIssuer,
        E::Revoked => CertificateFault::Revoked,
        // A webpki error without a rustls counterpart.
        E::Other(other) if other.to_string() == "CaUsedAsEndEntity" => CertificateFault::SelfSigned,
        // RSA keys below 2048 bits fail this way.
        E::BadSignature
        | E::UnsupportedSignatureAlgorithmContext { .. }
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => CertificateFault::Weak,
        _ => CertificateFault::Other,
    }
}
