//! Errors that make a relay unusable, with their fixes.
//!
//! A message must never contain the relay's own words: they are in an [`Answer`], redacted, and must be escaped before they
//! are shown.

use crate::message::reply::{Answer, Stage};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the relay cannot be used. No letter was handed to it in this step.
///
/// `relay` is `host:port`.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The settings would send letters or a password in clear to another machine.
    #[error("without TLS the relay must be on this machine (localhost or a loopback address), and {relay} is not")]
    Plaintext {
        /// The relay.
        relay: String,
    },
    /// The EHLO name would break the command line.
    #[error("the EHLO name must be a domain or an address in brackets")]
    EhloName,
    /// `ca_file` cannot be read.
    #[error("cannot read certificates from {}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The host does not exist, or does not accept connections on the port.
    #[error("cannot reach {relay}")]
    Unreachable {
        /// The relay.
        relay: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The relay did not answer in time.
    #[error("{relay} did not answer within {waited:?}")]
    Timeout {
        /// The relay.
        relay: String,
        /// The timeout.
        waited: Duration,
    },
    /// The connection broke before a letter was offered.
    #[error("the connection to {relay} was lost")]
    Disconnected {
        /// The relay.
        relay: String,
        /// How.
        #[source]
        cause: io::Error,
    },
    /// The relay's certificate was not accepted.
    #[error("{relay} cannot be trusted: {fault}")]
    Certificate {
        /// The relay.
        relay: String,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// TLS could not be negotiated.
    #[error("cannot establish TLS with {relay}: {why}")]
    Tls {
        /// The relay.
        relay: String,
        /// Why.
        why: String,
    },
    /// The relay refused the session at the greeting, EHLO or STARTTLS.
    #[error("{relay} refused the session")]
    Refused {
        /// The relay.
        relay: String,
        /// Its reply.
        answer: Answer,
    },
    /// The relay refused the username or password, or requires a login.
    #[error("{relay} refused the login")]
    Login {
        /// The relay.
        relay: String,
        /// Its reply.
        answer: Answer,
    },
    /// The relay refused the token.
    #[error("{relay} refused the token")]
    Token {
        /// The relay.
        relay: String,
        /// Its reply, followed by the decoded reason, if it gave one.
        answer: Answer,
    },
    /// The password or token could not be fetched.
    #[error("cannot get the {what} for {relay}")]
    NoCredential {
        /// The relay.
        relay: String,
        /// "password" or "token".
        what: &'static str,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The relay offers no supported login mechanism.
    #[error("{relay} offers {missing} for login; it offers {offers}")]
    NoLogin {
        /// The relay.
        relay: String,
        /// What it does not offer: "neither PLAIN nor LOGIN".
        missing: &'static str,
        /// What it offers: "CRAM-MD5, GSSAPI".
        offers: String,
    },
    /// The relay refused the sender permanently, so it would refuse every letter.
    #[error("{relay} refused the sender's address")]
    Sender {
        /// The relay.
        relay: String,
        /// Its reply.
        answer: Answer,
    },
    /// The relay sent a reply to no command, or with a code that the command cannot have, so replies cannot be matched to
    /// commands any more.
    #[error("{relay} sent an unexpected reply")]
    Unexpected {
        /// The relay.
        relay: String,
        /// Its reply.
        answer: Answer,
    },
}

/// Returns an answer without a code, before any letter.
pub(super) fn uncoded(text: String) -> Answer {
    Answer { stage: Stage::Connect, code: None, text }
}

impl RelayError {
    /// Returns the relay's reply, if there was one: untrusted text, to be escaped before it is shown.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            RelayError::Refused { answer, .. }
            | RelayError::Login { answer, .. }
            | RelayError::Token { answer, .. }
            | RelayError::Sender { answer, .. }
            | RelayError::Unexpected { answer, .. } => Some(answer),
            _ => None,
        }
    }

    /// Whether trying again later makes sense.
    pub fn is_temporary(&self) -> bool {
        match self {
            RelayError::Unreachable { .. } | RelayError::Timeout { .. } | RelayError::Disconnected { .. } => true,
            RelayError::Refused { answer, .. }
            | RelayError::Login { answer, .. }
            | RelayError::Token { answer, .. } => answer.code.is_some_and(|code| (400..500).contains(&code)),
            _ => false,
        }
    }

    /// Whether it stays so until the settings or the relay's are changed: nothing but a person can help.
    pub fn is_lasting(&self) -> bool {
        match self {
            RelayError::Plaintext { .. }
            | RelayError::EhloName
            | RelayError::CaFile { .. }
            | RelayError::Certificate { .. }
            | RelayError::NoLogin { .. }
            | RelayError::Sender { .. } => true,
            RelayError::Login { .. } | RelayError::Token { .. } => !self.is_temporary(),
            _ => false,
        }
    }

    /// Returns what the user can do, without a full stop.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            RelayError::Plaintext { .. } => "use port 465 with tls = \"implicit\", or 587 with \"starttls\"",
            RelayError::CaFile { .. } => {
                "ca_file must be a PEM file with the certificate of the authority, not the relay's own"
            }
            RelayError::Unreachable { .. } => "check host and port",
            RelayError::Timeout { .. } => {
                "check port and tls (\"implicit\" for 465, \"starttls\" for 587), and whether this network blocks the port"
            }
            RelayError::Certificate { fault, .. } => match fault {
                CertificateFault::Expired => "contact the relay's administrator, and check this machine's clock",
                CertificateFault::NotYetValid => "check this machine's clock",
                CertificateFault::NoName => {
                    "contact the relay's administrator: its certificate needs its name as subjectAltName"
                }
                CertificateFault::Weak => {
                    "contact the relay's administrator: its certificate needs an RSA key of 2048 bits or more, or an EC key"
                }
                CertificateFault::WrongName => "set host to the name in the relay's certificate",
                CertificateFault::UnknownIssuer => {
                    "for a private relay, set ca_file to its authority's certificate; if ca_file is set, it lacks the \
                     authority, or an intermediate certificate that the relay does not send"
                }
                CertificateFault::SelfSigned => "for a private relay, set ca_file to its authority's certificate",
                CertificateFault::Revoked | CertificateFault::Other => "contact the relay's administrator",
            },
            RelayError::Tls { .. } => "check port and tls: \"implicit\" for 465, \"starttls\" for 587",
            RelayError::Login { answer, .. } if answer.code.is_some_and(|code| code < 500) => {
                "the relay cannot check logins at the moment: try again later"
            }
            RelayError::Login { .. } => "check username and password; some providers require an app password",
            RelayError::Token { .. } => {
                "tokens are valid for about an hour, for one account and scope: check the output of the token's command"
            }
            RelayError::Sender { .. } => "check from and return_path: most relays accept only addresses of the account",
            _ => return None,
        })
    }
}

/// What is wrong with a certificate (RFC 5280 §6, RFC 9525).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It has expired.
    Expired,
    /// It is not valid yet, or this machine's clock is wrong.
    NotYetValid,
    /// It has no subjectAltName, and so no host name.
    NoName,
    /// Its key or signature is too weak.
    Weak,
    /// It is for another host.
    WrongName,
    /// It is not signed by a trusted authority.
    UnknownIssuer,
    /// It is a CA certificate used as a server certificate.
    SelfSigned,
    /// It was revoked.
    Revoked,
    /// Anything else.
    Other,
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CertificateFault::Expired => "its certificate has expired",
            CertificateFault::NotYetValid => "its certificate is not valid yet",
            CertificateFault::NoName => "its certificate has no host name (no subjectAltName)",
            CertificateFault::Weak => "its certificate has a key or signature that is too weak",
            CertificateFault::WrongName => "its certificate is for another host",
            CertificateFault::UnknownIssuer => "its certificate is not signed by an authority that this machine trusts",
            CertificateFault::SelfSigned => "its certificate is a self-signed CA certificate, not a server's",
            CertificateFault::Revoked => "its certificate was revoked",
            CertificateFault::Other => "its certificate is not acceptable",
        })
    }
}
