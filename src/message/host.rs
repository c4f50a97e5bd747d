//! Hosts by their names alone: which of them is this machine, so that nothing leaves it.

// The address as a value: what opens sockets is `std::net`, and not for this room.
use core::net::IpAddr;

/// A host without the brackets of an IPv6 address.
pub fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Whether a host is by its very name this machine: `localhost`, or an address of the loopback.
pub fn is_this_machine(host: &str) -> bool {
    bare(host).parse().map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_loopback_is_this_machine() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "relay.example", "localhost.example", "127.1", "0.0.0.0", "[::]", "192.0.2.1"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
