//! Whom to trust: the roots a relay's certificate must lead to, and what a failed check means.
//!
//! There must never be a way here to accept a certificate that was not checked, or one of another name.

use super::error::{CertificateFault, RelayError};
use super::settings::Settings;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

/// How the relay is to prove that it is the relay, and the name it must prove: the roots of trust are the machine's own,
/// or those of `ca_file` alone.
pub(super) fn trust(settings: &Settings) -> Result<(Arc<ClientConfig>, ServerName<'static>), RelayError> {
    let tls = |cause: Box<dyn Error + Send + Sync>| RelayError::Tls { relay: settings.to_string(), cause };
    let roots = match &settings.ca_file {
        Some(path) => authorities(path).map_err(|cause| RelayError::CaFile { path: path.clone(), cause })?,
        None => own_authorities(),
    };
    // What can be no host's name has no host.
    let nobody = |error| RelayError::Unreachable {
        relay: settings.to_string(),
        cause: io::Error::new(io::ErrorKind::InvalidInput, error),
    };
    let name = ServerName::try_from(settings.bare_host().to_owned()).map_err(nobody)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(config), name))
}

/// Those of this machine that can be read. Where there are none, nobody is trusted, and the certificate is blamed: its
/// help names `ca_file`.
fn own_authorities() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn authorities(path: &Path) -> io::Result<RootCertStore> {
    let pem = fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for der in CertificateDer::pem_slice_iter(&pem) {
        roots.add(der.map_err(io::Error::other)?).map_err(io::Error::other)?;
    }
    // An empty store trusts nobody, and would blame the relay for it.
    if roots.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no PEM certificate"));
    }
    Ok(roots)
}

/// What a failed handshake means.
pub(super) fn handshake(relay: String, cause: rustls::Error) -> RelayError {
    match &cause {
        rustls::Error::InvalidCertificate(error) => RelayError::Certificate { relay, fault: fault(error), cause },
        _ => RelayError::Tls { relay, cause: Box::new(cause) },
    }
}

fn fault(error: &CertificateError) -> CertificateFault {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => CertificateFault::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        E::NotValidForName | E::NotValidForNameContext { .. } => CertificateFault::WrongName,
        E::UnknownIssuer => CertificateFault::UnknownIssuer,
        E::Revoked => CertificateFault::Revoked,
        // Known to webpki alone, which is no dependency of ours: its name is all there is to tell it by.
        E::Other(other) if other.to_string() == "CaUsedAsEndEntity" => CertificateFault::SelfSigned,
        _ => CertificateFault::Other,
    }
}
