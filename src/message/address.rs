//! E-mail addresses that every relay accepts: a dot-atom before the `@`, an ASCII domain name after it.
//!
//! Quoted local parts and address literals are legal but refused: software interprets them in different ways, and they
//! must never reach an envelope.

use crate::text::characters::{Refused, TextUse, refused};
use lettre::Address;

/// Why an address cannot be used; the text continues "the recipient's address …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// A character that a header cannot contain.
    #[error("contains {0}")]
    Refused(Refused),
    /// No `@`, or nothing on one side of it.
    #[error("is not an e-mail address")]
    Syntax,
    /// White space, brackets or commas: a name, or another address.
    #[error("contains several addresses, or other text")]
    ExtraText,
    /// RFC 6531 would be needed, which few relays and mailboxes support.
    #[error("has non-ASCII letters before the `@`, which most mail servers refuse")]
    International,
    /// `"a b"@example.org`
    #[error("has quotation marks before the `@`, which many mail servers misread")]
    Quoted,
    /// Not a dot-atom of at most 64 octets (RFC 5322 §3.2.3, RFC 5321 §4.5.3.1.1).
    #[error("has an invalid part before the `@`")]
    Local,
    /// `a@[192.0.2.1]` (RFC 5321 §4.1.3)
    #[error("has an IP address instead of a domain")]
    Literal,
    /// Not labels of letters, digits and hyphens, within the limits of RFC 1035 §2.3.4.
    #[error("has an invalid domain")]
    Domain,
    /// A single label, other than `localhost`.
    #[error("has a domain without a dot")]
    NoDot,
    /// More than 254 octets (RFC 5321 §4.5.3.1.3).
    #[error("is longer than 254 bytes")]
    Length,
}

/// Parses an address as a person writes it; an international domain becomes its ASCII form (RFC 5891).
pub fn address(text: &str) -> Result<Address, AddressFault> {
    // The conversion to ASCII silently drops invisible characters: look for them first.
    if let Some(refusal) = refused(text, TextUse::Name) {
        return Err(AddressFault::Refused(refusal));
    }
    let (local, domain) = text.rsplit_once('@').ok_or(AddressFault::Syntax)?;
    if !local.contains('"') && text.contains(|c: char| c.is_whitespace() || "<>,;".contains(c)) {
        return Err(AddressFault::ExtraText);
    }
    local_part(local)?;
    let domain = match domain {
        "" => return Err(AddressFault::Syntax),
        _ if domain.starts_with('[') => return Err(AddressFault::Literal),
        _ => idna::domain_to_ascii(domain).map_err(|_| AddressFault::Domain)?,
    };
    domain_name(&domain)?;
    if local.len() + 1 + domain.len() > 254 {
        return Err(AddressFault::Length);
    }
    Address::new(local, domain).map_err(|_| AddressFault::Syntax)
}

/// Checks an address that [`address`] did not parse.
pub(super) fn fault(address: &Address) -> Option<AddressFault> {
    local_part(address.user()).and_then(|()| domain_name(address.domain())).err()
}

fn local_part(local: &str) -> Result<(), AddressFault> {
    match local {
        "" => Err(AddressFault::Syntax),
        _ if local.contains('"') => Err(AddressFault::Quoted),
        _ if !local.is_ascii() => Err(AddressFault::International),
        _ if local.len() <= 64 && local.split('.').all(is_atom) => Ok(()),
        _ => Err(AddressFault::Local),
    }
}

fn domain_name(domain: &str) -> Result<(), AddressFault> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    if domain.starts_with('[') || !top.is_empty() && top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressFault::Literal);
    }
    match domain.len() <= 253 && domain.split('.').all(is_label) {
        true if domain == top && domain != "localhost" => Err(AddressFault::NoDot),
        true => Ok(()),
        false => Err(AddressFault::Domain),
    }
}

/// Whether a word is an atom (RFC 5322 §3.2.3).
pub(super) fn is_atom(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, AddressFault> {
        address(text).map(|address| address.to_string())
    }

    #[test]
    fn an_international_domain_becomes_ascii() {
        for (text, email) in [
            ("ceo@northlight.example", "ceo@northlight.example"),
            ("O'Brien+letters@Example.ORG", "O'Brien+letters@example.org"),
            ("info@bücher.example", "info@xn--bcher-kva.example"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
            ("desk@localhost", "desk@localhost"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(email));
        }
    }

    #[test]
    fn addresses_that_relays_interpret_differently_are_refused() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_label = format!("a@{}.example", "b".repeat(64));
        let long_domain = format!("a@{}example", "b2345678.".repeat(28));
        let long = format!("{}@{}.example", "a".repeat(64), ["b".repeat(60), "c".repeat(60), "d".repeat(60)].join("."));
        for (text, fault) in [
            ("", AddressFault::Syntax),
            ("example.org", AddressFault::Syntax),
            ("@example.org", AddressFault::Syntax),
            ("a@", AddressFault::Syntax),
            ("a b@example.org", AddressFault::ExtraText),
            ("a..b@example.org", AddressFault::Local),
            (".a@example.org", AddressFault::Local),
            ("a@b@example.org", AddressFault::Local),
            ("<a@example.org", AddressFault::ExtraText),
            (&long_local, AddressFault::Local),
            ("zoë@example.org", AddressFault::International),
            ("\"a b\"@example.org", AddressFault::Quoted),
            ("a@[192.0.2.1]", AddressFault::Literal),
            ("a@192.0.2.1", AddressFault::Literal),
            ("a@ex_ample.org", AddressFault::Domain),
            ("a@example..org", AddressFault::Domain),
            ("a@example.org.", AddressFault::Domain),
            ("a@-example.org", AddressFault::Domain),
            ("a@example.org>", AddressFault::ExtraText),
            (&long_label, AddressFault::Domain),
            (&long_domain, AddressFault::Domain),
            (" a@example.org", AddressFault::ExtraText),
            ("a@example.org, b@example.org", AddressFault::ExtraText),
            ("Chris <a@example.org>", AddressFault::ExtraText),
            ("a@northlight", AddressFault::NoDot),
            (&long, AddressFault::Length),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn an_address_with_an_invisible_character_is_refused() {
        for text in ["a@exam\u{200B}ple.org", "a@exam\u{AD}ple.org", "a\u{200B}@example.org", "a\r\n@example.org"] {
            assert!(matches!(read(text), Err(AddressFault::Refused(_))), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_ascii_and_parses_to_itself(
            text in "\\PC{0,8}[a-z.\"]{0,4}@[\\PC]{0,6}[a-zü.]{1,5}\\.[a-z]{2}"
        ) {
            if let Ok(parsed) = address(&text) {
                let again = parsed.to_string();
                prop_assert!(again.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(address(&again), Ok(parsed));
            }
        }
    }
}
