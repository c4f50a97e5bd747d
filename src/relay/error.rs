//! What makes a relay of no use, in the user's words.
//!
//! The relay's own words are kept apart in an [`Answer`], cleaned of credentials and for the shower to escape; they are
//! never part of a message here.

use crate::message::reply::{Answer, Stage};
use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The relay itself is of no use: no letter was handed to it in this step.
///
/// Where `relay` is told it is `host:port`.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The settings would send letters, or a password, in clear to another machine. Nothing was sent.
    #[error("without TLS a relay must be on this machine, by a loopback address or as localhost, and {relay} is not")]
    Clear {
        /// The relay.
        relay: String,
    },
    /// The EHLO name is none that the protocol can carry.
    #[error("the name to greet the relay by must be a domain or an address in brackets")]
    Hello,
    /// The file with certificate authorities cannot be used.
    #[error("cannot read certificates from {}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// No such host, or nobody listens there.
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
    Silent {
        /// The relay.
        relay: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The connection broke before any letter was offered.
    #[error("the connection to {relay} was lost")]
    Lost {
        /// The relay.
        relay: String,
        /// How.
        #[source]
        cause: io::Error,
    },
    /// The relay cannot prove that it is the relay.
    #[error("{relay} cannot be trusted: {fault}")]
    Certificate {
        /// The relay.
        relay: String,
        /// What is wrong with its certificate.
        fault: CertificateFault,
        /// What the check said.
        #[source]
        cause: rustls::Error,
    },
    /// No TLS could be agreed on.
    #[error("no protected connection with {relay}")]
    Tls {
        /// The relay.
        relay: String,
        /// Why.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The relay turned us away at the greeting, STARTTLS or EHLO.
    #[error("{relay} turned us away before any letter")]
    Greeting {
        /// The relay.
        relay: String,
        /// What it said.
        answer: Answer,
    },
    /// The relay refused the username or password, or wants one.
    #[error("{relay} refused the login")]
    Login {
        /// The relay.
        relay: String,
        /// What it said.
        answer: Answer,
    },
    /// The relay refused the token.
    #[error("{relay} refused the token")]
    Token {
        /// The relay.
        relay: String,
        /// What it said, and behind it why, where it told.
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
    /// The relay offers no way to log in that is known here.
    #[error("{relay} offers {offers} to log in by")]
    NoLogin {
        /// The relay.
        relay: String,
        /// What it does not offer: "neither PLAIN nor LOGIN".
        offers: &'static str,
    },
    /// The relay refused the sender for good, so it would refuse it in every letter.
    #[error("{relay} refused the sender's address")]
    Sender {
        /// The relay.
        relay: String,
        /// What it said.
        answer: Answer,
    },
    /// The relay answered what nobody had asked: what it says next cannot be told apart from what it said last.
    #[error("{relay} spoke out of turn")]
    OutOfTurn {
        /// The relay.
        relay: String,
        /// What it said.
        answer: Answer,
    },
}

/// What a relay said before any letter that was no answer to anything.
pub(super) fn said(text: String) -> Answer {
    Answer { stage: Stage::Connect, code: None, text }
}

impl RelayError {
    /// The relay's own words, where it had any: a stranger's text, to be escaped before it is shown.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            RelayError::Greeting { answer, .. }
            | RelayError::Login { answer, .. }
            | RelayError::Token { answer, .. }
            | RelayError::Sender { answer, .. }
            | RelayError::OutOfTurn { answer, .. } => Some(answer),
            _ => None,
        }
    }

    /// Whether it may pass by itself, so that trying again later makes sense.
    pub fn is_temporary(&self) -> bool {
        match self {
            RelayError::Unreachable { .. } | RelayError::Silent { .. } | RelayError::Lost { .. } => true,
            RelayError::Greeting { answer, .. }
            | RelayError::Login { answer, .. }
            | RelayError::Token { answer, .. } => answer.code.is_some_and(|code| (400..500).contains(&code)),
            _ => false,
        }
    }

    /// What the user can do: one sentence without a full stop.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            RelayError::Clear { .. } => "use port 465 with tls = \"implicit\", or 587 with \"starttls\"",
            RelayError::CaFile { .. } => "give a PEM file with the certificate of the authority, not the relay's own",
            RelayError::Unreachable { .. } => "check host and port",
            RelayError::Silent { .. } => {
                "check port and tls (465 goes with \"implicit\", 587 with \"starttls\"), and that this network lets mail \
                 programs out"
            }
            RelayError::Certificate { fault, .. } => match fault {
                CertificateFault::Expired => "tell whoever runs the relay, and check this machine's clock",
                CertificateFault::NotYetValid => "check this machine's clock",
                CertificateFault::WrongName => "use the host name that the relay's certificate was made for",
                CertificateFault::UnknownIssuer | CertificateFault::SelfSigned => {
                    "for a private relay, name its authority's certificate with ca_file"
                }
                CertificateFault::Revoked | CertificateFault::Other => "tell whoever runs the relay",
            },
            RelayError::Tls { .. } => "check port and tls: 465 goes with \"implicit\", 587 with \"starttls\"",
            RelayError::Login { .. } => "check username and password; some providers want a password made for programs",
            RelayError::Token { .. } => {
                "tokens last for about an hour, and for one account and purpose: check what the token's command gives"
            }
            RelayError::Sender { .. } => "check from and return_path: most relays take only addresses of the account",
            _ => return None,
        })
    }
}

/// What is wrong with a certificate (RFC 5280 §6, RFC 9525).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// Its time is over.
    Expired,
    /// Its time has not come, or this machine's clock is wrong.
    NotYetValid,
    /// It is made for another host.
    WrongName,
    /// It is not signed by anyone who is trusted here.
    UnknownIssuer,
    /// It is an authority's own certificate, shown as a server's.
    SelfSigned,
    /// It was withdrawn.
    Revoked,
    /// Anything else.
    Other,
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CertificateFault::Expired => "its certificate has expired",
            CertificateFault::NotYetValid => "its certificate is not valid yet",
            CertificateFault::WrongName => "its certificate is made for another host",
            CertificateFault::UnknownIssuer => "its certificate is signed by nobody this machine trusts",
            CertificateFault::SelfSigned => "its certificate is self-signed, an authority's and not a server's",
            CertificateFault::Revoked => "its certificate was withdrawn",
            CertificateFault::Other => "its certificate is not acceptable",
        })
    }
}
