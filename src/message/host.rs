//! Decides by the name whether a host is this machine. It must never resolve a name.

// Only the address type: this module opens no socket.
use core::net::IpAddr;

/// Returns the host without the brackets of an IPv6 address.
pub fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Whether a host name means this machine: `localhost` or a loopback address.
pub fn is_this_machine(host: &str) -> bool {
    bare(host).parse().map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address: IpAddr| address.is_loopback())
}

/// Converts a host to ASCII, such as `xn--bcher-kva.example` for `bücher.example`. A host that cannot be converted is
/// returned unchanged.
pub fn ascii_host(host: &str) -> String {
    if host.is_ascii() { host.to_owned() } else { idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_international_host_becomes_ascii() {
        assert_eq!(ascii_host("bücher.internal"), "xn--bcher-kva.internal");
        assert_eq!(ascii_host("[::1]"), "[::1]");
        assert_eq!(ascii_host("Relay.example"), "Relay.example");
    }

    #[test]
    fn only_localhost_and_loopback_addresses_are_this_machine() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "relay.example", "localhost.example", "127.1", "0.0.0.0", "[::]", "192.0.2.1"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
