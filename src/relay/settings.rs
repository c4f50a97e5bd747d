//! How to reach the relay: host, TLS, login and timeouts; and which settings are refused before connecting.
//!
//! There must never be a setting that turns off a TLS check.

pub use crate::message::host::is_this_machine;

use super::error::RelayError;
use super::login::Login;
use crate::message::host::bare;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How long to wait for the reply to the final dot. A shorter wait would cause duplicates (RFC 5321 §4.5.3.2.6).
pub const DOT_TIMEOUT: Duration = Duration::from_secs(600);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314 §3.3), usually on port 465.
    Implicit,
    /// A plain connection that is upgraded to TLS (RFC 3207), usually on port 587.
    StartTls,
    /// No TLS, only for loopback.
    None,
}

impl Tls {
    /// Returns its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Tls::Implicit => "implicit TLS",
            Tls::StartTls => "STARTTLS",
            Tls::None => "no TLS, loopback only",
        }
    }
}

/// Which commands are sent without waiting for the reply to the one before, if the relay offers PIPELINING (RFC 2920).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipelining {
    /// None.
    Never,
    /// Those of a letter.
    Letter,
    /// Also those of the next letter, together with the data of the one before. Some servers fail with it although the RFC
    /// allows it: Dovecot's submission service, version 2.3.19, aborts, and leaves the letter before unknown.
    Next,
}

/// How to reach the relay.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A host name, or an IP address (an IPv6 address with or without brackets).
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// A PEM file with the authorities to trust instead of this machine's.
    pub ca_file: Option<PathBuf>,
    /// The account, if the relay requires one.
    pub login: Option<Login>,
    /// Which commands to send in groups.
    pub pipelining: Pipelining,
    /// How long to wait for each step: the connection, TLS, and each reply.
    pub timeout: Duration,
    /// How long to wait for the reply to the final dot: [`DOT_TIMEOUT`], shorter in tests.
    pub dot_timeout: Duration,
    /// The EHLO name (RFC 5321 §4.1.1.1): a domain of the campaign or an address literal. It is never the name of this machine,
    /// since recipients can read it.
    pub hello: String,
}

impl Settings {
    /// Returns the host without the brackets of an IPv6 address.
    pub(super) fn bare_host(&self) -> &str {
        bare(&self.host)
    }

    /// Returns the host if it is an IP address.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.bare_host().parse().ok()
    }

    /// Refuses settings that must not be tried.
    ///
    /// # Errors
    /// [`RelayError::Plaintext`] for a plain connection to a host whose name is not one of this machine, and
    /// [`RelayError::EhloName`] for a name that would break the EHLO line.
    pub(super) fn guard(&self) -> Result<(), RelayError> {
        if self.tls == Tls::None && !is_this_machine(&self.host) {
            return Err(RelayError::Plaintext { relay: self.to_string() });
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        if self.hello.is_empty() || self.hello.len() > 255 || !self.hello.chars().all(fits) {
            return Err(RelayError::EhloName);
        }
        Ok(())
    }
}

impl fmt::Display for Settings {
    /// Writes `host:port`, the relay's name in messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address() {
            Some(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(host: &str, tls: Tls) -> Settings {
        Settings {
            host: host.into(),
            port: 25,
            tls,
            ca_file: None,
            login: None,
            pipelining: Pipelining::Letter,
            timeout: Duration::from_secs(1),
            dot_timeout: DOT_TIMEOUT,
            hello: "example.org".into(),
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_reached() {
        for host in ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LocalHost"] {
            assert!(to(host, Tls::None).guard().is_ok(), "{host}");
        }
        for host in
            ["192.0.2.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "relay.example", "localhost.example", "127.1", ""]
        {
            assert!(matches!(to(host, Tls::None).guard(), Err(RelayError::Plaintext { .. })), "{host}");
            assert!(to(host, Tls::Implicit).guard().is_ok(), "{host}");
            assert!(to(host, Tls::StartTls).guard().is_ok(), "{host}");
        }
    }

    #[test]
    fn an_ehlo_name_that_would_break_its_line_is_refused() {
        for hello in ["", "example.org\r\nMAIL FROM:<>", "two words", "exämple.org", &"a".repeat(256)] {
            let settings = Settings { hello: hello.into(), ..to("localhost", Tls::None) };
            assert!(matches!(settings.guard(), Err(RelayError::EhloName)), "{hello:?}");
        }
        for hello in ["example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]"] {
            assert!(Settings { hello: hello.into(), ..to("localhost", Tls::None) }.guard().is_ok(), "{hello:?}");
        }
    }

    #[test]
    fn a_relay_is_named_by_host_and_port() {
        assert_eq!(to("relay.example", Tls::Implicit).to_string(), "relay.example:25");
        assert_eq!(to("::1", Tls::None).to_string(), "[::1]:25");
        assert_eq!(to("[::1]", Tls::None).to_string(), "[::1]:25");
    }
}
