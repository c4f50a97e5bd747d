//! Certificates made for a test: an authority, and server certificates that are valid or have one fault.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// What a relay's certificate is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// Right: for localhost and the loopback addresses.
    Good,
    /// Its time is over.
    Expired,
    /// Its time is to come.
    NotYetValid,
    /// Made for another host.
    WrongName,
    /// Made for no host.
    NoName,
    /// Signed by an authority that nobody trusts.
    UnknownIssuer,
    /// The authority's own certificate.
    SelfSigned,
    /// Signed with an RSA key of 1024 bits. `ring` neither makes nor uses such keys, so OpenSSL has made these files.
    Weak,
}

const WEAK_AUTHORITY: &str = include_str!("../../certificates/rsa-1024-authority.pem");
const WEAK_RELAY: &[u8] = include_bytes!("../../certificates/rsa-1024-relay.pem");
const WEAK_RELAY_KEY: &[u8] = include_bytes!("../../certificates/rsa-1024-relay.key");

/// An authority with its key.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        Authority::named("openletter tests")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(["localhost".into(), "127.0.0.1".into()]).expect("names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Authority(CertifiedIssuer::self_signed(params, key()).expect("a certificate"))
    }

    /// What a client must trust to accept this certificate.
    pub(super) fn pem(&self, leaf: Option<Leaf>) -> String {
        if leaf == Some(Leaf::Weak) { WEAK_AUTHORITY.to_owned() } else { self.0.pem() }
    }

    /// A server's side of TLS with such a certificate.
    pub(super) fn server(&self, leaf: Leaf) -> Arc<ServerConfig> {
        let (certificate, key) = match leaf {
            Leaf::SelfSigned => (self.0.der().clone(), self.0.key().serialize_der()),
            Leaf::UnknownIssuer => Authority::named("somebody else").sign(Leaf::Good),
            Leaf::Weak => {
                let key = PrivatePkcs8KeyDer::from_pem_slice(WEAK_RELAY_KEY).expect("a key");
                let certificate = CertificateDer::from_pem_slice(WEAK_RELAY).expect("a certificate");
                (certificate, key.secret_pkcs8_der().to_vec())
            }
            _ => self.sign(leaf),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)))
            .expect("a key that fits");
        Arc::new(config)
    }

    /// What a client must trust, and a right certificate with its key, as PEM.
    #[cfg(feature = "postgres")]
    pub(crate) fn files(&self) -> [String; 3] {
        let params = CertificateParams::new(["localhost".into(), "127.0.0.1".into()]).expect("names");
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        [self.0.pem(), certificate.pem(), key.serialize_pem()]
    }

    fn sign(&self, leaf: Leaf) -> (CertificateDer<'static>, Vec<u8>) {
        let names: &[&str] = match leaf {
            Leaf::WrongName => &["elsewhere.example"],
            Leaf::NoName => &[],
            _ => &["localhost", "127.0.0.1", "::1"],
        };
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).into()).collect::<Vec<String>>()).expect("names");
        match leaf {
            Leaf::Expired => params.not_after = date_time_ymd(2018, 1, 11),
            Leaf::NotYetValid => params.not_before = date_time_ymd(3018, 1, 11),
            _ => {}
        }
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.der().clone(), key.serialize_der())
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}
