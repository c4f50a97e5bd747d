//! The extensions a relay offers in its reply to EHLO (RFC 5321 §4.1.1.1).
//!
//! Nothing offered before TLS may be used after it, except STARTTLS itself.

/// The extensions that we use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    /// PIPELINING: commands may be sent in groups (RFC 2920).
    pub(super) pipelining: bool,
    /// SIZE: the largest letter in bytes, 0 for no fixed limit (RFC 1870 §3).
    pub(super) size: Option<u64>,
    /// STARTTLS (RFC 3207).
    pub(super) starttls: bool,
}

impl Extensions {
    /// Parses the text of the reply.
    pub(super) fn offered(ehlo: &str) -> Self {
        let mut extensions = Extensions::default();
        // The first line is the relay's name.
        for line in ehlo.lines().skip(1) {
            let (keyword, value) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            if keyword.eq_ignore_ascii_case("PIPELINING") {
                extensions.pipelining = true;
            } else if keyword.eq_ignore_ascii_case("STARTTLS") {
                extensions.starttls = true;
            } else if keyword.eq_ignore_ascii_case("SIZE") {
                // An invalid limit is ignored.
                extensions.size = Some(value.trim().parse().unwrap_or(0));
            }
        }
        extensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_recognised_in_any_case_and_only_as_whole_words() {
        for (ehlo, pipelining, size) in [
            ("relay.example\nPIPELINING\nSIZE 1000", true, Some(1000)),
            ("relay.example\npipelining\nsize", true, Some(0)),
            ("relay.example\nSize 0\nstarttls\n8BITMIME", false, Some(0)),
            ("relay.example\nSIZE as you like", false, Some(0)),
            ("relay.example\nSIZES 5\nPIPELININGS", false, None),
            ("PIPELINING SIZE 7", false, None),
            ("", false, None),
        ] {
            let starttls = ehlo.contains("starttls");
            assert_eq!(Extensions::offered(ehlo), Extensions { pipelining, size, starttls }, "{ehlo:?}");
        }
    }
}
