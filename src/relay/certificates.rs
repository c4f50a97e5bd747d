//! Whom to trust: the roots a relay's certificate must lead to, and what a failed check means.
//!
//! lettre has switches that accept any certificate or any name. They must never be used.

use super::settings::Settings;
use super::trouble::{CertificateFault, Trouble};
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;
use std::{fs, io};

/// The roots of trust: the machine's own, or those of `ca_file` alone.
pub(super) fn parameters(settings: &Settings) -> Result<TlsParameters, Trouble> {
    let mut builder = TlsParameters::builder(settings.bare_host().to_string());
    if let Some(path) = &settings.ca_file {
        let authorities = authorities(path).map_err(|cause| ca_file(path, cause))?;
        builder = builder.certificate_store(CertificateStore::None);
        for authority in authorities {
            builder = builder.add_root_certificate(authority);
        }
    }
    // The roots are all that can be wrong here, and the machine's own are skipped where they are.
    builder.build().map_err(|error| match &settings.ca_file {
        Some(path) => ca_file(path, io::Error::other(error)),
        None => Trouble::Tls { relay: settings.to_string(), cause: error.into() },
    })
}

fn authorities(path: &Path) -> io::Result<Vec<Certificate>> {
    let pem = fs::read(path)?;
    let authorities = CertificateDer::pem_slice_iter(&pem)
        .map(|der| Certificate::from_der(der.map_err(io::Error::other)?.to_vec()).map_err(io::Error::other))
        .collect::<io::Result<Vec<_>>>()?;
    // An empty store trusts nobody, and would blame the relay for it.
    if authorities.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no PEM certificate"));
    }
    Ok(authorities)
}

fn ca_file(path: &Path, cause: io::Error) -> Trouble {
    Trouble::CaFile { path: path.to_path_buf(), cause }
}

/// What a failed handshake means.
pub(super) fn handshake(relay: String, cause: rustls::Error) -> Trouble {
    match &cause {
        rustls::Error::InvalidCertificate(error) => Trouble::Certificate { relay, fault: fault(error), cause },
        _ => Trouble::Tls { relay, cause: Box::new(cause) },
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
